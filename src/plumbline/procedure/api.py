"""The one door of the area procedure: standard procedures and their running cases.

A *procedure* says how something is to be done: ordered key steps, in branches that run side by side and join again, each
with who is responsible, a limit in working days, what must be shown, and a form. ``take_shipped`` takes one over that comes
with Plumbline, ``start_draft`` begins another one (blank, from a version, from YAML or our own BPMN 2.0), ``change_draft``
and ``add_step`` work on it while ``faults_of`` says what is wrong, and ``issue_draft`` makes it a version that never changes.

A *case* is one running of a version: ``open_case`` receives it, ``start_step``, ``complete_step``, ``return_step``,
``skip_step`` and ``repeat_step`` move its steps, ``suspend_case``, ``resume_case`` and ``withdraw_case`` the whole. Each act
is one event of an append-only table. Where a case stands, which limits hold and what is late follows from the events and the
working calendar by pure functions, never from a counter; what lists need is a projection (``rebuild_projections``).

A step waits on the desk of whoever holds the post today (``my_cases``, ``case_todos``); where nobody does, it comes up to
the level above, and says so. Whoever acts names the last event they saw, so that two never overwrite each other (Overtaken).
Data about a person who is no member stand apart and go with ``erase_person``.

Completed steps and closed cases become facts. ``start_figures`` works out as a job where cases wait, return and fail
(``key_points``), per step and organisation, so that measures are improved where they matter.
"""

from plumbline.procedure.actions.cases import (
    complete_step,
    erase_person,
    repeat_step,
    resume_case,
    return_step,
    skip_step,
    start_step,
    suspend_case,
    withdraw_case,
)
from plumbline.procedure.actions.drafts import (
    Changed,
    add_step,
    change_draft,
    close_procedure,
    discard_draft,
    issue_draft,
    start_draft,
    take_shipped,
)
from plumbline.procedure.actions.figures import FIGURES_JOB, keep_figures, start_figures
from plumbline.procedure.actions.opening import Person, open_case
from plumbline.procedure.actions.problems import Overtaken, Refused, in_words
from plumbline.procedure.actions.projecting import rebuild_projections
from plumbline.procedure.models import Case, Procedure, ProcedureDraft, ProcedureVersion
from plumbline.procedure.permissions import can_edit_procedures, can_open_case
from plumbline.procedure.queries.cases import CaseView, StepView, case_list, case_view, may_read_case_file
from plumbline.procedure.queries.key_points import KeyPoints, PointRow, key_points, may_read_figures_job
from plumbline.procedure.queries.procedures import (
    SHIPPED,
    ProcedureView,
    draft_for,
    drafts_of,
    procedure_list,
    procedure_view,
    shipped,
)
from plumbline.procedure.queries.waiting import case_todos, my_cases
from plumbline.procedure.rules import bpmn, editing, layout, yaml_text
from plumbline.procedure.rules import document as documents
from plumbline.procedure.rules.bpmn_graph import graph_of
from plumbline.procedure.rules.checks import FAULTS, Fault, faults_of, longest_way
from plumbline.procedure.rules.editing import Impossible
from plumbline.procedure.rules.events import CaseState, Kind, NotAllowed, StepState
from plumbline.procedure.rules.yaml_text import FileInvalid

__all__ = [
    "FAULTS", "FIGURES_JOB", "SHIPPED", "Case", "CaseState", "CaseView", "Changed", "Fault", "FileInvalid", "Impossible",
    "KeyPoints", "Kind", "NotAllowed", "Overtaken", "Person", "PointRow", "Procedure", "ProcedureDraft",
    "ProcedureVersion", "ProcedureView", "Refused", "StepState", "StepView", "add_step", "bpmn", "can_edit_procedures",
    "can_open_case", "case_list", "case_todos", "case_view", "change_draft", "close_procedure", "complete_step",
    "discard_draft", "documents", "draft_for", "drafts_of", "editing", "erase_person", "faults_of", "graph_of", "in_words",
    "issue_draft", "keep_figures", "key_points", "layout", "longest_way", "may_read_case_file", "may_read_figures_job",
    "my_cases", "open_case", "procedure_list", "procedure_view", "rebuild_projections", "repeat_step", "resume_case",
    "return_step", "shipped", "skip_step", "start_draft", "start_figures", "start_step", "suspend_case", "take_shipped",
    "withdraw_case", "yaml_text",
]  # fmt: skip
