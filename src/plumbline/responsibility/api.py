"""The one door of the area responsibility: letters of responsibility, duties and contact points.

A *letter of responsibility* (责任书) binds the holders of two posts for a year. Its text is a JSON document (``LetterText``)
with targets, points and duties. Templates come in versions (``save_template``); ``make_letters`` makes drafts for a whole
class at once and makes nothing twice; ``edit_letter`` adapts one. ``issue_letter`` gives it a salt and a hash, and whoever
holds the posts named on the day signs (``sign_letter``), each side once and nobody for both. The second signature queues
the hash for the transparency log, without names, and posts ``letter.signed``.

What is signed is never changed, by rule and by the database: ``add_annex`` changes what holds, ``add_accession`` binds a
successor, and both are signed like a letter. ``withdraw_letter`` says why, and takes back what the letter counted for.

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
from plumbline.responsibility.actions.letter_amending import add_accession, add_annex
from plumbline.responsibility.actions.letter_making import Made, Making, edit_letter, make_letters
from plumbline.responsibility.actions.letter_signing import issue_letter, recall_letter, sign_letter, withdraw_letter
from plumbline.responsibility.actions.letter_templates import save_template
from plumbline.responsibility.models import (
    ContactPoint,
    ContactRecord,
    Duty,
    DutyStep,
    Letter,
    LetterSignature,
    LetterTemplate,
)
from plumbline.responsibility.permissions import (
    can_assign_contact,
    can_deploy_duty,
    can_prepare_letters,
    can_read_duties,
)
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
from plumbline.responsibility.queries.letter_templates import (
    shipped_templates,
    template_for,
    units_to_prepare,
    usable_templates,
)
from plumbline.responsibility.queries.letter_tree import Branch, Cascade, cascade
from plumbline.responsibility.queries.letters import (
    LetterView,
    letter_by_hash,
    letter_todos,
    letter_view,
    visible_letters,
)
from plumbline.responsibility.rules.contact_words import PURPOSES, RECORD_KINDS
from plumbline.responsibility.rules.contacts import RecordKind
from plumbline.responsibility.rules.duties import DutyAct, DutyDraft, DutyState, Line, StepDraft
from plumbline.responsibility.rules.duty_attainment import Attained, Result, Summary, Weighed, attained, summed_up
from plumbline.responsibility.rules.duty_plan import Bar, month_places
from plumbline.responsibility.rules.duty_words import DUTY_ACTS, DUTY_STATES, EXTENT_KINDS, LINES
from plumbline.responsibility.rules.extents import Extent, ExtentKind, extent_words, number_words, read_extent
from plumbline.responsibility.rules.letter_cascade import Burden, Load, Measure, burdens, unowned
from plumbline.responsibility.rules.letter_document import DutyText, LetterText, read_letter
from plumbline.responsibility.rules.letter_sheet import read_text, write_text
from plumbline.responsibility.rules.letter_words import LEVELS, SIDES
from plumbline.responsibility.rules.letters import LetterKind, LetterState, Level, Side, WrongLetterState
from plumbline.responsibility.rules.problems import Refused

__all__ = [
    "DUTY_ACTS",
    "DUTY_STATES",
    "EXTENT_KINDS",
    "LEVELS",
    "LINES",
    "PURPOSES",
    "RECORD_KINDS",
    "SIDES",
    "Attained",
    "Bar",
    "BoardGroup",
    "Branch",
    "BulkChange",
    "BulkProblem",
    "BulkRefused",
    "Burden",
    "Cascade",
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
    "DutyText",
    "DutyView",
    "Entry",
    "Extent",
    "ExtentKind",
    "Letter",
    "LetterKind",
    "LetterSignature",
    "LetterState",
    "LetterTemplate",
    "LetterText",
    "LetterView",
    "Level",
    "Line",
    "Load",
    "Made",
    "Making",
    "Measure",
    "Record",
    "RecordKind",
    "Refused",
    "Report",
    "Result",
    "Side",
    "StepDraft",
    "Summary",
    "Weighed",
    "WrongLetterState",
    "add_accession",
    "add_annex",
    "asked_duties",
    "assign_contact",
    "attained",
    "burdens",
    "can_assign_contact",
    "can_deploy_duty",
    "can_prepare_letters",
    "can_read_duties",
    "carry_duty",
    "cascade",
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
    "edit_letter",
    "end_contact",
    "extent_words",
    "feed_entries",
    "feed_made",
    "finish_step",
    "hand_over_duty",
    "issue_letter",
    "leaders_for",
    "letter_by_hash",
    "letter_todos",
    "letter_view",
    "link_duty",
    "make_feed",
    "make_letters",
    "may_read_contact_file",
    "may_read_duty_file",
    "month_places",
    "number_words",
    "own_entries",
    "plan_steps",
    "read_extent",
    "read_letter",
    "read_text",
    "recall_letter",
    "record_contact",
    "record_for",
    "reopen_duty",
    "reopen_step",
    "report_duty",
    "report_progress",
    "return_duty",
    "revoke_feed",
    "save_template",
    "share_duty",
    "shipped_templates",
    "sign_letter",
    "solve_problem",
    "summed_up",
    "template_for",
    "term_for",
    "units_to_assign",
    "units_to_deploy",
    "units_to_prepare",
    "unowned",
    "usable_templates",
    "visible_letters",
    "withdraw_letter",
    "withdraw_record",
    "write_text",
]
