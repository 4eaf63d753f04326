"""Mergers and splits: members and sub-units move, successors are written down, facts stay with the old unit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.organisation.actions.bookkeeping import Held, continue_standings, index_below, index_members, lock_tree
from plumbline.organisation.actions.bookkeeping import move_paths as _move_paths
from plumbline.organisation.actions.unit import found_organisation, shut, write_succession
from plumbline.organisation.models import (
    ChangeKind,
    Member,
    MemberStanding,
    Organisation,
    StandingCause,
    Unit,
    UnitCategory,
    UnitChange,
)
from plumbline.organisation.permissions import check
from plumbline.organisation.rules import tree
from plumbline.organisation.rules.problems import Refused
from plumbline.organisation.rules.standings import check_after


@dataclass(frozen=True, slots=True)
class SplitPart:
    """A new organisation of a split: its code and name, and the members and sub-units that go to it."""

    code: str
    name: str
    member_ids: frozenset[int]
    unit_ids: frozenset[int] = field(default_factory=frozenset)


def check_can_merge(sources: Sequence[Organisation], into: Organisation, *, on: date, at: datetime) -> None:
    """Refuse a merger that the tree's rules or the history of a member forbid. SQL grows with the sources, not members."""
    tree.check_not_future(on, today=clock.day_of(at))
    tree.check_open(into.closed_on, name=into.name, on=on, field="into")
    if not sources:
        raise Refused(_("Choose at least one organisation to merge."), "sources")
    for source in sources:
        tree.check_open(source.closed_on, name=source.name, on=on, field="sources")
        tree.check_days(source.founded_on, on, today=clock.day_of(at))
        if source.pk == into.pk or into.path.startswith(source.path):
            raise Refused(
                _("“{name}” cannot be merged into itself or into a unit that it leads.").format(name=source.name),
                "into",
            )
        for kind in Organisation.objects.filter(parent_id=source.pk, closed_on=None).values_list("kind", flat=True):
            tree.check_place(kind, into.kind)
        if Unit.objects.filter(parent_id=source.pk, closed_on=None, category=UnitCategory.DEPARTMENT).exists():
            tree.check_leads_department(into.kind)
        _check_history(Member.objects.filter(organisation=source).values_list("pk", flat=True), on, at)


def _check_history(member_ids: Iterable[int], on: date, at: datetime) -> None:
    newest = (
        MemberStanding.objects.filter(member__in=member_ids, starts_on__gt=on)
        .order_by("-starts_on")
        .values_list("starts_on", "member__name")
        .first()
    )
    if newest:
        check_after(on, newest[0], today=clock.day_of(at), name=newest[1])


@transaction.atomic
def merge_organisations(
    *, by: Actor, at: datetime, sources: Sequence[Organisation], into: Organisation, on: date, reason: str
) -> None:
    """Merge ``sources`` into a standing organisation: their members and sub-units go there, they close on ``on``.

    Raises NotPermitted unless the actor administers all of them, Refused where a rule forbids it; all or nothing.
    """
    for unit in (*sources, into):
        check(by, "organisation.merge_organisations", unit)
    lock_tree()
    into = Organisation.objects.get(pk=into.pk)
    rows = list(Organisation.objects.filter(pk__in=[source.pk for source in sources]).order_by("pk"))
    check_can_merge(rows, into, on=on, at=at)
    for source in rows:
        members = list(Member.objects.filter(organisation=source).exclude(status="left").select_for_update())
        _carry(members, into, by=by, at=at, on=on, reason=reason)
        below = list(Unit.objects.filter(parent_id=source.pk, closed_on=None))
        _adopt(below, into, by=by, at=at, on=on, reason=reason)
        shut(source, by=by, at=at, on=on, kind=ChangeKind.MERGED, successors=(into,), reason=reason)
    audit.record(
        by=by,
        at=at,
        action="organisation.merge_organisations",
        subject=f"unit:{into.pk}",
        new={"sources": [f"unit:{source.pk}" for source in rows], "on": on.isoformat()},
        reason=reason,
    )
    index_below(into.path, at=at)


def _carry(members: Sequence[Member], to: Organisation, *, by: Actor, at: datetime, on: date, reason: str) -> None:
    """Move members to an organisation with a standing for each."""
    before = {member.pk: Held(member.organisation_id, member.status) for member in members}
    for member in members:
        member.organisation = to
    Member.objects.filter(pk__in=list(before)).update(organisation=to)
    continue_standings(members, before, by=by, at=at, since=on, cause=StandingCause.MERGED, reason=reason)
    index_members(members, at=at)


def _adopt(units: Sequence[Unit], to: Organisation, *, by: Actor, at: datetime, on: date, reason: str) -> None:
    """Put units under another organisation, with a line of history for each."""
    for unit in units:
        old_path, old_parent = unit.path, unit.parent_id
        Unit.objects.filter(pk=unit.pk).update(parent=to)
        _move_paths(old_path, f"{to.path}{unit.pk}/")
        UnitChange.objects.create(
            kind=ChangeKind.MOVED,
            unit=unit,
            from_parent_id=old_parent,
            to_parent=to,
            happened_on=on,
            reason=reason,
            recorded_by=by.pseudonym,
            recorded_at=at,
        )


def check_can_split(
    source: Organisation, parts: Sequence[SplitPart], *, on: date, close_source: bool, at: datetime
) -> None:
    """Refuse a split that leaves somebody behind in a closed unit, or names somebody twice or from elsewhere."""
    tree.check_not_future(on, today=clock.day_of(at))
    tree.check_open(source.closed_on, name=source.name, on=on)
    if len(parts) < (2 if close_source else 1):
        raise Refused(_("Name the new organisations: two or more where the old one is closed."), "parts")
    members = set(Member.objects.filter(organisation=source).exclude(status="left").values_list("pk", flat=True))
    units = set(Unit.objects.filter(parent_id=source.pk, closed_on=None).values_list("pk", flat=True))
    for ids, here in (([part.member_ids for part in parts], members), ([part.unit_ids for part in parts], units)):
        chosen = frozenset().union(*ids)
        if sum(map(len, ids)) != len(chosen):
            raise Refused(_("Somebody or something was put into two of the new organisations."), "parts")
        if chosen - here:
            raise Refused(_("Only members and units of the organisation itself can go to the new ones."), "parts")
        if close_source and here - chosen:
            raise Refused(
                _("{count} members or units were given to none of the new organisations, but the old one shall close.")
                .format(count=len(here - chosen)),
                "parts",
            )  # fmt: skip
    _check_history(frozenset().union(*(part.member_ids for part in parts)), on, at)


@transaction.atomic
def split_organisation(
    *,
    by: Actor,
    at: datetime,
    source: Organisation,
    parts: Sequence[SplitPart],
    on: date,
    reason: str,
    close_source: bool = False,
) -> tuple[Organisation, ...]:
    """Split an organisation: the parts are founded beside it with their members and sub-units; returns them.

    With ``close_source`` the old one closes and nobody may be left in it. Raises NotPermitted, Refused; all or nothing.
    """
    check(by, "organisation.split_organisation", source)
    lock_tree()
    source = Organisation.objects.select_related("department").get(pk=source.pk)
    parent = Organisation.objects.get(pk=source.parent_id) if source.parent_id else None
    check(by, "organisation.split_organisation", parent)
    check_can_split(source, parts, on=on, close_source=close_source, at=at)
    made = tuple(_found_part(part, source, parent, by=by, at=at, on=on, reason=reason) for part in parts)
    if close_source:
        shut(source, by=by, at=at, on=on, kind=ChangeKind.SPLIT, successors=made, reason=reason)
    else:
        write_succession(source, made, kind=ChangeKind.SPLIT, by=by, at=at, on=on, reason=reason)
    new = {"parts": [f"unit:{row.pk}" for row in made], "on": on.isoformat(), "closed": close_source}
    action = "organisation.split_organisation"
    audit.record(by=by, at=at, action=action, subject=f"unit:{source.pk}", new=new, reason=reason)
    return made


def _found_part(
    part: SplitPart,
    source: Organisation,
    parent: Organisation | None,
    *,
    by: Actor,
    at: datetime,
    on: date,
    reason: str,
) -> Organisation:
    row = found_organisation(
        by=by,
        at=at,
        code=part.code,
        name=part.name,
        kind=source.kind,
        parent=parent,
        founded_on=on,
        department=source.department,
        term_years=source.term_years,
    )
    members = list(Member.objects.filter(pk__in=part.member_ids).select_for_update())
    _carry(members, row, by=by, at=at, on=on, reason=reason)
    _adopt(list(Unit.objects.filter(pk__in=part.unit_ids)), row, by=by, at=at, on=on, reason=reason)
    index_below(row.path, at=at)
    return row
