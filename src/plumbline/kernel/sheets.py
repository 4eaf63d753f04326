"""Tables from and to Excel and CSV, for every import and export of the product.

Reading is careful: a file is measured before it is opened (a zip bomb never unpacks), XML entities are refused, merged cells and
formulas are named by their cells. CSV may be UTF-8 (with or without mark) or GB18030. Writing never lets a text become a formula.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, BinaryIO

from django.utils.translation import gettext as _

# openpyxl (and numpy with it) is slow to load: only those who read or write workbooks wait for it.
if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be: bytes as uploaded, bytes unpacked, rows and columns of each sheet."""

    packed: int = 20 * 1024 * 1024
    unpacked: int = 200 * 1024 * 1024
    ratio: int = 150
    rows: int = 20_000
    columns: int = 200


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
    """One row: ``number`` as in Excel, ``cells`` by heading."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its headings in order, and its rows without the empty ones."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet to write."""

    title: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Any]]


def _whole(message: str) -> SheetError:
    """Return an error about the file as a whole."""
    return SheetError([Problem(None, None, message)])


def _bytes(stream: BinaryIO, limits: Limits) -> bytes:
    """Read the upload. Raises SheetError where it is empty or too large."""
    content = stream.read(limits.packed + 1)
    if not content:
        raise _whole(_("The file is empty (0 bytes). Save it again and upload it once more."))
    if len(content) > limits.packed:
        raise _whole(_("The file is larger than %(n)s MB. Split it.") % {"n": limits.packed // 2**20})
    return content


def _check_archive(content: bytes, limits: Limits) -> None:
    """Measure a workbook before it is unpacked. Raises SheetError for bombs, macros and files that are no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile:
        raise _whole(_("This is not an Excel workbook (.xlsx). Open it in Excel and save it as .xlsx.")) from None
    unpacked = sum(part.file_size for part in parts)
    worst = max((part.file_size // max(part.compress_size, 1) for part in parts if part.file_size > 2**20), default=0)
    if unpacked > limits.unpacked or worst > limits.ratio:
        raise _whole(
            _("The workbook unpacks to far more than its size and was not opened. Copy the rows into a new one.")
        )
    if any(part.filename.endswith("vbaProject.bin") for part in parts):
        raise _whole(_("The workbook carries macros. Save it as .xlsx without macros."))
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise _whole(_("This is not an Excel workbook (.xlsx). Open it in Excel and save it as .xlsx."))


def _value(value: Any) -> Cell:
    """Return a cell's value: texts trimmed, empty ones None, instants at midnight as days, whole floats as integers."""
    if isinstance(value, str):
        return value.replace("\u3000", " ").strip() or None
    if isinstance(value, datetime):
        return value.date() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    if value is None or isinstance(value, (bool, int, float, date)):
        return value
    return str(value)


def get_column_letter(number: int) -> str:
    """Return a column's letter as in Excel: 1 is A, 27 is AA."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _cell_problems(sheet: "Worksheet", title: str) -> list[Problem]:
    """Name every merged range and every formula."""
    merged = _("The cells %(range)s are merged. Unmerge them and write the value in each row.")
    found = [
        Problem(area.min_row, get_column_letter(area.min_col), merged % {"range": area.coord}, title)
        for area in sheet.merged_cells.ranges
    ]
    formula = _("The cell %(cell)s holds a formula. Copy it and paste it as a value.")
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type in {"f", "e"}:
                text = formula if cell.data_type == "f" else _("The cell %(cell)s holds an error value.")
                place = get_column_letter(cell.column or 1)
                found.append(Problem(cell.row, place, text % {"cell": cell.coordinate}, title))
    return found[:50]


def _table(lines: Iterable[Sequence[Any]], limits: Limits, title: str = "") -> Table:
    """Build a table from lines whose first non-empty one holds the headings. Raises SheetError for doubled headings."""
    headers: tuple[str, ...] = ()
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        values = [_value(value) for value in line]
        if all(value is None for value in values):
            continue
        if not headers:
            headers = _headers(values, number, title)
            continue
        extra = [place for place, value in enumerate(values) if value is not None and not _head(headers, place)]
        if extra:
            told = _("This cell stands under no heading. Give the column a heading or clear it.")
            raise SheetError([Problem(number, get_column_letter(extra[0] + 1), told, title)])
        rows.append(
            Row(
                number,
                {head: values[place] if place < len(values) else None for place, head in enumerate(headers) if head},
            )
        )
        if len(rows) > limits.rows:
            raise SheetError(
                [Problem(number, None, _("More than %(n)s rows. Split the file.") % {"n": limits.rows}, title)]
            )
    return Table(tuple(head for head in headers if head), tuple(rows))


def _head(headers: Sequence[str], place: int) -> str:
    return headers[place] if place < len(headers) else ""


def _headers(values: Sequence[Cell], number: int, title: str) -> tuple[str, ...]:
    """Return the headings of a line. Raises SheetError naming those that stand twice."""
    headers = tuple("" if value is None else str(value) for value in values)
    seen: set[str] = set()
    twice: list[Problem] = []
    for place, head in enumerate(headers, start=1):
        if head and head in seen:
            told = _("The heading “%(head)s” stands twice.") % {"head": head}
            twice.append(Problem(number, get_column_letter(place), told, title))
        seen.add(head)
    if twice:
        raise SheetError(twice)
    return headers


def read_workbook(stream: BinaryIO, name: str, *, limits: Limits | None = None) -> dict[str, Table]:
    """Return every sheet of an .xlsx workbook by its title. Raises SheetError naming what cannot be read."""
    limits = limits or Limits()
    content = _bytes(stream, limits)
    if PurePath(name).suffix.lower() == ".xls":
        raise _whole(_("This is an old workbook (.xls). Open it in Excel and save it as .xlsx."))
    _check_archive(content, limits)
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), data_only=False, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise _whole(
            _("The workbook is damaged and cannot be read (%(kind)s). Save it again.") % {"kind": type(error).__name__}
        ) from error
    tables: dict[str, Table] = {}
    for sheet in book.worksheets:
        if (sheet.max_row or 0) > limits.rows + 1000 or (sheet.max_column or 0) > limits.columns:
            told = _("The sheet has %(rows)s rows and %(columns)s columns. Delete what lies outside the table.")
            raise SheetError(
                [Problem(None, None, told % {"rows": sheet.max_row, "columns": sheet.max_column}, sheet.title)]
            )
        problems = _cell_problems(sheet, sheet.title)
        if problems:
            raise SheetError(problems)
        tables[sheet.title] = _table(sheet.iter_rows(values_only=True), limits, sheet.title)
    return tables


def _text_of(content: bytes) -> str:
    """Decode a CSV. Raises SheetError where it is in no encoding that we know."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _whole(_("The text is neither UTF-8 nor GB18030. Save the file as “CSV UTF-8”."))


def read_table(stream: BinaryIO, name: str, *, limits: Limits | None = None) -> Table:
    """Return the first sheet of a workbook, or a CSV file. Raises SheetError naming what cannot be read."""
    limits = limits or Limits()
    if PurePath(name).suffix.lower() not in {".csv", ".txt", ".tsv"}:
        tables = read_workbook(stream, name, limits=limits)
        return next(iter(tables.values()))
    text = _text_of(_bytes(stream, limits))
    if "\0" in text:
        raise _whole(_("This is not a text file. Save it as “CSV UTF-8”."))
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    return _table(csv.reader(io.StringIO(text), delimiter=delimiter), limits)


def _safe(value: Any) -> Any:
    """Return what may stand in a cell: aware instants without zone, lazy words as words."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.replace(tzinfo=None)
    if value is None or isinstance(value, (int, float, date, bool)):
        return value
    return str(value)


def _fill(sheet: "Worksheet", content: Sheet) -> None:
    """Write headings and rows; every text is a text, even one that begins with an equals sign."""
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet.append([str(head) for head in content.headers])
    widths = [len(str(head)) for head in content.headers]
    for place, line in enumerate(content.rows, start=2):
        for column, value in enumerate(line, start=1):
            cell = sheet.cell(row=place, column=column, value=_safe(value))
            if isinstance(cell.value, str):
                cell.data_type = "s"
                if column <= len(widths):
                    widths[column - 1] = min(60, max(widths[column - 1], len(cell.value)))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EDF3")
        cell.alignment = Alignment(vertical="center")
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = max(10, width * 1.6 + 2)
    sheet.freeze_panes = "A2"


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx workbook with one sheet for each of ``sheets``, headings frozen and bold."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for content in sheets:
        _fill(book.create_sheet(content.title[:31]), content)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
