"""Roles are granted on a unit and revoked; the account is told."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, messages
from plumbline.kernel.actor import Actor
from plumbline.organisation.models import Role, RoleGrant, Unit
from plumbline.organisation.permissions import check
from plumbline.organisation.rules import tree
from plumbline.organisation.rules.problems import Refused


@transaction.atomic
def grant_role(
    *,
    by: Actor,
    at: datetime,
    user: Any,
    role: str,
    unit: Unit,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """Grant a role on a unit, reaching down its tree, and return the grant; an older grant of the same is renewed.

    Nobody can grant beyond their own reach. Raises NotPermitted, Refused.
    """
    check(by, "organisation.grant_role", unit)
    day = clock.day_of(at)
    if role not in Role.values:
        raise Refused(_("There is no role called “{role}”.").format(role=role), "role")
    tree.check_open(unit.closed_on, name=unit.name, on=day, field="unit")
    first = starts_on or day
    if ends_on and ends_on <= first:
        raise Refused(_("The last day must come after the first."), "ends_on")
    row = RoleGrant.objects.select_for_update().filter(user=user, role=role, unit_id=unit.pk).first()
    if row and _runs(row, first):
        raise Refused(_("This account already has this role here."), "role")
    if row is None:
        row = RoleGrant(user=user, role=role, unit_id=unit.pk)
    row.starts_on, row.ends_on = first, ends_on
    row.save()
    audit.record(by=by, at=at, action="organisation.grant_role", subject=f"unit:{unit.pk}", new=_described(row, user))
    name = Role(role).label
    _tell(user, unit, at, _("You were given the role “{role}” on {unit}.").format(role=name, unit=unit.name))
    return row


def _runs(row: RoleGrant, on: date) -> bool:
    return row.ends_on is None or row.ends_on > on


def _described(row: RoleGrant, user: Any) -> dict[str, Any]:
    return {
        "role": row.role,
        "user": f"user:{user.pseudonym}",
        "starts_on": row.starts_on.isoformat() if row.starts_on else None,
        "ends_on": row.ends_on.isoformat() if row.ends_on else None,
    }


def _tell(user: Any, unit: Unit, at: datetime, subject: str) -> None:
    link = reverse("organisation:unit", args=[unit.pk])
    messages.send(to=[user.pk], subject=subject, body="", link=link, at=at)


@transaction.atomic
def revoke_role(*, by: Actor, at: datetime, grant: RoleGrant, reason: str = "") -> None:
    """Revoke a role from today on.

    Raises NotPermitted; Refused for the last administrator of the top of a tree, who would leave nobody to mend it.
    """
    check(by, "organisation.revoke_role", grant.unit)
    day = clock.day_of(at)
    row = RoleGrant.objects.select_for_update(of=("self",)).select_related("user", "unit").get(pk=grant.pk)
    if not _runs(row, day):
        raise Refused(_("This role has already ended."))
    if row.role == Role.ADMINISTRATOR and row.unit.parent_id is None and not by.is_superuser:
        others = RoleGrant.objects.filter(role=row.role, unit_id=row.unit_id, user__is_active=True).exclude(pk=row.pk)
        if not any(_runs(other, day) for other in others):
            raise Refused(_("This is the last administrator here: give the role to somebody else first."))
    old = _described(row, row.user)
    if row.starts_on is None or row.starts_on < day:
        row.ends_on = day
        row.save(update_fields=["ends_on"])
    else:
        RoleGrant.objects.filter(pk=row.pk).delete()
    audit.record(by=by, at=at, action="organisation.revoke_role", subject=f"unit:{row.unit_id}", old=old, reason=reason)
    name = Role(row.role).label
    told = _("Your role “{role}” on {unit} has ended.").format(role=name, unit=row.unit.name)
    _tell(row.user, row.unit, at, told)
