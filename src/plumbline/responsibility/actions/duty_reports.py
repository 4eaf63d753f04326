"""The work on a duty: progress and its evidence, reported as done, confirmed or given back by who stands above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation import api as obligation
from plumbline.responsibility.actions.duties import tell
from plumbline.responsibility.actions.duty_common import AREA, key_of, keys_of, lock_duty, move, step_key
from plumbline.responsibility.facts import DUTY_CLOSED, DUTY_RESULT
from plumbline.responsibility.models import Duty, DutyEvent, DutyStep
from plumbline.responsibility.permissions import can_change_duty, can_check_duty, can_report_duty, holds_term
from plumbline.responsibility.queries.duty_base import duty_rows
from plumbline.responsibility.rules.duties import UNFINISHED, DutyAct, DutyState, check_reason, next_duty_state
from plumbline.responsibility.rules.duty_attainment import WHOLE
from plumbline.responsibility.rules.extents import WHOLE_SHARE, ExtentKind, read_number
from plumbline.responsibility.rules.problems import Refused

LONGEST_REPORT = 4_000
MOST_FILES = 12
MACHINE = Actor.system(AREA)


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says of a duty: the day, the words, how much was added (numbers) or reached (shares), and files."""

    on: date
    words: str
    amount: str = ""
    uploads: Sequence[ledger.Upload] = ()


def check_reporter(by: Actor, duty: Duty, act: DutyAct, at: datetime) -> None:
    """Raise NotPermitted unless the actor may report the duty; one SQL statement for co-owners."""
    on = clock.day_of(at)
    mates = [one.appointment for one in duty.partners.select_related("appointment")]
    mates += [one.owner for one in duty.steps.select_related("owner") if one.owner is not None]
    if not can_report_duty(by, duty, is_partner=any(holds_term(by, one, on) for one in mates), on=on):
        raise NotPermitted(f"responsibility.{act.value}_duty", f"duty:{duty.pk}")


def _check_report(report: Report, at: datetime, duty: Duty) -> str:
    words = report.words.strip()
    if not words or len(words) > LONGEST_REPORT:
        raise Refused(_("Say what was done, in at most 4,000 characters."), "words")
    if report.on > clock.day_of(at):
        raise Refused(_("This day is still to come: report what has happened."), "on")
    if report.on < duty.starts_on:
        raise Refused(_("The duty had not begun on that day."), "on")
    if len(report.uploads) > MOST_FILES:
        raise Refused(_("At most twelve files go with a report."), "files")
    return words


def keep(by: Actor, at: datetime, scope: str, uploads: Sequence[ledger.Upload]) -> list[int]:
    """Keep files as evidence and return their ids. Raises EvidenceRefused."""
    return [evidence.store(by=by, at=at, stream=one.stream, name=one.name, scope=scope).pk for one in uploads]


@transaction.atomic
def report_progress(*, by: Actor, at: datetime, duty_id: int, report: Report) -> Duty:
    """Report how far a duty is, with evidence, and return it; a number or share becomes a fact ``duty.result``.

    Raises NotPermitted, Refused (a day to come, no words, no number), EvidenceRefused, FactsRefused.
    """
    duty = lock_duty(duty_id, DutyAct.PROGRESS)
    check_reporter(by, duty, DutyAct.PROGRESS, at)
    next_duty_state(DutyState(duty.state), DutyAct.PROGRESS)
    words = _check_report(report, at, duty)
    amount = _amount(duty, report.amount)
    files = keep(by, at, f"duty:{duty.pk}", report.uploads)
    fact = None if amount is None else _post_result(by, at, duty, report.on, words, files, quantity=amount)
    new = {"on": report.on, **({} if amount is None else {"amount_micro": amount})}
    return move(by, at, duty, DutyAct.PROGRESS, words, new=new, evidence=files, fact=fact)


def _amount(duty: Duty, text: str) -> int | None:
    """Return what was written as millionths, None for nothing. Raises Refused where the extent takes no number."""
    if not text.strip():
        return None
    if duty.extent_kind not in (ExtentKind.NUMBER, ExtentKind.SHARE):
        raise Refused(_("This duty is not measured by a number: leave it empty."), "amount")
    micro, behind = read_number(text)
    if behind not in ("", duty.measure, "%", "％"):
        raise Refused(_("Write the number in the duty's own unit of measure."), "amount")
    if duty.extent_kind == ExtentKind.SHARE and micro > WHOLE_SHARE:
        raise Refused(_("A share is 100% at most."), "amount")
    return micro


def _post_result(
    by: Actor, at: datetime, duty: Duty, on: date, words: str, files: Sequence[int], **given: Any
) -> ledger.Fact:
    attributes = {"duty": duty.ref, "note": words[:200], **({"met": True} if given.get("met") else {})}
    return ledger.post(
        by=by, at=at, kind=DUTY_RESULT, unit_id=duty.unit_id, occurred_on=on, quantity=given.get("quantity", 0),
        attributes=attributes, source=AREA, evidence=files,
    )  # fmt: skip


@transaction.atomic
def report_duty(*, by: Actor, at: datetime, duty_id: int, report: Report) -> Duty:
    """Report a duty as done on a day, with evidence, and return it; its light is that of the day, and it waits to be checked.

    A standard asks for a file among its evidence; what the duty waits for must be finished first. Raises NotPermitted,
    Refused, EvidenceRefused, FactsRefused.
    """
    duty = lock_duty(duty_id, DutyAct.REPORT)
    check_reporter(by, duty, DutyAct.REPORT, at)
    next_duty_state(DutyState(duty.state), DutyAct.REPORT)
    words = _check_report(report, at, duty)
    _check_needs(duty)
    amount = _amount(duty, report.amount)
    files = keep(by, at, f"duty:{duty.pk}", report.uploads)
    if duty.extent_kind == ExtentKind.STANDARD and not files and not _has_evidence(duty):
        raise Refused(_("A standard is shown by evidence: add a photo or a document."), "files")
    met = duty.extent_kind in (ExtentKind.DATE, ExtentKind.STANDARD)
    says = met or amount is not None
    fact = _post_result(by, at, duty, report.on, words, files, quantity=amount or 0, met=met) if says else None
    duty.reported_on, duty.reported_by = report.on, by.pseudonym
    obligation.fulfil(by=by, at=at, key=key_of(duty), on=report.on)
    return move(by, at, duty, DutyAct.REPORT, words, new={"reported_on": report.on}, evidence=files, fact=fact)


def _check_needs(duty: Duty) -> None:
    waiting = Duty.objects.filter(needed_by__duty=duty, state__in=UNFINISHED).first()
    if waiting is not None:
        raise Refused(_("It waits for another duty, which is not finished: {title}").format(title=waiting.title))


def _has_evidence(duty: Duty) -> bool:
    return any(DutyEvent.objects.filter(duty=duty).values_list("evidence", flat=True))


@transaction.atomic
def return_duty(*, by: Actor, at: datetime, duty_id: int, reason: str) -> Duty:
    """Give a duty back that was reported as done, with the reason, and return it. Raises NotPermitted, Refused.

    That its date was kept or its standard met is taken back; numbers that were reported stay.
    """
    duty = _checked(by, duty_id, DutyAct.RETURN)
    said = check_reason(reason)
    _take_back_met(duty, at, said)
    duty.reported_on, duty.reported_by = None, ""
    obligation.reopen(by=by, at=at, key=key_of(duty), reason=said)
    move(by, at, duty, DutyAct.RETURN, said)
    tell(duty, at, _("Given back: {title}").format(title=duty.title), by, said)
    return duty


def _checked(by: Actor, duty_id: int, act: DutyAct) -> Duty:
    duty = lock_duty(duty_id, act)
    if not can_check_duty(by, duty):
        raise NotPermitted(f"responsibility.{act.value}_duty", f"duty:{duty_id}")
    next_duty_state(DutyState(duty.state), act)
    return duty


def _take_back_met(duty: Duty, at: datetime, reason: str) -> None:
    """Withdraw the facts by which a report said that a date was kept or a standard met, unless somebody has already."""
    rows = ledger.current_facts(None, kinds=[DUTY_RESULT]).filter(unit_id=duty.unit_id, attributes__duty=duty.ref)
    for pk in rows.filter(attributes__met=True, source=AREA).values_list("pk", flat=True):
        # The machine takes back what it posted for the reporter; the audit names who gave the duty back.
        ledger.withdraw(by=MACHINE, at=at, fact_id=pk, reason=reason)


@transaction.atomic
def confirm_duty(*, by: Actor, at: datetime, duty_id: int, words: str = "") -> Duty:
    """Confirm a duty as done, post ``duty.closed`` and return it; steps still open are waived.

    The day that counts is that of the report: the check came later and changes nothing of it. Raises NotPermitted,
    Refused, FactsRefused.
    """
    duty = _checked(by, duty_id, DutyAct.CONFIRM)
    on = duty.reported_on or clock.day_of(at)
    basis = duty_rows([duty], on=on)[0].attained.basis
    attributes = {
        "duty": duty.ref, "line": duty.line, "on_time": on <= duty.due_on, "attained": min(WHOLE, basis or 0),
        **({"serves": duty.serves.ref} if duty.serves is not None else {}),
    }  # fmt: skip
    duty.closed_fact = ledger.post(
        by=by, at=at, kind=DUTY_CLOSED, unit_id=duty.unit_id, occurred_on=on, attributes=attributes, source=AREA
    )
    duty.closed_at = at
    left = keys_of(duty)[1:]
    if left:
        obligation.waive_many(by=by, at=at, keys=left, reason=_("The duty was confirmed as done."))
    move(by, at, duty, DutyAct.CONFIRM, words.strip()[:LONGEST_REPORT], new={"attained": attributes["attained"]},
         fact=duty.closed_fact)  # fmt: skip
    tell(duty, at, _("Confirmed as done: {title}").format(title=duty.title), by, words)
    return duty


@transaction.atomic
def reopen_duty(*, by: Actor, at: datetime, duty_id: int, reason: str) -> Duty:
    """Open a duty again that was confirmed or dropped, with the reason, and return it. Raises NotPermitted, Refused.

    Its fact ``duty.closed`` is withdrawn; who stands above decides.
    """
    duty = lock_duty(duty_id, DutyAct.REOPEN)
    if not can_change_duty(by, duty):
        raise NotPermitted("responsibility.reopen_duty", f"duty:{duty_id}")
    next_duty_state(DutyState(duty.state), DutyAct.REOPEN)
    said = check_reason(reason)
    _take_back_met(duty, at, said)
    if duty.closed_fact_id is not None:
        ledger.withdraw(by=MACHINE, at=at, fact_id=duty.closed_fact_id, reason=said)
    duty.closed_fact = duty.closed_at = duty.reported_on = None
    duty.reported_by = ""
    obligation.reopen_many(by=by, at=at, keys=keys_of(duty), reason=said)
    return move(by, at, duty, DutyAct.REOPEN, said)


@transaction.atomic
def finish_step(*, by: Actor, at: datetime, step_id: int, report: Report) -> DutyStep:
    """Say that a step was done on a day, with evidence, and return it. Raises NotPermitted, Refused, EvidenceRefused.

    The step before it must be done first.
    """
    step, duty = _locked_step(by, at, step_id, DutyAct.STEP)
    words = _check_report(report, at, duty)
    if step.done_on is not None:
        raise Refused(_("This step is done already."))
    if step.after is not None and step.after.done_on is None:
        raise Refused(_("First comes the step “{title}”, which is still open.").format(title=step.after.title))
    files = keep(by, at, f"duty:{duty.pk}", report.uploads)
    step.done_on = report.on
    step.save(update_fields=["done_on"])
    obligation.fulfil(by=by, at=at, key=step_key(step), on=report.on)
    move(
        by,
        at,
        duty,
        DutyAct.STEP,
        f"{step.title}: {words}",
        new={"step": step.pk, "done_on": report.on},
        evidence=files,
    )
    return step


@transaction.atomic
def reopen_step(*, by: Actor, at: datetime, step_id: int, reason: str) -> DutyStep:
    """Open a step again that was said to be done, with the reason, and return it. Raises NotPermitted, Refused."""
    step, duty = _locked_step(by, at, step_id, DutyAct.UNSTEP)
    said = check_reason(reason)
    if step.done_on is None:
        raise Refused(_("This step is still open."))
    step.done_on = None
    step.save(update_fields=["done_on"])
    obligation.reopen(by=by, at=at, key=step_key(step), reason=said)
    move(by, at, duty, DutyAct.UNSTEP, f"{step.title}: {said}", new={"step": step.pk})
    return step


def _locked_step(by: Actor, at: datetime, step_id: int, act: DutyAct) -> tuple[DutyStep, Duty]:
    found = DutyStep.objects.filter(pk=step_id).values_list("duty_id", flat=True).first()
    if found is None:
        raise NotPermitted(f"responsibility.{act.value}_duty", f"duty-step:{step_id}")
    duty = lock_duty(found, act)
    check_reporter(by, duty, act, at)
    next_duty_state(DutyState(duty.state), act)
    return DutyStep.objects.select_related("after").get(pk=step_id), duty
