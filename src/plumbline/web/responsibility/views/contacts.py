"""Contact points: the coverage map, a leader assigned, the page of one and what is recorded there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.responsibility import api as responsibility
from plumbline.web.responsibility import contact_forms as forms
from plumbline.web.responsibility.asking import actor_of, number, tried


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show leaders by the units that they contact, with what they did there in the quarter."""
    found = responsibility.coverage(actor_of(request), on=clock.today())
    return render(request, "responsibility/contacts.html", {"map": found})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose a unit, then the leader who contacts it, and from when."""
    actor = actor_of(request)
    units = responsibility.units_to_assign(actor)
    if not actor.paths_for("administrator", "secretary"):
        raise NotPermitted("responsibility.assign_contact", "contacts")
    unit_id = number(request.GET.get("unit"))
    if unit_id not in dict(units):
        return render(request, "responsibility/contact_new.html", {"units": units})
    unit = organisation.unit_for(actor, unit_id)
    leaders = responsibility.leaders_for(unit, on=clock.today())
    form = forms.AssignForm(request.POST or None, leaders=leaders, initial={"starts_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        point = tried(form, lambda: responsibility.assign_contact(
            by=actor, at=clock.now(), unit=unit, leader=responsibility.term_for(actor, given["leader"]),
            starts_on=given["starts_on"], ends_on=given["ends_on"],
        ))  # fmt: skip
        if point is not None:
            messages.success(request, _("The leader has been told."))
            return redirect("responsibility:contact", point.pk)
    context = {"units": units, "unit_id": unit_id, "unit_name": unit.name, "form": form, "leaders": leaders}
    return render(request, "responsibility/contact_new.html", context, status=422 if form.errors else 200)


@require_safe
def one(request: HttpRequest, point_id: int) -> HttpResponse:
    """Show a contact point: visits, lectures and problems."""
    return _page(request, point_id, {})


def _page(request: HttpRequest, point_id: int, filled: dict[str, Any]) -> HttpResponse:
    today = clock.today()
    view = responsibility.contact_view(actor_of(request), point_id, on=today)
    rows = [
        (row, filled.get(f"solve{row.record.pk}") or forms.SolveForm(
            initial={"on": today}, prefix=f"solve{row.record.pk}"
        ) if view.may_record and row.is_open else None, f"solve{row.record.pk}" in filled)
        for row in view.rows
    ]  # fmt: skip
    context = {
        "view": view, "point": view.point, "rows": rows, "filled": filled,
        "record_form": filled.get("record") or forms.RecordForm(initial={"happened_on": today}, prefix="record"),
        "end_form": filled.get("end") or forms.EndForm(initial={"on": today}, prefix="end"),
        "history": audit.history(f"contact:{point_id}"),
    }  # fmt: skip
    bad = any(form.errors for form in filled.values())
    return render(request, "responsibility/contact.html", context, status=422 if bad else 200)


@require_POST
def act(request: HttpRequest, point_id: int) -> HttpResponse:
    """Record what was done, say that a problem is solved, or end the contact point."""
    actor, name = actor_of(request), request.POST.get("act", "")
    view = responsibility.contact_view(actor, point_id, on=clock.today())
    record_id = number(request.POST.get("record"))
    if name == "solve" and record_id not in {row.record.pk for row in view.rows}:
        raise NotPermitted("responsibility.solve_contact", f"contact-record:{record_id}")
    key = f"solve{record_id}" if name == "solve" else "end" if name == "end" else "record"
    kind = forms.SolveForm if name == "solve" else forms.EndForm if name == "end" else forms.RecordForm
    form: Any = kind(request.POST, request.FILES, prefix=key)
    if not (form.is_valid() and tried(form, lambda: _do(actor, point_id, record_id, name, form))):
        return _page(request, point_id, {key: form})
    said = _("It ends on that day.") if key == "end" else _("Recorded; it counts as a fact from now on.")
    messages.success(request, said)
    return redirect("responsibility:contact", point_id)


def _do(actor: Actor, point_id: int, record_id: int | None, name: str, form: Any) -> Any:
    given: dict[str, Any] = form.cleaned_data
    who: dict[str, Any] = {"by": actor, "at": clock.now()}
    if name == "solve" and record_id is not None:
        solved = {"on": given["on"], "words": given["words"], "uploads": form.uploads()}
        return responsibility.solve_problem(**who, record_id=record_id, **solved)
    if name == "end":
        return responsibility.end_contact(**who, point_id=point_id, **given)
    return responsibility.record_contact(**who, point_id=point_id, record=form.record(), uploads=form.uploads())


@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """Correct a record of a contact point, or withdraw it, with the reason."""
    actor = actor_of(request)
    row = responsibility.record_for(actor, record_id)
    view = responsibility.contact_view(actor, row.point_id, on=clock.today())
    if not view.may_record:
        raise NotPermitted("responsibility.correct_contact", f"contact-record:{record_id}")
    first = {name: getattr(row, name) for name in ("kind", "happened_on", "words", "purpose", "due_on")}
    form = forms.CorrectForm(request.POST or None, kind=row.kind, initial=first)
    if request.method == "POST" and form.is_valid():
        common: dict[str, Any] = {
            "by": actor, "at": clock.now(), "record_id": record_id, "reason": form.cleaned_data["reason"],
        }  # fmt: skip
        try:
            done = tried(form, lambda: (
                responsibility.withdraw_record(**common) if request.POST.get("act") == "withdraw"
                else responsibility.correct_record(**common, record=form.record())
            ))  # fmt: skip
        except ledger.CorrectionRefused as refused:
            done = None
            form.add_error(None, str(refused))
        if done is not None:
            messages.success(request, _("Changed: the old fact is superseded, and stays in the history."))
            return redirect("responsibility:contact", row.point_id)
    context = {"row": row, "view": view, "form": form}
    return render(request, "responsibility/contact_record.html", context, status=422 if form.errors else 200)
