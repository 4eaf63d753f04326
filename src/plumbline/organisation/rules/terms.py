"""Terms of office: within the seats of a post, when they end, and when that is near. Pure."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from plumbline.organisation.rules.problems import Refused

NOTICE_MONTHS = 6
"""How long before its end a term is called ending: time enough to prepare an election (editable default, [B])."""
LONGEST_TERM_YEARS = 10

DEFAULT_TERM_YEARS: dict[str, int] = {"working_committee": 5, "committee": 5, "general_branch": 3, "branch": 3}
"""Terms where an organisation names none of its own (DOMAIN 3.3: committees 5, general branches and branches 3)."""


@dataclass(frozen=True, slots=True)
class Term:
    """A member holds a post from ``starts_on`` until the day before ``ends_on``."""

    member_id: int
    starts_on: date
    ends_on: date | None = None

    def holds(self, on: date) -> bool:
        """True on the days of the term."""
        return self.starts_on <= on and (self.ends_on is None or on < self.ends_on)

    def overlaps(self, other: "Term") -> bool:
        """True where both terms share a day."""
        return (other.ends_on is None or self.starts_on < other.ends_on) and (
            self.ends_on is None or other.starts_on < self.ends_on
        )


def check_term(term: Term, held: Iterable[Term], seats: int) -> None:
    """Refuse a term that would put more members on a post than it has seats, one member twice, or ends too early."""
    if term.ends_on and term.ends_on <= term.starts_on:
        raise Refused(_("The term ends before it begins: correct one of the days."), "ends_on")
    if term.ends_on and term.ends_on > add_years(term.starts_on, LONGEST_TERM_YEARS):
        raise Refused(
            _("A term of more than {years} years cannot be right: correct one of the days.").format(
                years=LONGEST_TERM_YEARS
            ),
            "ends_on",
        )
    others = [other for other in held if other.overlaps(term)]
    if any(other.member_id == term.member_id for other in others):
        raise Refused(_("This member already holds the post on some of these days: end that term first."), "member")
    for day in sorted({term.starts_on, *(other.starts_on for other in others if term.holds(other.starts_on))}):
        if sum(other.holds(day) for other in others) >= seats:
            raise Refused(
                _("On {day} all {seats} seats of this post are taken: end a term first, or add a seat.").format(
                    day=day.isoformat(), seats=seats
                ),
                "starts_on",
            )


def add_years(day: date, years: int) -> date:
    """Return the same day years later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def add_months(day: date, months: int) -> date:
    """Return the same day months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def planned_end(starts_on: date, ends_on: date | None, term_years: int | None) -> date | None:
    """Return the day a term runs out: its own end, else its length in years, else None where neither is known."""
    if ends_on:
        return ends_on
    return add_years(starts_on, term_years) if term_years else None


def years_for(kind: str, own: int | None) -> int | None:
    """Return the term of an organisation's committee in years: its own, else the shipped default of its kind."""
    return own or DEFAULT_TERM_YEARS.get(kind)


def term_light(ends_on: date | None, *, on: date) -> str:
    """Return ``ended``, ``ending`` (within NOTICE_MONTHS) or an empty string for a term that runs out on ``ends_on``."""
    if ends_on is None:
        return ""
    if ends_on <= on:
        return "ended"
    return "ending" if ends_on <= add_months(on, NOTICE_MONTHS) else ""
