"""From a run to the document that is kept: each class as a table, analysed, and written as plain numbers."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from plumbline.assessment.actions import storage
from plumbline.assessment.models import CompositeScore, NodeScore, Run
from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules import uncertainty as rule

Tell = Callable[[int, int, str], None]

SHOWN_PAIRS = 80
"""Units whose order among each other is kept as a table: nobody can read a larger one."""
PERMILLE = 1000
LARGEST = 32_000
"""Units of a class that are analysed; in larger ones an interval of ranks would say little."""


def document_of(run: Run, settings: rule.Settings, tell: Tell) -> dict[str, Any]:
    """Return the analysis of all classes as plain data: probabilities in thousandths. Raises SnapshotDamaged.

    Three SQL statements. ``tell`` is called with (done, total, note).
    """
    tables = class_tables(run, settings)
    total = sum(len(rule.scenario_names(table)) for table in tables.values()) * settings.draws + 1
    classes, done = {}, 0
    for klass, table in tables.items():
        before = done

        def draws(
            name: str, count: int, klass: str = klass, table: rule.ClassTable = table, before: int = before
        ) -> None:
            place = rule.scenario_names(table).index(name)
            tell(before + place * settings.draws + count, total, klass)

        classes[klass] = _plain(table, rule.analyse(table, settings, draws), settings)
        done += len(rule.scenario_names(table)) * settings.draws
    tell(total, total, "")
    return {"format": 1, "run": run.number, "numpy": np.__version__, "classes": classes}


def class_tables(run: Run, settings: rule.Settings) -> dict[str, rule.ClassTable]:
    """Return the table of each class with at most ``LARGEST`` scored units, by class."""
    document, frozen = storage.read(run.snapshot.folder, run.snapshot.manifest)
    scheme = schemes.from_document(document)
    scores: dict[str, dict[int, int]] = {}
    rows = CompositeScore.objects.filter(run=run).order_by("klass", "unit_id")
    for klass, unit, score in rows.values_list("klass", "unit_id", "score"):
        if score is not None:
            scores.setdefault(klass, {})[unit] = score
    points: dict[str, dict[int, rule.NodePoints]] = {}
    for code, unit, applied, status in NodeScore.objects.filter(run=run).values_list(
        "node", "unit_id", "applied", "status"
    ):
        points.setdefault(code, {})[unit] = rule.NodePoints(applied or 0, status)
    evidence = rule.Evidence(frozen["facts"])
    made = {
        klass: rule.class_table(scheme.for_class(klass), rule.Official(mine, points), evidence, settings)
        for klass, mine in scores.items()
        if len(mine) <= LARGEST
    }
    return {klass: table for klass, table in made.items() if table.total > 0}


def _plain(table: rule.ClassTable, found: rule.Analysis, settings: rule.Settings) -> dict[str, Any]:
    """Return the analysis of a class as plain data, units in official order."""
    units = [table.units[place] for place in found.order]
    return {
        "units": units,
        "ranks": found.ranks.tolist(),
        "grades": list(table.grades),
        "concentration": round(rule.concentration(len(table.nodes), settings.spread)),
        "surveys": _surveys(table),
        "scenarios": [_scenario(one) for one in found.scenarios],
        "left_out": [_compared(one, table) for one in found.left_out],
        "geometric": _compared(found.geometric, table) | {"ranks": found.geometric.ranks[found.order].tolist()},
        "sobol": _indices(found),
    }


def _surveys(table: rule.ClassTable) -> list[dict[str, Any]]:
    return [
        {"node": table.nodes[one.node], "units": int((one.error > 0).sum()), "error": float(one.error[one.error > 0].mean())}
        for one in table.surveys
    ]  # fmt: skip


def _scenario(one: rule.ScenarioResult) -> dict[str, Any]:
    shown = one.before[:SHOWN_PAIRS, :SHOWN_PAIRS]
    return {
        "name": one.name,
        "low": one.low.tolist(),
        "median": one.median.tolist(),
        "high": one.high.tolist(),
        "first": _permille(one.first),
        "grades": [_permille(row) for row in one.grades],
        "before": [_permille(row) for row in shown],
        "alike": [list(run) for run in one.alike],
        "told": one.told.tolist(),
        "pair_draws": one.pair_draws,
    }


def _permille(values: Any) -> list[int]:
    return [int(value) for value in np.rint(np.asarray(values) * PERMILLE)]


def _compared(one: rule.Compared, table: rule.ClassTable) -> dict[str, Any]:
    place = int(np.abs(one.shift).argmax())
    return {
        "node": one.node, "mean": one.mean, "most": one.most, "grades": one.grades, "correlation": one.correlation,
        "unit": table.units[place], "shift": int(one.shift[place]),
    }  # fmt: skip


def _indices(found: rule.Analysis) -> Mapping[str, Any] | None:
    """Return the indices of the mean shift; numbers that do not exist as None."""
    if found.sobol is None:
        return None
    one = found.sobol
    return {
        "factors": list(one.factors),
        "evaluations": one.evaluations,
        "shift": one.mean_shift,
        "first": _numbers(one.first),
        "total": _numbers(one.total),
        "first_bounds": [_numbers(row) for row in one.first_bounds],
        "total_bounds": [_numbers(row) for row in one.total_bounds],
        "units": [_numbers(row) for row in one.total_by_unit[:, found.order].T[:SHOWN_PAIRS]],
    }


def _numbers(values: Any) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 4) for value in values]
