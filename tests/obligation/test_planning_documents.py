"""The worked cases of docs/algorithms/obligations.md, calculated."""

from datetime import date
from pathlib import Path

import pytest

from plumbline.kernel.calendar import WorkingCalendar
from plumbline.obligation.rules.periods import Timing, due_day, part_of, spans_of

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "obligations.md"
CALENDAR = WorkingCalendar.of([*((date(2026, 10, day), False) for day in range(1, 8)), (date(2026, 10, 10), True)])
SPANS = {span.code: (period, span) for period in ("month", "quarter", "half_year") for span in spans_of(period, 2026)}


def rows(first_heading: str) -> list[list[str]]:
    """Return the cells of the table that begins with this heading."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    assert found
    return found


@pytest.mark.parametrize("case", rows("period"), ids=lambda case: " ".join(case))
def test_due_days_of_the_document(case: list[str]) -> None:
    code, rule, number, weekday, shift, expected = case
    period, span = SPANS[code]
    timing = Timing(period, due_rule=rule, due_number=int(number), due_weekday=int(weekday), shift=shift)
    assert due_day(timing, span, CALENDAR) == date.fromisoformat(expected)


@pytest.mark.parametrize("case", rows("needed"), ids=lambda case: " ".join(case))
def test_parts_of_the_document(case: list[str]) -> None:
    needed, whole, present, expected = (int(cell) for cell in case)
    assert part_of(needed, whole, present) == expected
