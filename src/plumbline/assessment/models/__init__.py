"""Schemes, rounds, snapshots, runs and their results, one noun a file."""

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

__all__ = [
    "CompositeScore",
    "CountedFact",
    "GradeStep",
    "Inapplicable",
    "NodeScore",
    "NodeStatus",
    "Round",
    "RoundUnit",
    "RuleHit",
    "Run",
    "Scheme",
    "SchemeVersion",
    "Snapshot",
]
