"""What forms of duties offer to choose from: units, owners, aims and duties."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.responsibility.models import Duty
from plumbline.responsibility.permissions import DEPLOYERS
from plumbline.responsibility.queries.duty_base import under
from plumbline.responsibility.rules.duties import UNFINISHED, Line


@dataclass(frozen=True, slots=True)
class DutyChoices:
    """Owners (terms of office) and business aims that a duty of a unit may have, as (id, words)."""

    owners: tuple[tuple[int, str], ...]
    aims: tuple[tuple[int, str], ...]


def units_to_deploy(actor: Actor) -> list[tuple[int, str]]:
    """Return the units to which the actor may deploy duties, in the order of the tree; one SQL statement."""
    rows = organisation.visible_units(actor).filter(under("path", actor.paths_for(*DEPLOYERS)), closed_on=None)
    return [
        (pk, f"{'　' * max(0, path.count('/') - 2)}{name}")
        for pk, path, name in rows.order_by("path").values_list("pk", "path", "name")
    ]


def house_of(path: str) -> tuple[str, ...]:
    """Return the paths of a unit and of every unit above it, the nearest first."""
    parts = path.strip("/").split("/")
    return tuple(f"/{'/'.join(parts[:length])}/" for length in range(len(parts), 0, -1))


def duty_choices(unit: Any, *, on: date) -> DutyChoices:
    """Return whom a duty of a unit may belong to and which aims it may serve; three SQL statements.

    Owners hold a post in the unit, below it, or in one above; aims are business duties of the unit, of one above, or of
    their departments.
    """
    above = house_of(unit.path)
    terms = organisation.offices_below([unit.path, *above[-1:]], on=on)
    near = [one for one in terms if one.path in above or one.path.startswith(unit.path)]
    units = organisation.visible_units(Actor.system("responsibility"))
    departments = list(
        units.filter(path__in=above, as_organisation__department__isnull=False).values_list(
            "as_organisation__department_id", flat=True
        )
    )
    aims = Duty.objects.filter(line=Line.BUSINESS.value, state__in=UNFINISHED).select_related("unit")
    mine = aims.filter(unit__path__in=above) | aims.filter(unit_id__in=departments)
    near.sort(key=lambda one: (one.unit_id != unit.pk, -one.path.count("/"), one.words))
    return DutyChoices(
        tuple((one.id, one.words) for one in near),
        tuple((one.pk, f"{one.title} · {one.unit}") for one in mine.order_by("due_on", "pk")[:200]),
    )


def term_for(actor: Actor, term_id: int | None) -> Any:
    """Return a term of office that was chosen in a form, None for none. Raises NotPermitted for one that is not there."""
    if term_id is None:
        return None
    if not actor.paths_for(*DEPLOYERS) and actor.member_id is None:
        raise NotPermitted("responsibility.choose_owner", f"appointment:{term_id}")
    return organisation.appointment_for(Actor.system("responsibility"), term_id)


def duty_or_none(duty_id: int | None) -> Duty | None:
    """Return a duty that was chosen in a form, None for none and for one that is gone."""
    rows = Duty.objects.select_related("unit")
    return None if duty_id is None else rows.filter(pk=duty_id).first()


def duties_to_need(duty: Duty) -> tuple[tuple[int, str], ...]:
    """Return the duties for which a duty may wait: unfinished ones of its unit and of those above; one SQL statement."""
    rows = Duty.objects.filter(unit__path__in=house_of(duty.unit.path), state__in=UNFINISHED).exclude(pk=duty.pk)
    chosen = rows | Duty.objects.filter(needed_by__duty=duty)
    listed = chosen.distinct().select_related("unit").order_by("due_on", "pk")[:200]
    return tuple((one.pk, f"{one.title} · {one.unit}") for one in listed)
