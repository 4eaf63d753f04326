"""The fixed theme day of an organisation, and where it moves when it falls on a day off (DOMAIN 3.1).

Local practice: the first Friday of the month; it may move within the week for holidays. Other places name a day of the month.
Worked cases: docs/algorithms/theme-days.md.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from plumbline.meeting.rules.problems import Refused

LAST = 5
"""The ordinal of the last such weekday of a month."""
WEEK = 7


@dataclass(frozen=True, slots=True)
class FixedDay:
    """From ``effective_on`` the theme day is the ``ordinal``-th ``weekday`` (0 Monday) of a month, or the day ``day`` of it."""

    effective_on: date
    ordinal: int = 1
    weekday: int = 4
    day: int = 0


@dataclass(frozen=True, slots=True)
class ThemeDay:
    """One theme day: where the rule puts it, and where it is held."""

    nominal: date
    held_on: date

    @property
    def is_moved(self) -> bool:
        """True where a holiday moved it."""
        return self.nominal != self.held_on


def check_fixed_day(rule: FixedDay) -> None:
    """Refuse a rule that names no day."""
    if rule.day and not 1 <= rule.day <= 28:
        raise Refused(_("The day of the month is between 1 and 28, so that every month has it."), "day")
    if not rule.day and not (1 <= rule.ordinal <= LAST and 0 <= rule.weekday < WEEK):
        raise Refused(_("Choose which weekday of the month it is."), "weekday")


def nominal_day(rule: FixedDay, year: int, month: int) -> date:
    """Return the day that the rule names in a month, day off or not."""
    first = date(year, month, 1)
    if rule.day:
        return first.replace(day=rule.day)
    start = first + timedelta(days=(rule.weekday - first.weekday()) % WEEK)
    if rule.ordinal < LAST:
        return start + timedelta(weeks=rule.ordinal - 1)
    found = start + timedelta(weeks=4)
    return found if found.month == month else found - timedelta(weeks=1)


def held_day(nominal: date, is_working: Callable[[date], bool]) -> date:
    """Return the working day nearest to the nominal one in its week (Monday to Sunday) and month; of two the earlier.

    Without one, the next working day after it, so that the month does not lose its theme day to the month before; where none
    comes within a month, the nominal day itself.
    """
    if is_working(nominal):
        return nominal
    monday = nominal - timedelta(days=nominal.weekday())
    week = [monday + timedelta(days=step) for step in range(WEEK)]
    near = [day for day in week if day.month == nominal.month and is_working(day)]
    if near:
        return min(near, key=lambda day: (abs((day - nominal).days), day))
    later = (nominal + timedelta(days=step) for step in range(1, 32))
    return next((day for day in later if is_working(day)), nominal)


def rule_for(rules: Iterable[FixedDay], on: date) -> FixedDay | None:
    """Return the rule that holds on a day, None where none has begun."""
    begun = [rule for rule in rules if rule.effective_on <= on]
    return max(begun, key=lambda rule: rule.effective_on, default=None)


def next_days(
    rules: Iterable[FixedDay], on: date, is_working: Callable[[date], bool], *, count: int = 3
) -> tuple[ThemeDay, ...]:
    """Return the coming theme days from a day on, at most ``count``, by the rule that holds on the first of each month."""
    listed, found = tuple(rules), []
    for step in range(count + 2):
        year, month = divmod(on.year * 12 + on.month - 1 + step, 12)
        rule = rule_for(listed, max(on, date(year, month + 1, 1)))
        if rule is None:
            continue
        nominal = nominal_day(rule, year, month + 1)
        day = ThemeDay(nominal, held_day(nominal, is_working))
        if day.held_on >= on:
            found.append(day)
    return tuple(found[:count])
