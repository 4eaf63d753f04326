"""The list of facts, its exports, and the page of one fact."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.web.ledger import documents

UNITS_LISTED = 300


def actor_of(request: HttpRequest) -> Actor:
    """Return who asks; raises NotPermitted for the public, whom the middleware leads to sign in."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        raise NotPermitted("ledger.read")
    return actor


def _row(fact: Any, kind: Any) -> dict[str, Any]:
    """Return one fact as the list shows it."""
    quantity = ledger.format_quantity(kind, fact.quantity)
    return {"fact": fact, "kind": kind, "quantity": quantity, "details": details(fact.attributes)}


@require_safe
def facts(request: HttpRequest) -> HttpResponse:
    """List the facts that the reader may see, filtered and sorted, a page at a time."""
    actor = actor_of(request)
    wanted = ledger.FactFilter.from_query(request.GET)
    page = ledger.facts_page(actor, wanted, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    kinds = {kind.code: kind for kind in ledger.kinds()}
    units = list(organisation.assessable_units(actor).values_list("code", "name").order_by("code")[: UNITS_LISTED + 1])
    context = {
        "page_of_facts": page,
        "rows": [_row(fact, kinds.get(fact.kind)) for fact in page.facts],
        "wanted": wanted,
        "kinds": sorted(kinds.values(), key=lambda kind: str(kind.name)),
        "units": units if len(units) <= UNITS_LISTED else None,
        "filtered": any(value for name, value in asdict(wanted).items() if name != "sort"),
        "query": _query_without(request, "after", "before"),
        "may_file": ledger.can_file_anything(actor),
        "may_pass": bool(actor.paths_for("administrator")),
    }
    name = "ledger/_facts.html" if getattr(request, "htmx", False) else "ledger/facts.html"
    return render(request, name, context)


def _query_without(request: HttpRequest, *names: str) -> str:
    query = request.GET.copy()
    for name in names:
        query.pop(name, None)
    return query.urlencode()


@require_safe
def facts_excel(request: HttpRequest) -> HttpResponse:
    """Give the filtered list as Excel, up to a bound beyond which CSV is offered."""
    rows = ledger.filtered(actor_of(request), ledger.FactFilter.from_query(request.GET))
    found = list(rows[: documents.MOST_IN_EXCEL + 1])
    if len(found) > documents.MOST_IN_EXCEL:
        raise BadRequest(
            _("More than %d facts; choose a shorter period, or take the list as CSV.") % documents.MOST_IN_EXCEL
        )
    return documents.facts_excel(found, ledger.kinds())


@require_safe
def facts_csv(request: HttpRequest) -> HttpResponseBase:
    """Give the filtered list as CSV, row by row, however long it is."""
    rows = ledger.filtered(actor_of(request), ledger.FactFilter.from_query(request.GET))
    lines = documents.facts_csv(rows.iterator(chunk_size=2_000), ledger.kinds())
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="facts-{clock.today()}.csv"'
    return answer


@require_safe
def fact(request: HttpRequest, fact_id: int) -> HttpResponse:
    """Show one fact: what it says, its evidence, its history, and where it counted."""
    actor = actor_of(request)
    view = ledger.fact_view(actor, fact_id)
    history = [
        {
            "fact": one,
            "quantity": ledger.format_quantity(view.kind, one.quantity),
            "by": view.recorders.get(one.recorded_by, one.recorded_by),
        }
        for one in view.history
    ]
    context: dict[str, Any] = {
        "view": view,
        "fact": view.fact,
        "history": history,
        "uses": [{"use": use, "points": _points(use.points_micro)} for use in view.uses],
        "may_open_file": view.origin is not None and actor.holds(view.origin.file.sender_unit.path, "administrator"),
        "recorder": view.recorders.get(view.fact.recorded_by, view.fact.recorded_by),
    }
    return render(request, "ledger/fact.html", context)


def details(attributes: Mapping[str, Any]) -> str:
    """Return the attributes' values in one line, truth as a word."""
    words = {True: _("yes"), False: _("no")}
    shown = (
        words[value] if isinstance(value, bool) else _("; ").join(value) if isinstance(value, list) else str(value)
        for value in attributes.values()
    )
    return " · ".join(shown)


def _points(micro: int | None) -> str:
    """Return micro-points as points, exactly; a dash where nothing may be told."""
    return "–" if micro is None else ledger.format_scaled(micro, 6)
