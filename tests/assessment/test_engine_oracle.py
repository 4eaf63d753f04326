"""The engine against a slow calculation in plain Python, on schemes and facts that nobody would think of."""

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from plumbline.assessment.rules.scheme import NodeKind, Scheme
from plumbline.assessment.rules.scoring import Engine, Inputs, TooLarge, duckdb_engine, score
from plumbline.kernel.numbers import BASIS, div_half_up
from tests.assessment import made_up, oracle

Rows = list[dict[str, Any]]
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]
"""To shrink a failing case would take minutes, since each try is a whole scoring; the cases are small as they are."""


@pytest.fixture(scope="module")
def engine() -> Engine:
    return duckdb_engine(threads=1)


def scored(engine: Engine, scheme: Scheme, data: tuple[Rows, Rows, Rows]) -> dict[str, Rows]:
    """Return the engine's five tables as rows."""
    try:
        results = score(engine, scheme, Inputs.from_arrow(engine, *made_up.arrow(scheme, *data)))
        return {name: table.to_pylist() for name, table in results.all().items()}
    finally:
        engine.forget()


@settings(
    max_examples=12,
    deadline=None,
    phases=PHASES,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_every_integer_rank_and_grade_is_the_same(engine: Engine, data: st.DataObject) -> None:
    scheme = data.draw(made_up.schemes())
    drawn = data.draw(made_up.inputs(scheme))
    expected = oracle.score(scheme, *drawn)
    try:
        found = scored(engine, scheme, drawn)
    except TooLarge:
        assert max(abs(row["raw"]) for row in expected["hits"]) > 2**62, "nothing was too large"
        return
    for name in ("hits", "scores", "counted", "composite", "grade_steps"):
        assert found[name] == expected[name], name
    contributions_add_up(scheme, found)


def contributions_add_up(scheme: Scheme, found: dict[str, Rows]) -> None:
    """What the rules give makes the leaf, the parts make the whole, the weighted first level makes the composite: exactly.

    Where points are spread over what applies, the whole is more than its parts; a ceiling may make it less.
    """
    spread = "reweight" in {scheme.not_applicable, *(node.not_applicable for node, _parent, _depth in scheme.walk())}
    applied = {(row["unit_id"], row["node"]): row for row in found["scores"]}
    by_leaf: dict[tuple[int, str], int] = defaultdict(int)
    for row in found["hits"]:
        by_leaf[row["unit_id"], row["node"]] += row["applied"]
    for row in found["composite"]:
        unit, weights = row["unit_id"], scheme.weights(scheme.profile_of(row["klass"]))
        total = 0
        for node, parent, _depth in scheme.walk():
            own = applied[unit, node.code]
            if node.children:
                parts = sum(applied[unit, child.code]["applied"] for child in node.children)
                assert own["raw"] == parts or (spread and own["raw"] > parts)
            elif own["status"] == "scored":
                full = int((node.points or 0) * 1_000_000)
                assert own["raw"] == (full if node.starts_full else 0) + by_leaf[unit, node.code]
            if parent is None:
                total += div_half_up(own["applied"] * weights[node.code], BASIS)
        base = [applied[unit, node.code]["status"] for node in scheme.tree if node.kind is NodeKind.BASE]
        if "scored" not in base:
            assert row["score"] is None
        elif not spread and scheme.ceiling is None:
            assert row["score"] == total
