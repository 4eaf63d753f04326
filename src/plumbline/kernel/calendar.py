"""Working days: the plain week, corrected by a table of holidays and made-up days that the office edits.

The table is seeded from ``chinese-calendar``. A year of which the table lists hardly a day is reckoned by weekends (and what
is listed) alone and named by ``missing_years``, so that a page can warn; nothing crashes. Counting goes by bisection over the
exceptions: see docs/algorithms/working-days.md.
"""

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import CalendarDay, DayKind
from plumbline.kernel.shipped_days import shipped_days

_WEEK = 7
_WORKDAYS = 5
KNOWN_FROM = 7
"""A year counts as known from so many listed days off: seven festivals a year are kept, none of them by less than a day."""


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
        """Build from (day, is it worked); days off at a weekend change no sum, but count towards knowing their year."""
        listed = list(days)
        off = sorted(day.toordinal() for day, worked in listed if not worked and day.weekday() < _WORKDAYS)
        on = sorted(day.toordinal() for day, worked in listed if worked and day.weekday() >= _WORKDAYS)
        days_off = Counter(day.year for day, worked in listed if not worked)
        return cls(tuple(off), tuple(on), frozenset(year for year, count in days_off.items() if count >= KNOWN_FROM))

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
        span = 2 * (abs(count) + len(self.off)) + 2 * _WEEK  # wide enough were all days off in one row
        low, high = (start, start + span) if count > 0 else (max(1, start - span), start)
        found = low + bisect_left(range(low, high + 1), target, key=self._until)
        if target < 1 or found > date.max.toordinal():
            raise OverflowError(f"{count} working days from {day} lead out of the calendar")
        return date.fromordinal(found)

    def working_in(self, year: int) -> int:
        """Return the working days of a year."""
        return self._until(date(year, 12, 31).toordinal()) - self._until(date(year, 1, 1).toordinal() - 1)

    def missing_years(self, start: date, end: date) -> tuple[int, ...]:
        """Return the years from ``start`` to ``end`` of which the table knows nothing, or too little to be relied on."""
        return tuple(year for year in range(start.year, end.year + 1) if year not in self.years)


Follower = Callable[[Actor, datetime, frozenset[int]], None]
_followers: list[Follower] = []


def register_follower(follower: Follower) -> None:
    """Add a follower: it is told, in the same transaction, who changed the calendar, when, and days of which years."""
    if follower not in _followers:
        _followers.append(follower)


def _tell(by: Actor, at: datetime, years: Iterable[int]) -> None:
    for follower in _followers:
        follower(by, at, frozenset(years))


def load() -> WorkingCalendar:
    """Return the calendar of the table; one SQL statement."""
    rows = CalendarDay.objects.values_list("on", "kind")
    return WorkingCalendar.of((on, kind == DayKind.WORKING) for on, kind in rows)


def shipped_for(year: int) -> list[tuple[date, DayKind, str]]:
    """Return the shipped days of one year, none where the library does not know it."""
    return [(on, kind, name) for on, kind, name in shipped_days() if on.year == year]


def can_edit(by: Actor) -> bool:
    """True for administrators of a whole tree: the calendar holds for everybody."""
    return by.holds_at_top("administrator")


def check_edit(by: Actor, on: date) -> None:
    """Raise NotPermitted where the actor may not edit the calendar."""
    if not can_edit(by):
        raise NotPermitted("kernel.set_day", f"day:{on.isoformat()}")


def set_day(*, by: Actor, at: datetime, on: date, kind: DayKind | None, name: str = "", reason: str = "") -> None:
    """List a day as holiday or working day, or (``kind`` None) take it off the table; audited.

    Raises NotPermitted for who is no administrator of a whole tree.
    """
    check_edit(by, on)
    new = None if kind is None else {"kind": str(kind), "name": name}
    with transaction.atomic():
        old = CalendarDay.objects.select_for_update().filter(on=on).values("kind", "name").first()
        if old == new:
            return
        if new is None:
            CalendarDay.objects.filter(on=on).delete()
        else:
            CalendarDay.objects.update_or_create(on=on, defaults=new)
        subject = f"day:{on.isoformat()}"
        audit.record(by=by, at=at, action="kernel.set_day", subject=subject, old=old, new=new, reason=reason)
        _tell(by, at, [on.year])


def take_shipped(*, by: Actor, at: datetime, year: int) -> int:
    """List the shipped days of one year, leaving those that the office listed itself; return how many were added.

    Audited as one change. Raises NotPermitted for who is no administrator of a whole tree.
    """
    check_edit(by, date(year, 1, 1))
    with transaction.atomic():
        listed = set(CalendarDay.objects.filter(on__year=year).values_list("on", flat=True))
        rows = [CalendarDay(on=on, kind=kind, name=name) for on, kind, name in shipped_for(year) if on not in listed]
        CalendarDay.objects.bulk_create(rows, ignore_conflicts=True)
        if rows:
            new = {row.on.isoformat(): str(row.kind) for row in rows}
            audit.record(by=by, at=at, action="kernel.take_shipped_days", subject=f"day:{year}-01-01", new=new)
            _tell(by, at, [year])
    return len(rows)


def days_of(year: int) -> list[CalendarDay]:
    """Return the listed days of one year, in order; one SQL statement."""
    return list(CalendarDay.objects.filter(on__year=year))


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a year: its first day, and how many working days it has."""

    first: date
    working: int


def months_of(year: int, known: WorkingCalendar) -> list[Month]:
    """Return the twelve months of a year with their working days; no SQL statement."""
    firsts = [date(year, month, 1) for month in range(1, 13)]
    lasts = [first.replace(day=monthrange(year, first.month)[1]) for first in firsts]
    return [
        Month(first, known.between(first, last) + known.is_working(first))
        for first, last in zip(firsts, lasts, strict=True)
    ]
