"""The history of an object: ``{% include "kernel/_history.html" with rows=... only %}`` with rows of ``audit.history``."""

from collections.abc import Iterable

from django import template

from plumbline.kernel.audit import AuditRow
from plumbline.web.kernel.words import ShownRow, shown_rows

register = template.Library()


@register.filter
def with_words(rows: Iterable[AuditRow]) -> list[ShownRow]:
    """Return audit rows with the words for what was done, and the pages they lead to."""
    return shown_rows(rows)
