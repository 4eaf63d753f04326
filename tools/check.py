"""Everything that is checked without running the product: ``make check``. Runs all, then names what failed.

python tools/check.py [NAME ...]      only these checks
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BUILT = ROOT / "src" / "plumbline" / "web" / "static" / "bundle"


def run(*command: str, cwd: Path = ROOT) -> bool:
    """Run a program; return whether it ended well."""
    return subprocess.run(command, cwd=cwd, check=False).returncode == 0


def style() -> bool:
    """Hold the rules and the format of Ruff."""
    return run(str(BIN / "ruff"), "check", ".") and run(str(BIN / "ruff"), "format", "--check", "--quiet", ".")


def types() -> bool:
    """Run mypy, strict, over the whole package."""
    return run(str(BIN / "mypy"))


def walls() -> bool:
    """Hold the contracts of .importlinter."""
    return run(str(BIN / "lint-imports"), "--no-cache")


def migrations() -> bool:
    """Compare the tables with the models."""
    return run(sys.executable, "-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run")


def translations() -> bool:
    """Look for texts that lack one of the languages."""
    return run(sys.executable, "tools/messages.py", "check")


def documents() -> bool:
    """Follow the links between documents."""
    wrong = []
    for name in tracked("*.md"):
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", (ROOT / name).read_text()):
            elsewhere = "://" in target or target.startswith("mailto:")
            if not elsewhere and not (ROOT / name).parent.joinpath(target).exists():
                wrong.append(f"{name}: {target} is not there")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return not wrong


def locks() -> bool:
    """Look for hashes in the lock files, and for hosts that must not be there."""
    wrong = []
    for name in tracked("requirements/*.txt", "frontend/package-lock.json"):
        text = (ROOT / name).read_text()
        wrong += [f"{name}: {line.strip()}" for line in text.splitlines() if _names_a_host(line)]
        if name.endswith(".txt"):
            pins = re.findall(r"^[A-Za-z0-9][^\s=]*==.*(?:\n    .*)*", text, re.MULTILINE)
            wrong += [f"{name}: {pin.split()[0]} has no hash" for pin in pins if "--hash=sha256:" not in pin]
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return not wrong


def _names_a_host(line: str) -> bool:
    """Tell whether a line of a lock file says where a package comes from (not who pays for it)."""
    if '"funding"' in line or '"url": "https://' in line:
        return False
    return "://" in line or "index-url" in line or "find-links" in line or '"resolved"' in line


def frontend() -> bool:
    """Rebuild the browser files and compare them with those in the repository."""
    if not shutil.which("npm"):
        print("npm is not here; Node 20 rebuilds the browser files (apt-get install nodejs npm)")
        return False
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "repository"
        shutil.copytree(ROOT / "frontend", copy / "frontend", ignore=shutil.ignore_patterns("node_modules"))
        (copy / BUILT.relative_to(ROOT).parent).mkdir(parents=True)
        steps = [
            ("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"),
            ("npm", "run", "--silent", "types"),
            ("npm", "run", "--silent", "build"),
        ]
        if not all(run(*step, cwd=copy / "frontend") for step in steps):
            return False
        return _same(BUILT, copy / BUILT.relative_to(ROOT))


def _same(kept: Path, built: Path) -> bool:
    """Compare two folders file by file."""
    names = {path.relative_to(folder) for folder in (kept, built) for path in folder.rglob("*") if path.is_file()}
    different = [str(name) for name in sorted(names) if _content(kept / name) != _content(built / name)]
    for name in different:
        print(f"{BUILT.relative_to(ROOT) / name} differs from its source; run: make frontend")
    return bool(names) and not different


def _content(path: Path) -> bytes | None:
    """Return what is in a file, None where there is none."""
    return path.read_bytes() if path.exists() else None


def tracked(*patterns: str) -> list[str]:
    """Return the files in the repository that match."""
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


CHECKS: tuple[Callable[[], bool], ...] = (
    style, types, walls, migrations, translations, documents, locks, frontend,
)  # fmt: skip


def main() -> int:
    """Run the checks that are named, else all; return 1 when any failed."""
    os.environ.setdefault("PLUMBLINE_DATA", str(ROOT / ".cache" / "check"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plumbline.config.settings")
    failed = []
    for check in CHECKS:
        if sys.argv[1:] and check.__name__ not in sys.argv[1:]:
            continue
        began = time.monotonic()
        well = check()
        if not well:
            failed.append(check.__name__)
        print(f"{'ok  ' if well else 'FAIL'}  {check.__name__} ({time.monotonic() - began:.0f} s)", flush=True)
    print(f"check: {len(failed)} failed: {', '.join(failed)}" if failed else "check: all is well")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
