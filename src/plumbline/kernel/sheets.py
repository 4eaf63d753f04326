"""Tables from and to Excel and CSV, for every import and export of the product.

Reading is careful: a file is measured before it is opened (a zip bomb never unpacks), XML entities are refused, merged cells,
formulas and errors are named by their cells and refused, for a computed value may be missing or out of date. CSV may be
UTF-8, UTF-16 (both with or without mark) or GB18030, divided by comma, semicolon or tab.
Writing never lets a text become a formula, and what was written is read again as it was.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import BinaryIO

from django.utils.translation import gettext as _

from plumbline.kernel.tables import (
    Cell,
    Formula,
    Limits,
    Line,
    Problem,
    Row,
    Sheet,
    SheetError,
    Table,
    as_day,
    build,
    plain,
    whole,
)

__all__ = [
    "Cell", "Formula", "Limits", "Problem", "Row", "Sheet", "SheetError", "Table", "as_day", "read_table", "read_workbook",
    "write_workbook",
]  # fmt: skip

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How archives, and with them workbooks, begin; and old workbooks."""
_TEXT_ENDINGS = {".csv", ".txt", ".tsv"}


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
    from plumbline.kernel import workbooks  # openpyxl is slow to load: only those who need it wait

    limits = limits or Limits()
    return dict(workbooks.read(_bytes(stream, limits), limits))


def read_table(stream: BinaryIO, name: str, *, limits: Limits | None = None) -> Table:
    """Return the first sheet of an .xlsx workbook, or a CSV file. Raises SheetError naming what cannot be read."""
    limits = limits or Limits()
    content = _bytes(stream, limits)
    if content.startswith(_WORKBOOKS) or PurePath(name).suffix.lower() not in _TEXT_ENDINGS:
        from plumbline.kernel import workbooks  # slow to load, as above

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


def write_workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return an .xlsx workbook with one sheet for each of ``sheets``, headings frozen and bold; at least one is needed."""
    from plumbline.kernel import workbooks  # slow to load, as above

    return workbooks.write(sheets)
