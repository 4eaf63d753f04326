"""Scoring once more, slowly: plain Python, whole numbers and fractions, one unit and one rule at a time.

Written from the words of the schemes (``rules.scheme``) and of ``docs/algorithms``, not from the engine, so that two
readings of the rules meet in the tests. Rows are dictionaries with the columns of ``rules.tables``.
"""

from collections import defaultdict
from fractions import Fraction
from typing import Any

from plumbline.assessment.rules import tables as shapes
from plumbline.assessment.rules.scheme import Node, NodeKind, Scheme
from tests.assessment.oracle_rules import MICRO, Row, Rules, half_up, millionths


class Oracle(Rules):
    """Scores tables given as rows; ``results`` has the five tables by name, each as sorted rows."""

    def __init__(self, scheme: Scheme, facts: list[Row], units: list[Row], applicability: list[Row]) -> None:
        self.scheme, self.units = scheme, units
        self.by_unit: dict[int, list[Row]] = defaultdict(list)
        for fact in facts:
            self.by_unit[fact["unit_id"]].append(fact)
        self.nodes = {node.code: (node, parent) for node, parent, _depth in scheme.walk()}
        self.node_of = {id(rule): node.code for _rule_id, node, rule in scheme.rules()}
        self.gone = {(row["unit_id"], row["node"]) for row in applicability}
        self.hit_rows: dict[tuple[int, str], Row] = {}
        self.node_rows: dict[tuple[int, str], Row] = {}
        self.steps: list[Row] = []
        self.counted = {
            (unit["unit_id"], node.code, rule_id, fact["fact_id"])
            for rule_id, node, rule in scheme.rules() for unit in units
            for read in rule.reads(scheme.code, node.code) for fact in self.of(unit, read.source)
        }  # fmt: skip
        self.without_bonus: dict[int, int] = {}
        self.composite = [self._composite(unit) for unit in units]
        self._grades()
        self._ranks()

    def results(self) -> dict[str, list[Row]]:
        """Return every table, sorted by its key, as the engines give them."""
        hits = [self.hit(unit, rule_id) for unit in self.units for rule_id, _node, _rule in self.scheme.rules()]
        found: dict[str, list[Row]] = {
            "scores": [self.node(unit, code) for unit in self.units for code in self.nodes],
            "hits": hits,
            "counted": [dict(zip(shapes.COUNTED.names, key, strict=True)) for key in self.counted],
            "composite": self.composite,
            "grade_steps": self.steps,
        }
        return {name: _sorted(name, rows) for name, rows in found.items()}

    # Rules and the tree

    def hit(self, unit: Row, rule_id: str) -> Row:
        """Return what a rule does for a unit."""
        key = unit["unit_id"], rule_id
        if key not in self.hit_rows:
            node, rule = next((node, rule) for one, node, rule in self.scheme.rules() if one == rule_id)
            hits, quantity, raw, reported, *part = self.found_by(unit, rule)
            cap = None if rule.cap is None else millionths(rule.cap)
            self.hit_rows[key] = {
                "unit_id": unit["unit_id"], "node": node.code, "rule": rule_id, "hits": hits, "quantity": quantity,
                "part": part[0] if part else None, "raw": raw, "reported": reported,
                "applied": raw if cap is None else max(-cap, min(cap, raw)),
            }  # fmt: skip
        return self.hit_rows[key]

    def score_of(self, unit: Row, code: str) -> tuple[int, str]:
        """Return the points and the status of a unit on a node."""
        row = self.node(unit, code)
        return row["applied"], row["status"]

    def node(self, unit: Row, code: str) -> Row:
        """Return what a unit has on a node."""
        key = unit["unit_id"], code
        if key not in self.node_rows:
            node = self.nodes[code][0]
            raw, status, gone = self._group(unit, node) if node.children else self._leaf(unit, node)
            most = None if node.points is None else millionths(node.points)
            low, high = (None if most is None else -most, 0) if node.kind is NodeKind.DEDUCTION else (0, most)
            applied = raw if high is None else min(raw, high)
            self.node_rows[key] = {
                "unit_id": unit["unit_id"], "node": code, "raw": raw, "status": status, "gone": gone,
                "applied": applied if low is None else max(applied, low),
                "maximum": 0 if node.kind is NodeKind.DEDUCTION else most,
            }  # fmt: skip
        return self.node_rows[key]

    def _group(self, unit: Row, node: Node) -> tuple[int, str, Fraction]:
        """Return raw points, status, and the points that are spread elsewhere because nothing of the group applies."""
        parts = [self.node(unit, child.code) for child in node.children]
        raw = sum(part["applied"] for part in parts)
        states = {part["status"] for part in parts}
        status = next(one for one in ("scored", "not_reported", "not_applicable") if one in states)
        gone, whole = sum(part["gone"] for part in parts), Fraction(node.points or 0)
        if 0 < gone < whole:
            return half_up(raw * whole / (whole - gone)), status, Fraction(0)
        return raw, status, gone

    def _above(self, code: str) -> list[Node]:
        """Return a node and all above it."""
        node, parent = self.nodes[code]
        return [node, *(self._above(parent.code) if parent else [])]

    def _is_gone(self, unit: Row, code: str) -> bool:
        return any((unit["unit_id"], one.code) in self.gone for one in self._above(code))

    def _leaf(self, unit: Row, node: Node) -> tuple[int, str, Fraction]:
        most = millionths(node.points)
        if self._is_gone(unit, node.code):
            declared = [one.not_applicable for one in self._above(node.code)]
            how = next((one for one in declared if one), self.scheme.not_applicable)
            if node.kind is not NodeKind.BASE or how in {"none", "reweight"}:
                spread = node.kind is NodeKind.BASE and how == "reweight"
                return 0, "not_applicable", Fraction(node.points or 0) if spread else Fraction(0)
            return self._mean(unit, node) if how == "class_average" else most, "not_applicable", Fraction(0)
        rows = [self.hit(unit, rule_id) for rule_id, one, _rule in self.scheme.rules() if one.code == node.code]
        if not all(row["reported"] for row in rows):
            return 0, "not_reported", Fraction(0)
        return (most if node.starts_full else 0) + sum(row["applied"] for row in rows), "scored", Fraction(0)

    def _mean(self, unit: Row, node: Node) -> int:
        """Return the mean of the class where the node applies and is scored; full points where there is none."""
        rest = [one for one in self.units if one["klass"] == unit["klass"] and not self._is_gone(one, node.code)]
        found = [self.node(one, node.code) for one in rest]
        points = [row["applied"] for row in found if row["status"] == "scored"]
        return half_up(Fraction(sum(points), len(points))) if points else millionths(node.points)

    def _weight(self, unit: Row, node: Node) -> Fraction:
        """Return the weight of a first-level node for the class of the unit: that of its profile, else its own."""
        for profile in self.scheme.profiles:
            if unit["klass"] in profile.classes and node.code in profile.weights:
                return Fraction(profile.weights[node.code])
        return Fraction(node.weight)

    def _composite(self, unit: Row) -> Row:
        base = inside = beyond = bonus = 0
        whole = gone = Fraction(0)
        scored = False
        for node in self.scheme.tree:
            row, weight = self.node(unit, node.code), self._weight(unit, node)
            points = half_up(row["applied"] * weight)
            if node.kind is NodeKind.BASE:
                base += points
                whole += Fraction(node.points or 0) * weight
                gone += weight * row["gone"]
                scored = scored or row["status"] == "scored"
            elif node.beyond_ceiling:
                beyond += points
            else:
                inside += points
                bonus += points if node.kind is NodeKind.BONUS else 0
        if 0 < gone < whole:
            base = half_up(base * whole / (whole - gone))
        total = base + inside
        self.without_bonus[unit["unit_id"]] = total - bonus
        if self.scheme.ceiling is not None:
            most = millionths(self.scheme.ceiling)
            total, self.without_bonus[unit["unit_id"]] = min(total, most), min(total - bonus, most)
        return {
            "unit_id": unit["unit_id"], "klass": unit["klass"], "score": total + beyond if scored else None,
            "rank": None, "grade": "",
        }  # fmt: skip

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
        rows = [row for row in self.composite if row["score"] is not None]
        for row in rows:
            plain = self.scheme.graded_by == "score"
            points = row["score"] if plain else self.without_bonus[row["unit_id"]]
            row["grade"] = next((band.grade for band in self.scheme.bands if points >= millionths(band.min)), names[-1])
            self._note(row, 0, "score", "" if plain else "without_bonus", "", points, 1)
        parts: dict[str, list[tuple[Any, Any]]] = {
            "gates": [(self._gate, gate) for gate in self.scheme.gates] + [(self._bar, one) for one in self._bars()],
            "direct": [(self._direct, one) for one in self.scheme.direct],
            "conditions": [(self._condition, one) for one in self.scheme.conditions],
            "vetoes": [(self._veto, one) for one in self.scheme.vetoes],
        }
        place = 0
        for step in self.scheme.steps:
            for act, one in parts.get(step, []):
                place += 1
                before = {row["unit_id"]: row["grade"] for row in rows}
                for row in rows:
                    unit = next(one for one in self.units if one["unit_id"] == row["unit_id"])
                    act(row, unit, one, names, place, before[row["unit_id"]])
            for quota in self.scheme.quotas if step == "quotas" else []:
                place += 1
                self._quota(rows, quota, names, place)

    def _bars(self) -> list[tuple[str, Any]]:
        rules = [(rule_id, rule) for rule_id, _node, rule in self.scheme.rules() if rule.type == "sub_score"]
        return [(rule_id, rule) for rule_id, rule in rules if any(band.excludes for band in rule.bands)]

    def _bar(self, row: Row, unit: Row, bar: Any, names: list[str], place: int, before: str) -> None:
        rule_id, rule = bar
        points, status = self.score_of(unit, rule.of)
        if status != "scored":
            return
        node = self.nodes[rule.of][0]
        value = Fraction(points, MICRO)
        if rule.measure == "percent":
            value = value * 100 / Fraction(node.points or 0)
        band = max((one for one in rule.bands if value >= Fraction(one.min)), key=lambda one: one.min)
        rest = names[names.index(before) :]
        row["grade"] = next((grade for grade in rest if grade not in band.excludes), names[-1])
        of = millionths(node.points) if rule.measure == "percent" else MICRO
        self._note(row, place, "bar", rule_id, before, points, of)

    def _direct(self, row: Row, unit: Row, direct: Any, names: list[str], place: int, before: str) -> None:
        found = len(self.of(unit, direct.source))
        since = direct.no_worse_than or names[-1]
        if found >= direct.at_least and names.index(before) <= names.index(since):
            row["grade"] = names[min(names.index(before), names.index(direct.grade))]
            self._note(row, place, "direct", direct.code, before, found, direct.at_least)

    def _condition(self, row: Row, unit: Row, condition: Any, names: list[str], place: int, before: str) -> None:
        found, cut = len(self.of(unit, condition.source)), names.index(condition.grade)
        if names.index(before) <= cut:
            row["grade"] = before if found >= condition.at_least else names[cut + 1]
            self._note(row, place, "condition", condition.code, before, found, condition.at_least)

    def _veto(self, row: Row, unit: Row, veto: Any, names: list[str], place: int, before: str) -> None:
        if veto.bottom is not None:
            found, at_least = 1 + sum(one["score"] < row["score"] for one in self._class_of(row)), veto.bottom
            hit = found <= at_least
        else:
            found, at_least = len(self.of(unit, veto.source)), veto.at_least
            hit = found >= at_least
        if hit:
            least = {"fail": len(names) - 1, "bar_top": min(1, len(names) - 1)}.get(veto.effect)
            least = names.index(veto.grade) if least is None and veto.grade else least
            row["grade"] = names[max(names.index(before), least or 0)]
            self._note(row, place, "veto", veto.code, before, found, at_least)

    def _gate(self, row: Row, unit: Row, gate: Any, names: list[str], place: int, before: str) -> None:
        votes = self.votes(unit, gate.metric.source, gate.metric.attribute)
        num = sum(votes[option] for option in set(gate.metric.options))
        den = sum(votes.values()) - sum(votes[option] for option in set(gate.metric.ignored))
        shut = Fraction(num, den) < Fraction(gate.below) if den > 0 else gate.missing == "shuts"
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
            exact = Fraction(quota.units or 0) if quota.share is None else len(klass) * Fraction(quota.share)
            floor = exact.numerator // exact.denominator
            allowed = {"floor": floor, "ceil": -(-exact.numerator // exact.denominator), "half_up": half_up(exact)}
            good = [one["score"] for one in klass if names.index(one["grade"]) <= cut]
            best = 1 + sum(score > row["score"] for score in good)
            last = sum(score >= row["score"] for score in good)
            own = best if quota.ties == "include" else last
            after = names[cut + 1] if own > allowed[quota.rounding or "floor"] else row["grade"]
            changes.append((row, row["grade"], after, best, allowed[quota.rounding or "floor"]))
        for row, before, after, best, allowed_here in changes:
            row["grade"] = after
            self._note(row, place, "quota", quota.grade, before, best, allowed_here)


def _sorted(name: str, rows: list[Row]) -> list[Row]:
    """Return rows with the columns of a result table, sorted by its key."""
    keys = shapes.SORTED_BY[name]
    listed = [{column: row[column] for column in shapes.RESULTS[name].names} for row in rows]
    return sorted(listed, key=lambda row: [row[key] for key in keys])


def score(scheme: Scheme, facts: list[Row], units: list[Row], applicability: list[Row]) -> dict[str, list[Row]]:
    """Return the five result tables as rows."""
    return Oracle(scheme, facts, units, applicability).results()
