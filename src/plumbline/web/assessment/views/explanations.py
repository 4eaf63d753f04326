"""Why a unit has its score, and the facts that counted."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plumbline.assessment import api as assessment
from plumbline.ledger import api as ledger
from plumbline.web.assessment.shown import class_title, number_in, state_light
from plumbline.web.assessment.views import actor_of


@require_safe
def explanation(request: HttpRequest, round_id: int, unit_id: int) -> HttpResponse:
    """Show the composite, the tree of indicators with every rule in words, and the steps to the grade."""
    found = assessment.explain(actor_of(request), round_id=round_id, unit_id=unit_id)
    context = {
        "explanation": found,
        "round": found.round,
        "klass": class_title(found.klass),
        "light": state_light(found.round.state),
    }
    return render(request, "assessment/explanation.html", context)


@require_safe
def counted(request: HttpRequest, round_id: int, unit_id: int, node: str) -> HttpResponse:
    """List the facts that counted for the unit under one indicator, fifty to a page."""
    found = assessment.counted_facts(
        actor_of(request),
        round_id=round_id,
        unit_id=unit_id,
        node=node,
        rule=request.GET.get("rule", ""),
        page=number_in(request.GET.get("page")) or 1,
    )
    kinds = {kind.code: kind for kind in ledger.kinds()}
    rows = [
        {
            "fact": fact,
            "kind": kinds[fact.kind].name if fact.kind in kinds else fact.kind,
            "quantity": ledger.format_quantity(kinds.get(fact.kind), fact.quantity),
        }
        for fact in found.page.object_list
    ]
    return render(request, "assessment/counted.html", {"found": found, "rows": rows, "page_obj": found.page})
