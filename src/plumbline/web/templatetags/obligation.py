"""Filters of required work: periods in words, and lights counted, the gravest first."""

from collections.abc import Mapping

from django import template

from plumbline.obligation import api as obligation

register = template.Library()


@register.filter
def period(code: str) -> str:
    """Return a period's code in words: 2026-Q1 is "quarter 1, 2026"."""
    return obligation.period_words(code)


@register.filter
def lights(counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Return (colour, its name, how many), the gravest first."""
    return [
        (colour.value, str(obligation.COLOUR_NAMES[colour]), counts[colour.value])
        for colour in reversed(obligation.COLOURS)
        if counts.get(colour.value)
    ]
