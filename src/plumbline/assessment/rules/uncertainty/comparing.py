"""Single changes of an assumption: one indicator left out, or a geometric mean in place of the arithmetic one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plumbline.assessment.rules.uncertainty import ladder, ranks
from plumbline.assessment.rules.uncertainty.inputs import ClassTable, Floats, Ints, Small
from plumbline.assessment.rules.uncertainty.scores import Scores, geometric


@dataclass(frozen=True, slots=True)
class Compared:
    """What a change does against the official table; ``ranks`` and ``shift`` (new less official) by unit.

    ``mean`` and ``most``: mean and largest absolute shift in ranks; ``grades``: how many units change their grade;
    ``correlation``: Spearman's, of the two rankings (equal ranks as their mean), None where one of them is all equal.
    """

    node: str
    ranks: Ints
    shift: Ints
    mean: float
    most: int
    grades: int
    correlation: float | None


def official_ranks(table: ClassTable) -> Ints:
    """Return the ranks by the issued weights."""
    found: Ints = ranks.ranked(Scores(table).many(None, {}))[0].astype(np.int64)
    return found


def left_out(table: ClassTable) -> list[Compared]:
    """Return for each indicator what happens without it: its weight goes to all others in proportion.

    Nothing where there is one indicator alone.
    """
    count = len(table.nodes)
    if count < 2:
        return []
    weights = np.tile(table.weight, (count, 1))
    np.fill_diagonal(weights, 0)
    weights *= table.total / weights.sum(axis=1, keepdims=True)
    return _compared(table, table.nodes, lambda one: Scores(one).many(weights.astype(np.float32), {}))


def geometric_mean(table: ClassTable) -> Compared:
    """Return what happens where shares are multiplied instead of added: weakness in one is made up for less by the others."""
    means = geometric(table.share, table.weight[np.newaxis, :].astype(np.float32), table.total)
    return _compared(table, ("",), lambda one: means + (one.beside + one.beyond).astype(np.float32))[0]


def _compared(table: ClassTable, names: tuple[str, ...], changed: Callable[[ClassTable], Small]) -> list[Compared]:
    """Compare the official table with what ``changed`` makes of it, one row for each name."""
    bands = table.for_bands
    base, ordered = ranks.order(Scores(table).many(None, {})), ranks.order(changed(table))
    old, new = base.ranks()[0].astype(np.int64), ordered.ranks().astype(np.int64)
    old_grades = ladder.grades(table, Scores(bands).many(None, {}), base, None)
    grades = ladder.grades(table, changed(bands), ordered, None)
    return [
        Compared(
            name, new[row], new[row] - old, float(np.abs(new[row] - old).mean()), int(np.abs(new[row] - old).max()),
            int((grades[row] != old_grades[0]).sum()) if table.grades else 0, spearman(old, new[row]),
        )
        for row, name in enumerate(names)
    ]  # fmt: skip


def spearman(one: Ints, other: Ints) -> float | None:
    """Return Spearman's correlation of two rankings, equal ranks taken as the mean of the places they share."""
    middle = [_middle(ranking) for ranking in (one, other)]
    if any(ranking.std() == 0 for ranking in middle):
        return None
    return float(np.corrcoef(middle[0], middle[1])[0, 1])


def _middle(ranking: Ints) -> Floats:
    _values, inverse, counts = np.unique(ranking, return_inverse=True, return_counts=True)
    found: Floats = ranking + (counts[inverse.reshape(-1)] - 1) / 2
    return found
