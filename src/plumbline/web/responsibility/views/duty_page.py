"""The page of a duty, with the forms of what its reader may do."""

from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from plumbline.kernel import audit, clock
from plumbline.responsibility import api as responsibility
from plumbline.web.responsibility import duty_act_forms as act_forms
from plumbline.web.responsibility.asking import actor_of

Form = django_forms.Form
SIMPLE = ("return", "drop", "reopen")


def act_form(view: responsibility.DutyView, name: str, data: Any = None, files: Any = None) -> Form:
    """Return the form of an act on a duty, filled with what stands, under the act's name as prefix."""
    duty = view.duty
    if name in ("progress", "report"):
        first = {"on": min(clock.today(), duty.due_on)}
        return act_forms.ReportForm(data, files, duty=duty, initial=first, prefix="report")
    if name in SIMPLE:
        return act_forms.ReasonForm(data, prefix=name)
    if name == "confirm":
        return act_forms.ConfirmForm(data, prefix=name)
    if name == "carry":
        last = duty.due_on.replace(year=duty.year + 1, day=min(duty.due_on.day, 28))
        return act_forms.CarryForm(data, initial={"due_on": last}, prefix=name)
    choices = responsibility.duty_choices(duty.unit, on=clock.today())
    if name == "hand_over":
        return act_forms.HandOverForm(data, owners=choices.owners, prefix=name)
    if name == "share":
        return act_forms.ShareForm(
            data, owners=choices.owners, initial={"partners": [one.pk for one in view.partners]}, prefix=name
        )
    first_links = {"serves": duty.serves_id, "needs": [one.pk for one in view.needs]}
    others = responsibility.duties_to_need(duty)
    return act_forms.LinkForm(
        data, aims=[] if duty.is_business else choices.aims, others=others, initial=first_links, prefix="link"
    )


def step_form(data: Any = None, files: Any = None, *, step_id: int) -> act_forms.ReportForm:
    """Return the form by which a step is said to be done."""
    return act_forms.ReportForm(data, files, initial={"on": clock.today()}, prefix=f"step{step_id}")


def duty_page(request: HttpRequest, duty_id: int, filled: dict[str, Any]) -> HttpResponse:
    """Return the page of a duty; ``filled`` are forms that were sent and refused, by act (steps by their prefix)."""
    actor, today = actor_of(request), clock.today()
    view = responsibility.duty_view(actor, duty_id, on=today)
    acts = view.can - {"change", "plan", "step", "unstep", "progress"}
    shown = {act: filled.get(act) or act_form(view, act) for act in acts}
    if "progress" in filled:
        shown["report"] = filled["progress"]
    steps = [
        (step, filled.get(f"step{step.pk}") or (step_form(step_id=step.pk) if step.done_on is None
         else act_forms.ReasonForm(prefix=f"step{step.pk}")), f"step{step.pk}" in filled)
        for step in view.steps
    ]  # fmt: skip
    context = {
        "view": view, "duty": view.duty, "row": view.row, "forms": shown, "filled": filled, "steps": steps,
        "today": today, "history": audit.history(f"duty:{duty_id}"),
    }  # fmt: skip
    bad = any(form.errors for form in filled.values())
    return render(request, "responsibility/duty.html", context, status=422 if bad else 200)
