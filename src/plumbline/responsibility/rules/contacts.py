"""Contact points (联系点): what a leader records there, and which branches had no visit (DOMAIN 7)."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _

from plumbline.responsibility.rules.problems import Refused

LONGEST: Final = 1_000


class RecordKind(StrEnum):
    """What a leader records at a contact point."""

    VISIT = "visit"
    LECTURE = "lecture"
    PROBLEM = "problem"


def check_record(kind: RecordKind, words: str, happened_on: date, today: date, due_on: date | None) -> str:
    """Return the words without blanks. Raises Refused: nothing said, a day to come, a problem without its day."""
    said = words.strip()
    if not said or len(said) > LONGEST:
        raise Refused(_("Say what it was about, in at most 1,000 characters."), "words")
    if happened_on > today:
        raise Refused(_("This day is still to come: record what has happened."), "happened_on")
    if kind is RecordKind.PROBLEM and due_on is None:
        raise Refused(_("Say by when the problem is to be solved."), "due_on")
    if due_on is not None and due_on < happened_on:
        raise Refused(_("A problem cannot be solved before it was found: choose a later day."), "due_on")
    return said


def first_day_of_quarter(day: date) -> date:
    """Return the first day of the quarter of a day."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def last_day_of_quarter(day: date) -> date:
    """Return the last day of the quarter of a day."""
    first = first_day_of_quarter(day)
    following = date(first.year + 1, 1, 1) if first.month == 10 else date(first.year, first.month + 3, 1)
    return following - timedelta(days=1)
