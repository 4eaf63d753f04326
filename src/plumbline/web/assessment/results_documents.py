"""The result of a round as a workbook whose formulas calculate it again, with its imprint."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.assessment.api import recomputing
from plumbline.kernel import sheets
from plumbline.web.assessment.documents import excel_file, imprint_sheet
from plumbline.web.assessment.shown import class_title
from plumbline.web.templatetags.points import plain

CLASS, RANK, CODE, NAME, SCORE, GRADE, OFFICIAL_RANK, OFFICIAL, OFFICIAL_GRADE, AGREES = "ABCDEFGHIJ"
FIRST = 11
"""The column of the first indicator."""


def results_excel(found: assessment.Grid) -> HttpResponse:
    """Return the result of all classes: change an indicator of a unit, and groups, score, rank and grade follow.

    Beside them stand the official rank, score and grade; what the official grade owes to gates, vetoes and quotas the sheet
    does not calculate.
    """
    scheme, grades = _("scheme"), _("grades")
    where = recomputing.layout(found.scheme, sheet=scheme, first=FIRST)
    made = [
        sheets.Sheet(_("results"), _headings(found), [_row(found, where, grades, place) for place in range(len(found.rows))]),
        sheets.Sheet(
            scheme, [_("code"), _("indicator"), _("kind"), _("most points"), *_weight_headings(found)], _scheme(found)
        ),
        sheets.Sheet(grades, [_("from points"), _("grade")], [[plain(least), grade] for least, grade in found.bands]),
        imprint_sheet(found.round),
    ]  # fmt: skip
    return excel_file(sheets.write_workbook(made), f"{found.round.title}.xlsx")


def _headings(found: assessment.Grid) -> list[str]:
    heads = [
        _("class"), _("rank"), _("code"), _("unit"), _("score"), _("grade by the score"), _("official rank"),
        _("official score"), _("official grade"), _("agrees"),
    ]  # fmt: skip
    return [*heads, *(f"{node.code} {node.title}" for node in found.nodes)]


def _row(found: assessment.Grid, where: recomputing.Layout, grades: str, place: int) -> list[Any]:
    one, number, last = found.rows[place], place + 2, len(found.rows) + 1
    line = one.line
    head: list[Any] = [
        class_title(line.klass), None, line.code, line.name, None, None, line.rank, plain(line.score), line.grade, None,
    ]  # fmt: skip
    if line.score is not None:
        head[1] = sheets.Formula(recomputing.rank_formula(SCORE, CLASS, number, last))
        unit = recomputing.Member(number, line.klass, one.gone)
        head[4] = sheets.Formula(recomputing.score_formula(where, unit))
        head[9] = sheets.Formula(recomputing.agrees_formula(SCORE, OFFICIAL, number))
        if found.bands:
            head[5] = sheets.Formula(
                recomputing.grade_formula(recomputing.graded_points(where, unit, SCORE), grades, len(found.bands))
            )
    return [*head, *(_cell(one, where, node.code, number) for node in found.nodes)]


def _cell(one: assessment.GridRow, where: recomputing.Layout, code: str, row: int) -> Any:
    """Return a number for an indicator, a formula for a group, a word for what does not apply or was not reported."""
    if where.columns[code].node.children:
        return sheets.Formula(recomputing.group_formula(where, code, row, one.gone))
    if code in one.gone:
        return recomputing.GONE
    points = one.applied.get(code)
    return _("not reported") if points is None else plain(points)


def _scheme(found: assessment.Grid) -> list[list[Any]]:
    """Return the indicators with their weights: the scheme's own, then those of each profile."""
    sets = [found.scheme.weights(profile) for profile in (None, *found.scheme.profiles)]
    return [
        [node.code, node.title, node.kind_title, plain(node.maximum), *(own.get(node.code, 10_000) for own in sets)]
        for node in found.nodes
    ]


def _weight_headings(found: assessment.Grid) -> list[str]:
    """Return the headings of the weights: a profile's names the classes that have it."""
    told = _("weight in 1/10,000")
    return [told, *(f"{told}: {', '.join(map(class_title, one.classes))}" for one in found.scheme.profiles)]
