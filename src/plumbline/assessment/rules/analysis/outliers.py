"""Outliers treated by a declared rule; every value that was changed is named, and nothing is changed without a rule.

The test is that of the handbooks on composite indicators: an indicator is treated where its skewness is 2 or more in size and its
kurtosis 3.5 or more (OECD/JRC 2008, Saisana and Philippas 2012).
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from plumbline.assessment.rules.analysis.moments import Floats, known, kurtosis, skewness, varies

Rule = Literal["none", "winsorise", "fences", "log"]
SKEWED = 2.0
PEAKED = 3.5
MOST_POINTS = 5
FENCE = 1.5


@dataclass(frozen=True, slots=True)
class Treated:
    """An indicator's values after treatment, what was done (``none``, ``winsorised``, ``log``, ``fenced``), and to how many."""

    values: Floats
    done: str
    points: int


def acceptable(values: Floats) -> bool:
    """True where the distribution needs no treatment, also where it is too small to be judged."""
    skew, peak = skewness(values), kurtosis(values)
    return skew is None or peak is None or abs(skew) < SKEWED or peak < PEAKED


def treated(values: Floats, rule: Rule) -> Treated:
    """Return the values treated by a rule.

    ``winsorise``: the farthest value takes the next one's place, up to five values; where that is not enough, the logarithm of
    the untouched values is taken instead. ``log``: the logarithm at once. ``fences``: values beyond the quartiles by more than
    one and a half times their distance are put onto the fence, whatever the skewness.
    """
    if rule == "fences":
        return _fenced(values)
    if rule == "none" or not varies(values) or acceptable(values):
        return Treated(values, "none", 0)
    if rule == "winsorise":
        made, points = _winsorised(values)
        if acceptable(made):
            return Treated(made, "winsorised", points)
    return Treated(logarithm(values), "log", len(known(values)))


def _winsorised(values: Floats) -> tuple[Floats, int]:
    made = values.copy()
    touched: set[int] = set()
    while not acceptable(made) and len(touched) < MOST_POINTS:
        top = (skewness(made) or 0.0) >= 0
        edge = np.nanmax(made) if top else np.nanmin(made)
        at = np.flatnonzero(made == edge)
        rest = np.delete(made, at)
        made[at] = np.nanmax(rest) if top else np.nanmin(rest)
        touched |= {int(place) for place in at}
    return made, len(touched)


def logarithm(values: Floats) -> Floats:
    """Return the logarithm of the distance from the lowest value, a hundredth of the range added so that it exists."""
    low, spread = np.nanmin(values), np.nanmax(values) - np.nanmin(values)
    made: Floats = np.log(values - low + 0.01 * spread)
    return made


def _fenced(values: Floats) -> Treated:
    there = known(values)
    if len(there) < 4:
        return Treated(values, "none", 0)
    low, high = np.quantile(there, (0.25, 0.75))
    reach = FENCE * (high - low)
    made = np.clip(values, low - reach, high + reach)
    points = int(np.sum(~np.isnan(values) & (made != values)))
    return Treated(made, "fenced" if points else "none", points)
