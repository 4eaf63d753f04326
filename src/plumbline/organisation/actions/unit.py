"""Organisations and departments are founded, changed, moved and closed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor
from plumbline.organisation.actions.bookkeeping import fill_sort_keys, index_below, index_units, lock_tree, move_paths
from plumbline.organisation.actions.bookkeeping import values_of as _values
from plumbline.organisation.models import (
    Appointment,
    ChangeKind,
    Department,
    Organisation,
    RoleGrant,
    Unit,
    UnitCategory,
    UnitChange,
)
from plumbline.organisation.permissions import check
from plumbline.organisation.queries.units import standing_below
from plumbline.organisation.rules import tree
from plumbline.organisation.rules.problems import Refused

UNIT_FIELDS = ("code", "name", "short_name", "founded_on")
ORGANISATION_FIELDS = (
    *UNIT_FIELDS, "kind", "department", "is_joint", "joint_departments", "is_scattered", "size_approval", "term_years",
)  # fmt: skip
DEPARTMENT_FIELDS = (*UNIT_FIELDS, "klass")


@transaction.atomic
def found_organisation(
    *,
    by: Actor,
    at: datetime,
    code: str,
    name: str,
    kind: str,
    parent: Organisation | None = None,
    joint_departments: Sequence[Department] = (),
    **details: Any,
) -> Organisation:
    """Found an organisation under ``parent`` (None: at the top) and return it.

    ``details`` are further fields of ORGANISATION_FIELDS. Raises NotPermitted unless the actor administers the parent,
    Refused where the tree's rules or a duplicate code forbid it.
    """
    lock_tree()
    parent = Organisation.objects.get(pk=parent.pk) if parent else None
    check(by, "organisation.found_organisation", parent)
    _refuse_unknown(details, ORGANISATION_FIELDS)
    tree.check_place(kind, parent.kind if parent else None)
    _check_parent(parent, at)
    row = Organisation(kind=kind, category=UnitCategory.ORGANISATION, **details)
    _found(row, code=code, name=name, parent=parent, at=at)
    row.joint_departments.set(joint_departments)
    audit.record(
        by=by,
        at=at,
        action="organisation.found_organisation",
        subject=f"unit:{row.pk}",
        new={**_values(row, ORGANISATION_FIELDS), "parent": f"unit:{parent.pk}" if parent else None},
    )
    return row


@transaction.atomic
def found_department(
    *, by: Actor, at: datetime, code: str, name: str, parent: Organisation, klass: str = "", **details: Any
) -> Department:
    """Found a department whose assessment ``parent`` leads, and return it. Raises like ``found_organisation``."""
    lock_tree()
    parent = Organisation.objects.get(pk=parent.pk)
    check(by, "organisation.found_department", parent)
    _refuse_unknown(details, DEPARTMENT_FIELDS)
    tree.check_leads_department(parent.kind)
    _check_parent(parent, at)
    row = Department(klass=klass.strip(), category=UnitCategory.DEPARTMENT, **details)
    _found(row, code=code, name=name, parent=parent, at=at)
    new = {**_values(row, DEPARTMENT_FIELDS), "parent": f"unit:{parent.pk}"}
    audit.record(by=by, at=at, action="organisation.found_department", subject=f"unit:{row.pk}", new=new)
    return row


def _refuse_unknown(details: Mapping[str, Any], known: Sequence[str]) -> None:
    unknown = sorted(set(details) - set(known))
    if unknown:
        raise TypeError(f"no such field of a unit: {', '.join(unknown)}")


def _check_parent(parent: Unit | None, at: datetime) -> None:
    if parent:
        tree.check_open(parent.closed_on, name=parent.name, on=clock.day_of(at), field="parent")


def _check_code_free(code: str, *, but: int = 0) -> None:
    rival = Unit.assessable.filter(code=code).exclude(pk=but).first()
    if rival:
        raise Refused(
            _("The code “{code}” already belongs to “{name}”: choose another one.").format(code=code, name=rival.name),
            "code",
        )


def _found(row: Organisation | Department, *, code: str, name: str, parent: Unit | None, at: datetime) -> None:
    row.code, row.name, row.parent = tree.check_code(code), tree.check_name(name), parent
    tree.check_days(row.founded_on, None, today=clock.day_of(at))
    _check_code_free(row.code)
    fill_sort_keys(row)
    row.save(force_insert=True)
    row.path = f"{parent.path if parent else '/'}{row.pk}/"
    Unit.objects.filter(pk=row.pk).update(path=row.path)
    index_units([row], at=at)


@transaction.atomic
def change_unit(
    *, by: Actor, at: datetime, unit: Organisation | Department, changes: Mapping[str, Any], reason: str = ""
) -> None:
    """Change fields of a unit (ORGANISATION_FIELDS or DEPARTMENT_FIELDS); only real differences are kept and audited.

    Raises NotPermitted, and Refused where a rule forbids the new value.
    """
    check(by, "organisation.change_unit", unit)
    lock_tree()
    fields = ORGANISATION_FIELDS if isinstance(unit, Organisation) else DEPARTMENT_FIELDS
    _refuse_unknown(changes, fields)
    row = type(unit).objects.select_for_update(of=("self",)).get(pk=unit.pk)
    old = _values(row, changes)
    _apply(row, changes, at)
    new = _values(row, changes)
    if old == new:
        return
    changed = [name for name in changes if old[name] != new[name]]
    audit.record(
        by=by,
        at=at,
        action="organisation.change_unit",
        subject=f"unit:{row.pk}",
        old={name: old[name] for name in changed},
        new={name: new[name] for name in changed},
        reason=reason,
    )
    if {"code", "name", "short_name"} & set(changed):
        index_below(row.path, at=at) if "name" in changed else index_units([row], at=at)
    unit.refresh_from_db()


def _apply(row: Organisation | Department, changes: Mapping[str, Any], at: datetime) -> None:
    """Check and save the new values of a unit."""
    for name, value in changes.items():
        if name != "joint_departments":
            setattr(row, name, value)
    row.code, row.name = tree.check_code(row.code), tree.check_name(row.name)
    tree.check_days(row.founded_on, row.closed_on, today=clock.day_of(at))
    _check_code_free(row.code, but=row.pk)
    if isinstance(row, Organisation) and "kind" in changes:
        _check_kind(row)
    fill_sort_keys(row)
    row.save()
    if isinstance(row, Organisation) and "joint_departments" in changes:
        row.joint_departments.set(changes["joint_departments"])


def _check_kind(row: Organisation) -> None:
    """Refuse a new kind that does not fit the organisation above or those below."""
    parent = Organisation.objects.filter(pk=row.parent_id).first() if row.parent_id else None
    tree.check_place(row.kind, parent.kind if parent else None)
    for kind in Organisation.objects.filter(parent_id=row.pk, closed_on=None).values_list("kind", flat=True).distinct():
        tree.check_place(kind, row.kind)
    if Department.objects.filter(parent_id=row.pk, closed_on=None).exists():
        tree.check_leads_department(row.kind)


def check_can_move(unit: Unit, parent: Organisation, *, on: date, at: datetime) -> None:
    """Refuse a move that the tree's rules forbid."""
    tree.check_not_future(on, today=clock.day_of(at))
    tree.check_open(unit.closed_on, name=unit.name, on=on)
    tree.check_open(parent.closed_on, name=parent.name, on=on, field="parent")
    tree.check_move(unit.path, parent.path, name=unit.name, parent_name=parent.name)
    if unit.parent_id == parent.pk:
        raise Refused(_("“{name}” already stands there.").format(name=unit.name), "parent")
    if unit.category == UnitCategory.DEPARTMENT:
        tree.check_leads_department(parent.kind)
    else:
        tree.check_place(Organisation.objects.get(pk=unit.pk).kind, parent.kind)


@transaction.atomic
def move_unit(*, by: Actor, at: datetime, unit: Unit, parent: Organisation, on: date, reason: str) -> None:
    """Put a unit, with everything below it, under another organisation from ``on`` (not in the future).

    Raises NotPermitted unless the actor administers both the unit's present place and the new one, Refused by the rules.
    """
    check(by, "organisation.move_unit", unit)
    check(by, "organisation.move_unit", parent)
    lock_tree()
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    parent = Organisation.objects.get(pk=parent.pk)
    check_can_move(unit, parent, on=on, at=at)
    old_parent, old_path = unit.parent_id, unit.path
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    move_paths(old_path, f"{parent.path}{unit.pk}/")
    UnitChange.objects.create(
        kind=ChangeKind.MOVED, unit=unit, from_parent_id=old_parent, to_parent=parent, happened_on=on, reason=reason,
        recorded_by=by.pseudonym, recorded_at=at,
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="organisation.move_unit", subject=f"unit:{unit.pk}", reason=reason,
        old={"parent": f"unit:{old_parent}"}, new={"parent": f"unit:{parent.pk}", "on": on.isoformat()},
    )  # fmt: skip
    index_below(f"{parent.path}{unit.pk}/", at=at)


@transaction.atomic
def close_unit(*, by: Actor, at: datetime, unit: Unit, on: date, reason: str) -> None:
    """Close an empty unit: ``on`` is the first day that it no longer stands. Terms and roles on it end that day.

    Raises NotPermitted, and Refused where it still leads units or has members (``merge_organisations`` moves them).
    """
    check(by, "organisation.close_unit", unit)
    lock_tree()
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    check_can_close(unit, on=on, at=at)
    shut(unit, by=by, at=at, on=on, kind=ChangeKind.CLOSED, successors=(None,), reason=reason)


def check_can_close(unit: Unit, *, on: date, at: datetime) -> None:
    """Refuse to close a unit that is not empty, is closed already, or on a day that cannot be."""
    tree.check_not_future(on, today=clock.day_of(at))
    tree.check_open(unit.closed_on, name=unit.name, on=on)
    tree.check_days(unit.founded_on, on, today=clock.day_of(at))
    counts = standing_below(unit)
    tree.check_empty(unit.name, units=counts.units, members=counts.members, organisations=counts.organisations)


def shut(
    unit: Unit, *, by: Actor, at: datetime, on: date, kind: str, successors: Sequence[Unit | None], reason: str
) -> None:
    """Close a unit, end what hung on it, and write down who succeeds it. The caller has checked that this may be."""
    Unit.objects.filter(pk=unit.pk).update(closed_on=on)
    unit.closed_on = on
    _end_what_hangs_on(unit, on)
    write_succession(unit, successors, kind=kind, by=by, at=at, on=on, reason=reason)
    index_units([unit], at=at)
    new = {
        "closed_on": on.isoformat(),
        "how": str(kind),
        "successors": [f"unit:{successor.pk}" for successor in successors if successor],
    }
    audit.record(
        by=by, at=at, action="organisation.close_unit", subject=f"unit:{unit.pk}", reason=reason,
        old={"closed_on": None}, new=new,
    )  # fmt: skip


def _end_what_hangs_on(unit: Unit, on: date) -> None:
    """End terms and roles on a unit; those that were to begin later never do."""
    running = Appointment.objects.filter(post__unit=unit).exclude(ends_on__lte=on)
    running.filter(starts_on__gte=on).delete()
    running.update(ends_on=on, end_reason=_("The unit was closed.")[:200])
    grants = RoleGrant.objects.filter(unit=unit).exclude(ends_on__lte=on)
    grants.filter(starts_on__gte=on).delete()
    grants.update(ends_on=on)


def write_succession(
    unit: Unit, successors: Sequence[Unit | None], *, kind: str, by: Actor, at: datetime, on: date, reason: str
) -> None:
    """Write down in which units a unit goes on; None where in none."""
    UnitChange.objects.bulk_create(
        [
            UnitChange(
                kind=kind, unit=unit, successor=successor, happened_on=on, reason=reason, recorded_by=by.pseudonym,
                recorded_at=at,
            )
            for successor in successors
        ]
    )  # fmt: skip
