"""Stretches of the calendar year: months, quarters, half years and years, as first and last day."""

import re
from calendar import monthrange
from datetime import date

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""How many months a stretch has."""


_PATTERNS = (("year", r"\d{4}"), ("quarter", r"\d{4}-Q\d"), ("half_year", r"\d{4}-H\d"), ("month", r"\d{4}-\d\d"))


def kind_of(code: str) -> str:
    """Return how long the period of a code is: 2026, 2026-H1, 2026-Q1, 2026-05; none is "once", any other a term."""
    if not code:
        return "once"
    return next((name for name, pattern in _PATTERNS if re.fullmatch(pattern, code)), "term")


def end_of(stretch: str, day: date) -> date:
    """Return the last day of the month, quarter, half year or year in which ``day`` lies."""
    size = MONTHS[stretch]
    month = (day.month - 1) // size * size + size
    return date(day.year, month, monthrange(day.year, month)[1])
