"""The catalogue of disclosure (公开目录): what, to which scope, when, for how long, who is responsible (DOMAIN 4). Pure.

An entry holds in versions with days of effect, so that what was due last year is still told by last year's version.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.disclosure.rules.problems import Refused
from plumbline.disclosure.rules.publicity import check_days
from plumbline.disclosure.rules.scopes import Scope
from plumbline.kernel.calendar import WorkingCalendar

KINDS: Final = ("working_committee", "committee", "general_branch", "branch", "group")
LONGEST_TITLE: Final = 120
MOST_AT_ONCE: Final = 60


class Category(StrEnum):
    """The seven content categories of basic organisations (2017 regulation, DOMAIN 4)."""

    DECISIONS = "decisions"
    GOALS = "goals"
    EDUCATION = "education"
    BUILDING = "building"
    STYLE = "style"
    DISCIPLINE = "discipline"
    OTHER = "other"


CATEGORY_NAMES: Final[Mapping[Category, Promise]] = {
    Category.DECISIONS: gettext_lazy("Study and carrying out of decisions from above"),
    Category.GOALS: gettext_lazy("Goals of the term, plans, key tasks and their progress"),
    Category.EDUCATION: gettext_lazy("Ideological work, education, training and organisation life"),
    Category.BUILDING: gettext_lazy("Elections, set-up, members, appraisals and dues"),
    Category.STYLE: gettext_lazy("Style of work; serving members and people"),
    Category.DISCIPLINE: gettext_lazy("Discipline, clean government, handling and sanctions"),
    Category.OTHER: gettext_lazy("Other matters to be disclosed"),
}


class Timing(StrEnum):
    """When something is disclosed (DOMAIN 4, customary)."""

    LONG_TERM = "long_term"
    PERIODIC = "periodic"
    STAGED = "staged"
    AT_ONCE = "at_once"


TIMING_NAMES: Final[Mapping[Timing, Promise]] = {
    Timing.LONG_TERM: gettext_lazy("long-term: stays, and is renewed when it changes"),
    Timing.PERIODIC: gettext_lazy("periodic: after each month, quarter, half-year or year"),
    Timing.STAGED: gettext_lazy("staged: after each step of a piece of work"),
    Timing.AT_ONCE: gettext_lazy("at once: within some working days of what happened"),
}
MONTHS: Final[Mapping[str, int]] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry of the catalogue asks from ``starts_on`` until the day before ``ends_on``.

    ``period`` and ``due_day`` belong to what is periodic: due by that day of the month after the period (the next working
    day where it is none). ``within_days`` are working days: after a step or a happening, or after the version's first day
    for what is long-term. ``public_days`` are working days of publicity, None for good. ``approved_above``: the organisation
    may not decide on it by itself.
    """

    code: str
    category: Category
    title: str
    scope: Scope
    timing: Timing
    starts_on: date
    kinds: tuple[str, ...]
    ends_on: date | None = None
    period: str = ""
    due_day: int = 7
    within_days: int = 5
    public_days: int | None = None
    post: str = ""
    approved_above: bool = False
    must_be_read: bool = False


def check_entry(entry: Entry) -> None:
    """Refuse an entry that cannot be carried out; the message names what to change. Raises Refused."""
    if not entry.title.strip() or len(entry.title) > LONGEST_TITLE:
        raise Refused(_("Say in at most %d characters what is disclosed.") % LONGEST_TITLE, "title")
    if not entry.kinds or not set(entry.kinds) <= set(KINDS):
        raise Refused(_("Choose for which kinds of organisation the entry holds."), "kinds")
    if entry.timing is Timing.PERIODIC and entry.period not in MONTHS:
        raise Refused(_("Say after which period it is disclosed: a month, quarter, half-year or year."), "period")
    if not 1 <= entry.due_day <= 28:
        raise Refused(_("The day of the month lies between 1 and 28, so that every month has it."), "due_day")
    if not 1 <= entry.within_days <= MOST_AT_ONCE:
        raise Refused(_("Give 1 to %d working days.") % MOST_AT_ONCE, "within_days")
    if entry.ends_on is not None and entry.ends_on <= entry.starts_on:
        raise Refused(_("The entry ends after the day on which it begins."), "ends_on")
    check_days(entry.public_days)


def entry_on(versions: Iterable[Entry], day: date) -> Entry | None:
    """Return the version of an entry that holds on a day: of those begun the newest, unless that one has ended."""
    begun = [one for one in versions if one.starts_on <= day]
    newest = max(begun, key=lambda one: one.starts_on, default=None)
    return None if newest is None or (newest.ends_on is not None and day >= newest.ends_on) else newest


@dataclass(frozen=True, slots=True)
class DueTime:
    """Something that is to be disclosed: the mark of its period (``2026-Q1``, or ``long``), and by which day."""

    mark: str
    starts_on: date
    due_on: date


def periods(period: str, year: int) -> list[tuple[str, date, date]]:
    """Return the periods of a year with their marks, their first day and the first day after them."""
    months = MONTHS[period]
    found = []
    for index in range(12 // months):
        first = date(year, index * months + 1, 1)
        after = date(year + (index + 1) * months // 12, (index + 1) * months % 12 + 1, 1)
        letter = {"month": f"-{first.month:02}", "quarter": f"-Q{index + 1}", "half_year": f"-H{index + 1}", "year": ""}
        found.append((f"{year}{letter[period]}", first, after))
    return found


def due_times(entry: Entry, year: int, calendar: WorkingCalendar) -> tuple[DueTime, ...]:
    """Return what an entry asks of every organisation for the periods that end in a year, without any happening.

    A period counts where the version holds on its last day. What is staged or at once is asked by what happens.
    """
    if entry.timing is Timing.LONG_TERM and entry.starts_on.year == year:
        return (DueTime("long", entry.starts_on, calendar.add(entry.starts_on, entry.within_days)),)
    if entry.timing is not Timing.PERIODIC:
        return ()
    return tuple(
        DueTime(mark, after, calendar.add(after.replace(day=entry.due_day), 0))
        for mark, _first, after in periods(entry.period, year)
        if holds(entry, date.fromordinal(after.toordinal() - 1))
    )


def holds(entry: Entry, day: date) -> bool:
    """True where a version is in force on a day."""
    return entry.starts_on <= day and (entry.ends_on is None or day < entry.ends_on)


def due_after(entry: Entry, happened_on: date, calendar: WorkingCalendar) -> date:
    """Return by when a step or a happening is disclosed. Raises Refused for entries that follow no happening."""
    if entry.timing not in (Timing.STAGED, Timing.AT_ONCE):
        raise Refused(_("This entry is disclosed by the calendar, not after a happening."), "entry")
    return calendar.add(happened_on, entry.within_days)


def asked_of(entries: Sequence[Entry], kind: str, day: date) -> tuple[Entry, ...]:
    """Return the entries in force on a day for a kind of organisation, in the order given."""
    return tuple(one for one in entries if kind in one.kinds and holds(one, day))
