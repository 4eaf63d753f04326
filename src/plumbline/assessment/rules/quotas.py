"""How many units a quota lets in: a number, or the share of a class, rounded as the scheme declares. Pure."""

from fractions import Fraction

from plumbline.assessment.rules.scheme import Quota


def exact_places(quota: Quota, size: int) -> Fraction:
    """Return how many of a class of ``size`` units the quota names before rounding: 30 % of 7 are 2.1."""
    return Fraction(quota.units or 0) if quota.share is None else Fraction(quota.share) * size


def places(quota: Quota, size: int) -> int:
    """Return how many of a class of ``size`` units may have the grade of a quota: 30 % of 7 are 2.1, rounded down 2.

    The same as the step of the grading, which no engine is asked for here (docs/algorithms/grading.md, DOMAIN 1.3).
    """
    whole = exact_places(quota, size)
    if quota.rounding == "half_up":
        whole += Fraction(1, 2)
    if quota.rounding == "ceil":
        return -(-whole.numerator // whole.denominator)
    return whole.numerator // whole.denominator
