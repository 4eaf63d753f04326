"""The board of lights, what stands behind its fields, its trend, and the same as a workbook."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.obligation import api as obligation
from plumbline.web.obligation.lights_documents import board_workbook, month_names
from plumbline.web.obligation.lights_forms import AREAS, BoardForm

SHOWN = (
    obligation.Colour.RED,
    obligation.Colour.ORANGE,
    obligation.Colour.YELLOW,
    obligation.Colour.BLUE,
    obligation.Colour.GREEN,
)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _asked(request: HttpRequest) -> tuple[BoardForm, obligation.Ask]:
    given = request.GET.copy()
    given.setdefault("year", str(clock.today().year))
    form = BoardForm(given)
    return form, form.ask(clock.today())


def _kept(ask: obligation.Ask, **more: Any) -> str:
    """Return the address's question with what is asked, and more."""
    named = {name: getattr(ask, name) for name in ("year", "rows", "under", "kind", "area", "rhythm", "colour")} | more
    return urlencode({name: value for name, value in named.items() if value})


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show the lights of all organisations (or districts, or rhythms) by month, and what changed since yesterday."""
    form, ask = _asked(request)
    today = clock.today()
    found = obligation.board(_actor(request), ask, today=today, on=form.day(today))
    context = {
        "board": found, "form": form, "months": month_names(),
        "kept": _kept(ask, on=None if found.on == today else found.on), "is_today": found.on == today,
        "legend": [(one.value, obligation.COLOUR_NAMES[one], found.whole.counts.get(one, 0)) for one in SHOWN],
    }  # fmt: skip
    name = "obligation/_board.html" if getattr(request, "htmx", False) else "obligation/board.html"
    return render(request, name, context)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Show what stands behind a field of the board, each with its light in words."""
    form, ask = _asked(request)
    today = clock.today()
    found = obligation.listing(
        _actor(request), ask, today=today, on=form.day(today), unit=form.cleaned_data.get("unit")
    )
    month = date_format(date(ask.year, ask.month, 1), "YEAR_MONTH_FORMAT") if ask.month else str(ask.year)
    context = {"listing": found, "month": month, "back": _kept(ask), "areas": dict(AREAS)}
    return render(request, "obligation/listed.html", context)


@require_safe
def trend(request: HttpRequest) -> HttpResponse:
    """Show how each month stood when it ended."""
    _form, ask = _asked(request)
    points = obligation.trend(_actor(request), ask, today=clock.today())
    names, shown = month_names(), [one for one in SHOWN if any(point.counts.get(one) for point in points)]
    context = {
        "ask": ask, "kept": _kept(ask), "chart": _chart(points, shown),
        "colours": [(one.value, obligation.COLOUR_NAMES[one]) for one in shown],
        "rows": [
            (names[one.month - 1], one.on, [one.counts.get(colour, 0) for colour in shown], one.total) for one in points
        ],
    }  # fmt: skip
    return render(request, "obligation/trend.html", context)


def _chart(points: tuple[obligation.Point, ...], shown: list[obligation.Colour]) -> dict[str, Any]:
    """Return the shares of the colours by month, in per cent with one decimal."""
    return {
        "categories": month_names()[: len(points)],
        "series": [
            {
                "name": str(obligation.COLOUR_NAMES[one]),
                "token": one.value,
                "values": [point.per_mille(one) / 10 for point in points],
            }
            for one in shown
        ],
        "unit": _(" %"),
    }


@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """Give the board as a workbook."""
    form, ask = _asked(request)
    today = clock.today()
    return board_workbook(obligation.board(_actor(request), ask, today=today, on=form.day(today)))
