"""After the scoring: the notice, what moved, objections and their answers, and the end of a round."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, evidence
from plumbline.kernel.actor import NotPermitted
from plumbline.web.assessment import publicity_forms as forms
from plumbline.web.assessment.inspection_forms import take
from plumbline.web.assessment.shown import number_in, state_light
from plumbline.web.assessment.views import actor_of
from plumbline.web.assessment.views.papers import notice_imprint


@require_safe
def publicity(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show what stands on public notice until when, what was objected, what moved, and what can be done."""
    return _page(request, round_id, forms.NoticeForm(), forms.ReasonForm())


def _page(request: HttpRequest, round_id: int, notice: Any, reason: Any) -> HttpResponse:
    found = assessment.publicity(actor_of(request), round_id)
    context = {
        "found": found, "round": found.round, "notice": found.current, "light": state_light(found.round.state),
        "notice_form": notice, "reason_form": reason, "imprint": notice_imprint(request, found),
    }  # fmt: skip
    status = 422 if notice.errors or reason.errors else 200
    return render(request, "assessment/publicity.html", context, status=status)


@require_POST
def publish(request: HttpRequest, round_id: int) -> HttpResponse:
    """Put the result on public notice."""
    form = forms.NoticeForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = assessment.publish_round(by=actor_of(request), at=clock.now(), round_id=round_id, **given)
        except (assessment.Refused, assessment.WrongState) as problem:
            messages.error(request, assessment.in_words(problem))
        else:
            day = date_format(made.until_on, "DATE_FORMAT")
            messages.success(request, _("The result is public. Units may object until {day}.").format(day=day))
        return redirect("assessment:publicity", round_id)
    return _page(request, round_id, form, forms.ReasonForm())


@require_POST
def amend(request: HttpRequest, round_id: int) -> HttpResponse:
    """Freeze a published round anew, so that it can be scored again."""
    form = forms.ReasonForm(request.POST)
    if not form.is_valid():
        return _page(request, round_id, forms.NoticeForm(), form)
    try:
        assessment.amend_round(
            by=actor_of(request), at=clock.now(), round_id=round_id, reason=form.cleaned_data["reason"]
        )
    except (assessment.Refused, assessment.WrongState) as problem:
        messages.error(request, assessment.in_words(problem))
        return redirect("assessment:publicity", round_id)
    messages.success(
        request, _("The facts are frozen anew. Score the round, look at what moved, and publish it again.")
    )
    return redirect("assessment:round", round_id)


@require_POST
def conclude(request: HttpRequest, round_id: int) -> HttpResponse:
    """Make the result final."""
    try:
        assessment.conclude_round(by=actor_of(request), at=clock.now(), round_id=round_id)
    except (assessment.Refused, assessment.WrongState) as problem:
        messages.error(request, assessment.in_words(problem))
    else:
        messages.success(request, _("The result is final. Nothing of this round changes any more."))
    return redirect("assessment:publicity", round_id)


@require_http_methods(["GET", "POST", "HEAD"])
def new_objection(request: HttpRequest, round_id: int) -> HttpResponse:
    """Object for a unit; it is chosen where the reader speaks for several."""
    actor = actor_of(request)
    found = assessment.publicity(actor, round_id)
    wanted = number_in(request.GET.get("unit"))
    speaks = {unit.unit_id: unit for unit in found.speaks_for}
    unit = speaks.get(wanted or 0) or (next(iter(speaks.values())) if len(speaks) == 1 else None)
    late = found.may_run and not found.is_public
    if unit is None and not (late and wanted):
        if not speaks:
            raise NotPermitted("assessment.raise_objection", f"round:{round_id}")
        return render(request, "assessment/objection_unit.html", {"found": found, "round": found.round})
    unit_id = unit.unit_id if unit else wanted or 0
    name = unit.unit.name if unit else assessment.explain(actor, round_id=round_id, unit_id=unit_id).unit_name
    form = forms.ObjectionForm(
        request.POST or None, request.FILES or None, late=late, initial={"node": request.GET.get("node", "")},
        nodes=assessment.nodes_of(found.round),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        made = _raise(request, round_id, unit_id, form)
        if made is not None:
            return redirect("assessment:objection", made.pk)
    context = {"form": form, "round": found.round, "notice": found.current, "unit_name": name}
    return render(request, "assessment/objection_new.html", context, status=422 if form.errors else 200)


def _raise(request: HttpRequest, round_id: int, unit_id: int, form: forms.ObjectionForm) -> Any:
    given = form.cleaned_data
    try:
        made = assessment.raise_objection(
            by=actor_of(request), at=clock.now(), round_id=round_id, unit_id=unit_id, node=given["node"],
            words=given["words"], uploads=form.uploads(), late_reason=given.get("late_reason", ""),
        )  # fmt: skip
    except assessment.Refused as problem:
        take(form, problem)
        return None
    except evidence.EvidenceRefused as problem:
        form.add_error("files", str(problem))
        return None
    day = date_format(made.due_on, "DATE_FORMAT")
    messages.success(request, _("The objection is received. It will be answered by {day}.").format(day=day))
    return made


@require_safe
def objection(request: HttpRequest, objection_id: int) -> HttpResponse:
    """Show one objection with its evidence and its answer."""
    return _objection_page(request, objection_id, None)


def _objection_page(request: HttpRequest, objection_id: int, form: Any) -> HttpResponse:
    found = assessment.objection_view(actor_of(request), objection_id)
    if form is None and found.may_answer and not found.is_judge:
        form = forms.ObjectionAnswerForm(facts=_choices(found))
    context = {"found": found, "objection": found.objection, "form": form, "round": found.objection.notice.round}
    return render(request, "assessment/objection.html", context, status=422 if form and form.errors else 200)


def _choices(found: assessment.ObjectionView) -> list[tuple[str, str]]:
    return [(str(fact.pk), f"{fact.pk} · {fact.kind} · {fact.occurred_on:%Y-%m-%d}") for fact in found.late_facts]


@require_POST
def answer(request: HttpRequest, objection_id: int) -> HttpResponse:
    """Answer an objection with reasons."""
    actor = actor_of(request)
    found = assessment.objection_view(actor, objection_id)
    form = forms.ObjectionAnswerForm(request.POST, facts=_choices(found))
    if form.is_valid():
        given = form.cleaned_data
        try:
            assessment.answer_objection(
                by=actor, at=clock.now(), objection_id=objection_id, outcome=assessment.Outcome(given["outcome"]),
                words=given["words"], facts=[int(one) for one in given.get("facts", ())],
            )  # fmt: skip
        except assessment.Refused as problem:
            take(form, problem)
        else:
            messages.success(request, _("The answer stands beside the objection, and the unit sees it."))
            return redirect("assessment:objection", objection_id)
    return _objection_page(request, objection_id, form)


@require_POST
def withdraw(request: HttpRequest, objection_id: int) -> HttpResponse:
    """Withdraw an objection, for the unit."""
    words = request.POST.get("reason", "")
    try:
        assessment.withdraw_objection(by=actor_of(request), at=clock.now(), objection_id=objection_id, words=words)
    except assessment.Refused as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, _("The objection is withdrawn."))
    return redirect("assessment:objection", objection_id)
