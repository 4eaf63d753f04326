"""The calendar of a round: what its days let happen."""

import importlib.util
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.assessment.rules import phases as rule
from plumbline.assessment.rules.phases import Leave, PhaseDates, PhaseKind, Standing
from plumbline.assessment.rules.rounds import RoundState

MARCH = PhaseDates(PhaseKind.SELF_REPORT, date(2026, 3, 2), date(2026, 3, 13))
APRIL = PhaseDates(PhaseKind.VERIFICATION, date(2026, 4, 1), date(2026, 4, 30))


@pytest.mark.parametrize(
    ("day", "where"),
    [(1, Standing.BEFORE), (2, Standing.NOW), (13, Standing.NOW), (14, Standing.OVER)],
)
def test_both_days_of_a_phase_are_included(day: int, where: Standing) -> None:
    assert rule.standing(MARCH, date(2026, 3, day)) is where


@pytest.mark.parametrize(
    ("kind", "state", "today", "leave"),
    [
        (PhaseKind.SELF_REPORT, RoundState.DRAFT, date(2026, 3, 5), Leave.CLOSED),
        (PhaseKind.SELF_REPORT, RoundState.FROZEN, date(2026, 3, 5), Leave.CLOSED),
        (PhaseKind.SELF_REPORT, RoundState.OPEN, date(2026, 3, 1), Leave.EARLY),
        (PhaseKind.SELF_REPORT, RoundState.OPEN, date(2026, 3, 13), Leave.YES),
        (PhaseKind.SELF_REPORT, RoundState.OPEN, date(2026, 3, 14), Leave.LATE),
        (PhaseKind.VERIFICATION, RoundState.OPEN, date(2026, 3, 14), Leave.EARLY),
        (PhaseKind.VERIFICATION, RoundState.OPEN, date(2026, 5, 1), Leave.OVER),
        (PhaseKind.REVIEW, RoundState.OPEN, date(2030, 5, 1), Leave.YES),
    ],
)
def test_what_may_be_done_follows_from_days_and_state(
    kind: PhaseKind, state: RoundState, today: date, leave: Leave
) -> None:
    assert rule.may_do(kind, state, [MARCH, APRIL], today) is leave


def test_faults_of_a_calendar_are_named() -> None:
    day = date(2026, 1, 2)
    other = PhaseKind.OTHER
    assert (
        rule.problem_of([MARCH, APRIL, PhaseDates(other, day, day, "talks"), PhaseDates(other, day, day, "b")]) is None
    )
    assert rule.problem_of([PhaseDates(PhaseKind.REVIEW, day, date(2026, 1, 1))]) == (PhaseKind.REVIEW, "order")
    assert rule.problem_of([PhaseDates(other, day, day, " ")]) == (other, "title")
    assert rule.problem_of([MARCH, MARCH]) == (PhaseKind.SELF_REPORT, "twice")


@given(st.dates(), st.dates(), st.dates())
def test_a_judgement_counts_within_the_period(one: date, two: date, today: date) -> None:
    first, last = min(one, two), max(one, two)
    day = rule.counting_day(first, last, today)
    assert first <= day <= last
    assert day == today or not first <= today <= last


@pytest.mark.parametrize(
    ("least", "most", "points", "fits"),
    [(-7, -2, -7, True), (-7, -2, -1, False), (-7, -2, 0, True), (1, 5, 6, False), (1, 5, 5, True)],
)
def test_an_assessor_chooses_within_the_range_or_zero(least: int, most: int, points: int, fits: bool) -> None:
    assert rule.within(least, most, points) is fits


def test_the_diagram_in_the_documents_is_the_table_of_the_code() -> None:
    """Run ``python tools/round_life.py`` after changing a transition."""
    root = Path(__file__).resolve().parents[2]
    spec = importlib.util.spec_from_file_location("round_life", root / "tools" / "round_life.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert (root / "docs" / "round-life.md").read_text(encoding="utf-8") == tool.document()
