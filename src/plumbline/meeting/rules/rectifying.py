"""The problem list of an organisation-life meeting: the life of one problem, and its light."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from plumbline.meeting.rules.problems import Refused

NEAR = timedelta(days=7)
LONGEST = 1_000


class ProblemState(StrEnum):
    """Where a problem stands."""

    OPEN = "open"
    DONE = "done"
    CHECKED = "checked"


class ProblemEvent(StrEnum):
    """What may happen to it."""

    PLAN = "plan"
    REPORT = "report"
    RETURN = "return"
    CHECK = "check"


MOVES: Mapping[tuple[ProblemState, ProblemEvent], ProblemState] = {
    (ProblemState.OPEN, ProblemEvent.PLAN): ProblemState.OPEN,
    (ProblemState.OPEN, ProblemEvent.REPORT): ProblemState.DONE,
    (ProblemState.DONE, ProblemEvent.RETURN): ProblemState.OPEN,
    (ProblemState.DONE, ProblemEvent.CHECK): ProblemState.CHECKED,
}


def next_problem_state(state: ProblemState, event: ProblemEvent) -> ProblemState:
    """Return the state to which an event leads. Raises Refused."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise Refused(_("This cannot be done with the problem as it stands now. Load the page again.")) from None


def check_problem(text: str, due_on: date, held_on: date) -> None:
    """Refuse a problem without words, and a date before the meeting."""
    if not text.strip() or len(text) > LONGEST:
        raise Refused(_("Say what the problem is, in at most 1,000 characters."), "text")
    if due_on < held_on:
        raise Refused(_("It cannot be mended before the meeting that found it: choose a later day."), "due_on")


def problem_light(state: ProblemState, due_on: date, today: date) -> str:
    """Return the light: red after its day, yellow within a week of it, blue while reported, green when checked."""
    if state is ProblemState.CHECKED:
        return "green"
    if state is ProblemState.DONE:
        return "blue"
    if today > due_on:
        return "red"
    return "yellow" if due_on - today <= NEAR else "blue"
