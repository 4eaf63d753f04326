"""The one door of the area obligation: required rhythms, what is owed by a date, lights and supervision slips.

A *rhythm* is an entry of the catalogue of what is required again and again, in versions with days of effect. A job plans
the year: one *obligation* for each organisation (or member) and period, due by the rules of working days. Facts fulfil
them: whatever is posted to the ledger is linked, in the same transaction, to the obligations for which it counts, and
corrections and withdrawals take it away again by themselves.

Other areas owe what comes once: ``owe`` under a key of their own (idempotent; owing it again re-plans what is open), then
``fulfil``, ``waive`` with a reason or ``reopen``; each has a ``_many`` for sets. They have checked their own permission.

A *slip* reminds, warns, orders to rectify or summons to a talk: issued to a post from above, answered with evidence, checked
by somebody else, closed, given back, or followed by a graver one that a rule proposed and a person signed. ``slip.issued``
and ``slip.answered`` are facts, so that schemes may count them.

A *light* is a pure function of dates, evidence and a rule (``light_of``; ``colours_of`` for many at once); no light is stored.
"""

from plumbline.obligation.actions.closing import Closed, close_due
from plumbline.obligation.actions.exempting import end_exemption, exempt
from plumbline.obligation.actions.importing import CatalogueReport, TakenLine, import_catalogue
from plumbline.obligation.actions.light_rules import LightRuleDraft, drop_light_rule, set_light_rule
from plumbline.obligation.actions.light_slips import propose_from_lights
from plumbline.obligation.actions.matching import follow
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
from plumbline.obligation.actions.planning import PLAN_JOB, follow_calendar, plan_year, start_plan
from plumbline.obligation.actions.rhythms import (
    RhythmEntry,
    add_rhythm,
    add_version,
    change_rhythm,
    change_version,
    remove_version,
    take_shipped,
)
from plumbline.obligation.actions.slip_answers import (
    accept_slip,
    answer_slip,
    recheck_slip,
    record_talk,
    reopen_slip,
    return_slip,
)
from plumbline.obligation.actions.slip_items import (
    ItemDraft,
    add_item,
    drop_item,
    plan_item,
    report_item,
    return_item,
    tick_off_item,
)
from plumbline.obligation.actions.slip_proposals import propose_graver
from plumbline.obligation.actions.slips import (
    dismiss_slip,
    escalate_slip,
    extend_slip,
    issue_proposed,
    issue_slip,
    withdraw_slip,
)
from plumbline.obligation.models import (
    Obligation,
    ObligationFact,
    PlanRun,
    Rhythm,
    RhythmVersion,
    Slip,
    SlipEvent,
    SlipItem,
)
from plumbline.obligation.permissions import (
    can_change_rhythms,
    can_exempt,
    can_issue_slips,
    can_read_board,
    can_read_owed,
    can_read_rhythms,
    check_change_rhythms,
)
from plumbline.obligation.queries.board import Ask, Board, Cell, Listing, board, listing
from plumbline.obligation.queries.board import Row as BoardRow
from plumbline.obligation.queries.catalogue import (
    RhythmRow,
    ShippedRhythm,
    VersionRow,
    requirement_of,
    rhythm_for,
    rhythm_rows,
    shipped_rhythms,
)
from plumbline.obligation.queries.exemptions import ExemptionPage, exemption_page
from plumbline.obligation.queries.light_rules import LightRulesPage, RuleInForce, light_rules_page, rules_on
from plumbline.obligation.queries.lights import Lamp, lamp, lamps, light_on
from plumbline.obligation.queries.mine import MineRow, my_year
from plumbline.obligation.queries.owed import OwedCell, OwedRow, OwedYear, due_of, owed_year
from plumbline.obligation.queries.plan_page import Move, PlanPage, PlanRow, plan_page
from plumbline.obligation.queries.planned import years_to_keep
from plumbline.obligation.queries.slip_items import ItemList, ItemRow
from plumbline.obligation.queries.slips import (
    SlipAsk,
    SlipLine,
    SlipList,
    SlipRow,
    SlipView,
    may_read_slip_file,
    slip_item_view,
    slip_list,
    slip_table,
    slip_todos,
    slip_view,
    units_to_supervise,
)
from plumbline.obligation.queries.todos import rhythm_todos
from plumbline.obligation.queries.trend import Point, trend
from plumbline.obligation.rules.catalogue_sheet import BadCell, headings, line_of, read_where, read_years, write_where
from plumbline.obligation.rules.light_sentences import (
    AFTER_NAMES,
    PERIOD_NAMES,
    consequence_sentence,
    rule_sentences,
)
from plumbline.obligation.rules.light_table import NEVER, Table, colours_of, counted
from plumbline.obligation.rules.light_variants import SHIPPED as SHIPPED_LIGHT_RULES
from plumbline.obligation.rules.light_words import COLOUR_NAMES, light_words
from plumbline.obligation.rules.lights import (
    COLOURS,
    Colour,
    Consequence,
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
from plumbline.obligation.rules.rhythm_words import period_words
from plumbline.obligation.rules.rhythms import Requirement
from plumbline.obligation.rules.slip_words import OUTCOMES, SLIP_ACTS, SLIP_KINDS, SLIP_STATES
from plumbline.obligation.rules.slips import (
    LADDER,
    TRANSITIONS,
    SlipAct,
    SlipDraft,
    SlipKind,
    SlipState,
    WrongSlipState,
)

__all__ = [
    "AFTER_NAMES",
    "COLOURS",
    "COLOUR_NAMES",
    "LADDER",
    "NEVER",
    "OUTCOMES",
    "PERIOD_NAMES",
    "PLAN_JOB",
    "SHIPPED_LIGHT_RULES",
    "SLIP_ACTS",
    "SLIP_KINDS",
    "SLIP_STATES",
    "TRANSITIONS",
    "Ask",
    "BadCell",
    "Board",
    "BoardRow",
    "CatalogueReport",
    "Cell",
    "Closed",
    "Colour",
    "Consequence",
    "Due",
    "ExemptionPage",
    "ItemDraft",
    "ItemList",
    "ItemRow",
    "Lamp",
    "Light",
    "LightRule",
    "LightRuleDraft",
    "LightRulesPage",
    "Listing",
    "MineRow",
    "Move",
    "NothingOwed",
    "Obligation",
    "ObligationFact",
    "Owed",
    "OwedCell",
    "OwedRow",
    "OwedYear",
    "PlanPage",
    "PlanRow",
    "PlanRun",
    "Point",
    "Reason",
    "Refused",
    "Requirement",
    "Rhythm",
    "RhythmEntry",
    "RhythmRow",
    "RhythmVersion",
    "RuleInForce",
    "ShippedRhythm",
    "Slip",
    "SlipAct",
    "SlipAsk",
    "SlipDraft",
    "SlipEvent",
    "SlipItem",
    "SlipKind",
    "SlipLine",
    "SlipList",
    "SlipRow",
    "SlipState",
    "SlipView",
    "Stage",
    "Table",
    "TakenLine",
    "VersionRow",
    "WrongSlipState",
    "accept_slip",
    "add_item",
    "add_rhythm",
    "add_version",
    "answer_slip",
    "board",
    "can_change_rhythms",
    "can_exempt",
    "can_issue_slips",
    "can_read_board",
    "can_read_owed",
    "can_read_rhythms",
    "change_rhythm",
    "change_version",
    "check_change_rhythms",
    "close_due",
    "colours_of",
    "consequence_sentence",
    "consequences_of",
    "counted",
    "dismiss_slip",
    "drop_item",
    "drop_light_rule",
    "due_of",
    "end_exemption",
    "escalate_slip",
    "exempt",
    "exemption_page",
    "extend_slip",
    "follow",
    "follow_calendar",
    "fulfil",
    "fulfil_many",
    "headings",
    "import_catalogue",
    "issue_proposed",
    "issue_slip",
    "lamp",
    "lamps",
    "light_of",
    "light_on",
    "light_rules_page",
    "light_words",
    "line_of",
    "listing",
    "may_read_slip_file",
    "my_year",
    "owe",
    "owe_many",
    "owed_year",
    "period_words",
    "plan_item",
    "plan_page",
    "plan_year",
    "propose_from_lights",
    "propose_graver",
    "reached",
    "read_where",
    "read_years",
    "recheck_slip",
    "record_talk",
    "remove_version",
    "reopen",
    "reopen_many",
    "reopen_slip",
    "report_item",
    "requirement_of",
    "return_item",
    "return_slip",
    "rhythm_for",
    "rhythm_rows",
    "rhythm_todos",
    "rule_sentences",
    "rules_on",
    "set_light_rule",
    "shipped_rhythms",
    "slip_item_view",
    "slip_list",
    "slip_table",
    "slip_todos",
    "slip_view",
    "start_plan",
    "take_shipped",
    "tick_off_item",
    "trend",
    "units_to_supervise",
    "waive",
    "waive_many",
    "withdraw_slip",
    "write_where",
    "years_to_keep",
]
