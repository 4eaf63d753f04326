"""How sure a result is: plots, their tables, and what they mean in words."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, jobs
from plumbline.web.assessment import uncertain_charts, uncertain_words
from plumbline.web.assessment.shown import class_title
from plumbline.web.assessment.uncertainty_documents import uncertainty_excel
from plumbline.web.assessment.uncertainty_forms import UncertaintyForm
from plumbline.web.assessment.views import actor_of


@require_http_methods(["GET", "POST", "HEAD"])
def uncertainty(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show the kept analysis of a class; start a new one with declared assumptions."""
    actor = actor_of(request)
    page = _page(request, round_id)
    form = UncertaintyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            job = assessment.start_uncertainty(by=actor, at=clock.now(), round_id=round_id, declared=form.declared())
        except jobs.AlreadyRunning as running:
            messages.warning(request, _("This result is being analysed already. Nothing was started twice."))
            own = running.job.requested_by_id == actor.user_id
            return redirect("jobs:detail", running.job.pk) if own else redirect("assessment:uncertainty", round_id)
        except assessment.Refused as problem:
            form.take(problem)
        else:
            return redirect("jobs:detail", job.pk)
    context = _context(page) | {"form": form}
    return render(request, "assessment/uncertainty.html", context, status=422 if form.errors else 200)


@require_safe
def uncertainty_sheet(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the analysis of a class as Excel; without one, lead to the page that makes it."""
    page = _page(request, round_id)
    return uncertainty_excel(page) if page.found else redirect("assessment:uncertainty", round_id)


def _page(request: HttpRequest, round_id: int) -> assessment.UncertaintyPage:
    return assessment.uncertainty_page(
        actor_of(request), round_id, analysis=request.GET.get("analysis", ""), klass=request.GET.get("class", "")
    )


def _context(page: assessment.UncertaintyPage) -> dict[str, Any]:
    context: dict[str, Any] = {
        "shown": page,
        "round": page.round,
        "classes": [(klass, class_title(klass)) for klass in page.classes],
    }
    if page.found is None or page.chosen is None:
        return context
    return context | {
        "about": uncertain_words.assumptions(page),
        "words": uncertain_words.sentences(page),
        "rows": uncertain_charts.table(page),
        "alike": uncertain_words.alike(page),
        "left_out": uncertain_charts.left_out(page),
        "indices": uncertain_charts.indices(page),
        "charts": uncertain_charts.charts(page),
        "scenarios": [uncertain_words.scenario_title(one["name"]) for one in page.found["scenarios"]],
        "more": max(len(page.lines) - uncertain_charts.SHOWN, 0),
    }
