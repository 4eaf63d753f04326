"""What a unit has for whom nothing was filed: it follows from the scheme alone, for every rule and every node.

Only units with facts are calculated; what they have is held against this (docs/algorithms/scoring.md).
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from plumbline.assessment.rules.scheme import (
    FlawRule,
    MissingRule,
    NodeKind,
    Scheme,
    StandardsRule,
    SubScoreRule,
    micro,
)
from plumbline.assessment.rules.scheme.limits import thresholds
from plumbline.assessment.rules.scheme.model import Node
from plumbline.kernel.numbers import BASIS, div_half_up

UNCAPPED = 2**62
"""Stands for "no cap" where a column must have a number."""
PERCENT = 100_000_000
"""Millionths of a per cent in a whole."""
SCORED, NOT_REPORTED, NOT_APPLICABLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class RuleDefault:
    """What one rule gives where nothing was filed; the columns of the HITS table, and whether it counts as reported."""

    hits: int = 0
    quantity: int | None = 0
    part: int | None = None
    raw: int = 0
    applied: int = 0
    reported: int = 1


@dataclass(frozen=True, slots=True)
class Bounds:
    """Within which points a node stays, and from where a leaf starts, in micro-points."""

    low: int
    high: int
    start: int


@dataclass(frozen=True, slots=True)
class NodeDefault:
    """What a node has where nothing was filed; ``points``: sum of a leaf's rules; ``scored``, ``missing``: counts of parts."""

    points: int
    reported: int
    raw: int
    applied: int
    status: int
    scored: int
    missing: int
    contribution: int


def cap_of(rule: Any) -> int:
    """Return a rule's own cap in micro-points."""
    return UNCAPPED if rule.cap is None else micro(rule.cap)


def bounds_of(node: Node) -> Bounds:
    """Return the bounds of a node."""
    most = UNCAPPED if node.points is None else micro(node.points)
    taking = node.kind is NodeKind.DEDUCTION
    return Bounds(-most if taking else 0, 0 if taking else most, most if node.starts_full else 0)


class Defaults:
    """The defaults of a scheme, each calculated once; the scheme has no circles."""

    def __init__(self, scheme: Scheme) -> None:
        self.nodes = {node.code: node for node, _parent, _depth in scheme.walk()}
        self._done: dict[str, NodeDefault] = {}

    def rule(self, rule: Any) -> RuleDefault:
        """Return what a rule gives where nothing was filed."""
        if isinstance(rule, SubScoreRule):
            return self._sub_score(rule)
        hits, raw = 0, 0
        if isinstance(rule, MissingRule):
            hits, raw = rule.required, -rule.required * micro(rule.deduct)
        elif isinstance(rule, FlawRule) and rule.when == "absent":
            hits, raw = 1, -micro(rule.deduct)
        elif isinstance(rule, StandardsRule):
            raw = micro(rule.award[0])
        reported = int(not rule.needs_report)
        return RuleDefault(hits, 0 if reported else None, None, raw, _held(rule, raw), reported)

    def _sub_score(self, rule: SubScoreRule) -> RuleDefault:
        """Return what a sub-score gives where nothing was filed: the other node's own default falls into a band."""
        found, points = self.node(rule.of), self.nodes[rule.of].points
        if found.status != SCORED:
            return RuleDefault(0, None, found.applied, 0, 0, 0)
        reached = [
            (least, band)
            for least, band in zip(thresholds(rule, points), rule.bands, strict=True)
            if found.applied >= least
        ]
        raw = micro(max(reached, key=lambda one: one[0])[1].points)
        share = div_half_up(found.applied * PERCENT, micro(points)) if rule.measure == "percent" and points else None
        shown = found.applied if share is None else share
        return RuleDefault(1, shown, found.applied, raw, _held(rule, raw), 1)

    def node(self, code: str) -> NodeDefault:
        """Return what a node has where nothing was filed."""
        if code not in self._done:
            node = self.nodes[code]
            self._done[code] = self._leaf(node) if node.rules else self._group(node)
        return self._done[code]

    def _leaf(self, node: Node) -> NodeDefault:
        own = [self.rule(rule) for rule in node.rules]
        reported, points = sum(one.reported for one in own), sum(one.applied for one in own)
        whole = reported == len(own)
        return _outcome(
            node, points, reported, bounds_of(node).start + points if whole else 0, int(whole), int(not whole)
        )

    def _group(self, node: Node) -> NodeDefault:
        parts = [self.node(child.code) for child in node.children]
        scored = sum(int(part.status == SCORED) for part in parts)
        return _outcome(node, 0, 0, sum(part.applied for part in parts), scored, len(parts) - scored)


def _held(rule: Any, raw: int) -> int:
    """Return raw points within the rule's own cap."""
    return max(-cap_of(rule), min(cap_of(rule), raw))


def _outcome(node: Node, points: int, reported: int, raw: int, scored: int, missing: int) -> NodeDefault:
    bounds = bounds_of(node)
    applied = max(bounds.low, min(bounds.high, raw))
    weight = int(Fraction(node.weight) * BASIS)
    return NodeDefault(
        points, reported, raw, applied, SCORED if scored else NOT_REPORTED, scored, missing,
        div_half_up(applied * weight, BASIS),
    )  # fmt: skip
