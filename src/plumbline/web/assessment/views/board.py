"""The board: where every organisation stands, indicator by indicator."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plumbline.assessment import api as assessment
from plumbline.web.assessment.shown import class_title, number_in
from plumbline.web.assessment.views import actor_of


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the heat map of a round's class, and the same as a table."""
    found = assessment.board(
        actor_of(request),
        round_id=number_in(request.GET.get("round")),
        klass=request.GET.get("class", ""),
        node=request.GET.get("node", ""),
    )
    context: dict[str, Any] = {
        "board": found,
        "classes": [(klass, class_title(klass)) for klass in found.classes],
        "lowest": found.lowest,
        "chart": _chart(found),
    }
    name = "assessment/_board.html" if getattr(request, "htmx", False) else "assessment/board.html"
    return render(request, name, context)


def _chart(found: assessment.Board) -> dict[str, Any]:
    """The heat map's data: one series a unit, one category an indicator, values in per cent with one decimal."""
    if found.round is None:
        return {"categories": [], "series": []}
    return {
        "categories": [text.title for text in found.indicators],
        "series": [
            {
                "name": row.line.name,
                # Drawn, not counted with: the table beside it carries the exact points.
                "values": [None if cell.share is None else cell.share / 10 for cell in row.cells],
            }
            for row in found.rows
        ],
        "links": [reverse("assessment:explanation", args=[found.round.pk, row.line.unit_id]) for row in found.rows],
        "unit": _(" %"),
        "min": found.lowest // 10,
        "max": 100,
    }
