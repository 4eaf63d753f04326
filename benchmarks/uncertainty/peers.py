"""One analysis done several ways, each in a process of its own: ours, plain numpy, pandas; and Sobol's design with SALib.

Each prints one line of JSON: seconds (the best of a few in the same process, after a first that is not counted), processor
seconds, peak memory in MB, and sums by which equal work is proved equal.
"""

import json
import resource
import sys
import time
from collections.abc import Callable

import numpy as np

from benchmarks.uncertainty.data import table_of
from plumbline.assessment.rules.uncertainty import (
    WEIGHTS,
    ClassTable,
    Settings,
    comparing,
    drawing,
    ranks,
    scenarios,
    sobol,
)

TIMES = 5
Numbers = dict[str, float]


def ours(table: ClassTable, settings: Settings) -> Numbers:
    """Intervals of ranks, probabilities of grades, the order of all pairs."""
    drawn = scenarios.drawn(table, settings, WEIGHTS)
    low, _median, high, _first = ranks.interval(drawn.ranks, settings.coverage)
    before, _looked = scenarios.before(drawn, settings.threads)
    return _digest(low, high, drawn.grades, before)


def with_sobol(table: ClassTable, settings: Settings) -> Numbers:
    """The same, each indicator left out, and the indices of all assumptions."""
    comparing.left_out(table)
    return ours(table, settings) | {"sobol": float(sobol.indices(table, settings).total.sum())}


def _digest(low: np.ndarray, high: np.ndarray, grades: np.ndarray, before: np.ndarray) -> Numbers:
    return {
        "low": float(low.mean()),
        "high": float(high.mean()),
        "good": float(grades[:, 0].sum()),
        "first": float(before[0].mean()),
    }


def _weights(table: ClassTable, settings: Settings) -> np.ndarray:
    """Draw as the first lines of every script on composite indicators do."""
    shape = table.weight / table.total * drawing.concentration(len(table.nodes), settings.spread)
    return np.random.default_rng(settings.seed).dirichlet(shape, settings.draws) * table.total


def plain_numpy(table: ClassTable, settings: Settings) -> Numbers:
    """The same as it is usually written: sort twice for ranks, a loop over draws for the quota and over units for pairs."""
    scores = _weights(table, settings) @ table.share.T
    places = (-scores).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.quantile(places, [0.05, 0.95], axis=0, method="inverted_cdf")
    grades = np.digitize(scores, table.thresholds[::-1])
    grades = len(table.grades) - 1 - grades
    for draw in range(settings.draws):
        good = np.flatnonzero(grades[draw] == 0)
        cut = good[np.argsort(-scores[draw, good])][table.steps[0].allowed :]  # type: ignore[union-attr]
        grades[draw, cut] = 1
    counts = np.stack([(grades == grade).sum(axis=0) for grade in range(3)], axis=1)
    looked = places[: scenarios.PAIR_DRAWS] if len(table.units) > scenarios.PAIRS_EXACTLY else places
    before = np.stack([(looked[:, [unit]] < looked).mean(axis=0) for unit in range(len(table.units))])
    before[np.diag_indices(len(before))] = 0.5
    return _digest(low, high, counts, before)


def pandas(table: ClassTable, settings: Settings) -> Numbers:
    """Ranks, quantiles and grades with pandas; the order of pairs is left to numpy."""
    import pandas as pd

    scores = pd.DataFrame(_weights(table, settings) @ table.share.T)
    places = scores.rank(axis=1, ascending=False, method="min").astype("int64")
    low, high = places.quantile(0.05, interpolation="lower"), places.quantile(0.95, interpolation="lower")
    bounds = [-np.inf, *table.thresholds[::-1], np.inf]
    grades = scores.apply(lambda column: pd.cut(column, bounds, right=False, labels=[2, 1, 0]).astype("int8"))
    best = scores.where(grades == 0).rank(axis=1, ascending=False, method="min")
    grades = grades.mask((grades == 0) & (best > table.steps[0].allowed), 1)  # type: ignore[union-attr]
    counts = np.stack([(grades == grade).sum(axis=0) for grade in range(3)], axis=1)
    looked = places.to_numpy()
    if len(table.units) > scenarios.PAIRS_EXACTLY:
        looked = looked[: scenarios.PAIR_DRAWS]
    before = np.stack([(looked[:, [unit]] < looked).mean(axis=0) for unit in range(len(table.units))])
    before[np.diag_indices(len(before))] = 0.5
    return _digest(low.to_numpy(), high.to_numpy(), counts, before)


def indices(table: ClassTable, settings: Settings) -> Numbers:
    """Our indices alone, with their bounds."""
    return {"sobol": float(sobol.indices(table, settings).total.sum())}


def salib(table: ClassTable, settings: Settings) -> Numbers:
    """The same indices with SALib's design and estimators, the model in plain numpy."""
    from SALib.analyze import sobol as analyze
    from SALib.sample import sobol as sample

    count = len(table.nodes)
    problem = {"num_vars": 3, "names": ["weights", "mean", "left_out"], "bounds": [[0, 1]] * 3}
    design = sample.sample(problem, settings.base, calc_second_order=False, seed=settings.seed)
    drawn = _weights(table, settings)[: settings.base]
    weights = drawn[np.minimum((design[:, 0] * settings.base).astype(int), settings.base - 1)].copy()
    left_out = np.minimum((design[:, 2] * (count + 1)).astype(int), count)
    some = left_out < count
    weights[np.flatnonzero(some), left_out[some]] = 0
    weights /= weights.sum(axis=1, keepdims=True)
    scores = np.where(
        design[:, [1]] < 0.5, weights @ table.share.T, np.exp(weights @ np.log(np.maximum(table.share, 0.01)).T)
    )
    places = (-scores).argsort(axis=1).argsort(axis=1)
    official = (-(table.share @ table.weight)).argsort().argsort()
    shifts = np.abs(places - official).mean(axis=1)
    found = analyze.analyze(problem, shifts, calc_second_order=False, num_resamples=200, seed=settings.seed)
    return {"sobol": float(found["ST"].sum())}


WAYS: dict[str, Callable[[ClassTable, Settings], Numbers]] = {
    "ours": ours, "ours with Sobol": with_sobol, "numpy": plain_numpy, "pandas": pandas,
    "our indices": indices, "SALib's indices": salib,
}  # fmt: skip


def main() -> None:
    """Measure the way, the units and the indicators that the arguments name."""
    way, units, indicators, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    table, settings = table_of(units, indicators), Settings()
    run = WAYS[way]
    if times > 1:
        run(table, settings)
    best: dict[str, float] = {}
    for _time in range(times):
        cpu, begin = time.process_time(), time.perf_counter()
        found = run(table, settings)
        took = {"seconds": time.perf_counter() - begin, "cpu": time.process_time() - cpu}
        best = took | found if not best or took["seconds"] < best["seconds"] else best
    best["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(best))


if __name__ == "__main__":
    main()
