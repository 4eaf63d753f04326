"""From scores to grades inside every draw: bands, then the scheme's steps in their order (docs/algorithms/grading.md)."""

import numpy as np
from numpy.typing import NDArray

from plumbline.assessment.rules.uncertainty.inputs import Bottom, ClassTable, Gated, Mapped, QuotaCut, Small
from plumbline.assessment.rules.uncertainty.ranks import Order

Grades = NDArray[np.int8]

CLOSE = 2e-6
"""Scores nearer to a bound than this share of the total count as reaching it: it is what single precision cannot tell."""


def grades(table: ClassTable, points: Small, ordered: Order, normal: list[Small] | None) -> Grades:
    """Return draws by units: the number of each grade, 0 is the best; ``points`` are what the bands look at.

    ``normal`` moves gates on rates; None leaves them.
    """
    found = np.zeros(points.shape, np.int8)
    for bound in table.thresholds:
        found += points < np.float32(bound - CLOSE * table.total)
    for step in table.steps:
        if isinstance(step, Mapped):
            found = _mapped(step, found)
        elif isinstance(step, Gated):
            found = np.where(_shut(step, normal), step.to[found], found)
        elif isinstance(step, Bottom):
            found = _lowered(found, ordered, _last(step, ordered), step.least)
        else:
            found = _lowered(found, ordered, _cut(step, ordered, found), step.place + 1)
    return found


def _shut(gate: Gated, normal: list[Small] | None) -> NDArray[np.bool_]:
    """Return where the gate shuts: units without answers stay as they were found."""
    if normal is None:
        return gate.fired
    rates = gate.rate.astype(np.float32) + normal[gate.source] * gate.error.astype(np.float32)
    shut: NDArray[np.bool_] = np.where(gate.error > 0, rates < np.float32(gate.below), gate.fired)
    return shut


def _mapped(step: Mapped, found: Grades) -> Grades:
    """Return what becomes of each grade: only the units for which a step changes something are looked up."""
    moved = np.flatnonzero((step.to != np.arange(step.to.shape[1])).any(axis=1))
    if not len(moved):
        return found
    found = found.copy()
    found[:, moved] = step.to[moved, found[:, moved]]
    return found


def _last(step: Bottom, ordered: Order) -> NDArray[np.bool_]:
    """Return, in the order of scores, who stands in the last places."""
    size = ordered.units.shape[1]
    found = np.tile(size - np.arange(size) <= step.places, (len(ordered.units), 1))
    found[ordered.tied] = size - ordered.end <= step.places
    return found


def _cut(step: QuotaCut, ordered: Order, found: Grades) -> NDArray[np.bool_]:
    """Return, in the order of scores, who has the grade and does not fit into the quota."""
    good = np.take_along_axis(found <= step.place, ordered.units, axis=1)
    own = np.cumsum(good, axis=1, dtype=np.int32)
    if len(ordered.tied):  # equal scores: the best or the last place among them
        upto = own[ordered.tied]
        if step.include_ties:
            before = np.take_along_axis(upto, np.maximum(ordered.start - 1, 0), axis=1)
            own[ordered.tied] = np.where(ordered.start > 0, before, 0) + 1
        else:
            own[ordered.tied] = np.take_along_axis(upto, ordered.end, axis=1)
    return good & (own > step.allowed)


def _lowered(found: Grades, ordered: Order, hit: NDArray[np.bool_], least: int) -> Grades:
    """Return the grades with those that are hit (in the order of scores) at ``least`` or below."""
    lowered: Grades = np.where(ordered.by_unit(hit), np.maximum(found, np.int8(least)), found)
    return lowered
