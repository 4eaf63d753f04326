"""The days that ``chinese-calendar`` knows; its data ends in 2026, and the office adds later years by hand."""

from datetime import date

from chinese_calendar import constants

from plumbline.kernel.models.calendar import DayKind


def shipped_days() -> list[tuple[date, DayKind, str]]:
    """Return (day, kind, name) of every holiday and every made-up working day that the library knows."""
    holidays = [(on, DayKind.HOLIDAY, str(name)) for on, name in constants.holidays.items()]
    return holidays + [(on, DayKind.WORKING, str(name)) for on, name in constants.workdays.items()]
