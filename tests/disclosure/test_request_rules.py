"""The request desk as values: terms, states, receipts, and the statistics of a year. No database."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.disclosure.rules.problems import Refused
from plumbline.disclosure.rules.requests import (
    ALPHABET,
    REQUEST_STATE_NAMES,
    REQUEST_TRANSITIONS,
    SHIPPED_TERMS,
    WAITING,
    Decided,
    RequestEvent,
    RequestState,
    Terms,
    WrongRequestState,
    check_decision,
    check_extension,
    check_question,
    check_sign,
    due_on,
    next_request_state,
    read_receipt,
    read_secret,
    receipt_number,
    spelled,
    terms_on,
    year_count,
)
from plumbline.kernel.calendar import WorkingCalendar

PLAIN = WorkingCalendar.of(())
MONDAY = date(2026, 3, 2)


def test_three_working_days_extended_once_to_ten() -> None:
    assert due_on(MONDAY, SHIPPED_TERMS, PLAIN, extended=False) == date(2026, 3, 5)
    assert due_on(MONDAY, SHIPPED_TERMS, PLAIN, extended=True) == date(2026, 3, 16)


def test_terms_hold_from_their_day_on() -> None:
    longer = Terms(date(2026, 1, 1), 5, 15)
    assert terms_on(date(2017, 1, 1), []) == SHIPPED_TERMS
    assert terms_on(date(2025, 12, 31), [longer, SHIPPED_TERMS]) == SHIPPED_TERMS
    assert terms_on(date(2026, 1, 1), [longer, SHIPPED_TERMS]) == longer
    longer.check()
    for bad in (Terms(MONDAY, 0, 10), Terms(MONDAY, 3, 3), Terms(MONDAY, 3, 10, 0)):
        with pytest.raises(Refused):
            bad.check()


@pytest.mark.parametrize(
    ("state", "event"), [(s, e) for s in RequestState for e in RequestEvent if (s, e) not in REQUEST_TRANSITIONS]
)
def test_what_the_table_does_not_list_may_not_happen(state, event) -> None:
    with pytest.raises(WrongRequestState) as wrong:
        next_request_state(state, event)
    assert (wrong.value.state, wrong.value.event) == (state, event)


def test_a_refusal_can_be_contested_once_and_is_then_settled_above() -> None:
    state = next_request_state(RequestState.RECEIVED, RequestEvent.REFUSE)
    state = next_request_state(state, RequestEvent.CONTEST)
    assert state in WAITING
    assert next_request_state(state, RequestEvent.UPHOLD) is RequestState.UPHELD
    assert not [one for one in REQUEST_TRANSITIONS if one[0] in (RequestState.UPHELD, RequestState.OVERTURNED)]
    assert set(REQUEST_STATE_NAMES) == set(RequestState)


def test_an_extension_comes_once_in_time_and_with_a_notice() -> None:
    good = {"today": MONDAY, "due": MONDAY, "extended": False, "reason": "three archives are searched"}
    check_extension(**good)
    for bad in ({"extended": True}, {"today": date(2026, 3, 3)}, {"reason": " "}):
        with pytest.raises(Refused):
            check_extension(**{**good, **bad})


@pytest.mark.parametrize("event", [RequestEvent.REFUSE, RequestEvent.GRANT_PARTLY, RequestEvent.UPHOLD])
def test_what_denies_something_gives_its_reasons_in_writing(event) -> None:
    with pytest.raises(Refused, match="written"):
        check_decision(event, "no")
    check_decision(event, "It names third persons, article 6; the sums are published.")


def test_what_grants_says_where() -> None:
    check_decision(RequestEvent.GRANT, "See 17")
    for bad in (" ", "x" * 10_001):
        with pytest.raises(Refused):
            check_decision(RequestEvent.GRANT, bad)


@pytest.mark.parametrize(
    ("subject", "question", "field"),
    [(" ", "q", "subject"), ("s" * 201, "q", "subject"), ("s", " ", "question"), ("s", "q" * 2001, "question")],
)
def test_a_request_asks_something_that_can_be_answered(subject, question, field) -> None:
    check_question("Dues of 2025", "How were they used?")
    with pytest.raises(Refused) as refused:
        check_question(subject, question)
    assert refused.value.field == field


SIGNS = st.text(ALPHABET, min_size=7, max_size=7)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**12))
def test_a_receipt_number_is_read_however_it_is_typed(noise) -> None:
    number = receipt_number(2026, noise)
    assert read_receipt(number) == read_receipt(f" {number.lower().replace('-', ' ')} ") == number


@settings(max_examples=60, deadline=None)
@given(SIGNS, st.integers(0, 6), st.sampled_from(ALPHABET), st.integers(0, 6))
def test_one_wrong_sign_and_two_that_changed_places_are_found(signs, place, other, second) -> None:
    changed = signs[:place] + other + signs[place + 1 :]
    assert changed == signs or check_sign(changed) != check_sign(signs)
    swapped = list(signs)
    swapped[place], swapped[second] = swapped[second], swapped[place]
    assert "".join(swapped) == signs or check_sign("".join(swapped)) != check_sign(signs)


@pytest.mark.parametrize("bad", ["", "2026", "2026-2222-222", "2026-2222-2223", "abcd-2222-2222", "2026-0000-0000"])
def test_what_is_no_receipt_number_is_said_so(bad) -> None:
    with pytest.raises(Refused) as refused:
        read_receipt(bad)
    assert refused.value.field == "receipt"


def test_numbers_are_spelled_without_signs_that_are_mistaken_and_never_cut() -> None:
    assert spelled(0, 3) == "222" and spelled(30, 2) == "2Z" and not set("01ILO") & set(ALPHABET)
    with pytest.raises(ValueError, match="more than"):
        spelled(31**2, 2)


def test_a_secret_is_read_without_its_spaces() -> None:
    assert read_secret(" ab-c d9 ") == "ABCD9"


def test_the_statistics_of_a_year() -> None:
    rows = [
        Decided(RequestState.GRANTED, True, 1),
        Decided(RequestState.PARTLY, True, 3),
        Decided(RequestState.CONTESTED, False, 12),
        Decided(RequestState.OVERTURNED, True, 2),
        Decided(RequestState.RECEIVED, None, None),
        Decided(RequestState.TAKEN_BACK, None, None),
    ]
    found = year_count(rows)
    assert (found.received, found.granted, found.partly, found.refused) == (6, 2, 1, 1)
    assert (found.open, found.taken_back, found.decided, found.on_time, found.median_tenths) == (1, 1, 4, 3, 25)
    assert year_count(rows[:3]).median_tenths == 30
    assert year_count([]).median_tenths is None
