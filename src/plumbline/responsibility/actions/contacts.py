"""Contact points: leaders assigned to branches, and what they did there as facts; a correction supersedes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, messages
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation import api as obligation
from plumbline.responsibility.actions.duty_common import AREA
from plumbline.responsibility.actions.duty_reports import MACHINE, MOST_FILES, keep
from plumbline.responsibility.facts import PROBLEM_FOUND, PROBLEM_SOLVED
from plumbline.responsibility.models import ContactPoint, ContactRecord
from plumbline.responsibility.permissions import can_assign_contact, can_record_contact, check_assign_contact
from plumbline.responsibility.rules.contacts import RecordKind, check_record
from plumbline.responsibility.rules.duties import check_reason
from plumbline.responsibility.rules.problems import Refused

FACT_KINDS = {
    RecordKind.VISIT: "contact.visit",
    RecordKind.LECTURE: "contact.lecture",
    RecordKind.PROBLEM: PROBLEM_FOUND,
}


@dataclass(frozen=True, slots=True)
class Record:
    """What a leader did at a contact point: a visit (with its purpose), a lecture, or a problem found (with its day)."""

    kind: RecordKind
    happened_on: date
    words: str
    purpose: str = "contact_point"
    due_on: date | None = None


@transaction.atomic
def assign_contact(
    *, by: Actor, at: datetime, unit: Any, leader: Any, starts_on: date, ends_on: date | None = None
) -> ContactPoint:
    """Let a leader (a term of office) contact a unit from a day on, and return the contact point.

    Raises NotPermitted, Refused (their own unit, a term that has ended, twice at once).
    """
    check_assign_contact(by, unit.path, f"unit:{unit.pk}")
    if leader.post.unit.path.split("/")[1] != unit.path.split("/")[1]:
        raise Refused(_("Choose a leader of the same committee."), "leader")
    if leader.post.unit_id == unit.pk:
        raise Refused(_("A leader contacts another unit than the own one."), "leader")
    if leader.ends_on is not None and leader.ends_on <= starts_on:
        raise Refused(_("This term of office has ended by then: choose who holds the post."), "leader")
    if ends_on is not None and ends_on <= starts_on:
        raise Refused(_("It cannot end before it begins: choose a later day."), "ends_on")
    point = ContactPoint(leader=leader, unit=unit, starts_on=starts_on, ends_on=ends_on, assigned_at=at)
    point.assigned_by = by.pseudonym
    _save_point(point)
    new = {"unit": unit.pk, "leader": leader.pk, "starts_on": starts_on, "ends_on": ends_on}
    audit.record(by=by, at=at, action="responsibility.assign_contact", subject=f"contact:{point.pk}", new=new)
    if leader.member.user_id is not None:
        subject = _("You contact {unit}").format(unit=unit.name)
        messages.send(to={leader.member.user_id}, subject=subject, link=f"/contacts/{point.pk}/", at=at, outside=False)
    return point


def _save_point(point: ContactPoint) -> None:
    overlapping = ContactPoint.objects.filter(leader=point.leader, unit=point.unit).exclude(
        ends_on__lte=point.starts_on
    )
    if point.ends_on is not None:
        overlapping = overlapping.filter(starts_on__lt=point.ends_on)
    twice = Refused(_("This leader contacts the unit at that time already."), "leader")
    if overlapping.exists():
        raise twice
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError as error:  # two at once: the database lets one through
        raise twice from error


def lock_point(point_id: int, action: str) -> ContactPoint:
    """Return a contact point, locked, with leader and unit. Raises NotPermitted where there is none."""
    rows = ContactPoint.objects.select_for_update(of=("self",)).select_related(
        "unit", "leader__member", "leader__post__unit"
    )
    point = rows.filter(pk=point_id).first()
    if point is None:
        raise NotPermitted(action, f"contact:{point_id}")
    return point


@transaction.atomic
def end_contact(*, by: Actor, at: datetime, point_id: int, on: date, reason: str) -> ContactPoint:
    """End a contact point: ``on`` is the first day on which it no longer holds. Raises NotPermitted, Refused."""
    point = lock_point(point_id, "responsibility.end_contact")
    if not can_assign_contact(by, point.unit.path):
        raise NotPermitted("responsibility.end_contact", f"contact:{point_id}")
    said = check_reason(reason)
    if on <= point.starts_on or (point.ends_on is not None and on > point.ends_on):
        raise Refused(_("Choose a day within its time, after its first day."), "on")
    old, point.ends_on, point.end_reason = point.ends_on, on, said
    point.save(update_fields=["ends_on", "end_reason"])
    audit.record(
        by=by, at=at, action="responsibility.end_contact", subject=f"contact:{point.pk}", old={"ends_on": old},
        new={"ends_on": on}, reason=said,
    )  # fmt: skip
    return point


def _recordable(by: Actor, at: datetime, point: ContactPoint, action: str) -> None:
    if not can_record_contact(by, point, clock.day_of(at)):
        raise NotPermitted(action, f"contact:{point.pk}")


def _check_within(point: ContactPoint, record: Record, at: datetime) -> str:
    said = check_record(record.kind, record.words, record.happened_on, clock.day_of(at), record.due_on)
    if record.happened_on < point.starts_on or (point.ends_on is not None and record.happened_on >= point.ends_on):
        raise Refused(_("On that day the leader did not contact this unit."), "happened_on")
    return said


def _attributes(point: ContactPoint, record: Record, words: str) -> dict[str, Any]:
    found = {"by_post": point.leader.post.title, "topic": words[:200]}
    return {**found, "purpose": record.purpose} if record.kind is RecordKind.VISIT else found


@transaction.atomic
def record_contact(
    *, by: Actor, at: datetime, point_id: int, record: Record, uploads: Sequence[ledger.Upload] = ()
) -> ContactRecord:
    """Record a visit, a lecture or a problem found, as a fact, and return it; a problem is owed by its day.

    Raises NotPermitted, Refused (a day to come, outside the time of the contact point), EvidenceRefused, FactsRefused.
    """
    point = lock_point(point_id, "responsibility.record_contact")
    _recordable(by, at, point, "responsibility.record_contact")
    words = _check_within(point, record, at)
    if len(uploads) > MOST_FILES:
        raise Refused(_("At most twelve files go with a report."), "files")
    files = keep(by, at, f"contact:{point.pk}", uploads)
    fact = ledger.post(
        by=by, at=at, kind=FACT_KINDS[record.kind], unit_id=point.unit_id, occurred_on=record.happened_on,
        attributes=_attributes(point, record, words), source=AREA, evidence=files,
    )  # fmt: skip
    row = ContactRecord(point=point, kind=record.kind.value, evidence=files, fact=fact, recorded_at=at)
    row.recorded_by = by.pseudonym
    _put(row, record, words)
    row.save()
    _owe(by, at, row)
    new = {"kind": row.kind, "happened_on": row.happened_on, "fact": fact.pk}
    audit.record(by=by, at=at, action="responsibility.record_contact", subject=f"contact:{point.pk}", new=new)
    return row


def _put(row: ContactRecord, record: Record, words: str) -> None:
    row.happened_on, row.words = record.happened_on, words
    row.purpose = record.purpose if record.kind is RecordKind.VISIT else ""
    row.due_on = record.due_on if record.kind is RecordKind.PROBLEM else None


def problem_key(row: ContactRecord) -> str:
    """Return the key under which a problem of a contact point is owed."""
    return f"contact-problem:{row.pk}"


def _owe(by: Actor, at: datetime, row: ContactRecord) -> None:
    if row.due_on is not None and row.solved_on is None:
        obligation.owe(
            by=by, at=at, key=problem_key(row), area=AREA, unit=row.point.unit, title=row.words[:200],
            due_on=row.due_on, starts_on=row.happened_on, member=row.point.leader.member,
            url=f"/contacts/{row.point_id}/",
        )  # fmt: skip


def _locked_record(by: Actor, at: datetime, record_id: int, action: str) -> ContactRecord:
    found = ContactRecord.objects.filter(pk=record_id).values_list("point_id", flat=True).first()
    if found is None:
        raise NotPermitted(action, f"contact-record:{record_id}")
    point = lock_point(found, action)
    _recordable(by, at, point, action)
    row = ContactRecord.objects.select_for_update().get(pk=record_id)
    row.point = point
    if row.withdrawn_reason:
        raise Refused(_("This record was withdrawn."))
    return row


@transaction.atomic
def correct_record(*, by: Actor, at: datetime, record_id: int, record: Record, reason: str) -> ContactRecord:
    """Correct what was recorded, with the reason: a new fact supersedes the old one; return the record.

    The kind stays: withdraw, and record anew. Raises NotPermitted, Refused, FactsRefused, ledger's CorrectionRefused.
    """
    row = _locked_record(by, at, record_id, "responsibility.correct_contact")
    said = check_reason(reason)
    if record.kind.value != row.kind:
        raise Refused(_("The kind stays as it is: withdraw the record, and write a new one."), "kind")
    words = _check_within(row.point, record, at)
    if row.solved_on is not None and row.solved_on < record.happened_on:
        raise Refused(_("It was solved before that day: correct when it was found."), "happened_on")
    attributes = _attributes(row.point, record, words)
    old = {"happened_on": row.happened_on, "words": row.words}
    if (row.fact.occurred_on, row.fact.attributes) != (record.happened_on, attributes):
        # The leader may file no such fact by hand; the machine corrects it, and the audit names who asked for it.
        row.fact = ledger.correct(
            by=MACHINE, at=at, fact_id=row.fact_id, reason=said, occurred_on=record.happened_on, attributes=attributes
        )
    elif record.due_on == row.due_on:
        raise Refused(_("Nothing is different: change at least one value."))
    _put(row, record, words)
    row.save()
    _owe(by, at, row)
    audit.record(
        by=by, at=at, action="responsibility.correct_contact", subject=f"contact:{row.point_id}", old=old,
        new={"happened_on": row.happened_on, "words": row.words}, reason=said,
    )  # fmt: skip
    return row


@transaction.atomic
def withdraw_record(*, by: Actor, at: datetime, record_id: int, reason: str) -> ContactRecord:
    """Withdraw what was recorded, with its facts and the reason; the line stays. Raises NotPermitted, Refused."""
    row = _locked_record(by, at, record_id, "responsibility.withdraw_contact")
    said = check_reason(reason)
    for fact_id in (row.fact_id, row.solved_fact_id):
        if fact_id is not None:
            ledger.withdraw(by=MACHINE, at=at, fact_id=fact_id, reason=said)
    if row.due_on is not None:
        obligation.waive(by=by, at=at, key=problem_key(row), reason=said)
    row.withdrawn_reason = said
    row.save(update_fields=["withdrawn_reason"])
    audit.record(
        by=by, at=at, action="responsibility.withdraw_contact", subject=f"contact:{row.point_id}",
        old={"kind": row.kind, "happened_on": row.happened_on}, reason=said,
    )  # fmt: skip
    return row


@transaction.atomic
def solve_problem(
    *, by: Actor, at: datetime, record_id: int, on: date, words: str, uploads: Sequence[ledger.Upload] = ()
) -> ContactRecord:
    """Say how and on which day a problem was solved, post ``contact.problem_solved``, and return the record.

    Raises NotPermitted, Refused (not a problem, solved already, a day that cannot be), EvidenceRefused.
    """
    row = _locked_record(by, at, record_id, "responsibility.solve_contact")
    if row.kind != RecordKind.PROBLEM or row.solved_on is not None or row.due_on is None:
        raise Refused(_("Only a problem that is still open can be solved."))
    said = check_record(RecordKind.VISIT, words, on, clock.day_of(at), None)
    if on < row.happened_on:
        raise Refused(_("It cannot be solved before it was found: choose a later day."), "on")
    files = keep(by, at, f"contact:{row.point_id}", uploads)
    topic = {"by_post": row.point.leader.post.title, "topic": row.words[:200], "on_time": on <= row.due_on}
    row.solved_fact = ledger.post(
        by=by, at=at, kind=PROBLEM_SOLVED, unit_id=row.point.unit_id, occurred_on=on, attributes=topic, source=AREA,
        evidence=files,
    )  # fmt: skip
    row.solved_on, row.solution, row.evidence = on, said, [*row.evidence, *files]
    row.save()
    obligation.fulfil(by=by, at=at, key=problem_key(row), on=on)
    audit.record(
        by=by, at=at, action="responsibility.solve_contact", subject=f"contact:{row.point_id}", new={"solved_on": on}
    )
    return row
