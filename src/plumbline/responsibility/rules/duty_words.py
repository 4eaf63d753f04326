"""Words for the lines, states and acts of duties, and for what measures their extent."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plumbline.responsibility.rules.duties import DutyAct, DutyState, Line
from plumbline.responsibility.rules.extents import ExtentKind

LINES: dict[Line, Promise] = {Line.BUSINESS: _("business"), Line.ORGANISATION: _("organisation line")}
EXTENT_KINDS: dict[ExtentKind, Promise] = {
    ExtentKind.NUMBER: _("a number"),
    ExtentKind.SHARE: _("a share"),
    ExtentKind.DATE: _("a date"),
    ExtentKind.STANDARD: _("a standard with evidence"),
}
DUTY_STATES: dict[DutyState, Promise] = {
    DutyState.OPEN: pgettext_lazy("duty", "under way"),
    DutyState.REPORTED: pgettext_lazy("duty", "reported, to be checked"),
    DutyState.DONE: pgettext_lazy("duty", "done"),
    DutyState.DROPPED: pgettext_lazy("duty", "dropped"),
    DutyState.CARRIED: pgettext_lazy("duty", "carried over"),
}
DUTY_ACTS: dict[DutyAct, Promise] = {
    DutyAct.DEPLOY: pgettext_lazy("duty", "deployed"),
    DutyAct.CHANGE: pgettext_lazy("duty", "changed"),
    DutyAct.PLAN: pgettext_lazy("duty", "steps planned"),
    DutyAct.HAND_OVER: pgettext_lazy("duty", "handed over"),
    DutyAct.SHARE: pgettext_lazy("duty", "co-owners named"),
    DutyAct.LINK: pgettext_lazy("duty", "links changed"),
    DutyAct.STEP: pgettext_lazy("duty", "step done"),
    DutyAct.UNSTEP: pgettext_lazy("duty", "step opened again"),
    DutyAct.PROGRESS: pgettext_lazy("duty", "progress reported"),
    DutyAct.REPORT: pgettext_lazy("duty", "reported as done"),
    DutyAct.RETURN: pgettext_lazy("duty", "given back"),
    DutyAct.CONFIRM: pgettext_lazy("duty", "confirmed"),
    DutyAct.DROP: pgettext_lazy("duty", "dropped"),
    DutyAct.REOPEN: pgettext_lazy("duty", "opened again"),
    DutyAct.CARRY: pgettext_lazy("duty", "carried over"),
}
