"""One calculation done three ways, each in a process of its own: ours, hand-written DuckDB SQL, and pandas.

Each prints one line of JSON: seconds, processor seconds,
peak memory in MB, and the sum and hash of the scores, so that equal work is proved equal.
"""

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.scoring.data import scheme_of

THREADS = 2
MEMORY = os.environ.get("PLUMBLINE_BENCH_MEMORY", "1GB")
"""What DuckDB may take; beyond it, it writes to the disk."""


def ours(folder: Path, indicators: int) -> dict[str, int]:
    """Score with Plumbline's engine on DuckDB: composite scores and ranks."""
    from plumbline.assessment.rules import tables
    from plumbline.assessment.rules.scoring import Inputs, duckdb_engine, score

    engine = duckdb_engine(threads=THREADS, memory=MEMORY)
    inputs = Inputs(
        engine.con.read_parquet(str(folder / "facts.parquet")),
        engine.con.read_parquet(str(folder / "units.parquet")),
        engine.take("pl_applicability", tables.APPLICABILITY.empty_table()),
    )
    composite = score(engine, scheme_of(indicators), inputs).arrow("composite")
    return _digest(composite.column("score").to_numpy(), composite.column("rank").to_numpy())


def hand_sql(folder: Path, indicators: int) -> dict[str, int]:
    """Score with SQL written by hand for exactly this scheme: two scans of the facts, no explanation kept."""
    con = duckdb.connect()
    con.execute(f"SET threads = {THREADS}; SET memory_limit = '{MEMORY}'; SET preserve_insertion_order = false")
    con.execute(
        f"CREATE VIEW facts AS FROM '{folder}/facts.parquet'; CREATE VIEW units AS FROM '{folder}/units.parquet'"
    )
    con.execute("CREATE TEMP TABLE rules (code VARCHAR, kind VARCHAR, type INT)")
    kinds = ["meeting.held", "finding.recorded", "contact.visit", "performance.result"]
    con.executemany("INSERT INTO rules VALUES (?, ?, ?)", [(f"c{n}", kinds[n % 4], n % 4) for n in range(indicators)])
    con.execute(_SQL)
    rows = con.execute("SELECT score, rank FROM result ORDER BY unit_id").fetchnumpy()
    return _digest(rows["score"], rows["rank"])


_SQL = """
CREATE TEMP TABLE measured AS
SELECT unit_id, r.code, r.type, count(*) AS facts, sum(quantity)::BIGINT AS total,
       bit_count(bit_or(CASE WHEN r.type = 0 THEN 1 << ((month(occurred_on) - 1) // 3)::INT ELSE 0 END)) AS quarters
FROM facts f JOIN rules r ON f.kind = r.kind AND f.attr_code = r.code GROUP BY ALL;
CREATE TEMP TABLE best AS
SELECT m.code, u.klass, max(total) AS best FROM measured m JOIN units u USING (unit_id) WHERE type = 3 GROUP BY ALL;
CREATE TEMP TABLE earned AS
SELECT unit_id, sum(CASE type
    WHEN 0 THEN 10000000 - greatest(4 - quarters, 0) * 2500000
    WHEN 1 THEN 10000000 - 3000000
    WHEN 2 THEN greatest(10000000 - greatest(6 - facts, 0) * 1500000, 0)
    ELSE (2 * total::HUGEINT * 10000000 + b.best) // (2 * b.best) END)::BIGINT AS points,
    sum(CASE type WHEN 1 THEN 1 ELSE 0 END) AS flaws, sum(CASE type WHEN 2 THEN 1 ELSE 0 END) AS visited
FROM measured m JOIN units u USING (unit_id) LEFT JOIN best b ON b.code = m.code AND b.klass = u.klass GROUP BY unit_id;
CREATE TEMP TABLE result AS
SELECT unit_id, score, rank() OVER (PARTITION BY klass ORDER BY score DESC) AS rank FROM (
    SELECT u.unit_id, u.klass, coalesce(points, 0)
        + ((SELECT count(*) FROM rules WHERE type = 1) - coalesce(flaws, 0)) * 10000000
        + ((SELECT count(*) FROM rules WHERE type = 2) - coalesce(visited, 0)) * 1000000 AS score
    FROM units u LEFT JOIN earned e USING (unit_id));
"""


def pandas(folder: Path, indicators: int) -> dict[str, int]:
    """Score with pandas as one would write it: merges and groups."""
    import pandas as pd

    facts = pd.read_parquet(folder / "facts.parquet")
    units = pd.read_parquet(folder / "units.parquet")
    kinds = ["meeting.held", "finding.recorded", "contact.visit", "performance.result"]
    rules = pd.DataFrame([{"attr_code": f"c{n}", "kind": kinds[n % 4], "type": n % 4} for n in range(indicators)])
    found = facts.merge(rules, on=["kind", "attr_code"])
    keys = ["unit_id", "attr_code", "type"]
    measured = found.groupby(keys, as_index=False).agg(facts=("quantity", "size"), total=("quantity", "sum"))
    met = found[found.type == 0]
    quarter = met.assign(quarter=(met.occurred_on.astype("datetime64[s]").dt.month - 1) // 3)
    quarters = quarter.drop_duplicates(["unit_id", "attr_code", "quarter"]).groupby(["unit_id", "attr_code"]).size()
    measured = measured.merge(quarters.rename("quarters"), on=["unit_id", "attr_code"], how="left")
    measured = measured.merge(units[["unit_id", "klass"]], on="unit_id")
    measured["best"] = measured.groupby(["attr_code", "klass"]).total.transform("max")
    points = np.select(
        [measured.type == 0, measured.type == 1, measured.type == 2],
        [
            10_000_000 - (4 - measured.quarters.fillna(0).astype("int64")).clip(lower=0) * 2_500_000,
            np.full(len(measured), 7_000_000),
            (10_000_000 - (6 - measured.facts).clip(lower=0) * 1_500_000).clip(lower=0),
        ],
        (2 * measured.total * 10_000_000 + measured.best) // (2 * measured.best),
    )
    measured = measured.assign(points=points, flaw=measured.type == 1, visit=measured.type == 2)
    earned = measured.groupby("unit_id").agg(points=("points", "sum"), flaws=("flaw", "sum"), visited=("visit", "sum"))
    rows = units.merge(earned, on="unit_id", how="left").fillna({"points": 0, "flaws": 0, "visited": 0})
    flaws, visits = int((rules.type == 1).sum()), int((rules.type == 2).sum())
    rows["score"] = (rows.points + (flaws - rows.flaws) * 10_000_000 + (visits - rows.visited) * 1_000_000).astype(
        "int64"
    )
    rows["rank"] = rows.groupby("klass").score.rank(method="min", ascending=False).astype("int64")
    rows = rows.sort_values("unit_id")
    return _digest(rows.score.to_numpy(), rows["rank"].to_numpy())


def _digest(scores: np.ndarray, ranks: np.ndarray) -> dict[str, int]:
    """Return numbers that are equal only if every score and rank is."""
    places = np.arange(1, len(scores) + 1, dtype=np.int64)
    mixed = (scores.astype(np.int64) * 31 + ranks.astype(np.int64)) % 1_000_003
    return {"sum": int(scores.astype(np.int64).sum()), "mark": int((mixed * (places % 10_007)).sum())}


WAYS: dict[str, Callable[[Path, int], dict[str, int]]] = {"ours": ours, "sql": hand_sql, "pandas": pandas}


def main(way: str, folder: str, indicators: str, warm_up: str) -> None:
    """Do one calculation and print its line; a tiny one goes before it, so that no way pays for loading its libraries."""
    WAYS[way](Path(warm_up), 4)
    start, cpu = time.perf_counter(), time.process_time()
    found = WAYS[way](Path(folder), int(indicators))
    seconds, used = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        json.dumps({"way": way, "seconds": round(seconds, 3), "cpu": round(used, 3), "peak_mb": round(peak), **found})
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
