"""Run with ``python -m benchmarks.uncertainty``: prints the figures and writes them into benchmarks/RESULTS.md."""

import json
import subprocess
import sys

from benchmarks.results import Line, write_section

SIZES = ((100, 60, 5), (3000, 60, 1))
"""Units, indicators, and how often each way is measured."""
WAYS = ("ours", "ours with Sobol", "numpy", "pandas")
INDICES = ("our indices", "SALib's indices")
NEAR = {"low": 0.03, "high": 0.03, "good": 0.03, "first": 0.03, "sobol": 0.15}
"""By how much the ways may differ, as a share: they draw other numbers from the same distribution."""


def measure(way: str, units: int, indicators: int, times: int) -> dict[str, float]:
    """Return what one way needed, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.uncertainty.peers", way, str(units), str(indicators), str(times)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(found.stdout.splitlines()[-1]))


def lines_of(what: str, found: dict[str, dict[str, float]]) -> list[Line]:
    """Return the lines of one size; stop where the ways disagree by more than chance."""
    ours = next(iter(found.values()))
    for way, one in found.items():
        for name, near in NEAR.items():
            if name in ours and abs(one[name] - ours[name]) > near * max(abs(ours[name]), 1):
                raise SystemExit(f"{what}: {way} disagrees on {name}: {one[name]} against {ours[name]}")
    return [
        Line(what, way, f"{one['seconds']:.3f} s", f"{one['cpu']:.2f} s", f"{one['peak_mb']:.0f} MB",
             f"{ours['seconds'] / one['seconds']:.2f}")
        for way, one in found.items()
    ]  # fmt: skip


def main() -> None:
    """Measure a county's class and a large one, 10,000 draws each."""
    lines: list[Line] = []
    for units, indicators, times in SIZES:
        found = {way: measure(way, units, indicators, times) for way in WAYS}
        lines += lines_of(f"{units:,} units, {indicators} indicators, 10,000 draws", found)
        found = {way: measure(way, units, indicators, times) for way in INDICES}
        lines += lines_of(f"{units:,} units, {indicators} indicators, indices", found)
    write_section("Uncertainty", "ours / this way; all ways agree on intervals, grades and the order of pairs", lines)


if __name__ == "__main__":
    main()
