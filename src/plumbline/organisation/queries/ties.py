"""Which units somebody belongs to, so that nobody judges their own house."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Q

from plumbline.organisation.models import Appointment, Member, MemberStatus, Organisation, RoleGrant
from plumbline.organisation.queries.structure import ids_of

TieKind = Literal["member", "above", "department", "post", "role"]
"""Member of it; member of a part of it; member of the organisation of this department; holder of a post; its account."""

KEEPERS = ("secretary", "organiser")
"""Roles whose holder speaks for the very unit on which they were granted."""


@dataclass(frozen=True, slots=True)
class Tie:
    """An account belongs to a unit; ``detail`` is the title of the post or the code of the role, else empty."""

    user_id: int
    unit_id: int
    kind: TieKind
    detail: str = ""


def ties_of(user_ids: Collection[int], *, on: date) -> list[Tie]:
    """Return what ties accounts to units on a day: membership, posts, and roles granted on the unit itself.

    A member of a branch is tied to the branch, to every organisation that it is part of, and to the departments that it
    belongs to. Four SQL statements, whoever asks.
    """
    wanted = set(user_ids)
    rows = list(
        Member.objects.filter(user_id__in=wanted)
        .exclude(status=MemberStatus.LEFT)
        .values_list("user_id", "organisation_id", "organisation__path", "organisation__department_id")
    )
    joint = _joint_departments({organisation_id for _user, organisation_id, _path, _department in rows})
    found = [tie for row in rows for tie in _of_membership(row, joint)]
    return [*found, *_of_posts(wanted, on), *_of_roles(wanted, on)]


def _joint_departments(organisation_ids: Collection[int]) -> Mapping[int, list[int]]:
    through = Organisation.joint_departments.through
    found: dict[int, list[int]] = {}
    rows = through.objects.filter(organisation_id__in=organisation_ids).order_by("pk")
    for organisation_id, department_id in rows.values_list("organisation_id", "department_id"):
        found.setdefault(organisation_id, []).append(department_id)
    return found


def _of_membership(row: tuple[int, int, str, int | None], joint: Mapping[int, list[int]]) -> Iterable[Tie]:
    user_id, organisation_id, path, department_id = row
    yield Tie(user_id, organisation_id, "member")
    yield from (Tie(user_id, one, "above") for one in ids_of(path)[:-1])
    departments = [*([department_id] if department_id else []), *joint.get(organisation_id, ())]
    yield from (Tie(user_id, one, "department") for one in departments)


def _of_posts(user_ids: Collection[int], on: date) -> Iterable[Tie]:
    rows = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on), member__user_id__in=user_ids, starts_on__lte=on
    ).order_by("pk")
    for user_id, unit_id, title in rows.values_list("member__user_id", "post__unit_id", "post__title"):
        yield Tie(user_id, unit_id, "post", title)


def _of_roles(user_ids: Collection[int], on: date) -> Iterable[Tie]:
    rows = RoleGrant.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gt=on), user_id__in=user_ids,
        role__in=KEEPERS,
    ).order_by("pk")  # fmt: skip
    for user_id, unit_id, role in rows.values_list("user_id", "unit_id", "role"):
        yield Tie(user_id, unit_id, "role", role)
