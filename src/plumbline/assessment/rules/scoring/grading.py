"""From score to grade: bands, gates, vetoes, quotas, in this order, each step a row (DOMAIN part 10; docs/algorithms/grading.md).

Grades are numbers here: 0 is the best band. A step can only make a grade worse.
"""

from fractions import Fraction

import ibis
from ibis import Table
from ibis.expr.types import IntegerValue, StringValue

from plumbline.assessment.rules.scheme import Gate, Quota, Scheme, Veto, micro
from plumbline.assessment.rules.scoring.arithmetic import total
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.parameters import Parameters

_STEP = ("unit_id", "position", "step", "rule", "before", "after", "numerator", "denominator")


class Grading:
    """Carries the grade of every unit through the steps; ``steps`` collects what happened."""

    def __init__(self, engine: Engine, scheme: Scheme, composite: Table) -> None:
        self.engine = engine
        self.scheme = scheme
        self.names = [band.grade for band in scheme.bands]
        self.steps: list[Table] = []
        grade = ibis.literal(0, "int64")
        for band in scheme.bands[:-1]:
            grade = grade + (composite.score < micro(band.min)).ifelse(1, 0)
        scored = composite.filter(composite.score.notnull())
        rows = scored.mutate(before=ibis.literal(-1, "int64"), grade=grade.cast("int64"))
        self.rows = self._kept(rows)
        self._note("score", "", self.rows.score, ibis.literal(1, "int64"))

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

    def _worsen(self, rows: Table, fired: IntegerValue, mapping: list[int]) -> Table:
        """Set ``before`` to the grade so far and ``grade`` to what the step makes of it where it fires."""
        changed = ibis.cases(*[(rows.grade == old, new) for old, new in enumerate(mapping)], else_=rows.grade)
        return rows.mutate(before=rows.grade, grade=(fired == 1).ifelse(changed, rows.grade).cast("int64"))

    def gate(self, gate: Gate, numerators: Table) -> None:
        """Apply a gate; ``numerators`` has (unit_id, num, den) of its metric."""
        joined = self.rows.left_join(numerators, self.rows.unit_id == numerators.unit_id)
        rows = joined.select(self.rows, num=numerators.num.coalesce(0), den=numerators.den.coalesce(0))
        below = Fraction(gate.below)
        low = rows.num * below.denominator < below.numerator * rows.den
        shut = (rows.den > 0).ifelse(low.ifelse(1, 0), 1 if gate.missing == "shuts" else 0)
        rows = rows.mutate(fired=shut.cast("int64"))
        open_after = [
            next(
                (new for new in range(old, len(self.names)) if self.names[new] not in gate.excludes),
                len(self.names) - 1,
            )
            for old in range(len(self.names))
        ]
        self.rows = self._kept(self._worsen(rows, rows.fired, open_after))
        self._note("gate", gate.code, self.rows.num, self.rows.den)
        self.rows = self.rows.drop("num", "den", "fired")

    def veto(self, veto: Veto, counts: Table) -> None:
        """Apply a veto; ``counts`` has (unit_id, facts)."""
        joined = self.rows.left_join(counts, self.rows.unit_id == counts.unit_id)
        rows = joined.select(self.rows, found=counts.facts.coalesce(0))
        rows = rows.mutate(fired=(rows.found >= veto.at_least).ifelse(1, 0))
        worst = len(self.names) - 1
        least = {"fail": worst, "bar_top": min(1, worst)}.get(veto.effect)
        least = self.names.index(veto.grade) if least is None and veto.grade else least or 0
        self.rows = self._kept(self._worsen(rows, rows.fired, [max(old, least) for old in range(worst + 1)]))
        self._note("veto", veto.code, self.rows.found, ibis.literal(veto.at_least), only="fired")
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
        self.rows = self._kept(self._worsen(rows, rows.fired, mapping))
        self._note("quota", quota.grade, self.rows.best, self.rows.allowed, only="good")
        self.rows = self.rows.drop("good", "size", "best", "last", "allowed", "fired")

    def _allowed(self, quota: Quota, size: IntegerValue) -> IntegerValue:
        """Return how many of a class of ``size`` the quota lets in, rounded as declared."""
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


def graded(
    engine: Engine, scheme: Scheme, parameters: Parameters, composite: Table, choices: Table | None, measures: Table
) -> tuple[Table, Table | None]:
    """Return the COMPOSITE table with grades, and the GRADE_STEPS table (None where the scheme has no bands)."""
    if not scheme.bands:
        return composite.mutate(grade=ibis.literal("")), None
    grading = Grading(engine, scheme, composite)
    for gate in scheme.gates:
        if choices is None:
            raise ValueError("a gate reads choices, and the scheme has none")
        grading.gate(gate, metric_of(gate, parameters.selector_of[id(gate)], choices))
    for veto in scheme.vetoes:
        mine = measures.filter(measures.selector == parameters.selector_of[id(veto)])
        grading.veto(veto, mine.select("unit_id", "facts"))
    for quota in scheme.quotas:
        grading.quota(quota)
    final = grading.rows
    joined = composite.left_join(final, composite.unit_id == final.unit_id)
    named = joined.select(composite, number=final.grade.coalesce(-1))
    table = named.mutate(grade=grading.name_of(named.number)).drop("number")
    steps = ibis.union(*grading.steps) if len(grading.steps) > 1 else grading.steps[0]
    return table, steps
