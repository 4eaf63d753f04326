"""Filing: how people and other systems post facts. Unlike ``post`` it asks who may file what, for which unit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger.actions.posting import May, Outcome, Refused, hold_senders, store
from plumbline.ledger.permissions import can_file, check_file
from plumbline.ledger.queries.facts import known_facts, standings
from plumbline.ledger.queries.kinds import kinds_by_code
from plumbline.ledger.rules.checks import FactDraft, FactProblem, Standing
from plumbline.ledger.rules.kinds import FactKindSpec

HAND = "manual"
"""The source of facts filed on a page."""


@dataclass(frozen=True, slots=True)
class PostReceipt:
    """What a person is told after filing: the fact, whether it was known already, and warnings about frozen rounds."""

    fact_id: int
    known: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that comes with a fact."""

    name: str
    stream: BinaryIO


def keep_uploads(*, by: Actor, at: datetime, unit_id: int, uploads: Sequence[Upload]) -> tuple[int, ...]:
    """Store files as evidence of a unit and return their ids. Raises EvidenceRefused, naming the file."""
    scope = f"unit:{unit_id}"
    return tuple(evidence.store(by=by, at=at, stream=one.stream, name=one.name, scope=scope).pk for one in uploads)


@transaction.atomic
def file_fact(*, by: Actor, at: datetime, draft: FactDraft, uploads: Sequence[Upload] = ()) -> PostReceipt:
    """File one fact with its evidence and return the receipt; a form sent twice files once.

    Raises NotPermitted where the actor may not file this kind for this unit, FactsRefused where it is not well formed,
    EvidenceRefused where a file cannot be kept. Nothing is kept of a fact that was refused.
    """
    spec, unit = kinds_by_code().get(draft.kind), standings([draft.unit_id]).get(draft.unit_id)
    if unit is None:
        raise NotPermitted("ledger.file", f"unit:{draft.unit_id}")
    if spec is not None:
        check_file(by, spec, unit.path)
    hold_senders([draft])
    before = known_facts([draft.key]).get(draft.key)
    if before is not None and uploads:
        # The files of a form sent twice are stored files already; what stands there is compared with the rest.
        draft = replace(draft, evidence=tuple(before["evidence"]))
    else:
        stored = keep_uploads(by=by, at=at, unit_id=draft.unit_id, uploads=uploads)
        draft = replace(draft, evidence=(*draft.evidence, *stored))
    outcome = file_facts(by=by, at=at, drafts=[draft], whole=True)[0]
    return PostReceipt(outcome.fact_id or 0, outcome.known, outcome.warnings)


@transaction.atomic
def file_facts(
    *,
    by: Actor,
    at: datetime,
    drafts: Sequence[FactDraft],
    whole: bool,
    refused: Refused | None = None,
    only_kinds: Sequence[str] = (),
) -> list[Outcome]:
    """File many facts and say what became of each; a fixed number of SQL statements.

    A fact that the actor may not file is refused by name like any other, and the attempt is audited. ``only_kinds``
    narrows further (a token's kinds). ``whole`` files all or none and raises FactsRefused.
    """
    turned_down = {**(refused or {}), **_evidence_elsewhere(drafts)}
    return store(by=by, at=at, drafts=drafts, whole=whole, refused=turned_down, may=permission(by, only_kinds))


def permission(by: Actor, only_kinds: Sequence[str] = ()) -> May:
    """Return the question whether this actor may file a kind for a unit, asked for each draft."""

    def may(spec: FactKindSpec, unit: Standing) -> FactProblem | None:
        if only_kinds and spec.code not in only_kinds:
            return FactProblem("kind", _("This token may not file the kind %(kind)s.") % {"kind": spec.code})
        return None if can_file(by, spec, unit.path) else not_for_you(spec.code, unit.code)

    return may


def not_for_you(kind: str, unit: str) -> FactProblem:
    """Return the problem of a unit that is unknown or out of reach: from outside the two look the same."""
    said = {"kind": kind, "unit": unit}
    return FactProblem("unit", _("There is no unit %(unit)s for which you may file %(kind)s.") % said)


def _evidence_elsewhere(drafts: Sequence[FactDraft]) -> dict[int, tuple[FactProblem, ...]]:
    """Refuse evidence that does not exist or was stored for another unit; one SQL statement, none without evidence."""
    wanted = {one for draft in drafts for one in draft.evidence}
    if not wanted:
        return {}
    scopes = {item.pk: item.scope for item in evidence.describe(sorted(wanted))}
    found: dict[int, tuple[FactProblem, ...]] = {}
    for index, draft in enumerate(drafts):
        wrong = [one for one in draft.evidence if scopes.get(one) != f"unit:{draft.unit_id}"]
        if wrong:
            text = _("Evidence %(ids)s is not among the files stored for this unit.")
            found[index] = (FactProblem("evidence", text % {"ids": ", ".join(map(str, wrong))}),)
    return found


def audit_refusals(*, by: Actor, at: datetime, source: str, outcomes: Sequence[Outcome]) -> None:
    """Record that a call tried units out of its reach; one line for the call, naming the first twenty."""
    tried = [outcome.index for outcome in outcomes if any(item.field == "unit" for item in outcome.problems)]
    if tried:
        new = {"refused": len(tried), "first": tried[:20]}
        audit.record(by=by, at=at, action="ledger.file_refused", subject=f"source:{source}"[:120], new=new)
