"""Notices and objections: days, lights, what keeps a round open, and what moved, by tables."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.assessment.rules import publicity as rule
from plumbline.assessment.rules.publicity import Obstacle, Standing
from plumbline.kernel.calendar import WorkingCalendar

PLAIN = WorkingCalendar.of([])
FRIDAY = date(2026, 11, 20)


@pytest.mark.parametrize(("days", "last"), [(1, date(2026, 11, 23)), (5, date(2026, 11, 27)), (6, date(2026, 11, 30))])
def test_the_day_of_publication_does_not_count_and_the_last_one_does(days: int, last: date) -> None:
    assert rule.last_day(FRIDAY, days, PLAIN.add) == last


def test_a_holiday_in_between_makes_the_notice_longer() -> None:
    known = WorkingCalendar.of([(date(2026, 11, 23), False)])
    assert rule.last_day(FRIDAY, 1, known.add) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("today", "light"),
    [
        (date(2026, 11, 23), "green"), (date(2026, 11, 24), "green"), (date(2026, 11, 25), "yellow"),
        (date(2026, 11, 30), "yellow"), (date(2026, 12, 1), "red"),
    ],
)  # fmt: skip
def test_an_answer_is_near_three_working_days_before_its_day_and_late_after_it(today: date, light: str) -> None:
    assert rule.answer_light(date(2026, 11, 30), today=today, add=PLAIN.add) == light


@pytest.mark.parametrize(
    ("today", "unanswered", "upheld", "found"),
    [
        (date(2026, 11, 27), 0, 0, Obstacle.TIME), (date(2026, 11, 28), 0, 0, None),
        (date(2026, 11, 28), 1, 0, Obstacle.OPEN), (date(2026, 11, 28), 1, 1, Obstacle.OPEN),
        (date(2026, 11, 28), 0, 1, Obstacle.UNCHANGED), (date(2026, 11, 27), 2, 0, Obstacle.OPEN),
    ],
)  # fmt: skip
def test_what_keeps_a_round_from_its_end(today: date, unanswered: int, upheld: int, found: Obstacle | None) -> None:
    until = date(2026, 11, 27)
    assert rule.obstacle(until_on=until, today=today, unanswered=unanswered, upheld_since=upheld) is found


def test_what_moved_names_own_points_first_and_leaves_out_what_stayed() -> None:
    before = {
        1: Standing(90, 1, "good", {"a": 90}), 2: Standing(80, 2, "fair", {"a": 80}), 3: Standing(70, 3, "fair", {"a": 70}),
    }  # fmt: skip
    after = {
        1: Standing(90, 2, "good", {"a": 90}), 2: Standing(95, 1, "good", {"a": 80, "b": 15}),
        3: Standing(70, 3, "fair", {"a": 70}),
    }  # fmt: skip
    found = rule.moves(before, after)
    assert [(move.unit_id, move.own) for move in found] == [(2, True), (1, False)]
    assert found[0].nodes == (("b", 0, 15),)


def test_a_unit_that_came_or_went_has_moved() -> None:
    only = {1: Standing(90, 1, "", {})}
    assert [move.before for move in rule.moves({}, only)] == [None]
    assert [move.after for move in rule.moves(only, {})] == [None]


@given(st.dictionaries(st.integers(1, 9), st.integers(0, 100)))
def test_nothing_moves_where_nothing_changed(scores: dict[int, int]) -> None:
    same = {unit: Standing(score, 1, "", {"a": score}) for unit, score in scores.items()}
    assert rule.moves(same, dict(same)) == ()


@given(st.integers(1, 60), st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_a_notice_never_ends_before_its_working_days(days: int, on: date) -> None:
    last = rule.last_day(on, days, PLAIN.add)
    assert PLAIN.between(on, last) == days
    assert last - on >= timedelta(days=days)
