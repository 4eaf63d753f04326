"""The one door of the area responsibility: letters of responsibility, duties and contact points.

A *duty* says what, why, who, when, how, and to what extent, for one unit in one of the two lines of a post, business and
organisation; a duty of the organisation line may serve a business aim, so that both are deployed, done, summed up and
assessed together. ``deploy_duty`` brings one about; it is owed from then on (``obligation.owe``) and stands on the board
of lights. Progress is reported with evidence and posted as ``duty.result``; departments' results come in as facts of the
same kind, or of ``performance.result`` where the duty names an indicator. Who stands above confirms or gives back.

What is attained is a pure function of the facts (docs/algorithms/duties.md), never stored.
"""

from plumbline.responsibility.actions.duties import deploy_duty
from plumbline.responsibility.models import Duty
from plumbline.responsibility.permissions import can_deploy_duty, can_read_duties
from plumbline.responsibility.queries.duties import DutyAsk, DutyList, DutyView, duty_list, duty_view
from plumbline.responsibility.queries.duty_base import DutyRow
from plumbline.responsibility.queries.duty_choices import (
    DutyChoices,
    duty_choices,
    duty_or_none,
    term_for,
    units_to_deploy,
)
from plumbline.responsibility.rules.duties import DutyAct, DutyState, Line
from plumbline.responsibility.rules.duty_words import DUTY_ACTS, DUTY_STATES, EXTENT_KINDS, LINES
from plumbline.responsibility.rules.extents import ExtentKind
from plumbline.responsibility.rules.problems import Refused

__all__ = [
    "DUTY_ACTS",
    "DUTY_STATES",
    "EXTENT_KINDS",
    "LINES",
    "Duty",
    "DutyAct",
    "DutyAsk",
    "DutyChoices",
    "DutyList",
    "DutyRow",
    "DutyState",
    "DutyView",
    "ExtentKind",
    "Line",
    "Refused",
    "can_deploy_duty",
    "can_read_duties",
    "deploy_duty",
    "duty_choices",
    "duty_list",
    "duty_or_none",
    "duty_view",
    "term_for",
    "units_to_deploy",
]
