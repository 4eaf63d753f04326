"""A scheme as an Excel workbook, and back: four sheets whose headings both languages know."""

from collections.abc import Mapping
from typing import Any, BinaryIO

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.assessment import api as assessment
from plumbline.kernel import sheets
from plumbline.web.assessment.documents import excel_file
from plumbline.web.assessment.editor_words import LABELS

TITLES = {
    "scheme": gettext_lazy("the whole"),
    "indicators": gettext_lazy("indicators"),
    "rules": gettext_lazy("rules"),
    "grading": gettext_lazy("grades"),
}
"""The sheets, in their order."""
HEADINGS = {
    "field": gettext_lazy("field"),
    "value": gettext_lazy("value"),
    "level": gettext_lazy("level"),
    "indicator": gettext_lazy("indicator"),
    "type": gettext_lazy("type of rule"),
    "part": gettext_lazy("section"),
}
LANGUAGES = ("en", "zh-hans")


def heading(column: str) -> str:
    """Return the heading of a column: its words, and its name, which is the same in every language."""
    if column in HEADINGS:
        return f"{HEADINGS[column]} [{column}]"
    return f"{LABELS.get(column, column)} [{column}]"


def workbook(tables: assessment.Tables) -> bytes:
    """Return the workbook of a scheme; columns that nothing fills are left out."""
    found = []
    for name, title in TITLES.items():
        rows = getattr(tables, name)
        columns = [column for column in assessment.TABLE_COLUMNS[name] if any(row.get(column) for row in rows)]
        columns = columns or list(assessment.TABLE_COLUMNS[name][:2])
        lines = [[_cell(row.get(column, "")) for column in columns] for row in rows]
        found.append(sheets.Sheet(str(title), [heading(column) for column in columns], lines))
    return sheets.write_workbook(found)


def _cell(text: str) -> Any:
    """Return a number as one, where Excel gives it back as it was; anything else as text."""
    if text.isascii() and text.isdecimal() and len(text) < 15 and str(int(text)) == text:
        return int(text)
    return assessment.cell_text(text)


def scheme_excel(code: str, tables: assessment.Tables) -> HttpResponse:
    """Return the workbook as a file."""
    return excel_file(workbook(tables), f"{code}.xlsx")


def read(stream: BinaryIO, name: str) -> assessment.Tables:
    """Return the tables of an uploaded workbook. Raises sheets.SheetError naming what cannot be read and how to mend it."""
    book = sheets.read_workbook(stream, name)
    found: dict[str, tuple[dict[str, str], ...]] = {}
    for table, titles in _titles().items():
        sheet = next((book[title] for title in titles if title in book), None)
        if sheet is None and table in ("scheme", "indicators"):
            told = _(
                "The workbook has no sheet “%(title)s”. Take the template, or a scheme that was downloaded as Excel."
            )
            raise sheets.SheetError([sheets.Problem(None, None, told % {"title": str(TITLES[table])})])
        found[table] = _rows(table, sheet) if sheet else ()
    return assessment.Tables(**found)


def _titles() -> Mapping[str, tuple[str, ...]]:
    """Return what each sheet is called in both languages."""
    found: dict[str, tuple[str, ...]] = {}
    for name, title in TITLES.items():
        spelled = [name]
        for language in LANGUAGES:
            with translation.override(language):
                spelled.append(str(title))
        found[name] = tuple(dict.fromkeys(spelled))
    return found


def _rows(table: str, sheet: sheets.Table) -> tuple[dict[str, str], ...]:
    """Return the rows of a sheet by column. Raises SheetError for a heading that is no column of the table."""
    columns = {}
    for head in sheet.headers:
        name = head.rpartition("[")[2].removesuffix("]").strip()
        if name not in assessment.TABLE_COLUMNS[table]:
            told = _("There is no column “%(head)s” here. Keep the name in brackets, such as [points].")
            raise sheets.SheetError([sheets.Problem(1, None, told % {"head": head}, str(TITLES[table]))])
        columns[head] = name
    return tuple(
        {columns[head]: assessment.text_of_cell(value) for head, value in row.cells.items()} for row in sheet.rows
    )
