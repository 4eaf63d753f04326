"""Periods and their days: by tables, and for any year and rule by hypothesis."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.calendar import WorkingCalendar
from plumbline.obligation.rules.periods import (
    Timing,
    add_months,
    due_day,
    part_of,
    slots_of,
    span_of,
    spans_of,
    term_slot,
)

# The week of the national holiday of 2026, with the two weekends that are worked for it.
HOLIDAYS = [(date(2026, 10, day), False) for day in range(1, 8)]
WORKED = [(date(2026, 9, 20), True), (date(2026, 10, 10), True)]
PLAIN = WorkingCalendar.of([])
CALENDAR = WorkingCalendar.of([*HOLIDAYS, *WORKED])


@pytest.mark.parametrize(
    ("period", "codes"),
    [
        ("year", ("2026",)),
        ("half_year", ("2026-H1", "2026-H2")),
        ("quarter", ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")),
        ("month", tuple(f"2026-{month:02d}" for month in range(1, 13))),
    ],
)
def test_the_periods_of_a_year_cover_it_without_a_gap(period, codes):
    spans = spans_of(period, 2026)
    assert tuple(span.code for span in spans) == codes
    assert (spans[0].first, spans[-1].last) == (date(2026, 1, 1), date(2026, 12, 31))
    for one, after in pairwise(spans):
        assert one.last + timedelta(days=1) == after.first


def test_numbers_outside_a_year_lead_into_the_years_beside_it():
    assert span_of("month", 2026, 0).code == "2025-12"
    assert span_of("quarter", 2026, 5).code == "2027-Q1"


@pytest.mark.parametrize(
    ("timing", "number", "expected"),
    [
        (Timing("month"), 2, date(2026, 2, 28)),
        (Timing("quarter", due_rule="last_working_day"), 2, date(2026, 6, 30)),
        (Timing("month", due_rule="last_working_day"), 5, date(2026, 5, 29)),
        (Timing("month", due_rule="fixed_day", due_number=31), 2, date(2026, 2, 28)),
        (Timing("month", due_rule="fixed_day", due_number=5), 9, date(2026, 9, 5)),
        (Timing("month", due_rule="fixed_day", due_number=5, shift="next"), 9, date(2026, 9, 7)),
        (Timing("month", due_rule="fixed_day", due_number=5, shift="previous"), 9, date(2026, 9, 4)),
        (Timing("month", due_rule="weekday", due_number=1, due_weekday=4), 9, date(2026, 9, 4)),
        (Timing("month", due_rule="weekday", due_number=1, due_weekday=4, shift="next"), 10, date(2026, 10, 8)),
        (Timing("month", due_rule="weekday", due_number=1, due_weekday=4, shift="previous"), 10, date(2026, 10, 8)),
        (Timing("month", due_rule="weekday", due_number=5, due_weekday=4), 10, date(2026, 10, 30)),
        (Timing("month", due_rule="weekday", due_number=3, due_weekday=0), 6, date(2026, 6, 15)),
        (Timing("month", due_rule="working_days_after", due_number=5), 9, date(2026, 10, 13)),
        (Timing("half_year", due_rule="fixed_day", due_number=20), 1, date(2026, 6, 20)),
    ],
)
def test_due_days(timing, number, expected):
    assert due_day(timing, span_of(timing.period, 2026, number), CALENDAR) == expected


def test_a_life_meeting_is_owed_in_the_fourth_quarter_and_accepted_a_little_later():
    (slot,) = slots_of(Timing("year", from_month=10, warn_days=30, grace_days=15), 2026, PLAIN)
    assert (slot.starts_on, slot.warn_on, slot.due_on) == (date(2026, 10, 1), date(2026, 12, 1), date(2026, 12, 31))
    assert slot.grace_on == slot.until_on == date(2027, 1, 15)


def test_grace_never_takes_days_of_the_next_period():
    first, second = slots_of(Timing("half_year", grace_days=10), 2026, PLAIN)
    assert (first.until_on, first.grace_on) == (date(2026, 6, 30), date(2026, 7, 10))
    assert second.starts_on == date(2026, 7, 1)


def test_what_is_due_after_its_period_takes_the_days_until_then():
    slots = slots_of(Timing("month", due_rule="working_days_after", due_number=3), 2026, PLAIN)
    assert (slots[0].starts_on, slots[0].until_on) == (date(2026, 1, 6), date(2026, 2, 4))
    assert slots[1].starts_on == date(2026, 2, 5)


def test_a_shift_backwards_never_leads_out_of_the_period():
    timing = Timing("month", due_rule="fixed_day", due_number=1, shift="previous")
    october = slots_of(timing, 2026, CALENDAR)[9]
    assert (october.starts_on, october.due_on) == (date(2026, 10, 1), date(2026, 10, 8))
    late = Timing("quarter", from_month=3, due_rule="fixed_day", due_number=1, shift="previous")
    assert slots_of(late, 2026, CALENDAR)[0].due_on == date(2026, 3, 2)


@given(
    st.builds(
        Timing,
        st.sampled_from(["month", "quarter", "half_year", "year"]),
        st.just(1),
        st.sampled_from(["last_day", "last_working_day", "fixed_day", "weekday", "working_days_after"]),
        st.integers(1, 10),
        st.integers(0, 6),
        st.sampled_from(["stays", "next", "previous"]),
        st.integers(0, 60),
        st.integers(0, 60),
    ),
    st.integers(2000, 2060),
)
@settings(max_examples=150, deadline=None)
def test_every_day_counts_for_one_period_only(timing, year):
    slots = [*slots_of(timing, year, CALENDAR), *slots_of(timing, year + 1, CALENDAR)]
    for slot in slots:
        assert slot.starts_on <= slot.warn_on <= slot.due_on <= slot.grace_on
        assert slot.due_on <= slot.until_on
    for one, after in pairwise(slots):
        assert one.until_on + timedelta(days=1) == after.starts_on


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
    ],
)
def test_months_later(day, months, expected):
    assert add_months(day, months) == expected


def test_the_election_is_due_when_the_term_ends():
    timing = Timing("term", warn_days=180, grace_days=30)
    slot = term_slot(date(2023, 10, 4), 3, timing, CALENDAR)
    assert (slot.code, slot.due_on, slot.grace_on) == ("2026-T", date(2026, 10, 4), date(2026, 11, 3))
    assert (slot.starts_on, slot.until_on) == (date(2023, 10, 5), date.max)
    assert slot.warn_on == date(2026, 4, 7)
    shifted = term_slot(date(2023, 10, 4), 3, Timing("term", shift="next"), CALENDAR)
    assert shifted.due_on == date(2026, 10, 8)


@pytest.mark.parametrize(
    ("needed", "whole", "present", "expected"),
    [(1920, 365, 365, 1920), (1920, 365, 73, 384), (1, 90, 10, 1), (3, 2, 1, 2), (5, 10, 1, 1)],
)
def test_a_part_of_the_period_owes_a_part(needed, whole, present, expected):
    assert part_of(needed, whole, present) == expected
