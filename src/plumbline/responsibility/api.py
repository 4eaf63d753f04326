"""The one door of the area responsibility: letters of responsibility, duties and contact points.

A *duty* says what, why, who, when, how, and to what extent, for one unit in one of the two lines of a post, business and
organisation; a duty of the organisation line may serve a business aim, so that both are deployed, done, summed up and
assessed together. ``deploy_duty`` brings one about; it is owed from then on (``obligation.owe``) and stands on the board
of lights. Progress is reported with evidence and posted as ``duty.result``; departments' results come in as facts of the
same kind, or of ``performance.result`` where the duty names an indicator. Who stands above confirms or gives back.

A *contact point* is a leader and a unit that they contact: visits, lectures and problems found and solved there are facts
as well (``contact.visit``, ``contact.lecture``, ``contact.problem``, ``contact.problem_solved``).

What is attained is a pure function of the facts (docs/algorithms/duties.md), never stored.
"""

from plumbline.responsibility.actions.contacts import (
    Record,
    assign_contact,
    correct_record,
    end_contact,
    record_contact,
    solve_problem,
    withdraw_record,
)
from plumbline.responsibility.actions.duties import deploy_duty
from plumbline.responsibility.actions.duty_bulk import BulkChange, BulkProblem, BulkRefused, edit_duties
from plumbline.responsibility.actions.duty_changes import (
    carry_duty,
    change_duty,
    draft_of,
    drop_duty,
    hand_over_duty,
    link_duty,
    plan_steps,
    share_duty,
)
from plumbline.responsibility.actions.duty_feeds import make_feed, revoke_feed
from plumbline.responsibility.actions.duty_reports import (
    Report,
    confirm_duty,
    finish_step,
    reopen_duty,
    reopen_step,
    report_duty,
    report_progress,
    return_duty,
)
from plumbline.responsibility.models import ContactPoint, ContactRecord, Duty, DutyStep
from plumbline.responsibility.permissions import can_assign_contact, can_deploy_duty, can_read_duties
from plumbline.responsibility.queries.contacts import (
    ContactView,
    Coverage,
    contact_view,
    coverage,
    leaders_for,
    may_read_contact_file,
    record_for,
    units_to_assign,
)
from plumbline.responsibility.queries.duties import DutyAsk, DutyList, DutyView, asked_duties, duty_list, duty_view
from plumbline.responsibility.queries.duty_base import DutyRow, duty_rows
from plumbline.responsibility.queries.duty_boards import BoardGroup, DutyBoard, duty_board
from plumbline.responsibility.queries.duty_calendar import (
    DutyPlan,
    Entry,
    duty_month,
    duty_plan,
    feed_entries,
    feed_made,
    own_entries,
)
from plumbline.responsibility.queries.duty_choices import (
    DutyChoices,
    duties_to_need,
    duty_choices,
    duty_or_none,
    term_for,
    units_to_deploy,
)
from plumbline.responsibility.queries.duty_todos import contact_todos, duty_todos, may_read_duty_file
from plumbline.responsibility.rules.contact_words import PURPOSES, RECORD_KINDS
from plumbline.responsibility.rules.contacts import RecordKind
from plumbline.responsibility.rules.duties import DutyAct, DutyDraft, DutyState, Line, StepDraft
from plumbline.responsibility.rules.duty_attainment import Attained, Result, Summary, Weighed, attained, summed_up
from plumbline.responsibility.rules.duty_plan import Bar, month_places
from plumbline.responsibility.rules.duty_words import DUTY_ACTS, DUTY_STATES, EXTENT_KINDS, LINES
from plumbline.responsibility.rules.extents import Extent, ExtentKind, extent_words, number_words, read_extent
from plumbline.responsibility.rules.problems import Refused

__all__ = [
    "DUTY_ACTS",
    "DUTY_STATES",
    "EXTENT_KINDS",
    "LINES",
    "PURPOSES",
    "RECORD_KINDS",
    "Attained",
    "Bar",
    "BoardGroup",
    "BulkChange",
    "BulkProblem",
    "BulkRefused",
    "ContactPoint",
    "ContactRecord",
    "ContactView",
    "Coverage",
    "Duty",
    "DutyAct",
    "DutyAsk",
    "DutyBoard",
    "DutyChoices",
    "DutyDraft",
    "DutyList",
    "DutyPlan",
    "DutyRow",
    "DutyState",
    "DutyStep",
    "DutyView",
    "Entry",
    "Extent",
    "ExtentKind",
    "Line",
    "Record",
    "RecordKind",
    "Refused",
    "Report",
    "Result",
    "StepDraft",
    "Summary",
    "Weighed",
    "asked_duties",
    "assign_contact",
    "attained",
    "can_assign_contact",
    "can_deploy_duty",
    "can_read_duties",
    "carry_duty",
    "change_duty",
    "confirm_duty",
    "contact_todos",
    "contact_view",
    "correct_record",
    "coverage",
    "deploy_duty",
    "draft_of",
    "drop_duty",
    "duties_to_need",
    "duty_board",
    "duty_choices",
    "duty_list",
    "duty_month",
    "duty_or_none",
    "duty_plan",
    "duty_rows",
    "duty_todos",
    "duty_view",
    "edit_duties",
    "end_contact",
    "extent_words",
    "feed_entries",
    "feed_made",
    "finish_step",
    "hand_over_duty",
    "leaders_for",
    "link_duty",
    "make_feed",
    "may_read_contact_file",
    "may_read_duty_file",
    "month_places",
    "number_words",
    "own_entries",
    "plan_steps",
    "read_extent",
    "record_contact",
    "record_for",
    "reopen_duty",
    "reopen_step",
    "report_duty",
    "report_progress",
    "return_duty",
    "revoke_feed",
    "share_duty",
    "solve_problem",
    "summed_up",
    "term_for",
    "units_to_assign",
    "units_to_deploy",
    "withdraw_record",
]
