"""A wide table for the pages: a workbook with two sheets, brought in by the administrator of a tree."""

from io import BytesIO
from typing import Any

from plumbline.assessment import api as assessment
from plumbline.kernel import sheets
from plumbline.kernel.actor import Actor

DATA = sheets.Sheet(
    "data", ["unit", "name", "class", "rank", "income", "complaints", "people"],
    [
        ["U1", "甲局", "A", 1, 120, 2, 10], ["U2", "乙局", "A", 2, 80, 4, 10], ["U3", "丙局", "B", 3, 100, None, 20],
        ["U4", "丁局", "B", 4, 20, 9, 10],
    ],
)  # fmt: skip
STRUCTURE = sheets.Sheet(
    "indicators", ["code", "name", "parent", "weight", "direction", "type", "denominator", "low", "high", "target"],
    [
        ["work", "业务", None, 0.6, None, "group", None, None, None, None],
        ["income", "收入", "work", 1, 1, "indicator", "people", 0, 20, 10],
        ["complaints", "投诉", None, 0.4, -1, "indicator", None, 0, 10, 5],
        ["people", "人数", None, None, None, "denominator", None, None, None, None],
    ],
)  # fmt: skip


def workbook(*made: sheets.Sheet) -> BytesIO:
    """Return a workbook as an upload."""
    return BytesIO(sheets.write_workbook(made or (DATA, STRUCTURE)))


def bring(by: Actor, at: Any, title: str = "2026 业务指标") -> Any:
    """Bring the table in and return it."""
    return assessment.import_measures(by=by, at=at, title=title, stream=workbook(), name="measures.xlsx").table
