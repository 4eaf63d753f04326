"""What assessors chose and reviews changed, read from the ledger: the facts are the history."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from plumbline.assessment.models import Round, SchemeVersion
from plumbline.assessment.queries.trees import scheme_of
from plumbline.assessment.rules.scheme.judgements import JUDGED, AssessedRule
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger


@dataclass(frozen=True, slots=True)
class Range:
    """Within which points an assessor chooses, 0 apart."""

    least: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgements of one indicator: the one in force at each stage, and all there ever were, the oldest first."""

    verified: ledger.Fact | None
    reviewed: ledger.Fact | None
    history: tuple[ledger.Fact, ...]

    @property
    def current(self) -> ledger.Fact | None:
        """What counts now."""
        return self.reviewed or self.verified

    @property
    def basis(self) -> str:
        """The id of what counts now, "" for nothing: what a form sends back, so that nothing is overwritten unseen."""
        return str(self.current.pk) if self.current else ""


NOTHING = Judged(None, None, ())


def judged_nodes(version: SchemeVersion) -> dict[str, Range]:
    """Return the indicators whose points an assessor chooses (R3), each with its range."""
    found: dict[str, Range] = {}
    for _code, node, rule in scheme_of(version).rules():
        if isinstance(rule, AssessedRule):
            before = found.get(node.code, Range(rule.least, rule.most))
            found[node.code] = Range(min(before.least, rule.least), max(before.most, rule.most))
    return found


def current_judgement(round_: Round, unit_id: int, node: str) -> ledger.Fact | None:
    """Return the judgement of an indicator that counts now; one SQL statement."""
    rows = ledger.current_facts(None, from_=round_.from_on, until=round_.until_on, kinds=[JUDGED])
    return _about(rows, round_, unit_id).filter(attributes__node=node).order_by("pk").last()


def judgements(round_: Round, unit_id: int) -> dict[str, Judged]:
    """Return the judgements of a unit by indicator; one SQL statement."""
    rows = ledger.visible_facts(Actor.system("assessment")).filter(
        kind=JUDGED, occurred_on__range=(round_.from_on, round_.until_on)
    )
    by_node: dict[str, list[ledger.Fact]] = {}
    for fact in _about(rows, round_, unit_id).order_by("pk"):
        by_node.setdefault(fact.attributes["node"], []).append(fact)
    return {node: _judged(facts) for node, facts in by_node.items()}


def _about(rows: QuerySet[ledger.Fact], round_: Round, unit_id: int) -> QuerySet[ledger.Fact]:
    return rows.filter(unit_id=unit_id, attributes__scheme=round_.scheme_version.scheme.code)


def _judged(facts: Iterable[ledger.Fact]) -> Judged:
    history = tuple(facts)
    overtaken = {fact.supersedes_id for fact in history}
    current = next((one for one in reversed(history) if not one.withdrawn and one.pk not in overtaken), None)
    if current is None:
        return Judged(None, None, history)
    if current.attributes["stage"] == "verified":
        return Judged(current, None, history)
    found = (one for one in reversed(history) if not one.withdrawn and one.attributes["stage"] == "verified")
    return Judged(next(found, None), current, history)
