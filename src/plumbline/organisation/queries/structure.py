"""The shape of every organisation in reach, and where it breaks a limit: a fixed number of SQL statements for any tree."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from plumbline.kernel.actor import Actor
from plumbline.organisation.models import Appointment, Member, Organisation
from plumbline.organisation.permissions import READERS, own_unit_ids
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


def shapes(organisations: QuerySet[Organisation], *, on: date) -> list[Shape]:
    """Return the shape of standing organisations on a day; four SQL statements, whatever their number.

    The organisations must be whole subtrees, since counts include what lies below.
    """
    rows = list(standing(organisations, on).order_by().values(*_FIELDS))
    heads = headcounts(organisations)
    groups: dict[int, int] = defaultdict(int)
    for row in rows:
        if row["kind"] == "group":
            groups[ids_of(row["path"])[-2]] += 1
    held, terms, posted = _terms({row["pk"]: years_for(row["kind"], row["term_years"]) for row in rows}, on)
    joint = _joint_departments(organisations)
    found = []
    for row in rows:
        head = heads.get(row["pk"], Headcount())
        found.append(
            Shape(
                unit_id=row["pk"],
                kind=row["kind"],
                full_members=head.full,
                members=head.total,
                groups=groups[row["pk"]],
                seats_held=held.get(row["pk"], 0),
                departments=joint.get(row["pk"], 0),
                is_joint=row["is_joint"],
                is_scattered=row["is_scattered"],
                size_approval=row["size_approval"],
                has_posts=row["pk"] in posted,
                terms=tuple(terms.get(row["pk"], ())),
            )
        )
    return found


def _terms(
    years: Mapping[int, int | None], on: date
) -> tuple[dict[int, int], dict[int, list[TermEnd]], frozenset[int]]:
    """Return for each unit how many members hold its posts, when the terms run out, and whether anybody ever held one.

    A post counts by its newest term; one that was ended early and not filled again is vacant, not overdue.
    """
    rows = (
        Appointment.objects.filter(post__unit__in=years, starts_on__lte=on)
        .order_by("starts_on")
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
    return {unit: len(members) for unit, members in holders.items()}, dict(ends), frozenset(ends)


def _joint_departments(organisations: QuerySet[Organisation]) -> dict[int, int]:
    rows = organisations.filter(is_joint=True).order_by().annotate(covered=Count("joint_departments"))
    return dict(rows.values_list("pk", "covered"))


def warnings_below(organisations: QuerySet[Organisation], *, on: date) -> dict[int, tuple[StructureWarning, ...]]:
    """Return the warnings of standing organisations by id, those without any left out; four SQL statements."""
    found = {shape.unit_id: structure_warnings(shape, on=on) for shape in shapes(organisations, on=on)}
    return {pk: warnings for pk, warnings in found.items() if warnings}


def readable_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Return the organisations whose pages the actor may open."""
    return Organisation.objects.filter(below(actor.paths_for(*READERS)) | Q(pk__in=own_unit_ids(actor)))


def structure_warnings_for(actor: Actor, *, on: date) -> dict[int, tuple[StructureWarning, ...]]:
    """Return the warnings of every organisation over which the actor has a reading role; four SQL statements."""
    return warnings_below(Organisation.objects.filter(below(actor.paths_for(*READERS))), on=on)


def codes_of(warnings: Iterable[StructureWarning]) -> frozenset[str]:
    """Return the codes of some warnings."""
    return frozenset(warning.code for warning in warnings)
