"""Schemes as data: what a committee writes down, checked before anything is scored with it."""

from plumbline.assessment.rules.scheme.deductions import (
    ExcessRule,
    MultipliedRule,
    RepeatRule,
    SeverityRule,
    SubScoreRule,
)
from plumbline.assessment.rules.scheme.grading import STEPS, Band, Condition, Direct, Gate, Quota, Veto
from plumbline.assessment.rules.scheme.judgements import AssessedRule, OptionMeanRule, RankDecrementRule
from plumbline.assessment.rules.scheme.model import Node, NodeKind, Profile, Scheme
from plumbline.assessment.rules.scheme.reading import (
    SchemeInvalid,
    SchemeProblem,
    document_of,
    dump_yaml,
    from_document,
    load_yaml,
)
from plumbline.assessment.rules.scheme.rules import (
    BonusRule,
    FlawRule,
    MissingRule,
    RankRule,
    RatioRule,
    ResultRule,
    Rule,
    ShortfallRule,
    StandardsRule,
    TierRule,
    VoteRule,
)
from plumbline.assessment.rules.scheme.values import Source, Words, micro, say

__all__ = [
    "STEPS", "AssessedRule", "Band", "BonusRule", "Condition", "Direct", "ExcessRule", "FlawRule", "Gate", "MissingRule",
    "MultipliedRule", "Node", "NodeKind", "OptionMeanRule", "Profile", "Quota", "RankDecrementRule", "RankRule", "RatioRule",
    "RepeatRule", "ResultRule", "Rule", "Scheme", "SchemeInvalid", "SchemeProblem", "SeverityRule", "ShortfallRule", "Source",
    "StandardsRule", "SubScoreRule", "TierRule", "Veto", "VoteRule", "Words", "document_of", "dump_yaml", "from_document",
    "load_yaml", "micro", "say",
]  # fmt: skip
