"""Two schemes side by side: sums that are exact, causes that are told apart, cuts with equal scores."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from plumbline.assessment.rules import backtest as rule
from plumbline.assessment.rules.backtest import Standing, StepTaken
from plumbline.assessment.rules.scheme import from_document


def step(kind: str, before: str, after: str, code: str = "", numbers: tuple[int, int] = (0, 1)) -> StepTaken:
    return StepTaken(kind, code, before, after, *numbers)


def standing(score: int | None, *steps: StepTaken, rank: int | None = 1, klass: str = "a", **parts: int) -> Standing:
    return Standing(klass, score, rank, steps[-1].after if steps else "", parts, steps)


@given(
    st.dictionaries(st.sampled_from("abcd"), st.integers(-(10**9), 10**9)),
    st.dictionaries(st.sampled_from("bcde"), st.integers(-(10**9), 10**9)),
)
def test_gains_add_up_to_the_difference_exactly(old: dict[str, int], new: dict[str, int]) -> None:
    [moved] = rule.compare({1: standing(sum(old.values()), **old)}, {1: standing(sum(new.values()), **new)})
    assert sum(points for _code, points in moved.gains) == sum(new.values()) - sum(old.values())
    assert all(points for _code, points in moved.gains)


def small(**more: Any) -> Any:
    node = {"points": 50, "rules": [{"type": "result", "source": {"kind": "performance.result"}}]}
    tree = [{"code": "1", "name": "1", "weight": "1/2", **node}, {"code": "2", "name": "2", "weight": "50%", **node}]
    return from_document({"code": "two", "title": "two", "tree": tree, **more})


def test_parts_are_weighted_and_the_rest_is_named() -> None:
    applied = {"1": 40_000_001, "2": 30_000_000}
    assert rule.parts_of(small(), applied, 35_000_001) == {"1": 20_000_001, "2": 15_000_000}  # rounded half up, each
    assert rule.parts_of(small(), applied, 30_000_000) == {"1": 20_000_001, "2": 15_000_000, rule.REST: -5_000_001}
    assert rule.parts_of(small(), {"1": 0, "2": 0}, None) == {"1": 0, "2": 0}
    assert rule.parts_of(small(), {"1": 2_000_000}, 1_000_000) == {"1": 1_000_000}


def test_the_cause_of_a_changed_grade() -> None:
    good, poor = step("score", "", "good"), step("score", "", "poor")
    cut = step("quota", "good", "poor", "good")
    stays = step("quota", "good", "good", "good")
    cases = {
        1: (standing(9, good), standing(9, good), ""),
        2: (standing(9, good), standing(4, poor), rule.SCORE),
        3: (standing(9, good, stays), standing(9, good, cut), rule.STEPS),
        4: (standing(9, good), standing(4, step("score", "", "fair"), step("veto", "fair", "poor", "v")), rule.BOTH),
        5: (standing(9, good, cut), standing(4, poor), ""),  # the same grade in the end
    }
    moved = rule.compare({k: one[0] for k, one in cases.items()}, {k: one[1] for k, one in cases.items()})
    assert {one.unit: one.cause for one in moved} == {unit: one[2] for unit, one in cases.items()}
    assert rule.causes(moved) == {"score": 1, "steps": 1, "both": 1}
    assert next(one for one in moved if one.unit == 3).acted == (("quota", "good"),)


def test_places_gained_only_within_one_class_and_with_ranks() -> None:
    old = {1: standing(9, rank=5), 2: standing(9, rank=5), 3: standing(None, rank=None), 4: standing(1, rank=2)}
    new = {1: standing(9, rank=2), 2: standing(9, rank=2, klass="b"), 3: standing(9, rank=1), 5: standing(1, rank=1)}
    assert {one.unit: one.climbed for one in rule.compare(old, new)} == {1: 3, 2: None, 3: None}


def members(*rows: tuple[int, bool], allowed: int) -> dict[int, Standing]:
    """Units whose score reached the grade: their place and whether the quota kept them."""
    return {
        unit: standing(
            100 - place, step("score", "", "good"),
            step("quota", "good", "good" if kept else "poor", "good", (place, allowed)), rank=place,
        )
        for unit, (place, kept) in enumerate(rows, start=1)
    }  # fmt: skip


def test_a_quota_that_decides_more_than_the_score_is_named() -> None:
    [one] = rule.decided(members((1, True), (2, False), (3, False), allowed=1))
    assert (one.graded, one.by_score) == (3, 1)
    assert one.steps == (("quota", "good", 3, 2),)
    assert one.heavy == (("quota", "good"),)
    assert one.ties == ()
    [half] = rule.decided(members((1, True), (2, False), allowed=1))
    assert half.heavy == ()


def test_a_cut_between_equal_scores_is_named_with_what_became_of_them() -> None:
    [out] = rule.decided(members((1, True), (2, False), (2, False), allowed=2))
    assert out.ties == (("good", 2, 2, False),)
    [into] = rule.decided(members((1, True), (2, True), (2, True), allowed=2))
    assert into.ties == (("good", 2, 2, True),)
    [none] = rule.decided(members((1, True), (2, True), (3, False), allowed=2))
    assert none.ties == ()


def test_units_without_a_grade_are_not_counted() -> None:
    assert rule.decided({1: standing(None, rank=None)}) == []
