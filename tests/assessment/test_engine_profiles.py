"""Classes with weights of their own, and grades without the bonus, on a hand calculation and on every engine."""

from datetime import date
from typing import Any

import pytest

from plumbline.assessment.rules.scheme import Scheme, from_document
from plumbline.assessment.rules.scoring import Engine, Inputs, duckdb_engine, score
from tests.assessment import made_up, oracle

Rows = list[dict[str, Any]]
POINT = 1_000_000


@pytest.fixture(scope="module")
def engine() -> Engine:
    return duckdb_engine(threads=1)


def leaf(code: str, **more: Any) -> dict[str, Any]:
    source = {"kind": "performance.result", "where": {"metric": code}}
    return {"code": code, "name": code, "points": 100, "rules": [{"type": "result", "source": source}]} | more


PROFILES = [
    {
        "code": "town",
        "name": "Towns",
        "classes": ["town", "street"],
        "weights": {"a": "70%", "b": "30%", "extra": "50%"},
    },
    {"code": "own", "name": "Departments", "classes": ["department"]},
]


def scheme_of(**more: Any) -> Scheme:
    extra = {"code": "extra", "name": "Bonus", "kind": "bonus", "points": 10}
    tree = [leaf("a", weight="40%"), leaf("b", weight="60%"), leaf("extra") | extra]
    return from_document({"code": "classes", "title": "Classes", "tree": tree, "profiles": PROFILES} | more)


def run(
    engine: Engine, scheme: Scheme, units: dict[int, str], points: dict[tuple[int, str], int], gone: Rows | None = None
) -> dict[str, Rows]:
    """Score results by unit and indicator, and hold what was found against the slow calculation."""
    facts = [
        {
            "fact_id": place, "unit_id": unit, "kind": "performance.result", "occurred_on": date(2025, 6, 1),
            "quantity": value * POINT, "attr_metric": metric,
        }
        for place, ((unit, metric), value) in enumerate(points.items(), start=1)
    ]  # fmt: skip
    listed = [{"unit_id": unit, "code": f"u{unit}", "klass": klass, "category": "x"} for unit, klass in units.items()]
    try:
        inputs = Inputs.from_arrow(engine, *made_up.arrow(scheme, facts, listed, gone or []))
        found = {name: table.to_pylist() for name, table in score(engine, scheme, inputs).all().items()}
    finally:
        engine.forget()
    assert found == oracle.score(scheme, facts, listed, gone or [])
    return found


def scores(found: dict[str, Rows]) -> dict[int, int | None]:
    return {row["unit_id"]: row["score"] for row in found["composite"]}


def test_each_class_has_its_weights(engine: Engine) -> None:
    units = {1: "town", 2: "street", 3: "department", 4: "strange"}
    points = {(unit, metric): value for unit in units for metric, value in (("a", 80), ("b", 50), ("extra", 4))}
    found = scores(run(engine, scheme_of(), units, points))
    town, own = 56 * POINT + 15 * POINT + 2 * POINT, 32 * POINT + 30 * POINT + 4 * POINT
    assert found == {1: town, 2: town, 3: own, 4: own}


def test_what_does_not_apply_is_spread_by_the_weights_of_the_class(engine: Engine) -> None:
    scheme = scheme_of(not_applicable="reweight")
    points = {(unit, metric): value for unit in (1, 3) for metric, value in (("a", 80), ("b", 50))}
    gone = [{"unit_id": unit, "node": "a", "reason": "no projects"} for unit in (1, 3)]
    found = scores(run(engine, scheme, {1: "town", 3: "department"}, points, gone))
    assert found == {1: 50 * POINT, 3: 50 * POINT}
    parts = [leaf("a1", points=60), leaf("a2", points=40)]
    tree = [{"code": "a", "name": "a", "points": 100, "weight": "40%", "children": parts}, leaf("b", weight="60%")]
    half = scheme_of(
        not_applicable="reweight", tree=tree, profiles=[PROFILES[0] | {"weights": {"a": "70%", "b": "30%"}}]
    )
    points = {(1, "a1"): 30, (1, "b"): 90, (2, "a1"): 30, (2, "b"): 90}
    gone = [{"unit_id": 1, "node": "a", "reason": "no projects"}, {"unit_id": 2, "node": "a2", "reason": "no projects"}]
    found = scores(run(engine, half, {1: "town", 2: "town"}, points, gone))
    assert found == {1: 90 * POINT, 2: (50 * 70 + 90 * 30) * POINT // 100}


BANDS = [{"min": 97, "grade": "excellent"}, {"min": 90, "grade": "qualified"}, {"min": 0, "grade": "failed"}]


def quarter(**more: Any) -> Scheme:
    """DOMAIN 1.3, branch quarterly: the bonus counts for the place, never for the grade."""
    base = {"code": "quarter", "title": "Quarter", "graded_by": "without_bonus", "bands": BANDS}
    extra = {"code": "extra", "name": "Bonus", "kind": "bonus", "points": 10}
    return from_document(base | {"tree": [leaf("a"), leaf("extra") | extra]} | more)


def test_the_bonus_moves_the_place_and_never_the_grade(engine: Engine) -> None:
    points = {(1, "a"): 96, (1, "extra"): 5, (2, "a"): 97, (3, "a"): 89, (3, "extra"): 10}
    found = run(engine, quarter(), dict.fromkeys((1, 2, 3), "x"), points)
    assert [(row["score"], row["rank"], row["grade"]) for row in found["composite"]] == [
        (101 * POINT, 1, "qualified"), (97 * POINT, 3, "excellent"), (99 * POINT, 2, "failed"),
    ]  # fmt: skip
    steps = {row["unit_id"]: row for row in found["grade_steps"]}
    assert (steps[1]["step"], steps[1]["rule"], steps[1]["numerator"]) == ("score", "without_bonus", 96 * POINT)


def test_the_ceiling_cuts_the_bonus_and_the_grade_never_sees_it(engine: Engine) -> None:
    missing = {"type": "flaw", "source": {"kind": "meeting.held"}, "when": "absent", "deduct": 2}
    tree = [
        leaf("a"), leaf("extra") | {"kind": "bonus", "points": 10}, leaf("more", kind="bonus", points=5, beyond_ceiling=True),
        {"code": "d", "name": "d", "kind": "deduction", "rules": [missing]},
    ]  # fmt: skip
    points = {(1, "a"): 100, (1, "extra"): 8, (1, "more"): 5, (2, "a"): 98, (2, "extra"): 9}
    found = run(engine, quarter(tree=tree, ceiling=100), {1: "x", 2: "x"}, points)
    assert [(row["score"], row["grade"]) for row in found["composite"]] == [
        (105 * POINT, "excellent"), (100 * POINT, "qualified")
    ]  # fmt: skip
    assert [row["numerator"] for row in found["grade_steps"]] == [98 * POINT, 96 * POINT]


@pytest.mark.parametrize(("ties", "kept"), [("include", [1, 2]), ("exclude", [])])
def test_quota_and_ties_still_go_by_the_place(engine: Engine, ties: str, kept: list[int]) -> None:
    quotas = [{"grade": "excellent", "share": "1/4", "rounding": "floor", "ties": ties}]
    points = {
        (1, "a"): 97,
        (1, "extra"): 3,
        (2, "a"): 98,
        (2, "extra"): 2,
        (3, "a"): 99,
        (4, "a"): 96,
        (4, "extra"): 10,
    }
    found = run(engine, quarter(quotas=quotas), dict.fromkeys((1, 2, 3, 4), "x"), points)
    assert [row["unit_id"] for row in found["composite"] if row["grade"] == "excellent"] == kept
    cut = {row["unit_id"]: row["numerator"] for row in found["grade_steps"] if row["step"] == "quota"}
    assert cut == {1: 1, 2: 1, 3: 3}
