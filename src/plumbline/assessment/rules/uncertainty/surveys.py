"""How far an estimate from people's answers may be off: sampling, and those who stayed silent.

Sampling: the variance of a mean of n answers out of N people asked is ``(1 - n/N) s² / n`` (finite population correction;
Cochran, Sampling Techniques, ch. 2). Where all answers are alike, s² would be 0 and a unit with three answers would look
certain; so half an answer at either end of the scale is added before s² is taken (the prior of Jeffreys for two options).
Turnout: those who stayed silent, a share 1 - n/N, may differ by ``silent`` of the scale (one standard deviation).
"""

from math import sqrt

import numpy as np

from plumbline.assessment.rules.uncertainty.inputs import Floats


def mean_error(counts: Floats, values: Floats, *, turnout: float | None, silent: float) -> Floats:
    """Return the standard error of the mean value of each unit's answers, in the unit of ``values``; 0 without answers.

    ``counts`` is units by options, ``values`` one value for each option.
    """
    low, high = float(values.min()), float(values.max())
    answers = counts.sum(axis=1)
    sums, squares = counts @ values + (low + high) / 2, counts @ values**2 + (low**2 + high**2) / 2
    padded = answers + 1
    variance = np.maximum(squares / padded - (sums / padded) ** 2, 0) * padded / np.maximum(padded - 1, 1)
    return _error(variance, answers, high - low, turnout, silent)


def rate_error(yes: Floats, answers: Floats, *, turnout: float | None, silent: float) -> Floats:
    """Return the standard error of the rate ``yes / answers``; 0 without answers."""
    return mean_error(np.stack([answers - yes, yes], axis=1), np.array([0.0, 1.0]), turnout=turnout, silent=silent)


def _error(variance: Floats, answers: Floats, scale: float, turnout: float | None, silent: float) -> Floats:
    away = 1.0 if turnout is None else 1 - turnout
    sampling = away * variance / np.maximum(answers, 1)
    staying = 0.0 if turnout is None else (away * silent * scale) ** 2
    return np.where(answers > 0, np.sqrt(sampling + staying), 0.0)


def monte_carlo_error(probability: float, draws: int) -> float:
    """Return the standard error of a probability that was counted in ``draws`` draws."""
    return sqrt(max(probability * (1 - probability), 0) / draws)
