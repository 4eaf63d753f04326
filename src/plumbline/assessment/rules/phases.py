"""The calendar of a round: phases in days, both included, and what they let happen while the round is open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plumbline.assessment.rules.rounds import RoundState


class PhaseKind(StrEnum):
    """What a phase is for; an office adds phases of its own as OTHER."""

    SELF_REPORT = "self_report"
    INSPECTION = "inspection"
    VERIFICATION = "verification"
    REVIEW = "review"
    OTHER = "other"


class Standing(StrEnum):
    """How a phase lies to a day."""

    BEFORE = "before"
    NOW = "now"
    OVER = "over"


class Leave(StrEnum):
    """Whether something may be done, or why it may not."""

    YES = "yes"
    LATE = "late"
    EARLY = "early"
    OVER = "over"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PhaseDates:
    """A phase: from ``from_on`` until ``until_on``, both included. ``title`` names a phase that the office added."""

    kind: PhaseKind
    from_on: date
    until_on: date
    title: str = ""


def problem_of(phases: Sequence[PhaseDates]) -> tuple[PhaseKind, str] | None:
    """Return the first fault of a calendar, or None: ``order`` of its days, ``title`` missing, a kind ``twice``."""
    seen: set[PhaseKind] = set()
    for phase in phases:
        if phase.until_on < phase.from_on:
            return phase.kind, "order"
        if phase.kind is PhaseKind.OTHER and not phase.title.strip():
            return phase.kind, "title"
        if phase.kind in seen:
            return phase.kind, "twice"
        if phase.kind is not PhaseKind.OTHER:
            seen.add(phase.kind)
    return None


def standing(phase: PhaseDates, today: date) -> Standing:
    """Say whether ``today`` lies before the phase, in it, or after it."""
    if today < phase.from_on:
        return Standing.BEFORE
    return Standing.NOW if today <= phase.until_on else Standing.OVER


def phase_of(phases: Iterable[PhaseDates], kind: PhaseKind) -> PhaseDates | None:
    """Return the phase of this kind, None where the calendar has none."""
    return next((phase for phase in phases if phase.kind is kind), None)


def may_do(kind: PhaseKind, state: RoundState, phases: Iterable[PhaseDates], today: date) -> Leave:
    """Say whether the work of a phase may be done: only while the round is open, and on the days of the phase.

    A calendar without this phase sets no days. A self-report that comes after its last day is taken and marked as late,
    as long as the round is open: better late and seen than left out.
    """
    if state is not RoundState.OPEN:
        return Leave.CLOSED
    phase = phase_of(phases, kind)
    where = Standing.NOW if phase is None else standing(phase, today)
    if where is Standing.BEFORE:
        return Leave.EARLY
    if where is Standing.NOW:
        return Leave.YES
    return Leave.LATE if kind is PhaseKind.SELF_REPORT else Leave.OVER


def counting_day(from_on: date, until_on: date, today: date) -> date:
    """Return the day on which a judgement of ``today`` counts: the nearest one within the period of the round."""
    return min(max(today, from_on), until_on)


def within(least: int, most: int, points: int) -> bool:
    """True where a judgement lies in the range of its rule (R3), micro-points; 0 says "looked at, nothing found"."""
    return points == 0 or least <= points <= most
