"""From a run and another scheme to the comparison that is kept."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

import pyarrow as pa

from plumbline.assessment.actions import calculating, inputs, storage
from plumbline.assessment.models import CompositeScore, GradeStep, NodeScore, Run
from plumbline.assessment.rules import backtest as rule
from plumbline.assessment.rules import scheme as schemes

Tell = Callable[[int, int, str], None]
Rows = Iterable[tuple[Any, ...]]


def document_of(run: Run, scheme: schemes.Scheme, tell: Tell) -> dict[str, Any]:
    """Return the comparison as plain data. Raises SnapshotDamaged, and Refused where quantities pass exact arithmetic."""
    official, frozen = storage.read(run.snapshot.folder, run.snapshot.manifest)
    old_scheme = schemes.from_document(official)
    tell(0, 3, "")
    facts, archived = _facts(run, old_scheme, scheme, frozen["facts"])
    tell(1, 3, "")
    tables = calculating.scored(scheme, frozen | {"facts": facts}, decimals=run.snapshot.manifest.get("decimals"))
    tell(2, 3, "")
    before = _standings(old_scheme, *_stored(run, old_scheme))
    after = _standings(scheme, *(_listed(tables[name], names) for name, names in _COLUMNS.items()))
    moved = rule.compare(before, after)
    tell(3, 3, "")
    return {
        "format": 1,
        "archived": archived,
        "moved": [_plain(one) for one in moved],
        "causes": rule.causes(moved),
        "decided": [asdict(one) for one in rule.decided(after)],
    }


def _facts(run: Run, old: schemes.Scheme, new: schemes.Scheme, frozen: pa.Table) -> tuple[pa.Table, bool]:
    """Return the facts that the new scheme reads, and whether all of them lie in the snapshot.

    A scheme that looks at kinds or attributes which the official one did not needs facts that were not frozen: they are taken
    from the ledger as it stood at the freeze, of the units that were frozen.
    """
    if set(new.kinds_used()) <= set(old.kinds_used()) and set(new.attributes_used()) <= set(old.attributes_used()):
        return frozen, True
    snapshot = run.snapshot
    watermark = snapshot.manifest["watermark"]
    return inputs.facts_of(snapshot.round, new, as_of=snapshot.as_of, watermark=watermark), False


_COLUMNS = {
    "composite": ("unit_id", "klass", "score", "rank", "grade"),
    "scores": ("unit_id", "node", "applied"),
    "grade_steps": ("unit_id", "step", "rule", "before", "after", "numerator", "denominator"),
}


def _stored(run: Run, scheme: schemes.Scheme) -> list[Rows]:
    """Return the rows of a run; three SQL statements."""
    nodes = [node.code for node in scheme.tree]
    steps = GradeStep.objects.filter(run=run).order_by("unit_id", "position")
    return [
        CompositeScore.objects.filter(run=run).values_list(*_COLUMNS["composite"]),
        NodeScore.objects.filter(run=run, node__in=nodes).values_list(*_COLUMNS["scores"]),
        steps.values_list(*_COLUMNS["grade_steps"]),
    ]


def _listed(table: pa.Table, names: tuple[str, ...]) -> Rows:
    return zip(*(column.to_pylist() for column in table.select(list(names)).columns), strict=True)


def _standings(scheme: schemes.Scheme, composite: Rows, scores: Rows, steps: Rows) -> dict[int, rule.Standing]:
    applied: dict[int, dict[str, int]] = {}
    for unit, node, points in scores:
        applied.setdefault(unit, {})[node] = points or 0
    taken: dict[int, list[rule.StepTaken]] = {}
    for unit, *rest in steps:
        taken.setdefault(unit, []).append(rule.StepTaken(*rest))
    found, by_class = {}, _ByClass(scheme)
    for unit, klass, score, rank, grade in composite:
        parts = rule.parts_of(by_class[klass], applied.get(unit, {}), score)
        found[unit] = rule.Standing(klass, score, rank, grade, parts, taken.get(unit, []))
    return found


class _ByClass(dict[str, schemes.Scheme]):
    """A scheme as it is for each class, made once."""

    def __init__(self, scheme: schemes.Scheme) -> None:
        super().__init__()
        self.scheme = scheme

    def __missing__(self, klass: str) -> schemes.Scheme:
        """Make it."""
        self[klass] = self.scheme.for_class(klass)
        return self[klass]


def _plain(one: rule.Moved) -> Mapping[str, Any]:
    return {
        "unit": one.unit,
        "klass": one.before.klass,
        "score": [one.before.score, one.after.score],
        "rank": [one.before.rank, one.after.rank],
        "grade": [one.before.grade, one.after.grade],
        "climbed": one.climbed,
        "gains": [list(pair) for pair in one.gains],
        "cause": one.cause,
        "acted": [list(pair) for pair in one.acted],
    }
