"""What the views share: who asks, and a form that is checked, perhaps shown as a plan first, and then done."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.audit import AuditRow
from plumbline.organisation import api as organisation
from plumbline.web.kernel.words import ShownRow, shown_rows

CONFIRMED = "confirmed"


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; raises NotPermitted for the public, whom the middleware leads to sign in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        raise NotPermitted("organisation.read")
    return actor


def shown_history(rows: Iterable[AuditRow]) -> list[ShownRow]:
    """Return audit rows with words for the actions and for the fields that changed."""
    words = organisation.field_words()
    return [
        replace(row, changes=[(str(words.get(name, name)), old, new) for name, old, new in row.changes])
        for row in shown_rows(rows)
    ]


def posted(request: HttpRequest) -> Any:
    """Return what a form was filled in with, or None where the page is only opened."""
    return request.POST if request.method == "POST" else None


@dataclass(frozen=True, slots=True)
class Task:
    """One form and what it does.

    ``act`` gets the cleaned data and returns the address to go to. ``plan`` (if any) says what would happen; the form is
    then asked twice. ``check`` raises Refused where it could not be done, before the plan is shown.
    """

    title: str
    button: str
    back: str
    act: Callable[[Mapping[str, Any]], str]
    plan: Callable[[Mapping[str, Any]], organisation.Plan] | None = None
    check: Callable[[Mapping[str, Any]], None] | None = None
    done: str = ""
    lead: str = ""
    danger: bool = False
    crumbs: tuple[tuple[str, str], ...] = field(default=())
    wide: bool = False


def run(request: HttpRequest, form: forms.Form, task: Task) -> HttpResponse:
    """Show a form, its plan, or do it and go on; what a rule refuses stands beside the field that it names."""
    plan = None
    if request.method == "POST" and form.is_valid():
        try:
            if task.plan and CONFIRMED not in request.POST:
                if task.check:
                    task.check(form.cleaned_data)
                plan = task.plan(form.cleaned_data)
            else:
                target = task.act(form.cleaned_data)
                messages.success(request, task.done or _("Saved."))
                return redirect(target)
        except organisation.Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            plan = None
    status = 422 if form.errors else 200
    name = "organisation/task.html"
    return render(
        request, name, {"form": form, "task": task, "plan": plan, "hidden": _hidden(form, plan)}, status=status
    )


def _hidden(form: forms.Form, plan: organisation.Plan | None) -> list[tuple[str, str]]:
    """Return what was filled in, to be sent again with the confirmation."""
    if plan is None:
        return []
    pairs = []
    for bound in form:
        value = bound.data
        given = value if isinstance(value, (list, tuple)) else [value]
        pairs += [(bound.html_name, str(one)) for one in given if one not in (None, "", False)]
    return pairs
