"""The log as files: checkpoint, tiles and bundles of entries in the layout of C2SP tlog-tiles, and a copy of all of it."""

import gzip
import json

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from plumbline.ledger import api as ledger
from plumbline.web.log.open_files import FOR_A_MOMENT, FOR_EVER, not_there, open_file
from plumbline.web.log.views import whole_address

TEXT, BYTES, JSON = "text/plain; charset=utf-8", "application/octet-stream", "application/json"


@require_safe
def checkpoint(_request: HttpRequest, label: str = "") -> HttpResponse:
    """Give the signed checkpoint of a name of the log."""
    note = ledger.checkpoint_text(label)
    return open_file(note, TEXT, FOR_A_MOMENT) if note else not_there("The log has no checkpoint yet.")


@require_safe
def tile(request: HttpRequest, tile: str, label: str = "") -> HttpResponse:
    """Give a tile of hashes or a bundle of entries; what is there once stays for ever."""
    try:
        wanted = ledger.tile_at(f"tile/{tile}")
    except ledger.TileInvalid as error:
        return not_there(str(error))
    content = ledger.log_file(label, wanted)
    if content is None:
        return not_there("The log has no such tile, or not yet.")
    if wanted.level is None and "gzip" in request.headers.get("Accept-Encoding", ""):
        answer = open_file(gzip.compress(content, 5, mtime=0), BYTES, FOR_EVER)
        answer["Content-Encoding"] = "gzip"
        return answer
    return open_file(content, BYTES, FOR_EVER)


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Say for machines where this log is found and by which keys it signs, under its present name and earlier ones."""
    document = ledger.log_about(whole_address(request, "home"))
    return open_file(json.dumps(document, ensure_ascii=False, indent=1), JSON, FOR_A_MOMENT)


@require_safe
def checkpoints(request: HttpRequest) -> HttpResponse:
    """Give up to 1,000 signed checkpoints of more entries than ``after``: with them a change is found to the batch."""
    after = request.GET.get("after", "0")
    size = int(after) if after.isdecimal() and len(after) < 19 else 0
    found = [{"size": one.size, "note": one.note} for one in ledger.checkpoints_after(size)]
    return open_file(json.dumps(found, ensure_ascii=False), JSON, FOR_A_MOMENT)


@require_safe
def copy(request: HttpRequest) -> HttpResponseBase:
    """Give the whole log as one zip file that ``plumbline verify`` reads; larger logs are copied tile by tile."""
    try:
        parts = ledger.log_copy(whole_address(request, "home"))
    except ledger.LogTooLarge as error:
        return not_there(str(error))
    answer = StreamingHttpResponse(parts, content_type="application/zip")
    answer["Content-Disposition"] = 'attachment; filename="plumbline-log.zip"'
    answer["Cache-Control"] = "no-store"
    return answer
