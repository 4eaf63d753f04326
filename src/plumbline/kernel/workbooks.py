"""Reading .xlsx with care (measured before it is opened, streamed row by row, nothing evaluated), and writing it safely.

Only ``kernel.sheets`` enters here.

openpyxl's row parser is used directly (its reading mode fills gaps between far-off cells, and hides merged ranges);
the lock file pins its version, and tests/kernel/test_sheets.py would notice a change.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from itertools import chain, islice
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet._reader import WorkSheetParser

from plumbline.kernel.filetypes import is_bomb
from plumbline.kernel.tables import (
    MOST_PROBLEMS,
    Formula,
    Limits,
    Line,
    Problem,
    Sheet,
    SheetError,
    Table,
    build,
    letter,
    plain,
    whole,
)

_OLD = b"\xd0\xcf\x11\xe0"
_RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet may take for a formula when somebody edits its cell."""
_LONGEST_CELL = 32_767
_EXACT_DIGITS = 10**15
_MEASURED_ROWS = 200


class _Parser(WorkSheetParser):
    """Reads rows and merged ranges; what else a sheet carries is passed over."""

    def _skip(self, element: Any) -> None:
        """Pass an element over."""

    # One function for all of them: openpyxl's stubs name their arguments differently.
    parse_column_dimensions = parse_sheet_protection = parse_extensions = parse_formatting = _skip  # type: ignore[assignment]
    parse_legacy = parse_row_breaks = parse_col_breaks = parse_custom_views = _skip


def check(content: bytes, limits: Limits) -> None:
    """Measure a workbook before it is unpacked. Raises SheetError for bombs, macros, and what is no .xlsx workbook."""
    if content.startswith(_OLD):
        raise whole(
            _("This workbook is in the old form (.xls) or has a password. Save it as .xlsx without a password.")
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise whole(
            _("This is not an Excel workbook (.xlsx), or it is damaged. Open it in Excel and save it as .xlsx.")
        ) from None
    names = {part.filename for part in parts}
    if any(name.endswith("vbaProject.bin") for name in names):
        raise whole(_("The workbook carries macros. Save it as .xlsx without macros."))
    if "xl/workbook.xml" not in names:
        raise whole(
            _("This is not an Excel workbook (.xlsx), or it is damaged. Open it in Excel and save it as .xlsx.")
        )
    if is_bomb(parts, unpacked=limits.unpacked, ratio=limits.ratio):
        raise whole(
            _("The workbook unpacks to far more than its size and was not opened. Copy its rows into a new one.")
        )


def read(content: bytes, limits: Limits) -> Iterator[tuple[str, Table]]:
    """Return each sheet's title and table. Raises SheetError naming what cannot be read."""
    check(content, limits)
    try:
        with warnings.catch_warnings():  # about styles, which say nothing here
            warnings.simplefilter("ignore", UserWarning)
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        if len(book.worksheets) > limits.sheets:
            raise whole(_("More than %(n)s sheets. Delete those that are not needed.") % {"n": limits.sheets})
        for sheet in book.worksheets:
            yield sheet.title, build(_lines(book, sheet, limits), limits, sheet.title)
    except SheetError:
        raise
    except Exception as error:  # openpyxl and its XML parsers raise whatever they meet
        told = _("The workbook is damaged and cannot be read (%(kind)s). Open it in Excel and save it anew.")
        raise whole(told % {"kind": type(error).__name__}) from error


def _lines(book: Any, sheet: Any, limits: Limits) -> list[Line]:
    """Return the lines of a sheet that are not empty, one more than allowed at most.

    Raises SheetError naming merged cells, formulas and error values: they explain what would look wrong in the table.
    """
    problems: list[Problem] = []
    lines: list[Line] = []
    with sheet._get_source() as source:
        parser = _Parser(
            source, sheet._shared_strings, epoch=book.epoch, date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )  # fmt: skip
        for number, cells in parser.parse():
            problems += [_not_plain(cell, sheet.title) for cell in cells if cell["data_type"] in "fe"]
            values = {cell["column"]: plain(cell["value"]) for cell in cells}
            line = {column: value for column, value in values.items() if value is not None}
            if line:
                lines.append((number, line))
            if len(lines) > limits.rows + 1 or len(problems) > MOST_PROBLEMS:
                break
    ranges = parser.merged_cells.mergeCell if parser.merged_cells else []
    problems += [_merged(area, sheet.title) for area in ranges]
    if problems:
        raise SheetError(sorted(problems, key=lambda one: (one.row or 0, one.column or ""))[:MOST_PROBLEMS])
    return lines


def _not_plain(cell: dict[str, Any], sheet: str) -> Problem:
    """Return the problem of a cell that holds a formula or an error."""
    place = f"{letter(cell['column'])}{cell['row']}"
    text = (
        _("The cell %(cell)s holds a formula. Copy the column and paste it as values.")
        if cell["data_type"] == "f"
        else _("The cell %(cell)s holds an error value. Write what is meant.")
    )
    return Problem(cell["row"], letter(cell["column"]), text % {"cell": place}, sheet)


def _merged(area: Any, sheet: str) -> Problem:
    """Return the problem of a merged range."""
    text = _("The cells %(range)s are merged. Unmerge them and write the value in each row.")
    return Problem(area.min_row, letter(area.min_col), text % {"range": area.coord}, sheet)


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
    cells = [value if isinstance(value, Formula) else _safe(value) for value in values]
    for place, value in enumerate(cells):
        if isinstance(value, Formula):
            cells[place] = cell = WriteOnlyCell(page, str(value))
            cell.data_type = "f"
        elif isinstance(value, str) and value.startswith(_RISKY):
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


def write(sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx workbook with one sheet for each of ``sheets``, headings frozen and bold; at least one is needed."""
    book = Workbook(write_only=True)
    taken: set[str] = set()
    for content in sheets:
        _fill(book.create_sheet(_title(content.title, taken)), content)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
