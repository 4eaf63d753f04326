"""Scores of many draws at once. Differences from the issued weights are multiplied, so that equal scores stay equal."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from plumbline.assessment.rules.uncertainty.inputs import ClassTable, Floats, Ints, Small, SurveyError

LEAST = 0.01
"""The least share in a geometric mean: a single zero would wipe out everything else."""


@dataclass(frozen=True)
class Scores:
    """Scores a class table: by its issued weights, by others, with errors of its surveys."""

    table: ClassTable

    @cached_property
    def shares(self) -> Small:
        """Indicators by units."""
        return np.ascontiguousarray(self.table.share.T, dtype=np.float32)

    @cached_property
    def same(self) -> tuple[bool, Ints, Ints]:
        """Whether units have the same shares, which unit stands for each set of shares, and the set of each unit."""
        _rows, first, inverse = np.unique(self.table.share, axis=0, return_index=True, return_inverse=True)
        return len(first) < len(self.table.units), first, inverse.reshape(-1)

    def prepare(self) -> None:
        """Calculate what all draws share, before threads ask for it."""
        _ready = self.shares, self.same

    def many(self, weights: Small | None, moved: dict[int, Small]) -> Small:
        """Return draws by units: scores by ``weights`` (None: as issued), indicators' shares moved by ``moved[indicator]``."""
        table = self.table
        draws = len(weights) if weights is not None else max((len(one) for one in moved.values()), default=1)
        out = np.empty((draws, len(table.units)), np.float32)
        out[:] = (table.share @ table.weight + table.beside).astype(np.float32)
        if weights is not None:
            out += self._product(weights - table.weight.astype(np.float32))
        for indicator, more in moved.items():
            by = np.float32(table.weight[indicator]) if weights is None else weights[:, indicator : indicator + 1]
            out += by * more
        if table.ceiling is not None:
            np.minimum(out, np.float32(table.ceiling), out=out)
        if table.beyond.any():
            out += table.beyond.astype(np.float32)
        return out

    def _product(self, differences: Small) -> Small:
        """Multiply; units with the same shares take the same product, bit by bit, whatever the library rounds."""
        alike, first, inverse = self.same
        if not alike:
            return differences @ self.shares
        few: Small = differences @ np.ascontiguousarray(self.shares[:, first])
        return few[:, inverse]


def moved_shares(table: ClassTable, normal: list[Small]) -> dict[int, Small]:
    """Return by how much the share of each indicator that rests on answers differs in each draw; shares stay in 0 to 1."""
    found: dict[int, Small] = {}
    for one in table.surveys:
        more = _moved(one, table.share[:, one.node], normal[one.source])
        found[one.node] = found[one.node] + more if one.node in found else more
    return found


def _moved(one: SurveyError, share: Floats, normal: Small) -> Small:
    official = share.astype(np.float32)
    shifts = normal * one.error.astype(np.float32)
    if one.rate is None or one.fallback is None:
        moved: Small = np.clip(official + shifts, np.float32(0), np.float32(1)) - official
        return moved
    rates = one.rate.astype(np.float32) + shifts
    out = np.empty_like(rates)
    out[:] = one.fallback.astype(np.float32)
    for cut, step in reversed(list(zip(one.cuts, one.steps, strict=True))):
        out[rates >= np.float32(cut)] = np.float32(step)
    out -= official
    out[:, one.error == 0] = 0
    return out


def geometric(share: Floats, weights: Small, total: float) -> Small:
    """Return draws by units: the weighted geometric mean of the shares (at least LEAST each), times the total."""
    logs = np.log(np.maximum(share, LEAST)).astype(np.float32)
    found: Small = np.exp(weights / np.float32(total) @ logs.T) * np.float32(total)
    return found
