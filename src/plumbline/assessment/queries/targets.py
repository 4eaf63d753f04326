"""Targets as people read them: with what they were taken from, in words; and as letters of responsibility take them up."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from plumbline.assessment import permissions
from plumbline.assessment.models import CompositeScore, Notice, Round, RoundUnit, Target
from plumbline.assessment.permissions import UNIT_READERS
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.queries.trees import tree_of
from plumbline.assessment.rules.explain import points
from plumbline.assessment.rules.targets import Aim
from plumbline.kernel.actor import Actor, NotPermitted

PAGE = 100


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with the title of its indicator and why it was suggested, in words."""

    target: Target
    title: str
    why: str

    @property
    def own(self) -> int | None:
        """What the unit reached, in micro-points; None where nothing was reported."""
        found: int | None = self.target.basis["own"]
        return found

    @property
    def maximum(self) -> int:
        """The most that can be had, in micro-points."""
        return int(self.target.basis["maximum"])

    @property
    def is_changed(self) -> bool:
        """True where an officer put another value in the place of the suggestion."""
        return self.target.value != self.target.suggested


@dataclass(frozen=True, slots=True)
class UnitTargets:
    """A unit in the list: its targets counted, changed and accepted, and sums in micro-points."""

    unit_id: int
    name: str
    klass: str
    targets: int
    changed: int
    accepted: int


@dataclass(frozen=True, slots=True)
class TargetPage:
    """The targets of a round by unit."""

    round: Round
    may_run: bool
    page: Page[Any]
    targets: int
    accepted: int


@dataclass(frozen=True, slots=True)
class UnitTargetPage:
    """The targets of one unit. Those of its people who do not read the round see accepted ones only."""

    round: Round
    unit: RoundUnit
    may_run: bool
    rows: tuple[TargetRow, ...]

    @property
    def waiting(self) -> int:
        """How many are not accepted yet."""
        return sum(row.target.accepted_at is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class AcceptedTarget:
    """A target that an officer accepted, for whoever makes a letter of it: points are micro-points."""

    unit_id: int
    scheme: str
    node: str
    title: str
    value: int
    maximum: int
    reached: int | None
    round_id: int
    accepted_at: datetime


def target_page(actor: Actor, round_id: int, *, page: int = 1) -> TargetPage:
    """Return the units of a round with their targets counted; at most seven SQL statements. Raises NotPermitted."""
    round_ = _round(round_id)
    permissions.check_read_whole(actor, round_.committee.path, f"round:{round_id}")
    rows = Target.objects.filter(round=round_)
    changed = Count("pk", filter=~Q(value=F("suggested")))
    by_unit = (
        rows.order_by()
        .values("unit_id", "unit__name", "unit__code")
        .annotate(targets=Count("pk"), changed=changed, accepted=Count("accepted_at"))
        .order_by("unit__code")
    )
    found: Page[Any] = Paginator(by_unit, PAGE).get_page(page)
    classes = dict(CompositeScore.objects.filter(run_id=round_.run_id or 0).values_list("unit_id", "klass"))
    found.object_list = [
        UnitTargets(
            row["unit_id"], row["unit__name"], classes.get(row["unit_id"], ""), row["targets"], row["changed"],
            row["accepted"],
        )
        for row in found.object_list
    ]  # fmt: skip
    return TargetPage(
        round=round_, may_run=permissions.can_run_rounds(actor, round_.committee.path), page=found,
        targets=rows.count(), accepted=rows.filter(accepted_at__isnull=False).count(),
    )  # fmt: skip


def unit_targets(actor: Actor, round_id: int, unit_id: int) -> UnitTargetPage:
    """Return the targets of one unit; four SQL statements. Raises NotPermitted, also where there is no such unit."""
    round_ = _round(round_id)
    unit = RoundUnit.objects.select_related("unit").filter(round=round_, unit_id=unit_id).first()
    whole = permissions.can_read_whole(actor, round_.committee.path)
    own = not whole and unit is not None and actor.holds(unit.unit.path, *UNIT_READERS)
    if unit is None or not (whole or (own and Notice.objects.filter(round=round_).exists())):
        raise NotPermitted("assessment.read_targets", f"round:{round_id}/unit:{unit_id}")
    rows = Target.objects.filter(round=round_, unit_id=unit_id)
    if not whole:
        rows = rows.filter(accepted_at__isnull=False)
    return UnitTargetPage(
        round_, unit, permissions.can_run_rounds(actor, round_.committee.path), _rows(round_, rows.order_by("pk"))
    )


def target_for(actor: Actor, target_id: int) -> tuple[TargetRow, Round]:
    """Return one target of a round that the actor runs, for the form that changes it; two SQL statements.

    Raises NotPermitted, also where there is none.
    """
    rows = Target.objects.select_related("unit", "round__committee", "round__scheme_version")
    found = rows.filter(pk=target_id).first()
    if found is None:
        raise NotPermitted("assessment.set_target", f"target:{target_id}")
    permissions.check_run_rounds(actor, found.round.committee.path, f"target:{target_id}")
    return _rows(found.round, [found])[0], found.round


def target_rows(actor: Actor, round_id: int) -> tuple[Round, tuple[TargetRow, ...]]:
    """Return all targets of a round for a file; three SQL statements. Raises NotPermitted for who reads only a part."""
    round_ = _round(round_id)
    permissions.check_read_whole(actor, round_.committee.path, f"round:{round_id}")
    rows = Target.objects.filter(round=round_).select_related("unit").order_by("unit__code", "pk")
    return round_, _rows(round_, rows)


def accepted_targets(unit_ids: Collection[int], *, round_id: int | None = None) -> tuple[AcceptedTarget, ...]:
    """Return the accepted targets of units, of one round or of all, for letters of responsibility; two SQL statements.

    Whoever asks has checked that the actor may read the units.
    """
    rows = Target.objects.filter(unit_id__in=set(unit_ids), accepted_at__isnull=False)
    if round_id is not None:
        rows = rows.filter(round_id=round_id)
    listed = rows.select_related("round__scheme_version__scheme").order_by("unit_id", "round_id", "pk")
    return tuple(_accepted(one) for one in listed)


def _accepted(one: Target) -> AcceptedTarget:
    version = one.round.scheme_version
    titles = {text.code: text.title for text in tree_of(version)}
    return AcceptedTarget(
        one.unit_id, version.scheme.code, one.node, titles.get(one.node, one.node), one.value,
        int(one.basis["maximum"]), one.basis["own"], one.round_id, cast(datetime, one.accepted_at),
    )  # fmt: skip


def _round(round_id: int) -> Round:
    found = Round.objects.select_related("committee", "scheme_version").filter(pk=round_id).first()
    if found is None:
        raise NotPermitted("assessment.read_targets", f"round:{round_id}")
    return found


def _rows(round_: Round, rows: Iterable[Target]) -> tuple[TargetRow, ...]:
    titles = {text.code: text.title for text in tree_of(round_.scheme_version)}
    return tuple(TargetRow(one, f"{one.node} {titles.get(one.node, '')}".strip(), why(one.basis)) for one in rows)


def why(basis: Mapping[str, Any]) -> str:
    """Return why a target was suggested, in the language of the moment."""
    told = {
        Aim.MEDIAN: _("towards the median of the class, {median}"),
        Aim.UPPER: _("towards the upper quartile of the class, {upper}"),
        Aim.BEST: _("towards the best of the class, {best}"),
        Aim.KEEP: _("the best of the class: keep it"),
        Aim.TREND: _("by the own trend, which leads to {trend}"),
        Aim.NEWCOMER: _("nothing was reported: the median of the class, {median}"),
    }[Aim(basis["aim"])]
    numbers = {name: points(basis[name] or 0) for name in ("median", "upper", "best", "trend")}
    said = told.format(**numbers)
    return _("{why}; no more than a fifth of the points at once").format(why=said) if basis["bounded"] else said


def sees_targets(actor: Actor, round_: Round) -> tuple[RoundUnit, ...]:
    """Return the actor's own units that have accepted targets in a round; two SQL statements."""
    own = under("unit__path", actor.paths_for(*UNIT_READERS))
    known = Exists(Notice.objects.filter(round=OuterRef("round_id")))  # a target tells what was reached
    units = Target.objects.filter(own, known, round=round_, accepted_at__isnull=False).values("unit_id")
    return tuple(RoundUnit.objects.filter(round=round_, unit_id__in=units).select_related("unit")[:50])
