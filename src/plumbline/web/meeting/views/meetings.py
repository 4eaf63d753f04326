"""Holding a meeting at once, planning and changing one, and the page of a meeting."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumbline.kernel import clock
from plumbline.kernel.actor import NotPermitted
from plumbline.meeting import api as meeting
from plumbline.organisation import api as organisation
from plumbline.web.meeting.forms import FilesForm, PlanForm, ProblemForm
from plumbline.web.meeting.views.common import actor_of, common, done, history, number_in, owner_of


def _unit(request: HttpRequest, given: str | None) -> tuple[Any, list[Any]]:
    """Return the organisation that is meant, and those there are to choose from; the most likely one where none is named."""
    actor = actor_of(request)
    units = meeting.keepers_units(actor)
    wanted = number_in(given) or meeting.own_unit(actor)
    unit = next((one for one in units if one.pk == wanted), None)
    if unit is None and (number_in(given) or not units):
        raise NotPermitted("meeting.hold", f"unit:{given or ''}")
    return unit or units[0], units


def _kinds(unit: Any) -> list[meeting.Kind]:
    """Return the kinds that this organisation holds, as they are today."""
    return [one for one in meeting.kinds_on(clock.today()) if unit.kind in one.held_by]


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest) -> HttpResponse:
    """Begin a meeting at once: choose its kind, and it is open."""
    unit, units = _unit(request, request.POST.get("unit") or request.GET.get("unit"))
    if request.method == "POST":
        made: list[meeting.Meeting] = []
        kind = request.POST.get("kind", "")
        also = [one for one in request.POST.getlist("also") if one]

        def act() -> None:
            made.append(meeting.hold_now(**common(request), unit_id=unit.pk, kind=kind, also=also))

        if done(request, act, ""):
            return redirect("meeting:meeting", made[0].pk)
    kinds = _kinds(unit)
    names = {one.code: str(one.name) for one in kinds}
    offered = [(one, [(code, names[code]) for code in one.together if code in names]) for one in kinds]
    return render(request, "meeting/hold.html", {"unit": unit, "units": units, "offered": offered})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan a meeting: organisation and kind first, then the rest."""
    unit, units = _unit(request, request.POST.get("unit") or request.GET.get("unit"))
    kinds = _kinds(unit)
    code = request.POST.get("kind") or request.GET.get("kind", "")
    kind = next((one for one in kinds if one.code == code), None)
    context: dict[str, Any] = {"unit": unit, "units": units, "kinds": kinds, "kind": kind}
    if kind is None:
        return render(request, "meeting/new.html", context)
    form = _form(request, unit, kind, kinds, {"title": str(kind.name), "minutes": kind.minutes, "agenda": _lines(kind)})
    made: list[meeting.Meeting] = []

    def act() -> None:
        made.append(meeting.plan_meeting(**common(request), unit_id=unit.pk, kind=kind.code, plan=form.plan()))

    if request.method == "POST" and form.is_valid() and done(request, act, _("The meeting is planned."), form):
        return redirect("meeting:meeting", made[0].pk)
    return render(request, "meeting/new.html", {**context, "form": form}, status=422 if form.errors else 200)


def _lines(kind: meeting.Kind) -> str:
    return "\n".join(str(one) for one in kind.agenda)


def _form(
    request: HttpRequest, unit: Any, kind: meeting.Kind, kinds: list[meeting.Kind], initial: dict[str, Any]
) -> PlanForm:
    names = {one.code: str(one.name) for one in kinds}
    together = [(code, names[code]) for code in kind.together if code in names]
    people = organisation.people_of([unit.pk], on=clock.today())[unit.pk]
    group = meeting.people_on(unit.pk, clock.today()) if kind.who is meeting.Who.GROUP and unit.kind != "group" else ()
    data = request.POST if request.method == "POST" else None
    return PlanForm(data, initial=initial, together=together, people=people, group=group)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Change what is said of a meeting that is not filed."""
    found = meeting.meeting_for(actor_of(request), meeting_id)
    meeting.check_hold(actor_of(request), found.unit.path, f"meeting:{meeting_id}")
    unit = organisation.organisation_for(actor_of(request), found.unit_id)
    held = meeting.held_of(found)
    initial = {
        "title": found.title, "starts_at": found.starts_at, "minutes": found.minutes, "place": found.place,
        "also": found.also, "group_name": found.group_name, "chosen": found.chosen, "agenda": "\n".join(found.agenda),
        "chair": found.chair_id, "recorder": found.recorder_id,
    }  # fmt: skip
    form = _form(request, unit, held.kind, _kinds(unit), initial)

    def act() -> None:
        meeting.change_meeting(**common(request), meeting_id=meeting_id, plan=form.plan())

    if request.method == "POST" and form.is_valid() and done(request, act, _("The change is kept."), form):
        return redirect("meeting:meeting", meeting_id)
    context = {"meeting": found, "held": held, "form": form}
    return render(request, "meeting/change.html", context, status=422 if form.errors else 200)


@require_safe
def meeting_page(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Show one meeting: what can be done now, who was there, what was said and decided, files, history."""
    found = meeting.meeting_page(actor_of(request), meeting_id)
    one = found.meeting
    people = organisation.people_of([one.unit_id], on=one.held_on)[one.unit_id] if "write" in found.can else ()
    if one.state == "held" and found.beside and "record" in found.can:
        messages.warning(request, _("Two texts of the minutes stand side by side: choose one of them."))
    context = {
        "found": found, "meeting": one, "held": found.held, "quorum": found.quorum, "light": meeting.LIGHTS[one.state],
        "files_form": FilesForm() if {"change", "write"} & found.can else None,
        "problem_form": ProblemForm(people=people) if "write" in found.can else None,
        "shown_history": history(f"meeting:{meeting_id}") if "record" in found.can else (),
        "owner": owner_of(actor_of(request)) if "record" in found.can else "",
        "as_chair": request.user.pk == one.chair_id, "there": sum(1 for p in found.people if p.presence in ("present", "late")),
        "unmarked": sum(1 for p in found.people if not p.presence),
    }  # fmt: skip
    return render(request, "meeting/meeting.html", context)
