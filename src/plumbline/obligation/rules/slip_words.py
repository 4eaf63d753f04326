"""Words for the kinds, states and acts of slips, and the number of one as official papers write it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.obligation.rules.slip_items import ItemState
from plumbline.obligation.rules.slips import SlipAct, SlipKind, SlipState

SLIP_KINDS: dict[SlipKind, Promise] = {
    SlipKind.REMINDER: gettext_lazy("reminder"),
    SlipKind.WARNING: gettext_lazy("warning"),
    SlipKind.ORDER: gettext_lazy("order to rectify"),
    SlipKind.INTERVIEW: gettext_lazy("summons to a talk"),
}
SLIP_STATES: dict[SlipState, Promise] = {
    SlipState.PROPOSED: gettext_lazy("proposed"),
    SlipState.DISMISSED: gettext_lazy("proposal dropped"),
    SlipState.ISSUED: gettext_lazy("waits for its answer"),
    SlipState.ANSWERED: gettext_lazy("answered, to be checked"),
    SlipState.CLOSED: gettext_lazy("closed"),
    SlipState.ESCALATED: gettext_lazy("followed by a graver one"),
    SlipState.WITHDRAWN: gettext_lazy("taken back"),
}
SLIP_ACTS: dict[SlipAct, Promise] = {
    SlipAct.ISSUE: gettext_lazy("sent out"),
    SlipAct.DISMISS: gettext_lazy("proposal dropped"),
    SlipAct.ANSWER: gettext_lazy("answered"),
    SlipAct.ACCEPT: gettext_lazy("answer accepted"),
    SlipAct.RETURN: gettext_lazy("answer given back"),
    SlipAct.EXTEND: gettext_lazy("more time given"),
    SlipAct.ESCALATE: gettext_lazy("followed by a graver one"),
    SlipAct.WITHDRAW: gettext_lazy("taken back"),
    SlipAct.RECORD: gettext_lazy("talk recorded"),
    SlipAct.RECHECK: gettext_lazy("looked at again: mended for good"),
    SlipAct.REOPEN: gettext_lazy("looked at again: not mended"),
}
ITEM_STATES: dict[ItemState, Promise] = {
    ItemState.OPEN: gettext_lazy("to be mended"),
    ItemState.REPORTED: gettext_lazy("reported as mended, to be checked"),
    ItemState.MENDED: gettext_lazy("ticked off"),
}
OUTCOMES: dict[str, Promise] = {
    "accepted": gettext_lazy("accepted, will be mended"),
    "pledged": gettext_lazy("a written pledge was given"),
    "disputed": gettext_lazy("disputed, will be looked into"),
    "referred": gettext_lazy("passed on to the competent body"),
}
"""How a talk ended; what was said in it is kept nowhere."""


def number_words(year: int, serial: int | None) -> str:
    """Return the number of a slip as papers write it, such as “2026 No. 7”; "" for one that was never issued."""
    return _("{year} No. {serial}").format(year=year, serial=serial) if serial else ""
