"""Posts of a unit with their holders and their duties in both lines, and the terms that run out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from plumbline.organisation.models import Appointment, DutyLine, Post, PostDuty, Unit
from plumbline.organisation.rules.terms import planned_end, term_light


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a post; ``light`` is "ending" or "ended" where the term runs out, else empty."""

    appointment_id: int
    member_id: int
    name: str
    starts_on: date
    ends_on: date | None
    runs_out_on: date | None
    light: str
    basis: str
    end_reason: str


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post as its unit's page shows it: one post, two responsibilities."""

    id: int
    code: str
    title: str
    seats: int
    holders: tuple[Holder, ...]
    past: tuple[Holder, ...]
    business: tuple[str, ...]
    organisation: tuple[str, ...]

    @property
    def vacant(self) -> int:
        """Seats that nobody holds."""
        return max(0, self.seats - len(self.holders))


@dataclass(frozen=True, slots=True)
class PostRef:
    """A post by name alone, for those who need no holders."""

    id: int
    unit_id: int
    code: str
    title: str


def post_refs(unit_ids: Collection[int]) -> list[PostRef]:
    """Return the posts of units, whoever asks, in the order in which they were named; one SQL statement."""
    rows = Post.objects.filter(unit_id__in=set(unit_ids)).order_by("unit_id", "pk")
    return [PostRef(*row) for row in rows.values_list("pk", "unit_id", "code", "title")]


def posts_of(unit: Unit, *, on: date, term_years: int | None = None) -> list[PostCard]:
    """Return the posts of a unit with holders on a day, earlier and later terms, and duties; three SQL statements."""
    posts = list(Post.objects.filter(unit_id=unit.pk).order_by("pk"))  # the order in which the office named them
    duties = _duties(posts)
    now: dict[int, list[Holder]] = {}
    other: dict[int, list[Holder]] = {}
    rows = Appointment.objects.filter(post__in=posts).select_related("member").order_by("-starts_on", "pk")
    for row in rows:
        holds = row.starts_on <= on and (row.ends_on is None or on < row.ends_on)
        (now if holds else other).setdefault(row.post_id, []).append(_holder(row, on, term_years if holds else None))
    return [
        PostCard(
            id=post.pk,
            code=post.code,
            title=post.title,
            seats=post.seats,
            holders=tuple(now.get(post.pk, ())),
            past=tuple(other.get(post.pk, ())),
            business=tuple(duties.get((post.pk, DutyLine.BUSINESS.value), ())),
            organisation=tuple(duties.get((post.pk, DutyLine.ORGANISATION.value), ())),
        )
        for post in posts
    ]


def office_starts(unit_ids: Collection[int], *, on: date) -> dict[int, list[date]]:
    """Return for each unit the days on which those who hold its posts on a day began; one SQL statement, whoever asks."""
    rows = Appointment.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=on), starts_on__lte=on, post__unit_id__in=set(unit_ids)
    )
    found: dict[int, list[date]] = {}
    for unit_id, starts_on in rows.values_list("post__unit_id", "starts_on"):
        found.setdefault(unit_id, []).append(starts_on)
    return found


def _duties(posts: Iterable[Post]) -> dict[tuple[int, str], list[str]]:
    rows = PostDuty.objects.filter(post__in=posts).order_by("line", "position", "pk")
    found: dict[tuple[int, str], list[str]] = {}
    for post_id, line, text in rows.values_list("post_id", "line", "text"):
        found.setdefault((post_id, line), []).append(text)
    return found


def _holder(row: Appointment, on: date, term_years: int | None) -> Holder:
    end = planned_end(row.starts_on, row.ends_on, term_years)
    return Holder(
        appointment_id=row.pk,
        member_id=row.member_id,
        name=str(row.member),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        runs_out_on=end,
        light=term_light(end, on=on) if term_years is not None or row.ends_on is None or row.ends_on > on else "",
        basis=row.basis,
        end_reason=row.end_reason,
    )
