"""Lights in words, in the reader's language: colour never speaks alone."""

from datetime import timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.obligation.rules.lights import Colour, Due, Light, Reason

COLOUR_NAMES: dict[Colour, Promise] = {
    Colour.GREY: gettext_lazy("no light"),
    Colour.GREEN: gettext_lazy("green"),
    Colour.BLUE: gettext_lazy("blue"),
    Colour.YELLOW: gettext_lazy("yellow"),
    Colour.ORANGE: gettext_lazy("orange"),
    Colour.RED: gettext_lazy("red"),
}
_TOLD: dict[Reason, Promise] = {
    Reason.NOT_BEGUN: gettext_lazy("begins on {since}"),
    Reason.WAIVED: gettext_lazy("exempt"),
    Reason.OPEN: gettext_lazy("open, due on {due}"),
    Reason.DUE_SOON: gettext_lazy("due on {due}"),
    Reason.GRACE: gettext_lazy("was due on {due}, time until {last}"),
    Reason.LATE: gettext_lazy("late since {late}"),
    Reason.DONE: gettext_lazy("done on {since}"),
    Reason.DONE_LATE: gettext_lazy("done late, on {since}"),
}


def light_words(light: Light, due: Due) -> str:
    """Return why the light shows what it shows, such as “late since 1 Apr 2026; materials are missing”."""
    days = {
        "since": light.since, "due": due.due_on, "last": due.last_on,
        "late": due.last_on + timedelta(days=1),
    }  # fmt: skip
    said = str(_TOLD[light.reason]).format(
        **{name: date_format(day, "DATE_FORMAT") if day else "" for name, day in days.items()}
    )
    return _("{said}; materials are missing").format(said=said) if light.is_incomplete else said
