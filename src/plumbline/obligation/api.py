"""The one door of the area obligation: required rhythms, what is owed by a date, lights and supervision slips.

A *rhythm* is an entry of the catalogue of what is required again and again, in versions with days of effect. A job plans
the year: one *obligation* for each organisation (or member) and period, due by the rules of working days. Facts fulfil
them: whatever is posted to the ledger is linked, in the same transaction, to the obligations for which it counts, and
corrections and withdrawals take it away again by themselves.

Other areas owe what comes once: ``owe`` under a key of their own (idempotent; owing it again re-plans what is open), then
``fulfil``, ``waive`` with a reason or ``reopen``; each has a ``_many`` for sets. They have checked their own permission.

A *light* is a pure function of dates, evidence and a rule (``light_of``; ``colours_of`` for many at once); no light is stored.
"""

from plumbline.obligation.actions.owing import (
    NothingOwed,
    fulfil,
    fulfil_many,
    owe,
    owe_many,
    reopen,
    reopen_many,
    waive,
    waive_many,
)
from plumbline.obligation.models import Obligation
from plumbline.obligation.rules.light_table import NEVER, Table, colours_of, counted
from plumbline.obligation.rules.light_variants import SHIPPED as SHIPPED_LIGHT_RULES
from plumbline.obligation.rules.light_words import COLOUR_NAMES, light_words
from plumbline.obligation.rules.lights import (
    COLOURS,
    Colour,
    Due,
    Light,
    LightRule,
    Reason,
    Stage,
    consequences_of,
    light_of,
    reached,
)
from plumbline.obligation.rules.owing import Owed
from plumbline.obligation.rules.problems import Refused

__all__ = [
    "COLOURS",
    "COLOUR_NAMES",
    "NEVER",
    "SHIPPED_LIGHT_RULES",
    "Colour",
    "Due",
    "Light",
    "LightRule",
    "NothingOwed",
    "Obligation",
    "Owed",
    "Reason",
    "Refused",
    "Stage",
    "Table",
    "colours_of",
    "consequences_of",
    "counted",
    "fulfil",
    "fulfil_many",
    "light_of",
    "light_words",
    "owe",
    "owe_many",
    "reached",
    "reopen",
    "reopen_many",
    "waive",
    "waive_many",
]
