"""Terms of office as small values: who may own a piece of work, and who holds a post after somebody left it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from plumbline.organisation.models import Appointment
from plumbline.organisation.queries.units import below


@dataclass(frozen=True, slots=True)
class OfficeRef:
    """A term of office: the member who holds (or held) a post of a unit; ``user_id`` None where there is no account."""

    id: int
    member_id: int
    user_id: int | None
    name: str
    post_id: int
    post_title: str
    unit_id: int
    unit_name: str
    path: str
    starts_on: date
    ends_on: date | None

    def holds(self, on: date) -> bool:
        """True where the term covers the day."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)

    @property
    def words(self) -> str:
        """Name, post and unit, as lists of people show them."""
        return f"{self.name} · {self.unit_name} {self.post_title}"


def _refs(condition: Q) -> list[OfficeRef]:
    rows = Appointment.objects.filter(condition).order_by("post__unit__path", "post_id", "member__name", "pk")
    names = (
        "pk", "member_id", "member__user_id", "member__name", "member__number", "post_id", "post__title",
        "post__unit_id", "post__unit__short_name", "post__unit__name", "post__unit__path", "starts_on", "ends_on",
    )  # fmt: skip
    return [
        OfficeRef(pk, member, user, name or number, post, title, unit, short or long, path, starts, ends)
        for pk, member, user, name, number, post, title, unit, short, long, path, starts, ends in rows.values_list(
            *names
        )
    ]


def offices_below(paths: Iterable[str], *, on: date) -> list[OfficeRef]:
    """Return the terms of posts at or below paths that run on a day, in the order of the tree; one SQL statement."""
    return _refs(below(paths, "post__unit__path") & _running(on))


def offices_of(member_ids: Collection[int], *, on: date) -> list[OfficeRef]:
    """Return the terms of members that run on a day, whoever asks; one SQL statement."""
    return _refs(Q(member_id__in=set(member_ids)) & _running(on))


def offices_by_id(ids: Collection[int]) -> dict[int, OfficeRef]:
    """Return terms by id, running or not, whoever asks; one SQL statement."""
    return {one.id: one for one in _refs(Q(pk__in=set(ids)))}


def offices_in_posts(post_ids: Collection[int], *, on: date) -> list[OfficeRef]:
    """Return who holds posts on a day, whoever asks; one SQL statement."""
    return _refs(Q(post_id__in=set(post_ids)) & _running(on))


def _running(on: date) -> Q:
    return (Q(ends_on=None) | Q(ends_on__gt=on)) & Q(starts_on__lte=on)
