"""Corrections and withdrawals: a fact is never changed, it is superseded, with a reason."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger.actions.filing import Upload, keep_uploads
from plumbline.ledger.actions.posting import FactsRefused, Outcome
from plumbline.ledger.models import Fact
from plumbline.ledger.permissions import check_file
from plumbline.ledger.queries.facts import standings
from plumbline.ledger.queries.kinds import kinds_by_code
from plumbline.ledger.queries.registries import Stored, tell_followers
from plumbline.ledger.rules.checks import FactDraft, FactProblem, check_draft
from plumbline.ledger.rules.kinds import FactKindSpec

LONGEST_REASON = 500


class Changes(TypedDict, total=False):
    """What a correction may change; what is left out stays as it was. The kind stays: withdraw, and file anew."""

    unit_id: int
    occurred_on: date
    quantity: int
    attributes: dict[str, Any]
    member: UUID | None
    evidence: tuple[int, ...]


class CorrectionRefused(Exception):
    """The correction cannot be made; the message says why and what to do."""


def _changed(old: Fact, changed: Changes) -> FactDraft:
    """Return the fact as a draft with the new values in place of the old ones."""
    return FactDraft(
        old.kind,
        changed.get("unit_id", old.unit_id),
        changed.get("occurred_on", old.occurred_on),
        changed.get("quantity", old.quantity),
        changed.get("attributes", old.attributes),
        changed.get("member", old.member),
        old.source,
        evidence=tuple(changed.get("evidence", tuple(old.evidence))),
    )


@transaction.atomic
def correct(
    *,
    by: Actor,
    at: datetime,
    fact_id: int,
    reason: str,
    uploads: Sequence[Upload] = (),
    **changed: Unpack[Changes],
) -> Fact:
    """Post the corrected fact, which supersedes the one with ``fact_id``, and return it.

    Raises NotPermitted unless the actor may file this kind for the unit (for both units where it moves);
    CorrectionRefused without a reason, where nothing changes, or where the fact was superseded already;
    FactsRefused where the new values are not well formed. ``uploads`` are added to the evidence.
    """
    old, spec = _correctable(by, fact_id, reason)
    draft = _changed(old, changed)
    unit = standings([draft.unit_id]).get(draft.unit_id)
    if unit is None:
        raise NotPermitted("ledger.file", f"unit:{draft.unit_id}")
    check_file(by, spec, unit.path)
    clean, problems = check_draft(draft, spec, unit, clock.day_of(at))
    if problems:
        raise FactsRefused([Outcome(0, problems=tuple(problems))])
    files = (*draft.evidence, *keep_uploads(by=by, at=at, unit_id=draft.unit_id, uploads=uploads))
    new = superseding(old, by, at, reason)
    new.unit_id, new.occurred_on, new.quantity = draft.unit_id, draft.occurred_on, draft.quantity
    new.attributes, new.member, new.evidence = clean, draft.member, sorted(set(files))
    if _values(new) == _values(old):
        raise CorrectionRefused(_("Nothing is different; change at least one value, or withdraw the fact."))
    _save(new)
    audit.record(
        by=by, at=at, action="ledger.correct", subject=f"fact:{old.pk}", old=_values(old),
        new=_values(new) | {"fact": new.pk}, reason=reason.strip(),
    )  # fmt: skip
    return new


@transaction.atomic
def withdraw(*, by: Actor, at: datetime, fact_id: int, reason: str) -> Fact:
    """Take a fact away: post a row that supersedes it and counts for nothing; return that row.

    Raises NotPermitted and CorrectionRefused as :func:`correct` does.
    """
    old, _spec = _correctable(by, fact_id, reason)
    new = superseding(old, by, at, reason)
    new.withdrawn = True
    _save(new)
    audit.record(
        by=by, at=at, action="ledger.withdraw", subject=f"fact:{old.pk}", old=_values(old), new={"fact": new.pk},
        reason=reason.strip(),
    )  # fmt: skip
    return new


def _correctable(by: Actor, fact_id: int, reason: str) -> tuple[Fact, FactKindSpec]:
    """Return the fact and its kind, or raise where this actor may not correct it now, for this reason."""
    old = Fact.objects.select_related("unit").filter(pk=fact_id).first()
    if old is None:
        raise NotPermitted("ledger.correct", f"fact:{fact_id}")
    spec = kinds_by_code().get(old.kind)
    if spec is None:
        raise CorrectionRefused(_("The kind %(kind)s is unknown to this installation.") % {"kind": old.kind})
    check_file(by, spec, old.unit.path)
    if not reason.strip():
        raise CorrectionRefused(_("Say why: the reason stays beside the fact."))
    if len(reason.strip()) > LONGEST_REASON:
        raise CorrectionRefused(_("The reason may have at most %d characters.") % LONGEST_REASON)
    if old.withdrawn or Fact.objects.filter(supersedes=old).exists():
        raise _already_superseded(old.pk)
    return old, spec


def _already_superseded(fact_id: int) -> CorrectionRefused:
    text = _("Fact %(fact)s was already corrected or withdrawn; go to the newest of its history.")
    return CorrectionRefused(text % {"fact": fact_id})


def superseding(old: Fact, by: Actor, at: datetime, reason: str) -> Fact:
    """Return an unsaved copy of a fact that supersedes it. The sender's key stays with the original."""
    return Fact(
        kind=old.kind, unit_id=old.unit_id, member=old.member, occurred_on=old.occurred_on, quantity=old.quantity,
        attributes=old.attributes, source=old.source, sender=old.sender, evidence=old.evidence,
        recorded_by=by.pseudonym, recorded_at=at, supersedes=old, reason=reason.strip(),
    )  # fmt: skip


def _save(new: Fact) -> None:
    """Insert the row; of two corrections at once the database lets one through, and the other is told."""
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError as error:
        if "supersedes" not in str(error):
            raise
        raise _already_superseded(new.supersedes_id or 0) from error
    tell_followers([Stored(new.pk, new.supersedes_id)])


def _values(fact: Fact) -> dict[str, Any]:
    return {
        "unit": fact.unit_id,
        "occurred_on": fact.occurred_on.isoformat(),
        "quantity": fact.quantity,
        "attributes": fact.attributes,
        "member": str(fact.member) if fact.member else None,
        "evidence": list(fact.evidence),
    }


def problems_of(error: FactsRefused) -> tuple[FactProblem, ...]:
    """Return what was wrong with the first refused draft: all there is where one fact was filed or corrected."""
    return error.outcomes[0].problems
