"""The fields of the board of lights: thousands of them, so they are written here and not by the template."""

from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from plumbline.obligation import api as obligation
from plumbline.web.templatetags.look import light_shape

register = template.Library()


@register.simple_tag
def light_cells(row: Any, months: list[str], where: str) -> SafeString:
    """Return the months of a row: shape, number and word of the gravest light, each leading to what stands behind it.

    What comes from outside is escaped once for the row, not once for each field: a county's board has two thousand.
    """
    behind, labels = escape(f"{where}&month="), [escape(month) for month in months]
    names: dict[Any, str] = {one: escape(str(name)) for one, name in obligation.COLOUR_NAMES.items()}
    shapes = {one: light_shape(one.value) for one in obligation.COLOURS}
    cells = (
        f'<td data-label="{labels[place]}">{_cell(cell, f"{behind}{place + 1}", names, shapes)}</td>'
        for place, cell in enumerate(row.cells)
    )
    return mark_safe("".join(cells))  # noqa: S308  (address, months and names are escaped above, the rest are numbers)


def _cell(cell: Any, url: str, names: dict[Any, str], shapes: dict[Any, SafeString]) -> str:
    found = cell.by_gravity()
    if not found:
        return '<span class="pl-soft">–</span>'
    colour, shown = found[0]
    told = ", ".join(f"{names[one]} {count}" for one, count in found)
    return (
        f'<a class="pl-lamp pl-light-{colour.value}" href="{url}" title="{told}">{shapes[colour]}<span>{shown}</span>'
        f'<span class="visually-hidden"> {names[colour]}</span></a>'
    )


@register.simple_tag
def light_words(colour: str) -> str:
    """Return a colour's name in the reader's language."""
    return str(obligation.COLOUR_NAMES[obligation.Colour(colour)]) if colour else _("no light")
