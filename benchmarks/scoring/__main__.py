"""Run with ``python -m benchmarks.scoring``: prints the figures and writes them into benchmarks/RESULTS.md.

``--large`` measures a hundred million facts of five million units instead, once, against hand-written SQL; the data is made on
the way (some two gigabytes) and removed at the end. ``--large 1000000 50000`` tries it with fewer facts and units.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.results import Line, write_section
from benchmarks.scoring.data import write, write_large

ROUNDS = 3
COUNTY = ("county", 158, 100_000, 100)
NATION = ("nation", 500_000, 10_000_000, 20)
LARGE = (100_000_000, 5_000_000)
LARGE_INDICATORS = 20
LARGE_MEMORY = "6GB"
"""What DuckDB may take of the nine gigabytes; the tables that come home and the program take the rest."""


def measure(way: str, folder: Path, indicators: int, warm_up: Path, rounds: int = ROUNDS) -> dict[str, float]:
    """Return the best of some runs of one way, each in a process of its own; the results must be equal in all."""
    best: dict[str, float] = {}
    for _round in range(rounds):
        command = [sys.executable, "-m", "benchmarks.scoring.peers", way, str(folder), str(indicators), str(warm_up)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        best = found if not best or found["seconds"] < best["seconds"] else best
    return best


def lines_of(name: str, found: dict[str, dict[str, float]]) -> list[Line]:
    """Return the lines of one size: each way's seconds, and ours as a ratio of it."""
    if len({(one["sum"], one["mark"]) for one in found.values()}) != 1:
        raise SystemExit(f"{name}: the ways disagree, so their times mean nothing: {found}")
    ours = found["ours"]["seconds"]
    return [
        Line(
            name,
            way,
            f"{one['seconds']:.2f} s",
            f"{one['cpu']:.2f} s",
            f"{one['peak_mb']:.0f} MB",
            f"{ours / one['seconds']:.2f}",
        )
        for way, one in found.items()
    ]


def large(base: Path, facts: int, units: int) -> None:
    """Measure a whole nation once for each way, ours first."""
    os.environ["PLUMBLINE_BENCH_MEMORY"] = LARGE_MEMORY
    folder = base / "large"
    try:
        write_large(folder, units, facts, LARGE_INDICATORS)
        found = {way: measure(way, folder, LARGE_INDICATORS, base / "warm", rounds=1) for way in ("ours", "sql")}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    title = f"{facts:,} facts, {units:,} units, {LARGE_INDICATORS} indicators"
    write_section("Scoring at large", "ours / this way, one run each; the sums are equal", lines_of(title, found))


def main() -> None:
    """Measure the county and the nation, or with ``--large`` the whole nation."""
    base = Path(os.environ.get("PLUMBLINE_BENCH", tempfile.gettempdir())) / "plumbline-bench"
    write(base / "warm", 20, 400, 4)
    if "--large" in sys.argv:
        given = [int(text) for text in sys.argv[sys.argv.index("--large") + 1 :]]
        large(base, *(given or LARGE))
        return
    lines: list[Line] = []
    for name, units, facts, indicators in (COUNTY, NATION):
        folder = base / name
        write(folder, units, facts, indicators)
        found = {way: measure(way, folder, indicators, base / "warm") for way in ("ours", "sql", "pandas")}
        title = f"{facts:,} facts, {units:,} units, {indicators} indicators"
        lines += lines_of(title, found)
    write_section("Scoring", "ours / this way; the sums of all scores and ranks are equal in all ways", lines)


if __name__ == "__main__":
    main()
