"""From an account to the actor that rules and queries understand."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from plumbline.kernel import clock
from plumbline.kernel.actor import PUBLIC, Actor, Grant
from plumbline.organisation.models import Member, RoleGrant


def resolve_actor(user: Any, *, at: datetime, address: str = "") -> Actor:
    """Return the actor of an account with the grants that hold on the day of ``at``; two SQL statements."""
    if not user.is_authenticated:
        return Actor(pseudonym=PUBLIC.pseudonym, address=address)
    day = clock.day_of(at)
    grants = RoleGrant.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gt=day), user_id=user.pk
    ).values_list("role", "unit_id", "unit__path")
    return Actor(
        pseudonym=str(user.pseudonym),
        user_id=user.pk,
        member_id=Member.objects.filter(user_id=user.pk).values_list("pk", flat=True).first(),
        grants=tuple(Grant(role, unit_id, path) for role, unit_id, path in grants),
        is_superuser=user.is_superuser,
        address=address,
    )
