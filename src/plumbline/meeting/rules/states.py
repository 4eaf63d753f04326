"""The life of a meeting as data: what may happen in which state, and what is said where it may not."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext as _

from plumbline.meeting.rules.problems import Refused


class State(StrEnum):
    """Where a meeting stands. ``filed`` is read-only; a correction goes back to ``held`` as the next version."""

    PLANNED = "planned"
    OPEN = "open"
    HELD = "held"
    CONFIRMED = "confirmed"
    FILED = "filed"
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    """What may happen to a meeting."""

    CHANGE = "change"
    OPEN = "open"
    CLOSE = "close"
    ATTEND = "attend"
    WRITE = "write"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    FILE = "file"
    CORRECT = "correct"
    CANCEL = "cancel"
    WITHDRAW = "withdraw"


S, V = State, Event
TRANSITIONS: Mapping[tuple[State, Event], State] = {
    (S.PLANNED, V.CHANGE): S.PLANNED,
    (S.OPEN, V.CHANGE): S.OPEN,
    (S.HELD, V.CHANGE): S.HELD,
    (S.PLANNED, V.OPEN): S.OPEN,
    (S.OPEN, V.ATTEND): S.OPEN,
    (S.HELD, V.ATTEND): S.HELD,
    (S.OPEN, V.CLOSE): S.HELD,
    (S.OPEN, V.WRITE): S.OPEN,
    (S.HELD, V.WRITE): S.HELD,
    (S.HELD, V.CONFIRM): S.CONFIRMED,
    (S.CONFIRMED, V.REOPEN): S.HELD,
    (S.CONFIRMED, V.FILE): S.FILED,
    (S.FILED, V.CORRECT): S.HELD,
    (S.PLANNED, V.CANCEL): S.CANCELLED,
    (S.OPEN, V.CANCEL): S.CANCELLED,
    (S.HELD, V.CANCEL): S.CANCELLED,
    (S.FILED, V.WITHDRAW): S.WITHDRAWN,
    (S.HELD, V.WITHDRAW): S.WITHDRAWN,
    (S.CONFIRMED, V.WITHDRAW): S.WITHDRAWN,
}
"""What leads from where to where; what is not listed may not happen. ``confirm`` is the second of the two confirmations."""

UNDER_WAY = (State.OPEN, State.HELD, State.CONFIRMED)
"""Meetings that were begun and are not filed."""
COUNTING = (State.PLANNED, *UNDER_WAY, State.FILED)


def next_state(state: State, event: Event, *, version: int = 0) -> State:
    """Return the state to which an event leads; ``version`` counts how often the record was filed.

    What was filed once is withdrawn, not cancelled, and what never was is cancelled, not withdrawn. Raises Refused.
    """
    if event is Event.CANCEL and version and (state, event) in TRANSITIONS:
        raise Refused(_("This record was filed before: withdraw it, with the reason."))
    if event is Event.WITHDRAW and not version:
        raise Refused(_("This meeting was never filed: cancel it, with the reason."))
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Refused(_refusal(state, event)) from None


def allowed(state: State, *, version: int) -> frozenset[Event]:
    """Return what may happen in a state."""
    found = {event for one, event in TRANSITIONS if one is state}
    return frozenset(found - ({Event.CANCEL} if version else {Event.WITHDRAW}))


def _refusal(state: State, event: Event) -> str:
    if state is State.FILED:
        return _("The record is filed and can only be read. To change it, begin a correction, with the reason.")
    if state in (State.CANCELLED, State.WITHDRAWN):
        return _("The meeting was cancelled or withdrawn. Hold it anew to record it.")
    if state is State.PLANNED:
        return _("The meeting has not begun: begin it first.")
    if event is Event.OPEN:
        return _("The meeting was begun already.")
    if event is Event.ATTEND:
        return _("Signing in is over. The recorder can still change the list of those present.")
    if event in (Event.WRITE, Event.CHANGE, Event.ATTEND, Event.CANCEL) and state is State.CONFIRMED:
        return _("Chair and recorder have confirmed the record. Take the confirmation back before you change it.")
    if event is Event.FILE:
        return _("Only a record that the chair and the recorder have confirmed can be filed.")
    return _("This cannot be done with the meeting as it stands now. Load the page again.")
