"""One command at a time owns a data folder; others learn who it is and where its database answers."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

NAME = "running.json"


@dataclass
class Running:
    """What the owner of a data folder says about itself."""

    pid: int
    command: str
    address: str = ""
    """Where its pages are, empty when it serves none."""
    database: str = ""
    """The address of its database, empty until it answers."""
    groups: list[int] = field(default_factory=list)
    """Process groups of its children, so that the next owner can stop what a ``kill -9`` left."""


class AlreadyOwned(Exception):
    """Another process owns the data folder; ``running`` is what it says about itself, None when it just started."""

    def __init__(self, folder: Path, running: Running | None) -> None:
        self.folder = folder
        self.running = running
        who = f"'plumbline {running.command}' (process {running.pid})" if running else "another plumbline command"
        where = f" and answers at {running.address}" if running and running.address else ""
        super().__init__(
            f"{who} is using the data folder {folder}{where}. Stop it first, or choose another folder with --data."
        )


class DataFolder:
    """The lock on a data folder: held by an open file, so the system releases it when its owner dies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._handle: int | None = None
        self.running: Running | None = None

    def own(self, command: str) -> Running | None:
        """Take the lock and return what the last owner left behind if it was killed, else None.

        Raises AlreadyOwned while another process holds it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise AlreadyOwned(self.folder, read(self.folder)) from None
        self._handle = handle
        left = read(self.folder)
        self.running = Running(pid=os.getpid(), command=command)
        self.save()
        return left

    def is_owned(self) -> bool:
        """Tell whether some process holds the lock now."""
        try:
            handle = os.open(self.folder / "lock", os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(handle)
        return False

    def save(self) -> None:
        """Write down what others may know: whole or not at all."""
        if self.running is not None:
            making = self.folder / f"{NAME}.making"
            making.write_text(json.dumps(asdict(self.running)))
            making.chmod(0o600)
            making.replace(self.folder / NAME)

    def release(self) -> None:
        """Give the folder back."""
        if self._handle is not None:
            (self.folder / NAME).unlink(missing_ok=True)
            os.close(self._handle)
            self._handle = None


def read(folder: Path) -> Running | None:
    """Return what the owner (or the last one, if it was killed) says about itself."""
    try:
        return Running(**json.loads((folder / NAME).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
