"""Suggested targets for the next year, from a unit's own trend and its class: docs/algorithms/targets.md has worked cases.

All points are micro-points of one indicator. The suggestion is never below what the unit reached, never above the maximum,
and never more than a step above what it reached: a target that nobody can reach moves nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from plumbline.kernel.numbers import BASIS, MICRO, div_half_up

FEW: Final = 4
"""In a class with fewer results a quartile says nothing: only its best counts."""
STEP: Final = 2_000
"""The furthest a target lies above what was reached: a fifth of the maximum, in basis points of it."""
YEARS: Final = 3
"""So many earlier results, at most, make the trend."""
ROUNDED: Final = MICRO // 10
"""Targets are whole tenths of a point."""


class Aim(StrEnum):
    """What a suggestion was taken from."""

    MEDIAN = "median"
    UPPER = "upper"
    BEST = "best"
    KEEP = "keep"
    TREND = "trend"
    NEWCOMER = "newcomer"


@dataclass(frozen=True, slots=True)
class ClassLine:
    """What a class reached at one indicator: how many results there are, their median, upper quartile and best."""

    size: int
    median: int
    upper: int
    best: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggested target with what it was taken from; ``bounded`` where the step cut it short.

    ``own`` is None where nothing was reported; ``trend`` is what the own development leads to, None without an earlier year.
    """

    value: int
    aim: Aim
    bounded: bool
    own: int | None
    trend: int | None
    maximum: int
    line: ClassLine


def quantile(values: Sequence[int], quarters: int) -> int:
    """Return the value that ``quarters`` fourths of the sorted values lie below, interpolated as QUARTILE.INC does.

    Exact, rounded half up. Raises IndexError where there are no values.
    """
    place = (len(values) - 1) * quarters
    low, rest = divmod(place, 4)
    if not rest:
        return values[low]
    return values[low] + div_half_up((values[low + 1] - values[low]) * rest, 4)


def class_line(values: Sequence[int]) -> ClassLine:
    """Return what a class reached. Raises IndexError for a class without results."""
    ordered = sorted(values)
    return ClassLine(len(ordered), quantile(ordered, 2), quantile(ordered, 3), ordered[-1])


def next_by_trend(own: int, earlier: Sequence[int]) -> int | None:
    """Return what the next year would bring at the pace of the last ones, None without an earlier result.

    ``earlier`` are the results of the years before, the oldest first, at today's maximum; the last YEARS of them count.
    """
    last = list(earlier)[-YEARS:]
    if not last:
        return None
    return own + div_half_up(own - last[0], len(last))


def suggest(*, own: int | None, earlier: Sequence[int], line: ClassLine, maximum: int) -> Suggestion:
    """Return the target that the declared rule suggests for one unit at one indicator.

    Who lies below the class's median aims at it, from there at the upper quartile, from there at the best; who is best
    keeps it. A rising trend that leads further counts instead; a falling one never lowers a target.
    """
    trend = None if own is None else next_by_trend(own, earlier)
    goal, aim = _goal(own, line)
    if trend is not None and own is not None and trend > max(goal, own):
        goal, aim = trend, Aim.TREND
    ceiling = maximum if own is None else min(maximum, own + div_half_up(maximum * STEP, BASIS))
    floor = 0 if own is None else own
    value = floor if aim is Aim.KEEP else max(floor, min(_up(min(goal, ceiling)), maximum))
    return Suggestion(value, aim, goal > ceiling, own, trend, maximum, line)


def _goal(own: int | None, line: ClassLine) -> tuple[int, Aim]:
    if own is None:
        return (line.median, Aim.NEWCOMER) if line.size else (0, Aim.NEWCOMER)
    steps = [(line.best, Aim.BEST)]
    if line.size >= FEW:
        steps = [(line.median, Aim.MEDIAN), (line.upper, Aim.UPPER), *steps]
    return next(((value, aim) for value, aim in steps if own < value), (own, Aim.KEEP))


def _up(value: int) -> int:
    """Return the next whole tenth of a point."""
    return -(-value // ROUNDED) * ROUNDED


def scaled(value: int, from_maximum: int, to_maximum: int) -> int:
    """Return an earlier result as it would be at another maximum, rounded half up."""
    return div_half_up(value * to_maximum, from_maximum)
