"""The inspection sheet on paper, for those who prefer it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.kernel import pdf
from plumbline.web.assessment.shown import class_title


def sheet_pdf(round_: Any, rows: Sequence[Any], day: date | None) -> HttpResponse:
    """Return the units given, each on pages of its own, with the indicators and room for notes; it stays in no cache."""
    items = [
        item
        for item in assessment.checklist_of(round_.scheme_version)
        if item.points or item.is_leaf or item.depth == 0
    ]
    context = {
        "round": round_, "rows": [(row, class_title(row.klass)) for row in rows], "items": items, "day": day,
        "language": get_language() or "en",
    }  # fmt: skip
    answer = HttpResponse(pdf.render("assessment/inspection_sheet_pdf.html", context), content_type="application/pdf")
    name = _("Inspection sheet")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{name} {day or round_.title}.pdf')}"
    answer["Cache-Control"] = "no-store"
    return answer
