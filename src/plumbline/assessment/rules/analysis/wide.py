"""A wide table (a row for each unit, a column for each indicator) with the tree of its indicators, made into one index.

The order is that of the handbook (OECD/JRC 2008): divide by the denominators, fill what is missing, treat outliers, make
comparable within the class, sum up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from plumbline.assessment.rules.analysis.composing import Branch, Mean, composed, ranks
from plumbline.assessment.rules.analysis.filling import Rule as MissingRule
from plumbline.assessment.rules.analysis.filling import filled
from plumbline.assessment.rules.analysis.moments import Floats, varies
from plumbline.assessment.rules.analysis.normalising import Bounds, NoBounds, Way, normalised
from plumbline.assessment.rules.analysis.outliers import Rule as OutlierRule
from plumbline.assessment.rules.analysis.outliers import treated


@dataclass(frozen=True, slots=True)
class Indicator:
    """A column: its name, its place in the tree, what it is divided by (another column), and what it is held against."""

    branch: Branch
    name: str
    bounds: Bounds = field(default_factory=Bounds)
    denominator: str = ""


@dataclass(frozen=True, slots=True)
class Wide:
    """The table as it was brought in. ``values`` are units by columns; ``extra`` the columns that only divide."""

    units: tuple[str, ...]
    names: tuple[str, ...]
    classes: tuple[str, ...]
    indicators: tuple[Indicator, ...]
    groups: tuple[tuple[Branch, str], ...]
    values: Floats
    extra: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def codes(self) -> tuple[str, ...]:
        """The indicators' codes, in the order of the columns."""
        return tuple(one.branch.code for one in self.indicators)


@dataclass(frozen=True, slots=True)
class Choice:
    """How the index is made. ``within`` compares units with their class alone, else with all."""

    way: Way = "min_max"
    outliers: OutlierRule = "none"
    missing: MissingRule = "leave_out"
    mean: Mean = "arithmetic"
    within: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """The index: indicators made comparable, sums by node ("" is the whole), ranks, and what was done on the way.

    ``treatments`` (code, what, how many values); ``holes`` missing values by indicator; ``idle`` indicators in which nobody
    differs, which therefore tell nobody apart.
    """

    normal: Floats
    sums: Mapping[str, Floats]
    ranks: tuple[int | None, ...]
    treatments: tuple[tuple[str, str, int], ...]
    holes: Mapping[str, int]
    idle: tuple[str, ...]


class CannotBeMade(ValueError):
    """The index cannot be made as chosen; ``code`` names the indicator, ``field`` what it lacks."""

    def __init__(self, code: str, field_: str) -> None:
        self.code, self.field = code, field_
        super().__init__(f"{code}: {field_}")


def divided(wide: Wide) -> Floats:
    """Return the values divided by their denominators; a denominator that is missing or zero leaves a hole."""
    values = wide.values.copy()
    columns = dict(zip(wide.codes, wide.values.T, strict=True)) | dict(wide.extra)
    for place, indicator in enumerate(wide.indicators):
        if indicator.denominator:
            below = columns[indicator.denominator]
            made = np.full(len(below), np.nan)
            np.divide(values[:, place], below, out=made, where=~np.isnan(below) & (below != 0))
            values[:, place] = made
    return values


def make(wide: Wide, choice: Choice) -> Made:
    """Return the index as chosen. Raises CannotBeMade, MissingRefused."""
    classes = np.unique(np.array(wide.classes), return_inverse=True)[1].astype(np.int64)
    values = divided(wide)
    holes = {code: int(count) for code, count in zip(wide.codes, np.isnan(values).sum(axis=0), strict=True) if count}
    values = filled(values, classes, choice.missing)
    treatments = []
    for place, code in enumerate(wide.codes):
        found = treated(values[:, place], choice.outliers)
        values[:, place] = found.values
        if found.done != "none":
            treatments.append((code, found.done, found.points))
    normal = _normal(wide, values, classes if choice.within else np.zeros(len(values), np.int64), choice.way)
    branches = [one.branch for one in wide.indicators] + [branch for branch, _name in wide.groups]
    sums = composed(dict(zip(wide.codes, normal.T, strict=True)), branches, choice.mean)
    idle = tuple(code for place, code in enumerate(wide.codes) if not varies(values[:, place]))
    return Made(normal, sums, tuple(ranks(sums[""])), tuple(treatments), holes, idle)


def _normal(wide: Wide, values: Floats, classes: Any, way: Way) -> Floats:
    normal = np.full_like(values, np.nan)
    for place, indicator in enumerate(wide.indicators):
        for klass in np.unique(classes):
            mates = classes == klass
            try:
                normal[mates, place] = normalised(values[mates, place], way, indicator.bounds)
            except NoBounds as lacking:
                raise CannotBeMade(indicator.branch.code, lacking.field) from lacking
    return normal


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two rankings of the same units: correlations from -1 to 1, the largest shift and whose it is, and how many are equal."""

    spearman: float
    kendall: float
    largest: int
    unit: int
    equal: int
    compared: int


def agreement(ours: Sequence[int | None], theirs: Sequence[int | None]) -> Agreement | None:
    """Compare two rankings where both name a rank; None for fewer than two such units.

    Spearman by the ranks themselves (ties share the mean), Kendall's tau-b; 0 where all ranks of one side are equal.
    """
    both = [(at, a, b) for at, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a is not None and b is not None]
    if len(both) < 2:
        return None
    mine, other = (np.array([pair[side] for pair in both], float) for side in (1, 2))
    shifts = np.abs(mine - other)
    worst = int(shifts.argmax())
    signs = [np.sign(column[:, None] - column[None, :]) for column in (mine, other)]
    pairs = [float((sign != 0).sum()) for sign in signs]
    kendall = float((signs[0] * signs[1]).sum()) / np.sqrt(pairs[0] * pairs[1]) if all(pairs) else 0.0
    return Agreement(
        correlation(_shared(mine), _shared(other)) or 0.0, float(kendall), int(shifts[worst]), both[worst][0],
        int((shifts == 0).sum()), len(both),
    )  # fmt: skip


def _shared(column: Floats) -> Floats:
    """Return ranks in which equal ones share the mean of their places."""
    order = np.sort(column)
    return (np.searchsorted(order, column, "left") + np.searchsorted(order, column, "right") + 1) / 2


def correlation(one: Floats, other: Floats) -> float | None:
    """Return Pearson's correlation over the units where both are there; None for fewer than three, or where one does not vary."""
    both = ~np.isnan(one) & ~np.isnan(other)
    if both.sum() < 3 or not varies(one[both]) or not varies(other[both]):
        return None
    return float(np.clip(np.corrcoef(one[both], other[both])[0, 1], -1.0, 1.0))


def rank_correlation(one: Floats, other: Floats) -> float | None:
    """Return Spearman's correlation over the units where both are there; None as :func:`correlation`."""
    both = ~np.isnan(one) & ~np.isnan(other)
    return correlation(_shared(one[both]), _shared(other[both])) if both.any() else None
