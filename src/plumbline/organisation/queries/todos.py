"""What waits on the desk of those who lead organisations: terms that ended or end soon, and branches too small to stand."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.todo import Todo
from plumbline.organisation.models import Appointment, Organisation, Unit
from plumbline.organisation.queries.structure import shapes
from plumbline.organisation.queries.units import below
from plumbline.organisation.rules.structure import Limits, TermEnd, structure_warnings
from plumbline.organisation.rules.terms import (
    DEFAULT_TERM_YEARS,
    LONGEST_TERM_YEARS,
    NOTICE_MONTHS,
    add_months,
    add_years,
    term_light,
)

LEADERS = ("administrator", "secretary")
TOLD = ("term_ended", "term_ending", "branch_small")
"""The warnings that wait on a desk; the others stand on the unit's page and in the list of warnings."""
SHOWN = 20
"""How many units the desk names one by one; a committee with more finds them by the filter of the list."""


def structure_todos(actor: Actor, at: datetime) -> Iterable[Todo]:
    """Return the terms that ended or end within six months, and organisations without enough members.

    At most nine SQL statements, none for those who lead nothing; only organisations that may have something to tell are
    looked at whole.
    """
    paths = actor.paths_for(*LEADERS)
    if not paths:
        return []
    on = clock.day_of(at)
    led = Organisation.objects.filter(below(paths))
    broken = []
    for shape in shapes(led, on=on, only=_noticeable(led, on)):
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


def _noticeable(led: QuerySet[Organisation], on: date) -> set[int]:
    """Return the organisations with a term that may have run out or soon will, or with few full members."""
    own = led.order_by().aggregate(least=Min("term_years"))["least"]
    shortest = min(own or LONGEST_TERM_YEARS, *DEFAULT_TERM_YEARS.values())
    soon = add_months(on, NOTICE_MONTHS)
    old = Q(starts_on__lte=add_years(soon, -shortest), ends_on=None) | Q(ends_on__lte=soon)
    newer = Appointment.objects.filter(post=OuterRef("post"), starts_on__gt=OuterRef("starts_on"), starts_on__lte=on)
    terms = Appointment.objects.filter(old, ~Exists(newer), post__unit__in=led.order_by().values("pk"))
    counted = led.order_by().annotate(full=Count("members", filter=Q(members__status="full")))
    few = counted.filter(kind="branch", full__lt=Limits().branch_least)
    return set(terms.values_list("post__unit_id", flat=True)) | set(few.values_list("pk", flat=True))


def _told(term: TermEnd, on: date) -> str:
    """Return the code of the warning that a term is part of."""
    return f"term_{term_light(term.ends_on, on=on)}"
