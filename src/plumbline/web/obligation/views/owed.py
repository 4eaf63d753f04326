"""What is owed: a unit's year with its lights, and what a member owes."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plumbline.kernel import audit, clock
from plumbline.obligation import api as obligation
from plumbline.organisation import api as organisation
from plumbline.web.kernel.reader import actor_of


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show what the reader owes as a member, and lead to the units that the reader leads."""
    actor = actor_of(request, "obligation.read_owed")
    today = clock.today()
    led = {grant.unit_id for grant in actor.grants if grant.role in ("secretary", "organiser")}
    units = organisation.visible_units(actor, on=today).filter(pk__in=led)
    context = {"rows": obligation.my_year(actor, today.year, today), "units": units, "year": today.year}
    return render(request, "obligation/mine.html", context)


@require_safe
def this_year(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Lead to the unit's present year."""
    actor_of(request, "obligation.read_owed")
    return redirect("obligation:owed", unit_id, clock.today().year)


@require_safe
def owed(request: HttpRequest, unit_id: int, year: int) -> HttpResponse:
    """Show a unit's year: rhythms by months with lights, and what came once."""
    actor = actor_of(request, "obligation.read_owed")
    if not 2000 <= year < 2100:
        raise Http404(_("A year is planned from 2000 to 2099."))
    found = obligation.owed_year(actor, unit_id, year, clock.today())
    history = [one for one in audit.history(f"unit:{unit_id}") if one.action.startswith("obligation.")]
    context = {"found": found, "unit": found.unit, "year": year, "months": range(1, 13), "history": history}
    return render(request, "obligation/owed.html", context)
