"""Documents of the organisation: activation slips as PDF, rosters and templates as Excel."""

from collections.abc import Iterable
from dataclasses import dataclass

import segno
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from plumbline.kernel import pdf
from plumbline.organisation import api as organisation

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class SlipOnPaper:
    """A slip with its link and the QR code of it, as an image that needs no network."""

    slip: organisation.PrintedSlip
    link: str
    qr: str


def slips_pdf(request: HttpRequest, slips: Iterable[organisation.PrintedSlip]) -> HttpResponse:
    """Return slips as a PDF, eight to a page with lines to cut along, in the language of the reader."""
    papers = [_on_paper(request, slip) for slip in slips]
    base = request.build_absolute_uri(reverse("organisation:activate"))
    content = pdf.render("organisation/roster_slips_pdf.html", {"papers": papers, "address": base})
    return attachment(content, "application/pdf", "slips.pdf")


def _on_paper(request: HttpRequest, slip: organisation.PrintedSlip) -> SlipOnPaper:
    link = request.build_absolute_uri(reverse("organisation:activate_code", args=[slip.code]))
    return SlipOnPaper(slip, link, segno.make(link, error="m").svg_data_uri(border=0, scale=4))


def excel(content: bytes, name: str) -> HttpResponse:
    """Return a workbook to be saved under a name."""
    return attachment(content, EXCEL, name)


def attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    """Return a file to be saved; it stays in no cache, since it may hold personal data or codes."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response
