"""The life of a round and the small rules beside it, without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.assessment.rules import rounds as rule
from plumbline.assessment.rules.rounds import RoundEvent, RoundState

ALLOWED = {
    ("draft", "change"): "draft",
    ("draft", "open"): "open",
    ("draft", "freeze"): "frozen",
    ("open", "freeze"): "frozen",
    ("open", "reopen"): "draft",
    ("scored", "publish"): "public",
    ("public", "amend"): "frozen",
    ("public", "conclude"): "final",
    ("frozen", "start"): "scoring",
    ("frozen", "reopen"): "draft",
    ("scoring", "start"): "scoring",
    ("scoring", "finish"): "scored",
    ("scoring", "fail"): "frozen",
    ("scored", "start"): "scoring",
    ("scored", "reopen"): "draft",
}


@pytest.mark.parametrize("state", list(RoundState))
@pytest.mark.parametrize("event", list(RoundEvent))
def test_only_these_events_lead_anywhere(state: RoundState, event: RoundEvent) -> None:
    after = ALLOWED.get((state.value, event.value))
    assert rule.may(state, event) == (after is not None)
    if after is None:
        with pytest.raises(rule.WrongState) as wrong:
            rule.next_state(state, event)
        assert (wrong.value.state, wrong.value.event) == (state, event)
    else:
        assert rule.next_state(state, event) == after


@pytest.mark.parametrize(
    ("from_on", "until_on", "problem"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), ""),
        (date(2026, 1, 1), date(2026, 1, 1), ""),
        (date(2026, 1, 2), date(2026, 1, 1), "order"),
        (date(2026, 1, 1), date(2028, 12, 31), ""),
        (date(2026, 1, 1), date(2062, 12, 31), "length"),
    ],
)
def test_a_period_ends_after_it_begins_and_within_three_years(from_on: date, until_on: date, problem: str) -> None:
    assert rule.period_problem(from_on, until_on) == problem


@pytest.mark.parametrize(
    ("paths", "common"),
    [
        ([], ""),
        (["/1/"], "/1/"),
        (["/1/5/"], "/1/"),
        (["/1/5/", "/1/6/"], "/1/"),
        (["/1/5/7/", "/1/5/8/"], "/1/5/"),
        (["/1/5/7/", "/1/6/"], "/1/"),
        (["/1/5/", "/1/5/7/"], "/1/"),
        (["/1/5/", "/2/6/"], ""),
        (["/1/51/", "/1/5/"], "/1/"),
    ],
)
def test_the_nearest_unit_above_all_of_them(paths: list[str], common: str) -> None:
    assert rule.common_path(paths) == common


@given(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=4), min_size=1, max_size=6))
def test_the_common_path_begins_every_path(chains: list[list[int]]) -> None:
    paths = [f"/{'/'.join(map(str, chain))}/" for chain in chains]
    common = rule.common_path(paths)
    assert all(path.startswith(common) for path in paths)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-10, 4000))
def test_every_period_is_judged(from_on: date, days: int) -> None:
    problem = rule.period_problem(from_on, from_on + timedelta(days))
    assert problem == ("order" if days < 0 else "length" if days > 3 * 366 else "")


def test_the_last_id_is_the_units_own() -> None:
    assert rule.last_id("/1/17/") == 17
    with pytest.raises(ValueError, match="invalid literal"):
        rule.last_id("/")
