"""Small work that every worker does every few seconds, without a job of its own: it is over in a moment and nobody waits for it.

An area writes ``@chores.every("area.verb", seconds=2)`` above a function without arguments in its ``tasks.py``. Several workers
may run it at once, so it takes its own lock where that matters. A fault is logged and does not end the worker.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

_log = structlog.get_logger("plumbline.chores")

LOOK_EVERY = 0.5
"""Seconds between two looks at what is due."""
Chore = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Registered:
    run: Chore
    seconds: float


_chores: dict[str, _Registered] = {}


def every(name: str, *, seconds: float) -> Callable[[Chore], Chore]:
    """Register a chore: run again so many seconds after it ended. The last one registered under a name holds."""

    def register(run: Chore) -> Chore:
        _chores[name] = _Registered(run, seconds)
        return run

    return register


def run_due(ticks: float, since: dict[str, float]) -> list[str]:
    """Run what is due at ``ticks`` (seconds of a stopwatch) and return the names; ``since`` keeps when each ran last."""
    done = []
    for name, chore in sorted(_chores.items()):
        if ticks - since.get(name, float("-inf")) < chore.seconds:
            continue
        since[name] = ticks
        done.append(name)
        try:
            chore.run()
        except (
            Exception
        ):  # one chore's fault must not take the worker and the other chores down; it is met again next time
            _log.exception("chore_failed", chore=name)
    return done
