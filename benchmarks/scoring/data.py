"""Made-up facts for the benchmarks: plain columns from a seed, no people in them."""

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from plumbline.assessment.rules import tables
from plumbline.assessment.rules.scheme import Scheme, from_document

DAY_ONE = np.datetime64("2025-01-01")


def scheme_of(indicators: int) -> Scheme:
    """Return a scheme of ``indicators`` leaves in groups of ten: meetings, findings, visits and results in turn."""
    makers = [_meetings, _finding, _visits, _result]
    groups = []
    for start in range(0, indicators, 10):
        leaves = [
            {"code": f"i{number}", "name": f"indicator {number}", "points": 10, "rules": [makers[number % 4](number)]}
            for number in range(start, min(start + 10, indicators))
        ]
        groups.append(
            {"code": f"g{start // 10}", "name": f"group {start // 10}", "points": 10 * len(leaves), "children": leaves}
        )
    return from_document({"code": "benchmark", "title": "Benchmark", "tree": groups, "bands": BANDS(10 * indicators)})


def BANDS(total: int) -> list[dict[str, object]]:  # noqa: N802 - a constant that depends on the total
    """Return four bands at nine, eight and six tenths of the total."""
    cuts = [(total * 9 // 10, "good"), (total * 8 // 10, "fairly good"), (total * 6 // 10, "average"), (0, "poor")]
    return [{"min": least, "grade": grade} for least, grade in cuts]


def _meetings(number: int) -> dict[str, object]:
    source = {"kind": "meeting.held", "where": {"code": f"c{number}"}, "measure": "periods", "per": "quarter"}
    return {"type": "missing", "source": source, "required": 4, "deduct": 2.5}


def _finding(number: int) -> dict[str, object]:
    return {"type": "flaw", "source": {"kind": "finding.recorded", "where": {"code": f"c{number}"}}, "deduct": 3}


def _visits(number: int) -> dict[str, object]:
    return {
        "type": "missing",
        "source": {"kind": "contact.visit", "where": {"code": f"c{number}"}},
        "required": 6,
        "deduct": 1.5,
    }


def _result(number: int) -> dict[str, object]:
    source = {"kind": "performance.result", "where": {"code": f"c{number}"}, "measure": "quantity"}
    return {"type": "ratio_to_best", "source": source, "base": 10}


def facts_of(units: int, facts: int, indicators: int, seed: int = 7) -> pa.Table:
    """Return ``facts`` rows spread evenly over the units and indicators by a seed."""
    rng = np.random.default_rng(seed)
    number = rng.integers(0, indicators, facts)
    kinds = np.array(["meeting.held", "finding.recorded", "contact.visit", "performance.result"])
    codes = np.array([f"c{one}" for one in range(indicators)])
    quantity = np.where(number % 4 == 3, rng.integers(1_000_000, 90_000_000, facts), 1)
    return pa.table(
        {
            "fact_id": np.arange(1, facts + 1),
            "unit_id": rng.integers(1, units + 1, facts),
            "kind": pa.DictionaryArray.from_arrays(number % 4, kinds).cast(pa.string()),
            "occurred_on": pa.array(DAY_ONE + rng.integers(0, 365, facts), type=pa.date32()),
            "quantity": quantity,
            "attr_code": pa.DictionaryArray.from_arrays(number, codes).cast(pa.string()),
        },
        schema=tables.facts(["code"]),
    )


def units_of(count: int, classes: int = 4) -> pa.Table:
    """Return the units in classes of about equal size."""
    number = np.arange(1, count + 1)
    return pa.table(
        {
            "unit_id": number, "code": [f"u{one}" for one in number], "klass": [f"class {one % classes}" for one in number],
            "category": ["organisation"] * count,
        },
        schema=tables.UNITS,
    )  # fmt: skip


def write_large(folder: Path, units: int, facts: int, indicators: int, seed: int = 7) -> None:
    """Write as ``write`` does, by DuckDB and never all in memory: the numbers come from a hash of the row's number."""
    if (folder / "units.parquet").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect()
    con.execute("SET threads = 2; SET memory_limit = '2GB'; SET preserve_insertion_order = false")
    con.execute(f"SET temp_directory = '{folder}'")
    options = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 1000000)"
    con.execute(f"COPY ({_FACTS.format(units=units, facts=facts, indicators=indicators, seed=seed)}) "
                f"TO '{folder}/facts.parquet' {options}")  # fmt: skip
    con.execute(f"COPY (SELECT n AS unit_id, 'u' || n AS code, 'class ' || (n % 4) AS klass, 'organisation' AS category "
                f"FROM range(1, {units + 1}) t(n)) TO '{folder}/units.parquet' {options}")  # fmt: skip


_FACTS = """
SELECT n AS fact_id, 1 + (hash(n, {seed}) % {units})::BIGINT AS unit_id,
       ['meeting.held', 'finding.recorded', 'contact.visit', 'performance.result'][1 + i % 4] AS kind,
       DATE '2025-01-01' + (hash(n, {seed} + 1) % 365)::INT AS occurred_on,
       CASE WHEN i % 4 = 3 THEN 1000000 + (hash(n, {seed} + 2) % 89000000)::BIGINT ELSE 1 END AS quantity,
       'c' || i AS attr_code
FROM (SELECT n, (hash(n, {seed} + 3) % {indicators})::INT AS i FROM range(1, {facts} + 1) t(n))
"""


def write(folder: Path, units: int, facts: int, indicators: int) -> None:
    """Write facts and units as Parquet into ``folder``, unless they lie there already."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "units.parquet").exists():
        pq.write_table(facts_of(units, facts, indicators), folder / "facts.parquet")
        pq.write_table(units_of(units), folder / "units.parquet")
