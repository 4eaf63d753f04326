"""Electoral terms of organisations: when they end, when to remind, and how far they may be extended (DOMAIN 3.2, 3.3)."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from plumbline.meeting.rules.problems import Refused

REMIND_MONTHS = (6, 3, 1)
LONGEST_EXTENSION = 12
"""Months: bringing an election forward or putting it off is generally limited to a year (DOMAIN 3.2)."""


@dataclass(frozen=True, slots=True)
class Term:
    """The term of one organisation's committee: it began with the election, and runs out on ``ends_on``.

    ``extended_until`` is filled where the level above approved an extension.
    """

    began_on: date
    ends_on: date
    extended_until: date | None = None

    @property
    def due_on(self) -> date:
        """The day by which the election is to be held."""
        return self.extended_until or self.ends_on


def add_months(day: date, months: int) -> date:
    """Return the same day months later (earlier where negative), or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def term_of(starts: Iterable[date], years: int | None, extended_until: date | None = None) -> Term | None:
    """Return the term that those who hold office serve; ``starts`` are the days on which they began.

    Who was elected later in the term serves the rest of it: the earliest beginning counts. None where nobody holds office or
    nobody knows the length of a term.
    """
    began = min(starts, default=None)
    if began is None or not years:
        return None
    ends = add_months(began, years * 12)
    return Term(began, ends, extended_until if extended_until and extended_until > ends else None)


def reminder_of(term: Term, on: date) -> int | None:
    """Return the reminder that is due: 6, 3 or 1 months before the end, 0 when it has passed, None when it is far."""
    if on >= term.due_on:
        return 0
    due = [months for months in REMIND_MONTHS if on >= add_months(term.due_on, -months)]
    return min(due, default=None)


def light_of_term(term: Term, on: date) -> str:
    """Return the light: red past the end, yellow within three months, blue within six, else green."""
    months = reminder_of(term, on)
    if months is None:
        return "green"
    return "red" if months == 0 else "blue" if months == REMIND_MONTHS[0] else "yellow"


def check_extension(term: Term, until: date, *, document: str, approved_by: str) -> None:
    """Refuse an extension without approval, one that adds nothing, and one of more than a year beyond the term."""
    if not document.strip() or not approved_by.strip():
        raise Refused(_("Name who approved the extension and the document."), "document")
    if until <= term.due_on:
        raise Refused(_("The extension must lead beyond {day}.").format(day=term.due_on.isoformat()), "until")
    latest = add_months(term.ends_on, LONGEST_EXTENSION)
    if until > latest:
        raise Refused(
            _("A term is extended by a year at most, to {day}: hold the election by then.").format(
                day=latest.isoformat()
            ),
            "until",
        )
