"""The worked cases of docs/algorithms/theme-days.md and sign-in-code.md, calculated as they stand there."""

import re
from datetime import date
from pathlib import Path

import pytest

from plumbline.kernel import calendar
from plumbline.meeting.rules.codes import code_of, judge, window_of
from plumbline.meeting.rules.theme_days import FixedDay, held_day, nominal_day

PAGES = Path(__file__).resolve().parents[2] / "docs" / "algorithms"


def table(name: str) -> list[list[str]]:
    rows = re.findall(r"^\| (?!-)(.+) \|$", (PAGES / name).read_text(), re.MULTILINE)
    return [[cell.strip() for cell in row.split("|")] for row in rows[1:]]


@pytest.mark.django_db
def test_the_theme_days_of_the_page() -> None:
    known = calendar.load()
    rows = table("theme-days.md")
    assert len(rows) > 4
    for rule, month, nominal, held, _why in rows:
        ordinal, weekday, day = (int(part) for part in rule.split("/"))
        year, number = (int(part) for part in month.split("-"))
        found = nominal_day(FixedDay(date(2020, 1, 1), ordinal, weekday, day), year, number)
        assert (found.isoformat(), held_day(found, known.is_working).isoformat()) == (nominal, held)


def test_the_codes_of_the_page() -> None:
    rows = table("sign-in-code.md")
    assert len(rows) > 3
    for secret, second, code, given_at, judged in rows:
        assert code_of(secret, window_of(int(second))) == code
        assert judge(secret, code, int(given_at)) == judged
