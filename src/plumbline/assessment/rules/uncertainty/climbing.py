"""The scheme's steps from score to grade as numbers (docs/algorithms/grading.md): what facts fix is one table a step."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from plumbline.assessment.rules.quotas import places
from plumbline.assessment.rules.scheme import Gate, Source, SubScoreRule
from plumbline.assessment.rules.scheme.limits import thresholds
from plumbline.assessment.rules.uncertainty.evidence import asks_people
from plumbline.assessment.rules.uncertainty.inputs import Bottom, Gated, Mapped, QuotaCut, Step
from plumbline.assessment.rules.uncertainty.polls import Asked, Scored


def steps_of(asked: Asked, scored: Scored) -> tuple[Step, ...]:
    """Return all steps of a scheme with grades, in its order."""
    if not asked.scheme.bands:
        return ()
    climb = _Climb(asked, scored)
    by_name = {
        "gates": climb.gates, "direct": climb.direct, "conditions": climb.conditions, "vetoes": climb.vetoes,
        "quotas": climb.quotas,
    }  # fmt: skip
    return tuple(step for name in asked.scheme.steps for step in by_name[name]())


class _Climb:
    """Turns each part of a scheme into a step."""

    def __init__(self, asked: Asked, scored: Scored) -> None:
        self.asked, self.scheme, self.scored = asked, asked.scheme, scored
        self.names = [band.grade for band in self.scheme.bands]
        self.same = list(range(len(self.names)))

    def _open_after(self, excludes: list[str]) -> list[int]:
        """Return for each grade the first that is open from it downwards."""
        last = len(self.names) - 1
        return [
            next((new for new in range(old, last + 1) if self.names[new] not in excludes), last) for old in self.same
        ]

    def _where(self, hit: NDArray[np.bool_], to: list[int]) -> Mapped:
        return Mapped(np.where(hit[:, None], np.array(to, np.int8), np.array(self.same, np.int8)))

    def _enough(self, source: Source, at_least: int) -> NDArray[np.bool_]:
        counts = self.asked.evidence.counts(source)
        return np.array([counts.get(unit, 0) >= at_least for unit in self.asked.units])

    def gates(self) -> Iterator[Step]:
        """Yield gates, and the grades that sub-scores bar."""
        for gate in self.scheme.gates:
            yield self._gate(gate)
        points = {node.code: node.points for node, _parent, _depth in self.scheme.walk()}
        for _rule_id, _node, rule in self.scheme.rules():
            if isinstance(rule, SubScoreRule) and any(band.excludes for band in rule.bands):
                yield self._bar(rule, points[rule.of])

    def _gate(self, gate: Gate) -> Step:
        names, counts = self.asked.table(gate.metric.source, gate.metric.attribute)
        answers = counts[:, ~np.isin(names, gate.metric.ignored)].sum(axis=1)
        yes = counts[:, np.isin(names, gate.metric.options)].sum(axis=1)
        below, to = Fraction(gate.below), self._open_after(gate.excludes)
        low = yes * below.denominator < below.numerator * answers
        fired = np.where(answers > 0, low, gate.missing == "shuts")
        if not asks_people(gate.metric.source):
            return self._where(fired, to)
        rate, error = yes / np.maximum(answers, 1), self.asked.rate(yes, answers)
        return Gated(fired, rate, error, float(below), self.asked.number(gate.metric.source), np.array(to, np.int8))

    def _bar(self, rule: SubScoreRule, most: Decimal | None) -> Step:
        """Return what a sub-score's band bars; where the sub-score is not scored, nothing."""
        bands = sorted(zip(thresholds(rule, most), rule.bands, strict=True), key=lambda one: one[0])
        table = np.tile(np.array(self.same, np.int8), (len(self.asked.units), 1))
        for place, unit in enumerate(self.asked.units):
            reached = self.scored.get(rule.of, {}).get(unit)
            for least, band in bands:
                if reached is not None and reached >= least:
                    table[place] = self._open_after(band.excludes)
        return Mapped(table)

    def direct(self) -> Iterator[Step]:
        """Yield direct qualifications."""
        for one in self.scheme.direct:
            to = self.names.index(one.grade)
            since = self.same[-1] if one.no_worse_than is None else self.names.index(one.no_worse_than)
            yield self._where(
                self._enough(one.source, one.at_least), [min(old, to) if old <= since else old for old in self.same]
            )

    def conditions(self) -> Iterator[Step]:
        """Yield extra conditions."""
        for one in self.scheme.conditions:
            place = self.names.index(one.grade)
            yield self._where(
                ~self._enough(one.source, one.at_least),
                [max(old, place + 1) if old <= place else old for old in self.same],
            )

    def vetoes(self) -> Iterator[Step]:
        """Yield vetoes by facts and by last places."""
        worst = self.same[-1]
        for one in self.scheme.vetoes:
            least = {"fail": worst, "bar_top": min(1, worst)}.get(one.effect)
            least = self.names.index(one.grade) if least is None and one.grade else least or 0
            if one.source is None:
                yield Bottom(one.bottom or 0, least)
            else:
                yield self._where(self._enough(one.source, one.at_least), [max(old, least) for old in self.same])

    def quotas(self) -> Iterator[Step]:
        """Yield quotas, their share turned into a number of units as declared."""
        for one in self.scheme.quotas:
            yield QuotaCut(self.names.index(one.grade), places(one, len(self.asked.units)), one.ties == "include")
