"""A version of a rhythm in one sentence, and the words of its parts, in the reader's language. Pure."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from plumbline.obligation.rules.periods import LAST_OF_MONTH
from plumbline.obligation.rules.rhythms import Requirement

KIND_WORDS: Final = {
    "working_committee": gettext_lazy("working committee"),
    "committee": pgettext_lazy("kind of organisation", "committee"),
    "general_branch": gettext_lazy("general branch"),
    "branch": gettext_lazy("branch"),
    "group": gettext_lazy("group"),
}
STATUS_WORDS: Final = {
    "full": gettext_lazy("full member"),
    "probationary": gettext_lazy("probationary member"),
    "suspended": gettext_lazy("rights suspended"),
}
PERIOD_WORDS: Final = {
    "month": pgettext_lazy("once in each", "month"),
    "quarter": pgettext_lazy("once in each", "quarter"),
    "half_year": pgettext_lazy("once in each", "half year"),
    "year": pgettext_lazy("once in each", "year"),
    "term": pgettext_lazy("once in each", "term of office"),
}
WEEKDAYS: Final = (
    gettext_lazy("Monday"), gettext_lazy("Tuesday"), gettext_lazy("Wednesday"), gettext_lazy("Thursday"),
    gettext_lazy("Friday"), gettext_lazy("Saturday"), gettext_lazy("Sunday"),
)  # fmt: skip
_BETWEEN: Final = pgettext_lazy("between things listed", ", ")


def listed(words: Mapping[str, object], codes: tuple[str, ...]) -> str:
    """Return the words of codes, one after the other."""
    return str(_BETWEEN).join(str(words.get(code, code)) for code in codes)


def who_words(asked: Requirement) -> str:
    """Return who owes it: "each branch, general branch"."""
    kinds = listed(KIND_WORDS, asked.organisation_kinds)
    if asked.subject == "organisation":
        return _("each {kinds}").format(kinds=kinds)
    if asked.subject == "post":
        return _("who holds a post of the kind {posts}").format(posts=str(_BETWEEN).join(asked.post_codes))
    who = _("each {statuses}").format(statuses=listed(STATUS_WORDS, asked.statuses))
    return _("{who} in a {kinds}").format(who=who, kinds=kinds) if kinds else who


def due_words(asked: Requirement) -> str:
    """Return when it is due: "by the last day of the period"."""
    if asked.period == "term":
        told = _("by the end of the term")
    elif asked.due_rule == "last_working_day":
        told = _("by the last working day of the period")
    elif asked.due_rule == "fixed_day":
        told = _("by day {n} of the period's last month").format(n=asked.due_number)
    elif asked.due_rule == "weekday":
        told = _weekday_words(asked)
    elif asked.due_rule == "working_days_after":
        told = _("by working day {n} after the period").format(n=asked.due_number)
    else:
        told = _("by the last day of the period")
    return told + _shift_words(asked.shift)


def _weekday_words(asked: Requirement) -> str:
    day = str(WEEKDAYS[asked.due_weekday])
    if asked.due_number >= LAST_OF_MONTH:
        return _("by the last {weekday} of the period's last month").format(weekday=day)
    return _("by {weekday} number {n} of the period's last month").format(weekday=day, n=asked.due_number)


def _shift_words(shift: str) -> str:
    if shift == "next":
        return _(", or the next working day")
    return _(", or the working day before") if shift == "previous" else ""


def sentence(asked: Requirement, name: str, amount: str) -> str:
    """Return the whole of it: who owes how much of what, how often, by when, warned how early, with how much grace.

    ``amount`` is how much is needed, in the words of the fact kind: "4 meetings"; "" says that once is enough.
    """
    period = str(PERIOD_WORDS[asked.period])
    if asked.period == "term" or not amount:
        told = _("{who}: {name}, once in each {period}, {due}")
    else:
        told = _("{who}: {name}, {amount} in each {period}, {due}")
    parts = [told.format(who=who_words(asked), name=name, amount=amount, period=period, due=due_words(asked))]
    if asked.from_month > 1:
        parts.append(_("from month {n} of the period").format(n=asked.from_month))
    if asked.warn_days:
        parts.append(
            ngettext("warned {n} day before", "warned {n} days before", asked.warn_days).format(n=asked.warn_days)
        )
    if asked.grace_days:
        parts.append(ngettext("{n} day of grace", "{n} days of grace", asked.grace_days).format(n=asked.grace_days))
    text = pgettext("between parts of a sentence", "; ").join(parts)
    return _("{sentence}.").format(sentence=text[:1].upper() + text[1:])


def period_words(code: str) -> str:
    """Return a period's code in words: 2026-Q1 is "quarter 1, 2026"; an unknown one as it is."""
    year, _dash, part = code.partition("-")
    if not part:
        return _("year {year}").format(year=year) if year else ""
    if part == "T":
        return _("term ending in {year}").format(year=year)
    number = part.lstrip("QH0")
    if part.startswith("Q"):
        return _("quarter {n}, {year}").format(n=number, year=year)
    if part.startswith("H"):
        return _("half year {n}, {year}").format(n=number, year=year)
    return _("month {n}, {year}").format(n=number, year=year)
