"""A scheme tested on a frozen round: who would move, and why."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, jobs
from plumbline.web.assessment import backtest_words
from plumbline.web.assessment.backtest_documents import backtest_excel
from plumbline.web.assessment.backtest_forms import BacktestForm
from plumbline.web.assessment.shown import number_in
from plumbline.web.assessment.views import actor_of

PAGE = 50


@require_http_methods(["GET", "POST", "HEAD"])
def backtest(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show what a backtest found; start another one."""
    actor = actor_of(request)
    page = assessment.backtest_page(actor, round_id, test=request.GET.get("test", ""))
    form = BacktestForm(
        request.POST if request.method == "POST" else None, request.FILES or None,
        versions=assessment.latest_versions(actor),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        answer = _start(request, round_id, form)
        if answer is not None:
            return answer
    context = _context(request, page) | {"form": form}
    return render(request, "assessment/backtest.html", context, status=422 if form.errors else 200)


def _start(request: HttpRequest, round_id: int, form: BacktestForm) -> HttpResponse | None:
    """Start the job and return the way to it; None where the form says why it could not be."""
    actor = actor_of(request)
    try:
        job = assessment.start_backtest(by=actor, at=clock.now(), round_id=round_id, **form.as_arguments())
    except jobs.AlreadyRunning as running:
        messages.warning(request, _("A scheme is being tested on this round already. Nothing was started twice."))
        own = running.job.requested_by_id == actor.user_id
        return redirect("jobs:detail", running.job.pk) if own else redirect("assessment:backtest", round_id)
    except assessment.SchemeInvalid as invalid:
        form.take_faults(invalid)
    except assessment.Refused as problem:
        form.add_error(None, problem.message)
    else:
        return redirect("jobs:detail", job.pk)
    return None


@require_safe
def backtest_sheet(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give a backtest as Excel; without one, lead to the page that makes it."""
    page = assessment.backtest_page(actor_of(request), round_id, test=request.GET.get("test", ""))
    return backtest_excel(page) if page.found else redirect("assessment:backtest", round_id)


def _context(request: HttpRequest, page: assessment.BacktestPage) -> dict[str, Any]:
    context: dict[str, Any] = {"shown": page, "round": page.round}
    if page.found is None:
        return context
    moving = sorted((unit for unit in page.units if unit.moves), key=lambda unit: (-abs(unit.climbed or 0), unit.code))
    found = Paginator(moving, PAGE).get_page(number_in(request.GET.get("page")) or 1)
    return context | {
        "words": backtest_words.sentences(page),
        "warnings": backtest_words.warnings(page),
        "decided": backtest_words.decided(page),
        "page_obj": found,
        "rows": [(unit, backtest_words.why(page, unit)) for unit in found.object_list],
    }
