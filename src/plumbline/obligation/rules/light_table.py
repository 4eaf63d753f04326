"""The lights of many obligations at once: the same function as ``lights.light_of``, column by column.

Days are ordinals (``date.toordinal``). The days on which stages begin are asked once for each pair of due day and last day,
of which a year has some hundreds, whatever the number of rows. A property test holds both forms equal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from plumbline.obligation.rules.lights import COLOURS, Colour, Days, LightRule, begins_on

Ordinals = NDArray[np.int32]
NEVER = np.int32(0)
"""Stands where nothing was done."""


@dataclass(frozen=True, slots=True)
class Table:
    """Obligations as columns of equal length; ``period`` holds places in ``periods``, ``met_on`` NEVER where not done."""

    starts_on: Ordinals
    warn_on: Ordinals
    due_on: Ordinals
    last_on: Ordinals
    met_on: Ordinals
    complete: NDArray[np.bool_]
    is_waived: NDArray[np.bool_]
    is_important: NDArray[np.bool_]
    period: NDArray[np.int8]
    periods: Sequence[str]

    def __len__(self) -> int:
        return len(self.due_on)


def colours_of(table: Table, rule: LightRule, on: date, calendar: Days) -> NDArray[np.int8]:
    """Return the place in ``COLOURS`` of each row's light on the day ``on``."""
    day = np.int32(on.toordinal())
    found = np.full(len(table), COLOURS.index(Colour.GREY), np.int8)
    found[day >= table.starts_on] = COLOURS.index(Colour.GREEN)
    found[day >= table.warn_on] = COLOURS.index(rule.warn)
    for period, name in enumerate(table.periods):
        for important in (False, True):
            rows = np.flatnonzero((table.period == period) & (table.is_important == important) & (day > table.last_on))
            if len(rows):
                found[rows] = _late(table, rows, rule, (name, important), day, calendar)
    done = (table.met_on != NEVER) & (table.met_on <= day) & (table.complete | np.bool_(rule.incomplete_counts))
    found[done] = COLOURS.index(Colour.GREEN)
    found[done & (table.met_on > table.last_on)] = COLOURS.index(rule.late_keeps)
    found[table.is_waived] = COLOURS.index(Colour.GREY)
    return found


def _late(
    table: Table, rows: NDArray[np.intp], rule: LightRule, kind: tuple[str, bool], day: np.int32, calendar: Days
) -> NDArray[np.int8]:
    """Return the colours of late rows of one period: each pair of due day and last day is asked once."""
    period, important = kind
    stages = rule.stages_of(period, is_important=important)
    pairs, place = np.unique(
        np.stack((table.due_on[rows], table.last_on[rows]), axis=1).view(np.int64), return_inverse=True
    )
    found = np.full(len(pairs), COLOURS.index(stages[0].colour), np.int8)
    for number, (due, last) in enumerate(pairs.view(np.int32).reshape(-1, 2).tolist()):
        for stage in stages[1:]:
            if begins_on(stage, date.fromordinal(due), date.fromordinal(last), calendar).toordinal() <= day:
                found[number] = COLOURS.index(stage.colour)
    return found[place.reshape(-1)]


def counted(colours: NDArray[np.int8]) -> Mapping[Colour, int]:
    """Return how many rows show each colour."""
    counts = np.bincount(colours, minlength=len(COLOURS)).tolist()
    return dict(zip(COLOURS, counts, strict=True))
