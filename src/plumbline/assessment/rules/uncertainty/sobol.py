"""How much of the movement of ranks each assumption causes: first and total indices of Sobol.

Each assumption is a number between 0 and 1 that chooses: a draw of weights, a draw of errors, the kind of mean, what becomes of
what is missing, and which indicator is left out (Saisana, Saltelli and Tarantola 2005). Two matrices A and B of ``base`` rows,
and for each assumption A with that one column from B: ``base x (assumptions + 2)`` scored tables. First index: Saltelli et
al. 2010, ``mean(B (AB_i - A)) / V``; total index: Jansen 1999, ``mean((A - AB_i)²) / 2V``.
"""

from dataclasses import dataclass, replace

import numpy as np

from plumbline.assessment.rules.uncertainty import drawing, ranks
from plumbline.assessment.rules.uncertainty.inputs import ClassTable, Floats, Ints, Settings, Small
from plumbline.assessment.rules.uncertainty.scores import LEAST, Scores, moved_shares

WEIGHT, SURVEY, MEAN, MISSING, LEFT_OUT = "weights", "surveys", "mean", "missing", "left_out"
RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Indices:
    """First and total indices of each assumption.

    ``first`` and ``total``: of the mean absolute shift in ranks, with their 95 % bounds by resampling rows; ``first_by_unit``
    and ``total_by_unit``: assumptions by units, of the unit's own rank; NaN where the rank never moves.
    """

    factors: tuple[str, ...]
    evaluations: int
    mean_shift: float
    first: Floats
    total: Floats
    first_bounds: Floats
    total_bounds: Floats
    first_by_unit: Floats
    total_by_unit: Floats


def factors_of(table: ClassTable) -> tuple[str, ...]:
    """Return the assumptions that can matter for a table."""
    found = [WEIGHT]
    if table.surveys:
        found.append(SURVEY)
    found.append(MEAN)
    if table.missing.any():
        found.append(MISSING)
    if len(table.nodes) > 1:
        found.append(LEFT_OUT)
    return tuple(found)


def indices(table: ClassTable, settings: Settings) -> Indices:
    """Return the indices of a class."""
    factors = factors_of(table)
    random = drawing.stream(settings.seed, drawing.DESIGN)
    a, b = random.random((2, settings.base, len(factors)))
    ensemble = _Ensemble.drawn(table, settings)
    official = ranks.ranked(Scores(table).many(None, {}))[0].astype(np.float64)
    designs = [a, b]
    for place in range(len(factors)):
        mixed = a.copy()
        mixed[:, place] = b[:, place]
        designs.append(mixed)
    # float32: a class of thousands times seven designs is large, and ranks are small whole numbers
    found = [ensemble.ranks(factors, design).astype(np.float32) for design in designs]
    shifts = np.stack([np.abs(one - official.astype(np.float32)).mean(axis=1) for one in found]).astype(np.float64)
    by_unit = estimates(found[0], found[1], found[2:])
    whole = estimates(shifts[0][:, None], shifts[1][:, None], [one[:, None] for one in shifts[2:]])
    bounds = _bounds(shifts, drawing.stream(settings.seed, drawing.DESIGN, 1))
    return Indices(
        factors, settings.base * len(designs), float(shifts[:2].mean()), whole[0][:, 0], whole[1][:, 0], bounds[0],
        bounds[1], by_unit[0], by_unit[1],
    )  # fmt: skip


def estimates(a: Floats | Small, b: Floats | Small, mixed: list[Floats] | list[Small]) -> tuple[Floats, Floats]:
    """Return (first, total), factors by outputs; arrays are rows by outputs; NaN where an output never moves.

    The outputs are centred first, which leaves the indices as they are and the estimates steadier.
    """
    middle = (a.mean(axis=0, dtype=np.float64) + b.mean(axis=0, dtype=np.float64)) / 2
    spread = ((a - middle) ** 2).mean(axis=0) / 2 + ((b - middle) ** 2).mean(axis=0) / 2
    scale = np.where(spread > 1e-12, spread, np.nan)
    first = np.stack([((b - middle) * (one - a)).mean(axis=0) / scale for one in mixed])
    total = np.stack([((a - one) ** 2).mean(axis=0, dtype=np.float64) / 2 / scale for one in mixed])
    return first, total


def _bounds(shifts: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Return (2 by factors) 95 % bounds of the first and of the total indices, by resampling the rows of the design."""
    rows = random.integers(0, shifts.shape[1], (RESAMPLES, shifts.shape[1]))
    again = shifts[:, rows].transpose(0, 2, 1)  # each resample is an output of its own
    first, total = estimates(again[0], again[1], list(again[2:]))
    low_high = [0.025, 0.975]
    return np.quantile(first, low_high, axis=1), np.quantile(total, low_high, axis=1)


@dataclass(frozen=True)
class _Ensemble:
    """The draws of weights and of errors that a design chooses from, and the tables that it scores."""

    table: ClassTable
    scores: Scores
    weights: Small
    normal: list[Small]

    @classmethod
    def drawn(cls, table: ClassTable, settings: Settings) -> "_Ensemble":
        """Draw as many as the design has rows."""
        random = drawing.stream(settings.seed, drawing.ENSEMBLE)
        weights = drawing.weights(table, settings, settings.base, random)
        return cls(table, Scores(table), weights, drawing.errors(table, settings.base, random))

    def ranks(self, factors: tuple[str, ...], design: Floats) -> ranks.Places:
        """Return rows by units: the ranks that each row of a design leads to."""
        chosen = {name: design[:, place] for place, name in enumerate(factors)}
        size = len(self.weights)
        weights = self.weights[_pick(chosen[WEIGHT], size)]
        if LEFT_OUT in chosen:
            weights = self._left_out(weights, _pick(chosen[LEFT_OUT], len(self.table.nodes) + 1))
        errors = _pick(chosen[SURVEY], size) if SURVEY in chosen else None
        spread = chosen[MISSING] >= 0.5 if MISSING in chosen else np.zeros(len(design), bool)
        product = chosen[MEAN] >= 0.5
        out = np.empty((len(design), len(self.table.units)), np.float32)
        for rows in (~product & ~spread, ~product & spread, product & ~spread, product & spread):
            if rows.any():
                table = self._without_missing if spread[rows][0] else self.table
                out[rows] = self._scored(
                    table, weights[rows], None if errors is None else errors[rows], product[rows][0]
                )
        return ranks.order(out, ties=self.scores.same[0]).ranks()

    def _left_out(self, weights: Small, places: Ints) -> Small:
        """Take the weight of one indicator away, or of none (the last place), and give it to the others."""
        kept = weights.copy()
        some = places < len(self.table.nodes)
        kept[np.flatnonzero(some), places[some]] = 0
        sums = kept.sum(axis=1, keepdims=True)
        scaled: Small = kept * (np.float32(self.table.total) / np.maximum(sums, np.float32(1e-30)))
        return scaled

    @property
    def _without_missing(self) -> ClassTable:
        """The table in which what is missing is left out: the unit's mean of all else stands for it."""
        return spread_over_rest(self.table)

    def _scored(self, table: ClassTable, weights: Small, errors: Ints | None, product: bool) -> Small:
        normal = [one[errors] for one in self.normal] if errors is not None else []
        moved = moved_shares(table, normal) if errors is not None else {}
        if not product:
            return Scores(table).many(weights, moved)
        logs = np.log(np.maximum(table.share, LEAST)).astype(np.float32)
        powers = weights / np.float32(table.total) @ logs.T
        for node, more in moved.items():
            old = table.share[:, node].astype(np.float32)
            new = np.log(np.maximum(old + more, np.float32(LEAST))) - np.log(np.maximum(old, np.float32(LEAST)))
            powers += weights[:, node : node + 1] / np.float32(table.total) * new
        found: Small = np.exp(powers) * np.float32(table.total) + (table.beside + table.beyond).astype(np.float32)
        return found


def _pick(numbers: Floats, size: int) -> Ints:
    """Turn numbers between 0 and 1 into places 0 to ``size`` - 1."""
    return np.minimum((numbers * size).astype(np.int64), size - 1)


def spread_over_rest(table: ClassTable) -> ClassTable:
    """Return the table in which the mean of what a unit has stands for what it misses; units with nothing keep theirs."""
    there = np.where(table.missing, 0.0, table.weight)
    sums = there.sum(axis=1)
    means = (there * table.share).sum(axis=1) / np.where(sums > 0, sums, 1)
    share = np.where(table.missing & (sums > 0)[:, None], means[:, None], table.share)
    return replace(table, share=share)
