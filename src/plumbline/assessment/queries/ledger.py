"""What the assessment tells the ledger: where a fact counted, and which facts come too late."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.assessment import permissions
from plumbline.assessment.models import CountedFact, NodeScore, Round, RoundUnit
from plumbline.assessment.queries.rounds import published_run, rounds_with_results
from plumbline.assessment.queries.trees import scheme_of, title_of
from plumbline.assessment.rules.rounds import RoundState
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger


def fact_uses(actor: Actor, fact_id: int) -> list[ledger.FactUse]:
    """Return where a fact counted in the runs that the actor may know (``as_seen``); at most four SQL statements."""
    counted = list(CountedFact.objects.filter(fact_id=fact_id).values_list("run_id", "unit_id", "node").distinct())
    runs, unit_ids = {run_id for run_id, _unit, _node in counted}, {unit_id for _run, unit_id, _node in counted}
    rounds = rounds_with_results(actor).filter(snapshots__runs__in=runs).distinct()
    listed = rounds.select_related("committee", "scheme_version").annotate(published_run=published_run())
    by_run = {_known_run(actor, row): row for row in listed}
    if not by_run:
        return []
    units = RoundUnit.objects.filter(round__in=by_run.values(), unit_id__in=unit_ids).select_related("unit")
    paths = {(row.round_id, row.unit_id): row.unit.path for row in units}
    scores = NodeScore.objects.filter(run_id__in=list(by_run), unit_id__in=unit_ids)
    points = {(row.run_id, row.unit_id, row.node): row.applied for row in scores}
    return [
        _use(by_run[run_id], unit_id, node, points.get((run_id, unit_id, node)))
        for run_id, unit_id, node in sorted(counted)
        if run_id in by_run and _may_know(actor, by_run[run_id], paths.get((by_run[run_id].pk, unit_id)))
    ]


def _known_run(actor: Actor, round_: Any) -> int:
    whole = permissions.can_read_whole(actor, round_.committee.path)
    return int((round_.run_id if whole else round_.published_run) or 0)


def _may_know(actor: Actor, round_: Round, path: str | None) -> bool:
    """True where the actor may read the unit's explanation; a unit taken out of a round opened again has no path in it."""
    return path is not None and permissions.can_read_unit(actor, round_, path)


def _use(round_: Round, unit_id: int, node: str, points: int | None) -> ledger.FactUse:
    return ledger.FactUse(
        title=f"{round_.title} · {node} {title_of(round_.scheme_version, node)}",
        url=f"/rounds/{round_.pk}/units/{unit_id}/#node-{node}",
        points_micro=points,
        note=_("points of the whole indicator"),
    )


def late_warnings(keys: Collection[ledger.LockKey]) -> Mapping[ledger.LockKey, str]:
    """Warn about facts that fall into the period of a round that is frozen already; one SQL statement."""
    if not keys:
        return {}
    by_unit: dict[int, list[Round]] = {}
    for row in _frozen(keys).select_related("round__snapshot", "round__scheme_version"):
        by_unit.setdefault(row.unit_id, []).append(row.round)
        if row.home_id is not None and row.round not in by_unit.get(row.home_id, ()):
            by_unit.setdefault(row.home_id, []).append(row.round)
    found = {}
    for key in keys:
        hit = [round_ for round_ in by_unit.get(key.unit_id, ()) if _counts(round_, key)]
        if hit:
            found[key] = " ".join(_warning(round_) for round_ in hit)
    return found


def _frozen(keys: Collection[ledger.LockKey]) -> QuerySet[RoundUnit, Any]:
    """The units of frozen rounds that such facts are about, and the leaders of those units (``home_id``)."""
    days, units = [key.occurred_on for key in keys], {key.unit_id for key in keys}
    home = "unit__as_term__appointment__post__unit_id"
    led = Q(round__home_kinds__overlap=sorted({key.kind for key in keys}), **{f"{home}__in": units})
    rows = RoundUnit.objects.filter(
        Q(unit_id__in=units) | led, round__from_on__lte=max(days), round__until_on__gte=min(days)
    )
    return rows.exclude(round__state__in=[RoundState.DRAFT.value, RoundState.OPEN.value]).annotate(home_id=F(home))


def _counts(round_: Round, key: ledger.LockKey) -> bool:
    """True where the round would have looked at such a fact."""
    in_period = round_.from_on <= key.occurred_on <= round_.until_on
    return in_period and key.kind in scheme_of(round_.scheme_version).kinds_used()


def _warning(round_: Round) -> str:
    at = round_.snapshot.as_of if round_.snapshot else round_.created_at
    return _("The round “{title}” was frozen on {at}: this fact is kept, but it will not count in it.").format(
        title=round_.title, at=date_format(localtime(at), "DATETIME_FORMAT", use_l10n=bool(get_language()))
    )
