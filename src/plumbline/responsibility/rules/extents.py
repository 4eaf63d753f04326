"""To what extent (做到什么程度): a number, a share, a date, or a standard with evidence; exact, in millionths.

Targets are read from what people write ("12 visits", "95%", "2026-11-30"), so that letters keep them as text.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plumbline.kernel.numbers import MICRO
from plumbline.responsibility.rules.problems import Refused

LONGEST_STANDARD: Final = 500
LONGEST_MEASURE: Final = 40
WHOLE_SHARE: Final = 100 * MICRO
MOST: Final = 10**12 * MICRO
_NUMBER = re.compile(r"^(\d[\d,，]*(?:\.\d{1,6})?)\s*(.*)$", re.ASCII)


class ExtentKind(StrEnum):
    """How the extent of a duty is measured."""

    NUMBER = "number"
    SHARE = "share"
    DATE = "date"
    STANDARD = "standard"


@dataclass(frozen=True, slots=True)
class Extent:
    """The measurable extent of a duty.

    ``target_micro`` is the number in millionths, or the share in millionths of a percent; ``target_on`` the day;
    ``standard`` the words that evidence must meet. ``at_most`` turns a number or share into a ceiling.
    """

    kind: ExtentKind
    target_micro: int | None = None
    target_on: date | None = None
    standard: str = ""
    measure: str = ""
    at_most: bool = False


def read_extent(
    kind: ExtentKind | str, target: object, *, due_on: date, measure: str = "", at_most: bool = False
) -> Extent:
    """Return the extent that a kind and what was written for it mean. Raises Refused, naming the field ``target``.

    A date left empty is the due day; a unit of measure may stand behind the number.
    """
    kind, text = ExtentKind(kind), _text(target)
    if kind is ExtentKind.DATE:
        return Extent(kind, target_on=_day(text, due_on))
    if kind is ExtentKind.STANDARD:
        if not text or len(text) > LONGEST_STANDARD:
            raise Refused(
                _("Say which standard the evidence must meet, in at most %d characters.") % LONGEST_STANDARD, "target"
            )
        return Extent(kind, standard=text)
    micro, behind = read_number(text)
    if kind is ExtentKind.SHARE:
        if behind not in ("", "%", "％") or micro > WHOLE_SHARE or (not micro and not at_most):
            raise Refused(_("Write a share between 0 and 100, such as 95%."), "target")
        return Extent(kind, target_micro=micro, measure="%", at_most=at_most)
    if not micro and not at_most:
        raise Refused(_("Write a number above 0, such as 12 or 3.5."), "target")
    said = measure.strip() or behind
    if len(said) > LONGEST_MEASURE:
        raise Refused(_("The unit of measure has at most %d characters.") % LONGEST_MEASURE, "measure")
    return Extent(kind, target_micro=micro, measure=said, at_most=at_most)


def _text(target: object) -> str:
    if isinstance(target, Decimal):
        return f"{target:f}"
    return target.isoformat() if isinstance(target, date) else "" if target is None else str(target).strip()


def _day(text: str, due_on: date) -> date:
    if not text:
        return due_on
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused(_("Write the day as year, month and day, such as 2026-11-30."), "target") from None
    if day > due_on:
        raise Refused(_("The day that is aimed at lies after the due day."), "target")
    return day


def read_number(text: str) -> tuple[int, str]:
    """Return the number at the beginning of a text in millionths, and what stands behind it.

    Raises Refused where there is none, and where it has more than six places.
    """
    found = _NUMBER.match(text.strip())
    if not found or found[2][:1].isdigit() or found[2].startswith("."):
        raise Refused(_("Write a number, such as 12 or 3.5."), "target")
    whole = Decimal(re.sub(r"[,，]", "", found[1]))
    micro = int(whole * MICRO)
    if micro > MOST:
        raise Refused(_("The number is too large."), "target")
    return micro, found[2].strip()


def number_words(micro: int, measure: str = "") -> str:
    """Return a number of millionths as people write it, with its unit of measure."""
    shown = f"{Decimal(micro) / MICRO:,f}"
    shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
    if measure == "%":
        return f"{shown}%"
    return f"{shown} {measure}" if measure else shown


def extent_words(extent: Extent) -> str:
    """Return the extent in a few words, such as “at least 12 visits” or “by 30 November 2026”."""
    if extent.kind is ExtentKind.DATE:
        return _("by {day}").format(day=date_format(extent.target_on, "DATE_FORMAT") if extent.target_on else "")
    if extent.kind is ExtentKind.STANDARD:
        return extent.standard
    number = number_words(extent.target_micro or 0, extent.measure)
    return (_("at most {number}") if extent.at_most else _("at least {number}")).format(number=number)
