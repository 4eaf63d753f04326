"""All benchmarks, one after the other: ``make bench``. Each writes its section of benchmarks/RESULTS.md.

python benchmarks/run.py [NAME ...]      only these, such as ``pages``
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = sorted(path.parent.name for path in (ROOT / "benchmarks").glob("*/__main__.py"))


def main() -> int:
    """Run the benchmarks that are named, else all; return 1 when one failed."""
    wanted = sys.argv[1:] or NAMES
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are: {', '.join(NAMES)}")
        return 2
    failed = [
        name for name in wanted if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT).returncode
    ]
    print(f"benchmarks failed: {', '.join(failed)}" if failed else "benchmarks: all ran; see benchmarks/RESULTS.md")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
