"""Duties (任务): what, why, who, when, how and to what extent; what may happen to one, and what it must say.

Every post carries two lines side by side, business and organisation (一岗双责); a duty of the organisation line may serve a
business aim, so that both are deployed, done, summed up and assessed together.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from plumbline.responsibility.rules.extents import Extent
from plumbline.responsibility.rules.problems import Refused

LONGEST_TITLE: Final = 200
LONGEST_WORDS: Final = 2_000
LONGEST_REASON: Final = 500
LONGEST_KEY: Final = 80
MOST_STEPS: Final = 40
FIRST_YEAR, LAST_YEAR = 1990, 2100


class Line(StrEnum):
    """The two lines of one post."""

    BUSINESS = "business"
    ORGANISATION = "organisation"


class DutyState(StrEnum):
    """Where a duty stands."""

    OPEN = "open"
    REPORTED = "reported"
    DONE = "done"
    DROPPED = "dropped"
    CARRIED = "carried"


class DutyAct(StrEnum):
    """What may happen to a duty."""

    DEPLOY = "deploy"
    CHANGE = "change"
    PLAN = "plan"
    HAND_OVER = "hand_over"
    SHARE = "share"
    LINK = "link"
    STEP = "step"
    UNSTEP = "unstep"
    PROGRESS = "progress"
    REPORT = "report"
    RETURN = "return"
    CONFIRM = "confirm"
    DROP = "drop"
    REOPEN = "reopen"
    CARRY = "carry"


_OPEN, _REPORTED = DutyState.OPEN, DutyState.REPORTED
_STAYS = (
    DutyAct.CHANGE, DutyAct.PLAN, DutyAct.HAND_OVER, DutyAct.SHARE, DutyAct.LINK, DutyAct.STEP, DutyAct.UNSTEP,
    DutyAct.PROGRESS,
)  # fmt: skip
TRANSITIONS: Final[Mapping[tuple[DutyState, DutyAct], DutyState]] = {
    **{(_OPEN, act): _OPEN for act in _STAYS},
    (_REPORTED, DutyAct.HAND_OVER): _REPORTED,
    (_OPEN, DutyAct.REPORT): _REPORTED,
    (_REPORTED, DutyAct.RETURN): _OPEN,
    (_REPORTED, DutyAct.CONFIRM): DutyState.DONE,
    (_OPEN, DutyAct.DROP): DutyState.DROPPED,
    (_REPORTED, DutyAct.DROP): DutyState.DROPPED,
    (_OPEN, DutyAct.CARRY): DutyState.CARRIED,
    (_REPORTED, DutyAct.CARRY): DutyState.CARRIED,
    (DutyState.DONE, DutyAct.REOPEN): _OPEN,
    (DutyState.DROPPED, DutyAct.REOPEN): _OPEN,
}
UNFINISHED: Final = (DutyState.OPEN.value, DutyState.REPORTED.value)
"""The states in which a duty still waits for somebody."""


def next_duty_state(state: DutyState, act: DutyAct) -> DutyState:
    """Return the state to which an act leads. Raises Refused where it cannot be done now."""
    try:
        return TRANSITIONS[state, act]
    except KeyError:
        raise Refused(_("This cannot be done with the duty as it stands now. Load the page again.")) from None


@dataclass(frozen=True, slots=True)
class DutyDraft:
    """A duty as it is to be deployed: the six questions, without who (the owner is an appointment)."""

    line: Line
    title: str
    why: str
    how: str
    extent: Extent
    starts_on: date
    due_on: date
    points_micro: int | None = None
    indicator: str = ""


def check_duty(draft: DutyDraft) -> DutyDraft:
    """Return the draft without blanks around its words. Raises Refused for what no duty can be.

    The working words must not be empty: what, why and how; the day may not lie before the beginning; both lie within one
    year or reach into the next at most.
    """
    title = _said(draft.title, LONGEST_TITLE, "title", _("Say what is to be done."))
    why = _said(draft.why, LONGEST_WORDS, "why", _("Say why: the aim, document or problem behind the duty."))
    how = _said(draft.how, LONGEST_WORDS, "how", _("Say how it is to be done: measures, means, who helps."))
    check_days(draft.starts_on, draft.due_on)
    if draft.points_micro is not None and draft.points_micro < 0:
        raise Refused(_("Points cannot be negative."), "points")
    if len(draft.indicator.strip()) > LONGEST_KEY:
        raise Refused(_("The code of an indicator has at most %d characters.") % LONGEST_KEY, "indicator")
    return DutyDraft(
        Line(draft.line), title, why, how, draft.extent, draft.starts_on, draft.due_on, draft.points_micro,
        draft.indicator.strip(),
    )  # fmt: skip


def check_days(starts_on: date, due_on: date) -> None:
    """Refuse a day before the beginning, and years that no plan of work has."""
    if due_on < starts_on:
        raise Refused(_("It cannot be due before it begins: choose a later day."), "due_on")
    if not FIRST_YEAR <= starts_on.year <= LAST_YEAR or due_on.year > LAST_YEAR:
        raise Refused(_("Check the years of these days."), "starts_on")


def _said(text: str, longest: int, field: str, missing: str) -> str:
    if not text.strip():
        raise Refused(missing, field)
    if len(text.strip()) > longest:
        raise Refused(_("Use at most {longest} characters.").format(longest=longest), field)
    return text.strip()


def check_reason(reason: str) -> str:
    """Return the reason without blanks. Raises Refused for none, and for one of more than 500 characters."""
    return _said(reason, LONGEST_REASON, "reason", _("Say why: the reason stays beside the duty."))


@dataclass(frozen=True, slots=True)
class StepDraft:
    """One step of a duty: ``after`` is the place (from 1) of the step that comes before it, 0 for none.

    ``step_id`` names a step that stands already and is changed; ``owner_id`` a term of office, None for the duty's owner.
    """

    title: str
    starts_on: date
    due_on: date
    after: int = 0
    owner_id: int | None = None
    step_id: int | None = None


def check_steps(steps: Sequence[StepDraft], starts_on: date, due_on: date) -> None:
    """Refuse steps that cannot be: too many, without a title, outside the duty's days, in a circle, before what they need."""
    if len(steps) > MOST_STEPS:
        raise Refused(_("A duty has at most %d steps.") % MOST_STEPS, "steps")
    for place, step in enumerate(steps, start=1):
        _said(step.title, LONGEST_TITLE, "steps", _("Say what step %d is.") % place)
        if not starts_on <= step.starts_on <= step.due_on <= due_on:
            raise Refused(_("Step %d lies outside the days of the duty, or ends before it begins.") % place, "steps")
        _check_after(place, steps)
    if find_circle({place: {step.after} for place, step in enumerate(steps, start=1) if step.after}):
        raise Refused(_("The steps wait for each other in a circle."), "steps")


def _check_after(place: int, steps: Sequence[StepDraft]) -> None:
    step = steps[place - 1]
    if not 0 <= step.after <= len(steps):
        raise Refused(_("Step {place} waits for a step that is not there.").format(place=place), "steps")
    if step.after and step.after != place and steps[step.after - 1].due_on > step.due_on:
        said = _("Step {place} would be due before step {after}, which comes first.")
        raise Refused(said.format(place=place, after=step.after), "steps")


def find_circle(needs: Mapping[int, Collection[int]]) -> tuple[int, ...]:
    """Return one circle of what waits for what, each node once, empty where there is none."""
    finished: set[int] = set()
    for first in sorted(needs):
        trail: list[int] = []
        waiting: list[tuple[int, bool]] = [(first, False)]
        while waiting:
            node, leaving = waiting.pop()
            if leaving:
                trail.pop()
                finished.add(node)
                continue
            if node in trail:
                return tuple(trail[trail.index(node) :])
            if node in finished:
                continue
            trail.append(node)
            waiting += [(node, True), *((one, False) for one in sorted(needs.get(node, ())))]
    return ()


def check_serves(line: Line, aim_line: Line, same_house: bool) -> None:
    """Refuse a link that is none: a duty of the organisation line serves a business aim of its own house or one above."""
    if line is not Line.ORGANISATION or aim_line is not Line.BUSINESS:
        raise Refused(_("A duty of the organisation line serves a business aim, not the other way about."), "serves")
    if not same_house:
        raise Refused(_("Choose a business aim of the same organisation or its department, or of one above."), "serves")
