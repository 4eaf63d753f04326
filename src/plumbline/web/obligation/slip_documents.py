"""A slip as an official paper, and many as a workbook."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.kernel import clock, pdf, sheets
from plumbline.obligation import api as obligation
from plumbline.web.assessment.documents import excel_file

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
            "items": view.faults.rows,
            "events": [(event.get_act_display(), clock.day_of(event.at), event.words) for event in shown],
            "issued_on": clock.day_of(slip.issued_at) if slip.issued_at else None, "language": get_language(),
        },
    )  # fmt: skip
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="slip-{slip.year}-{slip.serial or slip.pk}.pdf"'
    return answer


def slips_workbook(rows: Sequence[obligation.SlipRow], on: date) -> HttpResponse:
    """Return slips as a workbook, a row for each: what, to whom, by when, and where it stands."""
    headers = [
        _("number"), _("kind"), _("about"), _("unit"), _("issued by"), _("asked to answer"), _("issued on"),
        _("answer by"), _("state"), _("late"),
    ]  # fmt: skip
    cells = [
        [
            row.number, str(row.slip.get_kind_display()), row.slip.title, row.slip.unit.name, row.slip.issuer.name,
            ", ".join(row.people), clock.day_of(row.slip.issued_at) if row.slip.issued_at else None, row.slip.due_on,
            str(row.slip.get_state_display()), _("yes") if row.late else "",
        ]
        for row in rows
    ]  # fmt: skip
    return excel_file(sheets.write_workbook([sheets.Sheet(_("slips"), headers, cells)]), f"slips-{on:%Y-%m-%d}.xlsx")
