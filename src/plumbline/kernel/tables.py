"""Tables as values: what a sheet says once it is read, and what is wrong with it. Pure; ``kernel.sheets`` reads and writes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from unicodedata import normalize

from django.utils.translation import gettext as _

Cell = str | int | float | bool | date | None
MOST_PROBLEMS = 50
"""So many mistakes of one file are named; the rest shows when these are mended."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: bytes as uploaded, bytes unpacked, how often smaller packed; rows and columns of a sheet."""

    packed: int = 20 * 1024 * 1024
    unpacked: int = 200 * 1024 * 1024
    ratio: int = 200
    rows: int = 20_000
    columns: int = 200
    sheets: int = 50


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where: the row as in Excel, the column as its letter; None where it is the whole file."""

    row: int | None
    column: str | None
    message: str
    sheet: str = ""


class SheetError(Exception):
    """The file cannot be read; ``problems`` say what, where and how to mend it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: ``number`` as in Excel, ``cells`` by heading; a column that the row leaves empty is None."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its headings in order, and its rows without the empty ones."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


class Formula(str):
    """A formula to be written into a cell, beginning with "=": only our own, never a text that somebody gave."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet to write. Texts never become formulas; a ``Formula`` does."""

    title: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]]


Line = tuple[int, Mapping[int, Cell]]
"""One line of a sheet as read: its number, and its cells that are not empty by column, counted from 1."""


def whole(message: str, sheet: str = "") -> SheetError:
    """Return the error of a file (or sheet) that cannot be read at all."""
    return SheetError([Problem(None, None, message, sheet)])


def letter(column: int) -> str:
    """Return a column's name: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def plain(value: Any) -> Cell:
    """Return what a cell says: texts trimmed, empty ones None, midnights as days, whole floats as integers."""
    if isinstance(value, str):
        return value.replace("\u3000", " ").replace("\u00a0", " ").strip() or None
    if isinstance(value, datetime):
        return value.date() if value.time() == time.min else value.isoformat(" ", "seconds")
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if value is None or isinstance(value, (bool, int, date)):
        return value
    return str(value)


_DAY = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.])(\d{1,2})日?|(\d{4})(\d\d)(\d\d)")


def as_day(cell: Cell) -> date | None:
    """Return the day that a cell means: a date of Excel, or 2025-03-01, 2025/3/1, 2025.3.1, 20250301, 2025年3月1日.

    None for everything else; an empty cell is None too.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = _DAY.fullmatch("".join(normalize("NFKC", str(cell)).split()))
    if isinstance(cell, bool) or found is None:
        return None
    try:
        return date(*(int(part) for part in found.groups() if part))
    except ValueError:
        return None


def build(lines: Iterable[Line], limits: Limits, sheet: str = "") -> Table:
    """Return the table of lines whose first one with content holds the headings.

    Raises SheetError for headings that stand twice, cells under no heading, and too many rows or columns.
    """
    headings: dict[int, str] = {}
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, cells in lines:
        if not cells:
            continue
        if not headings:
            headings = _headings(number, cells, limits, sheet)
            continue
        if len(rows) == limits.rows:
            told = _("More than %(n)s rows. Divide the file.") % {"n": limits.rows}
            raise SheetError([*problems, Problem(number, None, told, sheet)])
        stray = [column for column in cells if column not in headings]
        if stray:
            told = _("This cell stands under no heading. Give the column a heading, or clear the cell.")
            problems.append(Problem(number, letter(min(stray)), told, sheet))
        rows.append(Row(number, {head: cells.get(column) for column, head in headings.items()}))
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise SheetError(problems)
    return Table(tuple(headings.values()), tuple(rows))


def _headings(number: int, cells: Mapping[int, Cell], limits: Limits, sheet: str) -> dict[int, str]:
    """Return the headings by column. Raises SheetError naming those that stand twice, or too many columns."""
    if max(cells) > limits.columns:
        told = _("More than %(n)s columns. Delete those that do not belong to the table.") % {"n": limits.columns}
        raise SheetError([Problem(number, letter(max(cells)), told, sheet)])
    found: dict[int, str] = {}
    twice: list[Problem] = []
    for column in sorted(cells):
        head = " ".join(str(cells[column]).split())
        if head in found.values():
            told = _("The heading “%(head)s” stands twice. Rename or delete one of the columns.") % {"head": head}
            twice.append(Problem(number, letter(column), told, sheet))
        found[column] = head
    if twice:
        raise SheetError(twice)
    return found
