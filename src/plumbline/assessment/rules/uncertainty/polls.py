"""Which indicators rest on people's answers, and how far each may be off."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from plumbline.assessment.rules.scheme import Node, OptionMeanRule, RankDecrementRule, Scheme, Source, VoteRule
from plumbline.assessment.rules.uncertainty.evidence import Evidence, asks_people
from plumbline.assessment.rules.uncertainty.inputs import Floats, Settings, SurveyError
from plumbline.assessment.rules.uncertainty.surveys import mean_error, rate_error

Scored = Mapping[str, Mapping[int, int]]
"""Micro-points by node and unit, of those that are scored."""


@dataclass
class Asked:
    """The answers of a class: sources are numbered, so that errors from the same answers move together."""

    scheme: Scheme
    units: tuple[int, ...]
    evidence: Evidence
    settings: Settings
    _numbers: dict[object, int] = field(default_factory=dict)

    def number(self, source: Source) -> int:
        """Return the number of a set of answers."""
        key = (source.kind, tuple(sorted((name, tuple(sorted(values))) for name, values in source.where.items())))
        return self._numbers.setdefault(key, len(self._numbers))

    def table(self, source: Source, attribute: str, options: list[str] | None = None) -> tuple[list[str], Floats]:
        """Return the options (those given, else all that occur) and units by options: how many answered what."""
        found = self.evidence.choices(source, attribute)
        names = options if options is not None else sorted({name for row in found.values() for name in row})
        rows = [[found.get(unit, {}).get(name, 0) for name in names] for unit in self.units]
        return names, np.array(rows, np.float64).reshape(len(self.units), len(names))

    def mean(self, counts: Floats, values: Floats) -> Floats:
        """Return the standard error of each unit's mean."""
        return mean_error(counts, values, turnout=self.settings.turnout, silent=self.settings.silent)

    def rate(self, yes: Floats, answers: Floats) -> Floats:
        """Return the standard error of each unit's rate."""
        return rate_error(yes, answers, turnout=self.settings.turnout, silent=self.settings.silent)


def surveys_of(asked: Asked, nodes: tuple[str, ...], scored: Scored) -> tuple[SurveyError, ...]:
    """Return the errors of all indicators of the base that rest on answers; nothing for units that are not scored there."""
    found = []
    for _rule_id, node, rule in asked.scheme.rules():
        if node.code not in nodes or not isinstance(rule, (OptionMeanRule, RankDecrementRule, VoteRule)):
            continue
        if not asks_people(rule.source):
            continue
        there = np.array([unit in scored.get(node.code, {}) for unit in asked.units])
        made = _error(asked, nodes.index(node.code), node, rule, there)
        if made is not None and made.error.any():
            found.append(made)
    return tuple(found)


def _error(
    asked: Asked, place: int, node: Node, rule: OptionMeanRule | RankDecrementRule | VoteRule, there: np.ndarray
) -> SurveyError | None:
    most, source = float(node.points or 1), asked.number(rule.source)
    if isinstance(rule, VoteRule):
        return _banded(asked, place, node, rule, there) if len(node.rules) == 1 else None
    if isinstance(rule, OptionMeanRule):
        values = {name: float(value) for name, value in rule.values.items() if value is not None}
        scale = 1.0 if rule.base is None else float(rule.base) / max(values.values())
    else:
        names, _counts = asked.table(rule.source, rule.attribute)
        step = float(Fraction(rule.step))
        values = {name: max(0.0, 1 - step * (int(name) - 1)) for name in names if _is_rank(name)}
        scale = float(rule.base)
    if not values:
        return None
    _names, counts = asked.table(rule.source, rule.attribute, list(values))
    error = asked.mean(counts, np.array(list(values.values()))) * scale / most
    return SurveyError(place, source, np.where(there, error, 0.0))


def _is_rank(name: str) -> bool:
    return name.isascii() and name.isdecimal() and not name.startswith("0")


def _banded(asked: Asked, place: int, node: Node, rule: VoteRule, there: np.ndarray) -> SurveyError:
    """Return the error of bands of a vote: the rate is what is estimated, and the points jump with it."""
    names, counts = asked.table(rule.source, rule.attribute)
    ignored, low = np.isin(names, rule.ignored), np.isin(names, rule.fallback.options)
    answers = counts[:, ~ignored].sum(axis=1)
    yes = counts[:, np.isin(names, rule.options)].sum(axis=1)
    some = np.maximum(answers, 1)
    few_low = counts[:, low].sum(axis=1) / some < float(Fraction(rule.fallback.below))
    bands = sorted(rule.bands, key=lambda band: Fraction(band.share), reverse=True)
    most = float(node.points or 1)
    return SurveyError(
        place, asked.number(rule.source), np.where(there, asked.rate(yes, answers), 0.0), rate=yes / some,
        cuts=tuple(float(Fraction(band.share)) for band in bands),
        steps=tuple(min(float(band.points) / most, 1.0) for band in bands),
        fallback=np.minimum(np.where(few_low, float(rule.fallback.points), float(rule.fallback.otherwise)) / most, 1.0),
    )  # fmt: skip
