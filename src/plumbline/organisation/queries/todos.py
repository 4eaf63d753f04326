"""What waits on the desk of those who lead organisations: terms that ended or end soon, and branches too small to stand."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.todo import Todo
from plumbline.organisation.models import Organisation, Unit
from plumbline.organisation.queries.structure import shapes
from plumbline.organisation.queries.units import below
from plumbline.organisation.rules.structure import TermEnd, structure_warnings
from plumbline.organisation.rules.terms import term_light

LEADERS = ("administrator", "secretary")
TOLD = ("term_ended", "term_ending", "branch_small")
"""The warnings that wait on a desk; the others stand on the unit's page and in the list of warnings."""
SHOWN = 20
"""How many units the desk names one by one; a committee with more finds them by the filter of the list."""


def structure_todos(actor: Actor, at: datetime) -> Iterable[Todo]:
    """Return the terms that ended or end within six months, and organisations without enough members.

    At most five SQL statements, none for those who lead nothing.
    """
    paths = actor.paths_for(*LEADERS)
    if not paths:
        return []
    on = clock.day_of(at)
    broken = []
    for shape in shapes(Organisation.objects.filter(below(paths)), on=on):
        for warning in structure_warnings(shape, on=on):
            if warning.code in TOLD:
                due = min((t.ends_on for t in shape.terms if t.ends_on and _told(t, on) == warning.code), default=None)
                broken.append((due is None, due or on, shape.unit_id, warning))
    broken.sort(key=lambda item: item[:3])
    names = dict(Unit.objects.filter(pk__in=[item[2] for item in broken[:SHOWN]]).values_list("pk", "name"))
    found = []
    for undated, due, unit_id, warning in broken[:SHOWN]:
        title = _("{unit}: {warning}").format(unit=names[unit_id], warning=warning.message)
        url = reverse("organisation:unit", args=[unit_id])
        found.append(Todo(title, url, None if undated else due, _("structure"), warning.is_urgent))
    return found


def _told(term: TermEnd, on: date) -> str:
    """Return the code of the warning that a term is part of."""
    return f"term_{term_light(term.ends_on, on=on)}"
