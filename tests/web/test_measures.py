"""The pages of the measures: brought in, made as chosen, told in words, taken away; indicators and profiles of a round."""

import dataclasses
from collections.abc import Iterator
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from plumbline.assessment import api as assessment
from plumbline.assessment.models import WideTable
from plumbline.assessment.rules.analysis.profile import Standing
from plumbline.assessment.rules.analysis.reliability import Reliability
from plumbline.kernel import clock
from plumbline.web.assessment import measure_words
from tests.web import measured
from tests.web.world import AT, Tree, actor_of, furnish, plant

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> Iterator[Tree]:
    """A tree with a table of measures, at its own time."""
    with clock.frozen(AT):
        found = plant("GW", "清河县")
        furnish(found)
        yield found


@pytest.fixture
def client() -> Client:
    return Client(HTTP_ACCEPT_LANGUAGE="en")


def book(answer: Any) -> Any:
    return load_workbook(BytesIO(answer.content))


def signed_in(client: Client, tree: Tree, role: str) -> Client:
    client.force_login(tree.users[role])
    return client


def test_a_table_is_checked_brought_in_and_shown(client: Client, tree: Tree) -> None:
    WideTable.objects.all().delete()
    signed_in(client, tree, "administrator")
    empty = client.get("/measures/")
    assert "No table yet" in empty.content.decode()
    checked = client.post("/measures/", {"file": upload(), "check": "1"}, follow=True).content.decode()
    assert "4 units, 2 indicators in 1 groups, 1 values missing" in checked
    assert not WideTable.objects.exists()
    assert "Give the table a title" in client.post("/measures/", {"file": upload()}).content.decode()
    made = client.post("/measures/", {"title": "Work", "file": upload()}, follow=True)
    assert made.redirect_chain[-1][0] == f"/measures/{WideTable.objects.get().pk}/"
    again = client.post("/measures/", {"title": "Work", "file": upload()}, follow=True)
    assert "here already" in again.content.decode()


def upload(*made: Any) -> BytesIO:
    stream = measured.workbook(*made)
    stream.name = "measures.xlsx"
    return stream


def test_faults_are_listed_by_sheet_and_row(client: Client, tree: Tree) -> None:
    signed_in(client, tree, "administrator")
    answer = client.post("/measures/", {"title": "x", "file": upload(measured.DATA)})
    assert answer.status_code == 422
    assert "no sheet “indicators”" in answer.content.decode()
    assert client.post("/measures/", {"title": "x"}).status_code == 422


def test_an_index_is_made_as_the_address_says(client: Client, tree: Tree) -> None:
    signed_in(client, tree, "auditor")
    table = tree.objects["measures"]
    page = client.get(f"/measures/{table.pk}/").content.decode()
    assert "All 4 published ranks are met exactly" in page
    assert "1 value is missing" in page
    assert 'data-label="业务"' in page
    choice = "way=goalposts&outliers=fences&missing=refuse&mean=geometric&within=yes"
    assert "1 values are missing, such as" in client.get(f"/measures/{table.pk}/?{choice}").content.decode()
    assert client.get(f"/measures/{table.pk}/?way=nonsense").status_code == 200
    found = book(
        client.get(f"/measures/{table.pk}.xlsx?way=percentile&outliers=none&missing=leave_out&mean=arithmetic")
    )
    assert found.worksheets[0]["C2"].value == "甲局"
    assert [cell.value for cell in found.worksheets[-1]["B"]][1] == "percentile"
    stopped = book(client.get(f"/measures/{table.pk}.xlsx?{choice}"))
    assert len(stopped.worksheets) == 2


def test_a_table_is_taken_away(client: Client, tree: Tree) -> None:
    signed_in(client, tree, "administrator")
    table = measured.bring(actor_of(tree.users["administrator"]), AT, "short-lived")
    assert client.post(f"/measures/{table.pk}/remove/", follow=True).status_code == 200
    assert not WideTable.objects.filter(pk=table.pk).exists()


def test_the_template_and_the_results_of_departments(client: Client, tree: Tree) -> None:
    signed_in(client, tree, "auditor")
    found = book(client.get("/measures/template.xlsx"))
    assert found.sheetnames == ["data", "indicators"]
    assert [cell.value for cell in found["indicators"][1]] == list(assessment.MEASURE_COLUMNS)
    none = client.get("/measures/template.xlsx?from_on=2020-01-01&until_on=2020-12-31", follow=True)
    assert "No results were reported" in none.content.decode()
    signed_in(client, tree, "administrator")
    brought = client.post(
        "/measures/",
        {"title": "T", "file": named(client.get("/measures/template.xlsx").content), "check": "1"},
        follow=True,
    )
    assert "3 units, 2 indicators" in brought.content.decode()


def named(content: bytes) -> BytesIO:
    stream = BytesIO(content)
    stream.name = "template.xlsx"
    return stream


def test_indicators_and_profile_of_a_round(client: Client, tree: Tree) -> None:
    signed_in(client, tree, "auditor")
    round_id = tree.objects["round"].pk
    page = client.get(f"/rounds/{round_id}/indicators/").content.decode()
    assert "1 unit is scored in this class" in page
    assert "nothing can be said of what the indicators decide" in page
    found = book(client.get(f"/rounds/{round_id}/indicators.xlsx"))
    assert found.sheetnames[:3] == ["indicators", "blocks", "correlations"]
    signed_in(client, tree, "secretary")
    alone = client.get(f"/rounds/{round_id}/units/{tree.branch.pk}/profile/").content.decode()
    assert "alone in its class" in alone
    sheet = book(client.get(f"/rounds/{round_id}/units/{tree.branch.pk}/profile.xlsx"))
    assert sheet.worksheets[0].max_row > 5
    assert sheet.worksheets[1]["A2"].value == 2026
    assert (
        f"/rounds/{round_id}/units/{tree.branch.pk}/profile/"
        in client.get(f"/rounds/{round_id}/units/{tree.branch.pk}/").content.decode()
    )


def importance(nominal: float, effective: float | None, r: float | None) -> Any:
    return SimpleNamespace(nominal=nominal, effective=effective, correlation=r, effect=effective)


def line(code: str, **given: Any) -> Any:
    found = {
        "code": code,
        "title": f"T{code}",
        "points": 10**6,
        "scored": 50,
        "deviation": 0.2,
        "full": 3,
        "mean": 0.7,
        "quartiles": None,
    }
    return SimpleNamespace(**(found | {"importance": importance(0.2, 0.2, 0.5)} | given))


def indicators(*lines: Any, pairs: Any = (), blocks: Any = ()) -> Any:
    return SimpleNamespace(
        units=50, lines=lines, pairs=pairs, blocks=blocks, titles={one.code: one.title for one in lines}, matrix=()
    )


def test_the_page_says_in_words_what_the_numbers_say() -> None:
    told = measure_words.of_indicators(
        indicators(
            line("1", importance=importance(0.1, 0.31, 0.9)), line("2", deviation=0), line("3", full=46),
            line("4", importance=importance(0.1, 0.1, -0.3)),
            pairs=(("1", "3", 0.95), ("2", "3", 0.5)),
            blocks=(Reliability("9", ("1", "3"), 50, 0.2, (None, None)), Reliability("", ("2", "4"), 50, 0.9, (None, None))),
        )
    )  # fmt: skip
    assert told == [
        "1 T1 has 10 % of the points, but decides 31 % of the differences between units.",
        "Nobody differs in 2 T2: they cannot tell units apart, whatever their points.",
        "Nine of ten units or more have full points in 3 T3: either all is well there, or the measure is too mild.",
        "1 T1 and 3 T3 say nearly the same (correlation 0.95): one of them may be enough.",
        "4 T4 runs against the whole (correlation −0.30): whoever is good there is rather worse overall. Is it meant so?",
        "The indicators of 9 hardly belong together (Cronbach's alpha 0.20): they measure different things.",
    ]
    assert measure_words.of_indicators(indicators(line("1"))) == [
        "Nothing stands out: the indicators decide about as much as their points say, and none repeats another."
    ]
    assert measure_words.of_indicators(indicators()) == []
    many = measure_words.of_indicators(indicators(*(line(str(n), deviation=0) for n in range(8))))
    assert "5 T5 and 2 more" in many[0]


def test_of_too_few_units_nothing_is_said() -> None:
    for units, told in ((1, "With 1 scored unit nothing"), (4, "With 4 scored units nothing")):
        few = indicators(line("1", importance=importance(0.1, 0.9, 0.5)))
        few.units = units
        assert measure_words.of_indicators(few)[0].startswith(told)


def test_how_units_are_spread_is_a_plot_and_a_column() -> None:
    page = indicators(line("1", quartiles=(0.5, 0.75, 1.0)), line("2"))
    chart = measure_words.indicator_charts(page)["spread"]
    assert chart["categories"] == ["1 T1"]
    assert chart["series"][0] == {"name": "median", "values": [75.0], "low": [50.0], "high": [100.0]}
    page.lines = page.lines[1:]
    assert measure_words.indicator_charts(page)["spread"] is None


def test_a_large_table_is_left_to_the_workbook(client: Client, tree: Tree) -> None:
    actor = actor_of(tree.users["auditor"])
    shown = assessment.measure_page(actor, tree.objects["measures"].pk)
    made = measure_words.normal_table(shown)
    assert made is not None
    assert [name for name, _values in made["rows"]] == ["甲局", "乙局", "丙局", "丁局"]
    assert made["rows"][2][1][1] is None  # the value that is missing stays so
    assert measure_words.normal_table(dataclasses.replace(shown, lines=shown.lines * 16)) is None


def test_blocks_are_called_consistent_or_not() -> None:
    blocks = tuple(
        Reliability("A", ("1", "2"), 9, alpha, without)
        for alpha, without in ((0.85, (0.9, None)), (0.7, (0.1, None)), (0.1, (None, None)), (None, (None, None)))
    )
    rows = measure_words.block_rows(indicators(line("1"), blocks=blocks))
    assert [row["word"] for row in rows] == [
        "consistent", "fairly consistent", "not consistent", "cannot be said: too few units, or nobody differs",
    ]  # fmt: skip
    assert [row["without"] for row in rows] == ["0.90 without 1", "", "", ""]


def profile(*standings: Standing, ahead: int, trend: float | None = None) -> Any:
    years = [SimpleNamespace(year=2024), SimpleNamespace(year=2026)]
    whole = Standing("", 80 * 10**6, 0.0, None, 50, ahead, "")
    titles = {one.code: f"T{one.code}" for one in standings}
    return SimpleNamespace(name="B", mates=9, whole=whole, standings=standings, titles=titles, trend=trend, years=years)


def test_a_profile_in_words() -> None:
    strong = Standing("1", 9, 1.0, (0, 0, 0), 90, 2_500_000, "strength")
    weak = Standing("2", 1, 9.0, (0, 0, 0), 5, -1_250_000, "weakness")
    assert measure_words.of_profile(profile(strong, weak, ahead=1_250_000, trend=-1_500_000)) == [
        "B has 80.00 points, 1.25 more than the mean of its class of 9 units.", "Strengths: 1 T1 (+2.50).",
        "Weaknesses: 2 T2 (−1.25).", "From 2024 to 2026 it fell by 1.50 points a year.",
    ]  # fmt: skip
    told = [
        measure_words.of_profile(profile(ahead=ahead, trend=trend)) for ahead, trend in ((-(10**6), 10**6), (0, 10))
    ]
    assert told[0][0].startswith("B has 80.00 points, 1.00 less than")
    assert told[0][1] == "From 2024 to 2026 it rose by 1.00 points a year."
    assert "no more and no less" in told[1][0]
    assert told[1][1] == "From 2024 to 2026 it stayed where it was."


def test_what_was_done_to_make_an_index_is_told() -> None:
    units = [SimpleNamespace(branch=SimpleNamespace(code=code), name=code.upper()) for code in "abc"]
    made = SimpleNamespace(
        treatments=(("a", "winsorised", 1), ("b", "log", 9), ("c", "fenced", 2)), holes={"a": 2}, idle=("c",)
    )
    both = SimpleNamespace(equal=3, compared=51, largest=4, spearman=0.9951, kendall=0.97)
    page = SimpleNamespace(made=made, wide=SimpleNamespace(indicators=units), agreement=(both, "甲"))
    assert measure_words.of_index(page) == [  # type: ignore[arg-type]
        "a A: 1 value lay far out and took the place of the next one.",
        "b B: its distribution is very uneven, so the logarithm was taken.",
        "c C: 2 values were cut at the quartile fences.",
        "2 values are missing; none was taken for zero.",
        "Nobody differs in c: these indicators tell nobody apart.",
        "Of 51 published ranks 3 are met exactly; the largest difference is 4 places (甲). Rank correlation: "
        "Spearman 0.995, Kendall 0.970.",
    ]


def test_numbers_are_told_or_left_out() -> None:
    assert measure_words.percent(None) == "–"
    assert measure_words.number(-0.5) == "−0.50"
    assert measure_words.number(None) == "–"


def test_data_and_indicators_come_as_two_csv_files(client: Client, tree: Tree) -> None:
    signed_in(client, tree, "administrator")
    data, structure = named(b"unit,a,b\nu,1,2\nv,3,4\n"), named("指标代码,权重\na,1\nb,2\n".encode())
    data.name, structure.name = "data.csv", "indicators.csv"
    page = client.post("/measures/", {"title": "CSV", "file": data, "structure": structure}, follow=True)
    assert "2 units, 2 indicators" in page.content.decode()
    found = client.get(f"{page.redirect_chain[-1][0]}?way=min_max&outliers=none&missing=leave_out&mean=geometric_top")
    assert "100.00" in found.content.decode()
