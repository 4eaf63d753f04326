"""How much of a duty is attained, and how both lines of a post sum up; exact, in hundredths of a percent, rounded down.

Rounded down, so that 100 % is said of what was reached and of nothing else (docs/algorithms/duties.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from plumbline.responsibility.rules.extents import Extent, ExtentKind

WHOLE: Final = 10_000
"""All of the extent, in hundredths of a percent."""
NOT_YET: Final = WHOLE - 1
"""The most that steps alone can show of a date or a standard that nobody has reported as met."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a fact says of a duty: the day, its quantity in millionths, whether a date or standard is met, its order.

    ``is_level`` marks a result that stands for the whole so far (an indicator of the department), not for an addition.
    """

    on: date
    micro: int
    met: bool | None = None
    order: int = 0
    is_level: bool = False


@dataclass(frozen=True, slots=True)
class Attained:
    """What was attained: ``basis`` in hundredths of a percent (None: nothing is known yet) and the value so far."""

    basis: int | None
    value_micro: int | None = None
    met_on: date | None = None

    @property
    def is_whole(self) -> bool:
        """True where all of the extent was attained."""
        return self.basis is not None and self.basis >= WHOLE

    @property
    def percent(self) -> int:
        """Whole percents, rounded down, for bars and tables; 0 where nothing is known."""
        return (self.basis or 0) // 100


def attained(
    extent: Extent, results: Iterable[Result], *, starts_on: date, steps: tuple[int, int] = (0, 0)
) -> Attained:
    """Return what is attained of an extent by results, where ``steps`` are (done, all).

    A number: the sum of what was added, from the last level on where levels were sent. A share: the last one. At least:
    value by target; at most: whole up to the target, then target by value. A date: whole when met by it, later the share
    of the planned days in the days that it took. A standard: whole when met. What is not met yet shows its steps.
    """
    found = sorted(results, key=lambda one: (one.on, one.order))
    if extent.kind in (ExtentKind.NUMBER, ExtentKind.SHARE):
        return _measured(extent, found, steps)
    last = next((one for one in reversed(found) if one.met is not None), None)
    if last is None or not last.met:
        return Attained(_by_steps(steps) if last is None or steps[1] else 0)
    if extent.kind is ExtentKind.STANDARD or extent.target_on is None or last.on <= extent.target_on:
        return Attained(WHOLE, met_on=last.on)
    planned, taken = (extent.target_on - starts_on).days + 1, (last.on - starts_on).days + 1
    return Attained(min(NOT_YET, WHOLE * max(planned, 0) // taken), met_on=last.on)


def _by_steps(steps: tuple[int, int]) -> int | None:
    done, total = steps
    return min(NOT_YET, WHOLE * done // total) if total else None


def _measured(extent: Extent, found: Sequence[Result], steps: tuple[int, int]) -> Attained:
    if not found:
        return Attained(_by_steps(steps) if not extent.at_most else None)
    value = found[-1].micro if extent.kind is ExtentKind.SHARE else _summed(found)
    target = extent.target_micro or 0
    if extent.at_most:
        basis = WHOLE if value <= target else WHOLE * target // value
    else:
        basis = min(WHOLE, max(0, WHOLE * value // target))
    return Attained(basis, value)


def _summed(found: Sequence[Result]) -> int:
    levels = [place for place, one in enumerate(found) if one.is_level]
    if not levels:
        return sum(one.micro for one in found)
    return found[levels[-1]].micro + sum(one.micro for one in found[levels[-1] + 1 :])


@dataclass(frozen=True, slots=True)
class Weighed:
    """One duty in a sum: its line, its weight in millionths of a point, and what is attained of it (None counts as 0)."""

    is_business: bool
    weight: int
    basis: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Both lines of a post side by side, and together, in hundredths of a percent; None where a line has no duty."""

    business: int | None
    organisation: int | None
    together: int | None


def summed_up(duties: Iterable[Weighed]) -> Summary:
    """Return how both lines stand: in each line the mean by weight; together the mean of the lines.

    The lines weigh equally together, so that many small duties of one never cover a gap in the other (一岗双责).
    """
    listed = list(duties)
    business = _mean([one for one in listed if one.is_business])
    organisation = _mean([one for one in listed if not one.is_business])
    lines = [one for one in (business, organisation) if one is not None]
    together = sum(lines, Fraction(0)) / len(lines) if lines else None
    return Summary(_down(business), _down(organisation), _down(together))


def _mean(duties: Sequence[Weighed]) -> Fraction | None:
    weight = sum(one.weight for one in duties)
    if not weight:
        return None
    return Fraction(sum(one.weight * (one.basis or 0) for one in duties), weight)


def _down(value: Fraction | None) -> int | None:
    return None if value is None else value.numerator // value.denominator
