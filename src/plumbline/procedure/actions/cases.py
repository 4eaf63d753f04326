"""What may be done to a running case: every act is one event, added under a lock of the case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from plumbline.procedure import permissions
from plumbline.procedure.actions.problems import Overtaken, Refused
from plumbline.procedure.actions.projecting import as_events, project
from plumbline.procedure.actions.telling import post_facts, tell
from plumbline.procedure.models import Case, CasePerson, PersonalAnswer, StepEvent
from plumbline.procedure.queries.desks import desks_of
from plumbline.procedure.queries.procedures import procedure_of
from plumbline.procedure.rules.answers import Answers, read_answers
from plumbline.procedure.rules.desks import asked_of
from plumbline.procedure.rules.document import Procedure, Step
from plumbline.procedure.rules.events import OVER, Event, Kind, NotAllowed, Played, play

MOST_FILES = 20
LONGEST_REASON = 1000


@dataclass(frozen=True, slots=True)
class _Said:
    """What goes with an event."""

    reason: str = ""
    basis: str = ""
    approval: str = ""
    target: str = ""
    answers: Answers = field(default_factory=lambda: Answers({}, {}))
    uploads: Sequence[ledger.Upload] = ()


@dataclass(slots=True)
class _Held:
    """A case under its lock: what it runs by, what happened, and where it stands."""

    case: Case
    procedure: Procedure
    events: list[Event]
    played: Played


@transaction.atomic
def start_step(*, by: Actor, at: datetime, case_id: int, step: str, seen: int | None = None) -> Played:
    """Take up a step that waits. Raises NotPermitted, NotAllowed, Overtaken."""
    held = _hold(case_id, "start_step")
    _check_work(by, at, held, step, "start_step")
    return _add(by, at, held, Kind.STARTED, step, seen, _Said())


@transaction.atomic
def complete_step(
    *, by: Actor, at: datetime, case_id: int, step: str, seen: int | None = None, note: str = "",
    answers: Mapping[str, str] | None = None, uploads: Sequence[ledger.Upload] = (),
) -> Played:  # fmt: skip
    """Complete a step with its form and what it must show, and return where the case stands.

    ``note`` says in words what was done; where files are asked for, it may say where the papers are kept instead. Raises
    NotPermitted, NotAllowed, Overtaken, Refused (form, evidence), EvidenceRefused.
    """
    held = _hold(case_id, "complete_step")
    wanted = _check_work(by, at, held, step, "complete_step")
    read = read_answers(wanted, answers or {})
    if read.problems:
        name, code = read.problems[0]
        raise Refused(_form_words(wanted, name, code), field=name)
    if len(uploads) > MOST_FILES:
        raise Refused(_("At most {count} files go with a step.").format(count=MOST_FILES), field="files")
    if wanted.evidence and not uploads and not note.strip():
        raise Refused(_("Add what must be shown, or say where the papers are kept."), field="files")
    said = _Said(reason=note, answers=read, uploads=uploads)
    return _add(by, at, held, Kind.COMPLETED, step, seen, said)


def _form_words(step: Step, name: str, code: str) -> str:
    label = next(one.label.say(get_language() or "en") for one in step.form if one.name == name)
    told = {
        "required": _("“{label}” must be filled in."), "too_long": _("“{label}” is too long."),
        "no_integer": _("“{label}” must be a whole number."), "no_date": _("“{label}” must be a day."),
        "no_choice": _("Choose one of the answers to “{label}”."),
    }  # fmt: skip
    return told[code].format(label=label)


@transaction.atomic
def skip_step(
    *, by: Actor, at: datetime, case_id: int, step: str, reason: str, approval: str = "", seen: int | None = None
) -> Played:
    """Leave a step out, visible for ever. A key step needs the approving document and an administrator.

    Raises NotPermitted, NotAllowed, Overtaken, Refused (no reason, no approval).
    """
    held = _hold(case_id, "skip_step")
    wanted = _step(held, step, Kind.SKIPPED)
    if not permissions.can_skip_step(by, held.case.unit.path, is_key=wanted.key):
        raise NotPermitted("procedure.skip_step", f"case:{case_id}")
    _check_reason(reason, _("Say why the step is left out: it stays visible."))
    if wanted.key and not approval.strip():
        raise Refused(_("A key step is left out only by an approving document: name it."), field="approval")
    return _add(by, at, held, Kind.SKIPPED, step, seen, _Said(reason=reason, approval=approval))


@transaction.atomic
def return_step(
    *, by: Actor, at: datetime, case_id: int, step: str, target: str, reason: str, seen: int | None = None
) -> Played:
    """Hand the case back from a step to an earlier one, which begins anew.

    Raises NotPermitted, NotAllowed, Overtaken, Refused.
    """
    held = _hold(case_id, "return_step")
    _check_work(by, at, held, step, "return_step")
    _check_reason(reason, _("Say why it is returned and what must be mended."))
    return _add(by, at, held, Kind.RETURNED, step, seen, _Said(reason=reason, target=target))


@transaction.atomic
def repeat_step(
    *, by: Actor, at: datetime, case_id: int, step: str, reason: str = "", seen: int | None = None
) -> Played:
    """Do a repeatable step once more, as long as nothing after it was begun. Raises NotPermitted, NotAllowed, Overtaken."""
    held = _hold(case_id, "repeat_step")
    _check_work(by, at, held, step, "repeat_step")
    return _add(by, at, held, Kind.REPEATED, step, seen, _Said(reason=reason))


@transaction.atomic
def suspend_case(*, by: Actor, at: datetime, case_id: int, reason: str, basis: str, seen: int | None = None) -> Played:
    """Stop the clocks of a case, by a rule that is named. Raises NotPermitted, NotAllowed, Overtaken, Refused."""
    return _lead(by, at, case_id, Kind.SUSPENDED, seen, _Said(reason=reason, basis=basis))


@transaction.atomic
def resume_case(*, by: Actor, at: datetime, case_id: int, reason: str, basis: str, seen: int | None = None) -> Played:
    """Let the clocks run again, by a basis that is named. Raises NotPermitted, NotAllowed, Overtaken, Refused."""
    return _lead(by, at, case_id, Kind.RESUMED, seen, _Said(reason=reason, basis=basis))


@transaction.atomic
def withdraw_case(*, by: Actor, at: datetime, case_id: int, reason: str, seen: int | None = None) -> Played:
    """End a case before its end, with the reason. Raises NotPermitted, NotAllowed, Overtaken, Refused."""
    return _lead(by, at, case_id, Kind.WITHDRAWN, seen, _Said(reason=reason))


ACTIONS = {
    Kind.STARTED: "start_step", Kind.COMPLETED: "complete_step", Kind.SKIPPED: "skip_step", Kind.RETURNED: "return_step",
    Kind.REPEATED: "repeat_step", Kind.SUSPENDED: "suspend_case", Kind.RESUMED: "resume_case",
    Kind.WITHDRAWN: "withdraw_case",
}  # fmt: skip


def _lead(by: Actor, at: datetime, case_id: int, kind: Kind, seen: int | None, said: _Said) -> Played:
    held = _hold(case_id, ACTIONS[kind])
    if not permissions.can_lead_case(by, held.case.unit.path):
        raise NotPermitted(f"procedure.{ACTIONS[kind]}", f"case:{case_id}")
    _check_reason(said.reason, _("Give the reason."))
    if kind is not Kind.WITHDRAWN and not said.basis.strip():
        raise Refused(_("Name the rule or the document on which it is based."), field="basis")
    return _add(by, at, held, kind, "", seen, said)


def _hold(case_id: int, action: str) -> _Held:
    rows = Case.objects.select_for_update(of=("self",)).select_related("version__procedure", "unit", "member")
    case = rows.filter(pk=case_id).first()
    if case is None:
        raise NotPermitted(f"procedure.{action}", f"case:{case_id}")
    procedure, events = procedure_of(case.version), as_events(case.events.all())
    return _Held(case, procedure, events, play(procedure, events))


def _step(held: _Held, code: str, kind: Kind) -> Step:
    if code not in held.played.steps:
        raise NotAllowed("unknown_step", kind, code)
    return held.procedure.step(code)


def _check_work(by: Actor, at: datetime, held: _Held, code: str, action: str) -> Step:
    """Check that the step waits on the actor's desk today, whoever held the post when it came there."""
    wanted = _step(held, code, Kind.STARTED)
    case = held.case
    desk = desks_of([(0, case.unit.path, *asked_of(wanted))], on=clock.day_of(at))[0]
    is_person = wanted.who.at == "person" and case.member_id is not None and by.member_id == case.member_id
    if not permissions.can_work_step(by, case.unit.path, desk.user_ids, is_person=is_person):
        raise NotPermitted(f"procedure.{action}", f"case:{case.pk}")
    return wanted


def _check_reason(reason: str, told: str) -> None:
    if not reason.strip():
        raise Refused(told, field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused(_("At most {count} characters.").format(count=LONGEST_REASON), field="reason")


def _add(by: Actor, at: datetime, held: _Held, kind: Kind, step: str, seen: int | None, said: _Said) -> Played:
    """Add one event: the rule decides, the event is stored, the projection follows, facts and audit go with it."""
    _check_seen(held, step, seen, by)
    event = Event(held.played.last.seq + 1, kind, at, clock.day_of(at), step, said.target, by.pseudonym)
    played = play(held.procedure, [*held.events, event])
    case = held.case
    scope = f"case:{case.pk}"
    files = [evidence.store(by=by, at=at, stream=one.stream, name=one.name, scope=scope).pk for one in said.uploads]
    StepEvent.objects.create(
        case=case, seq=event.seq, kind=kind.value, step=step, target=said.target, at=at, on=event.on, by=by.pseudonym,
        reason=said.reason.strip()[:LONGEST_REASON], basis=said.basis.strip()[:300], approval=said.approval.strip()[:300],
        answers=dict(said.answers.plain), files=files,
    )  # fmt: skip
    personal = said.answers.personal.items()
    PersonalAnswer.objects.bulk_create(
        PersonalAnswer(case=case, seq=event.seq, field=name, value=value) for name, value in personal
    )
    project(case, held.procedure, played)
    post_facts(by=by, at=at, case=case, procedure=held.procedure, played=played, event=event)
    audit.record(
        by=by, at=at, action=f"procedure.{ACTIONS[kind]}", subject=scope, reason=said.reason.strip()[:500],
        new={"seq": event.seq, "step": step, "target": said.target, "basis": said.basis, "approval": said.approval},
    )  # fmt: skip
    tell(by=by, at=at, case=case, procedure=held.procedure, played=played)
    return played


def _check_seen(held: _Held, step: str, seen: int | None, by: Actor) -> None:
    """Raise Overtaken where the step, or for acts upon the whole the case, is not as the reader saw it."""
    since = [one for one in held.events if seen is not None and one.seq > seen]
    if seen is None or not since or not any(one.by != by.pseudonym for one in since) or seen < 1:
        return
    before = play(held.procedure, held.events[:seen])
    same_case = before.state is held.played.state
    same_step = before.steps.get(step) == held.played.steps.get(step) and before.visit(step) == held.played.visit(step)
    if same_case and (same_step or not step):
        return
    last = next((one for one in reversed(since) if one.step == step), since[-1])
    who = User.objects.filter(pseudonym=last.by).first()
    done: Any = held.procedure.step(last.step).title.say(get_language() or "en") if last.step else _("the case")
    told = _(
        "{who} has acted on “{what}” meanwhile ({when}). Nothing of yours was stored: look at the case as it is now."
    )
    raise Overtaken(told.format(who=who or _("Somebody"), what=done, when=date_format(last.at, "DATETIME_FORMAT")))


@transaction.atomic
def erase_person(*, by: Actor, at: datetime, case_id: int, reason: str) -> int:
    """Erase what a case that is over says of the person concerned, and return how many entries were erased.

    Events, times and answers that are not personal stay; the files of the case close for all. Raises NotPermitted, Refused.
    """
    held = _hold(case_id, "erase_person")
    if not permissions.can_erase_person(by, held.case.unit.path):
        raise NotPermitted("procedure.erase_person", f"case:{case_id}")
    if held.played.state not in OVER:
        raise Refused(_("Personal data are erased once the case is over: complete or withdraw it first."))
    _check_reason(reason, _("Give the reason."))
    erased, _by_table = PersonalAnswer.objects.filter(case=held.case).delete()
    person, _made = CasePerson.objects.get_or_create(case=held.case)
    erased += bool(person.name) + bool(person.phone)
    person.name, person.phone, person.erased_at = "", "", at
    person.save()
    audit.record(
        by=by, at=at, action="procedure.erase_person", subject=f"case:{case_id}", reason=reason.strip()[:500],
        new={"entries": erased},
    )  # fmt: skip
    return erased
