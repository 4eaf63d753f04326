"""Indicators summed up through the tree to one number, by weights that are made whole over what is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from plumbline.assessment.rules.analysis.moments import Floats

Mean = Literal["arithmetic", "geometric", "geometric_top"]
"""``geometric_top``: arithmetic inside the groups, geometric between those of the first level (as human development is)."""
LOWEST = 1.0
"""The geometric mean lifts 0 to 1 of 100: a single zero would otherwise decide everything."""
SAME = 1e-9
"""Sums nearer than this are equal, and share their rank."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the tree: its code, the code above ("" at the top), and its weight among its siblings."""

    code: str
    parent: str
    weight: float = 1.0


def composed(columns: Mapping[str, Floats], tree: Sequence[Branch], mean: Mean) -> dict[str, Floats]:
    """Return a column for each node above the given ones; ``columns`` hold the leaves. The whole stands under "".

    Every node has a part or a column: who reads the table sees to it. A missing part is left out and its weight goes to its
    siblings; where no part is there, neither is the whole.
    """
    children: dict[str, list[Branch]] = {}
    for branch in tree:
        children.setdefault(branch.parent, []).append(branch)
    made: dict[str, Floats] = {}
    geometric = set(children) if mean == "geometric" else _top(children) if mean == "geometric_top" else set()

    def column(code: str) -> Floats:
        if code in columns:
            return columns[code]
        parts = children[code]
        table = np.column_stack([column(part.code) for part in parts])
        made[code] = _mean(table, [part.weight for part in parts], geometric=code in geometric)
        return made[code]

    column("")
    return made


def first_level(tree: Sequence[Branch]) -> list[str]:
    """Return the groups of the first level, that of the whole: many tables name their index once more, as its only part."""
    children = {branch.parent for branch in tree}
    at = [branch.code for branch in tree if not branch.parent]
    while len(at) == 1 and at[0] in children:
        at = [branch.code for branch in tree if branch.parent == at[0]]
    return [code for code in at if code in children]


def _top(children: Mapping[str, Sequence[Branch]]) -> set[str]:
    """Return the whole, and the groups that hold the whole of it."""
    found, at = {""}, children[""]
    while len(at) == 1 and at[0].code in children:
        found.add(at[0].code)
        at = children[at[0].code]
    return found


def _mean(table: Floats, weights: Sequence[float], *, geometric: bool) -> Floats:
    if geometric:
        table = np.log(np.maximum(table, LOWEST))
    there = ~np.isnan(table)
    share = there * np.asarray(weights, float)
    whole = share.sum(axis=1)
    total = np.where(there, table, 0.0) * share
    made = np.full(len(table), np.nan)
    np.divide(total.sum(axis=1), whole, out=made, where=whole > 0)
    return np.exp(made) if geometric else made


def ranks(column: Floats) -> list[int | None]:
    """Return the place of each unit, the highest first; equal ones share the better place, who has no number has none."""
    there = np.sort(column[~np.isnan(column)])
    return [
        None if np.isnan(value) else int(len(there) - np.searchsorted(there, value + SAME, "right")) + 1
        for value in column
    ]
