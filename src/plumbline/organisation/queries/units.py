"""Units as the actor may see them: querysets scoped by the tree, and small values for other floors."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from plumbline.kernel.actor import Actor, NotPermitted, narrowest
from plumbline.organisation.models import Member, MemberStatus, Organisation, Unit
from plumbline.organisation.permissions import MANAGERS, READERS, own_unit_ids


@dataclass(frozen=True, slots=True)
class UnitRef:
    """What other floors need to know of a unit."""

    id: int
    code: str
    name: str
    path: str
    category: str
    closed_on: date | None = None


def below(paths: Iterable[str], field: str = "path") -> Q:
    """Return the condition that a path lies at or below one of ``paths``; nothing matches where there is none."""
    condition = Q(pk__in=())
    for path in narrowest(paths):
        if path == "/":
            return ~Q(pk__in=())  # all of them; an empty Q() would vanish beside another condition joined by "or"
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def visible_units(actor: Actor, *, on: date | None = None) -> QuerySet[Unit]:
    """Return the units whose pages the actor may open: below their roles, and the one they are a member of.

    ``on`` keeps those that stand on that day. One SQL statement when read.
    """
    units = Unit.objects.filter(below(actor.paths_for(*READERS)) | Q(pk__in=own_unit_ids(actor)))
    return standing(units, on) if on else units


def manageable_units(actor: Actor) -> QuerySet[Unit]:
    """Return the units within the reach of an administrator, a secretary or an organiser."""
    return Unit.objects.filter(below(actor.paths_for(*MANAGERS)))


def standing(units: QuerySet[Unit], on: date) -> QuerySet[Unit]:
    """Keep the units that stand on a day: founded by then (or nobody knows when) and not closed."""
    return units.filter(Q(founded_on=None) | Q(founded_on__lte=on), Q(closed_on=None) | Q(closed_on__gt=on))


def unit_for(actor: Actor, unit_id: int) -> Unit:
    """Return a unit that the actor may read; one SQL statement.

    Raises NotPermitted where it is not theirs to read and where there is none: both look the same from outside.
    """
    unit = visible_units(actor).filter(pk=unit_id).first()
    if unit is None:
        raise NotPermitted("organisation.read_unit", f"unit:{unit_id}")
    return unit


def organisation_for(actor: Actor, unit_id: int) -> Organisation:
    """Return an organisation that the actor may read, with its department; raises NotPermitted like ``unit_for``."""
    found = (
        Organisation.objects.filter(below(actor.paths_for(*READERS)) | Q(pk__in=own_unit_ids(actor)), pk=unit_id)
        .select_related("department", "parent")
        .first()
    )
    if found is None:
        raise NotPermitted("organisation.read_unit", f"unit:{unit_id}")
    return found


def units_by_codes(codes: Collection[str]) -> dict[str, UnitRef]:
    """Return the units with these codes, whoever asks; unknown codes are left out. One SQL statement."""
    rows = Unit.assessable.filter(code__in=set(codes)).values_list(
        "pk", "code", "name", "path", "category", "closed_on"
    )
    return {row[1]: UnitRef(*row) for row in rows}


def may_read_scope(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``unit:17``: who may open the unit's page may open its files."""
    _prefix, _colon, number = scope.partition(":")
    return number.isdecimal() and visible_units(actor).filter(pk=int(number)).exists()


@dataclass(frozen=True, slots=True)
class Remaining:
    """What still hangs on a unit: standing units below it, members in it, and a department's own organisations."""

    units: int
    members: int
    organisations: int


def standing_below(unit: Unit) -> Remaining:
    """Count what keeps a unit from being closed; three SQL statements."""
    return Remaining(
        units=Unit.objects.filter(parent_id=unit.pk, closed_on=None).count(),
        members=Member.objects.filter(organisation_id=unit.pk).exclude(status=MemberStatus.LEFT).count(),
        organisations=Organisation.objects.filter(department_id=unit.pk, closed_on=None).count(),
    )
