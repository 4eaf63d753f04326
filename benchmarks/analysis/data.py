"""A made-up index from a seed, in the shape in which tools for composite indicators keep theirs."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

GROUPS = 8
SIZES = ("S", "M", "L", "XL")


@dataclass(frozen=True)
class Index:
    """``values`` are units by indicators with holes; each indicator has a group, a weight, a direction, perhaps a denominator.

    Groups lie in two halves, these in the whole, "Index".
    """

    values: NDArray[np.float64]
    divisor: NDArray[np.float64]
    divided: NDArray[np.bool_]
    better: NDArray[np.int64]
    group: NDArray[np.int64]
    weight: NDArray[np.float64]
    size: NDArray[np.int64]

    @property
    def codes(self) -> list[str]:
        """The indicators' codes."""
        return [f"i{place}" for place in range(self.values.shape[1])]

    def data_rows(self) -> list[list[Any]]:
        """Return the sheet of the data, published ranks (those of the peer) beside it."""
        from benchmarks.analysis.peers import ranks_of, with_pandas

        head = ["uName", "uCode", "GDP_group", "rank", "Den_Pop", *self.codes]
        ranks = ranks_of(with_pandas(self))
        return [head] + [
            [f"Unit {at}", f"U{at}", SIZES[self.size[at]], ranks[at], self.divisor[at],
             *("NA" if np.isnan(one) else repr(float(one)) for one in self.values[at])]
            for at in range(len(self.values))
        ]  # fmt: skip

    def structure_rows(self) -> list[list[Any]]:
        """Return the sheet of the structure."""
        rows: list[list[Any]] = [["Level", "iCode", "iName", "Direction", "Weight", "Denominator", "Parent", "Type"]]
        for at, code in enumerate(self.codes):
            below = "Den_Pop" if self.divided[at] else "NA"
            named = f"Indicator {at}"
            rows.append([1, code, named, self.better[at], self.weight[at], below, f"g{self.group[at]}", "Indicator"])
        rows += [[2, f"g{at}", f"Group {at}", 1, 1, "NA", f"h{at % 2}", "Aggregate"] for at in range(GROUPS)]
        rows += [[3, f"h{at}", f"Half {at}", 1, 1, "NA", "Index", "Aggregate"] for at in range(2)]
        rows += [
            [4, "Index", "The whole", 1, 1, "NA", "NA", "Aggregate"],
            ["NA", "Den_Pop", "Population", "NA", "NA", "NA", "NA", "Denominator"],
            ["NA", "GDP_group", "Size", "NA", "NA", "NA", "NA", "Group"],
        ]
        return rows


def index_of(units: int, indicators: int, seed: int = 51) -> Index:
    """Return an index whose units differ by ability and chance; some indicators lie far out, three of a hundred are missing."""
    random = np.random.default_rng(seed)
    values = random.normal(50, 10, (units, indicators)) + random.normal(0, 6, (units, 1))
    divisor = np.exp(random.normal(3, 0.3, units))
    divided = np.arange(indicators) % 6 == 5
    values[:, divided] *= divisor[:, None]
    for at in range(0, indicators, 7):
        values[random.integers(units), at] = 900.0 + at
    values[:, 3 % indicators] = np.exp(random.normal(0, 4, units))
    values[random.random(values.shape) < 0.03] = np.nan
    return Index(
        values, divisor, divided, np.where(np.arange(indicators) % 5 == 4, -1, 1), np.arange(indicators) % GROUPS,
        random.integers(1, 5, indicators) / 2, random.integers(0, len(SIZES), units),
    )  # fmt: skip
