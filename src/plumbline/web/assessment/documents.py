"""Files that leave the house: results as Excel, schemes as YAML."""

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.kernel import sheets
from plumbline.web.assessment.shown import class_title
from plumbline.web.templatetags.points import plain

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def excel_file(content: bytes, name: str) -> HttpResponse:
    """Return a workbook as a file of this name."""
    return _attachment(content, EXCEL, name)


def results_excel(found: assessment.Export) -> HttpResponse:
    """Return one sheet: class, rank, unit, score, grade, and a column for each indicator of the first level."""
    headers = [_("class"), _("rank"), _("code"), _("unit"), _("score"), _("grade")]
    headers += [f"{text.code} {text.title}" for text in found.indicators]
    rows: list[list[Any]] = [
        [
            class_title(row.line.klass), row.line.rank, row.line.code, row.line.name, plain(row.line.score),
            row.line.grade, *(plain(cell.applied) for cell in row.cells),
        ]
        for row in found.rows
    ]  # fmt: skip
    content = sheets.write_workbook([sheets.Sheet(_("results"), headers, rows)])
    return _attachment(content, EXCEL, f"{found.round.title}.xlsx")


def scheme_yaml(version: assessment.VersionPage) -> HttpResponse:
    """Return a version of a scheme as a YAML file."""
    return yaml_file(version.yaml, f"{version.code}-{version.number}.yaml")


def yaml_file(text: str, name: str) -> HttpResponse:
    """Return a text as a YAML file of this name."""
    return _attachment(text.encode(), "application/yaml; charset=utf-8", name)
