"""Files that were passed up, as the level above keeps and shows them, and where a fact came from."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from plumbline.kernel.actor import Actor, NotPermitted, narrowest
from plumbline.ledger.models import Fact, PassedFact, PassedFile, PassedStatus
from plumbline.ledger.permissions import administered, can_pass_facts
from plumbline.ledger.queries.units import all_units
from plumbline.ledger.rules.matching import content_of
from plumbline.ledger.rules.passing import PassedDocument, PassedUnit, read
from plumbline.ledger.rules.passing_plan import Passed, Scope
from plumbline.organisation import api as organisation

RECENT = 20


@dataclass(frozen=True, slots=True)
class Match:
    """A unit of the file beside the unit here that it means; ``left_out`` where it is left out on purpose."""

    unit: PassedUnit
    here: Any
    left_out: bool
    facts: int

    @property
    def is_open(self) -> bool:
        """True where nobody has said yet what the code means."""
        return self.here is None and not self.left_out


@dataclass(frozen=True, slots=True)
class PassedPage:
    """The page of a file: its units beside those here, and the units that may be chosen (id, code, name)."""

    file: PassedFile
    matches: tuple[Match, ...]
    choices: tuple[tuple[int, str, str], ...]


def sender_units(actor: Actor) -> "QuerySet[Any]":
    """Return the units whose committees may have passed something up: those that the actor administers, by code."""
    return organisation.visible_units(actor).filter(administered(actor)).order_by("code")


def received_files(actor: Actor) -> list[PassedFile]:
    """Return the latest files of units that the actor administers; one SQL statement.

    Raises NotPermitted where the actor administers nothing.
    """
    paths = narrowest(actor.paths_for("administrator"))
    if not paths:
        raise NotPermitted("ledger.receive")
    units = sender_units(actor).values("pk")
    rows = PassedFile.objects.filter(sender_unit__in=units).select_related("sender_unit").defer("content")
    return list(rows[:RECENT])


def passed_file_for(actor: Actor, file_id: int) -> PassedFile:
    """Return a file of a unit that the actor administers; raises NotPermitted, also where there is none."""
    file = PassedFile.objects.select_related("sender_unit").filter(pk=file_id).first()
    if file is None or not can_pass_facts(actor, file.sender_unit.path):
        raise NotPermitted("ledger.receive", f"passed:{file_id}")
    return file


def passed_page(actor: Actor, file_id: int) -> PassedPage:
    """Return the page of a file; four SQL statements. The units of a file that was added are no longer listed.

    Raises NotPermitted.
    """
    file = passed_file_for(actor, file_id)
    if file.content is None:
        return PassedPage(file, (), ())
    document = read(bytes(file.content))
    facts: dict[str, int] = {}
    for _line, record in document.facts:
        facts[record.unit] = facts.get(record.unit, 0) + 1
    below = all_units().filter(path__startswith=file.sender_unit.path).order_by("code")
    here = {unit.pk: unit for unit in below}
    matches = tuple(
        Match(unit, here.get(file.mapping.get(unit.code, 0)), file.mapping.get(unit.code) == 0, facts.get(unit.code, 0))
        for unit in document.units
    )
    return PassedPage(file, matches, tuple((unit.pk, unit.code, unit.name) for unit in here.values()))


def suggested_mapping(sender: Any, codes: Collection[str]) -> dict[str, int]:
    """Return what the sender's codes mean here: as the last file of this sender was matched, else the same code.

    Codes that mean nothing yet are left away. Two SQL statements.
    """
    last = PassedFile.objects.filter(sender_unit=sender, status=PassedStatus.DONE).order_by("-pk").first()
    remembered = {code: unit_id for code, unit_id in (last.mapping if last else {}).items() if code in set(codes)}
    taken = set(remembered.values())
    same = all_units().filter(code__in=set(codes) - set(remembered), path__startswith=sender.path)
    return {**{unit.code: unit.pk for unit in same if unit.pk not in taken}, **remembered}


def scope_of(file: PassedFile, document: PassedDocument) -> Scope:
    """Return what a file states completely, in the units here."""
    units = (file.mapping.get(unit.code, 0) for unit in document.units)
    return Scope(
        kinds=frozenset(document.header.kinds), units=frozenset(one for one in units if one),
        first_day=document.header.first_day, last_day=document.header.last_day,
        results=tuple(f"result:{one.round}:" for one in document.header.results),
    )  # fmt: skip


def passed_before(sender_unit_id: int) -> dict[str, Passed]:
    """Return what a sender passed up last under each of its keys; one SQL statement."""
    return {row.key: _passed(row.fact) for row in _latest(sender_unit_id)}


def _latest(sender_unit_id: int, keys: Collection[str] | None = None) -> Iterable[PassedFact]:
    rows = PassedFact.objects.filter(sender_unit_id=sender_unit_id)
    if keys is not None:
        rows = rows.filter(key__in=set(keys))
    return rows.select_related("fact").order_by("key", "-id").distinct("key")


def _passed(fact: Fact) -> Passed:
    content = content_of(
        kind=fact.kind, unit_id=fact.unit_id, member=None, occurred_on=fact.occurred_on, quantity=fact.quantity,
        attributes=fact.attributes, evidence=(),
    )  # fmt: skip
    return Passed(repr(content), fact.withdrawn, fact.unit_id, fact.kind, fact.occurred_on)


def newest_of(sender_unit_id: int, keys: Collection[str]) -> dict[str, Fact]:
    """Return the newest fact of the history that each key stands in, corrections made here included.

    One SQL statement, and one for each correction of the longest history made here.
    """
    newest = {row.key: row.fact for row in _latest(sender_unit_id, keys)}
    waiting = {fact.pk: key for key, fact in newest.items()}
    while waiting:
        later = Fact.objects.filter(supersedes__in=list(waiting))
        further = {fact.supersedes_id or 0: fact for fact in later}
        newest |= {waiting[old]: fact for old, fact in further.items()}
        waiting = {fact.pk: waiting[old] for old, fact in further.items()}
    return newest


def origin_of(fact: Fact) -> PassedFact | None:
    """Return the line of a passed-up file that a fact stands on, None where it was not passed up; one SQL statement."""
    rows = PassedFact.objects.filter(fact=fact).select_related("file__sender_unit").defer("file__content")
    return rows.first()
