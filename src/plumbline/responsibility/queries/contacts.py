"""Contact points as readers may see them: the coverage map, and the page of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from plumbline.kernel import evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.responsibility.models import ContactPoint, ContactRecord
from plumbline.responsibility.permissions import DEPLOYERS, STAFF, can_assign_contact, can_record_contact
from plumbline.responsibility.queries.duty_base import under
from plumbline.responsibility.queries.duty_choices import house_of
from plumbline.responsibility.rules.contacts import RecordKind, first_day_of_quarter, last_day_of_quarter


def readable_points(actor: Actor) -> QuerySet[ContactPoint]:
    """Return the contact points that the actor may read: of units they lead or check, and their own."""
    mine = Q(pk__in=()) if actor.member_id is None else Q(leader__member_id=actor.member_id)
    rows = ContactPoint.objects.filter(under("unit__path", actor.paths_for(*STAFF)) | mine)
    return rows.select_related("unit", "leader__member", "leader__post__unit")


def running(on: date) -> Q:
    """Return the condition that a contact point holds on a day."""
    return Q(starts_on__lte=on) & (Q(ends_on=None) | Q(ends_on__gt=on))


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """What one leader did at one unit in a quarter."""

    point: ContactPoint
    visits: int
    lectures: int
    problems: int
    open_problems: int

    @property
    def light(self) -> str:
        """Green with a visit in the quarter, red without one."""
        return "green" if self.visits else "red"


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One leader with the units that they contact."""

    leader: str
    post: str
    has_left: bool
    cells: tuple[CoverageCell, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The map of a quarter: leaders by units, units that nobody contacts, and what had no visit."""

    on: date
    from_: date
    until: date
    rows: tuple[CoverageRow, ...]
    lonely: tuple[tuple[int, str], ...]
    without_visit: int
    may_assign: bool

    @property
    def units(self) -> int:
        """How many contact points hold."""
        return sum(len(row.cells) for row in self.rows)


def coverage(actor: Actor, *, on: date) -> Coverage:
    """Return the coverage map of the quarter of a day; at most four SQL statements, whatever its size."""
    from_, until = first_day_of_quarter(on), last_day_of_quarter(on)
    points = list(readable_points(actor).filter(running(on)).order_by("leader__post__unit__path", "leader_id", "pk"))
    done = _done([one.pk for one in points], from_, until)
    rows: dict[int, list[CoverageCell]] = {}
    for point in points:
        counts = done.get(point.pk, {})
        rows.setdefault(point.leader_id, []).append(
            CoverageCell(point, *(counts.get(name, 0) for name in ("visit", "lecture", "problem", "open")))
        )
    cells = [one for found in rows.values() for one in found]
    return Coverage(
        on, from_, until, tuple(_row(found, on) for found in rows.values()),
        _lonely(actor, {one.point.unit_id for one in cells}, on), sum(not one.visits for one in cells),
        bool(actor.paths_for(*DEPLOYERS)),
    )  # fmt: skip


def _row(cells: Sequence[CoverageCell], on: date) -> CoverageRow:
    leader = cells[0].point.leader
    left = leader.ends_on is not None and leader.ends_on <= on
    return CoverageRow(str(leader.member), f"{leader.post.unit} {leader.post.title}", left, tuple(cells))


def _done(point_ids: Sequence[int], from_: date, until: date) -> Mapping[int, dict[str, int]]:
    if not point_ids:
        return {}
    rows = ContactRecord.objects.filter(point_id__in=point_ids, withdrawn_reason="")
    within = Q(happened_on__gte=from_, happened_on__lte=until)
    found = rows.order_by().values_list("point_id").annotate(
        visit=Count("pk", filter=within & Q(kind="visit")), lecture=Count("pk", filter=within & Q(kind="lecture")),
        problem=Count("pk", filter=within & Q(kind="problem")), open=Count("pk", filter=Q(kind="problem", solved_on=None)),
    )  # fmt: skip
    return {row[0]: dict(zip(("visit", "lecture", "problem", "open"), row[1:], strict=True)) for row in found}


def _lonely(actor: Actor, contacted: set[int], on: date) -> tuple[tuple[int, str], ...]:
    """Return the branches below the actor's roles that nobody contacts."""
    rows = organisation.visible_units(actor, on=on).filter(
        under("path", actor.paths_for(*STAFF)), as_organisation__kind__in=("branch", "general_branch")
    )
    return tuple(rows.exclude(pk__in=contacted).order_by("path").values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record with its files and, of a problem, whether it is late."""

    record: ContactRecord
    files: tuple[evidence.Evidence, ...]
    light: str

    @property
    def is_open(self) -> bool:
        """True for a problem that still waits for its solution."""
        row = self.record
        return row.kind == RecordKind.PROBLEM.value and row.solved_on is None and not row.withdrawn_reason


@dataclass(frozen=True, slots=True)
class ContactView:
    """The page of one contact point."""

    point: ContactPoint
    rows: tuple[RecordRow, ...]
    may_record: bool
    may_end: bool


def contact_view(actor: Actor, point_id: int, *, on: date) -> ContactView:
    """Return the page of one contact point; at most five SQL statements. Raises NotPermitted."""
    point = readable_points(actor).filter(pk=point_id).first()
    if point is None:
        raise NotPermitted("responsibility.read_contact", f"contact:{point_id}")
    records = list(point.records.all())
    files = {one.pk: one for one in evidence.describe([pk for row in records for pk in row.evidence])}
    rows = tuple(
        RecordRow(row, tuple(files[pk] for pk in row.evidence if pk in files), _light(row, on)) for row in records
    )
    open_end = point.ends_on is None or point.ends_on > on
    return ContactView(
        point, rows, can_record_contact(actor, point, on), open_end and can_assign_contact(actor, point.unit.path)
    )


def _light(row: ContactRecord, on: date) -> str:
    if row.withdrawn_reason:
        return "grey"
    if row.kind != RecordKind.PROBLEM or row.solved_on is not None or row.due_on is None:
        return "green"
    return "red" if row.due_on < on else "yellow" if (row.due_on - on).days <= 7 else "blue"


def record_for(actor: Actor, record_id: int) -> ContactRecord:
    """Return a record of a contact point that the actor may read. Raises NotPermitted."""
    row = ContactRecord.objects.filter(pk=record_id, point__in=readable_points(actor)).first()
    if row is None:
        raise NotPermitted("responsibility.read_contact", f"contact-record:{record_id}")
    return row


def may_read_contact_file(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``contact:17``: who may read the contact point may read its files."""
    number = scope.partition(":")[2]
    return number.isdecimal() and readable_points(actor).filter(pk=int(number)).exists()


def units_to_assign(actor: Actor) -> list[tuple[int, str]]:
    """Return the units for which the actor may choose a leader, in the order of the tree; one SQL statement."""
    rows = organisation.visible_units(actor).filter(under("path", actor.paths_for(*DEPLOYERS)), closed_on=None)
    listed = rows.filter(category="organisation").order_by("path").values_list("pk", "path", "name")
    return [(pk, name) for pk, path, name in listed if can_assign_contact(actor, path)]


def leaders_for(unit: Any, *, on: date) -> tuple[tuple[int, str], ...]:
    """Return the terms of office of units above a unit: who may contact it; one SQL statement."""
    above = house_of(unit.path)[1:]
    terms = organisation.offices_below(above[-1:], on=on)
    near = [one for one in terms if one.path in above]
    return tuple((one.id, one.words) for one in near)
