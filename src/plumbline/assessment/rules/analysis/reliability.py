"""Cronbach's alpha: whether the indicators of a block measure one thing (Cronbach 1951)."""

from dataclasses import dataclass

import numpy as np

from plumbline.assessment.rules.analysis.moments import Floats, varies


@dataclass(frozen=True, slots=True)
class Reliability:
    """Alpha of a block over the units that have all its indicators, and what it would be without each of them.

    ``alpha`` is None for fewer than two indicators that vary or fewer than three units. It may be negative: then indicators
    run against each other.
    """

    block: str
    codes: tuple[str, ...]
    units: int
    alpha: float | None
    without: tuple[float | None, ...]


def alpha(columns: Floats) -> float | None:
    """Return k / (k - 1) x (1 - sum of the variances / variance of the sum); None where it does not exist."""
    rows = columns[~np.isnan(columns).any(axis=1)]
    k = rows.shape[1]
    if k < 2 or len(rows) < 3 or not varies(rows.sum(axis=1)):
        return None
    variances = rows.var(axis=0, ddof=1)
    return float(k / (k - 1) * (1 - variances.sum() / rows.sum(axis=1).var(ddof=1)))


def reliability(block: str, codes: tuple[str, ...], columns: Floats) -> Reliability:
    """Return the alpha of a block; indicators in which nobody differs are left out, since they say nothing of consistency."""
    moving = [place for place in range(len(codes)) if varies(columns[:, place])]
    kept = columns[:, moving]
    kept = kept[~np.isnan(kept).any(axis=1)]  # the same units with and without each of them
    units = len(kept) if moving else 0
    without = tuple(alpha(np.delete(kept, place, axis=1)) for place in range(len(moving)))
    return Reliability(block, tuple(codes[place] for place in moving), units, alpha(kept) if moving else None, without)
