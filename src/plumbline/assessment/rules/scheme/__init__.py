"""Schemes as data: what a committee writes down, checked before anything is scored with it."""

from plumbline.assessment.rules.scheme.grading import Band, Gate, Quota, Veto
from plumbline.assessment.rules.scheme.model import Node, NodeKind, Scheme
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
    "Band", "BonusRule", "FlawRule", "Gate", "MissingRule", "Node", "NodeKind", "Quota", "RankRule", "RatioRule", "ResultRule",
    "Rule", "Scheme", "SchemeInvalid", "SchemeProblem", "ShortfallRule", "Source", "StandardsRule", "TierRule", "Veto",
    "VoteRule", "Words", "document_of", "dump_yaml", "from_document", "load_yaml", "micro", "say",
]  # fmt: skip
