"""Down the cascade: which duties of the level above nobody below owns, and which owners carry too much (DOMAIN 7).

Comparisons are exact: medians are kept twice as large, and shares in basis points, so that nothing is rounded.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from plumbline.kernel.numbers import BASIS
from plumbline.responsibility.rules.letter_document import LetterText, duties_in

TOO_MUCH = 15_000
"""Shipped threshold in basis points: one and a half times the median of the peers. It is a setting, shown on the page."""
FEWEST_PEERS = 3
"""Below this many peers a median says nothing, and nobody is called overloaded."""


def unowned(above: LetterText, below: Iterable[LetterText]) -> tuple[str, ...]:
    """Return the codes of duties of a letter that no duty of the letters below serves, in the order of the letter.

    A duty that names a post of its own has its owner in the letter itself.
    """
    served = {duty.serves for text in below for _target, duty in duties_in(text) if duty.serves}
    return tuple(duty.code for _target, duty in duties_in(above) if not duty.post_code and duty.code not in served)


def is_complete(above: LetterText, below: Iterable[LetterText]) -> bool:
    """True where every duty of a letter has its owner below, by letters that are signed: ``below`` are those."""
    return not unowned(above, below)


class Measure(StrEnum):
    """What of an owner's load is beyond that of the peers."""

    POINTS = "points"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Load:
    """What one owner carries: points in micro-points and the number of duties."""

    owner: str
    points: int
    number: int


@dataclass(frozen=True, slots=True)
class Burden:
    """A load beside its peers' median (twice as large, so that it is whole), and by which measures it is too much."""

    load: Load
    twice_median_points: int
    twice_median_number: int
    beyond: frozenset[Measure]


def twice_median(values: Sequence[int]) -> int:
    """Return twice the median, an integer; 0 where there are no values."""
    if not values:
        return 0
    ordered, middle = sorted(values), len(values) // 2
    return 2 * ordered[middle] if len(ordered) % 2 else ordered[middle - 1] + ordered[middle]


def burdens(loads: Sequence[Load], threshold: int = TOO_MUCH) -> tuple[Burden, ...]:
    """Return every load of one group of peers beside the median of the *other* ones, in the order given.

    A load is too much where it exceeds ``threshold`` (basis points) of that median. The owner's own load is left out of
    it, so that a heavy load in a small group does not hide itself. With fewer than FEWEST_PEERS others nobody is beyond.
    """
    found = []
    for index, load in enumerate(loads):
        others = [*loads[:index], *loads[index + 1 :]]
        medians = {
            Measure.POINTS: twice_median([one.points for one in others]),
            Measure.NUMBER: twice_median([one.number for one in others]),
        }
        beyond = _beyond(load, medians, threshold) if len(others) >= FEWEST_PEERS else frozenset()
        found.append(Burden(load, medians[Measure.POINTS], medians[Measure.NUMBER], beyond))
    return tuple(found)


def _beyond(load: Load, medians: Mapping[Measure, int], threshold: int) -> frozenset[Measure]:
    own = {Measure.POINTS: load.points, Measure.NUMBER: load.number}
    return frozenset(one for one in Measure if 2 * own[one] * BASIS > medians[one] * threshold)
