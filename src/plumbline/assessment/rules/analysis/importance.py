"""What an indicator really weighs: how much of the differences in the whole it explains, beside the weight that was written down.

First-order effect: the share of the variance of the whole that a smooth curve over the indicator explains (Paruolo, Saisana and
Saltelli 2013). The curve is a polynomial of degree 1 to 3; which one is decided by what it says of units it has not seen
(leave-one-out), so that a small class does not get a curve that it cannot bear.
"""

from dataclasses import dataclass

import numpy as np

from plumbline.assessment.rules.analysis.moments import Floats, varies
from plumbline.assessment.rules.analysis.wide import correlation

LEAST = 5
"""Units below which nothing is said: three numbers make any curve."""
DEGREES = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Importance:
    """What one indicator decides: its ``nominal`` share of the points, the correlation with the whole, the first-order effect.

    ``effective`` is the effect as a share of the sum of all effects, to be held against ``nominal``; None where the indicator
    does not vary or too few units have it.
    """

    code: str
    nominal: float
    correlation: float | None
    effect: float | None
    effective: float | None


def first_order(indicator: Floats, whole: Floats) -> float | None:
    """Return the share (0 to 1) of the variance of the whole that the indicator explains; None where it cannot be said."""
    both = ~np.isnan(indicator) & ~np.isnan(whole)
    x, y = indicator[both], whole[both]
    if len(x) < LEAST or not varies(x) or not varies(y):
        return None
    scaled = (x - x.mean()) / x.std()
    best: tuple[float, float] | None = None
    for degree in DEGREES:
        if degree >= len(np.unique(x)):
            break
        found = _fitted(np.vander(scaled, degree + 1), y)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return None if best is None else best[1]


def _fitted(design: Floats, y: Floats) -> tuple[float, float] | None:
    """Return (leave-one-out error, explained share) of least squares; None where a unit alone decides its own value."""
    q, _r = np.linalg.qr(design)
    fit = q @ (q.T @ y)
    leverage = np.einsum("ij,ij->i", q, q)
    if float(leverage.max()) > 1 - 1e-9:
        return None
    error = float(np.mean(((y - fit) / (1 - leverage)) ** 2))
    return error, float(np.clip(np.var(fit) / np.var(y), 0.0, 1.0))


def importances(codes: tuple[str, ...], columns: Floats, weights: Floats, whole: Floats) -> list[Importance]:
    """Return the importance of each column (units by indicators) in the whole; ``weights`` are its nominal points."""
    effects = [first_order(column, whole) for column in columns.T]
    total = sum(effect for effect in effects if effect is not None)
    points = float(np.sum(weights))
    return [
        Importance(
            code, float(weight) / points if points else 0.0, correlation(column, whole), effect,
            effect / total if effect is not None and total > 0 else None,
        )
        for code, column, weight, effect in zip(codes, columns.T, weights, effects, strict=True)
    ]  # fmt: skip
