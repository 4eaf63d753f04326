"""The limits of a case and of its steps: derived from the days of its events and the working calendar, never counted up.

A clock begins on the day its step opens, which is day 0; the first working day after it is day 1. On the day of a suspension the
clock still runs, on the day of the resumption it still stands (docs/algorithms/procedure-clocks.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

Span = tuple[date, date | None]
"""Days between which a clock runs, or stands; None where it still does."""


class Calendar(Protocol):
    """What a clock asks the working calendar."""

    def add(self, day: date, count: int, /) -> date:
        """Return the count-th working day after a day."""
        ...

    def between(self, start: date, end: date, /) -> int:
        """Return the working days after the first day up to and with the second."""
        ...


@dataclass(frozen=True, slots=True)
class Clock:
    """How a limit stands on a day, in working days.

    ``used`` counts up to the day asked for (or the end); ``due_on`` is None without a limit, and while the clock stands still
    with days left. ``until`` is the day asked for, or the end where that came before; ``late`` means that it lies after the
    day that was due.
    """

    limit: int | None
    used: int
    due_on: date | None
    stands: bool
    late: bool
    opened_on: date
    until: date

    @property
    def left(self) -> int | None:
        """Working days left; negative when the limit has passed, None without one."""
        return None if self.limit is None else self.limit - self.used


def runs(opened_on: date, pauses: Sequence[Span]) -> tuple[Span, ...]:
    """Return the spans in which a clock that began on a day runs, between the pauses; the last is open where it still runs."""
    found: list[Span] = []
    start: date = opened_on
    for stop, again in pauses:
        if again is not None and again <= start:
            continue
        if stop > start:
            found.append((start, stop))
        elif not found:
            found.append((start, start))
        if again is None:
            return tuple(found)
        start = again
    return (*found, (start, None))


def clock(
    calendar: Calendar,
    *,
    opened_on: date,
    limit: int | None,
    pauses: Sequence[Span],
    on: date,
    ended_on: date | None = None,
) -> Clock:
    """Return how a limit stands on a day; what ended is asked for at its end.

    ``pauses`` are those of the whole case in order. A pause shorter than a day changes nothing.
    """
    until = min(on, ended_on) if ended_on is not None else on
    spans = runs(opened_on, pauses)
    used = sum(_days(calendar, start, stop, until) for start, stop in spans)
    due_on = None if limit is None else _due(calendar, spans, limit)
    stands = ended_on is None and spans[-1][1] is not None
    late = due_on is not None and until > due_on
    return Clock(limit, used, due_on, stands, late, opened_on, until)


def _days(calendar: Calendar, start: date, stop: date | None, until: date) -> int:
    end = until if stop is None else min(stop, until)
    return calendar.between(start, end) if end > start else 0


def _due(calendar: Calendar, spans: Sequence[Span], limit: int) -> date | None:
    """Walk the spans until the limit is used up; None where the clock stands still before.

    A limit of no days is kept on the day itself, or after a pause on the first working day on which the clock runs again.
    """
    left, least = limit, 0
    for start, stop in spans:
        found = calendar.add(start, max(left, least))
        if stop is None or found <= stop:
            return found
        left, least = left - calendar.between(start, stop), 1
    return None
