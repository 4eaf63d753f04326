"""Runs all tests with coverage and holds the thresholds: the whole 95 %, every ``rules`` and ``actions`` file 100 %.

    python tools/test.py [-n WORKERS] [arguments for pytest]

Ends with pytest's own exit code when tests fail, with 1 when coverage is below its threshold.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHOLE = 95.0
FULL = ("rules", "actions")


def main() -> int:
    """Run pytest, then look at what it covered; pytest's closing line is printed last."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        command = [sys.executable, "-m", "pytest", "--cov", f"--cov-report=json:{report}"]
        run = subprocess.Popen([*command, *sys.argv[1:]], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        closing = ""
        assert run.stdout is not None  # noqa: S101
        for line in run.stdout:
            print(line, end="", flush=True)
            if line.startswith("=") or (" in " in line and ("passed" in line or "failed" in line or "error" in line)):
                closing = line
        code = run.wait()
        held = hold(json.loads(report.read_text())) if report.exists() else code != 0
    print(closing, end="", flush=True)
    return code or (0 if held else 1)


def hold(document: dict[str, object]) -> bool:
    """Print what is below its threshold; return whether all is held."""
    files: dict[str, dict[str, dict[str, float]]] = document["files"]  # type: ignore[assignment]
    totals: dict[str, float] = document["totals"]  # type: ignore[assignment]
    short = []
    for name, file in sorted(files.items()):
        covered = file["summary"]["percent_covered"]
        parts = Path(name).with_suffix("").parts
        if any(room in parts for room in FULL) and covered < 100.0:
            short.append(f"  {name}: {covered:.1f} % (rules and actions: 100 %), lines {file['missing_lines']}")
    whole = totals["percent_covered"]
    print(f"\nCoverage: {whole:.2f} % of the whole (at least {WHOLE} %)")
    if whole < WHOLE:
        short.append(f"  the whole: {whole:.2f} %, at least {WHOLE} %")
    if short:
        print("Coverage is below its threshold:", *short, sep="\n")
    return not short


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
