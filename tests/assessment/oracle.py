"""Scoring once more, slowly: plain Python, whole numbers and fractions, one unit and one rule at a time.

Written from the words of the schemes (``rules.scheme``) and of ``docs/algorithms``, not from the engine, so that two
readings of the rules meet in the tests. Rows are dictionaries with the columns of ``rules.tables``.
"""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from plumbline.assessment.rules import tables as shapes
from plumbline.assessment.rules.scheme import Node, NodeKind, Scheme, Source

Row = dict[str, Any]
MICRO = 1_000_000
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def half_up(value: Fraction) -> int:
    """Round half away from zero."""
    size = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return size if value >= 0 else -size


def millionths(value: Decimal | None) -> int:
    """Return an exact decimal in millionths."""
    return int(Fraction(value or 0) * MICRO)


class Oracle:
    """Scores tables given as rows; ``results`` has the five tables by name, each as sorted rows."""

    def __init__(self, scheme: Scheme, facts: list[Row], units: list[Row], applicability: list[Row]) -> None:
        self.scheme, self.units = scheme, units
        self.by_unit: dict[int, list[Row]] = defaultdict(list)
        for fact in facts:
            self.by_unit[fact["unit_id"]].append(fact)
        self.gone = {(row["unit_id"], row["node"]) for row in applicability}
        self.hits: dict[tuple[int, str], Row] = {}
        self.scores: list[Row] = []
        self.steps: list[Row] = []
        self.counted: set[tuple[int, str, str, int]] = set()
        self._rules()
        self.composite = [self._composite(unit) for unit in units]
        self._grades()
        self._ranks()

    def results(self) -> dict[str, list[Row]]:
        """Return every table, sorted by its key, as the engines give them."""
        found: dict[str, list[Row]] = {
            "scores": self.scores,
            "hits": [{k: v for k, v in row.items() if k != "reported"} for row in self.hits.values()],
            "counted": [dict(zip(shapes.COUNTED.names, key, strict=True)) for key in self.counted],
            "composite": self.composite,
            "grade_steps": self.steps,
        }
        return {
            name: sorted(
                ({column: row[column] for column in shapes.RESULTS[name].names} for row in rows),
                key=lambda row, keys=tuple(shapes.SORTED_BY[name]): tuple(row[key] for key in keys),
            )
            for name, rows in found.items()
        }

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

    def _rules(self) -> None:
        for rule_id, node, rule in self.scheme.rules():
            for unit in self.units:
                hits, quantity, raw, reported = getattr(self, f"_{rule.type}")(unit, rule)
                cap = None if rule.cap is None else millionths(rule.cap)
                applied = raw if cap is None else max(-cap, min(cap, raw))
                self.hits[unit["unit_id"], rule_id] = {
                    "unit_id": unit["unit_id"], "node": node.code, "rule": rule_id, "hits": hits, "quantity": quantity,
                    "raw": raw, "applied": applied, "reported": reported,
                }  # fmt: skip
                for source in (rule.source, getattr(rule, "over", None)):
                    for fact in self.of(unit, source) if source else ():
                        self.counted.add((unit["unit_id"], node.code, rule_id, fact["fact_id"]))

    def _missing(self, unit: Row, rule: Any) -> tuple[int, int | None, int, bool]:
        value = self.measure(unit, rule.source)
        missing = max(0, rule.required - value)
        return missing, value, -missing * millionths(rule.deduct), True

    def _flaw(self, unit: Row, rule: Any) -> tuple[int, int | None, int, bool]:
        value = self.measure(unit, rule.source)
        bites = int((value > 0) == (rule.when == "present"))
        return bites, value, -bites * millionths(rule.deduct), True

    def _each(self, unit: Row, rule: Any) -> tuple[int, int | None, int, bool]:
        value = self.measure(unit, rule.source)
        return value, value, value * millionths(rule.points), True

    def _result(self, unit: Row, rule: Any) -> tuple[int, int | None, int, bool]:
        found = self.of(unit, rule.source)
        value = self.measure(unit, rule.source)
        return (len(found), value, value, True) if found else (0, None, 0, False)

    def _tier(self, unit: Row, rule: Any) -> tuple[int, int | None, int, bool]:
        told = [fact for fact in self.of(unit, rule.source) if fact[f"attr_{rule.attribute}"] is not None]
        if not told:
            return 0, None, 0, False
        level = max(told, key=lambda fact: (fact["occurred_on"], fact["fact_id"]))[f"attr_{rule.attribute}"]
        if level not in rule.levels:
            return 0, None, 0, False
        worth = millionths(rule.levels[level])
        return 1, worth, worth, True

    def _standards(self, unit: Row, rule: Any) -> tuple[int, int | None, int, bool]:
        met = len(set(self.votes(unit, rule.source, rule.attribute)) & set(rule.standards))
        return met, met, millionths(rule.award[met]), True

    def _shortfall(self, unit: Row, rule: Any) -> tuple[int, int | None, int, bool]:
        if rule.over is not None:
            whole = self.measure(unit, rule.over)
            if not self.of(unit, rule.over) or whole <= 0:
                return 0, None, 0, False
            value = half_up(Fraction(100 * MICRO * max(0, self.measure(unit, rule.source)), whole))
        elif not self.of(unit, rule.source):
            return 0, None, 0, False
        else:
            value = self.measure(unit, rule.source) * (1 if rule.source.measure == "quantity" else MICRO)
        short = max(0, millionths(rule.target) - value)
        steps = Fraction(short, millionths(rule.step))
        whole_steps, begun = steps.numerator // steps.denominator, -(-steps.numerator // steps.denominator)
        if rule.steps == "proportional":
            return begun, value, -half_up(steps * millionths(rule.deduct)), True
        counted = whole_steps if rule.steps == "whole" else begun
        return counted, value, -counted * millionths(rule.deduct), True

    def _rivals(self, unit: Row, source: Source) -> list[int]:
        """Return the values of the class, of those that reported."""
        return [
            self.measure(other, source)
            for other in self.units
            if other["klass"] == unit["klass"] and self.of(other, source)
        ]

    def _rank(self, unit: Row, rule: Any) -> tuple[int, int | None, int, bool]:
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

    def _ratio_to_best(self, unit: Row, rule: Any) -> tuple[int, int | None, int, bool]:
        if not self.of(unit, rule.source):
            best = 0
            return best, None, 0, False
        value, best = self.measure(unit, rule.source), max(0, *self._rivals(unit, rule.source), 0)
        points = half_up(Fraction(max(0, value) * millionths(rule.base), best)) if best else 0
        return best, value, points, True

    def _vote_bands(self, unit: Row, rule: Any) -> tuple[int, int | None, int, bool]:
        votes = self.votes(unit, rule.source, rule.attribute)
        yes = sum(votes[option] for option in set(rule.options))
        counted = sum(votes.values()) - sum(votes[option] for option in set(rule.ignored))
        if counted <= 0:
            return yes, None, 0, False
        for band in sorted(rule.bands, key=lambda one: Fraction(one.share), reverse=True):
            if Fraction(yes, counted) >= Fraction(band.share):
                return yes, counted, millionths(band.points), True
        low = sum(votes[option] for option in set(rule.fallback.options))
        few = Fraction(low, counted) < Fraction(rule.fallback.below)
        return yes, counted, millionths(rule.fallback.points if few else rule.fallback.otherwise), True

    # The tree

    def _node(self, unit: Row, node: Node, gone: bool) -> tuple[int, str]:
        gone = gone or (unit["unit_id"], node.code) in self.gone
        most = None if node.points is None else millionths(node.points)
        if node.children:
            parts = [self._node(unit, child, gone) for child in node.children]
            raw = sum(points for points, _status in parts)
            states = {status for _points, status in parts}
            status = next(one for one in ("scored", "not_reported", "not_applicable") if one in states)
        elif gone:
            full = node.kind is NodeKind.BASE and self.scheme.not_applicable == "full"
            raw, status = (most or 0) if full else 0, "not_applicable"
        else:
            rows = [
                row
                for (unit_id, _rule), row in self.hits.items()
                if unit_id == unit["unit_id"] and row["node"] == node.code
            ]
            reported = all(row["reported"] for row in rows)
            start = (most or 0) if node.starts_full else 0
            raw = start + sum(row["applied"] for row in rows) if reported else 0
            status = "scored" if reported else "not_reported"
        low, high = (None if most is None else -most, 0) if node.kind is NodeKind.DEDUCTION else (0, most)
        applied = raw if high is None else min(raw, high)
        applied = applied if low is None else max(applied, low)
        maximum = 0 if node.kind is NodeKind.DEDUCTION else most
        self.scores.append(
            {
                "unit_id": unit["unit_id"],
                "node": node.code,
                "raw": raw,
                "applied": applied,
                "maximum": maximum,
                "status": status,
            }
        )
        return applied, status

    def _composite(self, unit: Row) -> Row:
        total, scored = 0, False
        for node in self.scheme.tree:
            points, status = self._node(unit, node, gone=False)
            total += half_up(points * Fraction(node.weight))
            scored = scored or (node.kind is NodeKind.BASE and status == "scored")
        return {
            "unit_id": unit["unit_id"],
            "klass": unit["klass"],
            "score": total if scored else None,
            "rank": None,
            "grade": "",
        }

    # Grades

    def _ranks(self) -> None:
        for row in self.composite:
            if row["score"] is not None:
                rivals = [one["score"] for one in self._class_of(row)]
                row["rank"] = 1 + sum(score > row["score"] for score in rivals)

    def _class_of(self, row: Row) -> list[Row]:
        return [one for one in self.composite if one["klass"] == row["klass"] and one["score"] is not None]

    def _note(self, row: Row, place: int, step: str, rule: str, before: str, num: int, den: int) -> None:
        self.steps.append(
            {
                "unit_id": row["unit_id"], "position": place, "step": step, "rule": rule, "before": before,
                "after": row["grade"], "numerator": num, "denominator": den,
            }
        )  # fmt: skip

    def _grades(self) -> None:
        names = [band.grade for band in self.scheme.bands]
        if not names:
            return
        units = {unit["unit_id"]: unit for unit in self.units}
        rows = [row for row in self.composite if row["score"] is not None]
        for row in rows:
            row["grade"] = next(
                (band.grade for band in self.scheme.bands if row["score"] >= millionths(band.min)), names[-1]
            )
            self._note(row, 0, "score", "", "", row["score"], 1)
        place = 0
        for gate in self.scheme.gates:
            place += 1
            for row in rows:
                self._gate(row, units[row["unit_id"]], gate, names, place)
        for veto in self.scheme.vetoes:
            place += 1
            for row in rows:
                found = len(self.of(units[row["unit_id"]], veto.source))
                if found >= veto.at_least:
                    least = {"fail": len(names) - 1, "bar_top": min(1, len(names) - 1)}.get(veto.effect)
                    least = names.index(veto.grade) if least is None and veto.grade else least
                    before, row["grade"] = row["grade"], names[max(names.index(row["grade"]), least or 0)]
                    self._note(row, place, "veto", veto.code, before, found, veto.at_least)
        for quota in self.scheme.quotas:
            place += 1
            self._quota(rows, quota, names, place)

    def _gate(self, row: Row, unit: Row, gate: Any, names: list[str], place: int) -> None:
        votes = self.votes(unit, gate.metric.source, gate.metric.attribute)
        num = sum(votes[option] for option in set(gate.metric.options))
        den = sum(votes.values()) - sum(votes[option] for option in set(gate.metric.ignored))
        shut = Fraction(num, den) < Fraction(gate.below) if den > 0 else gate.missing == "shuts"
        before = row["grade"]
        if shut:
            rest = names[names.index(before) :]
            row["grade"] = next((grade for grade in rest if grade not in gate.excludes), names[-1])
        self._note(row, place, "gate", gate.code, before, num, den)

    def _quota(self, rows: list[Row], quota: Any, names: list[str], place: int) -> None:
        cut = names.index(quota.grade)
        changes = []
        for row in rows:
            if names.index(row["grade"]) > cut:
                continue
            klass = self._class_of(row)
            exact = len(klass) * Fraction(quota.share)
            floor = exact.numerator // exact.denominator
            allowed = {"floor": floor, "ceil": -(-exact.numerator // exact.denominator), "half_up": half_up(exact)}
            good = [one["score"] for one in klass if names.index(one["grade"]) <= cut]
            best = 1 + sum(score > row["score"] for score in good)
            last = sum(score >= row["score"] for score in good)
            own = best if quota.ties == "include" else last
            after = names[cut + 1] if own > allowed[quota.rounding] else row["grade"]
            changes.append((row, row["grade"], after, best, allowed[quota.rounding]))
        for row, before, after, best, allowed_here in changes:
            row["grade"] = after
            self._note(row, place, "quota", quota.grade, before, best, allowed_here)


def score(scheme: Scheme, facts: list[Row], units: list[Row], applicability: list[Row]) -> dict[str, list[Row]]:
    """Return the five result tables as rows."""
    return Oracle(scheme, facts, units, applicability).results()
