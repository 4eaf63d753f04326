"""The weekly digest: what waits for one person, in a message's subject and text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plumbline.kernel.todo import Todo, When, by_when

LINES = 20
"""A digest that is longer than a telephone's screen or two is not read; the rest is on the desk."""


@dataclass(frozen=True, slots=True)
class Digest:
    """The subject and the text of one digest."""

    subject: str
    body: str


def digest_of(items: Sequence[Todo], today: date) -> Digest | None:
    """Return the digest of what waits on ``today``, in the language in force; None where nothing waits."""
    found = by_when(items, today)
    if not found:
        return None
    counts = {when: len(found.get(when, ())) for when in When}
    subject = _("Your week: %(late)d late, %(soon)d within a week, %(rest)d more") % {
        "late": counts[When.LATE],
        "soon": counts[When.SOON] + counts[When.NOW],
        "rest": counts[When.LATER] + counts[When.UNDATED],
    }
    lines = [_line(item) for kept in found.values() for item in kept]
    if len(lines) > LINES:
        lines = [*lines[:LINES], _("... and %(n)d more on your desk.") % {"n": len(lines) - LINES}]
    return Digest(subject, "\n".join(lines))


def _line(item: Todo) -> str:
    if item.due_on is None:
        return f"· {item.title}"
    return _("· %(title)s (by %(day)s)") % {"title": item.title, "day": date_format(item.due_on, "DATE_FORMAT")}
