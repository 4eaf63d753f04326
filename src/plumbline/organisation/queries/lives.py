"""How long organisations stood, and where members stood and what they held: what a plan of a whole year is made from."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from plumbline.organisation.models import Appointment, Exclusion, MemberStanding, Organisation


class UnitLife(NamedTuple):
    """An organisation from the day of its founding until the day before ``closed_on``; None where nobody knows, or not."""

    id: int
    kind: str
    founded_on: date | None
    closed_on: date | None
    term_years: int | None


class Stood(NamedTuple):
    """From ``starts_on`` a member stands in an organisation with a status, until the next of the same member begins."""

    member_id: int
    unit_id: int
    kind: str
    status: str
    starts_on: date


class Spell(NamedTuple):
    """Days of a member: excluded for a reason (``code``, ``unit_id`` 0), or holding a post (its code, in a unit)."""

    member_id: int
    unit_id: int
    code: str
    starts_on: date
    ends_on: date | None


def unit_lives() -> list[UnitLife]:
    """Return every organisation that ever stood, by id, whoever asks; one SQL statement."""
    rows = Organisation.objects.order_by("pk")
    return [UnitLife(*row) for row in rows.values_list("pk", "kind", "founded_on", "closed_on", "term_years")]


def member_stands(*, until: date) -> Iterator[Stood]:
    """Yield where every member stood, those that began by a day, by member and day; one SQL statement, whoever asks."""
    rows = MemberStanding.objects.filter(starts_on__lte=until).order_by("member_id", "starts_on", "id")
    names = "member_id", "organisation_id", "organisation__kind", "status", "starts_on"
    return (Stood(*row) for row in rows.values_list(*names).iterator(chunk_size=5000))


def exclusion_spells(*, from_: date, until: date) -> list[Spell]:
    """Return who was excluded for which reason within these days; one SQL statement, whoever asks."""
    rows = Exclusion.objects.filter(starts_on__lte=until).exclude(ends_on__lte=from_)
    return [Spell(row[0], 0, *row[1:]) for row in rows.values_list("member_id", "reason", "starts_on", "ends_on")]


def office_spells(codes: Collection[str], *, from_: date, until: date) -> list[Spell]:
    """Return who held posts with these codes within these days; one SQL statement, whoever asks."""
    rows = Appointment.objects.filter(post__code__in=codes, starts_on__lte=until).exclude(ends_on__lte=from_)
    return [
        Spell(*row)
        for row in rows.order_by("pk").values_list("member_id", "post__unit_id", "post__code", "starts_on", "ends_on")
    ]


def post_codes() -> list[str]:
    """Return the codes of all posts, each once; one SQL statement, whoever asks."""
    return sorted(set(Appointment.objects.values_list("post__code", flat=True).distinct()))
