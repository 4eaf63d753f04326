"""The life of an item, its scopes and its days, as values. No database."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.disclosure.rules.items import (
    OUT,
    POINT_NAMES,
    POINT_QUESTIONS,
    STATE_NAMES,
    TRANSITIONS,
    UNDER_WAY,
    Hands,
    ItemEvent,
    ItemState,
    Point,
    WrongItemState,
    check_person,
    check_reason,
    check_review,
    events_open,
    next_item_state,
)
from plumbline.disclosure.rules.problems import Refused
from plumbline.disclosure.rules.publicity import check_days, countdown, last_day
from plumbline.disclosure.rules.scopes import (
    PUBLIC_READER,
    SCOPE_HINTS,
    SCOPE_NAMES,
    WIDTH,
    Reader,
    Scope,
    may_read,
    narrows,
)
from plumbline.kernel.calendar import WorkingCalendar

PLAIN = WorkingCalendar.of(())
LIN, WANG = 1, 2


def test_the_straight_way_leads_through_four_steps_to_publication() -> None:
    state = ItemState.DRAFT
    for event in (ItemEvent.PROPOSE, ItemEvent.REVIEW, ItemEvent.APPROVE, ItemEvent.PUBLISH):
        state = next_item_state(state, event)
    assert state is ItemState.PUBLISHED


@pytest.mark.parametrize(
    ("state", "event"), [(s, e) for s in ItemState for e in ItemEvent if (s, e) not in TRANSITIONS]
)
def test_what_the_table_does_not_list_may_not_happen(state, event) -> None:
    with pytest.raises(WrongItemState) as wrong:
        next_item_state(state, event)
    assert (wrong.value.state, wrong.value.event) == (state, event)


def test_nothing_is_published_past_a_step_and_nothing_published_is_ever_dropped() -> None:
    assert {s for (s, e) in TRANSITIONS if e is ItemEvent.PUBLISH} == {ItemState.APPROVED}
    assert {s for (s, e) in TRANSITIONS if e is ItemEvent.APPROVE} == {ItemState.REVIEWED}
    assert all(TRANSITIONS[s, e] in OUT for (s, e) in TRANSITIONS if s in OUT)
    assert not set(UNDER_WAY) & set(OUT) and set(STATE_NAMES) == set(ItemState)


@pytest.mark.parametrize("event", [ItemEvent.REVIEW, ItemEvent.APPROVE])
def test_nobody_reviews_or_approves_what_they_wrote_or_proposed(event) -> None:
    hands = Hands(("a", "b"), "p")
    for person in ("a", "b", "p"):
        with pytest.raises(Refused):
            check_person(event, person, hands)
    check_person(event, "somebody else", hands)


def test_the_own_item_may_be_published_by_its_author_once_another_approved_it() -> None:
    check_person(ItemEvent.PUBLISH, "a", Hands(("a",), "a", "r"))


def test_what_is_open_leaves_out_the_checks_of_the_own_item() -> None:
    assert events_open(ItemState.PROPOSED, own=True) == (ItemEvent.RETURN,)
    assert events_open(ItemState.PROPOSED, own=False) == (ItemEvent.REVIEW, ItemEvent.RETURN)
    assert events_open(ItemState.DROPPED, own=False) == ()


@pytest.mark.parametrize("left_out", list(Point))
def test_a_review_answers_every_point_of_the_checklist(left_out) -> None:
    check_review(list(Point))
    with pytest.raises(Refused) as refused:
        check_review([one for one in Point if one is not left_out])
    assert refused.value.field == left_out.value
    assert set(POINT_NAMES) == set(POINT_QUESTIONS) == set(Point)


def test_a_reason_is_given_and_not_endless() -> None:
    assert check_reason("  wrong sum ") == "wrong sum"
    for bad in ("", "  ", "x" * 501):
        with pytest.raises(Refused):
            check_reason(bad)


MEMBER_BELOW = Reader(("/1/2/3/",), (), LIN)
MEMBER_BESIDE = Reader(("/1/9/",), (), WANG)
MEMBER_ABOVE = Reader(("/1/",), (), WANG)
WATCHER = Reader(("/1/",), ("/1/",))


@pytest.mark.parametrize(
    ("scope", "public", "below", "beside", "above"),
    [
        (Scope.SOCIETY, True, True, True, True),
        (Scope.PARTY, False, True, True, True),
        (Scope.UNIT, False, True, False, False),
        (Scope.PERSONS, False, True, False, False),
    ],
)
def test_who_reads_what_is_published_to_a_scope(scope, public, below, beside, above) -> None:
    readers = (PUBLIC_READER, MEMBER_BELOW, MEMBER_BESIDE, MEMBER_ABOVE)
    assert [may_read(one, scope, "/1/2/", {LIN}) for one in readers] == [public, below, beside, above]
    assert may_read(WATCHER, scope, "/1/2/")
    assert not may_read(Reader(("/1/2/",)), Scope.PERSONS, "/1/2/", {LIN})


def test_paths_of_other_units_that_begin_alike_do_not_meet() -> None:
    assert not may_read(Reader(("/1/22/",)), Scope.UNIT, "/1/2/")


def test_scopes_are_ordered_and_named() -> None:
    assert narrows(Scope.UNIT, Scope.SOCIETY) and not narrows(Scope.SOCIETY, Scope.SOCIETY)
    assert not narrows(Scope.SOCIETY, Scope.PARTY)
    assert set(SCOPE_NAMES) == set(SCOPE_HINTS) == set(WIDTH) == set(Scope)


MONDAY = date(2026, 3, 2)


def test_the_day_of_publication_does_not_count_and_the_last_day_does() -> None:
    assert last_day(MONDAY, 5, PLAIN) == date(2026, 3, 9)
    lefts = [countdown(MONDAY, 5, MONDAY + timedelta(days=n), PLAIN).left for n in range(9)]
    assert lefts == [5, 5, 4, 3, 2, 1, 1, 1, 0]
    assert not countdown(MONDAY, 5, date(2026, 3, 9), PLAIN).is_over
    assert countdown(MONDAY, 5, date(2026, 3, 10), PLAIN).is_over
    assert countdown(MONDAY, None, MONDAY, PLAIN) is None


def test_a_holiday_year_without_data_is_named_and_does_not_crash() -> None:
    found = countdown(date(2031, 12, 29), 5, date(2031, 12, 30), PLAIN)
    assert found.unsure == (2031, 2032) and found.last_on == date(2032, 1, 5)


def test_a_period_is_between_one_day_and_a_year() -> None:
    for good in (None, 1, 250):
        check_days(good)
    for bad in (0, 251):
        with pytest.raises(Refused):
            check_days(bad)


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 250), st.integers(-5, 500))
def test_what_is_left_only_falls_and_is_nothing_exactly_after_the_last_day(start, days, later) -> None:
    today = start + timedelta(days=later)
    now, then = (countdown(start, days, one, PLAIN) for one in (today, today + timedelta(days=1)))
    assert days >= now.left >= then.left >= 0
    assert now.is_over == (today > now.last_on) and (now.left == 0) == now.is_over
