"""The door of the assessment: schemes, rounds, and results that explain themselves.

A *scheme* is a tree of indicators with rules, known by its code; ``import_scheme`` checks its text as a whole (SchemeInvalid
names every fault with its line) and stores it as a version that never changes. A *round* applies one version to classes of
units, or of people in office, over a period: ``create_round``, ``set_units``, ``assign_class`` and ``exempt`` prepare it;
``take_from_units`` lets facts of units count for their leaders. Classes may have weights of their own: a scheme's *profiles*
name them, and a round with a class that none of them names is not opened or frozen.

``freeze`` takes the inputs in one consistent look: facts, units, classes, applicability, as sorted Parquet files with a
manifest whose hash goes into the transparency log. Whoever files a fact later is told that it does not count. ``reopen``,
with a reason, lets a round be frozen anew.

``start_scoring`` calculates as a job, ``score_now`` here and now; a second calculation of the same round is refused. All results
are stored in one transaction as a *run*, the earlier ones are kept, and the result's hash is published. ``verify_run`` calculates
again from the frozen files, on any engine, and compares: same snapshot, same hash.

``set_phases`` sets the calendar of a round and ``open_round`` opens it: units say of themselves what they did (``save_entry``,
``submit_report``), assessors choose points where the scheme lets them (``verify_score``), a review changes them with a reason
(``review_score``): three scores side by side, of which only the last counts.

Teams of assessors inspect before the freeze: ``plan_inspection``, ``save_team``, ``assign`` and ``distribute_units`` prepare it,
nobody is sent where something ties them (``declare_conflict``). ``record_finding`` posts what they saw as a fact, once for a
sender's key; ``correct_finding`` and ``withdraw_finding`` supersede it with a reason, the unit answers by ``answer_finding``.

Pages never compute. ``explain`` tells why a unit has its score: every rule in words, what it found, what it gave, the facts it
counted, and contributions that add up exactly. ``board`` shows all units by indicators. Those who run or check a committee's
rounds read them whole; a unit's own people read its explanation, and the table of their class where the round is open.

``publish_round`` makes a run public for some working days, in which units ``raise_objection``; somebody who judged nothing of it
answers with ``answer_objection``. What was upheld leads by ``amend_round`` to a new snapshot and a new run, published again with
a table of what moved; ``conclude_round`` makes the result final, and the database refuses every change from then on.

What a result took becomes the rectification list of each unit: ``draw_up`` makes an item of every lost point, the committee
confirms or dismisses (``confirm_items``, ``dismiss_items``), the unit plans and reports (``plan_item``, ``report_item``), an
assessor verifies or gives back (``verify_item``, ``return_item``); what is left is carried into the next year
(``carry_over``). ``suggest_targets`` proposes what each unit should reach next year, an officer changes and accepts
(``set_target``, ``accept_targets``), and letters of responsibility take up ``accepted_targets``.

A scheme is written in the browser as a *draft*: ``start_draft`` (blank, from a version, an example or a sheet),
``change_draft``, ``undo_step``, ``remark``; whoever writes over what somebody else wrote meanwhile is told (Overtaken).
``preview_draft`` tests it on frozen facts, ``compare`` puts two wordings side by side, ``issue_draft`` makes it a version.

Measures are for understanding alone: ``import_measures`` brings a wide table in, ``measure_page`` makes an index of it,
``indicators_page`` says what a result tells of its indicators, ``profile_page`` where a unit stands in its class.

The ledger learns when the application starts where a fact counted, which periods are frozen, and which results may be
passed to the level above.
"""

from plumbline.assessment.actions.archiving import Archive, archive_round, check_archive
from plumbline.assessment.actions.backtest import BACKTEST as BACKTEST_JOB
from plumbline.assessment.actions.backtest import perform_backtest, start_backtest
from plumbline.assessment.actions.conflicts import declare_conflict, end_conflict
from plumbline.assessment.actions.drafts import (
    Changed,
    Overtaken,
    change_draft,
    discard_draft,
    issue_draft,
    preview_draft,
    remark,
    start_draft,
    undo_step,
)
from plumbline.assessment.actions.evaluators import VotesTaken, import_votes, rank_columns, set_group
from plumbline.assessment.actions.findings import (
    MOST_FILES,
    Receipt,
    answer_finding,
    correct_finding,
    drop_draft,
    finish_inspection,
    record_finding,
    save_draft,
    withdraw_finding,
)
from plumbline.assessment.actions.freezing import freeze
from plumbline.assessment.actions.judging import review_score, verify_score
from plumbline.assessment.actions.life import open_round, set_phases
from plumbline.assessment.actions.measures import Brought, import_measures, remove_measures
from plumbline.assessment.actions.mending import plan_item, report_item, return_item, verify_item
from plumbline.assessment.actions.objections import answer_objection, raise_objection, withdraw_objection
from plumbline.assessment.actions.problems import Refused, in_words
from plumbline.assessment.actions.provisional import PROVISIONAL as PROVISIONAL_JOB
from plumbline.assessment.actions.provisional import perform_provisional, start_provisional
from plumbline.assessment.actions.publicity import amend_round, conclude_round, publish_round
from plumbline.assessment.actions.rectification import (
    DrawnUp,
    carry_over,
    confirm_items,
    dismiss_item,
    dismiss_items,
    draw_up,
    restore_item,
)
from plumbline.assessment.actions.reporting import REPORT as REPORT_JOB
from plumbline.assessment.actions.reporting import keep_report, kept_report, start_report
from plumbline.assessment.actions.reports import return_report, save_entry, submit_report, withdraw_report
from plumbline.assessment.actions.rounds import (
    assign_class,
    create_round,
    end_exemption,
    exempt,
    reopen,
    set_units,
    take_from_units,
)
from plumbline.assessment.actions.schemes import Imported, import_scheme, import_shipped
from plumbline.assessment.actions.scoring import SCORE as SCORE_JOB
from plumbline.assessment.actions.scoring import VERIFY as VERIFY_JOB
from plumbline.assessment.actions.scoring import (
    Verified,
    abandon_scoring,
    perform_scoring,
    score_now,
    start_scoring,
    start_verifying,
    verify_run,
)
from plumbline.assessment.actions.storage import SnapshotDamaged
from plumbline.assessment.actions.targets import Suggested, accept_targets, set_target, suggest_targets
from plumbline.assessment.actions.teams import (
    Distributed,
    assign,
    distribute_units,
    plan_inspection,
    remove_team,
    save_team,
)
from plumbline.assessment.actions.uncertainty import UNCERTAINTY as UNCERTAINTY_JOB
from plumbline.assessment.actions.uncertainty import perform_uncertainty, start_uncertainty
from plumbline.assessment.models import FindingState, Shown
from plumbline.assessment.permissions import can_import_scheme, check_import_scheme
from plumbline.assessment.queries.backtest import BacktestPage, backtest_page
from plumbline.assessment.queries.board import Board, board
from plumbline.assessment.queries.checklists import ItemText, checklist_of, criteria_of
from plumbline.assessment.queries.conflicts import ConflictPage, conflict_page
from plumbline.assessment.queries.drafts import (
    Compared,
    DraftPage,
    DraftRow,
    Said,
    StepShown,
    compare,
    draft_for,
    draft_list,
    draft_page,
    draft_tables,
    draft_title,
    draft_yaml,
    example_tables,
    in_language,
    page_of,
    preview_rounds,
    steps_of,
    version_tables,
    wordings,
)
from plumbline.assessment.queries.evaluators import EvaluatorsPage, evaluators_page, reads_votes
from plumbline.assessment.queries.explanation import CountedPage, Explanation, NodeView, Part, counted_facts, explain
from plumbline.assessment.queries.findings import (
    FindingFilter,
    FindingView,
    finding_rows,
    finding_view,
    findings_page,
    may_read_finding_file,
    rounds_with_findings,
)
from plumbline.assessment.queries.grids import Decided, Grid, GridRow, decided, grid
from plumbline.assessment.queries.imprint import Imprint, imprint_of
from plumbline.assessment.queries.indicators import (
    IndicatorsPage,
    ProfilePage,
    indicators_page,
    profile_page,
)
from plumbline.assessment.queries.inspection import (
    Coverage,
    VisitList,
    coverage,
    round_to_prepare,
    team_choices,
    team_for,
    version_of_round,
    visit_list,
)
from plumbline.assessment.queries.inspection_todos import inspection_todos
from plumbline.assessment.queries.ledger import fact_uses, late_warnings
from plumbline.assessment.queries.life import (
    ReportList,
    RoundLife,
    ScoreLine,
    UnitReport,
    dates_of,
    files_of,
    life_todos,
    may_read_report_file,
    report_list,
    round_life,
    unit_report,
)
from plumbline.assessment.queries.measures import (
    MEASURE_COLUMNS,
    MeasurePage,
    home_of,
    may_read_measures,
    measure_page,
    measures,
    results_sheets,
)
from plumbline.assessment.queries.partition import ClassChoice, CommitteeRef, chosen_keys, class_choices, committees
from plumbline.assessment.queries.passing import passed_results, result_offers
from plumbline.assessment.queries.profiles import (
    ProfileTable,
    RoundWeights,
    known_classes,
    profile_table,
    round_weights,
)
from plumbline.assessment.queries.provisional import ProvisionalPage, provisional_page
from plumbline.assessment.queries.publicity import (
    MovedUnit,
    ObjectionView,
    Publicity,
    may_read_objection_file,
    objection_view,
    publicity,
    publicity_todos,
)
from plumbline.assessment.queries.rectification import (
    ItemRow,
    ItemView,
    RectificationPage,
    item_view,
    may_read_mending_file,
    rectification_page,
    rectification_rows,
)
from plumbline.assessment.queries.rectification_todos import rectification_todos
from plumbline.assessment.queries.results import ResultLine, Results, results
from plumbline.assessment.queries.rounds import (
    exemption_choices,
    exemptions,
    late_page,
    may_read_job,
    nodes_of,
    round_for_administrator,
    round_list,
    round_of_run,
    round_page,
    rounds_waiting,
)
from plumbline.assessment.queries.schemes import (
    Shipped,
    VersionPage,
    VersionRow,
    export_scheme,
    latest_versions,
    scheme_list,
    scheme_page,
    shipped_schemes,
)
from plumbline.assessment.queries.scope import has_terms, kinds_to_take_in
from plumbline.assessment.queries.steps import NextSteps, next_steps
from plumbline.assessment.queries.targets import (
    AcceptedTarget,
    TargetPage,
    TargetRow,
    UnitTargetPage,
    accepted_targets,
    sees_targets,
    target_for,
    target_page,
    target_rows,
    unit_targets,
)
from plumbline.assessment.queries.todos import todos
from plumbline.assessment.queries.uncertainty import KeptAnalysis, UncertaintyPage, uncertainty_page
from plumbline.assessment.queries.veil import judgements_veiled
from plumbline.assessment.rules import recomputing
from plumbline.assessment.rules.analysis import CONSISTENT, FAIRLY_CONSISTENT
from plumbline.assessment.rules.archive import ArchiveDamaged
from plumbline.assessment.rules.drafting import changes as draft_changes
from plumbline.assessment.rules.drafting import slots as draft_slots
from plumbline.assessment.rules.drafting import tree as draft_tree
from plumbline.assessment.rules.drafting.checking import Trouble
from plumbline.assessment.rules.drafting.comparing import Difference
from plumbline.assessment.rules.drafting.notation import (
    NotationInvalid,
    read_filters,
    read_pairs,
    write_list,
    write_pairs,
)
from plumbline.assessment.rules.drafting.sheet import COLUMNS as TABLE_COLUMNS
from plumbline.assessment.rules.drafting.sheet import RowProblem, SheetInvalid, Tables, cell_text, text_of_cell
from plumbline.assessment.rules.evaluators import PRIVATE, EvaluatorGroup
from plumbline.assessment.rules.findings import Draft as FindingDraft
from plumbline.assessment.rules.phases import PhaseDates, PhaseKind, Standing
from plumbline.assessment.rules.publicity import ANSWER_DAYS, PUBLIC_DAYS, Outcome
from plumbline.assessment.rules.rectification import ItemState, WrongItemState
from plumbline.assessment.rules.rounds import ClassSelection, RoundState, WrongState
from plumbline.assessment.rules.scheme import SchemeInvalid, SchemeProblem

__all__ = [
    "ANSWER_DAYS", "BACKTEST_JOB", "CONSISTENT", "FAIRLY_CONSISTENT", "MEASURE_COLUMNS", "MOST_FILES", "PRIVATE",
    "PROVISIONAL_JOB", "PUBLIC_DAYS", "REPORT_JOB", "SCORE_JOB", "TABLE_COLUMNS", "UNCERTAINTY_JOB", "VERIFY_JOB",
    "AcceptedTarget", "Archive", "ArchiveDamaged", "BacktestPage", "Board", "Brought", "Changed", "ClassChoice",
    "ClassSelection", "CommitteeRef", "Compared", "ConflictPage", "CountedPage", "Coverage", "Decided",
    "Difference", "Distributed", "DraftPage", "DraftRow", "DrawnUp", "EvaluatorGroup", "EvaluatorsPage",
    "Explanation", "FindingDraft", "FindingFilter", "FindingState", "FindingView", "Grid", "GridRow", "Imported",
    "Imprint", "IndicatorsPage", "ItemRow", "ItemState", "ItemText", "ItemView", "KeptAnalysis", "MeasurePage",
    "MovedUnit", "NextSteps", "NodeView", "NotationInvalid", "ObjectionView", "Outcome", "Overtaken", "Part",
    "PhaseDates", "PhaseKind", "ProfilePage", "ProfileTable", "ProvisionalPage", "Publicity", "Receipt",
    "RectificationPage", "Refused", "ReportList", "ResultLine", "Results", "RoundLife", "RoundState",
    "RoundWeights", "RowProblem", "Said", "SchemeInvalid", "SchemeProblem", "ScoreLine", "SheetInvalid", "Shipped",
    "Shown", "SnapshotDamaged", "Standing", "StepShown", "Suggested", "Tables", "TargetPage", "TargetRow",
    "Trouble", "UncertaintyPage", "UnitReport", "UnitTargetPage", "Verified", "VersionPage", "VersionRow",
    "VisitList", "VotesTaken", "WrongItemState", "WrongState", "abandon_scoring", "accept_targets",
    "accepted_targets", "amend_round", "answer_finding", "answer_objection", "archive_round", "assess", "assign",
    "assign_class", "backtest_page", "board", "can_import_scheme", "carry_over", "cell_text", "change_draft",
    "check_archive", "check_import_scheme", "checklist_of", "chosen_keys", "class_choices", "committees", "compare",
    "conclude_round", "confirm_items", "conflict_page", "correct_finding", "counted_facts", "coverage",
    "create_round", "criteria_of", "dates_of", "decided", "declare_conflict", "discard_draft", "dismiss_item",
    "dismiss_items", "distribute_units", "draft_changes", "draft_for", "draft_list", "draft_page", "draft_slots",
    "draft_tables", "draft_title", "draft_tree", "draft_yaml", "draw_up", "drop_draft", "end_conflict",
    "end_exemption", "evaluators_page", "example_tables", "exempt", "exemption_choices", "exemptions", "explain",
    "export_scheme", "fact_uses", "files_of", "finding_rows", "finding_view", "findings_page", "finish_inspection",
    "freeze", "grid", "has_terms", "home_of", "import_measures", "import_scheme", "import_shipped", "import_votes", "imprint_of",
    "in_language", "in_words", "indicators_page", "inspection_todos", "issue_draft", "item_view",
    "judgements_veiled", "keep_report", "kept_report", "kinds_to_take_in", "known_classes", "late_page", "late_warnings",
    "latest_versions", "life_todos", "may_read_finding_file", "may_read_job", "may_read_measures",
    "may_read_mending_file", "may_read_objection_file", "may_read_report_file", "measure_page", "measures",
    "next_steps", "nodes_of", "objection_view", "open_round", "page_of", "passed_results", "perform_backtest",
    "perform_provisional", "perform_scoring", "perform_uncertainty", "plan_inspection", "plan_item",
    "preview_draft", "preview_rounds", "profile_page", "profile_table", "provisional_page", "publicity",
    "publicity_todos", "publish_round", "raise_objection", "rank_columns", "read_filters", "read_pairs",
    "reads_votes", "recomputing", "record_finding", "rectification_page", "rectification_rows",
    "rectification_todos", "remark", "remove_measures", "remove_team", "reopen", "report_item", "report_list",
    "restore_item", "result_offers", "results", "results_sheets", "return_item", "return_report", "review_score",
    "round_for_administrator", "round_life", "round_list", "round_of_run", "round_page", "round_to_prepare",
    "round_weights", "rounds_waiting", "rounds_with_findings", "save_draft", "save_entry", "save_team",
    "scheme_list", "scheme_page", "score_now", "sees_targets", "set_group", "set_phases", "set_target", "set_units",
    "shipped_schemes", "start_backtest", "start_draft", "start_provisional", "start_report", "start_scoring",
    "start_uncertainty", "start_verifying", "steps_of", "submit_report", "suggest_targets", "take_from_units", "target_for",
    "target_page", "target_rows", "team_choices", "team_for", "text_of_cell", "todos", "uncertainty_page",
    "undo_step", "unit_report", "unit_targets", "verify", "verify_item", "verify_run", "verify_score",
    "version_of_round", "version_tables", "visit_list", "withdraw_finding", "withdraw_objection", "withdraw_report",
    "wordings", "write_list", "write_pairs",
]  # fmt: skip

assess = score_now
verify = verify_run
