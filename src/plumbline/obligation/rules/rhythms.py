"""What a version of a rhythm asks, as a value: its checks, and the words in which pages say it. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from plumbline.obligation.rules.periods import MONTHS, Timing
from plumbline.obligation.rules.problems import Refused

SUBJECTS: Final = ("organisation", "member", "post")
PERIODS: Final = (*MONTHS, "term")
DUE_RULES: Final = ("last_day", "last_working_day", "fixed_day", "weekday", "working_days_after")
SHIFTS: Final = ("stays", "next", "previous")
MEASURES: Final = ("count", "quantity")
KINDS: Final = ("working_committee", "committee", "general_branch", "branch", "group")
STATUSES: Final = ("full", "probationary", "suspended")
MOST_DAYS: Final = 366
MOST_NEEDED: Final = 10**12
NUMBERED: Final = {"fixed_day": 31, "weekday": 5, "working_days_after": 60}
"""Rules of the due day that need a number, with the greatest."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What is asked from ``starts_on`` until the day before ``ends_on``; the fields are those of ``RhythmVersion``."""

    starts_on: date
    period: str
    basis: str
    fact_kind: str = ""
    ends_on: date | None = None
    subject: str = "organisation"
    organisation_kinds: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    post_codes: tuple[str, ...] = ()
    except_posts: tuple[str, ...] = ()
    exempt_reasons: tuple[str, ...] = ()
    from_month: int = 1
    term_years: Mapping[str, int] = field(default_factory=dict)
    due_rule: str = "last_day"
    due_number: int = 0
    due_weekday: int = 0
    shift: str = "stays"
    warn_days: int = 7
    grace_days: int = 0
    least_days: int = 1
    is_prorated: bool = False
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    measure: str = "quantity"
    needed: int = 1
    url: str = ""

    @property
    def timing(self) -> Timing:
        """How the days of its periods are found."""
        return Timing(
            self.period, self.from_month, self.due_rule, self.due_number, self.due_weekday, self.shift,
            self.warn_days, self.grace_days,
        )  # fmt: skip


def check_requirement(asked: Requirement, attributes: Mapping[str, Collection[str]]) -> None:
    """Refuse what cannot be asked, naming the field. ``attributes`` are the names of every fact kind's attributes."""
    _check_words(asked)
    _check_subject(asked)
    _check_days(asked)
    _check_evidence(asked, attributes)


def _check_words(asked: Requirement) -> None:
    allowed = (
        ("period", PERIODS), ("subject", SUBJECTS), ("due_rule", DUE_RULES), ("shift", SHIFTS), ("measure", MEASURES),
    )  # fmt: skip
    for name, words in allowed:
        if getattr(asked, name) not in words:
            told = _("“{value}” is not known here; write one of: {words}.")
            raise Refused(told.format(value=getattr(asked, name), words=", ".join(words)), name)
    _check_list("organisation_kinds", asked.organisation_kinds, KINDS)
    _check_list("statuses", asked.statuses, STATUSES)
    if not asked.basis.strip():
        raise Refused(_("Name the document that the rule comes from."), "basis")
    if asked.ends_on is not None and asked.ends_on <= asked.starts_on:
        raise Refused(_("The rule would end before it begins: give a later day, or none."), "ends_on")
    if asked.url and not asked.url.startswith("/"):
        raise Refused(_("The place where it is done is a page of this installation: it begins with “/”."), "url")


def _check_list(name: str, given: Iterable[str], known: Collection[str]) -> None:
    for one in given:
        if one not in known:
            told = _("“{value}” is not known here; write one of: {words}.")
            raise Refused(told.format(value=one, words=", ".join(known)), name)


def _check_subject(asked: Requirement) -> None:
    if asked.subject == "organisation" and not asked.organisation_kinds:
        raise Refused(_("Choose at least one kind of organisation that owes it."), "organisation_kinds")
    if asked.subject == "member" and not asked.statuses:
        raise Refused(_("Choose at least one status of the members who owe it."), "statuses")
    if asked.subject == "post" and not asked.post_codes:
        raise Refused(_("Name the code of at least one post whose holders owe it."), "post_codes")
    if asked.period == "term":
        if asked.subject != "organisation":
            raise Refused(_("Once in a term of office is owed by organisations only."), "period")
        _check_list("term_years", asked.term_years, KINDS)
        if any(not 1 <= years <= 10 for years in asked.term_years.values()):
            raise Refused(_("A term of office lasts 1 to 10 years."), "term_years")


def _check_days(asked: Requirement) -> None:
    if asked.period == "term" and asked.due_rule != "last_day":
        raise Refused(_("An election is due when the term ends: choose the last day of the period."), "due_rule")
    if not 1 <= asked.from_month <= MONTHS.get(asked.period, 1):
        most = MONTHS.get(asked.period, 1)
        raise Refused(_("The month within the period is a number from 1 to {most}.").format(most=most), "from_month")
    most = NUMBERED.get(asked.due_rule, 0)
    if most and not 1 <= asked.due_number <= most:
        raise Refused(_("For this due day give a number from 1 to {most}.").format(most=most), "due_number")
    if not 0 <= asked.due_weekday <= 6:
        raise Refused(_("A weekday is a number from 0 (Monday) to 6 (Sunday)."), "due_weekday")
    for name in ("warn_days", "grace_days", "least_days"):
        if not 0 <= getattr(asked, name) <= MOST_DAYS:
            raise Refused(_("Give a number of days from 0 to {most}.").format(most=MOST_DAYS), name)


def _check_evidence(asked: Requirement, attributes: Mapping[str, Collection[str]]) -> None:
    if asked.period == "term":
        if asked.fact_kind:
            raise Refused(
                _("The beginning of a new term closes an election: leave the kind of fact empty."), "fact_kind"
            )
        return
    if asked.fact_kind not in attributes:
        raise Refused(_("There is no kind of fact “{kind}”.").format(kind=asked.fact_kind), "fact_kind")
    for name, values in asked.where.items():
        if name not in attributes[asked.fact_kind]:
            told = _("Facts of the kind {kind} have no attribute “{name}”.")
            raise Refused(told.format(kind=asked.fact_kind, name=name), "where")
        if not values:
            raise Refused(_("Give the values that the attribute “{name}” may have.").format(name=name), "where")
    if not 1 <= asked.needed <= MOST_NEEDED:
        raise Refused(_("Say how much is needed: a whole number from 1."), "needed")


def overlapping(asked: Requirement, others: Iterable[tuple[date, date | None]]) -> tuple[date, date | None] | None:
    """Return the first of the stretches (from, until before) that shares a day with the version, None where none does."""
    for starts_on, ends_on in sorted(others):
        if (ends_on is None or asked.starts_on < ends_on) and (asked.ends_on is None or starts_on < asked.ends_on):
            return starts_on, ends_on
    return None


def check_overlap(asked: Requirement, others: Iterable[tuple[date, date | None]]) -> None:
    """Refuse a version that would be in force on a day on which another one is, in words."""
    found = overlapping(asked, others)
    if found is None:
        return
    starts_on, ends_on = found
    if ends_on is None:
        told = _("A version of this rule is in force from {first} without an end. End it before this one begins.")
    else:
        told = _("A version of this rule is in force from {first} until before {last}. Choose days outside these.")
    raise Refused(told.format(first=starts_on.isoformat(), last=ends_on and ends_on.isoformat()), "starts_on")
