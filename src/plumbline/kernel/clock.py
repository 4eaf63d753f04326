"""The only place that reads the time.

Everything else takes ``at`` (an instant) or ``on`` (a day) as an argument, so that a rule can be asked about any moment.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("plumbline_frozen_clock", default=None)


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def day_of(at: datetime) -> date:
    """Return the calendar day of an instant in the installation's time zone."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def today() -> date:
    """Return the present day in the installation's time zone."""
    return day_of(now())


def ticks() -> float:
    """Return seconds that only run forward, for measuring how long something took; never part of what is stored."""
    return time.monotonic()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at ``at`` (aware) inside the block; for tests and the demonstration's history.

    Raises ValueError where ``at`` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("the clock is frozen at an aware instant, this one has no time zone")
    token = _frozen.set(at)
    try:
        yield
    finally:
        _frozen.reset(token)
