"""Who holds a role or a post at units, with an account: on whose desk work lies."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from plumbline.organisation.models import Appointment, Role, RoleGrant, Unit


@dataclass(frozen=True, slots=True)
class HolderRef:
    """An account with a role on the unit itself, or with a post there (``role`` is then empty)."""

    unit_id: int
    user_id: int
    name: str
    role: str = ""
    post_code: str = ""
    post_title: str = ""


def holders_at(unit_ids: Collection[int], *, on: date) -> dict[int, tuple[HolderRef, ...]]:
    """Return who holds roles and posts at units on a day, plain members left out; two SQL statements, whoever asks."""
    wanted = set(unit_ids)
    found: dict[int, list[HolderRef]] = {one: [] for one in wanted}
    posts = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on, post__unit_id__in=wanted, member__user__is_active=True
    ).order_by("pk")
    names = "post__unit_id", "member__user_id", "member__user__display_name", "member__user__username"
    for unit_id, user_id, name, login, code, title in posts.values_list(*names, "post__code", "post__title"):
        if user_id is not None:
            found[unit_id].append(HolderRef(unit_id, user_id, name or login or "", "", code, title))
    days = Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gt=on)
    grants = RoleGrant.objects.filter(*days, unit_id__in=wanted, user__is_active=True).exclude(role=Role.MEMBER)
    columns = "unit_id", "user_id", "user__display_name", "user__username", "role"
    for unit_id, user_id, name, login, role in grants.order_by("pk").values_list(*columns):
        found[unit_id].append(HolderRef(unit_id, user_id, name or login, role))
    return {unit_id: tuple(rows) for unit_id, rows in found.items()}


def posts_held(member_id: int | None, *, on: date) -> list[tuple[int, str]]:
    """Return (unit, its path) of every post that a member holds on a day; one SQL statement, none without a member."""
    if member_id is None:
        return []
    rows = Appointment.objects.filter(Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on, member_id=member_id)
    return list(rows.values_list("post__unit_id", "post__unit__path").distinct())


def unit_names(unit_ids: Collection[int]) -> dict[int, str]:
    """Return what units are called, whoever asks; one SQL statement."""
    rows = Unit.objects.filter(pk__in=set(unit_ids)).values_list("pk", "short_name", "name")
    return {pk: short or name for pk, short, name in rows}
