"""The table that is analysed gives, with the issued weights, the official scores, ranks and grades."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from plumbline.assessment.rules import quotas as quotas_
from plumbline.assessment.rules.scheme import Scheme, from_document, load_yaml
from plumbline.assessment.rules.scoring import Engine, TooLarge, duckdb_engine
from plumbline.assessment.rules.uncertainty import (
    ClassTable,
    Evidence,
    Gated,
    NodePoints,
    Official,
    Settings,
    class_table,
    ladder,
    mean_error,
    ranks,
)
from plumbline.assessment.rules.uncertainty.building import base_leaves
from plumbline.assessment.rules.uncertainty.scores import Scores
from tests.assessment import made_up
from tests.assessment.test_engine_oracle import PHASES, Rows, scored

EVERYTHING = Path(__file__).parent / "everything.yaml"


@pytest.fixture(scope="module")
def engine() -> Engine:
    return duckdb_engine(threads=1)


def tables(scheme: Scheme, data: tuple[Rows, Rows, Rows], found: dict[str, Rows]) -> dict[str, ClassTable]:
    """Return the tables of all classes of a result."""
    points: dict[str, dict[int, NodePoints]] = {}
    for row in found["scores"]:
        points.setdefault(row["node"], {})[row["unit_id"]] = NodePoints(row["applied"], row["status"])
    scores: dict[str, dict[int, int]] = {}
    for row in found["composite"]:
        if row["score"] is not None:
            scores.setdefault(row["klass"], {})[row["unit_id"]] = row["score"]
    evidence = Evidence(made_up.arrow(scheme, *data)[0])
    return {
        klass: class_table(scheme.for_class(klass), Official(mine, points), evidence, Settings())
        for klass, mine in scores.items()
    }


def agrees(scheme: Scheme, data: tuple[Rows, Rows, Rows], found: dict[str, Rows]) -> int:
    """Compare every class with its official result; return how many units were compared."""
    official = {row["unit_id"]: row for row in found["composite"]}
    banded = {row["unit_id"]: row["numerator"] for row in found["grade_steps"] if row["step"] == "score"}
    compared = 0
    for made in tables(scheme, data, found).values():
        scores = Scores(made).many(None, {})
        expected = np.array([official[unit]["score"] for unit in made.units]) / 1e6
        assert scores[0] == pytest.approx(expected, abs=1e-3, rel=1e-6)
        ordered = ranks.order(expected[None].astype(np.float32))
        if made.grades:
            looked_at = np.array([banded[unit] for unit in made.units]) / 1e6
            free = (
                np.full(len(expected), True) if made.ceiling is None else expected - made.beyond < made.ceiling - 1e-3
            )
            without = Scores(made.for_bands).many(None, {})[0]
            assert without[free] == pytest.approx(looked_at[free], abs=1e-3, rel=1e-6)
            grades = ladder.grades(made, looked_at[None].astype(np.float32), ordered, None)[0]
            assert [made.grades[grade] for grade in grades] == [official[unit]["grade"] for unit in made.units]
        compared += len(made.units)
    return compared


@settings(max_examples=10, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_scheme_gives_its_official_scores_and_grades(engine: Engine, data: st.DataObject) -> None:
    scheme = data.draw(made_up.schemes())
    assume(base_leaves(scheme))
    drawn = data.draw(made_up.inputs(scheme))
    try:
        found = scored(engine, scheme, drawn)
    except TooLarge:
        return
    bounds = [int(band.min * 1_000_000) for band in scheme.bands]
    scores = [row["score"] for row in found["composite"] if row["score"] is not None]
    scores += [row["numerator"] for row in found["grade_steps"] if row["rule"] == "without_bonus"]
    # nearer than single precision, in numbers that no county has: nothing to be compared
    assume(all(abs(score) < 10**10 for score in scores))
    assume(all(score == bound or abs(score - bound) > 10_000 for score in scores for bound in bounds))
    assume(all(one == other or abs(one - other) > 10_000 for one in scores for other in scores))
    agrees(scheme, drawn, found)


def test_a_scheme_with_every_type_of_rule(engine: Engine) -> None:
    scheme = load_yaml(EVERYTHING.read_text(encoding="utf-8"))
    data = made_up.filled(scheme, units=60, seed=3)
    found = scored(engine, scheme, data)
    assert agrees(scheme, data, found) == 60
    for made in tables(scheme, data, found).values():
        assert any(isinstance(step, Gated) for step in made.steps)
        assert "2.7" in [made.nodes[one.node] for one in made.surveys]
        assert (made.share >= 0).all() and (made.share <= 1).all()


def document(**more: Any) -> dict[str, Any]:
    """A scheme with a survey, bonuses, a ceiling, and points that are spread."""
    answers = {"kind": "survey.answers", "where": {"question": "q"}}
    return {
        "code": "asked",
        "title": "asked",
        "ceiling": 100,
        "not_applicable": "reweight",
        "tree": [
            {
                "code": "1", "name": "one", "points": 60,
                "children": [
                    {"code": "1.1", "name": "a", "points": 40, "rules": [
                        {"type": "option_mean", "source": answers, "base": 40,
                         "values": {"good": 100, "fair": 60, "bad": 0, "unknown": None}}]},
                    {"code": "1.2", "name": "b", "points": 20, "rules": [
                        {"type": "result", "source": {"kind": "performance.result", "where": {"indicator": "b"}}}]},
                ],
            },
            {"code": "2", "name": "two", "points": 40, "rules": [
                {"type": "result", "source": {"kind": "performance.result", "where": {"indicator": "two"}}}]},
            {"code": "3", "name": "three", "kind": "bonus", "points": 10, "rules": [
                {"type": "each", "source": {"kind": "honour.granted"}, "points": 2.5}]},
            {"code": "4", "name": "four", "kind": "bonus", "points": 3, "beyond_ceiling": True, "rules": [
                {"type": "each", "source": {"kind": "honour.granted"}, "points": 1}]},
        ],
        **more,
    }  # fmt: skip


def rows(counts: list[tuple[int, int, int, int, int, int]]) -> tuple[Rows, Rows, Rows]:
    """Return facts for units: answers good, fair, bad; results b and two; honours."""
    facts: Rows = []
    for unit, (good, fair, bad, b, two, honours) in enumerate(counts, start=1):
        for option, number in (("good", good), ("fair", fair), ("bad", bad), ("unknown", 7)):
            facts.append(
                {
                    "unit_id": unit,
                    "kind": "survey.answers",
                    "quantity": number,
                    "attr_question": "q",
                    "attr_option": option,
                }
            )
        for name, value in (("b", b), ("two", two)):
            facts.append(
                {"unit_id": unit, "kind": "performance.result", "quantity": value * 1_000_000, "attr_indicator": name}
            )
        facts += [{"unit_id": unit, "kind": "honour.granted", "quantity": 1} for _honour in range(honours)]
    for place, fact in enumerate(facts, start=1):
        fact |= {"fact_id": place, "occurred_on": date(2025, 3, 3)}
    units = [{"unit_id": u, "code": f"u{u}", "klass": "all", "category": "x"} for u in range(1, len(counts) + 1)]
    return (
        facts,
        units,
        [{"unit_id": 2, "node": "1.2", "reason": "none"}, {"unit_id": 3, "node": "2", "reason": "none"}],
    )


COUNTS = [
    (80, 10, 10, 18, 38, 4),
    (50, 40, 10, 0, 30, 0),
    (9, 1, 0, 15, 0, 1),
    (100, 0, 0, 20, 40, 6),
    (3, 3, 3, 3, 3, 0),
]


def test_bounds_ceiling_spread_points_and_answers(engine: Engine) -> None:
    scheme = from_document(document())
    data = rows(COUNTS)
    found = scored(engine, scheme, data)
    assert agrees(scheme, data, found) == 5
    made = tables(scheme, data, found)["all"]
    assert made.nodes == ("1.1", "1.2", "2")
    assert made.ceiling == 100
    assert made.beyond.tolist() == pytest.approx([3, 0, 1, 3, 0])
    assert made.missing[1].tolist() == [False, True, False] and made.missing[2].tolist() == [False, False, True]
    assert made.share[1, 1] == pytest.approx(made.share[1, 0])  # what applies in the same part stands for it
    [asked] = made.surveys
    assert (asked.node, made.sources) == (0, 1)
    counts, values = np.array([[80.0, 10, 10]]), np.array([100.0, 60, 0])
    assert asked.error[0] == pytest.approx(mean_error(counts, values, turnout=None, silent=0.05)[0] / 100)


def test_a_gate_on_the_same_answers_moves_with_them(engine: Engine) -> None:
    gate = {
        "code": "g", "text": "satisfied", "below": "80%", "excludes": ["good"], "missing": "shuts",
        "metric": {"source": {"kind": "survey.answers", "where": {"question": "q"}}, "options": ["good", "fair"]},
    }  # fmt: skip
    bands = [{"min": 80, "grade": "good"}, {"min": 0, "grade": "poor"}]
    scheme = from_document(document(bands=bands, gates=[gate]))
    data = rows(COUNTS)
    found = scored(engine, scheme, data)
    assert agrees(scheme, data, found) == 5
    made = tables(scheme, data, found)["all"]
    [step] = made.steps
    assert isinstance(step, Gated)
    assert (step.source, made.surveys[0].source) == (0, 0)
    assert made.sources == 1


def test_rankings_of_voters_are_answers_too(engine: Engine) -> None:
    rule = {"type": "rank_decrement", "source": {"kind": "ballot.ranking"}, "base": 10, "step": "10%"}
    tree = [{"code": "1", "name": "one", "points": 10, "rules": [rule]}]
    scheme = from_document({"code": "ranked", "title": "ranked", "tree": tree})
    facts, units, _gone = rows([(1, 1, 1, 1, 1, 0)] * 2)
    for place, (unit, rank, papers) in enumerate([(1, "1", 6), (1, "2", 2), (2, "2", 8), (2, "x", 1)], start=100):
        facts.append(
            facts[0]
            | {"fact_id": place, "unit_id": unit, "kind": "ballot.ranking", "quantity": papers, "attr_rank": rank}
        )
    found = scored(engine, scheme, (facts, units, []))
    made = tables(scheme, (facts, units, []), found)["all"]
    [asked] = made.surveys
    assert asked.error[0] > asked.error[1] > 0  # all of the second's papers are alike
    assert made.grades == () and made.steps == ()


@pytest.mark.parametrize(("rounding", "places"), [("floor", 2), ("half_up", 2), ("ceil", 3)])
def test_a_quota_of_thirty_per_cent_of_seven(rounding: str, places: int) -> None:
    bands = [{"min": 80, "grade": "good"}, {"min": 0, "grade": "poor"}]
    quotas = [{"grade": "good", "share": "30%", "rounding": rounding, "ties": "include"}]
    [quota] = from_document(document(bands=bands, quotas=quotas)).quotas
    assert quotas_.places(quota, 7) == places
