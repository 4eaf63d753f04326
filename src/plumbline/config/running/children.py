"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


def die_with_parent(number: signal.Signals = signal.SIGTERM, *, already: int | None = None) -> Callable[[], None]:
    """Return a function for the child's side of a fork: the system signals the child when its parent has died.

    Linux keeps this promise even when the parent is killed with ``kill -9``. A process that runs already gives its
    parent's id in ``already`` and calls the function itself.
    """
    library = ctypes.CDLL(None, use_errno=True)
    parent = already or os.getpid()

    def ask() -> None:
        library.prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != parent:  # the parent died between the fork and the request
            os._exit(1)

    return ask
