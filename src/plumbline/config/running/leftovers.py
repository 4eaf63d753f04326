"""Web and worker processes that an earlier command left behind when it was killed."""

import contextlib
import os
import signal
from collections.abc import Iterable

import psutil

_GONE = (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied, ProcessLookupError)


def stop(groups: Iterable[int], *, patience: float = 5.0) -> int:
    """Stop what still runs in these process groups and is plainly ours; return how many processes there were."""
    found = []
    wanted = set(groups)
    for process in psutil.process_iter():
        with contextlib.suppress(*_GONE):
            if os.getpgid(process.pid) in wanted and any("plumbline" in word for word in process.cmdline()):
                found.append(process)
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in found:
            with contextlib.suppress(*_GONE):
                process.send_signal(number)
        if not psutil.wait_procs(found, timeout=patience)[1]:
            break
    return len(found)
