"""Findings: recorded once by the sender's key, corrected or withdrawn with a reason, answered by the unit."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from plumbline.assessment.actions.inspecting import attributes_of, check_entry, counting_day, inspected_round, of_team
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.teams import frozen_words
from plumbline.assessment.models import Assignment, Finding, FindingAnswer, FindingState, FindingVersion, Round
from plumbline.assessment.permissions import can_run_rounds, check_answer_findings
from plumbline.assessment.queries import teams as known
from plumbline.assessment.rules.findings import FINDING, Draft
from plumbline.kernel import audit, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger

SOURCE = "inspection"
"""The source of the facts, and the space in which the senders' keys are unique."""
MOST_FILES = 12


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a finding that was sent; ``known`` where it stood here already, word for word."""

    finding_id: int
    fact_id: int
    known: bool


def record_finding(
    *,
    by: Actor,
    at: datetime,
    key: UUID,
    round_id: int,
    unit_id: int,
    draft: Draft,
    uploads: Sequence[ledger.Upload] = (),
) -> Receipt:
    """Record what an assessor saw: one fact ``finding.recorded``, once for a key however often it is sent.

    A draft saved under the key before is recorded with what it holds now and the files it has. Raises Refused (frozen,
    not assigned, a conflict of interest, not complete, the key stands for something else), NotPermitted, and
    EvidenceRefused for a file that cannot be kept. Nothing is kept of a finding that was refused.
    """
    with transaction.atomic():
        before = _held(key)
        if before is not None and before.state != FindingState.DRAFT:
            return _known(before, by, round_id, unit_id, draft, uploads)
        finding = _save(by, at, key, round_id, unit_id, draft, uploads, whole=True)
        fact = _post(by, at, finding)
        _keep_version(by, at, finding, fact, number=1)
        new = {
            "finding": finding.pk,
            "unit": unit_id,
            "node": draft.node,
            "criterion": draft.criterion,
            "fact": fact.pk,
        }
        audit.record(by=by, at=at, action="assessment.record_finding", subject=f"finding:{finding.pk}", new=new)
    return Receipt(finding.pk, fact.pk, known=False)


def _held(key: UUID) -> Finding | None:
    """Return the finding of a key, if there is one; whoever sends the same key meanwhile waits for this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"finding:{key}"])
    return Finding.objects.select_for_update().filter(key=key).first()


@transaction.atomic
def save_draft(
    *,
    by: Actor,
    at: datetime,
    key: UUID,
    round_id: int,
    unit_id: int,
    draft: Draft,
    uploads: Sequence[ledger.Upload] = (),
) -> Finding:
    """Keep a finding that is not yet complete, for its author alone; saved again under its key it is changed.

    Raises Refused (frozen, not assigned, a conflict of interest, recorded already), NotPermitted, EvidenceRefused.
    """
    before = _held(key)
    if before is not None and before.state != FindingState.DRAFT:
        raise Refused(_("This finding is recorded already: correct it, with a reason."))
    finding = _save(by, at, key, round_id, unit_id, draft, uploads, whole=False)
    audit.record(
        by=by, at=at, action="assessment.save_finding", subject=f"finding:{finding.pk}",
        new={"round": round_id, "unit": unit_id},
    )  # fmt: skip
    return finding


@transaction.atomic
def drop_draft(*, by: Actor, at: datetime, finding_id: int) -> None:
    """Throw a draft of one's own away. Raises NotPermitted, Refused where it is recorded."""
    finding = Finding.objects.select_for_update().filter(pk=finding_id, author=by.pseudonym).first()
    if finding is None:
        raise NotPermitted("assessment.save_finding", f"finding:{finding_id}")
    if finding.state != FindingState.DRAFT:
        raise Refused(_("This finding is recorded already: withdraw it, with a reason."))
    audit.record(
        by=by, at=at, action="assessment.drop_finding", subject=f"finding:{finding.pk}",
        old={"round": finding.round_id, "unit": finding.unit_id},
    )  # fmt: skip
    finding.delete()


def _save(
    by: Actor,
    at: datetime,
    key: UUID,
    round_id: int,
    unit_id: int,
    draft: Draft,
    uploads: Sequence[ledger.Upload],
    *,
    whole: bool,
) -> Finding:
    """Check and store the row of a finding as a draft, with its files."""
    round_ = inspected_round(by, round_id)
    of_team(by, at, round_, unit_id)
    if whole:
        check_entry(round_, unit_id, draft, at)
    finding = Finding.objects.filter(key=key).first()
    if finding is not None and finding.author != by.pseudonym:
        raise NotPermitted("assessment.save_finding", f"finding:{finding.pk}")
    if finding is not None and (finding.round_id, finding.unit_id) != (round_id, unit_id):
        raise Refused(_("This draft belongs to another unit: throw it away and begin anew."))
    finding = finding or Finding(key=key, round=round_, unit_id=unit_id, author=by.pseudonym)
    _fill(finding, draft)
    finding.saved_at = at
    finding.save()
    if uploads:
        finding.evidence = _keep_files(by, at, finding, finding.evidence, uploads)
        finding.save(update_fields=["evidence"])
    return finding


def _fill(body: Finding | FindingVersion, draft: Draft) -> None:
    body.node, body.criterion, body.detail, body.times = draft.node, draft.criterion, draft.detail, draft.times
    body.note, body.place, body.seen_at = draft.note.strip(), draft.place.strip(), draft.seen_at


def _keep_files(
    by: Actor, at: datetime, finding: Finding, before: Iterable[int], uploads: Sequence[ledger.Upload]
) -> list[int]:
    """Store files of a finding and return the ids of all its files. Raises Refused, EvidenceRefused."""
    kept = list(before)
    if len(kept) + len(uploads) > MOST_FILES:
        raise Refused(_("At most {count} files go with a finding.").format(count=MOST_FILES), field="files")
    scope = f"finding:{finding.pk}"
    return [
        *kept,
        *(evidence.store(by=by, at=at, stream=one.stream, name=one.name, scope=scope).pk for one in uploads),
    ]


def _known(
    before: Finding, by: Actor, round_id: int, unit_id: int, draft: Draft, uploads: Sequence[ledger.Upload]
) -> Receipt:
    """Answer a finding that stands here already: the same receipt for the same contents, else Refused."""
    first = before.versions.order_by("number").first()
    if before.author != by.pseudonym or first is None:
        raise NotPermitted("assessment.record_finding", f"round:{round_id}")
    sent = FindingVersion(evidence=[])
    _fill(sent, draft)
    files = sorted(row.sha256 for row in evidence.describe(first.evidence))
    same = (
        (before.round_id, before.unit_id) == (round_id, unit_id)
        and _said(sent) == _said(first)
        and set(map(_hash_of, uploads)) <= set(files)
    )
    if not same:
        told = _(
            "This finding was recorded before with other contents (number {number}). Open it there and correct it."
        )
        raise Refused(told.format(number=before.pk))
    return Receipt(before.pk, first.fact_id, known=True)


def _said(body: Finding | FindingVersion) -> tuple[Any, ...]:
    return (body.node, body.criterion, body.detail, body.times, body.note, body.place, body.seen_at)


def _hash_of(upload: ledger.Upload) -> str:
    """Return the sha256 of a file that was sent, which is left at its beginning."""
    digest = sha256()
    while chunk := upload.stream.read(256 * 1024):
        digest.update(chunk)
    upload.stream.seek(0)
    return digest.hexdigest()


def _post(by: Actor, at: datetime, finding: Finding) -> ledger.Fact:
    """Post the fact of a finding. Raises Refused where the round was frozen meanwhile: asked after the insert."""
    try:
        fact = ledger.post(
            by=by, at=at, kind=FINDING, unit_id=finding.unit_id, occurred_on=counting_day(finding.round, finding),
            quantity=finding.times, attributes=attributes_of(finding), source=SOURCE, sender_key=str(finding.key),
            evidence=finding.evidence,
        )  # fmt: skip
    except ledger.FactsRefused as refused:
        raise Refused(" ".join(problem.message for problem in ledger.problems_of(refused))) from refused
    _check_still_open(finding.round_id)
    return fact


def _check_still_open(round_id: int) -> None:
    """Raise Refused where a freeze was committed before the fact could be posted (see ledger.api, watermark_now)."""
    if not known.is_open(Round.objects.get(pk=round_id)):
        raise Refused(frozen_words())


def _keep_version(
    by: Actor, at: datetime, finding: Finding, fact: ledger.Fact, *, number: int, reason: str = "", gone: bool = False
) -> None:
    """Store the finding as it is now, beside its earlier wordings, and point it at its fact."""
    finding.fact = fact
    finding.state = FindingState.WITHDRAWN if gone else FindingState.RECORDED
    finding.save()
    FindingVersion.objects.create(
        finding=finding, number=number, withdrawn=gone, reason=reason, fact=fact, by=by.pseudonym, at=at,
        node=finding.node, criterion=finding.criterion, detail=finding.detail, times=finding.times, note=finding.note,
        place=finding.place, seen_at=finding.seen_at, evidence=finding.evidence,
    )  # fmt: skip


@transaction.atomic
def correct_finding(
    *,
    by: Actor,
    at: datetime,
    finding_id: int,
    draft: Draft,
    reason: str,
    uploads: Sequence[ledger.Upload] = (),
    dropped: Collection[int] = (),
) -> Finding:
    """Correct a recorded finding, with a reason: the fact is superseded where what counts changes; both stay readable.

    ``dropped`` are ids of files that no longer belong to it. The author does, the lead of the team that inspects the unit, or
    an administrator of the committee; nobody with a conflict of interest. Raises Refused, NotPermitted, EvidenceRefused.
    """
    finding = _changeable(by, at, finding_id, reason)
    check_entry(finding.round, finding.unit_id, draft, at)
    before = (_said(finding), list(finding.evidence))
    _fill(finding, draft)
    kept = [one for one in finding.evidence if one not in set(dropped)]
    finding.evidence = _keep_files(by, at, finding, kept, uploads) if uploads else kept
    if (_said(finding), list(finding.evidence)) == before:
        raise Refused(_("Nothing is different. Change something, or withdraw the finding."))
    fact = _superseded(by, at, finding, reason)
    finding.saved_at = at
    _keep_version(by, at, finding, fact, number=finding.versions.count() + 1, reason=reason.strip())
    audit.record(
        by=by, at=at, action="assessment.correct_finding", subject=f"finding:{finding.pk}",
        new={"round": finding.round_id, "unit": finding.unit_id, "fact": fact.pk}, reason=reason.strip(),
    )  # fmt: skip
    return finding


def _superseded(by: Actor, at: datetime, finding: Finding, reason: str) -> ledger.Fact:
    """Post the superseding fact; where nothing of what the fact says changes, return the one that stands."""
    fact = _newest(finding)
    wanted: ledger.Changes = {
        "occurred_on": counting_day(finding.round, finding), "quantity": finding.times,
        "attributes": attributes_of(finding), "evidence": tuple(finding.evidence),
    }  # fmt: skip
    stands: ledger.Changes = {
        "occurred_on": fact.occurred_on, "quantity": fact.quantity, "attributes": fact.attributes,
        "evidence": tuple(fact.evidence),
    }  # fmt: skip
    if wanted == stands:
        return fact
    try:
        new = ledger.correct(by=by, at=at, fact_id=fact.pk, reason=reason, **wanted)
    except ledger.CorrectionRefused as refused:
        raise Refused(str(refused)) from refused
    except ledger.FactsRefused as refused:
        raise Refused(" ".join(problem.message for problem in ledger.problems_of(refused))) from refused
    _check_still_open(finding.round_id)
    return new


@transaction.atomic
def withdraw_finding(*, by: Actor, at: datetime, finding_id: int, reason: str) -> Finding:
    """Take a finding back, with a reason: its fact counts no more, the history stays. Raises as correct_finding."""
    finding = _changeable(by, at, finding_id, reason)
    try:
        fact = ledger.withdraw(by=by, at=at, fact_id=_newest(finding).pk, reason=reason)
    except ledger.CorrectionRefused as refused:
        raise Refused(str(refused)) from refused
    _check_still_open(finding.round_id)
    number = finding.versions.count() + 1
    _keep_version(by, at, finding, fact, number=number, reason=reason.strip(), gone=True)
    audit.record(
        by=by, at=at, action="assessment.withdraw_finding", subject=f"finding:{finding.pk}",
        old={"round": finding.round_id, "unit": finding.unit_id}, reason=reason.strip(),
    )  # fmt: skip
    return finding


def _newest(finding: Finding) -> ledger.Fact:
    """Return the fact in force, also where somebody corrected it in the ledger itself."""
    fact: Any = finding.fact  # a recorded finding has one: the database says so
    while hasattr(fact, "superseded_by"):
        fact = fact.superseded_by
    newest: ledger.Fact = fact
    return newest


def _changeable(by: Actor, at: datetime, finding_id: int, reason: str) -> Finding:
    """Return a recorded finding, locked, that the actor may correct now, for this reason. Raises Refused, NotPermitted."""
    rows = Finding.objects.select_for_update(of=("self",)).select_related("round__committee", "fact")
    finding = rows.filter(pk=finding_id).exclude(state=FindingState.DRAFT).first()
    if finding is None:
        raise NotPermitted("assessment.correct_finding", f"finding:{finding_id}")
    administers = can_run_rounds(by, finding.round.committee.path)
    mine = finding.author == by.pseudonym
    assigned = known.assignment_of(finding.round_id, finding.unit_id, by.user_id)
    leads = assigned is not None and assigned.team.lead_id == by.user_id
    if not (administers or leads or mine):
        raise NotPermitted("assessment.correct_finding", f"finding:{finding_id}")
    if not known.is_open(finding.round):
        raise Refused(_("The round is frozen: a correction would not count. Ask for a review."))
    of_team(by, at, finding.round, finding.unit_id, needs_team=not administers)
    if finding.state == FindingState.WITHDRAWN:
        raise Refused(_("This finding was withdrawn. Record a new one."))
    if not reason.strip():
        raise Refused(_("Say why: the reason stays beside the finding."), field="reason")
    return finding


@transaction.atomic
def answer_finding(
    *, by: Actor, at: datetime, finding_id: int, words: str, uploads: Sequence[ledger.Upload] = ()
) -> FindingAnswer:
    """Answer a finding about one's own unit, in words and with evidence. Answers stand beside it and are never changed.

    Raises NotPermitted unless the actor is secretary or organiser of the unit and the round shows its findings;
    Refused without words or once the result is final; EvidenceRefused.
    """
    rows = Finding.objects.select_related("round__committee", "unit", "round__inspection_plan")
    finding = rows.filter(pk=finding_id).exclude(state=FindingState.DRAFT).first()
    if finding is None:
        raise NotPermitted("assessment.answer_finding", f"finding:{finding_id}")
    plan = known.plan_of(finding.round)
    shown = known.is_shown(finding.round, plan.shown if plan else None)
    check_answer_findings(by, finding.unit.path, f"finding:{finding_id}", shown=shown)
    if finding.round.state == "final":
        raise Refused(_("The round is final: nothing is added any more."))
    if not words.strip():
        raise Refused(_("Write the answer in words; files come beside them."), field="words")
    files = _keep_files(by, at, finding, (), uploads)
    answer = FindingAnswer.objects.create(
        finding=finding, words=words.strip(), evidence=files, by=by.pseudonym, at=at
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="assessment.answer_finding", subject=f"finding:{finding.pk}",
        new={"round": finding.round_id, "unit": finding.unit_id, "files": len(files)},
    )  # fmt: skip
    return answer


@transaction.atomic
def finish_inspection(*, by: Actor, at: datetime, round_id: int, unit_id: int, done: bool = True) -> None:
    """Say that the inspection of a unit is over, whether or not anything was found; or, with ``done`` False, that it is not.

    Said twice, the first time stands. Raises Refused, NotPermitted.
    """
    round_ = inspected_round(by, round_id)
    assignment = Assignment.objects.select_for_update(of=("self",)).get(
        pk=of_team(by, at, round_, unit_id, needs_team=True)
    )
    if done == (assignment.done_at is not None):
        return
    assignment.done_at, assignment.done_by = (at, by.pseudonym) if done else (None, "")
    assignment.save(update_fields=["done_at", "done_by"])
    audit.record(
        by=by, at=at, action="assessment.finish_inspection", subject=f"round:{round_id}",
        new={"unit": unit_id, "done": done},
    )  # fmt: skip
