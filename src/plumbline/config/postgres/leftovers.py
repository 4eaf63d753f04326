"""Server processes that an earlier command left behind on a data folder."""

import contextlib
import signal
from pathlib import Path

import psutil

_GONE = (psutil.NoSuchProcess, psutil.ZombieProcess)


def find(folder: Path) -> list[psutil.Process]:
    """Return the PostgreSQL processes that work on this data folder: a server always stands in its data folder."""
    found = []
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(*_GONE, psutil.AccessDenied):
            if process.info["name"] == "postgres" and Path(process.cwd()) == folder:
                found.append(process)
    return found


def recorded_pid(folder: Path) -> int | None:
    """Return the process id in ``postmaster.pid``, None where there is no such file or it is broken."""
    try:
        return int((folder / "postmaster.pid").read_text().splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def stop(folder: Path, *, patience: float = 30.0) -> int:
    """Stop all server processes on the folder, kindly at first; return how many there were.

    A stale ``postmaster.pid`` whose number now belongs to a stranger is removed: PostgreSQL would refuse to start.
    """
    processes = find(folder)
    leader = recorded_pid(folder)
    count = len(processes)
    # The leader ends its own children; where it is dead already, they are told themselves.
    told = [one for one in processes if one.pid == leader] or processes
    for number, wait in ((signal.SIGINT, patience), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
        for process in told:
            with contextlib.suppress(*_GONE):
                process.send_signal(number)
        _, told = psutil.wait_procs(processes, timeout=wait if processes else 0)
        if not told:
            break
    if leader is not None and psutil.pid_exists(leader):
        (folder / "postmaster.pid").unlink(missing_ok=True)
    return count
