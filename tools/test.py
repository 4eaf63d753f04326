"""Runs all tests with coverage, names every file short of the aim, and fails below the floor.

The aim is 95 % of the whole (lines and branches), and 100 % of every file in ``rules`` and ``actions``. The floor is what the
project holds already: it is raised as the aim comes nearer and is never lowered.

    python tools/test.py [-n WORKERS] [arguments for pytest]

Ends with pytest's own exit code when tests fail, with 1 when coverage is below the floor.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
AIM = 95.0
FLOOR = 95.0
FULL = ("rules", "actions")
FULL_FLOOR = 99.0


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
    """Print what is short of the aim; return whether the floor is held by the whole, and by rules and actions together."""
    files: dict[str, dict[str, dict[str, float]]] = document["files"]  # type: ignore[assignment]
    totals: dict[str, float] = document["totals"]  # type: ignore[assignment]
    rooms = {name: file for name, file in files.items() if set(FULL) & set(Path(name).with_suffix("").parts)}
    for name, file in sorted(rooms.items()):
        covered = file["summary"]["percent_covered"]
        if covered < 100.0:
            print(f"  short of 100 %: {name}: {covered:.1f} %, lines {file['missing_lines']}")
    parts = ("covered_lines", "covered_branches"), ("num_statements", "num_branches")
    done, all_of = (sum(file["summary"].get(part, 0) for file in rooms.values() for part in kind) for kind in parts)
    full, whole = 100.0 * done / max(all_of, 1), totals["percent_covered"]
    print(f"Coverage: {whole:.2f} % of the whole (aim {AIM} %, floor {FLOOR} %)")
    print(f"Coverage: {full:.2f} % of rules and actions (aim 100 %, floor {FULL_FLOOR} %)")
    return whole >= FLOOR and full >= FULL_FLOOR


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
