"""From an account to the actor that rules and queries understand."""

from datetime import datetime
from typing import Any

from django.db.models import Q, Value

from plumbline.kernel import clock
from plumbline.kernel.actor import PUBLIC, Actor, Grant
from plumbline.organisation.models import AssessedTerm, Member, MemberStatus, Role, RoleGrant
from plumbline.organisation.queries.assessed import ASSESSED


def resolve_actor(user: Any, *, at: datetime, address: str = "") -> Actor:
    """Return the actor of an account with the grants that hold on the day of ``at``; two SQL statements.

    A member of an organisation holds the role "member" on it without any grant, as long as they have not left; whose term of
    office is or was assessed holds the role "assessed" on that term alone.
    """
    if not user.is_authenticated:
        return Actor(pseudonym=PUBLIC.pseudonym, address=address)
    day = clock.day_of(at)
    rows = RoleGrant.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gt=day), user_id=user.pk
    ).values_list("role", "unit_id", "unit__path")
    own = AssessedTerm.objects.filter(appointment__member__user_id=user.pk)
    rows = rows.order_by().union(own.values_list(Value(ASSESSED), "unit_id", "path"), all=True)
    grants = {Grant(role, unit_id, path) for role, unit_id, path in rows}
    member = (
        Member.objects.filter(user_id=user.pk)
        .values_list("pk", "organisation_id", "organisation__path", "status")
        .first()
    )
    if member and member[3] != MemberStatus.LEFT:
        grants.add(Grant(Role.MEMBER.value, member[1], member[2]))
    return Actor(
        pseudonym=str(user.pseudonym),
        user_id=user.pk,
        member_id=member[0] if member else None,
        grants=tuple(sorted(grants, key=lambda grant: (grant.role, grant.path))),
        is_superuser=user.is_superuser,
        address=address,
    )
