"""Duties: the list, a new one, and the page of one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation
from plumbline.responsibility import api as responsibility
from plumbline.web.responsibility import duty_forms as forms
from plumbline.web.responsibility.asking import actor_of, number, tried
from plumbline.web.responsibility.duty_documents import duties_workbook
from plumbline.web.responsibility.views.duty_page import duty_page

MOST_EXPORTED = 5_000


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show the duties that the reader may see, narrowed to what they ask for."""
    asked = forms.FilterForm(request.GET)
    ask = asked.ask()
    found = responsibility.duty_list(
        actor_of(request), ask, on=clock.today(), page=number(request.GET.get("page")) or 1
    )
    states = [(one.value, said, found.counts.get(one.value, 0)) for one, said in responsibility.DUTY_STATES.items()]
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "kept": kept.urlencode(), "found": found, "page_obj": found.page, "ask": ask, "states": states, "lines": forms.LINES,
        "total": sum(found.counts.values()),
    }  # fmt: skip
    return render(request, "responsibility/duties.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a unit, then answer the six questions, and deploy the duty."""
    actor = actor_of(request)
    units = responsibility.units_to_deploy(actor)
    if not actor.paths_for("administrator", "secretary"):
        raise NotPermitted("responsibility.deploy_duty", "duties")
    unit_id = number(request.GET.get("unit"))
    if unit_id not in dict(units):
        return render(request, "responsibility/duty_new.html", {"units": units})
    unit = organisation.unit_for(actor, unit_id)
    form = duty_form(unit, request.POST or None, initial=forms.first_values(clock.today()))
    if request.method == "POST" and form.is_valid():
        duty = tried(form, lambda: _deploy(actor, unit, form))
        if duty is not None:
            messages.success(request, _("The duty is deployed; it stands on the board of lights from now on."))
            return redirect("responsibility:duty", duty.pk)
    context = {"units": units, "unit_id": unit_id, "unit_name": unit.name, "form": form}
    return render(request, "responsibility/duty_new.html", context, status=422 if form.errors else 200)


def _deploy(actor: Actor, unit: Any, form: forms.DutyForm) -> Any:
    given = form.cleaned_data
    return responsibility.deploy_duty(
        by=actor, at=clock.now(), unit=unit, owner=responsibility.term_for(actor, given["owner"]),
        serves=responsibility.duty_or_none(given["serves"]), **form.values(),
    )  # fmt: skip


def duty_form(unit: Any, data: Any = None, **given: Any) -> forms.DutyForm:
    """Return the form of a duty of a unit, with the owners and aims from which to choose."""
    choices = responsibility.duty_choices(unit, on=clock.today())
    return forms.DutyForm(data, owners=choices.owners, aims=choices.aims, **given)


@require_safe
def one(request: HttpRequest, duty_id: int) -> HttpResponse:
    """Show a duty: the six questions, what is attained, what can be done, what happened."""
    return duty_page(request, duty_id, {})


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """Give the duties that are asked for as a workbook."""
    ask = forms.FilterForm(request.GET).ask()
    rows = responsibility.asked_duties(actor_of(request), ask, on=clock.today())[:MOST_EXPORTED]
    return duties_workbook(responsibility.duty_rows(list(rows), on=clock.today()), on=clock.today())
