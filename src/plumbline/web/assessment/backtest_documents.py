"""A backtest as Excel: who moves, the points gained and lost by indicator, and how the grades come about."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.kernel import sheets
from plumbline.web.assessment import backtest_words
from plumbline.web.assessment.documents import excel_file, imprint_sheet
from plumbline.web.assessment.shown import class_title
from plumbline.web.templatetags.points import plain


def backtest_excel(page: assessment.BacktestPage) -> HttpResponse:
    """Return all units of a backtest, also those that stay where they are."""
    name = _("{title} – backtest.xlsx").format(title=page.round.title)
    return excel_file(
        sheets.write_workbook([_units(page), _gains(page), _decided(page), imprint_sheet(page.round)]), name
    )


def _units(page: assessment.BacktestPage) -> sheets.Sheet:
    headers = [
        _("class"),
        _("code"),
        _("unit"),
        _("rank"),
        _("new rank"),
        _("places gained"),
        _("score"),
        _("new score"),
    ]
    headers += [_("grade"), _("new grade"), _("decided by"), _("steps that differ")]
    rows: list[list[Any]] = []
    for unit in page.units:
        why = backtest_words.why(page, unit)
        row = [
            class_title(unit.klass),
            unit.code,
            unit.name,
            *unit.rank,
            unit.climbed,
            *(plain(one) for one in unit.score),
        ]
        rows.append([*row, *unit.grade, why["cause"], _(", ").join(why["acted"])])
    return sheets.Sheet(_("units"), headers, rows)


def _gains(page: assessment.BacktestPage) -> sheets.Sheet:
    headers = [_("code"), _("unit"), _("indicator"), _("points more")]
    rows: list[list[Any]] = [
        [unit.code, unit.name, title or _("ceiling and spread points"), plain(points)]
        for unit in page.units
        for title, points in unit.gains
    ]
    return sheets.Sheet(_("points"), headers, rows)


def _decided(page: assessment.BacktestPage) -> sheets.Sheet:
    headers = [_("class"), _("units graded"), _("by score alone"), _("step"), _("units reached"), _("grades changed")]
    rows: list[list[Any]] = []
    for one in backtest_words.decided(page):
        head = [one["klass"], one["graded"], one["by_score"]]
        rows += [[*head, *step] for step in one["steps"]] or [[*head, "", None, None]]
    return sheets.Sheet(_("grades"), headers, rows)
