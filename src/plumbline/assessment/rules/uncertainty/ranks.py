"""Ranks of many draws: equal scores share the better rank, as in the official table (docs/algorithms/scoring.md)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plumbline.assessment.rules.uncertainty.inputs import Floats, Ints, Small

Places = NDArray[np.int16]

LARGEST = 32_000
"""Units of a class that ranks of 16 bits can tell apart."""


@dataclass(frozen=True, slots=True)
class Order:
    """Draws by units in the order of their scores.

    ``tied`` are the draws with equal scores in them, few as a rule; ``start`` and ``end`` are the first and last place, in these
    draws, of those who share the score at each place.
    """

    units: Ints
    tied: Ints
    start: Ints
    end: Ints

    def by_unit(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return what stands at each place at each unit instead."""
        found = np.empty(self.units.shape, values.dtype)
        np.put_along_axis(found, self.units, np.broadcast_to(values, self.units.shape), axis=1)
        return found

    def ranks(self) -> Places:
        """Return draws by units: the rank of each unit, 1 is the best."""
        found: Places = self.by_unit(np.arange(1, self.units.shape[1] + 1, dtype=np.int16))
        if len(self.tied):
            rows = self.units[self.tied]
            shared = np.empty(rows.shape, np.int16)
            np.put_along_axis(shared, rows, (self.start + 1).astype(np.int16), axis=1)
            found[self.tied] = shared
        return found


UNIT_BITS = 16


def order(scores: Small, *, ties: bool = True) -> Order:
    """Return the order of every draw, the highest score first; a class holds at most ``LARGEST`` units.

    ``ties=False`` is for scores that are equal by rounding alone, if at all: equal ones stand in any order.
    One sort of whole numbers: the score's bits above, made to sort as numbers do, the unit's place below.
    """
    size = scores.shape[1]
    # 0.0 is added, so that minus zero and zero are equal bits
    bits = (scores + np.float32(0)).view(np.int32)
    falling = ~(bits ^ ((bits >> 31) & np.int32(0x7FFFFFFF)))
    keys = falling.astype(np.int64)
    keys <<= UNIT_BITS
    keys |= np.arange(size)
    keys.sort(axis=1)
    equal = np.zeros((0, size - 1), bool)
    if ties:
        equal = (keys[:, 1:] ^ keys[:, :-1]).view(np.uint64) < (1 << UNIT_BITS)  # nothing but the place differs
    keys &= (1 << UNIT_BITS) - 1
    tied = np.flatnonzero(equal.any(axis=1))
    return Order(keys, tied, *_shared(equal[tied], size))


def _shared(equal: NDArray[np.bool_], size: int) -> tuple[Ints, Ints]:
    """Return the first and the last place of those who share each score; ``equal`` marks a place like the one before it."""
    place, edge = np.arange(size), np.ones((len(equal), 1), bool)
    begins, ends = np.hstack([edge, ~equal]), np.hstack([~equal, edge])
    start = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
    end = np.minimum.accumulate(np.where(ends, place, size)[:, ::-1], axis=1)[:, ::-1]
    return start, end


def ranked(scores: Small) -> Places:
    """Return draws by units: ranks by score."""
    return order(scores).ranks()


def interval(ranks: Places, coverage: float) -> tuple[Ints, Ints, Ints, Floats]:
    """Return (low, median, high) ranks of each unit, and its share of first places; ``ranks`` is units by draws.

    From ``low`` to ``high`` lies the middle ``coverage`` of the draws: the smallest ranks that so many draws reach.
    """
    size, draws = ranks.shape
    tail = (1 - coverage) / 2
    wanted = [max(int(np.ceil(draws * part - 1e-9)), 1) for part in (tail, 0.5, 1 - tail)]
    upto = np.stack([np.cumsum(np.bincount(row, minlength=size + 1)) for row in ranks])
    low, middle, high = (np.asarray((upto >= count).argmax(axis=1)) for count in wanted)
    return low, middle, high, upto[:, 1] / draws


WORDS = 8
BATCH = 255 * WORDS
"""Draws whose bytes can be added within a byte without running over."""


def order_shares(ranks: Places, threads: int = 1, *, ties: bool = True) -> Floats:
    """Return units by units: the share of draws in which the one of the row stands before the one of the column.

    Equal ranks count half (``ties=False``: there are none). ``ranks`` is units by draws. Comparisons are
    bytes; they are added eight at a time, as words.
    """
    size, draws = ranks.shape
    padded = np.zeros((size, -draws % WORDS + draws), np.int16)
    padded[:, :draws] = ranks
    found = np.zeros((size, size))

    def fill(first: int) -> None:
        for unit in range(first, size, threads):
            found[unit, unit:] = _before(padded, unit, draws, ties)

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, range(threads)))
    found += np.tril(1 - found.T, -1)
    np.fill_diagonal(found, 0.5)
    return found


def _before(ranks: Places, unit: int, draws: int, ties: bool) -> Floats:
    """Return the shares of one unit against itself and all after it."""
    mine, others = ranks[unit], ranks[unit:]
    before = _bytes_added(mine < others)
    if not ties:
        return before / draws
    # what fills up the last word is equal everywhere and counts for neither
    not_after = _bytes_added(mine <= others) - (ranks.shape[1] - draws)
    found: Floats = (before + not_after) / (2 * draws)
    return found


def _bytes_added(flags: NDArray[np.bool_]) -> Ints:
    words = flags.view(np.uint64)
    sums = np.zeros(len(flags), np.int64)
    for begin in range(0, words.shape[1], BATCH // WORDS):
        batch = words[:, begin : begin + BATCH // WORDS].sum(axis=1)
        sums += batch.view(np.uint8).reshape(len(flags), WORDS).sum(axis=1, dtype=np.int64)
    return sums


def runs_alike(shares: Floats, apart: float) -> list[tuple[int, int]]:
    """Return the longest runs (first, last place) in which no two units can be told apart; ``shares`` in official order.

    A run of one is left out. Runs may overlap: what cannot be told from two others need not leave these two alike.
    """
    size = len(shares)
    told = np.maximum(shares, 1 - shares) >= apart
    runs: list[tuple[int, int]] = []
    begin = 0
    for last in range(size):
        before = np.flatnonzero(told[begin:last, last])
        if len(before):
            if last - 1 > begin and (not runs or runs[-1][1] < last - 1):
                runs.append((begin, last - 1))
            begin += int(before[-1]) + 1
    if size - 1 > begin:
        runs.append((begin, size - 1))
    return runs
