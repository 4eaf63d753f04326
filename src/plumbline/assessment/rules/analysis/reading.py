"""A wide table read from two sheets: units with their values, and the tree of indicators; every fault named with its cell.

The headings of other tools for composite indicators are understood too, so that a published index can be brought in as it is.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from plumbline.assessment.rules.analysis.composing import Branch
from plumbline.assessment.rules.analysis.normalising import Bounds
from plumbline.assessment.rules.analysis.wide import Indicator, Wide
from plumbline.kernel.tables import MOST_PROBLEMS, Problem, Row, SheetError, Table

DATA, STRUCTURE = "data", "indicators"
STRUCTURE_COLUMNS = ("code", "name", "parent", "weight", "direction", "type", "denominator", "low", "high", "target")
_ALIASES = {
    "unit": ("unit", "code", "ucode", "单位代码"), "unit name": ("name", "uname", "单位名称"),
    "class": ("class", "group", "ugroup", "类别"), "rank": ("rank", "published rank", "公布名次"),
    "code": ("code", "icode", "指标代码"), "name": ("name", "iname", "指标名称"), "parent": ("parent", "上级"),
    "weight": ("weight", "权重"), "direction": ("direction", "方向"), "type": ("type", "类型"),
    "denominator": ("denominator", "分母"), "low": ("low", "下限"), "high": ("high", "上限"), "target": ("target", "目标"),
}  # fmt: skip
_TYPES = {
    "indicator": "indicator",
    "aggregate": "group",
    "group": "group",
    "denominator": "denominator",
    "other": "other",
}
MOST_UNITS, MOST_COLUMNS = 5_000, 400
"""Beyond it a page could not make an index while somebody waits."""
_NONE = {"", "na", "n/a", "nan", "null", "-", "–", "..", "…"}


class _Reading:
    """Reads both sheets, gathering faults."""

    def __init__(self, data: Table, structure: Table) -> None:
        self.data, self.structure = data, structure
        self.problems: list[Problem] = []

    def wrong(self, sheet: str, row: int | None, column: str | None, message: str) -> None:
        self.problems.append(Problem(row, column, message, sheet))

    def stop(self) -> None:
        if self.problems:
            raise SheetError(self.problems[:MOST_PROBLEMS])

    def text(self, row: Row, heading: str | None) -> str:
        value = row.cells.get(heading) if heading else None
        return "" if value is None else str(value).strip()

    def number(self, sheet: str, row: Row, heading: str | None, default: float | None = None) -> float | None:
        """Return the number of a cell, ``default`` where it is empty; names what is no number."""
        told = self.text(row, heading)
        if told.lower() in _NONE:
            return default
        try:
            found = float(told.rstrip("%")) / (100 if told.endswith("%") else 1)
        except ValueError:
            found = math.nan
        if not math.isfinite(found):
            self.wrong(sheet, row.number, heading, _("“%(value)s” is not a number.") % {"value": told[:40]})
            return default
        return found

    def heading(self, table: Table, sheet: str, wanted: str, *, needed: bool = False) -> str | None:
        """Return the heading that stands for a column; names a needed one that is not there."""
        by_name = {heading.strip().lower(): heading for heading in table.headers}
        for name in _ALIASES[wanted]:
            if name in by_name:
                return by_name[name]
        if needed:
            told = _("The column “%(column)s” is missing.") % {"column": _ALIASES[wanted][0]}
            self.wrong(sheet, None, None, told)
        return None


def read(data: Table, structure: Table) -> tuple[Wide, dict[str, int]]:
    """Return the table, and the published ranks by unit where the sheet has them. Raises SheetError naming every fault."""
    reading = _Reading(data, structure)
    if len(data.rows) > MOST_UNITS or len(structure.rows) > MOST_COLUMNS:
        told = _("At most %(units)s units and %(columns)s rows of structure are possible here.")
        reading.wrong(DATA, None, None, told % {"units": MOST_UNITS, "columns": MOST_COLUMNS})
        reading.stop()
    indicators, groups, extra = _structure(reading)
    reading.stop()
    units = _units(reading, _classing(reading))
    values, more = _values(reading, [one.branch.code for one in indicators], extra)
    ranks = _ranks(reading, [unit[0] for unit in units])
    reading.stop()
    codes, names, classes = zip(*units, strict=True)
    wide = Wide(codes, names, classes, tuple(indicators), tuple(groups), values, more)
    return wide, ranks


def _structure(reading: _Reading) -> tuple[list[Indicator], list[tuple[Branch, str]], list[str]]:
    table = reading.structure
    names = {name: reading.heading(table, STRUCTURE, name, needed=name == "code") for name in STRUCTURE_COLUMNS}
    reading.stop()
    rows: dict[str, Row] = {}
    for row in table.rows:
        code = reading.text(row, names["code"])
        if not code or code in rows:
            told = _("The code %(code)s stands twice.") if code else _("A code is missing.")
            reading.wrong(STRUCTURE, row.number, names["code"], told % {"code": code} if code else told)
        rows.setdefault(code, row)
    kinds = _kinds(reading, rows, names)
    indicators = [
        _indicator(reading, code, rows[code], names, kinds) for code, kind in kinds.items() if kind == "indicator"
    ]
    groups = [
        (_branch(reading, code, rows[code], names, kinds), reading.text(rows[code], names["name"]) or code)
        for code, kind in kinds.items() if kind == "group"
    ]  # fmt: skip
    _whole(reading, rows, [one.branch for one in indicators], [branch for branch, _name in groups], names)
    return indicators, groups, [code for code, kind in kinds.items() if kind == "denominator"]


def _kinds(reading: _Reading, rows: Mapping[str, Row], names: Mapping[str, str | None]) -> dict[str, str]:
    """Return what each row is; where the sheet does not say it, whoever has parts is a group.

    A group that is a column of the data sorts units, as other tools have it; it is no part of the tree.
    """
    parents = {reading.text(row, names["parent"]) for row in rows.values()}
    found = {}
    for code, row in rows.items():
        told = reading.text(row, names["type"]).lower()
        if told and told not in _TYPES:
            message = _("“%(value)s” is not possible here. Possible are: %(known)s.")
            known = ", ".join(sorted(_TYPES))
            reading.wrong(STRUCTURE, row.number, names["type"], message % {"value": told, "known": known})
        sorts = told == "group" and code not in parents and code in reading.data.headers
        found[code] = "other" if sorts else _TYPES.get(told) or ("group" if code in parents else "indicator")
    return found


def _classing(reading: _Reading) -> str | None:
    """Return the column that holds the classes: the one called so, else the first that the structure says sorts units."""
    named = reading.heading(reading.data, DATA, "class")
    if named:
        return named
    code, type_ = (reading.heading(reading.structure, STRUCTURE, name) for name in ("code", "type"))
    sorting = [reading.text(row, code) for row in reading.structure.rows if reading.text(row, type_).lower() == "group"]
    return next((one for one in sorting if one in reading.data.headers), None)


def _branch(
    reading: _Reading, code: str, row: Row, names: Mapping[str, str | None], kinds: Mapping[str, str]
) -> Branch:
    parent = reading.text(row, names["parent"])
    parent = "" if parent.lower() in _NONE else parent
    if parent and kinds.get(parent) != "group":
        told = _("%(parent)s is no group of this sheet.") % {"parent": parent}
        reading.wrong(STRUCTURE, row.number, names["parent"], told)
    weight = reading.number(STRUCTURE, row, names["weight"], 1.0) or 0.0
    if weight < 0:
        reading.wrong(STRUCTURE, row.number, names["weight"], _("A weight is 0 or more."))
    return Branch(code, parent, weight)


def _indicator(
    reading: _Reading, code: str, row: Row, names: Mapping[str, str | None], kinds: Mapping[str, str]
) -> Indicator:
    better = reading.number(STRUCTURE, row, names["direction"], 1.0)
    if better not in (1.0, -1.0):
        told = _("The direction is 1 where more is better, -1 where less is.")
        reading.wrong(STRUCTURE, row.number, names["direction"], told)
    below = reading.text(row, names["denominator"])
    below = "" if below.lower() in _NONE else below
    if below and kinds.get(below) not in ("denominator", "indicator"):
        told = _("%(code)s is no column to divide by.") % {"code": below}
        reading.wrong(STRUCTURE, row.number, names["denominator"], told)
    low, high, target = (reading.number(STRUCTURE, row, names[name]) for name in ("low", "high", "target"))
    if low is not None and high is not None and low >= high:
        reading.wrong(STRUCTURE, row.number, names["low"], _("The low goalpost must be below the high one."))
    bounds = Bounds(int(better or 1), low, high, target)
    return Indicator(_branch(reading, code, row, names, kinds), reading.text(row, names["name"]) or code, bounds, below)


def _whole(
    reading: _Reading, rows: Mapping[str, Row], leaves: list[Branch], groups: list[Branch],
    names: Mapping[str, str | None],
) -> None:  # fmt: skip
    """Name groups without parts, circles, and siblings whose weights are all zero."""
    above = {branch.code: branch.parent for branch in [*leaves, *groups]}
    weights: dict[str, float] = {}
    for branch in [*leaves, *groups]:
        weights[branch.parent] = weights.get(branch.parent, 0.0) + branch.weight
    for branch in groups:
        seen, at = {branch.code}, branch.parent
        while at and at not in seen:
            seen.add(at)
            at = above.get(at, "")
        told = ""
        if at:
            told = _("%(code)s lies inside itself.")
        elif branch.code not in weights:
            told = _("%(code)s is a group without parts.")
        elif weights[branch.code] <= 0:
            told = _("The parts of %(code)s weigh nothing.")
        if told:
            reading.wrong(STRUCTURE, rows[branch.code].number, names["code"], told % {"code": branch.code})
    if not leaves or weights.get("", 0.0) <= 0:
        reading.wrong(STRUCTURE, None, None, _("There is no indicator that counts."))


def _units(reading: _Reading, klass: str | None) -> list[tuple[str, str, str]]:
    table = reading.data
    code = reading.heading(table, DATA, "unit", needed=True)
    name = reading.heading(table, DATA, "unit name")
    reading.stop()
    found: dict[str, tuple[str, str, str]] = {}
    for row in table.rows:
        unit = reading.text(row, code)
        if not unit or unit in found:
            told = _("The code %(code)s stands twice.") % {"code": unit} if unit else _("A code is missing.")
            reading.wrong(DATA, row.number, code, told)
        found.setdefault(unit, (unit, reading.text(row, name) or unit, reading.text(row, klass)))
    if len(found) < 2:
        reading.wrong(DATA, None, None, _("At least two units are needed."))
    return list(found.values())


def _values(reading: _Reading, codes: list[str], extra: list[str]) -> tuple[Any, dict[str, Any]]:
    table = reading.data
    missing = [code for code in [*codes, *extra] if code not in table.headers]
    for code in missing:
        reading.wrong(DATA, None, code, _("The column “%(column)s” is missing.") % {"column": code})
    reading.stop()
    read_ = [[reading.number(DATA, row, code) for code in [*codes, *extra]] for row in table.rows]
    values = np.array([[math.nan if one is None else one for one in row] for row in read_], float)
    values = values.reshape(len(read_), len(codes) + len(extra))
    for place, code in enumerate(codes):
        if np.isnan(values[:, place]).all():
            reading.wrong(DATA, None, code, _("The column “%(column)s” is empty.") % {"column": code})
    more = {code: values[:, len(codes) + place] for place, code in enumerate(extra)}
    return values[:, : len(codes)], more


def _ranks(reading: _Reading, codes: list[str]) -> dict[str, int]:
    heading = reading.heading(reading.data, DATA, "rank")
    found = {}
    for code, row in zip(codes, reading.data.rows, strict=False):
        rank = reading.number(DATA, row, heading)
        if rank is None:
            continue
        if rank < 1 or rank != int(rank):
            reading.wrong(DATA, row.number, heading, _("A rank is a whole number of 1 or more."))
        found[code] = int(rank)
    return found


def document_of(wide: Wide, ranks: Mapping[str, int]) -> dict[str, Any]:
    """Return the table as plain data for storing; what is missing is null."""

    def plain(column: Any) -> list[float | None]:
        return [None if math.isnan(one) else float(one) for one in column]

    return {
        "units": [list(unit) for unit in zip(wide.units, wide.names, wide.classes, strict=True)],
        "indicators": [
            {
                "code": one.branch.code, "name": one.name, "parent": one.branch.parent, "weight": one.branch.weight,
                "denominator": one.denominator, "better": one.bounds.better, "low": one.bounds.low, "high": one.bounds.high,
                "target": one.bounds.target, "values": plain(wide.values[:, place]),
            }
            for place, one in enumerate(wide.indicators)
        ],
        "groups": [[branch.code, branch.parent, branch.weight, name] for branch, name in wide.groups],
        "extra": {code: plain(column) for code, column in wide.extra.items()},
        "ranks": dict(ranks),
    }  # fmt: skip


def wide_of(document: Mapping[str, Any]) -> Wide:
    """Return the table of stored data."""

    def column(values: list[float | None]) -> Any:
        return np.array([math.nan if one is None else one for one in values], float)

    units = document["units"]
    return Wide(
        tuple(one[0] for one in units), tuple(one[1] for one in units), tuple(one[2] for one in units),
        tuple(
            Indicator(
                Branch(one["code"], one["parent"], one["weight"]), one["name"],
                Bounds(one["better"], one["low"], one["high"], one["target"]), one["denominator"],
            )
            for one in document["indicators"]
        ),
        tuple((Branch(code, parent, weight), name) for code, parent, weight, name in document["groups"]),
        np.column_stack([column(one["values"]) for one in document["indicators"]]),
        {code: column(values) for code, values in document["extra"].items()},
    )  # fmt: skip
