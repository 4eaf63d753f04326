"""What somebody can do now in a round: a table of role and state, narrowed by the calendar. Pure.

Steps that change the state name their event: a test holds them against the table of transitions.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from plumbline.assessment.rules.phases import PhaseDates, PhaseKind, phase_of
from plumbline.assessment.rules.rounds import RoundEvent, RoundState


class Part(StrEnum):
    """As what somebody meets a round; a person may be several."""

    ADMINISTRATOR = "administrator"
    ASSESSOR = "assessor"
    AUDITOR = "auditor"
    SECRETARY = "secretary"
    MEMBER = "member"


class Does(StrEnum):
    """What can be done; the pages have words and addresses for each."""

    CHANGE = "change"
    PLAN = "plan"
    OPEN = "open"
    FOLLOW = "follow"
    FREEZE = "freeze"
    SCORE = "score"
    WAIT_SCORING = "wait_scoring"
    LOOK_OVER = "look_over"
    PUBLISH = "publish"
    REOPEN = "reopen"
    ANSWER = "answer"
    AMEND = "amend"
    CONCLUDE = "conclude"
    MEND = "mend"
    ARCHIVE = "archive"
    DECLARE = "declare"
    INSPECT = "inspect"
    VERIFY = "verify"
    REVIEW = "review"
    CHECK = "check"
    COMPARE = "compare"
    READ = "read"
    REPORT = "report"
    REPORTED = "reported"
    PROVISIONAL = "provisional"
    WAIT_RESULT = "wait_result"
    OBJECT = "object"


EVENTS: Mapping[Does, RoundEvent] = MappingProxyType(
    {
        Does.CHANGE: RoundEvent.CHANGE, Does.OPEN: RoundEvent.OPEN, Does.FREEZE: RoundEvent.FREEZE,
        Does.SCORE: RoundEvent.START, Does.REOPEN: RoundEvent.REOPEN, Does.PUBLISH: RoundEvent.PUBLISH,
        Does.AMEND: RoundEvent.AMEND, Does.CONCLUDE: RoundEvent.CONCLUDE,
    }
)  # fmt: skip
"""Steps that lead from one state to another."""

_D, _O, _F, _S, _C, _P, _E = RoundState
TABLE: Mapping[tuple[Part, RoundState], tuple[Does, ...]] = MappingProxyType(
    {
        (Part.ADMINISTRATOR, _D): (Does.CHANGE, Does.PLAN, Does.OPEN, Does.FREEZE),
        (Part.ADMINISTRATOR, _O): (Does.FOLLOW, Does.REVIEW, Does.FREEZE, Does.REOPEN),
        (Part.ADMINISTRATOR, _F): (Does.SCORE, Does.REOPEN),
        (Part.ADMINISTRATOR, _S): (Does.WAIT_SCORING, Does.SCORE),
        (Part.ADMINISTRATOR, _C): (Does.LOOK_OVER, Does.PUBLISH, Does.SCORE, Does.REOPEN),
        (Part.ADMINISTRATOR, _P): (Does.ANSWER, Does.AMEND, Does.CONCLUDE, Does.MEND),
        (Part.ADMINISTRATOR, _E): (Does.MEND, Does.ARCHIVE),
        (Part.ASSESSOR, _D): (Does.DECLARE,),
        (Part.ASSESSOR, _O): (Does.DECLARE, Does.INSPECT, Does.VERIFY),
        (Part.ASSESSOR, _F): (Does.WAIT_SCORING,),
        (Part.ASSESSOR, _S): (Does.WAIT_SCORING,),
        (Part.ASSESSOR, _C): (Does.LOOK_OVER,),
        (Part.ASSESSOR, _P): (Does.ANSWER, Does.CHECK),
        (Part.ASSESSOR, _E): (Does.CHECK,),
        (Part.AUDITOR, _D): (Does.READ,),
        (Part.AUDITOR, _O): (Does.FOLLOW,),
        (Part.AUDITOR, _F): (Does.WAIT_SCORING,),
        (Part.AUDITOR, _S): (Does.WAIT_SCORING,),
        (Part.AUDITOR, _C): (Does.COMPARE,),
        (Part.AUDITOR, _P): (Does.COMPARE,),
        (Part.AUDITOR, _E): (Does.COMPARE, Does.ARCHIVE),
        (Part.SECRETARY, _O): (Does.REPORT, Does.REPORTED, Does.PROVISIONAL),
        (Part.SECRETARY, _F): (Does.WAIT_RESULT,),
        (Part.SECRETARY, _S): (Does.WAIT_RESULT,),
        (Part.SECRETARY, _C): (Does.WAIT_RESULT,),
        (Part.SECRETARY, _P): (Does.READ, Does.OBJECT, Does.MEND),
        (Part.SECRETARY, _E): (Does.READ, Does.MEND),
        (Part.MEMBER, _O): (Does.PROVISIONAL, Does.WAIT_RESULT),
        (Part.MEMBER, _F): (Does.WAIT_RESULT,),
        (Part.MEMBER, _S): (Does.WAIT_RESULT,),
        (Part.MEMBER, _C): (Does.WAIT_RESULT,),
        (Part.MEMBER, _P): (Does.READ,),
        (Part.MEMBER, _E): (Does.READ,),
    }
)
"""What each may do in each state, the next step first. A round in preparation is the committee's own."""

_PHASE = {
    Does.REPORT: PhaseKind.SELF_REPORT, Does.FOLLOW: PhaseKind.SELF_REPORT, Does.INSPECT: PhaseKind.INSPECTION,
    Does.VERIFY: PhaseKind.VERIFICATION, Does.REVIEW: PhaseKind.REVIEW,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What the table does not know: the round's calendar and last day, the notice, and what has been done.

    ``reported`` says that every unit the person speaks for has submitted; ``answer_by`` is the first day by which an
    objection that waits must be answered.
    """

    phases: Sequence[PhaseDates]
    until_on: date
    units: int = 0
    notice_until: date | None = None
    objections: int = 0
    answer_by: date | None = None
    reported: bool = False
    own_provisional: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: from when on (None: now) and by when (None: no day)."""

    does: Does
    part: Part
    from_on: date | None = None
    due_on: date | None = None


def steps(parts: Sequence[Part], state: RoundState, now: Standing, today: date) -> tuple[Step, ...]:
    """Return what can be done, part by part, the next step first; what several parts share stands once."""
    found: dict[Does, Step] = {}
    for part in parts:
        for does in TABLE.get((part, state), ()):
            if _fits(does, now, today):
                found.setdefault(does, Step(does, part, *_days(does, now, today)))
    return tuple(found.values())


def _fits(does: Does, now: Standing, today: date) -> bool:
    over = now.notice_until is not None and today > now.notice_until
    checks = {
        Does.OPEN: bool(now.phases) and now.units > 0, Does.FREEZE: now.units > 0,
        Does.REPORT: not now.reported, Does.REPORTED: now.reported, Does.PROVISIONAL: now.own_provisional,
        Does.ANSWER: now.objections > 0, Does.OBJECT: not over, Does.CONCLUDE: not now.objections,
    }  # fmt: skip
    phase = phase_of(now.phases, _PHASE[does]) if does in _PHASE else None
    ended = phase is not None and today > phase.until_on and does in (Does.INSPECT, Does.VERIFY, Does.REVIEW)
    return checks.get(does, True) and not ended


def _days(does: Does, now: Standing, today: date) -> tuple[date | None, date | None]:
    phase = phase_of(now.phases, _PHASE[does]) if does in _PHASE else None
    if phase is not None:
        return (phase.from_on if today < phase.from_on else None), phase.until_on
    if does is Does.CONCLUDE:
        return next(_after(now.notice_until, today), None), None
    due = {
        Does.OPEN: min((one.from_on for one in now.phases), default=None), Does.FREEZE: _last(now),
        Does.OBJECT: now.notice_until, Does.ANSWER: now.answer_by, Does.READ: now.notice_until,
    }  # fmt: skip
    shown = due.get(does)
    return None, None if does is Does.READ and (shown is None or today > shown) else shown


def _after(until: date | None, today: date) -> Iterator[date]:
    if until is not None and today <= until:
        yield date.fromordinal(until.toordinal() + 1)


def _last(now: Standing) -> date:
    """Return the day after which nothing more is expected: the last of the calendar, or of the period."""
    return max([now.until_on, *(one.until_on for one in now.phases)])
