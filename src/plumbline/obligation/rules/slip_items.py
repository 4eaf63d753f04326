"""The rectification list (整改清单) of a slip: what is to be mended, by whom, by which day, and when it is ticked off.

A fault that was ticked off may be opened again while its slip is open: looking again (回头看) found it as it was.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.obligation.rules.problems import Refused
from plumbline.obligation.rules.slips import SlipKind, SlipState

NEAR = timedelta(days=7)
LONGEST = 1_000
MOST_ITEMS = 100

WITH_LIST = frozenset({SlipKind.WARNING, SlipKind.ORDER})
"""The kinds of slips that ask for something to be mended."""


class ItemState(StrEnum):
    """Where one fault of the list stands."""

    OPEN = "open"
    REPORTED = "reported"
    MENDED = "mended"


class ItemAct(StrEnum):
    """What may happen to it."""

    PLAN = "plan"
    REPORT = "report"
    RETURN = "return"
    CHECK = "check"


MOVES: Mapping[tuple[ItemState, ItemAct], ItemState] = {
    (ItemState.OPEN, ItemAct.PLAN): ItemState.OPEN,
    (ItemState.OPEN, ItemAct.REPORT): ItemState.REPORTED,
    (ItemState.REPORTED, ItemAct.RETURN): ItemState.OPEN,
    (ItemState.REPORTED, ItemAct.CHECK): ItemState.MENDED,
    (ItemState.MENDED, ItemAct.RETURN): ItemState.OPEN,
}


def next_item_state(state: ItemState, act: ItemAct) -> ItemState:
    """Return the state to which an act leads. Raises Refused."""
    following = MOVES.get((state, act))
    if following is None:
        raise Refused(_("This cannot be done with the item as it stands now. Load the page again."))
    return following


def takes_items(kind: SlipKind, state: SlipState) -> bool:
    """True where the list of a slip may be drawn up or changed: before its answer is sent, or after it came back."""
    return kind in WITH_LIST and state is SlipState.ISSUED


def works_on_items(kind: SlipKind, state: SlipState) -> bool:
    """True where items are reported and checked: while the slip is open."""
    return kind in WITH_LIST and state in (SlipState.ISSUED, SlipState.ANSWERED)


def check_item(text: str, measure: str, due_on: date, today: date) -> tuple[str, str]:
    """Return what is to be mended and how, without spaces around. Raises Refused, naming the field."""
    said, how = text.strip(), measure.strip()
    if not said or len(said) > LONGEST:
        raise Refused(_("Say in at most 1,000 characters what is to be mended."), "text")
    if len(how) > LONGEST:
        raise Refused(_("Say in at most 1,000 characters how it will be mended."), "measure")
    if due_on < today:
        raise Refused(_("The day by which it is to be mended has passed: choose a later one."), "due_on")
    if (due_on - today).days > 366:
        raise Refused(_("The day by which it is to be mended lies more than a year ahead."), "due_on")
    return said, how


def check_all_mended(states: Iterable[str]) -> None:
    """Refuse to close a slip while something of its list is not ticked off."""
    n = sum(state != ItemState.MENDED.value for state in states)
    if n:
        told = ngettext(
            "{n} item of the rectification list is not ticked off yet: check it first, or give the answer back.",
            "{n} items of the rectification list are not ticked off yet: check them first, or give the answer back.",
            n,
        )
        raise Refused(told.format(n=n))


def item_light(state: ItemState, due_on: date, today: date) -> str:
    """Return the light: red after its day, yellow within a week of it, blue while it waits, green when ticked off."""
    if state is ItemState.MENDED:
        return "green"
    if state is ItemState.OPEN and today > due_on:
        return "red"
    return "yellow" if state is ItemState.OPEN and due_on - today <= NEAR else "blue"
