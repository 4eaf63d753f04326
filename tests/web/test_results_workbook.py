"""The workbook of a result: its formulas, calculated by a spreadsheet of the tests, give every official score, rank and grade."""

from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from plumbline.assessment.queries.grids import Grid, GridRow
from plumbline.assessment.queries.results import ResultLine
from plumbline.assessment.queries.trees import NodeText
from plumbline.assessment.rules import recomputing
from plumbline.assessment.rules.explain import grade_words
from plumbline.assessment.rules.scheme import Scheme, load_yaml, micro
from plumbline.assessment.rules.scoring import Engine, TooLarge, duckdb_engine
from plumbline.web.assessment.results_documents import results_excel
from tests.assessment import made_up
from tests.assessment.schemes import SHIPPED, shipped
from tests.assessment.spreadsheet import Book
from tests.assessment.test_engine_oracle import scored

CODES = sorted(path.stem for path in SHIPPED.glob("*.yaml"))


@pytest.fixture(scope="module")
def engine() -> Engine:
    return duckdb_engine(threads=1)


class Made:
    """What the workbook asks of a round."""

    title = "Made up"
    run = SimpleNamespace(snapshot=SimpleNamespace(manifest_hash="a" * 64), result_hash="c" * 64)
    scheme_version = SimpleNamespace(document_hash="b" * 64)


def grid_of(scheme: Scheme, found: dict[str, Any]) -> Grid:
    """Return the grid of a scored scheme, without a database."""
    where = recomputing.layout(scheme, sheet="", first=1)
    applied: dict[int, dict[str, int | None]] = {}
    gone: dict[int, set[str]] = {}
    for row in found["scores"]:
        told = None if row["status"] == "not_reported" else row["applied"]
        applied.setdefault(row["unit_id"], {})[row["node"]] = told
        column = where.columns[row["node"]]
        if row["status"] == "not_applicable" and column.spread and not column.node.children:
            gone.setdefault(row["unit_id"], set()).add(row["node"])
    rows = tuple(
        GridRow(
            ResultLine(row["unit_id"], f"u{row['unit_id']}", f"U{row['unit_id']}", row["klass"], row["rank"], row["score"],
                       row["grade"] or "", own=False),
            applied[row["unit_id"]], recomputing.gone_wholly(where, frozenset(gone.get(row["unit_id"], ()))),
        )
        for row in found["composite"]
    )  # fmt: skip
    nodes = tuple(
        NodeText(
            node.code, node.code, depth, parent.code if parent else "", node.kind.value,
            None if node.points is None else micro(node.points), int(Decimal(10_000) * share(node.weight)), "", (),
            bool(node.children),
        )
        for node, parent, depth in scheme.walk()
    )  # fmt: skip
    bands = tuple(sorted((micro(band.min), grade_words(scheme, band.grade)) for band in scheme.bands))
    return Grid(Made(), scheme, nodes, rows, bands)  # type: ignore[arg-type]


def share(text: str) -> Decimal:
    above, _slash, below = text.partition("/")
    return Decimal(above) / Decimal(below or 1)


def book_of(grid: Grid) -> tuple[Book, list[str]]:
    """Return the workbook as it was written, and the titles of its sheets."""
    made = load_workbook(BytesIO(results_excel(grid).content))
    sheets = {
        page.title: {cell.coordinate: cell.value for row in page.iter_rows() for cell in row if cell.value is not None}
        for page in made.worksheets
    }
    return Book(sheets), made.sheetnames


def check(scheme: Scheme, found: dict[str, Any]) -> int:
    """Hold every score, rank and grade of the workbook against the official ones; return how many units were compared."""
    grid = grid_of(scheme, found)
    book, names = book_of(grid)
    results, compared = names[0], 0
    for number, row in enumerate(grid.rows, start=2):
        if row.line.score is None:
            assert book.value(results, f"E{number}") is None
            continue
        assert book.value(results, f"E{number}") * 1_000_000 == row.line.score, row
        assert book.value(results, f"B{number}") == row.line.rank
        assert book.value(results, f"J{number}") == "="
        for code, column in grid_columns(scheme).items():
            if column.node.children and row.applied[code] is not None:
                assert book.value(results, f"{column.letter}{number}") * 1_000_000 == row.applied[code], code
        if scheme.bands:
            best = [grade for least, grade in grid.bands if least <= row.line.score]
            assert book.value(results, f"F{number}") == (best[-1] if best else "")
        compared += 1
    return compared


def grid_columns(scheme: Scheme) -> Any:
    return recomputing.layout(scheme, sheet="", first=11).columns


@pytest.mark.parametrize("code", CODES)
def test_a_shipped_scheme_is_calculated_again_by_its_workbook(engine: Engine, code: str) -> None:
    scheme = load_yaml(shipped(code))
    assert check(scheme, scored(engine, scheme, made_up.filled(scheme, units=40, seed=5))) > 0


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_scheme_is_calculated_again_by_its_workbook(engine: Engine, data: st.DataObject) -> None:
    scheme = data.draw(made_up.schemes())
    try:
        found = scored(engine, scheme, data.draw(made_up.inputs(scheme)))
    except TooLarge:
        return
    if any(abs(row["applied"] or 0) >= 10**15 for row in found["scores"]):
        return  # a spreadsheet itself cannot hold so many digits
    check(scheme, found)


def test_what_an_officer_changes_moves_everything(engine: Engine) -> None:
    scheme = load_yaml(shipped("routine_work"))
    grid = grid_of(scheme, scored(engine, scheme, made_up.filled(scheme, units=5, seed=2)))
    book, names = book_of(grid)
    results = names[0]
    column = next(one for one in grid_columns(scheme).values() if not one.node.children)
    before = book.value(results, "E2")
    book.sheets[results][f"{column.letter}2"] = 0
    assert book.value(results, "E2") < before
    assert book.value(results, "J2") == "≠"
    book.sheets[names[1]][f"E{grid_columns(scheme)[scheme.tree[0].code].row}"] = (
        0  # a first-level indicator without weight
    )
    assert book.value(results, "E2") < before


def test_the_imprint_stands_in_the_workbook_in_both_languages(engine: Engine) -> None:
    scheme = load_yaml(shipped("routine_work"))
    grid = grid_of(scheme, scored(engine, scheme, made_up.filled(scheme, units=2, seed=2)))
    for language, title in (("en", "imprint"), ("zh-hans", "印记")):
        with translation.override(language):
            book, names = book_of(grid)
        assert names[-1] == title
        assert [book.sheets[title][f"B{row}"] for row in (2, 3, 4)] == ["a" * 64, "b" * 64, "c" * 64]
