"""What waits for those who verify and review: scores nobody has chosen yet, scores nobody has looked at again."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.assessment import permissions
from plumbline.assessment.models import Inapplicable, Phase, Round, RoundUnit
from plumbline.assessment.queries.conflicts import tied_units
from plumbline.assessment.queries.judged import judged_nodes
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.rules import phases as rule
from plumbline.assessment.rules.phases import Leave, PhaseDates, PhaseKind
from plumbline.assessment.rules.rounds import RoundState
from plumbline.assessment.rules.scheme.judgements import JUDGED
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.todo import Todo
from plumbline.ledger import api as ledger

MOST = 10
"""How many open rounds are looked at for one desk."""


def judging_todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return what the actor may verify or review today, a line for each round; two SQL statements and three a round.

    Units to which something ties the actor are left out; five SQL statements more.
    """
    paths = actor.paths_for("assessor", "administrator")
    if not paths:
        return []
    rows = Round.objects.filter(under("committee__path", paths), state=RoundState.OPEN.value)
    rounds = list(rows.select_related("committee", "scheme_version__scheme")[:MOST])
    phases: dict[int, list[PhaseDates]] = {}
    for row in Phase.objects.filter(round__in=rounds):
        phases.setdefault(row.round_id, []).append(
            PhaseDates(PhaseKind(row.kind), row.from_on, row.until_on, row.title)
        )
    today = clock.day_of(at)
    tied = tied_units(actor, today) if rounds else frozenset()
    return [todo for round_ in rounds for todo in _of_round(actor, round_, phases.get(round_.pk, []), today, tied)]


def _of_round(
    actor: Actor, round_: Round, dates: list[PhaseDates], today: date, tied: frozenset[int]
) -> Iterable[Todo]:
    now = {
        kind for kind in (PhaseKind.VERIFICATION, PhaseKind.REVIEW)
        if rule.may_do(kind, RoundState.OPEN, dates, today) is Leave.YES
    }  # fmt: skip
    nodes = judged_nodes(round_.scheme_version)
    if not now or not nodes:
        return
    units = dict(RoundUnit.objects.filter(round=round_).exclude(unit_id__in=tied).values_list("unit_id", "unit__path"))
    facts = _current(round_, units, nodes)
    committee = round_.committee.path
    if PhaseKind.VERIFICATION in now:
        mine = {unit for unit, path in units.items() if permissions.can_verify(actor, committee, path)}
        exempt = Inapplicable.objects.filter(round=round_, node__in=nodes).values_list("unit_id", "node")
        done = {(fact.unit_id, fact.attributes["node"]) for fact in facts} | set(exempt)
        missing = sum((unit, node) not in done for unit in mine for node in nodes)
        yield from _todo(round_, PhaseKind.VERIFICATION, dates, missing)
    if PhaseKind.REVIEW in now:
        mine = {unit for unit, path in units.items() if permissions.can_review(actor, committee, path)}
        fresh = [one for one in facts if one.unit_id in mine and one.attributes["stage"] == "verified"]
        yield from _todo(round_, PhaseKind.REVIEW, dates, sum(one.recorded_by != actor.pseudonym for one in fresh))


def _current(round_: Round, units: Collection[int], nodes: Collection[str]) -> list[ledger.Fact]:
    rows = ledger.current_facts(None, from_=round_.from_on, until=round_.until_on, kinds=[JUDGED])
    code = round_.scheme_version.scheme.code
    return list(rows.filter(unit_id__in=units, attributes__scheme=code, attributes__node__in=list(nodes)))


def _todo(round_: Round, kind: PhaseKind, dates: Collection[PhaseDates], count: int) -> Iterable[Todo]:
    if not count:
        return
    if kind is PhaseKind.VERIFICATION:
        told = ngettext("Verify {count} score of “{title}”", "Verify {count} scores of “{title}”", count)
        short = _("verification")
    else:
        told = ngettext(
            "Review {count} verified score of “{title}”", "Review {count} verified scores of “{title}”", count
        )
        short = _("review")
    phase = rule.phase_of(dates, kind)
    due = phase.until_on if phase else None
    yield Todo(told.format(count=count, title=round_.title), f"/rounds/{round_.pk}/reports/", due, short)
