"""Published indices brought in as they are: a real one whose values everybody knows, and one of 51 units and 49 indicators."""

import csv
import math
from io import BytesIO, StringIO
from typing import Any

import numpy as np
import pytest
from benchmarks.analysis import data as made_up
from benchmarks.analysis import peers

from plumbline.assessment import api as assessment
from plumbline.kernel.tables import SheetError
from tests.assessment.county import FILED, County

pytestmark = pytest.mark.django_db

HUMAN_DEVELOPMENT = (
    ("Norway", 1, 0.957, 82.4, 18.1, 12.9, 66_494), ("Ireland", 2, 0.955, 82.3, 18.7, 12.7, 68_371),
    ("Switzerland", 2, 0.955, 83.8, 16.3, 13.4, 69_394), ("Hong Kong", 4, 0.949, 84.9, 16.9, 12.3, 62_985),
    ("Iceland", 4, 0.949, 83.0, 19.1, 12.8, 54_682), ("Germany", 6, 0.947, 81.3, 17.0, 14.2, 55_314),
    ("Sweden", 7, 0.945, 82.8, 19.5, 12.5, 54_508), ("Australia", 8, 0.944, 83.4, 22.0, 12.7, 48_085),
    ("Netherlands", 8, 0.944, 82.3, 18.5, 12.4, 57_707), ("Denmark", 10, 0.940, 80.9, 18.9, 12.6, 58_662),
)  # fmt: skip
"""Human Development Report 2020, table 1: unit, rank, index, life expectancy, expected and mean years of schooling, income."""


def text(rows: Any, name: str) -> BytesIO:
    """Return rows as a CSV upload."""
    made = StringIO()
    csv.writer(made).writerows(rows)
    stream = BytesIO(made.getvalue().encode())
    stream.name = name
    return stream


def test_human_development_is_what_was_published(county: County) -> None:
    rows = [[name, rank, life, expected, mean, math.log(income)]
            for name, rank, _index, life, expected, mean, income in HUMAN_DEVELOPMENT]  # fmt: skip
    structure = [
        ["code", "parent", "weight", "direction", "type", "low", "high"],
        ["life", "", 1, 1, "indicator", 20, 85], ["schooling", "", 1, 1, "group", "", ""],
        ["expected", "schooling", 1, 1, "indicator", 0, 18], ["mean", "schooling", 1, 1, "indicator", 0, 15],
        ["income", "", 1, 1, "indicator", math.log(100), math.log(75_000)],
    ]  # fmt: skip
    boss = county.actor("administrator")
    found = assessment.import_measures(
        by=boss, at=FILED, title="HDI 2019", name="hdi.csv",
        stream=text([["unit", "rank", "life", "expected", "mean", "income"], *rows], "hdi.csv"),
        structure=text(structure, "indicators.csv"),
    ).table  # fmt: skip
    assert found is not None
    page = assessment.measure_page(boss, found.pk, way="goalposts", mean="geometric_top")
    told = {line.name: round((line.whole or 0) / 100, 3) for line in page.lines}
    away = [round(told[name] - index, 3) for name, _rank, index, *_values in HUMAN_DEVELOPMENT]
    assert away.count(0) == 7
    assert max(map(abs, away)) <= 0.001  # the values were published with one decimal, the index was made of longer ones
    assert max(abs(line.shift or 0) for line in page.lines) <= 1
    both, _unit = page.agreement
    assert (both.compared, both.spearman > 0.97) == (10, True)


def test_51_units_and_49_indicators_as_another_tool_has_them(county: County) -> None:
    """Headings, columns that sort units, columns that divide and the level above all, as tools for composite indicators have."""
    index = made_up.index_of(51, 49)
    boss = county.actor("administrator")
    checked = assessment.import_measures(
        by=boss, at=FILED, title="Connectivity", name="data.csv", stream=text(index.data_rows(), "data.csv"),
        structure=text(index.structure_rows(), "meta.csv"),
    )  # fmt: skip
    assert checked.table is not None
    assert (checked.checked.units, checked.checked.indicators, checked.checked.ranks) == (51, 49, 51)
    choice = {"way": "min_max", "outliers": "winsorise", "missing": "class_mean"}
    page = assessment.measure_page(boss, checked.table.pk, **choice)
    assert page.made is not None
    theirs = peers.with_pandas(index)
    np.testing.assert_allclose(page.made.sums[""], theirs, rtol=0, atol=1e-9)
    both, _unit = page.agreement
    assert (both.compared, both.equal, both.largest) == (51, 51, 0)
    assert both.spearman == pytest.approx(1)
    assert set(page.wide.classes) == {"S", "M", "L", "XL"}
    assert {what for _code, what, _points in page.made.treatments} == {"winsorised"}


def test_a_fault_in_one_of_two_files_is_told(county: County) -> None:
    with pytest.raises(SheetError, match="not a number"):
        assessment.import_measures(
            by=county.actor("administrator"), at=FILED, title="x", name="d.csv",
            stream=text([["unit", "a"], ["u", "many"], ["v", 1]], "d.csv"), structure=text([["code"], ["a"]], "i.csv"),
        )  # fmt: skip
