"""Posting: the one way by which facts come into the ledger."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.ledger.actions.bulk import insert_facts
from plumbline.ledger.models import Fact
from plumbline.ledger.queries.facts import known_facts, standings
from plumbline.ledger.queries.kinds import kinds_by_code
from plumbline.ledger.queries.registries import LockKey, lock_warnings
from plumbline.ledger.rules.checks import FactDraft, FactProblem, Standing, check_draft
from plumbline.ledger.rules.kinds import FactKindSpec
from plumbline.ledger.rules.matching import Content, content_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one draft: stored, already ``known`` (``fact_id`` is then the earlier one), or refused."""

    index: int
    fact_id: int | None = None
    known: bool = False
    problems: tuple[FactProblem, ...] = ()
    warnings: tuple[str, ...] = ()


class FactsRefused(Exception):
    """Nothing was posted, because at least one draft was refused; ``outcomes`` holds the refused ones."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = tuple(outcomes)
        first = self.outcomes[0]
        super().__init__(f"{first.index}: " + " ".join(problem.message for problem in first.problems))


Refused = Mapping[int, tuple[FactProblem, ...]]
"""What the caller has already turned down, by the index of the draft."""

May = Callable[[FactKindSpec, Standing], FactProblem | None]
"""Says why this kind may not be filed for this unit; None where it may."""


Seen = dict[tuple[str, str], tuple[int, Content]]
"""Keys met so far, with the index of the draft that had them first and its contents."""


@dataclass(slots=True)
class _Batch:
    """The state of one posting while its drafts are looked at."""

    by: Actor
    at: datetime
    rows: list[Fact] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    first_with_key: Seen = field(default_factory=dict)
    repeats: dict[int, int] = field(default_factory=dict)


def post(
    *,
    by: Actor,
    at: datetime,
    kind: str,
    unit_id: int,
    occurred_on: date,
    quantity: int = 1,
    attributes: dict[str, Any] | None = None,
    member: UUID | None = None,
    source: str,
    sender_key: str = "",
    evidence: Sequence[int] = (),
) -> Fact:
    """Post one fact of an area and return it; a fact already posted under this key is returned as it stands.

    The calling area has checked its own permission: a member who votes may not file votes, but the ballot may.
    Raises FactsRefused where the fact is not well formed or the key was used for another fact.
    """
    draft = FactDraft(
        kind, unit_id, occurred_on, quantity, attributes or {}, member, source, sender_key, tuple(evidence)
    )
    return Fact.objects.get(pk=post_many(by=by, at=at, drafts=[draft])[0])


def post_many(*, by: Actor, at: datetime, drafts: Sequence[FactDraft]) -> list[int]:
    """Post many facts of an area, all or none, and return their ids in the order of the drafts.

    A fixed number of SQL statements. Permission as in :func:`post`. Raises FactsRefused, naming every refused draft.
    """
    with transaction.atomic():
        outcomes = store(by=by, at=at, drafts=drafts, whole=True)
    return [outcome.fact_id for outcome in outcomes if outcome.fact_id is not None]


@transaction.atomic
def store(
    *,
    by: Actor,
    at: datetime,
    drafts: Sequence[FactDraft],
    whole: bool,
    refused: Refused | None = None,
    may: May | None = None,
) -> list[Outcome]:
    """Store drafts and say what became of each.

    ``refused`` are those that the caller has already turned down, ``may`` is the caller's permission, asked for each.

    ``whole`` stores all or none (raises FactsRefused); otherwise the good ones are stored and the others named.
    Calls of the same sender with keys wait for each other, so that a key sent twice at once is stored once.
    """
    batch = _Batch(by, at)
    hold_senders(drafts)
    _sort_out(batch, drafts, refused or {}, may)
    turned_down = [outcome for outcome in batch.outcomes.values() if outcome.problems]
    if whole and turned_down:
        raise FactsRefused(sorted(turned_down, key=lambda outcome: outcome.index))
    saved = insert_facts(batch.rows)
    for index, fact in zip(batch.places, saved, strict=True):
        batch.outcomes[index] = Outcome(index, fact.pk)
    _point_at_first(batch)
    _audit(batch)
    return _with_warnings(batch, drafts)


def examine(*, by: Actor, at: datetime, drafts: Sequence[FactDraft], may: May, seen: Seen) -> list[Outcome]:
    """Say what would become of drafts, without storing anything; four SQL statements at most.

    ``seen`` carries the keys from one call to the next, so that a file may be examined piece by piece.
    """
    batch = _Batch(by, at, first_with_key=seen)
    _sort_out(batch, drafts, {}, may)
    for index in batch.places:
        batch.outcomes[index] = Outcome(index)
    return _with_warnings(batch, drafts)


def hold_senders(drafts: Sequence[FactDraft]) -> None:
    """Let calls of the same sender wait for each other; always in the same order, so that no two wait in a circle."""
    senders = sorted({draft.key[0] for draft in drafts if draft.sender_key})
    if senders:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(sender, 0)) FROM unnest(%s::text[]) AS given(sender)",
                [senders],
            )


def _sort_out(batch: _Batch, drafts: Sequence[FactDraft], refused: Refused, may: May | None) -> None:
    """Decide for each draft: to be inserted, known, or refused; three SQL statements."""
    specs = kinds_by_code()
    units = standings([draft.unit_id for draft in drafts])
    known = known_facts([draft.key for draft in drafts])
    today = clock.day_of(batch.at)
    for index, draft in enumerate(drafts):
        problems = list(refused.get(index, ()))
        clean: dict[str, Any] = {}
        if not problems:
            spec, unit = specs.get(draft.kind), units.get(draft.unit_id)
            stop = may(spec, unit) if may and spec and unit else None
            clean, problems = ({}, [stop]) if stop else check_draft(draft, spec, unit, today)
        if problems:
            batch.outcomes[index] = Outcome(index, problems=tuple(problems))
        else:
            _place(batch, index, draft, clean, known.get(draft.key) if draft.sender_key else None)


def _place(batch: _Batch, index: int, draft: FactDraft, clean: dict[str, Any], before: dict[str, Any] | None) -> None:
    """Put one well-formed draft where it belongs: among the new rows, the known ones, or the refused ones."""
    content = content_of(
        kind=draft.kind, unit_id=draft.unit_id, member=draft.member, occurred_on=draft.occurred_on,
        quantity=draft.quantity, attributes=clean, evidence=draft.evidence,
    )  # fmt: skip
    if before is not None:
        earlier = content_of(**{name: before[name] for name in Content.__slots__})
        batch.outcomes[index] = (
            Outcome(index, before["pk"], known=True)
            if earlier == content
            else _other_content(index, draft, before["pk"])
        )
        return
    if draft.sender_key:
        first = batch.first_with_key.get(draft.key)
        if first is None:
            batch.first_with_key[draft.key] = (index, content)
        else:
            batch.repeats[index] = first[0]
            same_again = first[1] == content
            batch.outcomes[index] = Outcome(index, known=True) if same_again else _other_content(index, draft, None)
            return
    batch.places.append(index)
    batch.rows.append(_row(batch, draft, clean))


def _other_content(index: int, draft: FactDraft, fact_id: int | None) -> Outcome:
    if fact_id is None:
        text = _("The key %(key)s stands twice in this call, with different contents.") % {"key": draft.sender_key}
    else:
        said = {"key": draft.sender_key, "fact": fact_id}
        text = _(
            "The key %(key)s already stands for fact %(fact)s with other contents; correct that fact, or use a new key."
        ) % said  # fmt: skip
    return Outcome(index, problems=(FactProblem("key", text),))


def _row(batch: _Batch, draft: FactDraft, clean: dict[str, Any]) -> Fact:
    return Fact(
        kind=draft.kind,
        unit_id=draft.unit_id,
        member=draft.member,
        occurred_on=draft.occurred_on,
        quantity=draft.quantity,
        attributes=clean,
        source=draft.source,
        sender=draft.key[0],
        sender_key=draft.sender_key,
        evidence=sorted(set(draft.evidence)),
        recorded_by=batch.by.pseudonym,
        recorded_at=batch.at,
    )


def _point_at_first(batch: _Batch) -> None:
    """Give repetitions within one call the id of the fact that was stored for the first of them."""
    for index, first in batch.repeats.items():
        if batch.outcomes[index].known:
            batch.outcomes[index] = replace(batch.outcomes[index], fact_id=batch.outcomes[first].fact_id)


def _audit(batch: _Batch) -> None:
    """One line for one posting, however many facts it brought; each fact carries its own recorder and instant."""
    if not batch.rows:
        return
    ids = [fact.pk for fact in batch.rows]
    subject = f"fact:{ids[0]}" if len(ids) == 1 else f"source:{batch.rows[0].source}"[:120]
    new = {"count": len(ids), "first": min(ids), "last": max(ids), "source": batch.rows[0].source}
    audit.record(by=batch.by, at=batch.at, action="ledger.post", subject=subject, new=new)


def _with_warnings(batch: _Batch, drafts: Sequence[FactDraft]) -> list[Outcome]:
    """Add the warnings of frozen periods to what was stored; asked after the insert, see ``watermark_now``."""
    stored = {
        index: LockKey(drafts[index].unit_id, drafts[index].kind, drafts[index].occurred_on) for index in batch.places
    }
    late = lock_warnings(stored.values()) if stored else {}
    return [
        replace(outcome, warnings=late.get(stored[index], ())) if index in stored else outcome
        for index, outcome in sorted(batch.outcomes.items())
    ]
