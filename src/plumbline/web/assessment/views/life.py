"""Before the freeze: the calendar, self-reports, and three scores side by side."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, evidence
from plumbline.web.assessment import life_forms as forms
from plumbline.web.assessment.inspection_forms import take
from plumbline.web.assessment.shown import class_title, report_light
from plumbline.web.assessment.views import actor_of


@require_http_methods(["GET", "POST", "HEAD"])
def calendar(request: HttpRequest, round_id: int) -> HttpResponse:
    """Set the calendar of phases."""
    actor = actor_of(request)
    round_ = assessment.round_for_administrator(actor, round_id)
    fixed = round_.state not in (assessment.RoundState.DRAFT, assessment.RoundState.OPEN)
    given = request.POST if request.method == "POST" else None
    rows = forms.calendar_forms(given, assessment.dates_of(round_), fixed=fixed)
    if request.method == "POST" and min(row.is_valid() for row in rows):  # asks all, so that all show what is wrong
        phases = [phase for row in rows if (phase := row.phase())]
        try:
            assessment.set_phases(by=actor, at=clock.now(), round_id=round_id, phases=phases)
        except assessment.Refused as problem:
            bad = next((row for row in rows if row.kind.value == problem.field and row.phase()), rows[0])
            bad.add_error(None, problem.message)
        except assessment.WrongState as problem:
            messages.error(request, assessment.in_words(problem))
            return redirect("assessment:round", round_id)
        else:
            messages.success(request, _("The calendar is set."))
            return redirect("assessment:round", round_id)
    status = 422 if any(row.is_bound and row.errors for row in rows) else 200
    return render(
        request, "assessment/round_calendar.html", {"round": round_, "rows": rows, "fixed": fixed}, status=status
    )


@require_POST
def open_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """Open the round for reports."""
    try:
        assessment.open_round(by=actor_of(request), at=clock.now(), round_id=round_id)
    except (assessment.Refused, assessment.WrongState) as problem:
        messages.error(request, assessment.in_words(problem))
    else:
        messages.success(request, _("The round is open: what the units owe stands on their desks."))
    return redirect("assessment:round", round_id)


@require_safe
def reports(request: HttpRequest, round_id: int) -> HttpResponse:
    """List the reports of a round, or the reader's own."""
    found = assessment.report_list(actor_of(request), round_id)
    rows = [(row, class_title(row.klass), report_light(row.report.state if row.report else "")) for row in found.rows]
    return render(request, "assessment/reports.html", {"found": found, "round": found.round, "rows": rows})


@require_safe
def report(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """Show three scores of a unit side by side."""
    return _report_page(request, round_id, unit_id, forms.BackForm())


def _report_page(request: HttpRequest, round_id: int, unit_id: int, form: Any) -> HttpResponse:
    found = assessment.unit_report(actor_of(request), round_id, unit_id)
    context = {
        "found": found, "round": found.round, "report": found.report, "form": form,
        "light": report_light(found.report.state if found.report else ""),
    }  # fmt: skip
    return render(request, "assessment/report.html", context, status=422 if form.errors else 200)


@require_POST
def submit(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """Hand in the report."""
    try:
        made = assessment.submit_report(by=actor_of(request), at=clock.now(), round_id=round_id, unit_id=unit_id)
    except assessment.Refused as problem:
        messages.error(request, problem.message)
    else:
        told = _("The report is submitted, after its last day.") if made.late else _("The report is submitted.")
        messages.success(request, told)
    return redirect("assessment:report", round_id, unit_id)


@require_POST
def back(request: HttpRequest, round_id: int, unit_id: int, act: str) -> HttpResponse:
    """Withdraw the report (the unit) or return it (the committee), with a reason."""
    actions = {"withdraw": assessment.withdraw_report, "return": assessment.return_report}
    if act not in actions:
        raise Http404
    form = forms.BackForm(request.POST)
    if not form.is_valid():
        return _report_page(request, round_id, unit_id, form)
    reason = form.cleaned_data["reason"]
    try:
        actions[act](by=actor_of(request), at=clock.now(), round_id=round_id, unit_id=unit_id, reason=reason)
    except assessment.Refused as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("The unit can write the report again."))
    return redirect("assessment:report", round_id, unit_id)


@require_safe
def score(request: HttpRequest, round_id: int, unit_id: int, node: str) -> HttpResponse:
    """Show one indicator of a unit: what it says, what was judged, and every change with its reason."""
    return _score_page(request, round_id, unit_id, node, None, None)


def _score_page(request: HttpRequest, round_id: int, unit_id: int, node: str, entry: Any, judge: Any) -> HttpResponse:
    found = assessment.unit_report(actor_of(request), round_id, unit_id)
    line = found.line(node)
    if line is None:
        raise Http404
    if entry is None and found.may_write and not line.exempt:
        said = line.entry
        points = said.points / forms.MILLION if said and said.points is not None else None
        entry = forms.EntryForm(initial={"words": said.words if said else "", "points": points})
    if judge is None and line.range and not line.exempt and (found.may_verify or found.may_review):
        judge = forms.JudgeForm(initial={"basis": line.judged.basis})
    context = {
        "found": found, "round": found.round, "line": line, "entry_form": entry, "judge_form": judge,
        "files": assessment.files_of(line),
    }  # fmt: skip
    bad = (entry is not None and entry.errors) or (judge is not None and judge.errors)
    return render(request, "assessment/report_score.html", context, status=422 if bad else 200)


@require_POST
def save_entry(request: HttpRequest, round_id: int, unit_id: int, node: str) -> HttpResponse:
    """Keep what the unit says at one indicator."""
    form = forms.EntryForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data
        try:
            assessment.save_entry(
                by=actor_of(request), at=clock.now(), round_id=round_id, unit_id=unit_id, node=node,
                words=given["words"], points=forms.micro_of(given["points"]), uploads=form.uploads(),
                dropped=[int(one) for one in request.POST.getlist("dropped") if one.isascii() and one.isdecimal()],
            )  # fmt: skip
        except assessment.Refused as problem:
            take(form, problem)
        except evidence.EvidenceRefused as problem:
            form.add_error("files", str(problem))
        else:
            messages.success(request, _("Kept. Submit the report when it is whole."))
            return redirect("assessment:report", round_id, unit_id)
    return _score_page(request, round_id, unit_id, node, form, None)


@require_POST
def judge(request: HttpRequest, round_id: int, unit_id: int, node: str, stage: str) -> HttpResponse:
    """Choose points (verify) or change them (review); who is overtaken by somebody else is told, and their words stay."""
    actions = {"verify": assessment.verify_score, "review": assessment.review_score}
    if stage not in actions:
        raise Http404
    form = forms.JudgeForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions[stage](
                by=actor_of(request), at=clock.now(), round_id=round_id, unit_id=unit_id, node=node,
                points=forms.micro_of(given["points"]) or 0, reason=given["reason"], basis=given["basis"],
            )  # fmt: skip
        except assessment.Refused as problem:
            take(form, problem)
            _look_again(request, form, round_id, unit_id, node)
        else:
            messages.success(request, _("The points stand with their reason."))
            return redirect("assessment:report", round_id, unit_id)
    return _score_page(request, round_id, unit_id, node, None, form)


def _look_again(request: HttpRequest, form: forms.JudgeForm, round_id: int, unit_id: int, node: str) -> None:
    """Let the next press of the button stand on what is in force now, which the page shows; the words are kept."""
    line = assessment.unit_report(actor_of(request), round_id, unit_id).line(node)
    data: Any = form.data
    data = data.copy()
    data["basis"] = line.judged.basis if line else ""
    form.data = data
