"""Working days: the plain week, corrected by a table of holidays and made-up days that the office edits.

The table is seeded from ``chinese-calendar``. A year in which the table has no day is reckoned by weekends alone and named by
``missing_years``, so that a page can warn; nothing crashes. Counting goes by bisection over the exceptions: see
docs/algorithms/working-days.md.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import CalendarDay, DayKind
from plumbline.kernel.shipped_days import shipped_days

_WEEK = 7
_WORKDAYS = 5


def _week_working(until: int) -> int:
    """Return how many Mondays to Fridays lie in the ordinals 1 to ``until`` (ordinal 1 is a Monday)."""
    weeks, rest = divmod(until, _WEEK)
    return weeks * _WORKDAYS + min(rest, _WORKDAYS)


@dataclass(frozen=True)
class WorkingCalendar:
    """The calendar as a value: ``off`` are weekdays without work, ``on`` weekends with work, both sorted ordinals."""

    off: tuple[int, ...]
    on: tuple[int, ...]
    years: frozenset[int]

    @classmethod
    def of(cls, days: Iterable[tuple[date, bool]]) -> "WorkingCalendar":
        """Build from (day, is it worked); days that only repeat their weekday say that the year is known."""
        listed = list(days)
        off = sorted(day.toordinal() for day, worked in listed if not worked and day.weekday() < _WORKDAYS)
        on = sorted(day.toordinal() for day, worked in listed if worked and day.weekday() >= _WORKDAYS)
        return cls(tuple(off), tuple(on), frozenset(day.year for day, _worked in listed))

    def _until(self, ordinal: int) -> int:
        """Return how many working days lie in the ordinals 1 to ``ordinal``."""
        return _week_working(ordinal) - bisect_right(self.off, ordinal) + bisect_right(self.on, ordinal)

    def is_working(self, day: date) -> bool:
        """True where work is done on that day."""
        return self._until(day.toordinal()) > self._until(day.toordinal() - 1)

    def between(self, start: date, end: date) -> int:
        """Return the working days after ``start`` up to and with ``end``; negative where ``end`` lies before."""
        return self._until(end.toordinal()) - self._until(start.toordinal())

    def add(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day`` (before it where negative).

        0 gives the day itself if it is worked, else the next one that is. Raises OverflowError beyond the years 1 to 9999.
        """
        start = day.toordinal()
        if count == 0:
            return day if self.is_working(day) else self.add(day, 1)
        target = self._until(start) + count if count > 0 else self._until(start - 1) + count + 1
        span = abs(count) * 3 + len(self.off) + 30
        low, high = (start, start + span) if count > 0 else (max(1, start - span), start)
        found = low + bisect_left(range(low, high + 1), target, key=self._until)
        return date.fromordinal(found)

    def missing_years(self, start: date, end: date) -> tuple[int, ...]:
        """Return the years from ``start`` to ``end`` of which the table knows nothing."""
        return tuple(year for year in range(start.year, end.year + 1) if year not in self.years)


def load() -> WorkingCalendar:
    """Return the calendar of the table; one SQL statement."""
    rows = CalendarDay.objects.values_list("on", "kind")
    return WorkingCalendar.of((on, kind == DayKind.WORKING) for on, kind in rows)


def seed() -> int:
    """Add the shipped days of every year that the table does not know yet; return how many were added."""
    known = set(CalendarDay.objects.values_list("on__year", flat=True))
    rows = [CalendarDay(on=on, kind=kind, name=name) for on, kind, name in shipped_days() if on.year not in known]
    CalendarDay.objects.bulk_create(rows)
    return len(rows)


@transaction.atomic
def set_day(*, by: Actor, at: datetime, on: date, kind: DayKind | None, name: str = "", reason: str = "") -> None:
    """List a day as holiday or working day, or (``kind`` None) take it off the table; audited. Permission is the caller's."""
    old = CalendarDay.objects.filter(on=on).values("kind", "name").first()
    if kind is None:
        CalendarDay.objects.filter(on=on).delete()
    else:
        CalendarDay.objects.update_or_create(on=on, defaults={"kind": kind, "name": name})
    new = None if kind is None else {"kind": kind, "name": name}
    audit.record(
        by=by, at=at, action="kernel.set_day", subject=f"day:{on.isoformat()}", old=old, new=new, reason=reason
    )


def days_of(year: int) -> list[CalendarDay]:
    """Return the listed days of one year, in order."""
    return list(CalendarDay.objects.filter(on__year=year))
