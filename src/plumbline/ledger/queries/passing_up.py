"""What a committee can pass to the level above: its facts that hold, each under a key that survives corrections."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, narrowest
from plumbline.ledger.models import Fact
from plumbline.ledger.queries.facts import current_facts
from plumbline.ledger.queries.kinds import kinds
from plumbline.ledger.queries.registries import ResultOffer, result_offers
from plumbline.ledger.rules.kinds import FactKindSpec
from plumbline.organisation import api as organisation

RECENT = 10


@dataclass(frozen=True, slots=True)
class KindCount:
    """A kind that can be passed up, and how many facts of it hold in the period."""

    kind: FactKindSpec
    facts: int


@dataclass(frozen=True, slots=True)
class PassingUp:
    """What can be passed up for one committee in a period; ``recent`` are the last files made."""

    committee: Any
    kinds: tuple[KindCount, ...]
    results: tuple[ResultOffer, ...]
    recent: tuple[audit.AuditRow, ...]
    about_members: int


def passable_kinds() -> dict[str, FactKindSpec]:
    """Return the kinds that somebody may file: what a round judged stays with the round, its results are passed up."""
    return {kind.code: kind for kind in kinds() if kind.filed_by and not kind.code.startswith("assessment.")}


def passable_facts(committee: Any, from_: date, until: date, codes: Collection[str]) -> QuerySet[Fact]:
    """Return the facts of a committee's tree that hold, of some kinds and a period; who may, the action has checked."""
    rows = current_facts(None, from_=from_, until=until, kinds=codes).filter(unit__path__startswith=committee.path)
    rows = rows.exclude(unit__category="term")  # what is about a person stays with the committee that assesses them
    return rows.select_related("unit").order_by("pk")


def committees_to_pass(actor: Actor) -> "QuerySet[Any]":
    """Return the units whose facts the actor may pass up, the highest first: those of their own roles."""
    paths = narrowest(actor.paths_for("administrator"))
    everything = organisation.visible_units(actor)
    if paths == ("/",):
        return everything.filter(parent=None).order_by("code")
    return everything.filter(path__in=paths).order_by("path")


def passing_up(actor: Actor, committee: Any, from_: date, until: date) -> PassingUp:
    """Return what can be passed up for a committee in a period; a fixed number of SQL statements."""
    specs = passable_kinds()
    rows = passable_facts(committee, from_, until, specs)
    counted = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    listed = (KindCount(specs[code], n) for code, n in counted.items())
    recent = audit.entries(action="ledger.pass_up", subject=f"unit:{committee.pk}", refused=False)[:RECENT]
    return PassingUp(
        committee=committee, kinds=tuple(sorted(listed, key=lambda one: str(one.kind.name))),
        results=tuple(result_offers(actor, committee.path)), recent=tuple(audit.rows_of(recent)),
        about_members=rows.filter(member__isnull=False).count(),
    )  # fmt: skip


def first_of_chain(facts: Iterable[Fact]) -> dict[int, int]:
    """Return for each fact the first of its history, whose number is the same through all corrections.

    One SQL statement for each step of the longest history.
    """
    first = {fact.pk: fact.pk for fact in facts}
    before = {fact.pk: fact.supersedes_id for fact in facts if fact.supersedes_id is not None}
    while before:
        first |= before
        rows = Fact.objects.filter(pk__in=set(before.values()), supersedes__isnull=False)
        further = dict(rows.values_list("pk", "supersedes_id"))
        before = {start: further[older] for start, older in before.items() if older in further}
    return first
