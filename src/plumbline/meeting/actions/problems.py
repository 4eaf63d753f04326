"""The problem list of an organisation-life meeting: added with the record, mended by its owner, checked by somebody else."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.meeting.actions.common import locked, reason_of, told, unconfirm
from plumbline.meeting.actions.owing import mended as mended_on_time
from plumbline.meeting.actions.owing import owe_problem
from plumbline.meeting.models import Problem
from plumbline.meeting.permissions import can_check_problem, can_mend, check_hold, check_record
from plumbline.meeting.rules.problems import Refused
from plumbline.meeting.rules.rectifying import ProblemEvent, ProblemState, check_problem, next_problem_state
from plumbline.meeting.rules.states import Event, State, next_state
from plumbline.organisation import api as organisation

MOST_FILES, LONGEST_REPORT = 12, 4_000


@transaction.atomic
def add_problem(
    *, by: Actor, at: datetime, meeting_id: int, text: str, due_on: date, measure: str = "",
    owner_id: int | None = None,
) -> Problem:  # fmt: skip
    """Add a problem that the meeting found, while its record is written. Raises NotPermitted, Refused."""
    meeting = locked(meeting_id, "meeting.record")
    check_record(by, meeting)
    next_state(State(meeting.state), Event.WRITE, version=meeting.version)
    check_problem(text, due_on, meeting.held_on)
    _check_owner(meeting.unit_id, owner_id, meeting.held_on)
    problem = Problem.objects.create(
        meeting=meeting, text=text.strip(), measure=measure.strip()[:1000], owner_id=owner_id, due_on=due_on
    )
    unconfirm(meeting)
    meeting.save(update_fields=["chair_said", "recorder_said"])
    told(by, at, meeting, "add_problem", {"problem": problem.pk, "due": due_on})
    return problem


@transaction.atomic
def remove_problem(*, by: Actor, at: datetime, problem_id: int) -> None:
    """Take a problem from a record that is still written. Raises NotPermitted, Refused (filed with it, or under way)."""
    problem = _locked(problem_id, "meeting.record")
    meeting = locked(problem.meeting_id, "meeting.record")
    check_record(by, meeting)
    next_state(State(meeting.state), Event.WRITE, version=meeting.version)
    if meeting.version or problem.state != ProblemState.OPEN.value:
        raise Refused(_("This problem was filed or reported as mended already: it stays on the list."))
    problem.delete()
    unconfirm(meeting)
    meeting.save(update_fields=["chair_said", "recorder_said"])
    told(by, at, meeting, "remove_problem", {"problem": problem_id})


@transaction.atomic
def plan_problem(
    *, by: Actor, at: datetime, problem_id: int, owner_id: int | None, due_on: date, measure: str
) -> Problem:
    """Say who mends a problem, how, and by when. Raises NotPermitted, Refused."""
    problem = _locked(problem_id, "meeting.hold")
    check_hold(by, problem.meeting.unit.path, f"problem:{problem_id}")
    check_problem(problem.text, due_on, problem.meeting.held_on)
    _check_owner(problem.meeting.unit_id, owner_id, problem.meeting.held_on)
    problem.owner_id, problem.due_on, problem.measure = owner_id, due_on, measure.strip()[:1000]
    planned = _move(by, at, problem, ProblemEvent.PLAN)
    if problem.meeting.version:
        owe_problem(by, at, planned)
    return planned


@transaction.atomic
def report_problem(
    *, by: Actor, at: datetime, problem_id: int, words: str, uploads: Sequence[ledger.Upload] = ()
) -> Problem:
    """Report a problem as mended, with evidence. Raises NotPermitted, Refused, EvidenceRefused."""
    problem = _locked(problem_id, "meeting.mend")
    if not can_mend(by, problem):
        raise NotPermitted("meeting.mend", f"problem:{problem_id}")
    if not words.strip() or len(words) > LONGEST_REPORT:
        raise Refused(_("Say what was done, in at most 4,000 characters."), "words")
    if len(problem.evidence) + len(uploads) > MOST_FILES:
        raise Refused(_("At most twelve files go with a problem."), "files")
    scope = f"meeting:{problem.meeting_id}"
    new = [evidence.store(by=by, at=at, stream=one.stream, name=one.name, scope=scope).pk for one in uploads]
    problem.report, problem.evidence = words.strip(), [*problem.evidence, *new]
    problem.reported_by, problem.reported_at = by.pseudonym, at
    return _move(by, at, problem, ProblemEvent.REPORT)


@transaction.atomic
def check_mended(*, by: Actor, at: datetime, problem_id: int, mended: bool, reason: str = "") -> Problem:
    """Check a problem that was reported as mended: it is, or it goes back with the reason.

    Raises NotPermitted (also for the owner and whoever reported it), Refused.
    """
    problem = _locked(problem_id, "meeting.check_problem")
    if not can_check_problem(by, problem):
        raise NotPermitted("meeting.check_problem", f"problem:{problem_id}")
    if mended:
        problem.checked_by, problem.checked_at = by.pseudonym, at
        checked = _move(by, at, problem, ProblemEvent.CHECK)
        mended_on_time(by, at, checked)
        return checked
    problem.reason = reason_of(reason)
    return _move(by, at, problem, ProblemEvent.RETURN)


def _move(by: Actor, at: datetime, problem: Problem, event: ProblemEvent) -> Problem:
    old = problem.state
    problem.state = next_problem_state(ProblemState(old), event).value
    problem.save()
    audit.record(
        by=by, at=at, action=f"meeting.{event.value}_problem", subject=f"problem:{problem.pk}", old={"state": old},
        new={"state": problem.state, "due": problem.due_on}, reason=problem.reason if event is ProblemEvent.RETURN else "",
    )  # fmt: skip
    return problem


def _locked(problem_id: int, action: str) -> Problem:
    rows = Problem.objects.select_for_update(of=("self",)).select_related("meeting__unit")
    problem = rows.filter(pk=problem_id).first()
    if problem is None:
        raise NotPermitted(action, f"problem:{problem_id}")
    return problem


def _check_owner(unit_id: int, owner_id: int | None, on: date) -> None:
    people = organisation.people_of([unit_id], on=on)[unit_id] if owner_id is not None else ()
    if owner_id is not None and owner_id not in {one.user_id for one in people}:
        raise Refused(_("Choose somebody of this organisation who has an account."), "owner")
