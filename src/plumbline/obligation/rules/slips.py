"""Supervision slips (督办单): what may happen to them, when, and what follows one that was not answered (DOMAIN 7).

The rungs are those of Sanming: a reminder, then a warning, then an order to rectify; after an order the head is talked to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _

from plumbline.obligation.rules.problems import Refused

LONGEST_TITLE = 200
LONGEST_WORDS = 4_000
LONGEST_REASON = 500
NEAR_DAYS = 2
"""Working days before its day at which an unanswered slip is called near."""


class SlipKind(StrEnum):
    """How grave a slip is."""

    REMINDER = "reminder"
    WARNING = "warning"
    ORDER = "order"
    INTERVIEW = "interview"


class SlipState(StrEnum):
    """Where a slip stands; a proposed one is the committee's draft, which the unit does not see."""

    PROPOSED = "proposed"
    DISMISSED = "dismissed"
    ISSUED = "issued"
    ANSWERED = "answered"
    CLOSED = "closed"
    ESCALATED = "escalated"
    WITHDRAWN = "withdrawn"


class SlipAct(StrEnum):
    """What may happen to a slip."""

    ISSUE = "issue"
    DISMISS = "dismiss"
    ANSWER = "answer"
    ACCEPT = "accept"
    RETURN = "return"
    EXTEND = "extend"
    ESCALATE = "escalate"
    WITHDRAW = "withdraw"
    RECORD = "record"
    RECHECK = "recheck"
    REOPEN = "reopen"


TRANSITIONS: Mapping[tuple[SlipState, SlipAct], SlipState] = {
    (SlipState.PROPOSED, SlipAct.ISSUE): SlipState.ISSUED,
    (SlipState.PROPOSED, SlipAct.DISMISS): SlipState.DISMISSED,
    (SlipState.ISSUED, SlipAct.ANSWER): SlipState.ANSWERED,
    (SlipState.ISSUED, SlipAct.EXTEND): SlipState.ISSUED,
    (SlipState.ISSUED, SlipAct.ESCALATE): SlipState.ESCALATED,
    (SlipState.ISSUED, SlipAct.WITHDRAW): SlipState.WITHDRAWN,
    (SlipState.ISSUED, SlipAct.RECORD): SlipState.CLOSED,
    (SlipState.ANSWERED, SlipAct.ACCEPT): SlipState.CLOSED,
    (SlipState.ANSWERED, SlipAct.RETURN): SlipState.ISSUED,
    (SlipState.ANSWERED, SlipAct.ESCALATE): SlipState.ESCALATED,
    (SlipState.CLOSED, SlipAct.RECHECK): SlipState.CLOSED,
    (SlipState.CLOSED, SlipAct.REOPEN): SlipState.ISSUED,
}
"""What leads from where to where; what is not listed may not happen."""

LADDER: Mapping[SlipKind, SlipKind] = {
    SlipKind.REMINDER: SlipKind.WARNING,
    SlipKind.WARNING: SlipKind.ORDER,
    SlipKind.ORDER: SlipKind.INTERVIEW,
}
"""What follows a slip that was not answered in time or whose answer is not enough; nothing follows an interview."""

OPEN = (SlipState.ISSUED, SlipState.ANSWERED)
"""Slips on which somebody still has to work."""

TALKED_ONLY = frozenset({SlipAct.RECORD})
NEVER_TALKED = frozenset({SlipAct.ANSWER, SlipAct.ESCALATE, SlipAct.RECHECK, SlipAct.REOPEN})
"""An interview is recorded, never answered in writing; every other slip is answered, never recorded as a talk."""


class WrongSlipState(Exception):
    """The slip is not in a state in which this may happen to it."""

    def __init__(self, state: SlipState, act: SlipAct) -> None:
        super().__init__(f"{act} of a slip that is {state}")
        self.state, self.act = state, act


def suits(kind: SlipKind, act: SlipAct) -> bool:
    """True where this can happen to a slip of this kind at all."""
    return act not in (NEVER_TALKED if kind is SlipKind.INTERVIEW else TALKED_ONLY)


def next_slip_state(kind: SlipKind, state: SlipState, act: SlipAct) -> SlipState:
    """Return the state to which an act leads. Raises WrongSlipState."""
    following = TRANSITIONS.get((state, act))
    if following is None or not suits(kind, act):
        raise WrongSlipState(state, act)
    return following


def is_late(state: SlipState, due_on: date | None, today: date) -> bool:
    """True where a slip waits for its answer beyond its day."""
    return state is SlipState.ISSUED and due_on is not None and due_on < today


def slip_light(state: SlipState, due_on: date | None, *, today: date, add: Callable[[date, int], date]) -> str:
    """Return the light of a slip: red late, yellow near, green answered or closed; grey where nothing is asked."""
    if state is SlipState.ISSUED:
        if is_late(state, due_on, today):
            return "red"
        return "yellow" if due_on is not None and due_on <= add(today, NEAR_DAYS) else "blue"
    return "green" if state in (SlipState.ANSWERED, SlipState.CLOSED) else "grey"


@dataclass(frozen=True, slots=True)
class SlipDraft:
    """What a slip says: its kind, what it is about, what was found and is asked, on what basis, by which day."""

    kind: SlipKind
    title: str
    words: str
    due_on: date
    basis: str = ""
    is_important: bool = False

    def cleaned(self) -> "SlipDraft":
        """Return the draft without spaces around its texts."""
        return SlipDraft(
            self.kind, self.title.strip(), self.words.strip(), self.due_on, self.basis.strip(), self.is_important
        )


def check_draft(draft: SlipDraft, today: date) -> SlipDraft:
    """Return the draft with its texts cleaned. Raises Refused, naming the field and how to mend it."""
    kept = draft.cleaned()
    if not kept.title or len(kept.title) > LONGEST_TITLE:
        raise Refused(_("Say in at most %d characters what the slip is about.") % LONGEST_TITLE, "title")
    if not kept.words or len(kept.words) > LONGEST_WORDS:
        raise Refused(_("Say in at most %d characters what was found and what is asked for.") % LONGEST_WORDS, "words")
    if len(kept.basis) > 300:
        raise Refused(_("The basis may have at most 300 characters."), "basis")
    check_deadline(kept.due_on, today)
    return kept


def check_deadline(due_on: date, today: date) -> None:
    """Refuse a day that has passed or lies more than a year ahead."""
    if due_on < today:
        raise Refused(_("The day by which an answer is asked for has passed: choose a later one."), "due_on")
    if (due_on - today).days > 366:
        raise Refused(_("The day by which an answer is asked for lies more than a year ahead."), "due_on")


def check_said(words: str, *, longest: int = LONGEST_REASON, field: str = "reason") -> str:
    """Return what was said without spaces around it; refuse nothing at all and too much."""
    said = words.strip()
    if not said:
        raise Refused(_("Say it in words: they stay beside the slip."), field)
    if len(said) > longest:
        raise Refused(_("At most %d characters, please.") % longest, field)
    return said


def check_step_up(old: SlipKind, new: SlipKind) -> None:
    """Refuse to go on with anything milder than the next rung."""
    order = list(SlipKind)
    if order.index(new) <= order.index(old):
        raise Refused(_("What follows must be graver than the slip before it."), "kind")


def check_talk(held_on: date, issued_on: date, today: date) -> None:
    """Refuse a talk that was held before it was asked for, or that is still to come."""
    if held_on > today:
        raise Refused(_("The talk is still to come: record it when it was held."), "held_on")
    if held_on < issued_on:
        raise Refused(_("The talk was held before the slip was issued: check the day."), "held_on")


def is_strictly_below(path: str, prefixes: tuple[str, ...]) -> bool:
    """True where ``path`` lies below one of ``prefixes`` and is not one of them: nobody writes slips to themselves."""
    return any(path.startswith(prefix) and path != prefix for prefix in prefixes)
