"""The catalogue as values: what an entry asks, when, and what is refused. No database."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.disclosure.rules.catalogue import (
    CATEGORY_NAMES,
    TIMING_NAMES,
    Category,
    Entry,
    Timing,
    asked_of,
    check_entry,
    due_after,
    due_times,
    entry_on,
    periods,
)
from plumbline.disclosure.rules.problems import Refused
from plumbline.disclosure.rules.scopes import Scope
from plumbline.kernel.calendar import WorkingCalendar

PLAIN = WorkingCalendar.of(())
DUES = Entry(
    "dues", Category.BUILDING, "Dues collected and used", Scope.UNIT, Timing.PERIODIC, date(2025, 1, 1), ("branch",),
    period="quarter", public_days=5,
)  # fmt: skip


def test_there_are_seven_categories_and_four_timings_with_names() -> None:
    assert len(Category) == 7 and set(CATEGORY_NAMES) == set(Category)
    assert len(Timing) == 4 and set(TIMING_NAMES) == set(Timing)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"kinds": ()}, "kinds"),
        ({"kinds": ("ministry",)}, "kinds"),
        ({"period": ""}, "period"),
        ({"due_day": 0}, "due_day"),
        ({"due_day": 29}, "due_day"),
        ({"within_days": 0}, "within_days"),
        ({"within_days": 61}, "within_days"),
        ({"ends_on": date(2025, 1, 1)}, "ends_on"),
        ({"public_days": 0}, "days"),
        ({"public_days": 251}, "days"),
    ],
)
def test_an_entry_that_cannot_be_carried_out_is_refused_by_field(change, field) -> None:
    with pytest.raises(Refused) as refused:
        check_entry(replace(DUES, **change))
    assert refused.value.field == field and refused.value.message


def test_entries_that_can_be_carried_out_pass() -> None:
    check_entry(DUES)
    check_entry(replace(DUES, timing=Timing.STAGED, period="", ends_on=date(2026, 1, 1), public_days=None))


def test_the_version_of_a_day_is_the_newest_that_began_unless_it_ended() -> None:
    old, new = DUES, replace(DUES, starts_on=date(2026, 1, 1), ends_on=date(2026, 7, 1))
    assert entry_on([new, old], date(2024, 12, 31)) is None
    assert entry_on([new, old], date(2025, 12, 31)) == old
    assert entry_on([old, new], date(2026, 1, 1)) == new
    assert entry_on([old, new], date(2026, 7, 1)) is None


@pytest.mark.parametrize(("period", "marks"), [
    ("month", ["2026-01", "2026-12"]), ("quarter", ["2026-Q1", "2026-Q4"]), ("half_year", ["2026-H1", "2026-H2"]),
    ("year", ["2026", "2026"]),
])  # fmt: skip
def test_periods_cover_a_year_without_a_gap(period, marks) -> None:
    found = periods(period, 2026)
    assert [found[0][0], found[-1][0]] == marks
    assert found[0][1] == date(2026, 1, 1) and found[-1][2] == date(2027, 1, 1)
    assert all(one[2] == two[1] for one, two in pairwise(found))


def test_what_is_periodic_is_due_on_the_seventh_of_the_month_after_or_the_next_working_day() -> None:
    due = due_times(DUES, 2026, PLAIN)
    assert [one.mark for one in due] == ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
    assert [one.due_on for one in due] == [date(2026, 4, 7), date(2026, 7, 7), date(2026, 10, 7), date(2027, 1, 7)]
    assert due[0].starts_on == date(2026, 4, 1)
    assert due_times(replace(DUES, due_day=4), 2026, PLAIN)[0].due_on == date(2026, 4, 6)  # the 4th is a Saturday


def test_a_period_counts_where_the_version_holds_on_its_last_day() -> None:
    cut = replace(DUES, starts_on=date(2026, 6, 30), ends_on=date(2026, 12, 31))
    assert [one.mark for one in due_times(cut, 2026, PLAIN)] == ["2026-Q2", "2026-Q3"]


def test_what_is_long_term_is_due_once_after_its_first_day() -> None:
    lasting = replace(DUES, timing=Timing.LONG_TERM, period="", starts_on=date(2026, 3, 2), within_days=5)
    assert [(one.mark, one.due_on) for one in due_times(lasting, 2026, PLAIN)] == [("long", date(2026, 3, 9))]
    assert due_times(lasting, 2027, PLAIN) == ()


def test_what_follows_a_happening_is_due_in_working_days_and_not_by_the_calendar() -> None:
    staged = replace(DUES, timing=Timing.AT_ONCE, period="", within_days=3)
    assert due_times(staged, 2026, PLAIN) == ()
    assert due_after(staged, date(2026, 3, 5), PLAIN) == date(2026, 3, 10)
    with pytest.raises(Refused):
        due_after(DUES, date(2026, 3, 5), PLAIN)


def test_an_organisation_is_asked_for_its_kind_only() -> None:
    other = replace(DUES, kinds=("committee",))
    assert asked_of([DUES, other], "branch", date(2026, 1, 1)) == (DUES,)
    assert asked_of([DUES, other], "group", date(2026, 1, 1)) == ()


@settings(max_examples=40, deadline=None)
@given(st.integers(2020, 2090), st.integers(1, 28), st.sampled_from(["month", "quarter", "half_year", "year"]))
def test_due_days_come_after_their_period_and_on_a_working_day(year, day, period) -> None:
    for one in due_times(replace(DUES, starts_on=date(2000, 1, 1), due_day=day, period=period), year, PLAIN):
        assert one.starts_on <= one.due_on <= one.starts_on + timedelta(days=31) and one.due_on.weekday() < 5
