"""Where the server's unix socket lies: its path may have at most 107 bytes."""

import hashlib
import os
import stat
from pathlib import Path

from plumbline.config import environment
from plumbline.config.postgres.account import Account

NAME = ".s.PGSQL.5432"
LIMIT = 107
"""Bytes of a socket path on Linux, without the closing zero."""


def fits(folder: Path) -> bool:
    """Tell whether a socket in this folder has a path that the system accepts."""
    return len(os.fsencode(folder / NAME)) <= LIMIT


def choose(data: Path, account: Account | None) -> Path:
    """Return the folder of the socket: the data folder itself, or a short private one where that path is too long.

    Raises PermissionError when the short folder belongs to somebody else.
    """
    if fits(data):
        return data
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    short = environment.runtime_dir() / f"plumbline-{digest}"
    if account or not fits(short):
        short = Path("/tmp") / f"plumbline-{digest}"  # noqa: S108 - its owner and mode are checked below
    return _private(short, account)


def _private(folder: Path, account: Account | None) -> Path:
    """Make the folder for its owner only; refuse one that somebody else has put there."""
    owner = account.uid if account else os.geteuid()
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in {owner, os.geteuid()}:
            raise PermissionError(
                f"{folder} belongs to somebody else; Plumbline wants it for the socket of its database. "
                "Remove it, or use a data folder with a shorter path."
            ) from None
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.uid, account.gid)
    return folder
