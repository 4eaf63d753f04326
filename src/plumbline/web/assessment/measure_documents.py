"""Measures as workbooks: the template of a wide table, an index, and the indicators of a round."""

import math
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.kernel import sheets
from plumbline.web.assessment.documents import excel_file, imprint_sheet
from plumbline.web.assessment.shown import class_title


def _example() -> tuple[list[list[Any]], list[list[Any]]]:
    """Return a small table to be written over, in the reader's language."""
    data: list[list[Any]] = [
        ["U1", _("First unit"), "A", 12.5, 3], ["U2", _("Second unit"), "A", 10, 1], ["U3", _("Third unit"), "B", None, 2],
    ]  # fmt: skip
    structure: list[list[Any]] = [
        ["result", _("Results"), None, 0.6, None, "group"],
        ["income", _("Income"), "result", 1, 1, "indicator", None, 0, 20, 15],
        ["complaints", _("Complaints"), None, 0.4, -1, "indicator", None, 0, 10, 2],
    ]
    return data, structure


def template_excel(
    rows: Sequence[Sequence[Any]], structure: Sequence[Sequence[Any]], indicators: Sequence[str]
) -> HttpResponse:
    """Return the two sheets of a wide table: with the results given, else with an example to be written over."""
    columns = list(assessment.MEASURE_COLUMNS)
    if indicators:
        data = sheets.Sheet("data", ["unit", "name", "class", *indicators], rows)
        tree = sheets.Sheet("indicators", columns[:5], structure)
    else:
        example, parts = _example()
        data = sheets.Sheet("data", ["unit", "name", "class", "income", "complaints"], example)
        tree = sheets.Sheet("indicators", columns, parts)
    return excel_file(sheets.write_workbook([data, tree]), _("measures.xlsx"))


def index_excel(page: assessment.MeasurePage) -> HttpResponse:
    """Return the index: ranks and sums, the indicators made comparable, what was done, and how it was made."""
    made = [_index_sheet(page)]
    if page.made is not None:
        rows = [
            [unit, page.wide.names[place], *(_rounded(float(one)) for one in page.made.normal[place])]
            for place, unit in enumerate(page.wide.units)
        ]
        made.append(sheets.Sheet(_("made comparable"), [_("code"), _("unit"), *page.wide.codes], rows))
        done = [[code, what, points] for code, what, points in page.made.treatments]
        done += [[code, _("missing"), count] for code, count in page.made.holes.items()]
        made.append(sheets.Sheet(_("treatments"), [_("indicator"), _("treatment"), _("values")], done))
    chosen = [[name, str(getattr(page.choice, name))] for name in ("way", "outliers", "missing", "mean", "within")]
    made.append(sheets.Sheet(_("how"), [_("setting"), _("value")], [*chosen, ["sha256", page.table.document_hash]]))
    return excel_file(sheets.write_workbook(made), f"{page.table.title}.xlsx")


def _index_sheet(page: assessment.MeasurePage) -> sheets.Sheet:
    head = [
        _("rank"),
        _("code"),
        _("unit"),
        _("class"),
        _("index"),
        *(name for _code, name in page.groups),
        _("published rank"),
    ]
    lines = [
        [
            line.rank, line.code, line.name, line.klass, _rounded(line.whole), *(_rounded(one) for one in line.groups),
            line.published,
        ]
        for line in page.lines
    ]  # fmt: skip
    return sheets.Sheet(_("index"), head, lines)


def _rounded(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 6)


def indicators_excel(page: assessment.IndicatorsPage) -> HttpResponse:
    """Return the indicators of a class with what they decide, the blocks, and every correlation."""
    head = [
        _("code"), _("indicator"), _("points"), _("units scored"), _("mean share"), _("deviation"), _("lower quartile"),
        _("median"), _("upper quartile"), _("full points"),
        _("no points"), _("share of the points"), _("first-order effect"), _("share of the differences"),
        _("correlation with the whole"),
    ]  # fmt: skip
    rows = [
        [
            line.code, line.title, line.points / 1_000_000, line.scored, line.mean, line.deviation,
            *(line.quartiles or (None, None, None)), line.full, line.none,
            line.importance.nominal, line.importance.effect, line.importance.effective, line.importance.correlation,
        ]
        for line in page.lines
    ]  # fmt: skip
    blocks = [[one.block, page.titles.get(one.block, ""), len(one.codes), one.units, one.alpha] for one in page.blocks]
    codes = [line.code for line in page.lines]
    made = [
        sheets.Sheet(_("indicators"), head, rows),
        sheets.Sheet(_("blocks"), [_("code"), _("block"), _("indicators"), _("units"), _("Cronbach's alpha")], blocks),
        sheets.Sheet(
            _("correlations"), ["", *codes], [[code, *row] for code, row in zip(codes, page.matrix, strict=False)]
        ),
    ]
    name = _("{title} – indicators, {klass}.xlsx").format(title=page.round.title, klass=class_title(page.klass))
    return excel_file(sheets.write_workbook([*made, imprint_sheet(page.round)]), name)


def profile_excel(page: assessment.ProfilePage) -> HttpResponse:
    """Return one unit beside its class, and its years."""
    head = [
        _("code"), _("indicator"), _("points"), _("own"), _("mean of the class"), _("lower quartile"), _("median"),
        _("upper quartile"), _("more than the mean"), _("percentile"), _("since last time"),
    ]  # fmt: skip
    rows = [
        [
            one.code, page.titles.get(one.code, ""), _points(page.points.get(one.code)), _points(one.own), _points(one.mean),
            *(_points(value) for value in one.quartiles or (None, None, None)), _points(one.ahead), one.percentile,
            _points(page.changes.get(one.code)),
        ]
        for one in page.standings
    ]  # fmt: skip
    years = [
        [year.year, year.title, _points(year.score), year.rank, year.units, str(year.grade)] for year in page.years
    ]
    made = [
        sheets.Sheet(_("beside its class"), head, rows),
        sheets.Sheet(
            _("Over the years"), [_("year"), _("round"), _("score"), _("rank"), _("units"), _("grade")], years
        ),
    ]
    return excel_file(
        sheets.write_workbook([*made, imprint_sheet(page.round)]), f"{page.round.title} – {page.name}.xlsx"
    )


def _points(micro: float | None) -> float | None:
    return None if micro is None else micro / 1_000_000
