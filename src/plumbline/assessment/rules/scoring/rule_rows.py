"""Each rule as rows of the parameter tables of its type."""

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from math import gcd
from typing import Any

from plumbline.assessment.rules.scheme import (
    AssessedRule,
    BonusRule,
    ExcessRule,
    FlawRule,
    MissingRule,
    MultipliedRule,
    Node,
    OptionMeanRule,
    RankDecrementRule,
    RankRule,
    RatioRule,
    RepeatRule,
    ResultRule,
    SeverityRule,
    ShortfallRule,
    StandardsRule,
    SubScoreRule,
    TierRule,
    VoteRule,
    micro,
)
from plumbline.assessment.rules.scheme.limits import NOTHING, all_of, thresholds

Row = dict[str, Any]
Named = tuple[str, list[Row]]
"""Rows of one parameter table."""

MISSING, FLAW_PRESENT, FLAW_ABSENT, EACH, RESULT = range(5)
MEASURES = {"facts": 0, "quantity": 1, "periods": 2}
STEPS = {"whole": 0, "started": 1, "proportional": 2}
YES, LOW, IGNORED = 1, 2, 3


def rows_of(base: Row, node: Node, rule: Any) -> list[Named]:
    """Return the rows of a rule beside those that all rules have; ``base`` carries its number, node, selector, measure, cap."""
    return _MAKERS[type(rule)](base, node, rule)


def _missing(base: Row, _node: Node, rule: MissingRule) -> list[Named]:
    return [("simple", [base | {"type": MISSING, "required": rule.required, "points": micro(rule.deduct)}])]


def _flaw(base: Row, _node: Node, rule: FlawRule) -> list[Named]:
    found = FLAW_PRESENT if rule.when == "present" else FLAW_ABSENT
    return [("simple", [base | {"type": found, "required": 0, "points": micro(rule.deduct)}])]


def _result(base: Row, _node: Node, _rule: ResultRule) -> list[Named]:
    return [("simple", [base | {"type": RESULT, "required": 0, "points": 1, "measure": MEASURES["quantity"]}])]


def _each(base: Row, _node: Node, rule: BonusRule) -> list[Named]:
    return [("simple", [base | {"type": EACH, "required": 0, "points": micro(rule.points)}])]


def _tier(base: Row, _node: Node, rule: TierRule) -> list[Named]:
    levels = [{"rule": base["rule"], "choice": k, "points": micro(v)} for k, v in rule.levels.items()]
    return [("tiers", [base]), ("tier_levels", levels)]


def _standards(base: Row, _node: Node, rule: StandardsRule) -> list[Named]:
    members = [{"rule": base["rule"], "choice": name} for name in rule.standards]
    awards = [{"rule": base["rule"], "met": k, "points": micro(v)} for k, v in enumerate(rule.award)]
    return [("standards", [base]), ("standard_members", members), ("standard_awards", awards)]


def _rank(base: Row, _node: Node, rule: RankRule) -> list[Named]:
    table = [{"rule": base["rule"], "place": k, "points": micro(v)} for k, v in enumerate(rule.table, start=1)]
    row = base | {"given": int(rule.rank_of == "given"), "beyond": micro(rule.beyond)}
    return [("ranks", [row]), ("rank_points", table)]


def _ratio(base: Row, _node: Node, rule: RatioRule) -> list[Named]:
    return [("ratios", [base | {"points": micro(rule.base)}])]


def _distance(base: Row, _node: Node, rule: ShortfallRule | ExcessRule) -> list[Named]:
    """Add a shortfall or an excess; of a share, the builder replaces the source by the whole and names the part."""
    level = rule.target if isinstance(rule, ShortfallRule) else rule.limit
    sign = 1 if isinstance(rule, ShortfallRule) else -1
    row = base | {"steps": STEPS[rule.steps], "points": micro(rule.deduct), "step": micro(rule.step), "sign": sign}
    average = isinstance(level, str)
    row |= {"average": int(average), "target": 0 if isinstance(level, str) else micro(level)}
    return [("shortfalls", [{"part": -1, "part_measure": 0} | row])]


def _vote(base: Row, _node: Node, rule: VoteRule) -> list[Named]:
    below, number = Fraction(rule.fallback.below), base["rule"]
    row = base | {"below_num": below.numerator, "below_den": below.denominator, "points": micro(rule.fallback.points)}
    options = [
        {"rule": number, "choice": one, "role": role}
        for role, named in ((YES, rule.options), (LOW, rule.fallback.options), (IGNORED, rule.ignored))
        for one in sorted(set(named))
    ]
    bands = []
    for place, band in enumerate(sorted(rule.bands, key=lambda one: Fraction(one.share)), start=1):
        share = Fraction(band.share)
        bands.append({"rule": number, "place": place, "num": share.numerator, "den": share.denominator})
        bands[-1]["points"] = micro(band.points)
    row |= {"otherwise": micro(rule.fallback.otherwise)}
    return [("votes", [row]), ("vote_options", options), ("vote_bands", bands)]


def _assessed(base: Row, _node: Node, rule: AssessedRule) -> list[Named]:
    return [("assessed", [base | {"least": micro(rule.least), "most": micro(rule.most)}])]


def _repeat(base: Row, node: Node, rule: RepeatRule) -> list[Named]:
    whole = micro(all_of(node, rule) or NOTHING)
    costs = [whole if isinstance(one, str) else micro(one) for one in rule.costs]
    rows = [{"rule": base["rule"], "times": k, "points": cost} for k, cost in enumerate(costs, start=1)]
    return [("repeats", [base | {"last": len(costs)}]), ("repeat_costs", rows)]


def _multiplied(base: Row, _node: Node, rule: MultipliedRule) -> list[Named]:
    return [("multiplied", [base | {"points": micro(rule.factor), "sign": -1 if rule.effect == "deduct" else 1}])]


def _severity(base: Row, _node: Node, rule: SeverityRule) -> list[Named]:
    costs = [{"rule": base["rule"], "choice": k, "points": micro(v)} for k, v in rule.costs.items()]
    row = base | {"otherwise": micro(rule.otherwise), "case": rule.case, "department": rule.department}
    return [("severities", [row]), ("severity_costs", costs)]


def _rank_decrement(base: Row, _node: Node, rule: RankDecrementRule) -> list[Named]:
    step = Fraction(rule.step)
    shares, place, left = [], 1, step.denominator
    while left > 0:
        shares.append({"rule": base["rule"], "choice": str(place), "weight": left})
        place, left = place + 1, left - step.numerator
    return [
        ("rank_decrements", [base | {"points": micro(rule.base), "den": step.denominator}]),
        ("rank_shares", shares),
    ]


def _option_mean(base: Row, _node: Node, rule: OptionMeanRule) -> list[Named]:
    """Values become whole multiples of their greatest common divisor, so that sums of answers stay small."""
    known = {option: micro(value) for option, value in rule.values.items() if value is not None}
    unit = reduce(gcd, known.values())
    named = set(rule.satisfied or ())
    options = [
        {"rule": base["rule"], "choice": option, "weight": value // unit, "satisfied": int(option in named)}
        for option, value in known.items()
    ]
    scale = 1 if rule.base is None else max(known.values()) // unit
    row = base | {"points": unit if rule.base is None else micro(rule.base), "scale": scale}
    return [("option_means", [row]), ("option_values", options)]


def _sub_score(base: Row, _node: Node, rule: SubScoreRule) -> list[Named]:
    """Add a sub-score; the builder fills in the other node's number and points, and the bands' thresholds with them."""
    row = base | {"percent": int(rule.measure == "percent")}
    return [("sub_scores", [row])]


def sub_score_bands(number: int, rule: SubScoreRule, node: Node) -> list[Row]:
    """Return the bands of a sub-score, the lowest first, in micro-points of the other node."""
    bands = sorted(zip(thresholds(rule, node.points), rule.bands, strict=True), key=lambda one: one[0])
    return [
        {"rule": number, "place": place, "least": least, "points": micro(band.points)}
        for place, (least, band) in enumerate(bands, start=1)
    ]


_MAKERS: dict[type, Callable[[Row, Node, Any], list[Named]]] = {
    MissingRule: _missing, FlawRule: _flaw, ResultRule: _result, BonusRule: _each, TierRule: _tier,
    StandardsRule: _standards, RankRule: _rank, RatioRule: _ratio, ShortfallRule: _distance, ExcessRule: _distance,
    VoteRule: _vote, AssessedRule: _assessed, RepeatRule: _repeat, MultipliedRule: _multiplied, SeverityRule: _severity,
    RankDecrementRule: _rank_decrement, OptionMeanRule: _option_mean, SubScoreRule: _sub_score,
}  # fmt: skip
