"""Who judged what an objection is about, and which facts have changed since."""

from plumbline.assessment.models import CountedFact, Objection
from plumbline.assessment.queries.scope import looked_at
from plumbline.assessment.queries.trees import scheme_of
from plumbline.assessment.rules.scheme.judgements import JUDGED
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger

JUDGING = ("finding.recorded", JUDGED)
"""Kinds of facts that are somebody's judgement; all others say what happened, whoever typed them in."""


def judges_of(objection: Objection) -> frozenset[str]:
    """Return the pseudonyms of those whose judgements counted at the indicator, or anywhere for the unit; two statements."""
    counted = CountedFact.objects.filter(run_id=objection.notice.run_id, unit_id=objection.unit_id)
    if objection.node:
        counted = counted.filter(node__in=_below(objection))
    facts = ledger.visible_facts(Actor.system("assessment")).filter(
        pk__in=counted.values_list("fact_id", flat=True), kind__in=JUDGING
    )
    return frozenset(facts.values_list("recorded_by", flat=True))


def _below(objection: Objection) -> list[str]:
    """Return the codes of a node and of all below it."""
    found = {objection.node}
    for node, parent, _depth in scheme_of(objection.notice.round.scheme_version).walk():
        if parent is not None and parent.code in found:
            found.add(node.code)
    return sorted(found)


def late_facts_of(objection: Objection) -> list[ledger.Fact]:
    """Return the facts of the unit and the period that came after the freeze, corrections included; two SQL statements."""
    round_, snapshot = objection.notice.round, objection.notice.run.snapshot
    late = ledger.visible_facts(Actor.system("assessment")).filter(
        pk__gt=snapshot.manifest["watermark"], occurred_on__range=(round_.from_on, round_.until_on)
    )
    return list(looked_at(round_, late, unit_id=objection.unit_id).order_by("pk")[:200])
