"""A slip as an official paper."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.kernel import clock, pdf
from plumbline.obligation import api as obligation

HEADS: dict[str, Any] = {
    "reminder": lambda: _("Reminder"),
    "warning": lambda: _("Warning"),
    "order": lambda: _("Order to rectify"),
    "interview": lambda: _("Summons to a talk"),
}


def slip_pdf(view: obligation.SlipView) -> HttpResponse:
    """Return the paper of a slip, as it stands, with its answers on the second half."""
    slip = view.slip
    shown = [line.event for line in view.lines if line.event.act in ("answer", "return", "accept", "record")]
    content = pdf.render(
        "obligation/slip_pdf.html",
        {
            "slip": slip, "head": HEADS[slip.kind](), "number": view.row.number, "people": view.row.people,
            "events": [(event.get_act_display(), clock.day_of(event.at), event.words) for event in shown],
            "issued_on": clock.day_of(slip.issued_at) if slip.issued_at else None, "language": get_language(),
        },
    )  # fmt: skip
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="slip-{slip.year}-{slip.serial or slip.pk}.pdf"'
    return answer
