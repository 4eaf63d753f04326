"""Skewness and excess kurtosis, corrected for small samples (G1 and G2 of Joanes and Gill 1998, as spreadsheets have them)."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
LEAST_SPREAD = 1e-12
"""Below this share of the largest value, differences are rounding and an indicator does not vary."""


def known(values: Floats) -> Floats:
    """Return the values that are there."""
    return values[~np.isnan(values)]


def varies(values: Floats) -> bool:
    """True where at least two values that are there differ by more than rounding."""
    there = known(values)
    return len(there) > 1 and float(np.ptp(there)) > LEAST_SPREAD * max(1.0, float(np.abs(there).max()))


def skewness(values: Floats) -> float | None:
    """Return G1, or None for fewer than three values or none that differ."""
    there = known(values)
    n = len(there)
    if n < 3 or not varies(there):
        return None
    away = there - there.mean()
    plain = np.sqrt(n) * np.sum(away**3) / np.sum(away**2) ** 1.5
    return float(plain * np.sqrt(n * (n - 1)) / (n - 2))


def kurtosis(values: Floats) -> float | None:
    """Return G2 (0 for a normal distribution), or None for fewer than four values or none that differ."""
    there = known(values)
    n = len(there)
    if n < 4 or not varies(there):
        return None
    away = there - there.mean()
    plain = n * np.sum(away**4) / np.sum(away**2) ** 2
    return float(((n + 1) * (plain - 3) + 6) * (n - 1) / ((n - 2) * (n - 3)))
