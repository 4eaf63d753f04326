"""Where the days of a duty lie in a year, in thousandths; what a plan draws."""

from dataclasses import dataclass
from datetime import date
from typing import Final

WIDTH: Final = 1_000
LEAST: Final = 6
"""What a bar takes at least, so that one day can be seen."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of a year in thousandths of it; ``from_before`` and ``goes_on`` say that it reaches beyond the year."""

    start: int
    width: int
    from_before: bool = False
    goes_on: bool = False


def bar_of(starts_on: date, due_on: date, year: int) -> Bar:
    """Return where the days from ``starts_on`` to ``due_on``, both included, lie in a year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    days = (last - first).days + 1
    begins, ends = max(starts_on, first), min(due_on, last)
    start = (begins - first).days * WIDTH // days
    width = max(LEAST, ((ends - begins).days + 1) * WIDTH // days)
    return Bar(
        min(start, WIDTH - LEAST), min(width, WIDTH - min(start, WIDTH - LEAST)), starts_on < first, due_on > last
    )


def month_places(year: int) -> tuple[int, ...]:
    """Return where the months of a year begin, in thousandths."""
    return tuple(bar_of(date(year, month, 1), date(year, month, 1), year).start for month in range(1, 13))
