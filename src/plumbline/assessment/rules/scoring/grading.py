"""From score to grade, each step a row (DOMAIN part 10; docs/algorithms/grading.md).

Bands, then gates, direct qualification, extra conditions, vetoes and quotas in the order that the scheme declares. Grades
are numbers here: 0 is the best band. Only a direct qualification makes a grade better.
"""

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

import ibis
from ibis import Table
from ibis.expr.types import IntegerValue, StringValue

from plumbline.assessment.rules.scheme import Condition, Direct, Gate, Quota, Scheme, SubScoreRule, Veto, micro
from plumbline.assessment.rules.scheme.limits import thresholds
from plumbline.assessment.rules.scoring.arithmetic import total
from plumbline.assessment.rules.scoring.defaults import SCORED
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.parameters import Parameters
from plumbline.kernel.numbers import MICRO

_STEP = ("unit_id", "position", "step", "rule", "before", "after", "numerator", "denominator")


class Grading:
    """Carries the grade of every unit through the steps; ``steps`` collects what happened."""

    def __init__(self, engine: Engine, scheme: Scheme, composite: Table) -> None:
        self.engine = engine
        self.scheme = scheme
        self.names = [band.grade for band in scheme.bands]
        self.steps: list[Table] = []
        scored = composite.filter(composite.score.notnull())
        by = "graded" if scheme.graded_by == "without_bonus" else "score"
        grade = ibis.literal(0, "int64")
        for band in scheme.bands[:-1]:
            grade = grade + (scored[by] < micro(band.min)).ifelse(1, 0)
        rows = scored.mutate(before=ibis.literal(-1, "int64"), grade=grade.cast("int64"))
        self.rows = self._kept(rows)
        rule = "" if by == "score" else scheme.graded_by
        self._note("score", rule, self.rows[by], ibis.literal(1, "int64"))

    def _kept(self, rows: Table) -> Table:
        return self.engine.keep(f"pl_grades_{len(self.steps)}", rows)

    def name_of(self, grade: IntegerValue) -> StringValue:
        """Return the name of a grade's number, "" for none."""
        pairs = [(grade == place, name) for place, name in enumerate(self.names)]
        return ibis.cases(*pairs, else_="")

    def _note(self, step: str, rule: str, numerator: IntegerValue, denominator: IntegerValue, only: str = "") -> None:
        """Record the step for every unit, or for those whose column ``only`` is 1."""
        rows = self.rows.mutate(
            position=ibis.literal(len(self.steps), "int64"), step=ibis.literal(step), rule=ibis.literal(rule),
            numerator=numerator.cast("int64"), denominator=denominator.cast("int64"),
            before=self.name_of(self.rows.before), after=self.name_of(self.rows.grade),
        )  # fmt: skip
        self.steps.append((rows.filter(rows[only] == 1) if only else rows).select(*_STEP))

    def _moved(self, rows: Table, fired: IntegerValue, mapping: list[int]) -> Table:
        """Set ``before`` to the grade so far and ``grade`` to what the step makes of it where it fires."""
        return rows.mutate(
            before=rows.grade, grade=(fired == 1).ifelse(_mapped(rows, mapping), rows.grade).cast("int64")
        )

    def _open_after(self, excludes: list[str]) -> list[int]:
        """Return for each grade the first that is open from it downwards."""
        last = len(self.names) - 1
        return [
            next((new for new in range(old, last + 1) if self.names[new] not in excludes), last)
            for old in range(last + 1)
        ]

    def gate(self, gate: Gate, numerators: Table) -> None:
        """Apply a gate; ``numerators`` has (unit_id, num, den) of its metric."""
        joined = self.rows.left_join(numerators, self.rows.unit_id == numerators.unit_id)
        rows = joined.select(self.rows, num=numerators.num.coalesce(0), den=numerators.den.coalesce(0))
        below = Fraction(gate.below)
        low = rows.num * below.denominator < below.numerator * rows.den
        shut = (rows.den > 0).ifelse(low.ifelse(1, 0), 1 if gate.missing == "shuts" else 0)
        rows = rows.mutate(fired=shut.cast("int64"))
        open_after = self._open_after(gate.excludes)
        self.rows = self._kept(self._moved(rows, rows.fired, open_after))
        self._note("gate", gate.code, self.rows.num, self.rows.den)
        self.rows = self.rows.drop("num", "den", "fired")

    def bar(self, rule_id: str, rule: SubScoreRule, most: Decimal | None, points: Table) -> None:
        """Shut out the grades that a sub-score's band bars (R13); ``points`` has (unit_id, points, status)."""
        joined = self.rows.left_join(points, self.rows.unit_id == points.unit_id)
        rows = joined.select(self.rows, reached=points.points, told=points.status)
        grade = rows.grade
        for least, band in sorted(zip(thresholds(rule, most), rule.bands, strict=True), key=lambda one: one[0]):
            grade = (rows.reached >= least).ifelse(_mapped(rows, self._open_after(band.excludes)), grade)
        known = rows.told == SCORED
        rows = rows.mutate(
            before=rows.grade, grade=known.ifelse(grade, rows.grade).cast("int64"), fired=known.ifelse(1, 0)
        )
        self.rows = self._kept(rows)
        of = micro(most) if most and rule.measure == "percent" else MICRO
        self._note("bar", rule_id, self.rows.reached, ibis.literal(of, "int64"), only="fired")
        self.rows = self.rows.drop("reached", "told", "fired")

    def direct(self, direct: Direct, counts: Table) -> None:
        """Apply a direct qualification (R21)."""
        last = len(self.names) - 1
        to = self.names.index(direct.grade)
        since = last if direct.no_worse_than is None else self.names.index(direct.no_worse_than)
        rows = self._counted(counts)
        rows = rows.mutate(fired=((rows.found >= direct.at_least) & (rows.grade <= since)).ifelse(1, 0))
        self.rows = self._kept(self._moved(rows, rows.fired, [min(old, to) for old in range(last + 1)]))
        self._counts_noted("direct", direct.code, direct.at_least)

    def condition(self, condition: Condition, counts: Table) -> None:
        """Apply an extra condition (R20): it concerns whoever has the grade or better."""
        place = self.names.index(condition.grade)
        rows = self._counted(counts)
        rows = rows.mutate(fired=(rows.grade <= place).ifelse(1, 0))
        fails = ((rows.fired == 1) & (rows.found < condition.at_least)).ifelse(1, 0)
        self.rows = self._kept(self._moved(rows, fails, [max(old, place + 1) for old in range(len(self.names))]))
        self._counts_noted("condition", condition.code, condition.at_least)

    def veto(self, veto: Veto, counts: Table | None) -> None:
        """Apply a veto by its facts, or by the last places of each class."""
        worst = len(self.names) - 1
        rows, at_least = self._from_the_end(), veto.bottom or 0
        if counts is not None:
            rows, at_least = self._counted(counts), veto.at_least
        hit = rows.found >= at_least if counts is not None else rows.found <= at_least
        rows = rows.mutate(fired=hit.ifelse(1, 0))
        least = {"fail": worst, "bar_top": min(1, worst)}.get(veto.effect)
        least = self.names.index(veto.grade) if least is None and veto.grade else least or 0
        self.rows = self._kept(self._moved(rows, rows.fired, [max(old, least) for old in range(worst + 1)]))
        self._counts_noted("veto", veto.code, at_least)

    def _from_the_end(self) -> Table:
        """Return the rows with the place from the end of the class, equal scores sharing the worse one."""
        by_score = ibis.window(group_by=self.rows.klass, order_by=self.rows.score)
        return self.rows.mutate(found=ibis.rank().over(by_score).cast("int64") + 1)

    def _counted(self, counts: Table) -> Table:
        """Return the rows with how many facts were found; ``counts`` has (unit_id, facts)."""
        joined = self.rows.left_join(counts, self.rows.unit_id == counts.unit_id)
        return joined.select(self.rows, found=counts.facts.coalesce(0))

    def _counts_noted(self, step: str, code: str, at_least: int) -> None:
        self._note(step, code, self.rows.found, ibis.literal(at_least), only="fired")
        self.rows = self.rows.drop("found", "fired")

    def quota(self, quota: Quota) -> None:
        """Apply a quota within each class: of those with the grade or better, the best by score stay."""
        place = self.names.index(quota.grade)
        rows = self.rows.mutate(good=(self.rows.grade <= place).ifelse(1, 0))
        size = rows.count().over(ibis.window(group_by=rows.klass)).cast("int64")
        by_score = ibis.window(group_by=[rows.klass, rows.good], order_by=rows.score.desc())
        rows = rows.mutate(size=size, best=ibis.rank().over(by_score).cast("int64") + 1)
        same = rows.count().over(ibis.window(group_by=[rows.klass, rows.good, rows.score])).cast("int64")
        rows = rows.mutate(last=rows.best + same - 1, allowed=self._allowed(quota, rows.size))
        own = rows.best if quota.ties == "include" else rows.last
        rows = rows.mutate(fired=((rows.good == 1) & (own > rows.allowed)).ifelse(1, 0))
        mapping = [max(old, place + 1) for old in range(len(self.names))]
        self.rows = self._kept(self._moved(rows, rows.fired, mapping))
        self._note("quota", quota.grade, self.rows.best, self.rows.allowed, only="good")
        self.rows = self.rows.drop("good", "size", "best", "last", "allowed", "fired")

    def _allowed(self, quota: Quota, size: IntegerValue) -> IntegerValue:
        """Return how many of a class of ``size`` the quota lets in, rounded as declared."""
        if quota.share is None or quota.rounding is None:
            return size * 0 + (quota.units or 0)
        share = Fraction(quota.share)
        whole, part = size * share.numerator, share.denominator
        extra = {"floor": 0, "ceil": part - 1, "half_up": part}[quota.rounding]
        if quota.rounding == "half_up":
            return self.engine.div(2 * whole + extra, ibis.literal(2 * part, "int64"))
        return self.engine.div(whole + extra, ibis.literal(part, "int64"))


def metric_of(gate: Gate, selector: int, choices: Table) -> Table:
    """Return (unit_id, num, den) of a gate's metric: answers for, and answers counted."""
    mine = choices.filter(choices.selector == selector)
    yes = mine.choice.isin(sorted(set(gate.metric.options)))
    counted = ~mine.choice.isin(sorted(set(gate.metric.ignored))) if gate.metric.ignored else ibis.literal(True)
    return mine.group_by("unit_id").agg(num=total(yes.ifelse(mine.total, 0)), den=total(counted.ifelse(mine.total, 0)))


def _mapped(rows: Table, mapping: list[int]) -> IntegerValue:
    """Return the grade that a mapping makes of the grade so far."""
    return ibis.cases(*[(rows.grade == old, new) for old, new in enumerate(mapping)], else_=rows.grade)


class Run(Protocol):
    """What grading needs of a calculation under way."""

    engine: Engine
    scheme: Scheme
    rows: Parameters

    @property
    def measures(self) -> Table:
        """What each source measured."""

    @property
    def choices(self) -> Table | None:
        """The choices that facts carry."""

    def node_points(self, code: str) -> Table:
        """Return (unit_id, points, status) of every unit on one node."""


class _Steps:
    """The steps of a scheme by name, each applying all its parts."""

    def __init__(self, run: Run, grading: Grading) -> None:
        self.run, self.grading = run, grading

    def counts(self, cause: Direct | Condition | Veto) -> Table:
        """Return (unit_id, facts) of a cause."""
        found = self.run.measures
        return found.filter(found.selector == self.run.rows.selector_of[id(cause)]).select("unit_id", "facts")

    def gates(self) -> None:
        """Gates, and the grades that sub-scores bar."""
        for gate in self.run.scheme.gates:
            choices = self.run.choices
            if choices is None:
                raise ValueError("a gate reads choices, and the scheme has none")
            self.grading.gate(gate, metric_of(gate, self.run.rows.selector_of[id(gate)], choices))
        points = {node.code: node.points for node, _parent, _depth in self.run.scheme.walk()}
        for rule_id, _node, rule in self.run.scheme.rules():
            if isinstance(rule, SubScoreRule) and any(band.excludes for band in rule.bands):
                self.grading.bar(rule_id, rule, points[rule.of], self.run.node_points(rule.of))

    def direct(self) -> None:
        """Direct qualifications."""
        for one in self.run.scheme.direct:
            self.grading.direct(one, self.counts(one))

    def conditions(self) -> None:
        """Extra conditions."""
        for one in self.run.scheme.conditions:
            self.grading.condition(one, self.counts(one))

    def vetoes(self) -> None:
        """Vetoes."""
        for one in self.run.scheme.vetoes:
            self.grading.veto(one, None if one.source is None else self.counts(one))

    def quotas(self) -> None:
        """Quotas."""
        for one in self.run.scheme.quotas:
            self.grading.quota(one)


def graded(composite: Table, run: Run) -> tuple[Table, Table | None]:
    """Return the COMPOSITE table with grades, and the GRADE_STEPS table (None where the scheme has no bands)."""
    if not run.scheme.bands:
        return composite.mutate(grade=ibis.literal("")), None
    grading = Grading(run.engine, run.scheme, composite)
    steps = _Steps(run, grading)
    by_name: dict[str, Callable[[], None]] = {
        "gates": steps.gates, "direct": steps.direct, "conditions": steps.conditions, "vetoes": steps.vetoes,
        "quotas": steps.quotas,
    }  # fmt: skip
    for name in run.scheme.steps:
        by_name[name]()
    final = grading.rows
    joined = composite.left_join(final, composite.unit_id == final.unit_id)
    named = joined.select(composite, number=final.grade.coalesce(-1))
    table = named.mutate(grade=grading.name_of(named.number)).drop("number")
    return table, ibis.union(*grading.steps) if len(grading.steps) > 1 else grading.steps[0]
