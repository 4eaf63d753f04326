"""Files that leave the house: schemes as YAML, and the imprint that stands in every workbook of a result."""

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _

from plumbline.assessment import api as assessment
from plumbline.kernel import sheets

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _attachment(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def excel_file(content: bytes, name: str) -> HttpResponse:
    """Return a workbook as a file of this name."""
    return _attachment(content, EXCEL, name)


def imprint_sheet(round_: Any) -> sheets.Sheet:
    """Return the sheet that stands last in every workbook of a result: three hashes, and how to check them."""
    imprint = assessment.imprint_of(round_)
    rows: list[list[Any]] = []
    if imprint is not None:
        rows = [
            [_("frozen facts, units and classes"), imprint.snapshot], [_("scheme"), imprint.scheme],
            [_("result"), imprint.result],
            [_("how to check"), _("Take the archive of the round and run: plumbline assess --verify FILE")],
        ]  # fmt: skip
    return sheets.Sheet(_("imprint"), [_("sha256 of"), _("hash")], rows)


def scheme_yaml(version: assessment.VersionPage) -> HttpResponse:
    """Return a version of a scheme as a YAML file."""
    return yaml_file(version.yaml, f"{version.code}-{version.number}.yaml")


def yaml_file(text: str, name: str) -> HttpResponse:
    """Return a text as a YAML file of this name."""
    return _attachment(text.encode(), "application/yaml; charset=utf-8", name)
