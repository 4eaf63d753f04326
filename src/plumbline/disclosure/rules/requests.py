"""The request desk (依申请公开): who asks, by when is it decided, and what a refusal needs (DOMAIN 4). Pure.

Decided within 3 working days, extendable once to 10 with a notice to who asked; a refusal is written, with reasons, and the
level above reviews it where the asker wants that. The numbers are terms with days of effect, never constants of a page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from plumbline.disclosure.rules.problems import Refused
from plumbline.kernel.calendar import WorkingCalendar

LONGEST_QUESTION: Final = 2000
LONGEST_REPLY: Final = 10_000
LEAST_REASON: Final = 10
"""A refusal of fewer characters gives no reason."""
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Digits and letters of receipts that nobody mistakes for one another; a prime number of them, for the check sign."""
SECRET_SIGNS: Final = 16


@dataclass(frozen=True, slots=True)
class Terms:
    """Working days to decide, to which number they may be extended once, and to review a refusal; from a day on."""

    starts_on: date
    decide_days: int = 3
    extended_days: int = 10
    review_days: int = 10

    def check(self) -> None:
        """Refuse terms that cannot be kept: none below one day, an extension that shortens. Raises Refused."""
        if min(self.decide_days, self.review_days) < 1 or self.extended_days <= self.decide_days:
            raise Refused(_("Each term has at least one working day, and the extended one is the longer one."), "terms")


SHIPPED_TERMS: Final = Terms(date(2018, 1, 1))
"""3 working days, extendable to 10 (DOMAIN 4 [S]); 10 for the review is a default to be edited [B]."""


def terms_on(day: date, terms: Sequence[Terms]) -> Terms:
    """Return the terms that hold on a day: those that began last; the shipped ones before all of them."""
    begun = [one for one in terms if one.starts_on <= day]
    return max(begun, key=lambda one: one.starts_on, default=SHIPPED_TERMS)


class RequestState(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    CONTESTED = "contested"
    UPHELD = "upheld"
    OVERTURNED = "overturned"
    TAKEN_BACK = "taken_back"


class RequestEvent(StrEnum):
    """What may happen to a request."""

    EXTEND = "extend"
    GRANT = "grant"
    GRANT_PARTLY = "grant_partly"
    REFUSE = "refuse"
    CONTEST = "contest"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    TAKE_BACK = "take_back"


REQUEST_TRANSITIONS: Final[Mapping[tuple[RequestState, RequestEvent], RequestState]] = {
    (RequestState.RECEIVED, RequestEvent.EXTEND): RequestState.RECEIVED,
    (RequestState.RECEIVED, RequestEvent.GRANT): RequestState.GRANTED,
    (RequestState.RECEIVED, RequestEvent.GRANT_PARTLY): RequestState.PARTLY,
    (RequestState.RECEIVED, RequestEvent.REFUSE): RequestState.REFUSED,
    (RequestState.RECEIVED, RequestEvent.TAKE_BACK): RequestState.TAKEN_BACK,
    (RequestState.PARTLY, RequestEvent.CONTEST): RequestState.CONTESTED,
    (RequestState.REFUSED, RequestEvent.CONTEST): RequestState.CONTESTED,
    (RequestState.CONTESTED, RequestEvent.UPHOLD): RequestState.UPHELD,
    (RequestState.CONTESTED, RequestEvent.OVERTURN): RequestState.OVERTURNED,
}
WRITTEN: Final = frozenset((RequestEvent.GRANT_PARTLY, RequestEvent.REFUSE, RequestEvent.UPHOLD))
"""What denies something: only in writing, with reasons."""
WAITING: Final = (RequestState.RECEIVED, RequestState.CONTESTED)
REQUEST_STATE_NAMES: Final[Mapping[RequestState, Promise]] = {
    RequestState.RECEIVED: pgettext_lazy("request", "waits for a decision"),
    RequestState.GRANTED: pgettext_lazy("request", "granted"),
    RequestState.PARTLY: pgettext_lazy("request", "granted in part"),
    RequestState.REFUSED: pgettext_lazy("request", "refused"),
    RequestState.CONTESTED: pgettext_lazy("request", "reviewed by the level above"),
    RequestState.UPHELD: pgettext_lazy("request", "refusal upheld"),
    RequestState.OVERTURNED: pgettext_lazy("request", "refusal overturned"),
    RequestState.TAKEN_BACK: pgettext_lazy("request", "taken back by the asker"),
}


class WrongRequestState(Exception):
    """The request is not in a state in which this may happen to it."""

    def __init__(self, state: RequestState, event: RequestEvent) -> None:
        super().__init__(f"{event} of a request that is {state}")
        self.state, self.event = state, event


def next_request_state(state: RequestState, event: RequestEvent) -> RequestState:
    """Return the state to which an event leads. Raises WrongRequestState."""
    try:
        return REQUEST_TRANSITIONS[state, event]
    except KeyError:
        raise WrongRequestState(state, event) from None


def due_on(received_on: date, terms: Terms, calendar: WorkingCalendar, *, extended: bool) -> date:
    """Return the last day to decide; the day of receipt does not count, also where it was extended."""
    return calendar.add(received_on, terms.extended_days if extended else terms.decide_days)


def check_extension(*, today: date, due: date, extended: bool, reason: str) -> None:
    """Refuse a second extension, one after the term has run out, and one without a notice. Raises Refused."""
    if extended:
        raise Refused(_("The term was extended already; it may be extended once only."))
    if today > due:
        raise Refused(_("The term has run out: an extension comes before its end. Decide now."))
    if not reason.strip():
        raise Refused(_("Say in the notice why more time is needed: who asked reads it."), "reason")


def check_decision(event: RequestEvent, text: str) -> None:
    """Refuse a decision without words: a refusal, wholly or in part, gives its reasons in writing. Raises Refused."""
    words = text.strip()
    if event in WRITTEN and len(words) < LEAST_REASON:
        raise Refused(_("A refusal is written and gives its reasons: say which rule forbids it, and why here."), "text")
    if not words:
        raise Refused(_("Say what was decided, and where it can be read."), "text")
    if len(words) > LONGEST_REPLY:
        raise Refused(_("The answer may have at most %d characters.") % LONGEST_REPLY, "text")


def check_question(subject: str, question: str) -> None:
    """Refuse a request that asks nothing, or too much at once. Raises Refused."""
    if not subject.strip():
        raise Refused(_("Say in a few words what you would like to know."), "subject")
    if len(subject.strip()) > 200:
        raise Refused(_("Keep the subject to 200 characters; details belong into the question."), "subject")
    if not question.strip():
        raise Refused(_("Describe what you ask for, so that it can be found."), "question")
    if len(question.strip()) > LONGEST_QUESTION:
        raise Refused(_("The question may have at most %d characters.") % LONGEST_QUESTION, "question")


def spelled(number: int, width: int) -> str:
    """Return a number in the signs of receipts, filled to ``width``. Raises ValueError where it does not fit."""
    signs = ""
    while number:
        number, rest = divmod(number, len(ALPHABET))
        signs = ALPHABET[rest] + signs
    if len(signs) > width:
        raise ValueError(f"the number needs more than {width} signs")
    return signs.rjust(width, ALPHABET[0])


def check_sign(signs: str) -> str:
    """Return the sign that finds every single mistyped sign and every two that changed places."""
    total = sum(place * ALPHABET.index(sign) for place, sign in enumerate(signs, start=1))
    return ALPHABET[total % len(ALPHABET)]


def receipt_number(year: int, noise: int) -> str:
    """Return a receipt number such as ``2026-7KM2-Q4XD``: seven signs of noise, so that nobody counts the others' requests."""
    body = spelled(noise % len(ALPHABET) ** 7, 7)
    signs = body + check_sign(body)
    return f"{year}-{signs[:4]}-{signs[4:]}"


def read_receipt(text: str) -> str:
    """Return a receipt number as it is kept, however it was typed. Raises Refused for one that cannot be."""
    plain = "".join(sign for sign in text.upper() if sign.isalnum())
    year, signs = plain[:4], plain[4:]
    known = year.isascii() and year.isdecimal() and len(signs) == 8 and all(sign in ALPHABET for sign in signs)
    if not known or check_sign(signs[:7]) != signs[7]:
        raise Refused(_("This is no receipt number: compare it with your receipt, such as 2026-7KM2-Q4XD."), "receipt")
    return f"{year}-{signs[:4]}-{signs[4:]}"


def read_secret(text: str) -> str:
    """Return a secret as it is kept, however it was typed: signs only, in capitals."""
    return "".join(sign for sign in text.upper() if sign in ALPHABET)


@dataclass(frozen=True, slots=True)
class Decided:
    """One request as the statistics count it; ``days`` are the working days from receipt to decision."""

    state: RequestState
    on_time: bool | None
    days: int | None


@dataclass(frozen=True, slots=True)
class YearCount:
    """The statistics of a year that are published: counts, share on time as counts, median of working days (halves in tenths)."""

    received: int
    granted: int
    partly: int
    refused: int
    open: int
    taken_back: int
    decided: int
    on_time: int
    median_tenths: int | None


def year_count(rows: Sequence[Decided]) -> YearCount:
    """Count a year's requests. What was refused and later contested counts as refused, unless the review overturned it."""
    states = [row.state for row in rows]
    refused = (RequestState.REFUSED, RequestState.CONTESTED, RequestState.UPHELD)
    days = sorted(row.days for row in rows if row.days is not None)
    return YearCount(
        received=len(rows),
        granted=sum(one in (RequestState.GRANTED, RequestState.OVERTURNED) for one in states),
        partly=states.count(RequestState.PARTLY),
        refused=sum(one in refused for one in states),
        open=states.count(RequestState.RECEIVED),
        taken_back=states.count(RequestState.TAKEN_BACK),
        decided=len(days),
        on_time=sum(row.on_time is True for row in rows),
        median_tenths=_median_tenths(days),
    )


def _median_tenths(days: Sequence[int]) -> int | None:
    if not days:
        return None
    middle = len(days) // 2
    return days[middle] * 10 if len(days) % 2 else (days[middle - 1] + days[middle]) * 5
