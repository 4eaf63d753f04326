"""One unit against its class: where it is strong and weak, and what makes up its distance from the mean."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from plumbline.assessment.rules.analysis.moments import Floats
from plumbline.assessment.rules.analysis.normalising import Bounds, normalised

STRONG, WEAK = 75.0, 25.0
"""Percentile within the class from which (up to which) an indicator is called a strength (a weakness)."""
LEAST_MATES = 4
"""Scored units of a class below which nobody is called strong or weak."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit on one indicator, in micro-points: its own, the class's mean and quartiles, its percentile (0 to 100).

    ``ahead`` is own less mean, rounded to a micro-point; of all indicators it adds up to the distance of the whole, but for
    rounding. ``verdict`` says what it is called; "" between.
    """

    code: str
    own: int | None
    mean: float | None
    quartiles: tuple[float, float, float] | None
    percentile: float | None
    ahead: int | None
    verdict: Literal["strength", "weakness", ""]


def standing(code: str, own: int | None, mates: Floats) -> Standing:
    """Return how a unit stands on one indicator; ``mates`` are the micro-points of all units of the class, itself included."""
    there = mates[~np.isnan(mates)]
    if not len(there):
        return Standing(code, own, None, None, None, None, "")
    mean = float(there.mean())
    low, middle, high = (float(one) for one in np.quantile(there, (0.25, 0.5, 0.75)))
    if own is None:
        return Standing(code, None, mean, (low, middle, high), None, None, "")
    place = float(_percentile(there, own))
    verdict: Literal["strength", "weakness", ""] = ""
    if len(there) >= LEAST_MATES and low != high:
        verdict = "strength" if place >= STRONG else "weakness" if place <= WEAK else ""
    return Standing(code, own, mean, (low, middle, high), place, round(own - mean), verdict)


def _percentile(there: Floats, own: int) -> float:
    """Return the percentile of the unit among its class, 50 where nobody differs."""
    places = normalised(there, "percentile", Bounds())
    return float(places[int(np.flatnonzero(there == own)[0])])


def slope(values: list[tuple[int, float]]) -> float | None:
    """Return the median of the slopes between all pairs of years (Theil 1950, Sen 1968); None for fewer than two years.

    One bad year moves it little, which least squares cannot say.
    """
    pairs = [
        (later - earlier) / (year - before)
        for place, (before, earlier) in enumerate(values)
        for year, later in values[place + 1 :]
        if year != before
    ]
    return float(np.median(pairs)) if pairs else None
