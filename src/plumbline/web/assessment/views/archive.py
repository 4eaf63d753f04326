"""The archive of a round: one file that anybody can check."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock
from plumbline.web.assessment.views import actor_of


@require_safe
def download(request: HttpRequest, round_id: int) -> HttpResponse:
    """Give the archive of the result in force, or say why there is none."""
    try:
        found = assessment.archive_round(by=actor_of(request), at=clock.now(), round_id=round_id)
    except (assessment.Refused, assessment.SnapshotDamaged) as problem:
        messages.error(request, assessment.in_words(problem))
        return redirect("assessment:round", round_id)
    headers = {"Content-Disposition": f'attachment; filename="{found.name}"'}
    return HttpResponse(found.content, content_type="application/zip", headers=headers)
