"""Where the units of an open round stand for the moment."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, jobs
from plumbline.web.assessment.shown import class_title
from plumbline.web.assessment.views import actor_of


@require_http_methods(["GET", "POST", "HEAD"])
def provisional(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show the provisional scores that the reader may see; calculate them again."""
    actor = actor_of(request)
    if request.method == "POST":
        return _calculate(request, round_id)
    found = assessment.provisional_page(actor, round_id)
    lines = [(line, class_title(line.klass)) for line in found.lines]
    context = {"found": found, "round": found.round, "lines": lines, "graded": any(line.grade for line in found.lines)}
    return render(request, "assessment/provisional.html", context)


def _calculate(request: HttpRequest, round_id: int) -> HttpResponse:
    actor = actor_of(request)
    try:
        job = assessment.start_provisional(by=actor, at=clock.now(), round_id=round_id)
    except jobs.AlreadyRunning as running:
        messages.info(request, _("They are being calculated already."))
        own = running.job.requested_by_id == actor.user_id
        return redirect("jobs:detail", running.job.pk) if own else redirect("assessment:provisional", round_id)
    except assessment.Refused as refused:
        messages.error(request, refused.message)
        return redirect("assessment:round", round_id)
    return redirect("jobs:detail", job.pk)
