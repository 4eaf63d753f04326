"""Copying a scheme to a new year: its year and the years in its texts go with it, everything else stays."""

import re
from collections.abc import Mapping
from typing import Any

_TEXTS = {"title", "about", "name", "text"}


def for_year(document: Mapping[str, Any], year: int) -> dict[str, Any]:
    """Return the document for another year: ``year`` itself, and each mention of its old year in a text, moved by the same step.

    A scheme without a year gets one; its texts stay, since nobody knows which years they mean.
    """
    old = document.get("year")
    found: dict[str, Any] = dict(document) if old is None else _moved(document, int(old), year)
    return found | {"year": year}


def _moved(value: Any, old: int, new: int, *, within_text: bool = False) -> Any:
    """Move the years old - 1 to old + 1 in texts: a scheme speaks of its year, the one before and the one after."""
    if isinstance(value, Mapping):
        return {name: _moved(one, old, new, within_text=within_text or name in _TEXTS) for name, one in value.items()}
    if isinstance(value, list):
        return [_moved(one, old, new, within_text=within_text) for one in value]
    if isinstance(value, str) and within_text:
        near = {str(old + step): str(new + step) for step in (-1, 0, 1)}
        return re.sub(r"(?<!\d)\d{4}(?!\d)", lambda found: near.get(found[0], found[0]), value)
    return value
