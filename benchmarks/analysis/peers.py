"""The same index with pandas and scipy, written from the handbook and not from our rules; and both with a clock."""

import json
import sys
import time
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.analysis.data import Index, index_of
from plumbline.assessment.rules.analysis import importance, reading, reliability, wide
from plumbline.kernel.tables import Row, Table

TIMES = 5


def ranks_of(index: Any) -> list[int]:
    """Return the rank of each unit, the highest first."""
    return [int(one) for one in pd.Series(np.round(index, 9)).rank(ascending=False, method="min")]


def _fits(column: pd.Series) -> bool:
    return bool(abs(column.skew()) < 2 or column.kurt() < 3.5)


def _treated(column: pd.Series) -> pd.Series:
    made = column.copy()
    for _step in range(5):
        if _fits(made):
            return made
        high = made.skew() >= 0
        edge = made.max() if high else made.min()
        rest = made[made != edge]
        made[made == edge] = rest.max() if high else rest.min()
    return made if _fits(made) else np.log(column - column.min() + 0.01 * (column.max() - column.min()))


def with_pandas(index: Index) -> Any:
    """Return the index: divided, the mean of the size class for what is missing, treated, min-max, arithmetic means."""
    frame = pd.DataFrame(index.values, columns=index.codes)
    frame.loc[:, index.divided] = frame.loc[:, index.divided].div(index.divisor, axis=0)
    frame = frame.groupby(index.size).transform(lambda column: column.fillna(column.mean())).fillna(frame.mean())
    frame = frame.apply(_treated)
    frame = 100 * (frame - frame.min()) / (frame.max() - frame.min())
    frame.loc[:, index.better < 0] = 100 - frame.loc[:, index.better < 0]
    weight = pd.Series(index.weight, index=index.codes)
    groups = (frame * weight).T.groupby(index.group).sum().T / weight.groupby(index.group).sum()
    return groups.T.groupby(groups.columns % 2).mean().T.mean(axis=1).to_numpy()


def table_of(rows: list[list[Any]]) -> Table:
    """Return rows as the kernel reads them."""
    head = tuple(rows[0])
    found = (Row(at, dict(zip(head, row, strict=True))) for at, row in enumerate(rows[1:], start=2))
    return Table(head, tuple(found))


CHOICE = wide.Choice(way="min_max", outliers="winsorise", missing="class_mean")


def ours_index(table: wide.Wide) -> Any:
    """Return the index by our rules."""
    return wide.make(table, CHOICE).sums[""]


def ours_said(columns: Any, weights: Any, whole: Any) -> float:
    """Return the sum of correlations, first-order effects and alpha, by our rules."""
    codes = tuple(str(at) for at in range(columns.shape[1]))
    found = importance.importances(codes, columns, weights, whole)
    return float(sum((one.correlation or 0) + (one.effect or 0) for one in found) + (reliability.alpha(columns) or 0))


def theirs_said(columns: Any, _weights: Any, whole: Any) -> float:
    """Return the same: correlations by scipy, alpha by pandas, effects as polynomials fitted once without each unit."""
    total = sum(float(stats.pearsonr(column, whole).statistic) + _effect(column, whole) for column in columns.T)
    frame = pd.DataFrame(columns)
    k = columns.shape[1]
    return total + float(k / (k - 1) * (1 - frame.var().sum() / frame.sum(axis=1).var()))


def _effect(column: Any, whole: Any) -> float:
    scaled = (column - column.mean()) / column.std()
    found = []
    for degree in (1, 2, 3):
        left_out = 0.0
        for at in range(len(whole)):
            others = np.arange(len(whole)) != at
            fit = np.polynomial.polynomial.polyfit(scaled[others], whole[others], degree)
            left_out += (whole[at] - np.polynomial.polynomial.polyval(scaled[at], fit)) ** 2
        fit = np.polynomial.polynomial.polyfit(scaled, whole, degree)
        rest = whole - np.polynomial.polynomial.polyval(scaled, fit)
        found.append((left_out, 1 - float(rest.var() / whole.var())))
    return min(found)[1]


def best(work: Any, times: int = TIMES) -> tuple[float, float, Any]:
    """Return the best of a few: seconds, processor seconds, and what came out; a first one is not counted."""
    work()
    found: list[tuple[float, float, Any]] = []
    for _time in range(times):
        start, busy = time.perf_counter(), time.process_time()
        made = work()
        found.append((time.perf_counter() - start, time.process_time() - busy, made))
    return min(found, key=lambda one: one[0])


def main() -> None:
    """Print one line of JSON: the way, seconds, processor seconds, and sums by which equal work is proved equal."""
    way, units, indicators = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    index = index_of(units, indicators)
    table, _ranks = reading.read(table_of(index.data_rows()), table_of(index.structure_rows()))
    columns = wide.make(table, CHOICE).normal
    whole = ours_index(table)
    works: dict[str, Any] = {
        "ours": lambda: float(np.sum(ours_index(table))), "pandas": lambda: float(np.sum(with_pandas(index))),
        "our words": lambda: ours_said(columns, index.weight, whole),
        "scipy's": lambda: theirs_said(columns, index.weight, whole),
    }  # fmt: skip
    seconds, busy, made = best(works[way], 1 if way == "scipy's" else TIMES)
    print(json.dumps({"seconds": seconds, "cpu": busy, "sum": made}))


if __name__ == "__main__":
    main()
