"""From an official result to the table that is analysed: shares, weights, and what stands beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from plumbline.assessment.rules.scheme import Node, NodeKind, Scheme
from plumbline.assessment.rules.uncertainty.climbing import steps_of
from plumbline.assessment.rules.uncertainty.evidence import Evidence
from plumbline.assessment.rules.uncertainty.inputs import Bools, ClassTable, Floats, Settings
from plumbline.assessment.rules.uncertainty.polls import Asked, surveys_of
from plumbline.kernel.numbers import MICRO

NEAR = 1e-4
"""Points by which sums of rounded numbers may differ from the official ones."""


@dataclass(frozen=True, slots=True)
class NodePoints:
    """What a unit has of a node: micro-points, and its status as the result tables name it."""

    applied: int
    status: str


Found = Mapping[str, Mapping[int, NodePoints]]
"""Points by node and unit."""


@dataclass(frozen=True)
class Official:
    """The official result of one class: its scored units with their scores in micro-points, and their points by node."""

    scores: Mapping[int, int]
    nodes: Found


def base_leaves(scheme: Scheme) -> list[tuple[Node, int]]:
    """Return the indicators of the base with the place of their first-level node."""
    found: list[tuple[Node, int]] = []

    def down(node: Node, part: int) -> None:
        if node.children:
            for child in node.children:
                down(child, part)
        elif node.points:
            found.append((node, part))

    for part, node in enumerate(scheme.tree):
        if node.kind is NodeKind.BASE:
            down(node, part)
    return found


def class_table(scheme: Scheme, official: Official, evidence: Evidence, settings: Settings) -> ClassTable:
    """Return the table of one class. With the issued weights it gives the official scores, to ``NEAR`` and better."""
    table = _Building(scheme, official).table()
    asked = Asked(scheme, table.units, evidence, settings)
    scored = {
        code: {unit: one.applied for unit, one in rows.items() if one.status == "scored"}
        for code, rows in official.nodes.items()
    }
    return replace(
        table,
        grades=tuple(band.grade for band in scheme.bands),
        thresholds=tuple(float(band.min) for band in scheme.bands[:-1]),
        surveys=surveys_of(asked, table.nodes, scored),
        steps=steps_of(asked, scored),
    )


class _Building:
    """A table under construction."""

    def __init__(self, scheme: Scheme, official: Official) -> None:
        self.scheme, self.official = scheme, official
        self.units = tuple(official.scores)
        self.leaves = base_leaves(scheme)
        self.part = np.array([part for _node, part in self.leaves], np.int64)
        self.weight = np.array([float((node.points or 0) * _weight(scheme.tree[part])) for node, part in self.leaves])

    def table(self) -> ClassTable:
        """Return the table without grades and surveys.

        What the sums leave open is laid beside the base: points that are spread, and rounding to micro-points. Where the
        ceiling holds, nobody can tell what is under it, and nothing is open.
        """
        share, missing = self._shares()
        beside, beyond = self._beside(beyond=False), self._beside(beyond=True)
        ceiling = None if self.scheme.ceiling is None else float(self.scheme.ceiling)
        official = np.array(list(self.official.scores.values())) / MICRO - beyond
        open_ = official - share @ self.weight - beside
        free = np.ones(len(open_), bool) if ceiling is None else official < ceiling - NEAR
        return ClassTable(
            units=self.units, nodes=tuple(node.code for node, _part in self.leaves), share=share, weight=self.weight,
            part=self.part, beside=beside + np.where(free, open_, np.maximum(open_, 0)), beyond=beyond, missing=missing,
            ceiling=ceiling,
            bonus=self._bonus() if self.scheme.graded_by == "without_bonus" else None,
        )  # fmt: skip

    def _beside(self, *, beyond: bool) -> Floats:
        """Return what each unit has of the first level's bonuses and deductions: those beyond the ceiling, or the others."""
        found = np.zeros(len(self.units))
        for node in self.scheme.tree:
            if node.kind is not NodeKind.BASE and node.beyond_ceiling == beyond:
                found += self._points(node) * float(_weight(node))
        return found

    def _bonus(self) -> Floats:
        """Return what each unit has of the bonuses that are not beyond the ceiling."""
        found = np.zeros(len(self.units))
        for node in self.scheme.tree:
            if node.kind is NodeKind.BONUS and not node.beyond_ceiling:
                found += self._points(node) * float(_weight(node))
        return found

    def _points(self, node: Node) -> Floats:
        """Return each unit's points on a node."""
        rows = self.official.nodes[node.code]
        return np.array([rows[unit].applied / MICRO for unit in self.units])

    def _shares(self) -> tuple[Floats, Bools]:
        """Return units by indicators: shares of the full points, and what is missing.

        Where the points of what does not apply are spread (R16), the mean of what does apply stands for it.
        """
        share = np.stack([self._points(node) / float(node.points or 1) for node, _part in self.leaves], axis=1)
        status = np.array(
            [[self.official.nodes[node.code][unit].status for node, _part in self.leaves] for unit in self.units]
        )
        missing: Bools = status != "scored"
        spread = np.array([mode == "reweight" for mode in self._modes()]) & (status == "not_applicable")
        for unit, place in zip(*np.nonzero(spread), strict=True):
            share[unit, place] = self._mean(share[unit], ~spread[unit], place)
        return np.clip(share, 0, 1), missing

    def _mean(self, share: Floats, there: Bools, place: int) -> float:
        """Return the weighted mean of what applies in the same part, else of all that applies."""
        mine = there & (self.part == self.part[place])
        mine = mine if mine.any() else there
        weights = self.weight[mine]
        return float(np.average(share[mine], weights=weights)) if weights.sum() > 0 else 1.0

    def _modes(self) -> list[str]:
        """Return for each indicator what exempted units have."""
        found: dict[str, str] = {}

        def down(nodes: list[Node], above: str) -> None:
            for node in nodes:
                found[node.code] = node.not_applicable or above
                down(node.children, found[node.code])

        down(self.scheme.tree, self.scheme.not_applicable)
        return [found[node.code] for node, _part in self.leaves]


def _weight(node: Node) -> Decimal:
    share = Fraction(node.weight)
    return Decimal(share.numerator) / Decimal(share.denominator)
