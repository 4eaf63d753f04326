"""The shape of every organisation in reach, and where it breaks a limit: a fixed number of SQL statements for any tree."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from plumbline.kernel.actor import Actor
from plumbline.organisation.models import Appointment, Member, Organisation
from plumbline.organisation.permissions import READERS
from plumbline.organisation.queries.units import below, standing
from plumbline.organisation.rules.structure import Shape, StructureWarning, TermEnd, structure_warnings
from plumbline.organisation.rules.terms import planned_end, years_for

_FIELDS = ("pk", "path", "kind", "is_joint", "is_scattered", "size_approval", "term_years")


@dataclass(frozen=True, slots=True)
class Headcount:
    """Members of an organisation, its sub-units included."""

    full: int = 0
    probationary: int = 0
    suspended: int = 0

    @property
    def total(self) -> int:
        """All who have not left."""
        return self.full + self.probationary + self.suspended


def ids_of(path: str) -> list[int]:
    """Return the ids along a path, the top first."""
    return [int(part) for part in path.strip("/").split("/") if part]


def headcounts(organisations: QuerySet[Organisation]) -> dict[int, Headcount]:
    """Return the members of each organisation with everything below it; one SQL statement.

    Members below an organisation count for every organisation above them, whether these are asked for or not.
    """
    rows = (
        Member.objects.filter(organisation__in=organisations.order_by().values("pk"))
        .exclude(status="left")
        .order_by()
        .values_list("organisation__path", "status")
        .annotate(number=Count("pk"))
    )
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for path, status, number in rows:
        for unit_id in ids_of(path):
            sums[unit_id][status] += number
    return {pk: Headcount(**counts) for pk, counts in sums.items()}


def shapes(organisations: QuerySet[Organisation], *, on: date, only: Collection[int] | None = None) -> list[Shape]:
    """Return the shape of standing organisations on a day; five SQL statements, whatever their number.

    The organisations must be whole subtrees, since counts include what lies below; ``only`` names those whose shape is
    wanted, so that a page of a long list costs what a page holds.
    """
    chosen = organisations if only is None else organisations.filter(pk__in=only)
    rows = list(standing(chosen, on).order_by().values(*_FIELDS))
    heads = headcounts(organisations)
    groups = _groups([row["pk"] for row in rows], on)
    held, terms = _terms({row["pk"]: years_for(row["kind"], row["term_years"]) for row in rows}, on)
    joint = _joint_departments(chosen)
    return [
        Shape(
            unit_id=pk,
            kind=row["kind"],
            full_members=heads.get(pk, Headcount()).full,
            members=heads.get(pk, Headcount()).total,
            groups=groups.get(pk, 0),
            seats_held=held.get(pk, 0),
            departments=joint.get(pk, 0),
            is_joint=row["is_joint"],
            is_scattered=row["is_scattered"],
            size_approval=row["size_approval"],
            terms=tuple(terms.get(pk, ())),
        )
        for row in rows
        for pk in (row["pk"],)
    ]


def _groups(above: list[int], on: date) -> dict[int, int]:
    """Return how many standing groups hang directly below each organisation; one SQL statement."""
    found = standing(Organisation.objects.filter(parent__in=above, kind="group"), on).order_by()
    return dict(found.values_list("parent_id").annotate(number=Count("pk")))


def _terms(years: Mapping[int, int | None], on: date) -> tuple[dict[int, int], dict[int, list[TermEnd]]]:
    """Return for each unit how many members hold its posts, and when the terms run out.

    A post counts by its newest term; one that was ended early and not filled again is vacant, not overdue.
    """
    rows = (
        Appointment.objects.filter(post__unit__in=years, starts_on__lte=on)
        .order_by("post_id", "starts_on", "pk")
        .values_list("post__unit_id", "post_id", "post__title", "member_id", "starts_on", "ends_on", "end_reason")
    )
    holders: dict[int, set[int]] = defaultdict(set)
    newest: dict[tuple[int, int], TermEnd] = {}
    for unit_id, post_id, title, member_id, starts_on, ends_on, end_reason in rows:
        holds = ends_on is None or ends_on > on
        if holds:
            holders[unit_id].add(member_id)
        end = planned_end(starts_on, ends_on, years[unit_id])
        newest[(unit_id, post_id)] = TermEnd(title, None if end_reason and not holds else end, holds)
    ends: dict[int, list[TermEnd]] = defaultdict(list)
    for (unit_id, _post), term in newest.items():
        ends[unit_id].append(term)
    return {unit: len(members) for unit, members in holders.items()}, dict(ends)


def _joint_departments(organisations: QuerySet[Organisation]) -> dict[int, int]:
    rows = organisations.filter(is_joint=True).order_by().annotate(covered=Count("joint_departments"))
    return dict(rows.values_list("pk", "covered"))


def warnings_below(organisations: QuerySet[Organisation], *, on: date) -> dict[int, tuple[StructureWarning, ...]]:
    """Return the warnings of standing organisations by id, those without any left out; five SQL statements."""
    found = {shape.unit_id: structure_warnings(shape, on=on) for shape in shapes(organisations, on=on)}
    return {pk: warnings for pk, warnings in found.items() if warnings}


def structure_warnings_for(actor: Actor, *, on: date) -> dict[int, tuple[StructureWarning, ...]]:
    """Return the warnings of every organisation over which the actor has a reading role; five SQL statements."""
    return warnings_below(Organisation.objects.filter(below(actor.paths_for(*READERS))), on=on)
