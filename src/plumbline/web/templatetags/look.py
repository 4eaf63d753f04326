"""Tags of the look: icons, the current address with one parameter changed, and class names for a light."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import HttpRequest
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

_ICONS = Path(__file__).resolve().parent.parent / "static" / "bundle" / "icons.json"


@cache
def _icons() -> dict[str, str]:
    """Return the drawings by name, as frontend/src/icons.json chose them from Tabler's."""
    drawings: dict[str, str] = json.loads(_ICONS.read_text(encoding="utf-8"))
    return drawings


@register.simple_tag
def icon(name: str) -> SafeString:
    """Return an icon as inline SVG, hidden from screen readers; its meaning stands in the words beside it.

    Raises KeyError for a name that frontend/src/icons.json does not list.
    """
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" '
        'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" '
        'focusable="false">{}</svg>',
        mark_safe(_icons()[name]),  # noqa: S308  (our own built file)
    )


@register.simple_tag(takes_context=True)
def with_parameter(context: Context, name: str, value: object) -> str:
    """Return the query string of this page with one parameter changed; for sorting and filters."""
    request: HttpRequest = context.request  # type: ignore[attr-defined]
    query = request.GET.copy()
    query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def page_link(context: Context, number: int) -> str:
    """Return the query string of another page of the same list."""
    return with_parameter(context, "page", number)


@register.filter
def page_numbers(page: Page[Any]) -> list[int]:
    """Return the page numbers to show, 0 standing for a gap."""
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else 0 for number in shown]


_SHAPES = {
    "green": '<circle cx="6" cy="6" r="5.5"/>',
    "yellow": '<path d="M6 .8 11.8 11H.2z"/>',
    "orange": '<path d="M3.4.6h5.2l3 5.4-3 5.4H3.4L.4 6z"/>',
    "red": '<path d="M.8.8h10.4v10.4H.8z"/>',
    "blue": '<path d="M6 .2 11.8 6 6 11.8.2 6z"/>',
    "grey": '<path d="M.8 4.5h10.4v3H.8z"/>',
}


@register.simple_tag
def light_shape(light: str) -> SafeString:
    """Return the shape of a light: circle, triangle, square, hexagon, diamond or bar, so that colour never speaks alone."""
    return format_html(
        '<svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">{}</svg>',
        mark_safe(_SHAPES.get(light, _SHAPES["grey"])),  # noqa: S308  (the table above)
    )


@register.filter
def widget_kind(field: object) -> str:
    """Return how a form field is drawn: checkbox, choices (several boxes or radios), file, or input."""
    widget = field.field.widget  # type: ignore[attr-defined]
    kinds = {
        "CheckboxInput": "checkbox",
        "RadioSelect": "choices",
        "CheckboxSelectMultiple": "choices",
        "Select": "select",
        "SelectMultiple": "select",
        "NullBooleanSelect": "select",
    }
    return kinds.get(type(widget).__name__, "input")


@register.simple_tag
def drawn(field: object, described_by: str = "") -> SafeString:
    """Return a form field's input with the look's class, its state and what describes it."""
    classes = {"checkbox": "form-check-input", "choices": "form-check-input", "select": "form-select"}
    kind = widget_kind(field)
    widget = field.field.widget  # type: ignore[attr-defined]
    attributes = {"class": f"{widget.attrs.get('class', '')} {classes.get(kind, 'form-control')}".strip()}
    if field.errors:  # type: ignore[attr-defined]
        attributes["class"] += " is-invalid"
        attributes["aria-invalid"] = "true"
    if described_by:
        attributes["aria-describedby"] = described_by
    return field.as_widget(attrs=attributes)  # type: ignore[attr-defined,no-any-return]


_BROWSERS = (
    ("Edg/", "Edge"),
    ("MicroMessenger/", "WeChat"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


@register.filter
def browser_name(user_agent: str) -> str:
    """Return what people call a browser, such as ``Chrome · Windows``; an unknown one by its own words, cut."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part) or user_agent[:60]
