"""Findings: the list, one of them, recording without a phone, correcting, withdrawing and answering."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, evidence
from plumbline.kernel.actor import NotPermitted
from plumbline.web.assessment import inspection_forms as forms
from plumbline.web.assessment.shown import finding_light, number_in
from plumbline.web.assessment.views import actor_of


@require_safe
def findings(request: HttpRequest) -> HttpResponse:
    """List the findings that the reader may see, by round, unit and state."""
    actor = actor_of(request)
    wanted = assessment.FindingFilter(
        number_in(request.GET.get("round")), number_in(request.GET.get("unit")), request.GET.get("state", "")
    )
    page = assessment.findings_page(actor, wanted, page=number_in(request.GET.get("page")) or 1)
    rows = [(row, finding_light(row.finding.state)) for row in assessment.finding_rows(list(page.object_list))]
    context = {
        "rows": rows, "page_obj": page, "wanted": wanted, "rounds": assessment.rounds_with_findings(actor),
        "states": assessment.FindingState.choices, "visits": assessment.visit_list(actor, clock.now()).visits,
    }  # fmt: skip
    return render(request, "assessment/findings.html", context)


@require_safe
def finding(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Show one finding with its photos, its earlier wordings, and what the unit said."""
    actor = actor_of(request)
    return _finding_page(request, assessment.finding_view(actor, finding_id), forms.AnswerForm(), forms.ReasonForm())


def _finding_page(request: HttpRequest, found: assessment.FindingView, answer: Any, withdrawal: Any) -> HttpResponse:
    context = {
        "found": found, "finding": found.finding, "light": finding_light(found.finding.state), "answer": answer,
        "withdrawal": withdrawal,
    }  # fmt: skip
    return render(
        request, "assessment/finding.html", context, status=422 if answer.errors or withdrawal.errors else 200
    )


@require_http_methods(["GET", "POST", "HEAD"])
def new(request: HttpRequest) -> HttpResponse:
    """Record a finding at a desk: the same as on the phone, for a unit of the reader's list; a draft is opened again."""
    actor = actor_of(request)
    visits = assessment.visit_list(actor, clock.now())
    wanted = (number_in(request.GET.get("round")), number_in(request.GET.get("unit")))
    visit = next((one for one in visits.visits if (one.round_id, one.unit_id) == wanted), None)
    if visit is None:
        if any(wanted):
            raise NotPermitted("assessment.inspect", f"round:{wanted[0] or 0}")
        return render(request, "assessment/finding_unit.html", {"visits": visits.visits})
    draft = _own_draft(request, wanted)
    kept = forms.as_initial(draft) if draft else {"seen_at": forms.local(clock.now())}
    version = assessment.version_of_round(actor, visit.round_id)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.FindingForm(*posted, version=version, exempt=visit.exempt, initial=kept)
    if form.is_bound and form.is_valid() and (done := _record(request, form, visit)):
        return done
    context = {"form": form, "visit": visit, "draft": draft}
    return render(request, "assessment/finding_new.html", context, status=422 if form.errors else 200)


def _own_draft(request: HttpRequest, target: tuple[int | None, int | None]) -> Any:
    """Return the reader's draft that the address names, where it is about the same unit."""
    number = number_in(request.GET.get("draft"))
    if number is None:
        return None
    found = assessment.finding_view(actor_of(request), number)
    fits = found.is_own_draft and (found.finding.round_id, found.finding.unit_id) == target
    return found.finding if fits else None


def _record(request: HttpRequest, form: forms.FindingForm, visit: Any) -> HttpResponse | None:
    """Keep the draft or record the finding; problems go back onto the form."""
    given: dict[str, Any] = {
        "by": actor_of(request), "at": clock.now(), "key": form.cleaned_data["key"], "round_id": visit.round_id,
        "unit_id": visit.unit_id, "draft": form.as_draft(), "uploads": form.uploads(),
    }  # fmt: skip
    try:
        if "draft" in request.POST:
            kept = assessment.save_draft(**given)
            messages.success(request, _("The draft is kept. Only you see it."))
            return redirect("assessment:finding", kept.pk)
        receipt = assessment.record_finding(**given)
    except assessment.Refused as problem:
        forms.take(form, problem, node="what", criterion="what")
    except evidence.EvidenceRefused as problem:
        form.add_error("files", str(problem))
    else:
        told = (
            _("It stood here already; it was not recorded twice.") if receipt.known else _("The finding is recorded.")
        )
        messages.success(request, told)
        return redirect("assessment:finding", receipt.finding_id)
    return None


@require_http_methods(["GET", "POST", "HEAD"])
def correct(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Correct a finding, with a reason; the earlier wording and its fact stay readable."""
    actor = actor_of(request)
    found = assessment.finding_view(actor, finding_id)
    if not found.may_change:
        raise NotPermitted("assessment.correct_finding", f"finding:{finding_id}")
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    kept = [(file.pk, file.name) for file in found.files]
    version = found.finding.round.scheme_version
    form = forms.CorrectionForm(*posted, version=version, kept=kept, initial=forms.as_initial(found.finding))
    if form.is_bound and form.is_valid() and _correct(request, form, found.finding):
        messages.success(request, _("Corrected. The earlier wording stays in the history."))
        return redirect("assessment:finding", finding_id)
    context = {"form": form, "found": found, "finding": found.finding}
    return render(request, "assessment/finding_correct.html", context, status=422 if form.errors else 200)


def _correct(request: HttpRequest, form: forms.CorrectionForm, finding: Any) -> bool:
    given = form.cleaned_data
    try:
        assessment.correct_finding(
            by=actor_of(request), at=clock.now(), finding_id=finding.pk, draft=_as_corrected(form, finding),
            reason=given["reason"], uploads=form.uploads(), dropped=given.get("dropped", ()),
        )  # fmt: skip
    except assessment.Refused as problem:
        forms.take(form, problem, node="what", criterion="what")
    except evidence.EvidenceRefused as problem:
        form.add_error("files", str(problem))
    else:
        return True
    return False


def _as_corrected(form: forms.CorrectionForm, finding: Any) -> assessment.FindingDraft:
    """Return the form as a draft; a time that was not touched keeps its seconds."""
    draft = form.as_draft()
    if draft.seen_at == forms.local(finding.seen_at):
        return assessment.FindingDraft(
            draft.node, draft.criterion, finding.seen_at, detail=draft.detail, times=draft.times, note=draft.note,
            place=draft.place,
        )  # fmt: skip
    return draft


@require_POST
def withdraw(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Take a finding back, with a reason."""
    actor = actor_of(request)
    form = forms.ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            assessment.withdraw_finding(by=actor, at=clock.now(), finding_id=finding_id, reason=reason)
        except assessment.Refused as problem:
            forms.take(form, problem)
        else:
            messages.success(request, _("Withdrawn. It counts no more; its history stays."))
            return redirect("assessment:finding", finding_id)
    return _finding_page(request, assessment.finding_view(actor, finding_id), forms.AnswerForm(), form)


@require_POST
def answer(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Take the unit's answer."""
    actor = actor_of(request)
    form = forms.AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        given = {"words": form.cleaned_data["words"], "uploads": form.uploads()}
        try:
            assessment.answer_finding(by=actor, at=clock.now(), finding_id=finding_id, **given)
        except assessment.Refused as problem:
            forms.take(form, problem)
        except evidence.EvidenceRefused as problem:
            form.add_error("files", str(problem))
        else:
            messages.success(request, _("Your answer stands beside the finding."))
            return redirect("assessment:finding", finding_id)
    return _finding_page(request, assessment.finding_view(actor, finding_id), form, forms.ReasonForm())


@require_POST
def drop(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Throw a draft away."""
    try:
        assessment.drop_draft(by=actor_of(request), at=clock.now(), finding_id=finding_id)
    except assessment.Refused as problem:
        messages.error(request, problem.message)
        return redirect("assessment:finding", finding_id)
    messages.success(request, _("The draft is thrown away."))
    return redirect("assessment:findings")
