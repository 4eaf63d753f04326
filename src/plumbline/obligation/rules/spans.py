"""Stretches of the calendar year: months, quarters, half years and years, as first and last day."""

from calendar import monthrange
from datetime import date

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""How many months a stretch has."""


def end_of(stretch: str, day: date) -> date:
    """Return the last day of the month, quarter, half year or year in which ``day`` lies."""
    size = MONTHS[stretch]
    month = (day.month - 1) // size * size + size
    return date(day.year, month, monthrange(day.year, month)[1])
