"""Quantities are read as people enter them, whatever a kind of fact keeps them in: minutes as minutes, points with decimals."""

from datetime import date
from typing import Any

import pytest

from plumbline.assessment.rules.scheme import from_document
from plumbline.assessment.rules.scoring import Engine, Inputs, duckdb_engine, score
from tests.assessment import made_up

UNITS = [{"unit_id": n, "code": f"u{n}", "klass": "a", "category": "organisation"} for n in (1, 2)]
STUDY, RESULT = "learning.session", "performance.result"
DECIMALS = {STUDY: 0, RESULT: 6, "levy.paid": 2}


@pytest.fixture(scope="module")
def engine() -> Engine:
    return duckdb_engine(threads=1)


def points(engine: Engine, rule: dict[str, Any], facts: list[tuple[int, str, int]], decimals: dict[str, int]) -> Any:
    """Return (raw, quantity) of unit 1 for facts (unit, kind, quantity)."""
    scheme = from_document(
        {"code": "decimals", "title": "x", "tree": [{"code": "1", "name": "x", "points": 40, "rules": [rule]}]}
    )
    rows = [
        {"fact_id": n, "unit_id": unit, "kind": kind, "occurred_on": date(2026, 3, 1), "quantity": quantity}
        for n, (unit, kind, quantity) in enumerate(facts, 1)
    ]
    try:
        inputs = Inputs.from_arrow(engine, *made_up.arrow(scheme, rows, UNITS, []), decimals=decimals)
        found = score(engine, scheme, inputs).arrow("hits").to_pylist()
    finally:
        engine.forget()
    mine = next(row for row in found if row["unit_id"] == 1)
    return mine["raw"], mine["quantity"]


SHORTFALL = {"type": "shortfall", "target": 1920, "step": 60, "deduct": 1.25}


def test_a_target_in_minutes_is_held_against_minutes(engine: Engine) -> None:
    facts = [(1, STUDY, 600), (1, STUDY, 240)]
    found = points(engine, SHORTFALL | {"source": {"kind": STUDY}}, facts, DECIMALS)
    assert found == (-22_500_000, 840_000_000)  # 1,080 minutes short are 18 steps


def test_a_result_with_decimals_is_read_as_it_was(engine: Engine) -> None:
    rule = SHORTFALL | {"source": {"kind": RESULT}, "target": 20, "step": 1, "deduct": 0.05}
    assert points(engine, rule, [(1, RESULT, 17_500_000)], DECIMALS) == (-100_000, 17_500_000)


def test_fen_are_read_as_yuan(engine: Engine) -> None:
    rule = {"type": "result", "source": {"kind": "levy.paid"}}
    assert points(engine, rule, [(1, "levy.paid", 1_250)], DECIMALS) == (12_500_000, 12_500_000)


def test_a_share_of_two_kinds_is_held_in_the_same_measure(engine: Engine) -> None:
    rule = SHORTFALL | {"source": {"kind": "levy.paid"}, "over": {"kind": STUDY}, "target": 60, "step": 1, "deduct": 1}
    assert points(engine, rule, [(1, "levy.paid", 5_000), (1, STUDY, 100)], DECIMALS) == (-10_000_000, 50_000_000)


def test_the_ratio_tells_values_as_they_were_entered(engine: Engine) -> None:
    rule = {"type": "ratio_to_best", "source": {"kind": STUDY}, "base": 10}
    assert points(engine, rule, [(1, STUDY, 30), (2, STUDY, 60)], DECIMALS) == (5_000_000, 30_000_000)


def test_a_given_rank_may_be_kept_in_ones(engine: Engine) -> None:
    rule = {"type": "rank", "source": {"kind": STUDY}, "rank_of": "given", "table": [5, 4, 3]}
    assert points(engine, rule, [(1, STUDY, 2)], DECIMALS)[0] == 4_000_000


@pytest.mark.parametrize(
    ("kind", "quantity", "raw"),
    [(STUDY, 3, 600_000), (RESULT, 2_500_000, 500_000), ("levy.paid", 250, 500_000), ("levy.paid", -250, -500_000)],
)
def test_points_for_each_are_for_each_whole_one(engine: Engine, kind: str, quantity: int, raw: int) -> None:
    rule = {"type": "each", "source": {"kind": kind, "measure": "quantity"}, "points": 0.2}
    assert points(engine, rule, [(1, kind, quantity)], DECIMALS)[0] == raw


def test_without_word_of_a_kind_results_are_in_millionths_and_counts_in_ones(engine: Engine) -> None:
    assert points(engine, {"type": "result", "source": {"kind": STUDY}}, [(1, STUDY, 840)], {})[0] == 840
    rule = {"type": "each", "source": {"kind": STUDY, "measure": "quantity"}, "points": 0.2}
    assert points(engine, rule, [(1, STUDY, 3)], {})[0] == 600_000
