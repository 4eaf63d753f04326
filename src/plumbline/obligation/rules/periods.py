"""Periods and their days: when one begins and ends, when its obligation is due, warned of, and no longer accepted.

Pure; the working calendar comes in as a value. Worked cases stand in docs/algorithms/obligations.md.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from plumbline.kernel.calendar import WorkingCalendar

MONTHS: Final = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""How many months a period has; a term of office has its own days."""
LAST_OF_MONTH: Final = 5
"""As number of a weekday: the last of its month."""
_LETTERS: Final = {"quarter": "Q", "half_year": "H"}


@dataclass(frozen=True, slots=True)
class Timing:
    """How the days of a period are found; the fields are those of a version of a rhythm."""

    period: str
    from_month: int = 1
    due_rule: str = "last_day"
    due_number: int = 0
    due_weekday: int = 0
    shift: str = "stays"
    warn_days: int = 7
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """A period: its code, such as 2026-Q1, its first and its last day."""

    code: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Slot:
    """The days of one period's obligation.

    What is dated from ``starts_on`` to ``until_on`` counts; a day counts for one period only. ``last`` is the period's
    own last day: the version in force on it plans the period.
    """

    code: str
    last: date
    starts_on: date
    until_on: date
    warn_on: date
    due_on: date
    grace_on: date


def add_months(day: date, months: int) -> date:
    """Return the same day months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def span_of(period: str, year: int, number: int) -> Span:
    """Return the ``number``-th period of a year, from 1; numbers outside lead into the years beside it."""
    months = MONTHS[period]
    first = add_months(date(year, 1, 1), (number - 1) * months)
    last = add_months(first, months) - timedelta(days=1)
    inside = (first.month - 1) // months + 1
    if period == "year":
        return Span(f"{first.year}", first, last)
    if period == "month":
        return Span(f"{first.year}-{inside:02d}", first, last)
    return Span(f"{first.year}-{_LETTERS[period]}{inside}", first, last)


def spans_of(period: str, year: int) -> tuple[Span, ...]:
    """Return the periods of a year, in order."""
    return tuple(span_of(period, year, number) for number in range(1, 12 // MONTHS[period] + 1))


def due_day(timing: Timing, span: Span, calendar: WorkingCalendar) -> date:
    """Return the day on which a period's obligation is due, shifted where no work is done that day.

    A shift to the working day before never leads out of the period, into days when its work has not begun: where it
    would, the next working day is taken instead.
    """
    day = _nominal(timing, span, calendar)
    if timing.shift == "stays" or calendar.is_working(day):
        return day
    shifted = calendar.add(day, 1 if timing.shift == "next" else -1)
    return shifted if shifted >= opens_on(timing, span) else calendar.add(day, 1)


def _nominal(timing: Timing, span: Span, calendar: WorkingCalendar) -> date:
    last = span.last
    if timing.due_rule == "last_working_day":
        return last if calendar.is_working(last) else calendar.add(last, -1)
    if timing.due_rule == "fixed_day":
        return last.replace(day=min(timing.due_number, last.day))
    if timing.due_rule == "weekday":
        return _weekday(last, timing.due_weekday, timing.due_number)
    if timing.due_rule == "working_days_after":
        return calendar.add(last, timing.due_number)
    return last


def _weekday(last: date, weekday: int, number: int) -> date:
    """Return the ``number``-th ``weekday`` (0 is Monday) of the month that ends on ``last``; 5 is the last of them."""
    if number >= LAST_OF_MONTH:
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = last.replace(day=1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def opens_on(timing: Timing, span: Span) -> date:
    """Return the first day of a period's work: that of its ``from_month``."""
    return add_months(span.first, timing.from_month - 1)


def slots_of(timing: Timing, year: int, calendar: WorkingCalendar) -> tuple[Slot, ...]:
    """Return the days of every period of a year, in order."""
    count = 12 // MONTHS[timing.period]
    return tuple(_slot(timing, year, number, calendar) for number in range(1, count + 1))


def _slot(timing: Timing, year: int, number: int, calendar: WorkingCalendar) -> Slot:
    before, span, after = (span_of(timing.period, year, number + step) for step in (-1, 0, 1))
    due_on = due_day(timing, span, calendar)
    taken_until = max(before.last, due_day(timing, before, calendar))
    starts_on = max(opens_on(timing, span), taken_until + timedelta(days=1))
    grace_on = due_on + timedelta(days=timing.grace_days)
    free_until = opens_on(timing, after) - timedelta(days=1)
    until_on = max(span.last, due_on, min(grace_on, free_until))
    warn_on = min(due_on, max(starts_on, due_on - timedelta(days=timing.warn_days)))
    return Slot(span.code, span.last, starts_on, until_on, warn_on, due_on, grace_on)


def term_slot(began_on: date, years: int, timing: Timing, calendar: WorkingCalendar) -> Slot:
    """Return the days of the election that ends a term of so many years which began on a day.

    The next committee may begin on any later day: what follows the term closes it, late or not.
    """
    end = add_months(began_on, years * 12)
    span = Span(f"{end.year}-T", began_on, end)
    due_on = due_day(timing, span, calendar)
    warn_on = max(began_on, due_on - timedelta(days=timing.warn_days))
    grace_on = due_on + timedelta(days=timing.grace_days)
    return Slot(span.code, end, began_on + timedelta(days=1), date.max, warn_on, due_on, grace_on)


def part_of(needed: int, whole: int, present: int) -> int:
    """Return how much of ``needed`` is owed for ``present`` of ``whole`` days, rounded half up, at least 1."""
    return max(1, (2 * needed * present + whole) // (2 * whole))
