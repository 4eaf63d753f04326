"""Giving out evidence files, to those who may read them."""

from django.http import FileResponse, HttpRequest
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from plumbline.kernel import evidence
from plumbline.web.kernel.reader import actor_of

SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""Types that a browser shows by itself without running anything; all others are saved."""


@require_safe
def download(request: HttpRequest, evidence_id: int) -> FileResponse:
    """Give out one file: pictures in the page, everything else to be saved; the browser may not guess another type.

    Raises NotPermitted for a file that the reader may not read, and for one that does not exist.
    """
    opened = evidence.open_file(by=actor_of(request, "kernel.read_evidence"), evidence_id=evidence_id)
    media_type = opened.evidence.media_type
    shown = media_type in SHOWN and "download" not in request.GET
    answer = FileResponse(opened.path.open("rb"), content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(not shown, opened.evidence.name) or "attachment"
    answer["Content-Length"] = str(opened.evidence.size)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer
