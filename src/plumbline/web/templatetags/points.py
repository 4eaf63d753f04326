"""Filters for points and shares: integers become decimals without ever being floats.

Both languages write a decimal point and no separators of thousands here, so nothing depends on the locale: a board shows
thousands of numbers, and Django's own formatting would take most of the page's time.
"""

from typing import Any

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from plumbline.kernel.numbers import BASIS, MICRO, div_half_up

register = template.Library()

NOTHING = "–"


def _decimal(value: int, places: int) -> str:
    """Write ``value``, counted in units of ten to the minus ``places``, as a decimal."""
    sign, magnitude = ("-" if value < 0 else ""), abs(value)
    whole, rest = divmod(magnitude, 10**places)
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"


@register.filter
def points(micro: int | None) -> str:
    """Return micro-points as points with two decimals, rounded half up; a dash for None."""
    if micro is None:
        return NOTHING
    return _decimal(div_half_up(micro, MICRO // 100), 2)


@register.filter
def exact(micro: int | None) -> str:
    """Return micro-points as points with as many decimals as they have, none lost; a dash for None."""
    if micro is None:
        return NOTHING
    return _decimal(micro, 6).rstrip("0").rstrip(".")


def plain(micro: int | None) -> float | None:
    """Return micro-points as the number that a spreadsheet takes; it shows what was scored, it never scores."""
    return None if micro is None else micro / MICRO


@register.filter
def signed(micro: int | None) -> str:
    """Return exact points with a sign in front, so that what was added and taken is seen at once."""
    if micro is None:
        return NOTHING
    if micro == 0:
        return "0"
    return ("+" if micro > 0 else "−") + exact(abs(micro))


@register.filter
def weight(basis: int | None) -> str:
    """Return basis points as a percentage without needless zeros; a dash for None."""
    if basis is None:
        return NOTHING
    text = _decimal(basis * 100 * 100 // BASIS, 2).rstrip("0").rstrip(".")
    return _("{number} %").format(number=text)


@register.filter
def share_class(thousandths: int | None, lowest: int = 0) -> str:
    """Return the class of a table cell by its share of what could be had: five steps from ``lowest`` to the whole."""
    if thousandths is None:
        return "pl-heat-none"
    return f"pl-heat-{min(4, max(0, 5 * (thousandths - lowest) // (1000 - lowest)))}"


@register.simple_tag
def board_cells(row: Any, lowest: int) -> SafeString:
    """Return the cells of one row of the board. A board has thousands of them: written here, not by the template."""
    return format_html_join(
        "",
        '<td class="text-end {}" data-label="{}">{}</td>',
        (
            (
                share_class(cell.share, lowest),
                cell.title,
                points(cell.applied) if cell.status == "scored" else cell.status.label,
            )
            for cell in row.cells
        ),
    )
