"""From the rows of a sheet to drafts of facts: which column is what, and what each cell means, in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from plumbline.ledger.rules.checks import parse_quantity
from plumbline.ledger.rules.kinds import AttributeSpec, FactKindSpec

LANGUAGES: Final = ("en", "zh-hans")
COLUMNS: Final = {
    "kind": gettext_noop("fact kind"),
    "unit": gettext_noop("unit code"),
    "occurred_on": gettext_noop("day"),
    "quantity": gettext_noop("quantity"),
    "member": gettext_noop("member number"),
    "key": gettext_noop("own number"),
}
"""The fixed columns: field and heading."""
REQUIRED: Final = ("kind", "unit", "occurred_on")
EARLIEST: Final = date(1949, 10, 1)
"""No fact is older: what Excel makes of a wrong cell usually is."""
_YES: Final = frozenset({"1", "true", "yes", "y", "是", "真", "√"})
_NO: Final = frozenset({"0", "false", "no", "n", "否", "假", "×"})


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Something wrong in a sheet: the row as Excel numbers it (0: the whole sheet), the column's heading, and why."""

    row: int
    column: str
    message: str


@dataclass(slots=True)
class ReadRow:
    """One row as understood; ``unit`` is a code and ``member`` a number, both still to be looked up."""

    number: int
    kind: str = ""
    unit: str = ""
    occurred_on: date = date.min
    quantity: int = 1
    member: str = ""
    key: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Layout:
    """Which heading stands for which field, and which are left for attributes."""

    fixed: Mapping[str, str]
    others: tuple[str, ...]


def heading(name: str, language: str) -> str:
    """Return the heading of a fixed column in a language."""
    with translation.override(language):
        return _(COLUMNS[name])


def attribute_headings(item: AttributeSpec) -> frozenset[str]:
    """Return every heading under which an attribute may stand: its name, and its label in both languages."""
    found = {item.name}
    for language in LANGUAGES:
        with translation.override(language):
            found.add(item.title)
    return frozenset(_plain(one) for one in found)


def _plain(text: str) -> str:
    return " ".join(text.replace("*", " ").split()).casefold()


def read_layout(headers: Sequence[str], kinds: Sequence[FactKindSpec]) -> tuple[Layout, list[CellProblem]]:
    """Find the fixed columns and the attributes' columns; every heading that means nothing is a problem."""
    names = {_plain(heading(name, language)): name for name in COLUMNS for language in LANGUAGES}
    names |= {_plain(name): name for name in COLUMNS}
    known = {one for kind in kinds for item in kind.attributes for one in attribute_headings(item)}
    fixed: dict[str, str] = {}
    others: list[str] = []
    problems: list[CellProblem] = []
    for header in headers:
        name = names.get(_plain(header))
        if name is not None and name in fixed:
            problems.append(CellProblem(1, header, _("This column stands twice.")))
        elif name is not None:
            fixed[name] = header
        elif _plain(header) in known:
            others.append(header)
        else:
            problems.append(CellProblem(1, header, _("No kind has such an attribute; rename or remove the column.")))
    for name in REQUIRED:
        if name not in fixed:
            title = _(COLUMNS[name])
            problems.append(CellProblem(1, title, _("The column “%(title)s” is missing.") % {"title": title}))
    return Layout(fixed, tuple(others)), problems


class SheetReader:
    """Reads rows of one sheet; keeps which heading means which attribute of which kind."""

    def __init__(self, layout: Layout, kinds: Sequence[FactKindSpec], year: int | None) -> None:
        self.layout = layout
        self.year = year
        self.kinds: dict[str, FactKindSpec] = {}
        self.by_name: dict[str, FactKindSpec] = {}
        for kind in kinds:
            self.kinds[kind.code] = kind
            for language in LANGUAGES:
                with translation.override(language):
                    self.by_name[_plain(str(kind.name))] = kind
        self._attributes: dict[tuple[str, str], AttributeSpec | None] = {}

    def read(self, number: int, cells: Mapping[str, Any]) -> tuple[ReadRow, list[CellProblem]]:
        """Return a row as understood, and everything wrong with it."""
        problems: list[CellProblem] = []
        row = ReadRow(number, columns=dict(self.layout.fixed))
        row.unit, row.member, row.key = (self._text(cells, name) for name in ("unit", "member", "key"))
        if not row.unit:
            problems.append(self._problem(number, "unit", _("Give the code of the unit.")))
        kind = self._kind(row, cells, problems)
        self._day(row, cells, problems)
        if kind is not None:
            self._quantity(row, kind, cells, problems)
            for header in self.layout.others:
                self._attribute(row, kind, header, cells.get(header), problems)
        return row, problems

    def _problem(self, number: int, name: str, message: str) -> CellProblem:
        return CellProblem(number, self.layout.fixed.get(name, _(COLUMNS[name])), message)

    def _text(self, cells: Mapping[str, Any], name: str) -> str:
        value = cells.get(self.layout.fixed.get(name, ""))
        return as_text(value)

    def _kind(self, row: ReadRow, cells: Mapping[str, Any], problems: list[CellProblem]) -> FactKindSpec | None:
        text = self._text(cells, "kind")
        kind = self.kinds.get(text) or self.by_name.get(_plain(text))
        if kind is None:
            said = {"kind": text}
            message = _("There is no fact kind “%(kind)s”.") % said if text else _("Give the kind of the fact.")
            problems.append(self._problem(row.number, "kind", message))
            return None
        row.kind = kind.code
        return kind

    def _day(self, row: ReadRow, cells: Mapping[str, Any], problems: list[CellProblem]) -> None:
        value = cells.get(self.layout.fixed.get("occurred_on", ""))
        day = read_day(value)
        if day is None:
            message = _("“%(entered)s” is not a day; write it as 2026-03-31.") % {"entered": as_text(value)[:40]}
            problems.append(self._problem(row.number, "occurred_on", message if value else _("Give the day.")))
        elif day < EARLIEST or (self.year is not None and day.year != self.year):
            said = {"day": day.isoformat(), "year": self.year}
            wrong = _("%(day)s cannot be right.") if self.year is None else _("%(day)s does not lie in %(year)s.")
            problems.append(self._problem(row.number, "occurred_on", wrong % said))
        else:
            row.occurred_on = day

    def _quantity(
        self, row: ReadRow, kind: FactKindSpec, cells: Mapping[str, Any], problems: list[CellProblem]
    ) -> None:
        entered = self._text(cells, "quantity")
        if not entered and kind.places:
            problems.append(self._problem(row.number, "quantity", _("Give the quantity.")))
        elif entered:
            row.quantity, complaint = parse_quantity(kind, entered)
            if complaint:
                problems.append(self._problem(row.number, "quantity", complaint))

    def _attribute(
        self, row: ReadRow, kind: FactKindSpec, header: str, value: Any, problems: list[CellProblem]
    ) -> None:
        item = self._attribute_of(kind, header)
        if item is not None:
            row.columns[f"attributes.{item.name}"] = header
        if value is None or value == "":
            return
        if item is None:
            said = {"kind": str(kind.name), "header": header}
            text = _("The kind “%(kind)s” has no attribute “%(header)s”; leave the cell empty.") % said
            problems.append(CellProblem(row.number, header, text))
            return
        entered, complaint = read_attribute(item, value)
        if complaint:
            problems.append(CellProblem(row.number, header, complaint))
        else:
            row.attributes[item.name] = entered

    def _attribute_of(self, kind: FactKindSpec, header: str) -> AttributeSpec | None:
        place = (kind.code, header)
        if place not in self._attributes:
            wanted = _plain(header)
            self._attributes[place] = next(
                (item for item in kind.attributes if wanted in attribute_headings(item)), None
            )
        return self._attributes[place]


def as_text(value: Any) -> str:
    """Return a cell as text: whole numbers without a point, floats by their shortest exact form, days as ISO."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(Decimal(repr(value)), "f")
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    return str(value).strip()


def read_day(value: Any) -> date | None:
    """Return the day in a cell: a date, or text such as 2026-03-31, 2026/3/31, 2026.3.31, 20260331, 2026年3月31日."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = as_text(value)
    if len(text) == 8 and text.isdecimal():
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    for mark in ("年", "月", "/", "."):
        text = text.replace(mark, "-")
    parts = text.replace("日", "").strip().split("-")
    if len(parts) != 3 or not all(part.strip().isdecimal() for part in parts) or len(parts[0].strip()) != 4:
        return None
    try:
        return date(*(int(part) for part in parts))
    except ValueError:
        return None


def read_attribute(item: AttributeSpec, value: Any) -> tuple[Any, str]:
    """Return what a cell or a form field means for an attribute, and a complaint, empty when fine."""
    text = as_text(value)
    said = {"name": item.title, "entered": text[:40]}
    if item.type == "boolean":
        known = True if text.casefold() in _YES else False if text.casefold() in _NO else None
        return known, "" if known is not None else _("“%(entered)s” is neither yes nor no (%(name)s).") % said
    if item.type == "integer":
        try:
            return int(text.replace(",", "")), ""
        except ValueError:
            return None, _("“%(entered)s” is not a whole number (%(name)s).") % said
    if item.type == "date":
        day = read_day(value)
        return (day.isoformat(), "") if day else (None, _("“%(entered)s” is not a day (%(name)s).") % said)
    if item.type == "list":
        for mark in ("；", "\n"):
            text = text.replace(mark, ";")
        return [part.strip() for part in text.split(";") if part.strip()], ""
    return text, ""
