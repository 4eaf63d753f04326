"""The types of rule once more, slowly: one unit and one rule at a time, with whole numbers and fractions.

Written from the words of ``docs/algorithms`` and of the schemes, not from the engine. Each method returns (hits, quantity, raw
points, whether it is reported, and the third number of its type where it has one).
"""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from plumbline.assessment.rules.scheme import NodeKind, Scheme, Source
from plumbline.assessment.rules.scheme.judgements import JUDGED

Row = dict[str, Any]
Found = tuple[int, int | None, int, bool] | tuple[int, int | None, int, bool, int]
MICRO = 1_000_000
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def half_up(value: Fraction) -> int:
    """Round half away from zero."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


def millionths(value: Decimal | None) -> int:
    """Return an exact decimal in millionths."""
    return int(Fraction(value or 0) * MICRO)


class Rules:
    """What each type of rule gives one unit; a subclass knows the scores of other indicators."""

    scheme: Scheme
    units: list[Row]
    by_unit: dict[int, list[Row]]
    node_of: dict[int, str]

    def score_of(self, unit: Row, code: str) -> tuple[int, str]:
        """Return the points and the status of a unit on a node."""
        raise NotImplementedError

    def found_by(self, unit: Row, rule: Any) -> Found:
        """Return what a rule finds for a unit."""
        found: Found = getattr(self, f"_{rule.type}")(unit, rule)
        return found

    # What was filed

    def of(self, unit: Row, source: Source) -> list[Row]:
        """Return a unit's facts that a source looks at."""
        return [
            fact
            for fact in self.by_unit[unit["unit_id"]]
            if fact["kind"] == source.kind
            and all(fact[f"attr_{name}"] in values for name, values in source.where.items())
        ]

    def measure(self, unit: Row, source: Source) -> int:
        """Return what a source measures: facts, quantity or periods."""
        found = self.of(unit, source)
        if source.measure == "quantity":
            return sum(fact["quantity"] for fact in found)
        if source.measure == "periods":
            size = MONTHS[source.per or "year"]
            days = [fact["occurred_on"] for fact in found]
            return len({(day.year, (day.month - 1) // size) for day in days})
        return len(found)

    def votes(self, unit: Row, source: Source, attribute: str) -> dict[str, int]:
        """Return the quantities by option."""
        found: dict[str, int] = defaultdict(int)
        for fact in self.of(unit, source):
            if fact[f"attr_{attribute}"] is not None:
                found[fact[f"attr_{attribute}"]] += fact["quantity"]
        return found

    # Rules

    def _missing(self, unit: Row, rule: Any) -> Found:
        value = self.measure(unit, rule.source)
        missing = max(0, rule.required - value)
        return missing, value, -missing * millionths(rule.deduct), True

    def _flaw(self, unit: Row, rule: Any) -> Found:
        value = self.measure(unit, rule.source)
        bites = int((value > 0) == (rule.when == "present"))
        return bites, value, -bites * millionths(rule.deduct), True

    def _each(self, unit: Row, rule: Any) -> Found:
        value = self.measure(unit, rule.source)
        return value, value, value * millionths(rule.points), True

    def _result(self, unit: Row, rule: Any) -> Found:
        found = self.of(unit, rule.source)
        value = self.measure(unit, rule.source)
        return (len(found), value, value, True) if found else (0, None, 0, False)

    def _tier(self, unit: Row, rule: Any) -> Found:
        told = [fact for fact in self.of(unit, rule.source) if fact[f"attr_{rule.attribute}"] is not None]
        if not told:
            return 0, None, 0, False
        level = max(told, key=lambda fact: (fact["occurred_on"], fact["fact_id"]))[f"attr_{rule.attribute}"]
        if level not in rule.levels:
            return 0, None, 0, False
        worth = millionths(rule.levels[level])
        return 1, worth, worth, True

    def _standards(self, unit: Row, rule: Any) -> Found:
        met = len(set(self.votes(unit, rule.source, rule.attribute)) & set(rule.standards))
        return met, met, millionths(rule.award[met]), True

    def _value(self, unit: Row, rule: Any) -> int | None:
        """Return what a shortfall or excess compares, in millionths; None where it is not reported."""
        if rule.over is not None:
            whole = self.measure(unit, rule.over)
            if not self.of(unit, rule.over) or whole <= 0:
                return None
            return half_up(Fraction(100 * MICRO * max(0, self.measure(unit, rule.source)), whole))
        if not self.of(unit, rule.source):
            return None
        return self.measure(unit, rule.source) * (1 if rule.source.measure == "quantity" else MICRO)

    def _beyond(self, unit: Row, rule: Any, level: Any, sign: int) -> Found:
        value = self._value(unit, rule)
        if value is None:
            return 0, None, 0, False
        if level == "class_average":
            rivals = [self._value(other, rule) for other in self.units if other["klass"] == unit["klass"]]
            told = [one for one in rivals if one is not None]
            level = half_up(Fraction(sum(told), len(told)))
        else:
            level = millionths(level)
        steps = Fraction(max(0, sign * (level - value)), millionths(rule.step))
        whole_steps, begun = steps.numerator // steps.denominator, -(-steps.numerator // steps.denominator)
        if rule.steps == "proportional":
            return begun, value, -half_up(steps * millionths(rule.deduct)), True, level
        counted = whole_steps if rule.steps == "whole" else begun
        return counted, value, -counted * millionths(rule.deduct), True, level

    def _shortfall(self, unit: Row, rule: Any) -> Found:
        return self._beyond(unit, rule, rule.target, 1)

    def _excess(self, unit: Row, rule: Any) -> Found:
        return self._beyond(unit, rule, rule.limit, -1)

    def _rivals(self, unit: Row, source: Source) -> list[int]:
        """Return the values of the class, of those that reported."""
        return [
            self.measure(other, source)
            for other in self.units
            if other["klass"] == unit["klass"] and self.of(other, source)
        ]

    def _rank(self, unit: Row, rule: Any) -> Found:
        if not self.of(unit, rule.source):
            return 0, None, 0, False
        value = self.measure(unit, rule.source)
        place = 1 + sum(other > value for other in self._rivals(unit, rule.source))
        if rule.rank_of == "given":
            size = MICRO if rule.source.measure == "quantity" else 1
            if value < size or value % size:
                return 0, None, 0, False
            place = value // size
        return place, value, millionths(rule.table[place - 1] if place <= len(rule.table) else rule.beyond), True

    def _ratio_to_best(self, unit: Row, rule: Any) -> Found:
        if not self.of(unit, rule.source):
            best = 0
            return best, None, 0, False
        value, best = self.measure(unit, rule.source), max(0, *self._rivals(unit, rule.source), 0)
        points = half_up(Fraction(max(0, value) * millionths(rule.base), best)) if best else 0
        return best, value, points, True

    def _vote_bands(self, unit: Row, rule: Any) -> Found:
        votes = self.votes(unit, rule.source, rule.attribute)
        if not votes:
            return 0, None, 0, False
        yes = sum(votes[option] for option in set(rule.options))
        low = sum(votes[option] for option in set(rule.fallback.options))
        counted = sum(votes.values()) - sum(votes[option] for option in set(rule.ignored))
        if counted <= 0:
            return yes, None, 0, False, low
        for band in sorted(rule.bands, key=lambda one: Fraction(one.share), reverse=True):
            if Fraction(yes, counted) >= Fraction(band.share):
                return yes, counted, millionths(band.points), True, low
        few = Fraction(low, counted) < Fraction(rule.fallback.below)
        return yes, counted, millionths(rule.fallback.points if few else rule.fallback.otherwise), True, low

    def _assessed(self, unit: Row, rule: Any) -> Found:
        judged = [
            fact
            for fact in self.by_unit[unit["unit_id"]]
            if (fact["kind"], fact.get("attr_scheme"), fact.get("attr_node"))
            == (JUDGED, self.scheme.code, self.node_of[id(rule)])
        ]
        if not judged:
            silent = rule.missing or ("zero" if rule.most <= 0 else "not_reported")
            return (0, 0, 0, True) if silent == "zero" else (0, None, 0, False)
        chosen = max(judged, key=lambda fact: (fact["occurred_on"], fact["fact_id"]))["quantity"]
        held = min(max(chosen, millionths(rule.least)), millionths(rule.most))
        return 1, chosen, held if chosen else 0, True

    def _repeat(self, unit: Row, rule: Any) -> Found:
        times = self.measure(unit, rule.source)
        if times <= 0:
            return 0, times, 0, True
        cost = rule.costs[min(times, len(rule.costs)) - 1]
        return times, times, -(self.all_of(rule) if cost == "all" else millionths(cost)), True

    def all_of(self, rule: Any) -> int:
        """Return all that an indicator could have reached: its start, and the most that its other rules give."""
        node = next(node for _id, node, one in self.scheme.rules() if one is rule)
        most = millionths(node.points) if node.kind is NodeKind.DEDUCTION or node.starts_full else 0
        for other in node.rules:
            if other is not rule and not other.takes:
                gains = {
                    "tier": lambda one: max(one.levels.values()), "standards": lambda one: max(one.award),
                    "rank": lambda one: max([*one.table, one.beyond]), "ratio_to_best": lambda one: one.base,
                    "rank_decrement": lambda one: one.base, "assessed": lambda one: one.most,
                    "vote_bands": lambda one: max(
                        [*(band.points for band in one.bands), one.fallback.points, one.fallback.otherwise]
                    ),
                    "option_mean": lambda one: one.base if one.base is not None else max(filter(None, one.values.values())),
                    "sub_score": lambda one: max(band.points for band in one.bands),
                }  # fmt: skip
                gain = gains[other.type](other) if other.type in gains else other.cap
                most += millionths(gain if other.cap is None or gain is None else min(gain, other.cap))
        return most

    def _multiplied(self, unit: Row, rule: Any) -> Found:
        value = self.measure(unit, rule.source)
        points = half_up(max(0, value) * Fraction(rule.factor))
        return len(self.of(unit, rule.source)), value, points if rule.effect == "add" else -points, True

    def _severity(self, unit: Row, rule: Any) -> Found:
        found = self.of(unit, rule.source)
        cases: dict[Any, int] = defaultdict(int)
        alone = []
        for fact in found:
            severity = fact[f"attr_{rule.attribute}"]
            cost = millionths(rule.costs.get(severity, rule.otherwise))
            if fact[f"attr_{rule.case}"] is None:
                alone += [cost] * max(0, fact["quantity"])
            else:
                key = (fact[f"attr_{rule.case}"], fact[f"attr_{rule.department}"] or "")
                cases[key] = max(cases[key], cost)
        return len(cases) + len(alone), len(found), -sum(cases.values()) - sum(alone), True

    def _rank_decrement(self, unit: Row, rule: Any) -> Found:
        votes = self.votes(unit, rule.source, rule.attribute)
        ranks = {
            int(rank): papers for rank, papers in votes.items() if rank.isascii() and rank.isdigit() and rank[0] != "0"
        }
        papers = sum(ranks.values())
        if not ranks:
            return 0, None, 0, False
        each = {rank: max(Fraction(0), 1 - (rank - 1) * Fraction(rule.step)) for rank in ranks}
        worth = sum((papers * each[rank] for rank, papers in ranks.items()), Fraction(0))
        return papers, papers, half_up(worth / papers * millionths(rule.base)), True, ranks.get(1, 0)

    def _option_mean(self, unit: Row, rule: Any) -> Found:
        votes = self.votes(unit, rule.source, rule.attribute)
        if not votes:
            return 0, None, 0, False
        valued = {option: Fraction(value) for option, value in rule.values.items() if value is not None}
        counted = sum(votes[option] for option in valued)
        good = sum(votes[option] for option in set(rule.satisfied or ()))
        if counted <= 0:
            return sum(votes.values()), None, 0, False, good
        mean = sum((votes[option] * value for option, value in valued.items()), Fraction(0)) / counted
        points = mean if rule.base is None else mean / max(valued.values()) * Fraction(rule.base)
        return sum(votes.values()), counted, half_up(points * MICRO), True, good

    def _sub_score(self, unit: Row, rule: Any) -> Found:
        points, status = self.score_of(unit, rule.of)
        if status != "scored":
            return 0, None, 0, status == "not_applicable", points
        most = next(node.points for node, _p, _d in self.scheme.walk() if node.code == rule.of)
        value = Fraction(points, MICRO)
        if rule.measure == "percent":
            value = value * 100 / Fraction(most or 0)
        band = max((one for one in rule.bands if value >= Fraction(one.min)), key=lambda one: one.min)
        return 1, half_up(value * MICRO), millionths(band.points), True, points
