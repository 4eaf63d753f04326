"""Run with ``python -m benchmarks.analysis``: prints the figures and writes them into benchmarks/RESULTS.md."""

import json
import subprocess
import sys

from benchmarks.results import Line, write_section

SIZES = ((51, 49), (1000, 60))
"""Units and indicators: a published index, and the departments of a province."""
WORK = {"made into an index": ("ours", "pandas"), "its indicators analysed": ("our words", "scipy's")}


def measure(way: str, units: int, indicators: int) -> dict[str, float]:
    """Return what one way needed, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.analysis.peers", way, str(units), str(indicators)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(found.stdout.splitlines()[-1]))


def main() -> None:
    """Measure both, and stop where the ways disagree."""
    lines: list[Line] = []
    for units, indicators in SIZES:
        for work, ways in WORK.items():
            if units > 100 and work == "its indicators analysed":
                continue  # leaving each of a thousand units out one by one is no peer but a wait
            what = f"{units:,} units, {indicators} indicators, {work}"
            found = {way: measure(way, units, indicators) for way in ways}
            ours = found[ways[0]]
            for way, one in found.items():
                if abs(one["sum"] - ours["sum"]) > 1e-6 * abs(ours["sum"]):
                    raise SystemExit(f"{what}: {way} disagrees: {one['sum']} against {ours['sum']}")
                lines.append(
                    Line(what, way, f"{1000 * one['seconds']:.1f} ms", f"{1000 * one['cpu']:.1f} ms", "",
                         f"{ours['seconds'] / one['seconds']:.2f}")
                )  # fmt: skip
    write_section("Analysis", "ours / this way; the sums agree", lines)


if __name__ == "__main__":
    main()
