"""Passing facts and results to the level above as one file whose every line is bound by hashes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger.actions.outbox import publish
from plumbline.ledger.models import Fact
from plumbline.ledger.permissions import check_pass_facts
from plumbline.ledger.queries.facts import watermark_now
from plumbline.ledger.queries.kinds import kinds_by_code
from plumbline.ledger.queries.passing_up import first_of_chain, passable_facts, passable_kinds
from plumbline.ledger.queries.registries import PassedResults, ResultFact, results_of
from plumbline.ledger.queries.units import all_units
from plumbline.ledger.rules.kinds import FactKindSpec
from plumbline.ledger.rules.passing import (
    MOST_FACTS,
    Header,
    Imprint,
    PassedKind,
    PassedRecord,
    PassedUnit,
    passed_attributes,
    write,
)

PASSED_UP: Final = "ledger.passed_up"
"""What the transparency log calls a file that was passed up."""


class PassingRefused(ValueError):
    """Nothing can be passed up, or taken in, in this way; ``field`` names what must change."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message, self.field = message, field


@dataclass(frozen=True, slots=True)
class PassedUp:
    """A file to be passed up, its fingerprint, and what stands in it."""

    name: str
    content: bytes
    fingerprint: str
    facts: int
    results: int


@transaction.atomic
def pass_up(
    *,
    by: Actor,
    at: datetime,
    committee_id: int,
    from_: date,
    until: date,
    kinds: Collection[str],
    results: Collection[int] = (),
    texts: bool = False,
) -> PassedUp:
    """Return the file of a committee's facts that hold, of some kinds and a period, and of published results.

    Never in it: who a fact is about (members' marks), who recorded it, evidence. ``texts`` lets free text go that no rule
    needs. The fingerprint goes into the audit and the transparency log. Raises NotPermitted, PassingRefused.
    """
    committee = _committee(by, committee_id)
    _check_choice(from_, until, kinds, results)
    specs = kinds_by_code()
    watermark = watermark_now()
    rows = list(passable_facts(committee, from_, until, set(kinds))[: MOST_FACTS + 1])
    given = [one for offer in sorted(set(results)) for one in results_of(by, offer)]
    units = {unit.pk: unit for unit in all_units().filter(path__startswith=committee.path)}
    first = first_of_chain(rows)
    records = [_record(fact, first[fact.pk], specs, texts=texts) for fact in rows]
    records += [_result(one, units) for found in given for one in found.facts if one.unit_id in units]
    if len(records) > MOST_FACTS:
        raise PassingRefused(_("More than %d facts; pass up a shorter period, or fewer kinds.") % MOST_FACTS)
    used = sorted({*kinds, *(one.kind for one in records)})
    header = Header(
        sender=committee.code, sender_name=committee.name, kinds=tuple(used), texts=texts, watermark=watermark,
        first_day=min([from_, *(one.occurred_on for one in records)]),
        last_day=max([until, *(one.occurred_on for one in records)]),
        made_at=at.isoformat(timespec="seconds"), results=tuple(_imprint(found) for found in given),
    )  # fmt: skip
    content, fingerprint = write(
        header, _units(units.values()), [_kind(specs[code]) for code in used],
        sorted(records, key=lambda one: (one.unit, one.kind, one.occurred_on, one.key)),
    )  # fmt: skip
    return _told(by, at, committee, header, content, fingerprint, len(rows), len(records) - len(rows))


def _told(
    by: Actor, at: datetime, committee: Any, header: Header, content: bytes, fingerprint: str, facts: int, results: int
) -> PassedUp:
    """Write down what was passed up: in the audit, and for the transparency log."""
    name = f"{committee.code}-{header.first_day}-{header.last_day}.plumbline"
    said = {"file": name, "fingerprint": fingerprint, "facts": facts, "results": results}
    audit.record(by=by, at=at, action="ledger.pass_up", subject=f"unit:{committee.pk}", new=said)
    publish(at=at, kind=PASSED_UP, subject=f"unit:{committee.pk}", document=said)
    return PassedUp(name, content, fingerprint, facts, results)


def _committee(by: Actor, committee_id: int) -> Any:
    committee = all_units().filter(pk=committee_id).first()
    if committee is None:
        raise NotPermitted("ledger.pass_up", f"unit:{committee_id}")
    check_pass_facts(by, committee.path, "ledger.pass_up")
    return committee


def _check_choice(from_: date, until: date, kinds: Collection[str], results: Collection[int]) -> None:
    if not kinds and not results:
        raise PassingRefused(_("Choose at least one kind of facts, or a result."), field="kinds")
    if until < from_:
        raise PassingRefused(_("The period ends before it begins."), field="until")
    unknown = sorted(set(kinds) - set(passable_kinds()))
    if unknown:
        raise PassingRefused(_("Facts of the kind %(kind)s are not passed up.") % {"kind": unknown[0]}, field="kinds")


def _record(fact: Fact, first: int, specs: Mapping[str, FactKindSpec], *, texts: bool) -> PassedRecord:
    return PassedRecord(
        key=f"fact:{first}", kind=fact.kind, unit=fact.unit.code, occurred_on=fact.occurred_on, quantity=fact.quantity,
        attributes=passed_attributes(specs.get(fact.kind), fact.attributes, texts=texts),
    )  # fmt: skip


def _result(one: ResultFact, units: dict[int, Any]) -> PassedRecord:
    return PassedRecord(
        key=one.key, kind=one.kind, unit=units[one.unit_id].code, occurred_on=one.occurred_on, quantity=one.quantity,
        attributes=dict(one.attributes),
    )  # fmt: skip


def _imprint(found: PassedResults) -> Imprint:
    return Imprint(
        round=str(found.offer.id), title=found.offer.title, snapshot=found.snapshot, scheme=found.scheme,
        result=found.result,
    )  # fmt: skip


def _units(units: Iterable[Any]) -> Sequence[PassedUnit]:
    return [PassedUnit(code=one.code, name=one.name) for one in sorted(units, key=lambda one: one.code)]


def _kind(spec: FactKindSpec) -> PassedKind:
    return PassedKind(code=spec.code, name=str(spec.name), measure=str(spec.measure), places=spec.places)
