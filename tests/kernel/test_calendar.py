"""Working days: the sums equal a count day by day, a year without data warns, and only the committee edits."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel import calendar
from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.calendar import WorkingCalendar
from plumbline.kernel.models import AuditEntry, CalendarDay, DayKind
from tests.kernel.people import AT, somebody

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "working-days.md"
DAYS = st.dates(date(2019, 1, 1), date(2022, 12, 31))
TABLES = st.dictionaries(DAYS, st.booleans(), max_size=200)


def worked(table: dict[date, bool], day: date) -> bool:
    """The reference: what the table says, else Monday to Friday."""
    return table.get(day, day.weekday() < 5)


def step(table: dict[date, bool], day: date, count: int) -> date:
    """The reference: go day by day."""
    if count == 0 and worked(table, day):
        return day
    left, way = max(abs(count), 1), -1 if count < 0 else 1
    while left:
        day += timedelta(days=way)
        left -= worked(table, day)
    return day


@settings(max_examples=300, deadline=None)
@given(TABLES, DAYS, DAYS, st.integers(-300, 300))
def test_sums_equal_a_count_day_by_day(table: dict[date, bool], start: date, end: date, count: int) -> None:
    known = WorkingCalendar.of(table.items())
    assert known.is_working(start) == worked(table, start)
    low, high = sorted((start, end))
    days = sum(worked(table, low + timedelta(days=n)) for n in range(1, (high - low).days + 1))
    assert known.between(low, high) == days
    assert known.between(high, low) == -days
    assert known.add(start, count) == step(table, start, count)


@settings(max_examples=100, deadline=None)
@given(TABLES, DAYS, st.integers(1, 300))
def test_adding_and_counting_agree(table: dict[date, bool], start: date, count: int) -> None:
    known = WorkingCalendar.of(table.items())
    assert known.between(start, known.add(start, count)) == count
    assert known.is_working(known.add(start, count))


def test_a_very_long_holiday_is_passed_over() -> None:
    first = date(2020, 1, 1)
    known = WorkingCalendar.of((first + timedelta(days=n), False) for n in range(3000))
    assert known.add(first, 1) == step({first + timedelta(days=n): False for n in range(3000)}, first, 1)


@pytest.mark.parametrize(("day", "count"), [(date(9999, 12, 30), 5), (date(1, 1, 3), -5)])
def test_the_ends_of_time_are_named(day: date, count: int) -> None:
    with pytest.raises(OverflowError, match="lead out of the calendar"):
        WorkingCalendar.of([]).add(day, count)


def test_a_year_is_known_from_seven_days_off() -> None:
    days = [(date(2031, 10, n), False) for n in range(1, 7)]
    assert WorkingCalendar.of(days).missing_years(date(2030, 5, 1), date(2032, 1, 1)) == (2030, 2031, 2032)
    known = WorkingCalendar.of([*days, (date(2031, 10, 7), False)])
    assert known.missing_years(date(2030, 5, 1), date(2032, 1, 1)) == (2030, 2032)
    assert known.working_in(2030) == 261
    assert known.working_in(2031) == 261 - 5


@pytest.mark.django_db
def test_the_table_is_seeded_and_loaded_in_one_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        known = calendar.load()
    assert known.missing_years(date(2004, 1, 1), date(2026, 12, 31)) == ()
    assert known.missing_years(date(2026, 1, 1), date(2028, 1, 1)) == (2027, 2028)
    assert not known.is_working(date(2025, 10, 1))
    assert known.is_working(date(2025, 9, 28)), "a Sunday that was made up"
    assert known.add(date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert known.add(date(2027, 10, 1), 0) == date(2027, 10, 1), "without data only weekends are off"
    assert known.working_in(2025) == 248
    months = calendar.months_of(2025, known)
    assert [month.first.month for month in months] == list(range(1, 13))
    assert sum(month.working for month in months) == 248


@pytest.mark.django_db
def test_the_cases_of_the_document_hold() -> None:
    known = calendar.load()
    cases = re.findall(
        r"^\| (\d{4}-\d\d-\d\d) \| (-?\d+) \| (\d{4}-\d\d-\d\d) \|", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    assert len(cases) == 8
    for start, count, end in cases:
        assert known.add(date.fromisoformat(start), int(count)) == date.fromisoformat(end), (start, count)


@pytest.mark.django_db
def test_the_committee_edits_and_the_audit_keeps_it() -> None:
    boss, day = somebody("boss", ("administrator", "/1/")), date(2027, 1, 1)
    calendar.set_day(by=boss, at=AT, on=day, kind=DayKind.HOLIDAY, name="元旦", reason="notice of 2027")
    assert not calendar.load().is_working(day)
    calendar.set_day(by=boss, at=AT, on=day, kind=DayKind.HOLIDAY, name="元旦", reason="again")
    calendar.set_day(by=boss, at=AT, on=day, kind=None, reason="a mistake")
    assert calendar.load().is_working(day)
    entries = list(AuditEntry.objects.order_by("id").values_list("action", "subject", "old", "new", "reason"))
    listed = {"kind": "holiday", "name": "元旦"}
    assert entries == [
        ("kernel.set_day", "day:2027-01-01", None, listed, "notice of 2027"),
        ("kernel.set_day", "day:2027-01-01", listed, None, "a mistake"),
    ]


@pytest.mark.django_db
def test_shipped_days_are_taken_over_without_touching_what_the_office_listed() -> None:
    boss = somebody("boss", ("administrator", "/1/"))
    CalendarDay.objects.filter(on__year=2026).delete()
    CalendarDay.objects.create(on=date(2026, 10, 1), kind=DayKind.WORKING, name="ours")
    shipped = len(calendar.shipped_for(2026))
    assert calendar.take_shipped(by=boss, at=AT, year=2026) == shipped - 1
    assert CalendarDay.objects.get(on=date(2026, 10, 1)).name == "ours"
    assert calendar.take_shipped(by=boss, at=AT, year=2026) == 0
    assert calendar.take_shipped(by=boss, at=AT, year=2040) == 0
    assert AuditEntry.objects.get().action == "kernel.take_shipped_days"


@pytest.mark.django_db
def test_nobody_else_edits() -> None:
    for number, grants in enumerate([(), (("administrator", "/1/4/"),), (("secretary", "/1/"),)]):
        actor = somebody(f"other-{number}", *grants)
        with pytest.raises(NotPermitted):
            calendar.set_day(by=actor, at=AT, on=date(2027, 1, 1), kind=DayKind.HOLIDAY)
        with pytest.raises(NotPermitted):
            calendar.take_shipped(by=actor, at=AT, year=2026)
