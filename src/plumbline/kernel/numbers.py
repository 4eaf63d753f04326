"""Exact arithmetic in Python: the reference against which every engine's integers are tested."""

MICRO = 1_000_000
"""Micro-points in a point."""

BASIS = 10_000
"""Basis points in a whole weight."""


def div_half_up(numerator: int, denominator: int) -> int:
    """Divide and round half away from zero, exactly: ``div_half_up(5, 2) == 3``, ``div_half_up(-5, 2) == -3``.

    Raises ZeroDivisionError where ``denominator`` is 0.
    """
    magnitude = (2 * abs(numerator) + abs(denominator)) // (2 * abs(denominator))
    return magnitude if (numerator < 0) == (denominator < 0) or not magnitude else -magnitude
