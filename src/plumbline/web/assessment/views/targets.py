"""Targets of the next year: the units of a round, the targets of one unit, and the change of one of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import audit, clock
from plumbline.web.assessment import next_documents
from plumbline.web.assessment.inspection_forms import take
from plumbline.web.assessment.shown import class_title, number_in
from plumbline.web.assessment.target_forms import TargetForm
from plumbline.web.assessment.views import actor_of
from plumbline.web.templatetags.points import exact


@require_safe
def listed(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show the units of a round with how many of their targets are changed and accepted."""
    found = assessment.target_page(actor_of(request), round_id, page=number_in(request.GET.get("page")) or 1)
    context = {
        "found": found, "round": found.round, "page_obj": found.page, "waiting": found.targets - found.accepted,
        "rows": [(row, class_title(row.klass)) for row in found.page.object_list],
        "has_result": found.round.state in ("scored", "public", "final"),
    }  # fmt: skip
    return render(request, "assessment/targets.html", context)


@require_safe
def sheet(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give all targets of a round as Excel."""
    round_, rows = assessment.target_rows(actor_of(request), round_id)
    return next_documents.targets_excel(round_, rows)


@require_POST
def suggest(request: HttpRequest, round_id: int) -> HttpResponse:
    """Suggest targets for all units."""
    try:
        done = assessment.suggest_targets(by=actor_of(request), at=clock.now(), round_id=round_id)
    except assessment.Refused as problem:
        messages.error(request, problem.message)
        return redirect("assessment:targets", round_id)
    n = done.added + done.renewed
    told = ngettext("{n} target is suggested.", "{n} targets are suggested.", n).format(n=n)
    if done.kept:
        kept = ngettext("{n} that you decided stays.", "{n} that you decided stay.", done.kept).format(n=done.kept)
        told = f"{told} {kept}"
    messages.success(request, told)
    return redirect("assessment:targets", round_id)


@require_POST
def accept(request: HttpRequest, round_id: int) -> HttpResponse:
    """Accept the targets of one unit, or of all."""
    unit_id = number_in(request.POST.get("unit"))
    try:
        n = assessment.accept_targets(
            by=actor_of(request), at=clock.now(), round_id=round_id, unit_ids=[unit_id] if unit_id else None
        )
    except assessment.Refused as problem:
        messages.error(request, problem.message)
    else:
        messages.success(request, ngettext("{n} target is accepted.", "{n} targets are accepted.", n).format(n=n))
    if unit_id:
        return redirect("assessment:targets-unit", round_id, unit_id)
    return redirect("assessment:targets", round_id)


@require_safe
def unit(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """Show the targets of one unit, each with its reason."""
    found = assessment.unit_targets(actor_of(request), round_id, unit_id)
    context = {"found": found, "round": found.round, "unit": found.unit, "class_title": class_title(found.unit.klass)}
    return render(request, "assessment/targets_unit.html", context)


@require_http_methods(["GET", "POST", "HEAD"])
def change(request: HttpRequest, target_id: int) -> HttpResponse:
    """Change one target, with the reason."""
    row, round_ = assessment.target_for(actor_of(request), target_id)
    form = TargetForm(request.POST or None, initial={"value": exact(row.target.value), "reason": row.target.reason})
    if form.is_bound and form.is_valid():
        try:
            assessment.set_target(
                by=actor_of(request), at=clock.now(), target_id=target_id, value=form.micro(),
                reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except assessment.Refused as problem:
            take(form, problem)
        else:
            messages.success(request, _("The target is changed. Accept it when it is right."))
            return redirect("assessment:targets-unit", round_.pk, row.target.unit_id)
    context = {
        "row": row, "target": row.target, "round": round_, "form": form, "history": audit.history(f"target:{target_id}"),
    }  # fmt: skip
    return render(request, "assessment/target.html", context, status=422 if form.errors else 200)
