"""The fields of the board of lights: thousands of them, so they are written here and not by the template."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plumbline.obligation import api as obligation
from plumbline.web.templatetags.look import light_shape

register = template.Library()


@register.simple_tag
def light_cells(row: Any, months: list[str], where: str) -> SafeString:
    """Return the months of a row: shape, number and word of the gravest light, each leading to what stands behind it."""
    names = {one: str(name) for one, name in obligation.COLOUR_NAMES.items()}
    shapes = {one: light_shape(one.value) for one in obligation.COLOURS}
    return format_html_join(
        "",
        '<td data-label="{}">{}</td>',
        (
            (months[place], _cell(cell, f"{where}&month={place + 1}", names, shapes))
            for place, cell in enumerate(row.cells)
        ),
    )


def _cell(cell: Any, url: str, names: dict[Any, str], shapes: dict[Any, SafeString]) -> SafeString:
    if not cell.total:
        return format_html('<span class="pl-soft">{}</span>', "–")
    told = ", ".join(f"{names[one]} {count}" for one, count in cell.by_gravity() if count)
    colour = cell.colour
    return format_html(
        '<a class="pl-lamp pl-light-{}" href="{}" title="{}">{}<span>{}</span><span class="visually-hidden"> {}</span></a>',
        colour.value, url, told, shapes[colour], cell.shown, names[colour],
    )  # fmt: skip


@register.simple_tag
def light_words(colour: str) -> str:
    """Return a colour's name in the reader's language."""
    return str(obligation.COLOUR_NAMES[obligation.Colour(colour)]) if colour else _("no light")
