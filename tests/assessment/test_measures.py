"""Wide tables: brought in whole or not at all, made into an index as chosen, and read by those who may."""

import math
from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from django.utils import translation

from plumbline.assessment import api as assessment
from plumbline.assessment.models import WideTable
from plumbline.assessment.rules.analysis import reading
from plumbline.assessment.rules.analysis.wide import Choice, make
from plumbline.kernel import sheets
from plumbline.kernel.actor import PUBLIC, Actor, NotPermitted
from plumbline.kernel.models import AuditEntry
from plumbline.kernel.tables import Row, SheetError, Table
from plumbline.ledger import api as ledger
from tests.assessment.county import FILED, MACHINE, County, post
from tests.web.measured import DATA, STRUCTURE, bring, workbook

pytestmark = pytest.mark.django_db


def table(headers: list[str], *rows: list[Any]) -> Table:
    return Table(
        tuple(headers),
        tuple(Row(place, dict(zip(headers, row, strict=True))) for place, row in enumerate(rows, start=2)),
    )


def sheet(made: sheets.Sheet) -> Table:
    return table(list(made.headers), *[list(row) for row in made.rows])


def test_a_table_is_read_with_its_tree_bounds_denominators_and_ranks() -> None:
    wide, ranks = reading.read(sheet(DATA), sheet(STRUCTURE))
    assert wide.units == ("U1", "U2", "U3", "U4")
    assert wide.classes == ("A", "A", "B", "B")
    assert wide.codes == ("income", "complaints")
    assert [branch.code for branch, _name in wide.groups] == ["work"]
    assert math.isnan(wide.values[2, 1])
    assert list(wide.extra["people"]) == [10, 10, 20, 10]
    assert ranks == {"U1": 1, "U2": 2, "U3": 3, "U4": 4}
    again = reading.wide_of(reading.document_of(wide, ranks))
    np.testing.assert_array_equal(again.values, wide.values)
    assert (again.units, again.indicators, again.groups) == (wide.units, wide.indicators, wide.groups)
    assert make(again, Choice()).ranks == (1, 2, 3, 4)


def test_the_headings_of_other_tools_are_understood() -> None:
    data = table(["uCode", "uName", "uGroup", "a", "b"], ["x", "X", "g", "12%", "NA"], ["y", "Y", "g", 1, 2])
    structure = table(
        ["iCode", "iName", "Parent", "Weight", "Direction", "Type"],
        ["a", "A", "all", 1, 1, "Indicator"], ["b", "B", "all", 3, -1, "Indicator"], ["all", "All", "NA", 1, 1, "Aggregate"],
        ["z", "Z", None, None, None, "Other"],
    )  # fmt: skip
    wide, ranks = reading.read(data, structure)
    assert wide.values[0, 0] == pytest.approx(0.12)
    assert math.isnan(wide.values[0, 1])
    assert ranks == {}
    assert [one.branch.weight for one in wide.indicators] == [1, 3]
    plain = table(["code", "parent"], ["all", None], ["a", "all"])
    assert [branch.code for branch, _name in reading.read(data, plain)[0].groups] == ["all"]


HEAD = ["code", "name", "parent", "weight", "direction", "type", "denominator", "low", "high", "target"]
GOOD = ["a", "A", None, 1, 1, "indicator", None, None, None, None]


def row(**changed: Any) -> list[Any]:
    return [changed.get(name, value) for name, value in zip(HEAD, GOOD, strict=True)]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row(), row()], "stands twice"), ([row(code=None)], "A code is missing"), ([row(type="guess")], "not possible here"),
        ([row(parent="b")], "no group of this sheet"), ([row(weight=-1)], "0 or more"), ([row(weight="x")], "not a number"),
        ([row(weight=float("inf"))], "not a number"), ([row(direction=2)], "more is better"),
        ([row(denominator="b")], "no column to divide by"), ([row(low=5, high=5)], "below the high one"),
        ([row(), row(code="g", type="group")], "without parts"), ([row(weight=0)], "no indicator that counts"),
        ([row(parent="g", weight=0), row(code="g", type="group")], "weigh nothing"),
        ([row(), row(code="g", type="group", parent="h"), row(code="h", type="group", parent="g")], "inside itself"),
        ([row(type="other")], "no indicator that counts"), ([row(code="c")], "“c” is missing"), ([row(code="e")], "“e” is empty"),
    ],
)  # fmt: skip
def test_every_fault_of_the_structure_is_told(rows: list[list[Any]], message: str) -> None:
    data = table(["unit", "a", "e"], ["x", 1, None], ["y", 2, None])
    with pytest.raises(SheetError) as caught:
        reading.read(data, table(HEAD, *rows))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (table(["a"], [1], [2]), "“unit” is missing"), (table(["unit", "a"], ["x", 1], ["x", 2]), "stands twice"),
        (table(["unit", "a"], [None, 1], ["x", 2]), "A code is missing"), (table(["unit", "a"], ["x", 1]), "two units"),
        (table(["unit", "a"], ["x", "many"], ["y", 2]), "“many” is not a number"),
        (table(["unit", "a", "rank"], ["x", 1, 1.5], ["y", 2, 0]), "whole number of 1 or more"),
    ],
)  # fmt: skip
def test_every_fault_of_the_data_is_told(data: Table, message: str) -> None:
    with pytest.raises(SheetError) as caught:
        reading.read(data, table(HEAD, row()))
    assert message in str(caught.value)


def test_a_structure_without_codes_and_a_table_too_large() -> None:
    with pytest.raises(SheetError, match="“code” is missing"):
        reading.read(table(["unit", "a"], ["x", 1]), table(["name"], ["A"]))
    with pytest.raises(SheetError, match="At most 5000 units"):
        reading.read(table(["unit"], *[[f"u{n}"] for n in range(5_001)]), table(HEAD, row()))


def test_a_table_is_brought_in_once_and_taken_away(county: County) -> None:
    boss = county.actor("administrator")
    found = bring(boss, FILED)
    assert (found.title, found.committee_id) == ("2026 业务指标", county["W"].pk)
    again = assessment.import_measures(by=boss, at=FILED, title="other", stream=workbook(), name="x.xlsx")
    assert (again.identical, again.table) == (True, found)
    assert (again.checked.units, again.checked.holes, again.checked.ranks) == (4, 1, 4)
    assert [one.pk for one in assessment.measures(county.actor("auditor"))] == [found.pk]
    assessment.remove_measures(by=boss, at=FILED, table_id=found.pk)
    assert not WideTable.objects.exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))[-2:] == [
        "assessment.import_measures", "assessment.remove_measures",
    ]  # fmt: skip
    assert bring(Actor.system("test"), FILED).committee_id == county["W"].pk


def test_nothing_is_stored_by_a_check_or_a_fault(county: County) -> None:
    boss = county.actor("administrator")
    found = assessment.import_measures(by=boss, at=FILED, title="", stream=workbook(), name="x.xlsx", check_only=True)
    assert found.table is None
    with pytest.raises(assessment.Refused, match="title"):
        assessment.import_measures(by=boss, at=FILED, title=" ", stream=workbook(), name="x.xlsx")
    for stream, message in (
        (workbook(DATA), "no sheet “indicators”"),
        (BytesIO(b"no workbook"), "not an Excel workbook"),
    ):
        with pytest.raises(SheetError, match=message):
            assessment.import_measures(by=boss, at=FILED, title="x", stream=stream, name="x.xlsx")
    assert not WideTable.objects.exists()


def test_who_may_bring_in_read_and_take_away(county: County) -> None:
    found = bring(county.actor("administrator"), FILED)
    for actor in (PUBLIC, county.actor("secretary"), county.actor("assessor")):
        with pytest.raises(NotPermitted):
            bring(actor, FILED)
        with pytest.raises(NotPermitted):
            assessment.remove_measures(by=actor, at=FILED, table_id=found.pk)
    below = county.actor("administrator", "B1")
    assert assessment.measures(below) == []
    for actor in (PUBLIC, county.actor("secretary"), below):
        with pytest.raises(NotPermitted):
            assessment.measure_page(actor, found.pk)
    for actor in (PUBLIC, county.actor("member")):
        with pytest.raises(NotPermitted):
            assessment.measures(actor)
        with pytest.raises(NotPermitted):
            assessment.results_sheets(actor, date(2026, 1, 1), date(2026, 12, 31))


def test_an_index_is_made_as_the_reader_chooses(county: County, django_assert_num_queries: Any) -> None:
    found = bring(county.actor("administrator"), FILED)
    reader = county.actor("auditor")
    with django_assert_num_queries(1):
        page = assessment.measure_page(reader, found.pk)
    assert [(line.code, line.rank, line.published, line.shift) for line in page.lines] == [
        ("U1", 1, 1, 0), ("U2", 2, 2, 0), ("U3", 3, 3, 0), ("U4", 4, 4, 0),
    ]  # fmt: skip
    assert page.groups == (("work", "业务"),)
    both, _unit = page.agreement
    assert (both.equal, both.compared, both.spearman) == (4, 4, pytest.approx(1))
    posts = assessment.measure_page(reader, found.pk, way="goalposts", missing="class_mean")
    assert posts.lines[0].whole == pytest.approx(0.6 * 60 + 0.4 * 80)
    assert not page.may_remove
    assert assessment.measure_page(county.actor("administrator"), found.pk).may_remove


def test_what_stops_an_index_is_told(county: County) -> None:
    found = bring(county.actor("administrator"), FILED)
    reader = county.actor("auditor")
    refused = assessment.measure_page(reader, found.pk, missing="refuse")
    assert (refused.made, refused.lines) == (None, ())
    assert "丙局 · complaints" in refused.problem
    document = found.document
    document["indicators"][0] |= {"low": None, "target": None}
    WideTable.objects.filter(pk=found.pk).update(document=document)
    assert "income has no goalposts" in assessment.measure_page(reader, found.pk, way="goalposts").problem
    assert "income has no target" in assessment.measure_page(reader, found.pk, way="target").problem


def test_the_results_of_departments_come_out_in_the_form_in_which_tables_come_in(county: County) -> None:
    assert assessment.results_sheets(county.actor("auditor"), date(2026, 1, 1), date(2026, 12, 31)) == ([], [], [])
    for indicator, quantity in (("income", 2_500_000), ("income", 500_000), ("visits", 7_000_000)):
        ledger.post(
            by=MACHINE, at=FILED, kind="performance.result", unit_id=county["D1"].pk, occurred_on=date(2026, 5, 1),
            quantity=quantity, attributes={"indicator": indicator}, source="test",
        )  # fmt: skip
    post(county, "performance.result", "B1", date(2026, 5, 1), indicator="income")
    rows, structure, indicators = assessment.results_sheets(
        county.actor("auditor"), date(2026, 1, 1), date(2026, 12, 31)
    )
    assert indicators == ["income", "visits"]
    assert rows == [["D1", "Department D1", "A", 3.0, 7.0]]  # a branch is no department
    data = table(["unit", "name", "class", *indicators], *rows, ["D2", "Another", "A", 1, 1])
    made = reading.read(data, table(HEAD[:5], *structure))
    assert made[0].codes == ("income", "visits")
    assert assessment.results_sheets(county.actor("auditor"), date(2025, 1, 1), date(2025, 12, 31))[2] == []


def test_faults_are_told_in_chinese(county: County) -> None:
    with translation.override("zh-hans"), pytest.raises(SheetError) as caught:
        assessment.import_measures(
            by=county.actor("administrator"), at=FILED, title="x", stream=workbook(DATA), name="x.xlsx"
        )
    assert "没有“indicators”表" in str(caught.value)
