"""Contact points (联系点): what a leader records there, and which branches had no visit (DOMAIN 7)."""

from datetime import date
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


def quarter_of(day: date) -> int:
    """Return the quarter of a day, from 1 to 4."""
    return (day.month + 2) // 3
