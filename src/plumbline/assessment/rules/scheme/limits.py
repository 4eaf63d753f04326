"""How far a rule can go, as the scheme alone says: needed where "all" of an indicator is lost, and for sub-scores."""

from decimal import Decimal
from fractions import Fraction

from plumbline.assessment.rules.scheme.deductions import RepeatRule, SubScoreRule
from plumbline.assessment.rules.scheme.judgements import AssessedRule, OptionMeanRule, RankDecrementRule
from plumbline.assessment.rules.scheme.model import Node, NodeKind
from plumbline.assessment.rules.scheme.rules import RankRule, RatioRule, Rule, StandardsRule, TierRule, VoteRule

NOTHING = Decimal(0)


def largest_gain(rule: Rule) -> Decimal | None:
    """Return the most points that a rule can give, None where only the facts say."""
    most = NOTHING if rule.takes else _unlimited(rule)
    if rule.cap is None:
        return most
    return rule.cap if most is None else min(most, rule.cap)


def _unlimited(rule: Rule) -> Decimal | None:
    """Return the most that a giving rule can give before its own cap."""
    match rule:
        case TierRule():
            return max(rule.levels.values())
        case StandardsRule():
            return max(rule.award)
        case RankRule():
            return max(*rule.table, rule.beyond)
        case VoteRule():
            return max(*(band.points for band in rule.bands), rule.fallback.points, rule.fallback.otherwise)
        case AssessedRule():
            return rule.most
        case SubScoreRule():
            return max(band.points for band in rule.bands)
        case RatioRule() | RankDecrementRule():
            return rule.base
        case OptionMeanRule():
            return rule.base if rule.base is not None else max(value for value in rule.values.values() if value)
    return None


def all_of(node: Node, rule: RepeatRule) -> Decimal | None:
    """Return what losing all of an indicator costs: the most that it could have reached otherwise; None where none is known."""
    gains = [largest_gain(other) for other in node.rules if other is not rule]
    taking = node.kind is NodeKind.DEDUCTION
    if any(gain is None for gain in gains) or (taking and node.points is None):
        return None
    start = (node.points or NOTHING) if taking or node.starts_full else NOTHING
    return start + sum((gain or NOTHING for gain in gains), NOTHING)


def thresholds(rule: SubScoreRule, points: Decimal | None) -> list[int]:
    """Return the micro-points from which each band of a sub-score counts, in the order of the document.

    In per cent they are rounded up: whoever reaches the next whole micro-point reaches the share, and nobody below does.
    """
    if rule.measure == "points":
        return [int(band.min * 1_000_000) for band in rule.bands]
    shares = [Fraction(band.min) * Fraction(points or NOTHING) * 10_000 for band in rule.bands]
    return [-(-share.numerator // share.denominator) for share in shares]
