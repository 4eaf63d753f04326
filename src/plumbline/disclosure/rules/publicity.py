"""How long something stays public: a number of working days with a countdown, or for good (DOMAIN 4, 1.4). Pure.

The day of publication does not count, the last day does. No job ends a period: every page derives it from the day of
publication and the calendar of working days.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from plumbline.disclosure.rules.problems import Refused
from plumbline.kernel.calendar import WorkingCalendar

MOST_DAYS: Final = 250
"""A publicity period longer than a year of working days is a slip of the pen: that is long-term."""


def check_days(days: int | None) -> None:
    """Refuse a period of no days or of more than :data:`MOST_DAYS`; None is for good. Raises Refused."""
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise Refused(
            _("A period has 1 to %d working days; leave it empty for what stays public for good.") % MOST_DAYS, "days"
        )


@dataclass(frozen=True, slots=True)
class Countdown:
    """How a publicity period stands on a day.

    ``left`` are the working days still to come, today counted where it is worked; ``unsure`` are years in it whose
    holidays nobody has entered yet: the last day is then reckoned by weekends alone, and the page says so.
    """

    last_on: date
    days: int
    left: int
    is_over: bool
    unsure: tuple[int, ...]


def last_day(published_on: date, days: int, calendar: WorkingCalendar) -> date:
    """Return the last day of a period of so many working days after the day of publication."""
    return calendar.add(published_on, days)


def countdown(published_on: date, days: int | None, today: date, calendar: WorkingCalendar) -> Countdown | None:
    """Return how a period stands on ``today``; None for what is public for good."""
    if days is None:
        return None
    last_on = last_day(published_on, days, calendar)
    passed = calendar.between(published_on, today) - calendar.is_working(today)
    left = min(days, max(0, days - passed))
    unsure = calendar.missing_years(published_on, last_on)
    return Countdown(last_on, days, left, today > last_on, unsure)
