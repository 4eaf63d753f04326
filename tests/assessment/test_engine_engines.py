"""The same tables from every engine, each integer, rank and grade: DuckDB, PostgreSQL 18 and 15, Spark."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plumbline.assessment.rules.scheme import load_yaml
from plumbline.assessment.rules.scoring import Engine, Inputs, TooLarge, duckdb_engine, score
from plumbline.assessment.rules.scoring.arithmetic import LARGEST, div_half_up, mul_div_half_up, total
from plumbline.kernel import numbers
from tests.assessment import engines, made_up, oracle
from tests.assessment.schemes import shipped
from tests.assessment.test_engine_oracle import PHASES

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
ENGINES = [
    "duckdb",
    "postgresql18",
    pytest.param("postgresql15", marks=pytest.mark.postgres15),
    pytest.param("spark", marks=pytest.mark.spark),
]


@pytest.fixture(scope="module")
def duckdb() -> Engine:
    return duckdb_engine(threads=1)


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest, duckdb: Engine) -> Iterator[Engine]:
    name = request.param
    if name == "postgresql15" and not engines.BINARIES_15.exists():
        pytest.skip("Debian's postgresql-15 is not installed")
    if name == "spark":
        pytest.importorskip("pyspark")
        if shutil.which("java") is None:
            pytest.skip("Java is not installed")
    if name == "duckdb":
        yield duckdb
        return
    openers = {"postgresql18": engines.embedded, "postgresql15": engines.debian_15, "spark": engines.spark}
    with openers[name]() as opened:
        yield opened


def column(engine: Engine, rows: list[tuple[int, ...]], names: str) -> ibis.Table:
    """Bring integers to an engine as a table."""
    columns = zip(*rows, strict=True)
    return engine.take(
        "pl_numbers", pa.table({name: pa.array(one, pa.int64()) for name, one in zip(names, columns, strict=True)})
    )


def results(engine: Engine, expr: Any) -> list[Any]:
    return list(engine.fetch(expr).to_pylist())


EDGES = [
    (2**53 + 1, 2), (2**53 + 1, 3), (2**61 - 1, 1), (2**61 - 1, 2), (-(2**61) + 1, 2), (5, 2), (-5, 2), (1, 3), (-1, 3), (0, 7),
    (2**60 + 1, 2**60), (10**18 + 5, 10), (-(10**18) - 5, 10), (9_007_199_254_740_993, 1), (2**61 - 3, 2**32),
]  # fmt: skip


@settings(max_examples=8, deadline=None, phases=PHASES, suppress_health_check=QUIET)
@given(st.lists(st.tuples(st.integers(-(2**61), 2**61), st.integers(1, 2**60)), min_size=200, max_size=400))
def test_division_rounds_half_away_from_zero_beyond_what_a_double_holds(
    engine: Engine, drawn: list[tuple[int, int]]
) -> None:
    rows = [*EDGES, *drawn]
    table = column(engine, rows, "ab")
    found = results(engine, table.select("a", "b", c=div_half_up(engine, table.a, table.b)))
    engine.forget()
    assert sorted((row["a"], row["b"], row["c"]) for row in found) == sorted(
        (a, b, numbers.div_half_up(a, b)) for a, b in rows
    )


@settings(max_examples=8, deadline=None, phases=PHASES, suppress_health_check=QUIET)
@given(
    st.lists(
        st.tuples(st.integers(0, LARGEST), st.integers(0, 10**15 - 1), st.integers(1, LARGEST)).filter(
            lambda one: one[0] * one[1] // one[2] < 2**62
        ),
        min_size=50, max_size=200,
    )
)  # fmt: skip
def test_a_product_may_pass_64_bits_before_it_is_divided(engine: Engine, drawn: list[tuple[int, int, int]]) -> None:
    rows = [(LARGEST, 10**15 - 1, LARGEST), (LARGEST - 1, 10**15 - 1, LARGEST), (1, 1, 2), (1, 1, 3), *drawn]
    table = column(engine, rows, "abc")
    found = results(engine, table.select("a", "b", "c", d=mul_div_half_up(engine, table.a, table.b, table.c)))
    engine.forget()
    assert sorted((row["a"], row["b"], row["c"], row["d"]) for row in found) == sorted(
        (a, b, c, numbers.div_half_up(a * b, c)) for a, b, c in rows
    )


def test_a_sum_that_does_not_fit_is_an_error_and_never_a_wrong_number(engine: Engine) -> None:
    fits = column(engine, [(2**62,), (2**62 - 1,)], "a")
    assert results(engine, fits.agg(a=total(fits.a))) == [{"a": 2**63 - 1}]
    engine.forget()
    passes = column(engine, [(2**62,), (2**62,)], "a")
    with pytest.raises(TooLarge):
        results(engine, passes.agg(a=total(passes.a)))
    reconnect(engine)
    with pytest.raises(TooLarge):
        results(engine, passes.select(a=passes.a * 3))
    reconnect(engine)
    engine.forget()


def test_integers_beside_nothing_stay_integers(engine: Engine) -> None:
    rows = pa.table({"a": pa.array([1, 2, 3]), "b": pa.array([2**53 + 1, None, -(2**62)])})
    table = engine.take("pl_numbers", rows)
    kept = engine.keep("pl_kept", table.select("a", b=table.b + 1))
    found = sorted(results(engine, kept), key=lambda row: row["a"])
    engine.forget()
    assert [row["b"] for row in found] == [2**53 + 2, None, -(2**62) + 1]


def reconnect(engine: Engine) -> None:
    """Let PostgreSQL leave the transaction that failed."""
    if engine.name == "postgresql":
        engine.con.con.rollback()


def tables(engine: Engine, scheme: Any, data: tuple[Any, ...]) -> dict[str, pa.Table]:
    try:
        return score(engine, scheme, Inputs.from_arrow(engine, *made_up.arrow(scheme, *data))).all()
    finally:
        engine.forget()


@settings(max_examples=4, deadline=None, phases=PHASES, suppress_health_check=QUIET)
@given(st.data())
def test_made_up_schemes_give_the_same_tables(engine: Engine, duckdb: Engine, data: st.DataObject) -> None:
    if engine.name == "spark":
        pytest.skip("Spark takes half a minute for each scheme; it has the scheme with every type of rule below")
    scheme = data.draw(made_up.schemes())
    drawn = data.draw(made_up.inputs(scheme))
    try:
        here = tables(duckdb, scheme, drawn)
    except TooLarge:
        with pytest.raises(TooLarge):
            tables(engine, scheme, drawn)
        return
    there = tables(engine, scheme, drawn)
    for name, table in here.items():
        assert there[name].equals(table), name


def test_a_scheme_with_every_type_of_rule_gives_the_same_tables(engine: Engine, duckdb: Engine) -> None:
    scheme = load_yaml((Path(__file__).parent / "everything.yaml").read_text())
    facts, units, _none = made_up.filled(scheme, units=30, seed=11)
    away = {"1": [4], "1.2": [3], "1.3": [5, 6, 7, 9], "1.4": [8], "2.1": [3, 8], "2": [10], "2.8": [11]}
    gone = [{"unit_id": unit, "node": node, "reason": "new"} for node, them in away.items() for unit in them]
    here, there = tables(duckdb, scheme, (facts, units, gone)), tables(engine, scheme, (facts, units, gone))
    assert {row["step"] for row in here["grade_steps"].to_pylist()} == {
        "score", "gate", "bar", "direct", "condition", "veto", "quota",
    }  # fmt: skip
    assert len(here["grade_steps"]) > 60
    for name, table in here.items():
        assert there[name].equals(table), name
    expected = oracle.score(scheme, facts, units, gone)
    assert {name: table.to_pylist() for name, table in there.items()} == expected


ON_SPARK = {"departments_1000", "leaders_vote_bands", "branch_stars_contest"}


@pytest.mark.parametrize(
    "code",
    [
        "routine_work", "classification", "departments_1000", "branch_stars_satisfaction", "branch_stars_contest",
        "cadre_work", "leaders_vote_bands", "satisfaction_survey",
    ],
)  # fmt: skip
def test_shipped_schemes_give_the_same_tables(engine: Engine, duckdb: Engine, code: str) -> None:
    if engine.name == "spark" and code not in ON_SPARK:
        pytest.skip("Spark takes a quarter of a minute for each; its rules stand in those it has, and in the one above")
    scheme = load_yaml(shipped(code))
    drawn = made_up.filled(scheme, units=40, seed=7)
    here, there = tables(duckdb, scheme, drawn), tables(engine, scheme, drawn)
    assert here["scores"].num_rows == 40 * sum(1 for _node in scheme.walk())
    for name, table in here.items():
        assert there[name].equals(table), name
