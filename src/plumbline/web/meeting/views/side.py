"""Talks, terms, and the problem lists of organisation-life meetings."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumbline.kernel import clock
from plumbline.kernel.actor import NotPermitted
from plumbline.meeting import api as meeting
from plumbline.organisation import api as organisation
from plumbline.web.meeting.forms import ExtendForm, MendForm, ProblemForm, TalkForm, uploads_of
from plumbline.web.meeting.views.common import actor_of, common, done, history, number_in


@require_http_methods(["GET", "HEAD", "POST"])
def talks(request: HttpRequest) -> HttpResponse:
    """Record that talks were held, and show by organisation and class how many there were in a year."""
    actor = actor_of(request)
    if not organisation.organisations_for(actor, "organisation.read_unit").exists():
        raise NotPermitted("meeting.read")
    units = meeting.keepers_units(actor)
    data = request.POST if request.method == "POST" else None
    initial = {"held_on": clock.today(), "unit": meeting.own_unit(actor)}
    form = TalkForm(data, units=units, initial=initial) if units else None
    if form is not None and data is not None and form.is_valid() and _record(request, form):
        return redirect("meeting:talks")
    year = number_in(request.GET.get("year")) or clock.today().year
    context = {
        "form": form, "year": year, "rows": meeting.talk_rows(actor, year), "counts": meeting.talk_years(actor, year),
        "kept": {one.pk for one in units}, "pairs": [str(one) for one in meeting.PAIRS.values()],
    }  # fmt: skip
    return render(request, "meeting/talks.html", context, status=422 if form is not None and form.errors else 200)


def _record(request: HttpRequest, form: TalkForm) -> bool:
    given = form.cleaned_data

    def act() -> None:
        meeting.record_talks(
            **common(request), unit_id=given["unit"], pair=given["pair"], held_on=given["held_on"], count=given["count"]
        )

    return done(request, act, _("The talks are recorded."), form)


@require_http_methods(["POST"])
def withdraw_talk(request: HttpRequest, talk_id: int) -> HttpResponse:
    """Take the record of talks back."""
    reason = request.POST.get("reason", "")
    told = _("The record is withdrawn.")
    done(request, lambda: meeting.withdraw_talk(**common(request), talk_id=talk_id, reason=reason), told)
    return redirect("meeting:talks")


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Show the electoral terms in reach, the most urgent first."""
    actor = actor_of(request)
    rows = meeting.term_rows(actor, clock.today(), unit_id=number_in(request.GET.get("unit")))
    if not rows and not organisation.organisations_for(actor, "organisation.read_unit").exists():
        raise NotPermitted("meeting.read_term")
    return render(request, "meeting/terms.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, unit_id: int) -> HttpResponse:
    """Extend a term as it was approved."""
    row = meeting.term_for(actor_of(request), unit_id, clock.today())
    if not row.may_extend:
        raise NotPermitted("meeting.set", f"unit:{unit_id}")
    form = ExtendForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        meeting.extend_term(**common(request), unit_id=unit_id, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and done(request, act, _("The term is extended."), form):
        return redirect("meeting:terms")
    return render(request, "meeting/extend.html", {"row": row, "form": form}, status=422 if form.errors else 200)


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """List the problems that organisation-life meetings found."""
    state = request.GET.get("state", "")
    rows = meeting.problem_rows(
        actor_of(request), clock.today(), state=state if state in ("open", "done", "checked") else ""
    )
    return render(request, "meeting/problems.html", {"rows": rows, "state": state, "states": meeting.Problem.STATES})


@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: HttpRequest, problem_id: int) -> HttpResponse:
    """Show one problem; plan it, report it as mended, check it."""
    found = meeting.problem_page(actor_of(request), problem_id, clock.today())
    act, data = request.POST.get("act", ""), request.POST if request.method == "POST" else None
    one = found.problem
    initial = {"text": one.text, "measure": one.measure, "owner": one.owner_id, "due_on": one.due_on}
    plan = (
        ProblemForm(data if act == "plan" else None, initial=initial, people=found.people)
        if "plan" in found.can
        else None
    )
    if plan is not None:
        plan.fields["text"].disabled = True
    mend = MendForm(data if act == "report" else None, request.FILES or None) if "report" in found.can else None
    if data is not None and _decided(request, found, act, plan, mend):
        return redirect("meeting:problem", problem_id)
    context = {
        "found": found, "problem": one, "plan_form": plan, "mend_form": mend,
        "shown_history": history(f"problem:{problem_id}"),
    }  # fmt: skip
    bad = any(form is not None and form.errors for form in (plan, mend))
    return render(request, "meeting/problem.html", context, status=422 if bad else 200)


def _decided(
    request: HttpRequest, found: meeting.ProblemPage, act: str, plan: ProblemForm | None, mend: MendForm | None
) -> bool:
    """Do what was asked; false where the form must be filled in anew."""
    given: dict[str, Any] = {**common(request), "problem_id": found.problem.pk}
    if act == "plan" and plan is not None:
        return plan.is_valid() and done(request, lambda: _plan(given, plan), _("The plan is kept."), plan)
    if act == "report" and mend is not None:
        return mend.is_valid() and done(request, lambda: _report(given, mend), _("Reported as mended."), mend)
    mended, reason = act == "check", request.POST.get("reason", "")
    told = _("Checked: it is mended.") if mended else _("The problem is given back.")
    done(request, lambda: meeting.check_mended(**given, mended=mended, reason=reason), told)
    return True


def _plan(given: dict[str, Any], form: ProblemForm) -> None:
    said = form.cleaned_data
    meeting.plan_problem(**given, owner_id=said["owner"], due_on=said["due_on"], measure=said["measure"])


def _report(given: dict[str, Any], form: MendForm) -> None:
    meeting.report_problem(**given, words=form.cleaned_data["words"], uploads=uploads_of(form))
