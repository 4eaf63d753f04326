"""PostgreSQL refuses to run as root; as root it gets an account of its own."""

import os
import pwd
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "plumbline"
_ACL = "system.posix_acl_access"


@dataclass(frozen=True)
class Account:
    """A system account: its numbers."""

    uid: int
    gid: int


def service_account() -> Account | None:
    """Return the account the server runs as: None for oneself, an own system account when we are root.

    Raises PermissionError with words when the account is missing and cannot be made.
    """
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        _make()
        entry = pwd.getpwnam(NAME)
    return Account(entry.pw_uid, entry.pw_gid)


def _make() -> None:
    """Make the system account, without a home and without a shell."""
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", "") or str(error)
        raise PermissionError(
            f"PostgreSQL does not run as root, and the system account '{NAME}' could not be made: {said.strip()}. "
            "Start Plumbline as an ordinary user, or make the account and start again."
        ) from error


def open_way(path: Path, account: Account) -> None:
    """Let the account pass through the folders above ``path``, without letting it list them.

    An access list for this one account where the file system keeps such lists, else the search bit for all.
    """
    for folder in path.resolve().parents:
        if not _may_pass(folder, account):
            try:
                _allow(folder, account)
            except OSError:
                folder.chmod(folder.stat().st_mode | 0o001)


def _may_pass(folder: Path, account: Account) -> bool:
    """Tell whether the account may search the folder."""
    status = folder.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & 0o100)
    if status.st_gid == account.gid:
        return bool(status.st_mode & 0o010)
    return bool(status.st_mode & 0o001) or _listed(folder, account)


def _entries(folder: Path) -> list[tuple[int, int, int]]:
    """Return the access list as (tag, permissions, id); without one, the list that says what the mode says."""
    try:
        raw = os.getxattr(folder, _ACL)
    except OSError:
        mode, nobody = folder.stat().st_mode, 0xFFFFFFFF
        return [(0x01, mode >> 6 & 7, nobody), (0x04, mode >> 3 & 7, nobody), (0x20, mode & 7, nobody)]
    return [struct.unpack_from("<HHI", raw, at) for at in range(4, len(raw), 8)]


def _listed(folder: Path, account: Account) -> bool:
    """Tell whether the access list lets the account search: named, and not masked by a later chmod."""
    entries = _entries(folder)
    mask = next((permissions for tag, permissions, _ in entries if tag == 0x10), 7)
    return any(tag == 0x02 and who == account.uid and permissions & mask & 1 for tag, permissions, who in entries)


def _allow(folder: Path, account: Account) -> None:
    """Add ``user:<account>:--x`` to the access list (acl(5): entries sorted by tag, a mask when users are named)."""
    kept = [entry for entry in _entries(folder) if not (entry[0] == 0x02 and entry[2] == account.uid)]
    group = next(permissions for tag, permissions, _ in kept if tag == 0x04)
    mask = next((permissions for tag, permissions, _ in kept if tag == 0x10), group) | 1
    entries = [entry for entry in kept if entry[0] != 0x10]
    entries += [(0x02, 1, account.uid), (0x10, mask, 0xFFFFFFFF)]
    packed = b"".join(struct.pack("<HHI", *entry) for entry in sorted(entries, key=lambda entry: (entry[0], entry[2])))
    os.setxattr(folder, _ACL, struct.pack("<I", 2) + packed)
