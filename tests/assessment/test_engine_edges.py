"""What happens at the edges: small classes, equal scores, awards against vetoes, ceilings, and nothing filed at all."""

from datetime import date
from typing import Any

import pytest

from plumbline.assessment.rules.scheme import Scheme, from_document
from plumbline.assessment.rules.scoring import Engine, Inputs, duckdb_engine, score
from tests.assessment import made_up, oracle

Rows = list[dict[str, Any]]
MICRO = 1_000_000
BANDS = [{"min": 90, "grade": "good"}, {"min": 60, "grade": "fair"}, {"min": 0, "grade": "poor"}]
RESULT = {"type": "result", "source": {"kind": "performance.result"}}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return duckdb_engine(threads=1)


def scheme_of(**more: Any) -> Scheme:
    leaf = {"code": "1", "name": "Score", "points": 100, "rules": [RESULT]}
    return from_document({"code": "edges", "title": "Edges", "tree": [leaf], "bands": BANDS} | more)


def fact(unit: int, kind: str, quantity: int = 1, **attributes: str) -> dict[str, Any]:
    on = date(2025, 6, 1)
    return {"unit_id": unit, "kind": kind, "occurred_on": on, "quantity": quantity} | {
        f"attr_{name}": value for name, value in attributes.items()
    }


def scored(points: list[int]) -> Rows:
    """Give each unit a result in points."""
    return [fact(unit, "performance.result", value * MICRO) for unit, value in enumerate(points, start=1)]


def run(
    engine: Engine, scheme: Scheme, facts: Rows, count: int, gone: list[tuple[int, str]] | None = None
) -> dict[str, Rows]:
    """Score units of one class on DuckDB, and hold the result against the slow calculation."""
    numbered = [dict(one, fact_id=place) for place, one in enumerate(facts, start=1)]
    units = [{"unit_id": u, "code": f"u{u}", "klass": "all", "category": "x"} for u in range(1, count + 1)]
    away = [{"unit_id": unit, "node": node, "reason": "declared"} for unit, node in gone or []]
    try:
        inputs = Inputs.from_arrow(engine, *made_up.arrow(scheme, numbered, units, away))
        found = {name: table.to_pylist() for name, table in score(engine, scheme, inputs).all().items()}
    finally:
        engine.forget()
    full = [{f"attr_{name}": None for name in scheme.attributes_used()} | one for one in numbered]
    assert found == oracle.score(scheme, full, units, away)
    return found


def grades(found: dict[str, Rows]) -> list[str]:
    return [row["grade"] for row in found["composite"]]


def quota(rounding: str, ties: str = "exclude") -> dict[str, Any]:
    return {"quotas": [{"grade": "good", "share": "30%", "rounding": rounding, "ties": ties}]}


@pytest.mark.parametrize(("rounding", "let_in"), [("floor", 2), ("half_up", 2), ("ceil", 3)])
def test_thirty_per_cent_of_seven(engine: Engine, rounding: str, let_in: int) -> None:
    found = run(engine, scheme_of(**quota(rounding)), scored([99, 98, 97, 96, 95, 94, 93]), 7)
    assert grades(found) == ["good"] * let_in + ["fair"] * (7 - let_in)


def test_one_advanced_unit_of_the_class(engine: Engine) -> None:
    one = {"quotas": [{"grade": "good", "units": 1, "ties": "exclude"}]}
    assert grades(run(engine, scheme_of(**one), scored([99, 98, 97]), 3)) == ["good", "fair", "fair"]


def test_grades_by_quota_alone(engine: Engine) -> None:
    """The star plan without bands of points: 10, 40 and 30 of a hundred, here of ten; the rest have none (DOMAIN 1.3)."""
    names = ["five", "four", "three", "none"]
    stars = [
        {"grade": name, "share": share, "rounding": "floor", "ties": "exclude"}
        for name, share in zip(names, ["10%", "50%", "80%"], strict=False)
    ]
    scheme = scheme_of(bands=[{"min": 0, "grade": name} for name in names], quotas=stars)
    found = run(engine, scheme, scored([99, 91, 88, 84, 83, 77, 76, 60, 41, 12]), 10)
    assert grades(found) == ["five", *["four"] * 4, *["three"] * 3, *["none"] * 2]


@pytest.mark.parametrize(("rounding", "grade"), [("floor", "fair"), ("half_up", "fair"), ("ceil", "good")])
def test_a_class_with_one_organisation(engine: Engine, rounding: str, grade: str) -> None:
    assert grades(run(engine, scheme_of(**quota(rounding)), scored([99]), 1)) == [grade]


@pytest.mark.parametrize(("ties", "grade"), [("include", "good"), ("exclude", "fair")])
def test_all_scores_equal(engine: Engine, ties: str, grade: str) -> None:
    found = run(engine, scheme_of(**quota("half_up", ties)), scored([95] * 10), 10)
    assert grades(found) == [grade] * 10
    assert [row["rank"] for row in found["composite"]] == [1] * 10


AWARD = {"code": "award", "text": "award", "grade": "good", "source": {"kind": "honour.granted"}}
WEAK = {"code": "weak", "text": "weak", "effect": "cap", "grade": "poor", "source": {"kind": "sanction.imposed"}}


@pytest.mark.parametrize(
    ("steps", "grade"), [(["direct", "vetoes", "quotas"], "poor"), (["vetoes", "direct", "quotas"], "good")]
)
def test_a_veto_beats_a_direct_qualification_or_not_as_declared(engine: Engine, steps: list[str], grade: str) -> None:
    scheme = scheme_of(direct=[AWARD], vetoes=[WEAK], steps=steps)
    facts = [*scored([70]), fact(1, "honour.granted"), fact(1, "sanction.imposed")]
    assert grades(run(engine, scheme, facts, 1)) == [grade]


@pytest.mark.parametrize(
    ("steps", "told"),
    [(["direct", "quotas"], ["good", "fair", "fair"]), (["quotas", "direct"], ["good", "good", "good"])],
)
def test_the_directly_qualified_stand_in_the_quota_or_on_top_of_it(
    engine: Engine, steps: list[str], told: list[str]
) -> None:
    third = {"quotas": [{"grade": "good", "share": "1/3", "rounding": "floor", "ties": "exclude"}]}
    scheme = scheme_of(direct=[AWARD], steps=steps, **third)
    facts = [*scored([95, 70, 65]), fact(2, "honour.granted"), fact(3, "honour.granted")]
    assert grades(run(engine, scheme, facts, 3)) == told


def test_the_last_places_of_a_class_are_barred_with_whoever_shares_them(engine: Engine) -> None:
    scheme = scheme_of(vetoes=[{"code": "last", "text": "last", "effect": "bar_top", "bottom": 2}])
    assert grades(run(engine, scheme, scored([99, 95, 92, 92, 91]), 5)) == ["good", "good", "fair", "fair", "fair"]


def test_a_bonus_inside_the_ceiling_and_one_beyond_it(engine: Engine) -> None:
    each = {"type": "each", "source": {"kind": "honour.granted", "where": {"level": ["city"]}}, "points": 4}
    tree = [
        {"code": "1", "name": "Score", "points": 100, "rules": [RESULT]},
        {"code": "2", "name": "Inside", "kind": "bonus", "rules": [each]},
        {
            "code": "3", "name": "Beyond", "kind": "bonus", "beyond_ceiling": True,
            "rules": [{"type": "each", "source": {"kind": "honour.granted", "where": {"level": ["province"]}}, "points": 2}],
        },
    ]  # fmt: skip
    facts = [
        *scored([98, 90]),
        *(fact(unit, "honour.granted", level=level) for unit in (1, 2) for level in ("city", "province")),
    ]
    found = run(engine, scheme_of(tree=tree, ceiling=100), facts, 2)
    assert [row["score"] for row in found["composite"]] == [102 * MICRO, 96 * MICRO]


def test_a_class_average_of_nobody_is_full_points(engine: Engine) -> None:
    tree = [
        {"code": "1", "name": "Score", "points": 60, "rules": [RESULT]},
        {
            "code": "2", "name": "Rest", "points": 40, "not_applicable": "class_average",
            "rules": [{"type": "result", "source": {"kind": "learning.session"}}],
        },
    ]  # fmt: skip
    found = run(engine, scheme_of(tree=tree), scored([50, 60]), 2, [(1, "2"), (2, "2")])
    assert [row["score"] for row in found["composite"]] == [90 * MICRO, 100 * MICRO]


def test_a_unit_to_which_nothing_applies_has_no_score(engine: Engine) -> None:
    found = run(engine, scheme_of(not_applicable="reweight"), scored([80]), 2, [(2, "1")])
    assert [(row["score"], row["rank"], row["grade"]) for row in found["composite"]] == [
        (80 * MICRO, 1, "fair"),
        (None, None, ""),
    ]


def test_sub_scores_know_what_a_unit_has_for_whom_nothing_was_filed(engine: Engine) -> None:
    missing = {"type": "missing", "source": {"kind": "meeting.held"}, "required": 4, "deduct": 5}
    looks = {"type": "sub_score", "of": "1.1", "bands": [{"min": 60, "points": 0}, {"min": 0, "points": -7}]}
    again = {
        "type": "sub_score",
        "of": "2",
        "measure": "points",
        "bands": [{"min": 13, "points": -1}, {"min": 0, "points": -2}],
    }
    tree = [
        {
            "code": "1",
            "name": "a",
            "points": 40,
            "children": [{"code": "1.1", "name": "b", "points": 40, "rules": [missing]}],
        },
        {"code": "2", "name": "c", "points": 20, "rules": [looks]},
        {
            "code": "3",
            "name": "d",
            "points": 40,
            "children": [{"code": "3.1", "name": "e", "points": 40, "rules": [again]}],
        },
    ]
    found = run(engine, scheme_of(tree=tree), [fact(2, "meeting.held"), fact(2, "meeting.held")], 2)
    points = {(row["unit_id"], row["node"]): row["applied"] // MICRO for row in found["scores"]}
    assert [points[1, node] for node in ("1.1", "2", "3.1")] == [20, 13, 39]  # half of the meetings' points: below 60 %
    assert [points[2, node] for node in ("1.1", "2", "3.1")] == [30, 20, 39]
