"""The rectification list of a slip: an item is added on the slip's page and has a page of its own."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.obligation import api as obligation
from plumbline.web.obligation.slip_forms import ReasonForm
from plumbline.web.obligation.slip_item_forms import ItemForm, ReportForm
from plumbline.web.obligation.views import slips


@require_POST
def add(request: HttpRequest, slip_id: int) -> HttpResponse:
    """Put a fault on the list of a slip."""
    actor = slips.actor_of(request)
    view = obligation.slip_view(actor, slip_id, on=clock.today())
    form = ItemForm(request.POST, people=slips.people_of(view.slip), prefix="item")
    if form.is_valid() and slips.tried(
        form, lambda: obligation.add_item(by=actor, at=clock.now(), slip_id=slip_id, draft=form.draft())
    ):
        messages.success(request, _("The item is on the list."))
        return redirect("obligation:slip", slip_id)
    return slips.shown(request, slip_id, {"item": form})


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, fault_id: int) -> HttpResponse:
    """Show an item with what can be done with it now; do what the button says."""
    actor = slips.actor_of(request)
    view, row = obligation.slip_item_view(actor, fault_id, on=clock.today())
    name = request.POST.get("act", "") if request.method == "POST" else ""
    forms = _forms(view, row, name, request)
    form = forms.get(name)
    if name == "drop" or (form is not None and form.is_valid()) or name == "check":
        done = _done(request, actor, fault_id, name, form)
        if done:
            messages.success(request, done)
            return (
                redirect("obligation:slip", view.slip.pk)
                if name == "drop"
                else redirect("obligation:slip-item", fault_id)
            )
    context = {"view": view, "slip": view.slip, "row": row, "item": row.item, "forms": forms, "tried": name}
    return render(request, "obligation/slip_item.html", context, status=422 if name else 200)


def _forms(view: obligation.SlipView, row: obligation.ItemRow, name: str, request: HttpRequest) -> dict[str, Any]:
    """Return the forms of what can be done with the item; the one that was sent with what was sent."""
    one = row.item
    first = {"text": one.text, "measure": one.measure, "owner": one.owner_id, "due_on": one.due_on}
    made: dict[str, Callable[[Any, Any], Any]] = {
        "plan": lambda data, _files: ItemForm(data, initial=first, people=slips.people_of(view.slip), prefix="plan"),
        "report": lambda data, files: ReportForm(data, files, prefix="report"),
        "return": lambda data, _files: ReasonForm(data, prefix="return"),
    }
    return {
        act: make(request.POST, request.FILES) if act == name else make(None, None)
        for act, make in made.items()
        if act in row.can or act == name
    }


def _done(request: HttpRequest, actor: Actor, item_id: int, name: str, form: Any) -> str:
    """Do it and return the words that say so; "" where it was refused, which then stands beside the form."""
    common: dict[str, Any] = {"by": actor, "at": clock.now(), "item_id": item_id}
    acts: dict[str, tuple[Callable[[], Any], str]] = {
        "plan": (lambda: obligation.plan_item(**common, draft=form.draft()), _("The plan is kept.")),
        "report": (
            lambda: obligation.report_item(**common, words=form.cleaned_data["words"], uploads=form.uploads()),
            _("The report is sent; it will be checked."),
        ),
        "return": (
            lambda: obligation.return_item(**common, reason=form.cleaned_data["reason"]), _("The item was given back."),
        ),
        "check": (lambda: obligation.tick_off_item(**common), _("The item is ticked off.")),
        "drop": (lambda: obligation.drop_item(**common), _("The item is taken from the list.")),
    }  # fmt: skip
    act, words = acts[name]
    if form is not None:
        return words if slips.tried(form, act) else ""
    try:
        act()
    except obligation.Refused as problem:
        messages.error(request, problem.message)
        return ""
    return words
