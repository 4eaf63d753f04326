"""Tables: required rhythms, what is owed by a date, lights and supervision slips."""

from plumbline.obligation.models.light_rule import LightRuleVersion
from plumbline.obligation.models.obligation import Obligation, ObligationFact
from plumbline.obligation.models.rhythm import (
    DueRule,
    Measure,
    Period,
    PlanRun,
    Rhythm,
    RhythmVersion,
    Shift,
    Subject,
)
from plumbline.obligation.models.slip import Slip, SlipEvent
from plumbline.obligation.models.slip_item import SlipItem
from plumbline.obligation.models.tally import Tally

__all__ = [
    "DueRule",
    "LightRuleVersion",
    "Measure",
    "Obligation",
    "ObligationFact",
    "Period",
    "PlanRun",
    "Rhythm",
    "RhythmVersion",
    "Shift",
    "Slip",
    "SlipEvent",
    "SlipItem",
    "Subject",
    "Tally",
]
