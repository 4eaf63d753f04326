"""A scheme as the tables of a workbook, and back, without loss: what an office prints, sends round and fills in.

Four tables: ``scheme`` (field and value), ``indicators`` (one a row, with its level), ``rules`` (one a row, named by its
indicator), ``grading`` (one part a row). Columns are the flat names of ``slots``; a cell is what a field of the editor holds.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from plumbline.assessment.rules.drafting import notation, slots, tree
from plumbline.assessment.rules.drafting.slots import Slot
from plumbline.kernel.tables import Cell, plain

Row = dict[str, str]


def _names(groups: Sequence[tuple[Slot, ...]]) -> tuple[str, ...]:
    """Return every field of some parts once, in the order in which they are first met."""
    return tuple(dict.fromkeys(slot.name for group in groups for slot in group))


NODE_COLUMNS = ("level", *(slot.name for slot in slots.NODE))
RULE_COLUMNS = ("indicator", "type", *_names(tuple(slots.RULES.values())))
PART_COLUMNS = ("part", *_names(tuple(slots.GRADING.values())))
HEAD_COLUMNS = ("field", "value")


COLUMNS: Mapping[str, tuple[str, ...]] = {
    "scheme": HEAD_COLUMNS, "indicators": NODE_COLUMNS, "rules": RULE_COLUMNS, "grading": PART_COLUMNS,
}  # fmt: skip
"""The columns of each table."""


def cell_text(text: str) -> str:
    """Return a text as a cell of a workbook keeps it: what a spreadsheet would trim or drop is written as a JSON string."""
    if not text or (plain(text) == text and not text.startswith('"') and not _LOST.search(text)):
        return text
    return json.dumps(text)


_LOST = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9a-fA-F]{4}_")


def text_of_cell(cell: Cell) -> str:
    """Return the text of a cell: numbers and days as they are written, a JSON string as what it says."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if not isinstance(cell, str):
        return str(cell)
    if cell.startswith('"'):
        try:
            found = json.loads(cell)
        except json.JSONDecodeError:
            return cell
        return found if isinstance(found, str) else cell
    return cell


@dataclass(frozen=True, slots=True)
class Tables:
    """The rows of the four tables, each by column."""

    scheme: tuple[Row, ...]
    indicators: tuple[Row, ...]
    rules: tuple[Row, ...]
    grading: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong in a table: its name, the row (the first below the headings is 1), the column, and how to mend it."""

    table: str
    row: int
    column: str
    message: str


class SheetInvalid(ValueError):
    """The tables do not make a scheme; ``problems`` says where."""

    def __init__(self, problems: Sequence[RowProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{one.table} {one.row} {one.column}: {one.message}" for one in problems))


def tables_of(document: Mapping[str, Any]) -> Tables:
    """Return a document as tables; numbers and texts stay as they are written."""
    nodes, rules = [], []
    for place in tree.places(dict(document)):
        node = place.node
        nodes.append({"level": str(place.depth + 1)} | slots.texts_of(slots.NODE, node))
        for rule in node.get("rules", ()):
            kind = str(rule.get("type", ""))
            rules.append(
                {"indicator": str(node.get("code", "")), "type": kind} | slots.texts_of(slots.RULES[kind], rule)
            )
    grading = [
        {"part": section} | slots.texts_of(fields, part)
        for section, fields in slots.GRADING.items() for part in document.get(section, ())
    ]  # fmt: skip
    head = slots.texts_of(slots.HEAD, document)
    return Tables(
        tuple({"field": name, "value": text} for name, text in head.items()), tuple(nodes), tuple(rules), tuple(grading)
    )


class _Reading:
    """Reads the tables, gathering every problem instead of stopping at the first."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.problems: list[RowProblem] = []
        self.by_code: dict[str, dict[str, Any]] = {}

    def wrong(self, table: str, row: int, column: str, message: str) -> None:
        self.problems.append(RowProblem(table, row, column, message))

    def part(self, table: str, number: int, fields: tuple[Slot, ...], row: Row) -> dict[str, Any]:
        """Return one row as a part; a field that cannot be read is named and left out."""
        found: dict[str, Any] = {}
        readable = dict(row)
        for slot in fields:
            try:
                slots.part_of((slot,), row)
            except notation.NotationInvalid as problem:
                self.wrong(table, number, slot.name, str(problem))
                readable[slot.name] = ""
        found |= slots.part_of(fields, readable)
        known = {slot.name for slot in fields} | {"level", "indicator", "type", "part"}
        for name, text in row.items():
            if text.strip() and name not in known:
                told = _("This part has no such field. Empty the cell.")
                self.wrong(table, number, name, told)
        return found

    def head(self) -> dict[str, Any]:
        names = {slot.name for slot in slots.HEAD}
        texts: Row = {}
        for number, row in enumerate(self.tables.scheme, start=1):
            name = row.get("field", "").strip()
            if name in texts:
                self.wrong("scheme", number, "field", _("This field stands twice."))
            elif name in names:
                texts[name] = row.get("value", "")
            elif name or row.get("value", "").strip():
                self.wrong("scheme", number, "field", _("There is no field “%(name)s”.") % {"name": name})
        return self.part("scheme", 1, slots.HEAD, texts)

    def nodes(self) -> list[dict[str, Any]]:
        top: list[dict[str, Any]] = []
        above: list[dict[str, Any]] = []
        for number, row in enumerate(self.tables.indicators, start=1):
            node = self.part("indicators", number, slots.NODE, row)
            level = row.get("level", "").strip() or "1"
            if not level.isdecimal() or not 1 <= int(level) <= len(above) + 1:
                told = _("The level is 1 for the first level, and at most one more than in the row above.")
                self.wrong("indicators", number, "level", told)
                continue
            above = above[: int(level) - 1]
            (above[-1].setdefault("children", []) if above else top).append(node)
            above.append(node)
            code = str(node.get("code", ""))
            if code in self.by_code:
                self.wrong("indicators", number, "code", _("The code %(code)s stands twice.") % {"code": code})
            self.by_code.setdefault(code, node)
        return top

    def rules(self) -> None:
        for number, row in enumerate(self.tables.rules, start=1):
            code, kind = row.get("indicator", "").strip(), row.get("type", "").strip()
            if kind not in slots.RULES:
                told = _("There is no rule “%(kind)s”. Possible are: %(known)s.")
                self.wrong("rules", number, "type", told % {"kind": kind, "known": ", ".join(slots.RULES)})
            elif code not in self.by_code:
                told = _("There is no indicator %(code)s in the table of indicators.") % {"code": code or "–"}
                self.wrong("rules", number, "indicator", told)
            else:
                rule = {"type": kind} | self.part("rules", number, slots.RULES[kind], row)
                self.by_code[code].setdefault("rules", []).append(rule)

    def grading(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for number, row in enumerate(self.tables.grading, start=1):
            section = row.get("part", "").strip()
            if section not in slots.GRADING:
                told = _("There is no part “%(part)s”. Possible are: %(known)s.")
                self.wrong("grading", number, "part", told % {"part": section, "known": ", ".join(slots.GRADING)})
                continue
            found.setdefault(section, []).append(self.part("grading", number, slots.GRADING[section], row))
        return found


def document_of(tables: Tables) -> dict[str, Any]:
    """Return the document that tables describe, not yet checked as a scheme. Raises SheetInvalid naming every bad cell."""
    reading = _Reading(tables)
    document = reading.head() | {"tree": reading.nodes()}
    reading.rules()
    document |= reading.grading()
    if reading.problems:
        raise SheetInvalid(reading.problems)
    return document
