"""The people of a unit who have an account: whom a piece of work can be given to."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from plumbline.organisation.models import Appointment, Member, MemberStatus, Role, RoleGrant


@dataclass(frozen=True, slots=True)
class PersonRef:
    """An account that belongs to a unit; ``post`` is what the person is there, in words, "" for a plain member."""

    unit_id: int
    user_id: int
    name: str
    post: str
    is_secretary: bool


def people_of(unit_ids: Collection[int], *, on: date) -> dict[int, tuple[PersonRef, ...]]:
    """Return the accounts of units on a day: who has a role on the unit itself, its members, and holders of its posts.

    Members of the organisations of a department belong to the department too. Secretaries first, then by name. Three SQL
    statements, whoever asks.
    """
    wanted = set(unit_ids)
    found: dict[tuple[int, int], PersonRef] = {}
    for person in [*_by_post(wanted, on), *_by_role(wanted, on), *_by_membership(wanted)]:
        known = found.get((person.unit_id, person.user_id))
        secretary = person.is_secretary or (known is not None and known.is_secretary)
        first = known or person
        found[first.unit_id, first.user_id] = PersonRef(
            first.unit_id, first.user_id, first.name, first.post, is_secretary=secretary
        )
    people = sorted(found.values(), key=lambda one: (not one.is_secretary, not one.post, one.name, one.user_id))
    return {unit_id: tuple(one for one in people if one.unit_id == unit_id) for unit_id in wanted}


def _by_post(unit_ids: Collection[int], on: date) -> Iterable[PersonRef]:
    rows = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on, post__unit_id__in=unit_ids,
        member__user__is_active=True,
    ).select_related("member__user", "post")  # fmt: skip
    for row in rows:
        if row.member.user is not None:
            yield PersonRef(row.post.unit_id, row.member.user.pk, str(row.member.user), row.post.title, False)


def _by_role(unit_ids: Collection[int], on: date) -> Iterable[PersonRef]:
    days = Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gt=on)
    rows = RoleGrant.objects.filter(*days, unit_id__in=unit_ids, user__is_active=True).select_related("user")
    for row in rows.order_by("pk"):
        title = str(row.get_role_display()) if row.role != Role.MEMBER else ""
        yield PersonRef(row.unit_id, row.user_id, str(row.user), title, row.role == Role.SECRETARY)


def _by_membership(unit_ids: Collection[int]) -> Iterable[PersonRef]:
    rows = (
        Member.objects.filter(
            Q(organisation_id__in=unit_ids) | Q(organisation__department_id__in=unit_ids), user__is_active=True
        )
        .exclude(status=MemberStatus.LEFT)
        .select_related("user", "organisation")
    )
    for row in rows:
        for unit_id in {row.organisation_id, row.organisation.department_id} & set(unit_ids):
            if row.user is not None and unit_id is not None:
                yield PersonRef(unit_id, row.user.pk, str(row.user), "", False)
