"""How many units a quota lets in: the share of a class, rounded as the scheme declares. Pure."""

from fractions import Fraction
from typing import Literal

Rounding = Literal["floor", "half_up", "ceil"]


def places(share: str, size: int, rounding: Rounding) -> int:
    """Return how many of a class of ``size`` units may have the grade of a quota: 30 % of 7 is 2.1, rounded down 2.

    The same as the step of the grading, which no engine is asked for here (docs/algorithms/grading.md, DOMAIN 1.3).
    """
    whole = Fraction(share) * size
    if rounding == "half_up":
        whole += Fraction(1, 2)
    if rounding == "ceil":
        return -(-whole.numerator // whole.denominator)
    return whole.numerator // whole.denominator
