"""The plan of a year: preview, planning in the background, what it did; and exemptions."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from plumbline.kernel import clock, jobs
from plumbline.obligation import api as obligation
from plumbline.web.kernel.reader import actor_of


def _check_year(year: int) -> None:
    if not 2000 <= year < 2100:
        raise Http404(_("A year is planned from 2000 to 2099."))


@require_safe
def this_year(request: HttpRequest) -> HttpResponse:
    """Lead to the present year."""
    actor_of(request, "obligation.read_rhythms")
    return redirect("obligation:plan", clock.today().year)


@require_safe
def plan(request: HttpRequest, year: int) -> HttpResponse:
    """Show the plan of a year; with ``preview`` what planning would ask for."""
    actor = actor_of(request, "obligation.read_rhythms")
    _check_year(year)
    preview = bool(request.GET.get("preview"))
    page = obligation.plan_page(actor, year, clock.today(), preview=preview)
    running = jobs.mine(actor).filter(kind=obligation.PLAN_JOB, params__year=year, state__in=("waiting", "running"))
    context = {"found": page, "preview": preview, "year": year, "running": running.first()}
    return render(request, "obligation/plan.html", context)


@require_POST
def start(request: HttpRequest, year: int) -> HttpResponse:
    """Start planning the year in the background, and lead to its progress."""
    actor = actor_of(request, "obligation.plan_year")
    _check_year(year)
    try:
        job = obligation.start_plan(by=actor, at=clock.now(), year=year, cause=request.POST.get("cause", "")[:200])
    except jobs.AlreadyRunning as busy:
        messages.info(request, _("This year is being planned already."))
        return redirect("jobs:detail", busy.job.pk)
    return redirect("jobs:detail", job.pk)


@require_safe
def exemptions(request: HttpRequest, year: int) -> HttpResponse:
    """Choose a rule and a period, then whom to exempt; list who is exempted in the year."""
    actor = actor_of(request, "obligation.exempt")
    _check_year(year)
    asked = request.GET.get("rhythm", "")
    rhythm_id = int(asked) if asked.isdecimal() else None
    period = request.GET.get("period", "")
    found = obligation.exemption_page(actor, year, rhythm_id=rhythm_id, period=period)
    context: dict[str, Any] = {"found": found, "year": year, "rhythm_id": rhythm_id, "period": period}
    return render(request, "obligation/exemptions.html", context)


@require_POST
def exempt(request: HttpRequest, year: int) -> HttpResponse:
    """Exempt what was ticked, or take exemptions back."""
    actor = actor_of(request, "obligation.exempt")
    _check_year(year)
    ids = [int(one) for one in request.POST.getlist("items") if one.isdecimal()]
    back = request.POST.get("act") == "end"
    act = obligation.end_exemption if back else obligation.exempt
    try:
        n = act(by=actor, at=clock.now(), ids=ids, reason=request.POST.get("reason", ""))
    except obligation.Refused as refused:
        messages.error(request, refused.message)
    else:
        if back:
            told = ngettext("{n} exemption was taken back.", "{n} exemptions were taken back.", n)
        else:
            told = ngettext("{n} obligation is exempted.", "{n} obligations are exempted.", n)
        messages.success(request, told.format(n=n))
    unit = request.POST.get("unit", "")
    if unit.isdecimal():
        return redirect("obligation:owed", int(unit), year)
    return redirect("obligation:exemptions", year)
