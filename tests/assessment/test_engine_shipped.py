"""The shipped schemes against the results that were published with them (the issue's schemes, entry by entry)."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from plumbline.assessment.rules.scheme import Scheme, load_yaml
from plumbline.assessment.rules.scoring import Engine, Inputs, duckdb_engine, score
from tests.assessment import made_up
from tests.assessment.schemes import shipped

Rows = list[dict[str, Any]]
MICRO = 1_000_000


@pytest.fixture(scope="module")
def engine() -> Engine:
    return duckdb_engine(threads=1)


def fact(unit: int, kind: str, on: date = date(2025, 3, 3), quantity: int = 1, **attributes: str) -> dict[str, Any]:
    return {"unit_id": unit, "kind": kind, "occurred_on": on, "quantity": quantity} | {
        f"attr_{name}": value for name, value in attributes.items()
    }


def run(engine: Engine, scheme: Scheme, facts: Rows, count: int) -> dict[str, Rows]:
    """Score ``count`` units of one class; their ids begin at 1."""
    numbered = [dict(one, fact_id=place) for place, one in enumerate(facts, start=1)]
    units = [{"unit_id": u, "code": f"u{u}", "klass": "all", "category": "x"} for u in range(1, count + 1)]
    try:
        results = score(engine, scheme, Inputs.from_arrow(engine, *made_up.arrow(scheme, numbered, units, [])))
        return {name: table.to_pylist() for name, table in results.all().items()}
    finally:
        engine.forget()


def points(found: dict[str, Rows], unit: int, node: str) -> Decimal:
    row = next(one for one in found["scores"] if (one["unit_id"], one["node"]) == (unit, node))
    return Decimal(row["applied"]) / MICRO


def test_routine_work(engine: Engine) -> None:
    study = [
        fact(unit, "meeting.held", date(2025, 3 * quarter + 1, 5), meeting_kind="party_building_study")
        for unit, quarters in ((1, 4), (2, 3), (3, 0))
        for quarter in range(quarters)
    ]
    twice = [fact(2, "meeting.held", date(2025, 1, 20), meeting_kind="party_building_study")]  # the quarter counts once
    visits = [fact(1, "contact.visit", purpose="contact_point") for _visit in range(2)]
    missing = [fact(2, "finding.recorded", criterion="no_contact_point")]
    deployed = [fact(1, "meeting.held", meeting_kind="deployment")]
    plans = [fact(3, "finding.recorded", criterion=one) for one in ("no_plan", "vague_measures", "misuse_of_funds")]
    found = run(engine, load_yaml(shipped("routine_work")), [*study, *twice, *visits, *missing, *deployed, *plans], 3)
    assert [points(found, unit, "1.2") for unit in (1, 2, 3)] == [2, Decimal("1.5"), 0]
    assert points(found, 1, "2.1") == 1  # two visits, no household, a contact point
    assert points(found, 2, "2.1") == 0  # 2 + 1 + 0.5 exceed 3: the floor is zero
    raw = next(row["raw"] for row in found["scores"] if (row["unit_id"], row["node"]) == (2, "2.1"))
    assert raw == -500_000
    assert [points(found, unit, "1.3") for unit in (1, 2, 3)] == [1, 0, 0]
    assert [points(found, unit, "1.1") for unit in (1, 2, 3)] == [2, 2, 0]
    assert [points(found, unit, "2.3") for unit in (1, 2, 3)] == [2, 2, 1]
    assert [row["score"] for row in found["composite"]] == [11 * MICRO, 8_500_000, 4 * MICRO]
    assert [row["rank"] for row in found["composite"]] == [1, 2, 3]


INDICATORS = ("secretary", "plan", "systems", "venue", "support", "results", "masses")
CLASSIFIED = [
    # score in micro-points, satisfied, basically satisfied, dissatisfied, don't know, grade
    (95_000_000, 9_000, 500, 500, 0, "good"),  # satisfied 95 %
    (95_000_000, 8_000, 999, 1_001, 0, "average"),  # 89.99 %: the gate is compared exactly
    (89_995_000, 9_500, 0, 500, 0, "fairly good"),  # 89.995 is below 90 before any rounding for display
    (55_000_000, 5_000, 0, 5_000, 0, "poor"),
    (95_000_000, 9_000, 0, 1_000, 5_000, "good"),  # exactly 90 % of those counted; "don't know" is not counted
    (85_000_000, 8_999, 0, 1_001, 0, "average"),
    (95_000_000, 0, 0, 0, 430, "average"),  # nobody to be counted: the gate stays shut
    (60_000_000, 9_000, 0, 0, 0, "average"),
    (59_999_999, 9_000, 0, 0, 0, "poor"),
    (80_000_000, 9_000, 0, 0, 0, "fairly good"),
]


def test_classification(engine: Engine) -> None:
    facts: Rows = []
    most = (15, 15, 15, 10, 15, 15, 15)
    for unit, (total, *answers, _grade) in enumerate(CLASSIFIED, start=1):
        rest = total
        for name, top in zip(INDICATORS, most, strict=True):
            own = min(rest, top * MICRO)
            rest -= own
            facts.append(fact(unit, "performance.result", quantity=own, indicator=f"class_{name}"))
        for option, count in zip(
            ("satisfied", "basically_satisfied", "dissatisfied", "dont_know"), answers, strict=True
        ):
            if count:
                facts.append(fact(unit, "survey.answers", quantity=count, question="satisfaction", option=option))
    found = run(engine, load_yaml(shipped("classification")), facts, len(CLASSIFIED))
    assert [(row["score"], row["grade"]) for row in found["composite"]] == [(one[0], one[-1]) for one in CLASSIFIED]
    steps = [row for row in found["grade_steps"] if row["unit_id"] == 2]
    assert [(row["step"], row["before"], row["after"]) for row in steps] == [
        ("score", "", "good"), ("gate", "good", "average"),
    ]  # fmt: skip
    assert (steps[1]["numerator"], steps[1]["denominator"]) == (8_999, 10_000)


def test_every_node_of_the_thousand_points_is_the_sum_of_its_parts() -> None:
    scheme = load_yaml(shipped("departments_1000"))
    assert scheme.base_points() == 1000
    for node, _parent, _depth in scheme.walk():
        if node.children:
            assert node.points == sum(child.points or 0 for child in node.children)
    assert {node.code: node.points for node in scheme.tree} == {"A": 500, "B": 100, "C": 400}


def test_departments_by_result_and_by_place(engine: Engine) -> None:
    reached = {
        "key_work": (480, 500, 500), "organ_responsibility": (90, 95, 95), "organ_learning": (1, 2, 3),
        "organ_integrity": (3, 2, 1),
        "leaders_evaluation": (80, 70, 60), "townships_evaluation": (80, 70, 60), "peer_comparison": (50, 51, 40),
        "inspections": (90, 90, 90), "opinion_poll": (88, 77, 66),
    }  # fmt: skip
    facts = [
        fact(unit, "performance.result", quantity=value * MICRO, indicator=name)
        for name, values in reached.items()
        for unit, value in enumerate(values, start=1)
    ]
    found = run(engine, load_yaml(shipped("departments_1000")), facts, 3)
    assert [points(found, unit, "B1") for unit in (1, 2, 3)] == [Decimal("28.8"), 30, 30]  # two share the first place
    assert [points(found, unit, "C1") for unit in (1, 2, 3)] == [100, 98, 96]
    assert points(found, 2, "C3") == 50  # never more than the indicator has
    first = 480 + Decimal("28.8") + Decimal("19.2") + 50 + 100 + 50 + 50 + 90 + 88
    assert found["composite"][0]["score"] == first * MICRO
