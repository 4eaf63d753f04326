"""Run with ``python -m benchmarks.scoring``: prints the figures and writes them into benchmarks/RESULTS.md."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.results import Line, write_section
from benchmarks.scoring.data import write

ROUNDS = 3
COUNTY = ("county", 158, 100_000, 100)
NATION = ("nation", 500_000, 10_000_000, 20)


def measure(way: str, folder: Path, indicators: int, warm_up: Path) -> dict[str, float]:
    """Return the best of some runs of one way, each in a process of its own; the results must be equal in all."""
    best: dict[str, float] = {}
    for _round in range(ROUNDS):
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


def main() -> None:
    """Measure the county and the nation."""
    base = Path(os.environ.get("PLUMBLINE_BENCH", tempfile.gettempdir())) / "plumbline-bench"
    write(base / "warm", 20, 400, 4)
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
