"""Exact integer arithmetic as Ibis expressions: the same integers on every engine (docs/algorithms/integer-arithmetic.md)."""

from functools import reduce

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import IntegerValue, Value

from plumbline.assessment.rules.scoring.engines import Engine

RADIX = 1000
DIGITS = 5
LARGEST = 4_000_000_000_000_000
"""``mul_div_half_up`` holds for divisors up to this: a step multiplies the remainder by the radix within int64."""


def div_half_up(engine: Engine, numerator: IntegerValue, denominator: IntegerValue) -> IntegerValue:
    """Divide and round half away from zero; ``denominator`` is positive, ``2 x |numerator| + denominator`` fits int64."""
    magnitude = engine.div(2 * numerator.abs() + denominator, 2 * denominator)
    return (numerator < 0).ifelse(-magnitude, magnitude)


def digits_of(most: int) -> int:
    """Return how many digits in radix 1000 a number up to ``most`` has."""
    return max(1, (len(str(most)) + 2) // 3)


def mul_div_half_up(
    engine: Engine, a: IntegerValue, b: IntegerValue, c: IntegerValue, *, digits: int = DIGITS
) -> IntegerValue:
    """Return ``a x b / c`` rounded half up, exactly, although the product may pass int64.

    ``0 <= a``, ``0 <= b < 10^15``, ``0 < c <= LARGEST``, and the result fits int64. Long division by the digits of ``b`` in
    radix 1000 (``digits`` of them, where it is known that ``b`` is small): no number on the way is larger than ``c x 2 x 10^3``,
    since ``a`` is first split into ``a // c`` and its remainder.
    """
    whole = engine.div(a, c)
    rest = a % c
    quotient, remainder = ibis.literal(0, "int64"), ibis.literal(0, "int64")
    for digit in reversed(range(digits)):
        value = engine.div(b, ibis.literal(RADIX**digit, "int64")) if digit else b
        value = value % RADIX if digit < digits - 1 else value
        step = remainder * RADIX + rest * value
        quotient = quotient * RADIX + engine.div(step, c)
        remainder = step % c
    rounded = (2 * remainder >= c).ifelse(1, 0)
    return (whole * b + quotient + rounded).cast("int64")


@ibis.udf.agg.builtin(name="sum", signature=((dt.int64,), dt.Decimal(38, 0)))
def _summed(value):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Sum, told as the wide type it is in the engines; Ibis would take it for an int64 and leave the cast back out."""


def total(value: IntegerValue) -> IntegerValue:
    """Sum as int64, or raise where it does not fit: the engines sum wider, and the cast back is checked."""
    return _summed(value).cast("int64")


def wide(summed: IntegerValue) -> IntegerValue:
    """Return a sum as int64, or raise where it does not fit; over a decimal, since Ibis leaves out a cast of int64 to int64."""
    return summed.cast(dt.Decimal(38, 0)).cast("int64")


def least(*values: IntegerValue) -> Value:
    """Return the least of several integers, none of them NULL."""
    return reduce(lambda one, other: (one < other).ifelse(one, other), values)


def greatest(*values: IntegerValue) -> Value:
    """Return the greatest of several integers, none of them NULL."""
    return reduce(lambda one, other: (one > other).ifelse(one, other), values)
