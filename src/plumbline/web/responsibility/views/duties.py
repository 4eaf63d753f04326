"""Duties: the list, a new one, and the page of one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumbline.kernel import audit, clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.responsibility import api as responsibility
from plumbline.web.responsibility import duty_forms as forms


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks. Raises NotPermitted for the public."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        raise NotPermitted("responsibility.read_duty")
    return actor


def number(text: str | None) -> int | None:
    """Return a number of an address, or None where it is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def tried(form: Any, act: Callable[[], Any]) -> Any:
    """Return what the action returns, or None with the refusal beside the field that it names."""
    try:
        return act()
    except responsibility.Refused as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)
    except evidence.EvidenceRefused as problem:
        form.add_error("files" if "files" in form.fields else None, str(problem))
    except ledger.FactsRefused as problem:
        form.add_error(None, " ".join(one.message for one in problem.outcomes[0].problems))
    return None


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show the duties that the reader may see, narrowed to what they ask for."""
    asked = forms.FilterForm(request.GET)
    ask = asked.ask()
    found = responsibility.duty_list(
        actor_of(request), ask, on=clock.today(), page=number(request.GET.get("page")) or 1
    )
    states = [(one.value, said, found.counts.get(one.value, 0)) for one, said in responsibility.DUTY_STATES.items()]
    context = {
        "found": found, "page_obj": found.page, "ask": ask, "states": states, "lines": forms.LINES,
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
    actor = actor_of(request)
    view = responsibility.duty_view(actor, duty_id, on=clock.today())
    context = {"view": view, "duty": view.duty, "row": view.row, "history": audit.history(f"duty:{duty_id}")}
    return render(request, "responsibility/duty.html", context)
