"""Tables from and to Excel and CSV, for every import and export of the product.

Reading is careful: a file is measured before it is opened (a zip bomb never unpacks), XML entities are refused, merged cells,
formulas and errors are named by their cells and refused, for a computed value may be missing or out of date. CSV may be
UTF-8, UTF-16 (both with or without mark) or GB18030, divided by comma, semicolon or tab.
Writing never lets a text become a formula, and what was written is read again as it was.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import chain, islice
from pathlib import PurePath
from typing import Any, BinaryIO

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill

from plumbline.kernel import workbooks
from plumbline.kernel.tables import (
    Cell,
    Limits,
    Line,
    Problem,
    Row,
    SheetError,
    Table,
    as_day,
    build,
    letter,
    plain,
    whole,
)

__all__ = [
    "Cell", "Limits", "Problem", "Row", "Sheet", "SheetError", "Table", "as_day", "read_table", "read_workbook",
    "write_workbook",
]  # fmt: skip

_TEXT_ENDINGS = {".csv", ".txt", ".tsv"}
_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet may take for a formula when somebody edits its cell."""
_LONGEST_CELL = 32_767
_EXACT_DIGITS = 10**15
_MEASURED_ROWS = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet to write."""

    title: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]]


def _bytes(stream: BinaryIO, limits: Limits) -> bytes:
    """Read the upload. Raises SheetError where it is empty or too large."""
    content = stream.read(limits.packed + 1)
    if not content:
        raise whole(_("The file is empty (0 bytes). Save it again and upload it once more."))
    if len(content) > limits.packed:
        raise whole(_("The file is larger than %(n)s MB. Divide it.") % {"n": limits.packed // 2**20})
    return content


def read_workbook(stream: BinaryIO, name: str, *, limits: Limits | None = None) -> dict[str, Table]:  # noqa: ARG001
    """Return every sheet of an .xlsx workbook by its title; ``name`` says nothing, the content does.

    Raises SheetError naming what cannot be read.
    """
    limits = limits or Limits()
    return dict(workbooks.read(_bytes(stream, limits), limits))


def read_table(stream: BinaryIO, name: str, *, limits: Limits | None = None) -> Table:
    """Return the first sheet of an .xlsx workbook, or a CSV file. Raises SheetError naming what cannot be read."""
    limits = limits or Limits()
    content = _bytes(stream, limits)
    if content.startswith((workbooks.ZIP, workbooks.OLD)) or PurePath(name).suffix.lower() not in _TEXT_ENDINGS:
        _title, table = next(workbooks.read(content, limits))
        return table
    return build(_csv_lines(_text_of(content)), limits)


def _text_of(content: bytes) -> str:
    """Decode a CSV. Raises SheetError where it is in no encoding that we know."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise whole(_("This is no text in UTF-8 or GB18030. Save the file as “CSV UTF-8”."))


def _csv_lines(text: str) -> Iterator[Line]:
    """Yield the lines of a CSV. Raises SheetError where a quotation mark is never closed."""
    first = text.lstrip().partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    number = 0
    try:
        for number, line in enumerate(reader, start=1):
            cells = {column: plain(value) for column, value in enumerate(line, start=1)}
            yield number, {column: value for column, value in cells.items() if value is not None}
    except csv.Error:
        told = _("The line cannot be read: a quotation mark is missing, or a cell is far too long.")
        raise SheetError([Problem(number + 1, None, told)]) from None


def _safe(value: Any) -> Any:
    """Return what may stand in a cell: instants in the installation's time, long numbers and words as text."""
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value, timezone.get_default_timezone()).replace(tzinfo=None, microsecond=0)
    if value is None or isinstance(value, (bool, date, time)):
        return value
    if isinstance(value, (int, float)) and abs(value) < _EXACT_DIGITS:
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", str(value))[:_LONGEST_CELL]


def _line(page: Any, values: Sequence[Any]) -> list[Any]:
    """Return a line to write; a text that could be taken for a formula is marked as text."""
    cells = [_safe(value) for value in values]
    for place, value in enumerate(cells):
        if isinstance(value, str) and value.startswith(_RISKY):
            cells[place] = cell = WriteOnlyCell(page, value)
            cell.data_type = "s"
            cell.quotePrefix = True
    return cells


def _width(text: str) -> int:
    """Return how wide a text is drawn; a Chinese character takes two places."""
    return max((sum(2 if character > "\u2e7f" else 1 for character in line) for line in text.splitlines()), default=0)


def _fill(page: Any, content: Sheet) -> None:
    """Write headings and rows, row by row; the widths follow the first rows."""
    headers = [str(head) for head in content.headers]
    rows = iter(content.rows)
    measured = list(islice(rows, _MEASURED_ROWS))
    for column, head in enumerate(headers, start=1):
        texts = [str(row[column - 1]) for row in measured if len(row) >= column and row[column - 1] is not None]
        page.column_dimensions[letter(column)].width = min(60, max(map(_width, [head, *texts]))) + 3
    page.freeze_panes = "A2"
    page.append([_heading(page, head) for head in headers])
    for row in chain(measured, rows):
        page.append(_line(page, row))


def _heading(page: Any, text: str) -> Any:
    """Return the cell of a heading."""
    cell = WriteOnlyCell(page, ILLEGAL_CHARACTERS_RE.sub("", text))
    cell.data_type = "s"
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E8EDF3")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _title(text: str, taken: set[str]) -> str:
    """Return a sheet's title as Excel allows it: 31 characters, no brackets, slashes or marks, each once."""
    base = re.sub(r"[\[\]:*?/\\]", " ", str(text)).strip(" '")[:31] or "1"
    title, number = base, 2
    while title.lower() in taken:
        ending = f" {number}"
        title, number = base[: 31 - len(ending)] + ending, number + 1
    taken.add(title.lower())
    return title


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx workbook with one sheet for each of ``sheets``, headings frozen and bold; at least one is needed."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for content in sheets:
        _fill(book.create_sheet(_title(content.title, taken)), content)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
