"""Schemes, rounds, snapshots, runs and their results, one noun a file."""

from plumbline.assessment.models.draft import DraftRemark, DraftStep, SchemeDraft
from plumbline.assessment.models.evaluators import EvaluatorGroup, GroupSize
from plumbline.assessment.models.inspection import (
    Assignment,
    ConflictDeclaration,
    Finding,
    FindingAnswer,
    FindingState,
    FindingVersion,
    InspectionPlan,
    Shown,
    Team,
)
from plumbline.assessment.models.life import Phase, ReportState, SelfEntry, SelfReport
from plumbline.assessment.models.next_year import RectificationItem, Target
from plumbline.assessment.models.publicity import Amendment, Notice, Objection, ObjectionAnswer
from plumbline.assessment.models.result import (
    CompositeScore,
    CountedFact,
    GradeStep,
    NodeScore,
    NodeStatus,
    RuleHit,
    Run,
)
from plumbline.assessment.models.round import Inapplicable, Round, RoundUnit, Snapshot
from plumbline.assessment.models.scheme import Scheme, SchemeVersion
from plumbline.assessment.models.wide import WideTable

__all__ = [
    "Amendment",
    "Assignment",
    "CompositeScore",
    "ConflictDeclaration",
    "CountedFact",
    "DraftRemark",
    "DraftStep",
    "EvaluatorGroup",
    "Finding",
    "FindingAnswer",
    "FindingState",
    "FindingVersion",
    "GradeStep",
    "GroupSize",
    "Inapplicable",
    "InspectionPlan",
    "NodeScore",
    "NodeStatus",
    "Notice",
    "Objection",
    "ObjectionAnswer",
    "Phase",
    "RectificationItem",
    "ReportState",
    "Round",
    "RoundUnit",
    "RuleHit",
    "Run",
    "Scheme",
    "SchemeDraft",
    "SchemeVersion",
    "SelfEntry",
    "SelfReport",
    "Shown",
    "Snapshot",
    "Target",
    "Team",
    "WideTable",
]
