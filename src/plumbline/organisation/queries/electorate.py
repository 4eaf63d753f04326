"""Who is entitled to vote at a date: the rows behind the pure rule."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q

from plumbline.organisation.models import (
    ChangeKind,
    Exclusion,
    ExclusionReason,
    MemberStanding,
    Organisation,
    Unit,
    UnitChange,
)
from plumbline.organisation.rules.electorate import (
    Electorate,
    ExclusionRule,
    Leave,
    Standing,
    divide,
    merge_reasons,
)
from plumbline.organisation.rules.tree import subtree


def exclusion_reasons() -> tuple[ExclusionRule, ...]:
    """Return the reasons of this installation: the shipped list with its own changes; one SQL statement."""
    own = (
        ExclusionRule(row.code, row.name, row.needs_application, row.is_active) for row in ExclusionReason.objects.all()
    )
    return merge_reasons(own)


def units_below(unit: Unit, on: date) -> Q:
    """Return the condition on ``organisation_id`` for a unit's subtree as it stood on a day.

    The path tells the present tree; where something moved since, the tree of the day is built from the moves.
    """
    later = UnitChange.objects.filter(kind=ChangeKind.MOVED, happened_on__gt=on).order_by("-happened_on", "-id")
    moves = list(later.values_list("unit_id", "from_parent_id"))
    if not moves:
        return Q(organisation__path__startswith=unit.path)
    parents = dict(Unit.objects.values_list("pk", "parent_id"))
    parents |= dict(moves)  # the earliest move after the day comes last and so decides
    return Q(organisation_id__in=subtree(unit.pk, parents))


def entitled_on(organisation: Organisation, on: date) -> Electorate:
    """Return who counts for quorum and majority of an organisation, its sub-units included, on a day, and who does not.

    Correct for past days: standings, exclusions and the tree are taken as they were. At most six SQL statements,
    however many members. The caller checks ``organisation.read_electorate``.
    """
    later = MemberStanding.objects.filter(member=OuterRef("member"), starts_on__lte=on).filter(
        Q(starts_on__gt=OuterRef("starts_on")) | Q(starts_on=OuterRef("starts_on"), pk__gt=OuterRef("pk"))
    )
    rows = (
        MemberStanding.objects.filter(units_below(organisation, on), ~Exists(later), starts_on__lte=on)
        .exclude(status="left")
        .order_by("member__stroke_key", "member__number")
        .values_list("member_id", "member__pseudonym", "member__name", "member__number", "organisation_id", "status")
    )
    standings = [
        Standing(pk, str(pseudonym), name, number, unit_id, status)
        for pk, pseudonym, name, number, unit_id, status in rows
    ]
    return divide(organisation.pk, on, standings, _leaves({s.member_id for s in standings}, on), exclusion_reasons())


def _leaves(member_ids: Iterable[int], on: date) -> list[Leave]:
    rows = Exclusion.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on, member__in=member_ids)
    return [Leave(*row) for row in rows.values_list("member_id", "reason", "approval", "starts_on", "ends_on")]
