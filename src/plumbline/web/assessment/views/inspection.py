"""The inspection of a round: coverage, plan, teams, who inspects what, the sheet on paper, and conflicts of interest."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.organisation import api as organisation
from plumbline.web.assessment import inspection_documents as documents
from plumbline.web.assessment import inspection_forms as forms
from plumbline.web.assessment.shown import class_title, visit_light, visit_word
from plumbline.web.assessment.views import actor_of


@require_safe
def coverage(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show who has been inspected, by whom, and what is outstanding; and, while it may be prepared, how to go on."""
    actor = actor_of(request)
    found = assessment.coverage(actor, round_id, on=clock.today())
    return render(request, "assessment/inspection.html", _coverage_context(request, found, _assign_form(found)))


def _classes(found: assessment.Coverage) -> list[tuple[str, str]]:
    return [(klass, class_title(klass)) for klass in dict.fromkeys(row.klass for row in found.rows)]


def _assign_form(found: assessment.Coverage, data: Any = None) -> forms.AssignForm:
    return forms.AssignForm(data, found=found, classes=_classes(found))


def _coverage_context(request: HttpRequest, found: assessment.Coverage, form: forms.AssignForm) -> dict[str, Any]:
    given: Any = form.data
    ticked = set(given.getlist("units")) if form.is_bound else set()
    wanted = {name: request.GET.get(name, "") for name in ("q", "state", "team")}
    shown = [row for row in found.rows if _fits(row, wanted) and (not ticked or str(row.unit_id) in ticked)]
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    counts = [(state, visit_word(state), found.states[state]) for state in _ORDER if found.states.get(state)]
    return {
        "found": found, "round": found.round, "form": form, "page_obj": page, "wanted": wanted, "counts": counts,
        "warned": sum(bool(row.warnings) for row in found.rows), "today": clock.today(),
        "rows": [
            (row, class_title(row.klass), visit_light(row.state), visit_word(row.state), str(row.unit_id) in ticked)
            for row in page.object_list
        ],
    }  # fmt: skip


def _fits(row: Any, wanted: dict[str, str]) -> bool:
    """True where the row is what the reader asked for: words of its name or code, a state, a team."""
    words = wanted["q"].strip().lower()
    return (
        (not words or words in row.name.lower() or words in row.code.lower())
        and (not wanted["state"] or row.state == wanted["state"])
        and (not wanted["team"] or str(row.team_id) == wanted["team"])
    )


PER_PAGE = 100
"""Units on a page: a county has one and a half of them, a province many."""
_ORDER = ("done", "begun", "waiting", "late", "none")


@require_http_methods(["GET", "POST", "HEAD"])
def plan(request: HttpRequest, round_id: int) -> HttpResponse:
    """Say between which days the round is inspected, and from when units read what was found."""
    actor = actor_of(request)
    round_ = assessment.round_to_prepare(actor, round_id)
    kept = assessment.coverage(actor, round_id, on=clock.today()).plan
    initial = {"from_on": kept.from_on, "until_on": kept.until_on, "shown": kept.shown} if kept else {}
    form = forms.PlanForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            assessment.plan_inspection(by=actor, at=clock.now(), round_id=round_id, **form.cleaned_data)
        except assessment.Refused as problem:
            forms.take(form, problem)
        else:
            messages.success(request, _("The days of the inspection are set."))
            return redirect("assessment:inspection", round_id)
    return _form_page(request, "assessment/inspection_plan.html", form, {"round": round_})


def _form_page(request: HttpRequest, template: str, form: Any, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


@require_POST
def distribute(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give every unit a team, evenly and where nobody has a conflict; ``anew`` deals all but the hand-made again."""
    actor = actor_of(request)
    try:
        done = assessment.distribute_units(by=actor, at=clock.now(), round_id=round_id, anew="anew" in request.POST)
    except assessment.Refused as problem:
        messages.error(request, problem.message)
        return redirect("assessment:inspection", round_id)
    told = ngettext("{count} unit has a new team.", "{count} units have a new team.", done.changed)
    messages.success(request, told.format(count=done.changed))
    if done.left:
        left = ngettext(
            "{count} unit has no team: in every team somebody has a conflict of interest there.",
            "{count} units have no team: in every team somebody has a conflict of interest there.", len(done.left),
        )  # fmt: skip
        messages.warning(request, left.format(count=len(done.left)))
    return redirect("assessment:inspection", round_id)


@require_POST
def assign(request: HttpRequest, round_id: int) -> HttpResponse:
    """Let a team inspect the ticked units or a class, by hand; a conflict comes back with its reason."""
    actor = actor_of(request)
    assessment.round_to_prepare(actor, round_id)
    found = assessment.coverage(actor, round_id, on=clock.today())
    form = _assign_form(found, request.POST)
    if form.is_valid():
        try:
            count = assessment.assign(by=actor, at=clock.now(), round_id=round_id, **form.as_arguments())
        except assessment.Refused as problem:
            forms.take(form, problem)
        else:
            told = ngettext("{count} unit assigned.", "{count} units assigned.", count)
            messages.success(request, told.format(count=count))
            return redirect("assessment:inspection", round_id)
    return render(request, "assessment/inspection.html", _coverage_context(request, found, form), status=422)


@require_http_methods(["GET", "POST", "HEAD"])
def new_team(request: HttpRequest, round_id: int) -> HttpResponse:
    """Make a team."""
    return _team_page(request, round_id, None)


@require_http_methods(["GET", "POST", "HEAD"])
def team(request: HttpRequest, round_id: int, team_id: int) -> HttpResponse:
    """Change a team."""
    return _team_page(request, round_id, assessment.team_for(actor_of(request), round_id, team_id))


def _team_page(request: HttpRequest, round_id: int, kept: Any) -> HttpResponse:
    actor = actor_of(request)
    round_ = assessment.round_to_prepare(actor, round_id)
    people = [(user.pk, str(user)) for user in assessment.team_choices(round_, on=clock.today())]
    initial = (
        {"name": kept.name, "lead": kept.lead_id, "members": [user.pk for user in kept.members.all()]} if kept else {}
    )
    form = forms.TeamForm(request.POST if request.method == "POST" else None, people=people, initial=initial)
    if form.is_bound and form.is_valid():
        given = {**form.as_arguments(), "team_id": kept.pk if kept else None}
        try:
            assessment.save_team(by=actor, at=clock.now(), round_id=round_id, **given)
        except assessment.Refused as problem:
            forms.take(form, problem)
        else:
            messages.success(request, _("The team is kept."))
            return redirect("assessment:inspection", round_id)
    return _form_page(request, "assessment/team.html", form, {"round": round_, "team": kept, "people": people})


@require_POST
def remove_team(request: HttpRequest, round_id: int, team_id: int) -> HttpResponse:
    """Dissolve a team."""
    actor = actor_of(request)
    try:
        assessment.remove_team(by=actor, at=clock.now(), round_id=round_id, team_id=team_id)
    except assessment.Refused as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("The team is dissolved. Its units have none until you distribute them again."))
    return redirect("assessment:inspection", round_id)


@require_safe
def sheet(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the inspection sheet as PDF: the units of a day or a team, with the indicators and room for notes."""
    actor = actor_of(request)
    found = assessment.coverage(actor, round_id, on=clock.today())
    day, team_id = _day(request.GET.get("on", "")), request.GET.get("team", "")
    rows = [row for row in found.rows if row.team_id is not None]
    if team_id:
        rows = [row for row in rows if str(row.team_id) == team_id]
    if day:
        rows = [row for row in rows if row.from_on and row.until_on and row.from_on <= day <= row.until_on]
    return documents.sheet_pdf(found.round, rows, day)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_http_methods(["GET", "POST", "HEAD"])
def conflicts(request: HttpRequest) -> HttpResponse:
    """Show what ties the reader to units, and take a declaration."""
    actor = actor_of(request)
    form = forms.ConflictForm(request.POST if request.method == "POST" else None, units=_units_to_declare(actor))
    if form.is_bound and form.is_valid():
        try:
            assessment.declare_conflict(by=actor, at=clock.now(), **form.cleaned_data)
        except assessment.Refused as problem:
            forms.take(form, problem)
        else:
            messages.success(request, _("Declared. You are not sent to this unit, and record nothing new about it."))
            return redirect("assessment:conflicts")
    page = assessment.conflict_page(actor, on=clock.today())
    return _form_page(request, "assessment/conflicts.html", form, {"found": page})


def _units_to_declare(actor: Actor) -> list[tuple[int, str]]:
    paths = actor.paths_for("assessor", "administrator")
    units = organisation.visible_units(actor, on=clock.today()).order_by("code")
    rows = units.values_list("pk", "name", "path")
    return [(pk, name) for pk, name, path in rows if any(path.startswith(reach) for reach in paths)]


@require_POST
def end_conflict(request: HttpRequest, declaration_id: int) -> HttpResponse:
    """End somebody's declaration, with a reason."""
    actor = actor_of(request)
    try:
        assessment.end_conflict(
            by=actor, at=clock.now(), declaration_id=declaration_id, reason=request.POST.get("reason", "")[:500]
        )
    except assessment.Refused as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("The declaration is ended."))
    return redirect("assessment:conflicts")
