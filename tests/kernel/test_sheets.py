"""Tables from and to Excel and CSV: what is read, what is refused with its place, and that nothing is lost on the way back."""

import io
import time
import zipfile
from datetime import UTC, date, datetime
from datetime import time as clock_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from plumbline.kernel import sheets
from plumbline.kernel.sheets import Limits, Sheet, SheetError, as_day, read_table, read_workbook, write_workbook


def book(*rows: list[Any], merge: str = "") -> bytes:
    made = Workbook()
    page = made.active
    assert page is not None
    for row in rows:
        page.append(row)
    if merge:
        page.merge_cells(merge)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def read(content: bytes, name: str = "x.xlsx", **limits: int) -> sheets.Table:
    return read_table(io.BytesIO(content), name, limits=Limits(**limits))


def refusal(content: bytes, name: str = "x.xlsx", **limits: int) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(SheetError) as caught:
        read(content, name, **limits)
    assert str(caught.value)
    return [(one.row, one.column, one.message) for one in caught.value.problems]


def repack(content: bytes, changes: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), *changes}:
            new.writestr(name, changes.get(name) or old.read(name))
    return target.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def test_a_table_is_read_with_its_rows_as_excel_numbers_them() -> None:
    table = read(
        book(
            [],
            ["编号", " 名称 ", None, "日期"],
            [1.0, "　清河县 ", None, datetime(2025, 3, 1)],
            [],
            [None, "B", None, 2.5],
        )
    )
    assert table.headers == ("编号", "名称", "日期")
    assert [(row.number, dict(row.cells)) for row in table.rows] == [
        (3, {"编号": 1, "名称": "清河县", "日期": date(2025, 3, 1)}),
        (5, {"编号": None, "名称": "B", "日期": 2.5}),
    ]


def test_types_of_cells() -> None:
    row = [True, 13800000000, 0.1, "  ", datetime(2025, 3, 1, 8, 30), date(2025, 3, 2), "a\u00a0b", clock_time(8, 30)]
    table = read(book(list("abcdefgh"), row))
    assert list(table.rows[0].cells.values()) == [
        True,
        13800000000,
        0.1,
        None,
        "2025-03-01 08:30:00",
        date(2025, 3, 2),
        "a b",
        "08:30:00",
    ]


def test_merged_cells_are_named_before_what_follows_from_them() -> None:
    found = refusal(book(["清河县党员名册", None, None], ["a", "b", "c"], [1, 2, 3], merge="A1:C1"))
    assert found == [(1, "A", "The cells A1:C1 are merged. Unmerge them and write the value in each row.")]


def test_formulas_and_errors_are_named() -> None:
    made = Workbook()
    page = made.active
    assert page is not None
    page.append(["a", "b"])
    page.append(["=1+1", "x"])
    page.append([3, "#N/A"])
    page["B3"].data_type = "e"
    target = io.BytesIO()
    made.save(target)
    assert refusal(target.getvalue()) == [
        (2, "A", "The cell A2 holds a formula. Copy the column and paste it as values."),
        (3, "B", "The cell B3 holds an error value. Write what is meant."),
    ]


def test_headings_that_stand_twice_and_cells_under_none_are_named() -> None:
    assert refusal(book(["a", "b", "a", "b"]))[0][:2] == (1, "C")
    assert refusal(book(["a", "b"], [1, 2, 3], [1, 2, 3, 4], [1])) == [
        (2, "C", "This cell stands under no heading. Give the column a heading, or clear the cell."),
        (3, "C", "This cell stands under no heading. Give the column a heading, or clear the cell."),
    ]


def test_limits_of_rows_columns_and_bytes() -> None:
    assert refusal(book(["a"], [1], [2], [3]), rows=2) == [(4, None, "More than 2 rows. Divide the file.")]
    assert len(read(book(["a"], [1], [2], [3]), rows=3).rows) == 3
    assert refusal(book(["a", "b", "c"]), columns=2)[0][:2] == (1, "C")
    assert "larger than 0 MB" in refusal(book(["a"]), packed=100)[0][2]
    assert "0 bytes" in refusal(b"")[0][2]
    assert refusal(b"", "x.csv")[0][2] == "The file is empty (0 bytes). Save it again and upload it once more."


def test_problems_are_named_up_to_a_bound() -> None:
    assert len(refusal(book(["a"], *[[1, 2]] * 200))) == 50
    assert len(refusal(book(["a"], *[["=1"]] * 200))) == 50


def test_a_far_cell_costs_nothing() -> None:
    made = Workbook()
    page = made.active
    assert page is not None
    page["A1"], page["A2"], page["XFD1048576"] = "a", 1, "far"
    target = io.BytesIO()
    made.save(target)
    started = time.monotonic()
    assert refusal(target.getvalue())[0][:2] == (1048576, "XFD")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("content", [b"plain text", b"PK\x03\x04 broken", b"\x89PNG\r\n\x1a\n" + bytes(100)])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert "This is not an Excel workbook (.xlsx)" in refusal(content)[0][2]


def test_other_archives_old_workbooks_and_macros_are_refused() -> None:
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "a")
    assert "not an Excel workbook" in refusal(other.getvalue())[0][2]
    assert ".xls" in refusal(b"\xd0\xcf\x11\xe0" + bytes(512), "x.csv")[0][2]
    assert "macros" in refusal(repack(book(["a"]), {"xl/vbaProject.bin": b"x"}))[0][2]


def test_a_zip_bomb_never_unpacks() -> None:
    bomb = repack(book(["a"]), {"xl/worksheets/sheet2.xml": bytes(30_000_000)})
    assert len(bomb) < 100_000
    started = time.monotonic()
    assert "unpacks to far more" in refusal(bomb)[0][2]
    assert time.monotonic() - started < 0.5
    assert "unpacks to far more" in refusal(book(["a"]), unpacked=100)[0][2]


def test_an_archive_that_lies_about_its_sizes_is_refused() -> None:
    content = bytearray(repack(book(["a"]), {"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 5_000_000}))
    size = (5_000_011).to_bytes(4, "little")
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = (1000).to_bytes(4, "little")
    assert "damaged" in refusal(bytes(content))[0][2]


@pytest.mark.parametrize("name", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_entities_are_refused(name: str) -> None:
    content = book(["a", "b"], ["c", "d"])
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    bare = part(content, name).partition(b"?>")[2] if part(content, name).startswith(b"<?xml") else part(content, name)
    assert read(repack(content, {name: bare})).rows[0].cells == {"a": "c", "b": "d"}
    assert "damaged" in refusal(repack(content, {name: entities + bare}))[0][2]


def test_truncated_and_mangled_workbooks_are_refused() -> None:
    content = book(["a"], [1])
    assert refusal(content[:-200])
    assert "damaged" in refusal(repack(content, {"xl/worksheets/sheet1.xml": b"<worksheet><broken"}))[0][2]
    assert (
        "More than 1 sheets" in refusal(write_workbook([Sheet("a", ["x"], []), Sheet("b", ["x"], [])]), sheets=1)[0][2]
    )


CSV = '编号,名称\r\n1,清河县\r\n\r\n2,"第二行,\n两行"\r\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_usual_encoding(encoding: str) -> None:
    table = read(CSV.encode(encoding), "x.csv")
    assert [(row.number, dict(row.cells)) for row in table.rows] == [
        (2, {"编号": "1", "名称": "清河县"}),
        (4, {"编号": "2", "名称": "第二行,\n两行"}),
    ]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_with_every_usual_mark(mark: str) -> None:
    assert read(f"a{mark}b\n1{mark}2\n".encode(), "x.TSV").rows[0].cells == {"a": "1", "b": "2"}


def test_csv_that_cannot_be_read_is_refused() -> None:
    assert "neither" not in refusal(b"a,b\n\xff\xff\xff", "x.csv")[0][2]
    assert "UTF-8" in refusal(b"a,b\n\xff\xff\xff", "x.csv")[0][2]
    assert "UTF-8" in refusal(b"a\0b", "x.csv")[0][2]
    assert refusal(("a\n1\n" + "x" * 200_000).encode(), "x.csv")[0][0] == 3
    assert read(book(["a"], [1]), "wrong.csv").rows[0].cells == {"a": 1}, "the content counts, not the name"
    assert read(b"\n\n", "x.csv") == sheets.Table((), ())


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (date(2025, 3, 1), date(2025, 3, 1)),
        (datetime(2025, 3, 1, 8), date(2025, 3, 1)),
        ("2025-03-01", date(2025, 3, 1)),
        ("2025/3/1", date(2025, 3, 1)),
        ("2025.3.1", date(2025, 3, 1)),
        ("20250301", date(2025, 3, 1)),
        (20250301, date(2025, 3, 1)),
        ("2025年3月1日", date(2025, 3, 1)),
        ("２０２５年 3 月 1 日", date(2025, 3, 1)),
        ("2025-02-30", None),
        ("1/3/2025", None),
        ("", None),
        (None, None),
        (True, None),
        (45000, None),
    ],
)
def test_days_as_people_write_them(cell: Any, day: date | None) -> None:
    assert as_day(cell) == day


def test_several_sheets_are_read_by_title() -> None:
    content = write_workbook([Sheet("单位", ["a"], [[1]]), Sheet("党员", ["b"], [[2]])])
    tables = read_workbook(io.BytesIO(content), "x.xlsx")
    assert list(tables) == ["单位", "党员"]
    assert tables["党员"].rows[0].cells == {"b": 2}
    with pytest.raises(SheetError) as caught:
        read_workbook(io.BytesIO(write_workbook([Sheet("a", ["x"], []), Sheet("二", ["y", "y"], [])])), "x.xlsx")
    assert caught.value.problems[0].sheet == "二"


def test_no_text_becomes_a_formula() -> None:
    risky = ["=1+1", "+1", "-2", "@x", "\t=1", "=cmd|' /C calc'!A0"]
    written = write_workbook([Sheet("x", ["=head", "b"], [[text, 1] for text in risky])])
    page = load_workbook(io.BytesIO(written)).worksheets[0]
    for row in page.iter_rows(max_col=1):
        assert row[0].data_type == "s"
    assert all(page.cell(number, 1).quotePrefix for number in range(2, 8))
    assert [row.cells["=head"] for row in read(written).rows] == [text.strip() for text in risky]


def test_what_cannot_stand_in_a_cell_is_made_fit() -> None:
    row = [datetime(2025, 12, 31, 16, 30, 5, 7, tzinfo=UTC), 10**18, "bell\x07", "x" * 40_000, None, date(2025, 1, 2)]
    written = write_workbook([Sheet("a/b:c", list("abcdef"), [row]), Sheet("a b c", ["x"], []), Sheet("", ["x"], [])])
    tables = read_workbook(io.BytesIO(written), "x.xlsx")
    assert list(tables) == ["a b c", "a b c 2", "1"]
    assert list(tables["a b c"].rows[0].cells.values()) == [
        "2026-01-01 00:30:05", str(10**18), "bell", "x" * 32_767, None, date(2025, 1, 2),
    ]  # fmt: skip


CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.dates(date(1901, 1, 1), date(9999, 12, 31)),
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=12))
def test_what_is_written_is_read_again(rows: list[list[Any]]) -> None:
    table = read(write_workbook([Sheet("x", ["a", "b", "c"], rows)]))
    assert [list(row.cells.values()) for row in table.rows] == [
        row for row in rows if any(cell is not None for cell in row)
    ]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_no_content_breaks_the_reader(content: bytes) -> None:
    for name in ("x.xlsx", "x.csv"):
        try:
            read(content, name)
        except SheetError as error:
            assert error.problems
