"""The lights of many obligations at once: the same function as ``lights.light_of``, as bounds on days.

On one day a stage has begun exactly for what was due, and late, by certain days: begin days grow with the days they are
reckoned from. So a rule and a day become a few bounds, with which a database or columns of numbers compare: no row is asked
about the calendar. A property test holds this form and the plain one equal.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from plumbline.obligation.rules.lights import COLOURS, Colour, Days, LightRule, Stage
from plumbline.obligation.rules.spans import MONTHS, end_of

Ordinals = NDArray[np.int32]
NEVER = np.int32(0)
"""Stands where nothing was done."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A stage that has begun for whatever was not late only until ``last_on`` and due by ``due_on``."""

    colour: Colour
    last_on: date
    due_on: date


def bounds_of(stages: Sequence[Stage], on: date, calendar: Days) -> Iterator[Bound]:
    """Yield the bounds of a list of stages on a day, the gravest first; the first that fits a row tells its colour."""
    for stage in reversed(stages):
        last = _newest(stage.days, on - timedelta(days=1), calendar)
        yield Bound(stage.colour, last, last if stage.after == "grace" else _span_ended(stage.after, last))


def _newest(days: int, until: date, calendar: Days) -> date:
    """Return the newest day from which so many working days have passed in full by ``until``."""
    if not days:
        return until
    first = until.toordinal() - 3 * days - 60  # no run of days off is that long
    span = range(first, until.toordinal() + 1)
    passed = bisect_right(
        span, until.toordinal(), key=lambda day: calendar.add(date.fromordinal(day), days).toordinal()
    )
    return date.fromordinal(first + passed - 1)


def _span_ended(span: str, last: date) -> date:
    """Return the last day of the newest quarter (half year, year) that has ended by ``last``."""
    if end_of(span, last) == last:
        return last
    month = (last.month - 1) // MONTHS[span] * MONTHS[span] + 1
    return date(last.year, month, 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Table:
    """Obligations as columns of equal length; days are ordinals (``date.toordinal``).

    ``period`` holds places in ``periods``, ``met_on`` NEVER where nothing was done.
    """

    starts_on: Ordinals
    warn_on: Ordinals
    due_on: Ordinals
    last_on: Ordinals
    met_on: Ordinals
    complete: NDArray[np.bool_]
    is_waived: NDArray[np.bool_]
    is_important: NDArray[np.bool_]
    period: NDArray[np.int8]
    periods: Sequence[str]

    def __len__(self) -> int:
        return len(self.due_on)


def colours_of(table: Table, rule: LightRule, on: date, calendar: Days) -> NDArray[np.int8]:
    """Return the place in ``COLOURS`` of each row's light on the day ``on``."""
    day = np.int32(on.toordinal())
    found = np.full(len(table), COLOURS.index(Colour.GREY), np.int8)
    found[day >= table.starts_on] = COLOURS.index(Colour.GREEN)
    found[day >= table.warn_on] = COLOURS.index(rule.warn)
    for period, name in enumerate(table.periods):
        for important in (False, True):
            mine = (table.period == period) & (table.is_important == important)
            for bound in reversed(list(bounds_of(rule.stages_of(name, is_important=important), on, calendar))):
                late = (table.last_on <= bound.last_on.toordinal()) & (table.due_on <= bound.due_on.toordinal())
                found[mine & late] = COLOURS.index(bound.colour)
    done = (table.met_on != NEVER) & (table.met_on <= day) & (table.complete | np.bool_(rule.incomplete_counts))
    found[done] = COLOURS.index(Colour.GREEN)
    found[done & (table.met_on > table.last_on)] = COLOURS.index(rule.late_keeps)
    found[table.is_waived] = COLOURS.index(Colour.GREY)
    return found


def counted(colours: NDArray[np.int8]) -> Mapping[Colour, int]:
    """Return how many rows show each colour."""
    counts = np.bincount(colours, minlength=len(COLOURS)).tolist()
    return dict(zip(COLOURS, counts, strict=True))
