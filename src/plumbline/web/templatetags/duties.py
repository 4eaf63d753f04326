"""How much of duties is attained, in percents as people read them."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.simple_tag
def basis_percent(basis: int) -> str:
    """Return hundredths of a percent with one decimal, rounded down: “83.4%”, and “100%” for all of it alone."""
    tenths = basis // 10
    return f"{number_format(tenths / 10, 1 if tenths % 10 else 0)}%"
