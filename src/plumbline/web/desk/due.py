"""How a day that something is due reads on the desk: a light and words, never counted up by a job."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.kernel.todo import SOON_DAYS


@dataclass(frozen=True, slots=True)
class Due:
    """A light (red, yellow, or empty for none) and its words."""

    light: str
    words: str


def due(on: date | None, *, today: date) -> Due:
    """Return how the day reads: late is red, within a week is yellow, later is a date, none is nothing."""
    if on is None:
        return Due("", "")
    days = (on - today).days
    if days < 0:
        return Due("red", ngettext("%(n)d day late", "%(n)d days late", -days) % {"n": -days})
    if days == 0:
        return Due("yellow", _("due today"))
    if days <= SOON_DAYS:
        return Due("yellow", ngettext("%(n)d day left", "%(n)d days left", days) % {"n": days})
    return Due("", date_format(on, "DATE_FORMAT"))
