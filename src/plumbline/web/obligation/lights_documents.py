"""The board of lights as a workbook: a row for each organisation, a column for each month, counts by colour behind it."""

from datetime import date

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.kernel import sheets
from plumbline.obligation import api as obligation
from plumbline.web.assessment.documents import excel_file


def board_workbook(board: obligation.Board) -> HttpResponse:
    """Return the board: the gravest light of each month with its number, and a sheet with all numbers."""
    months = month_names()
    lights = [[row.title, *(_shown(cell) for cell in row.cells), _shown(row.year)] for row in board.rows]
    counts = [
        [row.title, months[place], str(obligation.COLOUR_NAMES[colour]), count]
        for row in board.rows
        for place, cell in enumerate(row.cells)
        for colour, count in cell.by_gravity()
        if count
    ]
    made = [
        sheets.Sheet(_("lights"), [_("organisation"), *months, _("year")], lights),
        sheets.Sheet(_("numbers"), [_("organisation"), _("month"), _("light"), _("number")], counts),
    ]
    return excel_file(sheets.write_workbook(made), f"lights-{board.on:%Y-%m-%d}.xlsx")


def month_names() -> list[str]:
    """Return the twelve months as a narrow column writes them: Nov, 11月."""
    if (get_language() or "").startswith("zh"):
        return [f"{month}月" for month in range(1, 13)]
    return [date_format(date(2000, month, 1), "M") for month in range(1, 13)]


def _shown(cell: obligation.Cell) -> str:
    return f"{obligation.COLOUR_NAMES[cell.colour]} {cell.shown}" if cell.total else ""
