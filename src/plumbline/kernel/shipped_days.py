"""The days that ``chinese-calendar`` knows; its data ends in 2026, and the office adds later years by hand."""

from datetime import date

from chinese_calendar import constants
from django.utils.translation import gettext_noop

from plumbline.kernel.models.calendar import DayKind

NAMES = (
    gettext_noop("New Year's Day"),
    gettext_noop("Spring Festival"),
    gettext_noop("Tomb-sweeping Day"),
    gettext_noop("Labour Day"),
    gettext_noop("Dragon Boat Festival"),
    gettext_noop("Mid-autumn Festival"),
    gettext_noop("National Day"),
    gettext_noop("Anti-Fascist 70th Day"),
)
"""The library's names, which pages show in the reader's language; the office's own names stand as they are."""


def shipped_days() -> list[tuple[date, DayKind, str]]:
    """Return (day, kind, name) of every holiday and every made-up working day that the library knows."""
    holidays = [(on, DayKind.HOLIDAY, str(name)) for on, name in constants.holidays.items()]
    return holidays + [(on, DayKind.WORKING, str(name)) for on, name in constants.workdays.items()]
