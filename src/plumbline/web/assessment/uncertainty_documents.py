"""The uncertainty of a result as Excel: a sheet for each table."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.kernel import sheets
from plumbline.web.assessment import uncertain_charts, uncertain_words
from plumbline.web.assessment.documents import excel_file, imprint_sheet
from plumbline.web.assessment.shown import class_title


def uncertainty_excel(page: assessment.UncertaintyPage) -> HttpResponse:
    """Return the analysis of one class: units, indicators left out, indices, and what was assumed."""
    made = [_units(page), _left_out(page), _indices(page), _about(page), imprint_sheet(page.round)]
    name = _("{title} – uncertainty.xlsx").format(title=page.round.title)
    return excel_file(sheets.write_workbook(made), name)


def _units(page: assessment.UncertaintyPage) -> sheets.Sheet:
    found = page.found or {}
    headers = [_("class"), _("rank"), _("code"), _("unit"), _("grade")]
    for one in found["scenarios"]:
        title = uncertain_words.scenario_title(one["name"])
        headers += [f"{title}: {end}" for end in (_("from"), _("median"), _("until"), _("first place, %"))]
        headers += [f"{title}: {grade}, %" for grade in page.grades]
    headers += [_("told apart from"), _("rank by geometric mean")]
    rows: list[list[Any]] = []
    for place, line in enumerate(page.lines):
        row: list[Any] = [class_title(line.klass), line.rank, line.code, line.name, line.grade]
        for one in found["scenarios"]:
            row += [one[key][place] for key in ("low", "median", "high")]
            row += [one["first"][place] / 10, *(share / 10 for share in one["grades"][place])]
        row += [found["scenarios"][-1]["told"][place], found["geometric"]["ranks"][place]]
        rows.append(row)
    return sheets.Sheet(_("units"), headers, rows)


def _left_out(page: assessment.UncertaintyPage) -> sheets.Sheet:
    headers = [
        _("code"),
        _("indicator left out"),
        _("mean shift"),
        _("largest shift"),
        _("unit"),
        _("shift"),
        _("grades changed"),
        _("Spearman's correlation"),
    ]
    rows: list[list[Any]] = [
        [one["node"], one["title"], round(one["mean"], 3), one["most"], one["name"], one["shift"], one["grades"],
         None if one["correlation"] is None else round(one["correlation"], 4)]
        for one in uncertain_charts.left_out(page)
    ]  # fmt: skip
    return sheets.Sheet(_("left out"), headers, rows)


def _indices(page: assessment.UncertaintyPage) -> sheets.Sheet:
    headers = [_("assumption"), _("alone"), _("from"), _("until"), _("with all others"), _("from"), _("until")]
    rows: list[list[Any]] = [
        [one["title"], one["first"], *one["first_bounds"], one["total"], *one["total_bounds"]]
        for one in uncertain_charts.indices(page)
    ]
    return sheets.Sheet(_("indices"), headers, rows)


def _about(page: assessment.UncertaintyPage) -> sheets.Sheet:
    rows: list[list[Any]] = [list(row) for row in uncertain_words.assumptions(page)]
    return sheets.Sheet(_("assumptions"), [_("what"), _("value")], rows)
