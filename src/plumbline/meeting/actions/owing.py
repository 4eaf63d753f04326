"""What the problem list of a filed meeting owes by a date: it stands on the board of lights like everything that is owed."""

from datetime import datetime

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.meeting.models import Meeting, Problem
from plumbline.meeting.rules.rectifying import ProblemState
from plumbline.obligation import api as obligation

AREA = "meeting"
LONGEST = 200


def key_of(problem: Problem) -> str:
    """Return the key under which a problem is owed."""
    return f"meeting-problem:{problem.pk}"


def owe_problem(by: Actor, at: datetime, problem: Problem) -> None:
    """Let the unit owe the mending of a problem by its day, or by its new day."""
    obligation.owe(
        by=by, at=at, key=key_of(problem), area=AREA, unit=problem.meeting.unit, title=problem.text[:LONGEST],
        due_on=problem.due_on, starts_on=min(problem.meeting.held_on, problem.due_on),
        url=f"/meetings/problems/{problem.pk}/",
    )  # fmt: skip


def owe_problems(by: Actor, at: datetime, meeting: Meeting) -> None:
    """Let every open problem of a meeting that is filed be owed; done again it changes nothing."""
    for problem in Problem.objects.filter(meeting=meeting).exclude(state=ProblemState.CHECKED.value):
        problem.meeting = meeting
        owe_problem(by, at, problem)


def mended(by: Actor, at: datetime, problem: Problem) -> None:
    """Say that what is owed was done, on the day on which it was reported: the check came later and changes nothing of it."""
    if problem.meeting.version and problem.reported_at is not None:
        obligation.fulfil(by=by, at=at, key=key_of(problem), on=clock.day_of(problem.reported_at))


def forgive(by: Actor, at: datetime, meeting: Meeting, reason: str) -> None:
    """Nothing is owed any longer from a meeting whose record was withdrawn."""
    keys = [key_of(one) for one in Problem.objects.filter(meeting=meeting).exclude(state=ProblemState.CHECKED.value)]
    if keys:
        obligation.waive_many(by=by, at=at, keys=keys, reason=reason)
