"""What an area owes once: the value, and its days. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from plumbline.obligation.rules.problems import Refused

WARN_DAYS: Final = 7
"""Warned so many days before the due day, unless the owing area says otherwise."""
LONGEST_KEY: Final = 160
LONGEST_TITLE: Final = 200


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that a unit (or a member of it) owes by ``due_on``, under a key that is the owing area's own.

    ``starts_on`` None means from the day on which it is owed first. ``warn_days`` before the due day the light warns,
    for ``grace_days`` after it what is done late is still accepted.
    """

    key: str
    area: str
    unit_id: int
    title: str
    due_on: date
    starts_on: date | None = None
    member_id: int | None = None
    url: str = ""
    warn_days: int = WARN_DAYS
    grace_days: int = 0


@dataclass(frozen=True, slots=True)
class Days:
    """The days of an obligation: from when, warned from, due, and the last day of grace."""

    starts_on: date
    warn_on: date
    due_on: date
    grace_on: date


def days_of(owed: Owed, today: date) -> Days:
    """Return the days of what is owed; the warning begins no earlier than the work itself."""
    starts_on = min(owed.starts_on or today, owed.due_on)
    warn_on = max(starts_on, owed.due_on - timedelta(days=owed.warn_days))
    return Days(starts_on, warn_on, owed.due_on, owed.due_on + timedelta(days=owed.grace_days))


def check_owed(owed: Owed) -> None:
    """Refuse what cannot be owed: without a key, an area or a title, with one too long, or with negative days."""
    if not owed.key.strip() or len(owed.key) > LONGEST_KEY:
        raise Refused(_("What is owed needs a key of at most %d characters.") % LONGEST_KEY, "key")
    if owed.key.startswith("rhythm:"):
        raise Refused(_("Keys that begin with “rhythm:” belong to the plan of the year."), "key")
    if not owed.area.strip():
        raise Refused(_("Say which area owes it."), "area")
    if not owed.title.strip() or len(owed.title) > LONGEST_TITLE:
        raise Refused(_("Say what is owed in at most %d characters.") % LONGEST_TITLE, "title")
    if min(owed.warn_days, owed.grace_days) < 0:
        raise Refused(_("Days of warning and of grace cannot be negative."), "warn_days")


def check_reason(reason: str) -> str:
    """Return the reason without spaces around it; refuse an empty one, and one of more than 500 characters."""
    if not reason.strip():
        raise Refused(_("Say why: the reason stays beside what was owed."), "reason")
    if len(reason.strip()) > 500:
        raise Refused(_("The reason may have at most 500 characters."), "reason")
    return reason.strip()
