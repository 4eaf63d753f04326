"""The organisation's one door.

A county's organisations stand in one tree: the working committee at the top, below it committees, general branches,
branches and groups; departments hang beside them under the organisation that leads their assessment. All of them are
units, and everything above this floor is about units. Each unit's ``path`` is the chain of ids from the top, so that a
role granted on one unit reaches everything whose path begins with its own. Roles, and membership itself, become the
``Actor`` that every action and query takes (``resolve_actor``); whoever is refused gets ``NotPermitted``.

Members belong to one organisation at a time. Every change of place or status begins a new standing, so that the past
stays correct: ``entitled_on`` tells who counted for a quorum on any day, who did not, and why. How many must come and how
many must agree is told by versioned rules (``voting_rule``), compared exactly. Posts carry duties in two lines, business
and organisation; terms keep within the seats of a post, which the database enforces.

Organisations are founded, moved, merged, split and closed; successors are written down, facts stay with the old unit.
Where persons are assessed, their terms of office become units as well (``assess_terms``); they stand in ``assessable_units``
and nowhere in the structure, and whoever holds one has the role "assessed" over it.
Where the structure breaks a limit the page of the unit and the desk of its leaders say so (``structure_warnings``).
Rosters come in and go out as workbooks; slips open accounts. What the rules refuse raises ``Refused``, whose message says
what is wrong and how to mend it. The organisation posts no facts; its changes go to the audit, which names people by
pseudonym alone, since their data may have to be erased.
"""

from plumbline.organisation.actions.assessed import assess_terms
from plumbline.organisation.actions.bookkeeping import rebuild_paths
from plumbline.organisation.actions.exclusion import define_exclusion_reason, end_exclusion, exclude_member
from plumbline.organisation.actions.member import (
    change_member,
    change_status,
    check_can_transfer,
    enrol_member,
    transfer_member,
)
from plumbline.organisation.actions.personal import check_can_erase, erase_member, export_member
from plumbline.organisation.actions.post import (
    appoint,
    change_duties,
    change_post,
    create_post,
    duties_of,
    end_appointment,
    remove_post,
)
from plumbline.organisation.actions.role import grant_role, revoke_role
from plumbline.organisation.actions.roster import (
    ReplacedUpload,
    RosterBusy,
    RosterRefused,
    StalePreview,
    apply_upload,
    discard_upload,
    import_roster,
    load_roster,
    run_preview,
    upload_roster,
)
from plumbline.organisation.actions.slips import (
    NoSuchSlip,
    PrintedSlip,
    TooManyGuesses,
    issue_account_slip,
    revoke_slips,
    use_slip,
)
from plumbline.organisation.actions.slips import issue_slips as activation_slips
from plumbline.organisation.actions.succession import (
    SplitPart,
    check_can_merge,
    check_can_split,
    merge_organisations,
    split_organisation,
)
from plumbline.organisation.actions.unit import (
    change_unit,
    check_can_close,
    check_can_move,
    close_unit,
    found_department,
    found_organisation,
    move_unit,
)
from plumbline.organisation.actions.voting import add_voting_rule
from plumbline.organisation.models import DutyLine, MemberStatus, OrganisationKind, Role
from plumbline.organisation.permissions import (
    ALLOWED,
    can,
    can_change_rules,
    can_found,
    can_read_contact,
    check,
    check_export,
    check_member,
    check_rules,
)
from plumbline.organisation.queries.actors import resolve_actor
from plumbline.organisation.queries.assessed import (
    TermPost,
    assessable_units,
    term_posts,
    terms_in_office,
    terms_of_people,
    terms_of_units,
)
from plumbline.organisation.queries.electorate import entitled_on, exclusion_reasons
from plumbline.organisation.queries.holders import HolderRef, holders_at, posts_held, unit_names
from plumbline.organisation.queries.listing import UnitFilter, UnitRow, chart_of, unit_list
from plumbline.organisation.queries.lives import (
    Spell,
    Stood,
    UnitLife,
    exclusion_spells,
    member_stands,
    office_spells,
    post_codes,
    unit_lives,
)
from plumbline.organisation.queries.members import (
    MemberFilter,
    MemberPage,
    member_for,
    member_list,
    member_page,
    visible_members,
)
from plumbline.organisation.queries.offices import OfficeRef, offices_below, offices_by_id, offices_in_posts, offices_of
from plumbline.organisation.queries.pages import (
    UnitPage,
    appointment_for,
    changes_of,
    concrete,
    departments_for,
    exclusion_for,
    field_words,
    grant_for,
    grants_over,
    members_for,
    organisations_for,
    post_for,
    unit_page,
)
from plumbline.organisation.queries.people import PersonRef, people_of
from plumbline.organisation.queries.plans import Plan, plan_close, plan_merge, plan_move, plan_split, plan_transfer
from plumbline.organisation.queries.posts import PostCard, PostRef, office_starts, post_refs, posts_of
from plumbline.organisation.queries.roster import (
    MemberRef,
    check_export_roster,
    check_import_roster,
    export_roster,
    members_by_numbers,
    roster_template,
    roster_upload,
    roster_uploads,
)
from plumbline.organisation.queries.slips import check_issue_slips, members_for_slips
from plumbline.organisation.queries.structure import structure_warnings_for as structure_warnings
from plumbline.organisation.queries.structure import warnings_below
from plumbline.organisation.queries.ties import Tie, ties_of
from plumbline.organisation.queries.todos import structure_todos
from plumbline.organisation.queries.units import (
    UnitRef,
    manageable_units,
    may_read_scope,
    organisation_for,
    unit_for,
    units_by_codes,
    visible_units,
)
from plumbline.organisation.queries.voting import voting_rule, voting_rules
from plumbline.organisation.rules.elections import Count, Election, elect, judge_paper, least_candidates
from plumbline.organisation.rules.electorate import Electorate, Excluded, ExclusionRule
from plumbline.organisation.rules.problems import Refused
from plumbline.organisation.rules.quorum import Decision, Of, Share, Votes, VotingRule, decide, is_quorate, rule_on
from plumbline.organisation.rules.roster import Language as RosterLanguage
from plumbline.organisation.rules.roster import RosterChange, RosterProblem, RosterReport
from plumbline.organisation.rules.roster import fields_of as roster_columns
from plumbline.organisation.rules.roster import shown as shown_value
from plumbline.organisation.rules.tree import KIND_NAMES
from plumbline.organisation.rules.voting_table import MATTERS

__all__ = [
    "ALLOWED",
    "KIND_NAMES",
    "MATTERS",
    "Count",
    "Decision",
    "DutyLine",
    "Election",
    "Electorate",
    "Excluded",
    "ExclusionRule",
    "HolderRef",
    "MemberFilter",
    "MemberPage",
    "MemberRef",
    "MemberStatus",
    "NoSuchSlip",
    "Of",
    "OfficeRef",
    "OrganisationKind",
    "PersonRef",
    "Plan",
    "PostCard",
    "PostRef",
    "PrintedSlip",
    "Refused",
    "ReplacedUpload",
    "Role",
    "RosterBusy",
    "RosterChange",
    "RosterLanguage",
    "RosterProblem",
    "RosterRefused",
    "RosterReport",
    "Share",
    "Spell",
    "SplitPart",
    "StalePreview",
    "Stood",
    "TermPost",
    "Tie",
    "TooManyGuesses",
    "UnitFilter",
    "UnitLife",
    "UnitPage",
    "UnitRef",
    "UnitRow",
    "Votes",
    "VotingRule",
    "activation_slips",
    "add_voting_rule",
    "apply_upload",
    "appoint",
    "appointment_for",
    "assess_terms",
    "assessable_units",
    "can",
    "can_change_rules",
    "can_found",
    "can_read_contact",
    "change_duties",
    "change_member",
    "change_post",
    "change_status",
    "change_unit",
    "changes_of",
    "chart_of",
    "check",
    "check_can_close",
    "check_can_erase",
    "check_can_merge",
    "check_can_move",
    "check_can_split",
    "check_can_transfer",
    "check_export",
    "check_export_roster",
    "check_import_roster",
    "check_issue_slips",
    "check_member",
    "check_rules",
    "close_unit",
    "concrete",
    "create_post",
    "decide",
    "define_exclusion_reason",
    "departments_for",
    "discard_upload",
    "duties_of",
    "elect",
    "end_appointment",
    "end_exclusion",
    "enrol_member",
    "entitled_on",
    "erase_member",
    "exclude_member",
    "exclusion_for",
    "exclusion_reasons",
    "exclusion_spells",
    "export_member",
    "export_roster",
    "field_words",
    "found_department",
    "found_organisation",
    "grant_for",
    "grant_role",
    "grants_over",
    "holders_at",
    "import_roster",
    "is_quorate",
    "issue_account_slip",
    "judge_paper",
    "least_candidates",
    "load_roster",
    "manageable_units",
    "may_read_scope",
    "member_for",
    "member_list",
    "member_page",
    "member_stands",
    "members_by_numbers",
    "members_for",
    "members_for_slips",
    "merge_organisations",
    "move_unit",
    "office_spells",
    "office_starts",
    "offices_below",
    "offices_by_id",
    "offices_in_posts",
    "offices_of",
    "organisation_for",
    "organisations_for",
    "people_of",
    "plan_close",
    "plan_merge",
    "plan_move",
    "plan_split",
    "plan_transfer",
    "post_codes",
    "post_for",
    "post_refs",
    "posts_held",
    "posts_of",
    "rebuild_paths",
    "remove_post",
    "resolve_actor",
    "revoke_role",
    "revoke_slips",
    "roster_columns",
    "roster_template",
    "roster_upload",
    "roster_uploads",
    "rule_on",
    "run_preview",
    "shown_value",
    "split_organisation",
    "structure_todos",
    "structure_warnings",
    "term_posts",
    "terms_in_office",
    "terms_of_people",
    "terms_of_units",
    "ties_of",
    "transfer_member",
    "unit_for",
    "unit_list",
    "unit_lives",
    "unit_names",
    "unit_page",
    "units_by_codes",
    "upload_roster",
    "use_slip",
    "visible_members",
    "visible_units",
    "voting_rule",
    "voting_rules",
    "warnings_below",
]
