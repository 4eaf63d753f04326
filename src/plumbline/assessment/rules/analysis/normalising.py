"""Values of different measures made comparable: 0 to 100, more is better (docs/algorithms/normalisation.md)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from plumbline.assessment.rules.analysis.moments import Floats, known, varies

Way = Literal["min_max", "goalposts", "target", "ratio_to_best", "z_score", "percentile"]
WAYS: tuple[Way, ...] = ("goalposts", "target", "ratio_to_best", "min_max", "z_score", "percentile")
HUNDRED = 100.0
Z_MIDDLE, Z_STEP = 50.0, 10.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an indicator is held against: goalposts and target, None where none is declared. ``better`` 1 or -1."""

    better: int = 1
    low: float | None = None
    high: float | None = None
    target: float | None = None


class NoBounds(ValueError):
    """The way needs goalposts or a target that the indicator does not declare; ``field`` says which."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(field)


def normalised(values: Floats, way: Way, bounds: Bounds) -> Floats:
    """Return values of one indicator in one class from 0 to 100 (``z_score``: 50 is the mean, 10 one deviation); holes stay.

    Values that do not vary give 50 throughout, where the way compares the units with each other: nobody is better there.
    Raises NoBounds.
    """
    match way:
        case "goalposts":
            return _between(values, *_posts(bounds), bounds.better)
        case "target":
            return _of_target(values, bounds)
        case "ratio_to_best":
            return _of_best(values, bounds.better)
    if not varies(values):
        return np.where(np.isnan(values), np.nan, HUNDRED / 2)
    if way == "min_max":
        there = known(values)
        return _between(values, float(there.min()), float(there.max()), bounds.better)
    if way == "z_score":
        there = known(values)
        scored: Floats = Z_MIDDLE + bounds.better * Z_STEP * (values - there.mean()) / there.std(ddof=1)
        return scored
    return _percentile(values * bounds.better)


def _posts(bounds: Bounds) -> tuple[float, float]:
    if bounds.low is None or bounds.high is None or bounds.low >= bounds.high:
        raise NoBounds("goalposts")
    return bounds.low, bounds.high


def _between(values: Floats, low: float, high: float, better: int) -> Floats:
    share = np.clip((values - low) / (high - low), 0.0, 1.0)
    return HUNDRED * (share if better > 0 else 1.0 - share)


def _of_target(values: Floats, bounds: Bounds) -> Floats:
    """Reached is 100; of a quantity that should be small, twice the target is 0."""
    if bounds.target is None or bounds.target <= 0:
        raise NoBounds("target")
    share = values / bounds.target if bounds.better > 0 else 2.0 - values / bounds.target
    return HUNDRED * np.clip(share, 0.0, 1.0)


def _of_best(values: Floats, better: int) -> Floats:
    """Own over best; where small is better, best over own. Values below zero count as zero."""
    there = known(values)
    if not len(there):
        return values
    positive = np.maximum(values, 0.0)
    if better > 0:
        best = float(np.maximum(there, 0.0).max())
        return HUNDRED * positive / best if best > 0 else np.where(np.isnan(values), np.nan, 0.0)
    best = float(np.maximum(there, 0.0).min())
    whole = np.where(np.isnan(values), np.nan, HUNDRED)
    return np.divide(HUNDRED * best, positive, out=whole, where=positive > 0)


def _percentile(values: Floats) -> Floats:
    """The share of the others that are worse, equal ones counted half: 0 to 100 within the class."""
    made = np.full(len(values), np.nan)
    there = ~np.isnan(values)
    own = values[there]
    order = np.sort(own)
    below, up_to = np.searchsorted(order, own, "left"), np.searchsorted(order, own, "right")
    made[there] = HUNDRED * (below + (up_to - below - 1) / 2) / (len(own) - 1)
    return made
