"""The pure rules of the ledger: kinds, checks, quantities, sheets, tokens."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.ledger.rules.checks import (
    FactDraft,
    Standing,
    as_day,
    check_day,
    check_draft,
    check_quantity,
    clean_attributes,
    format_quantity,
    parse_quantity,
)
from plumbline.ledger.rules.kinds import (
    BIGGEST,
    AttributeSpec,
    FactKindSpec,
    KindChange,
    breaking_changes,
    from_document,
    to_document,
)
from plumbline.ledger.rules.matching import content_hash
from plumbline.ledger.rules.sheet import SheetReader, as_text, read_attribute, read_day, read_layout
from plumbline.ledger.rules.tokens import CALLS_IN_A_WINDOW, Window, next_window, seconds_to_wait
from plumbline.ledger.rules.wording import explain_change, spec_problems

EVERY = FactKindSpec(
    "test.every",
    "Every type",
    "Has one attribute of every type.",
    "times",
    (
        AttributeSpec("topic", "text", True),
        AttributeSpec("came", "integer"),
        AttributeSpec("late", "boolean"),
        AttributeSpec("due", "date"),
        AttributeSpec("size", "choice", choices=("small", "large")),
        AttributeSpec("names", "list"),
    ),
    minimum=1,
)
POINTS = FactKindSpec("test.points", "Points", "Points.", "micro-points", places=6, minimum=None)
UNIT = Standing(1, "B1", "/1/", date(2020, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("attributes", "field", "word"),
    [
        ({}, "attributes.topic", "missing"),
        ({"topic": ""}, "attributes.topic", "missing"),
        ({"topic": 3}, "attributes.topic", "text"),
        ({"topic": "x" * 501}, "attributes.topic", "500"),
        ({"topic": "a\x00"}, "attributes.topic", "NUL"),
        ({"topic": "a", "colour": "red"}, "attributes.colour", "no attribute"),
        ({"topic": "a", "came": "3"}, "attributes.came", "whole number"),
        ({"topic": "a", "came": True}, "attributes.came", "whole number"),
        ({"topic": "a", "came": 1.0}, "attributes.came", "whole number"),
        ({"topic": "a", "came": BIGGEST + 1}, "attributes.came", "whole number"),
        ({"topic": "a", "late": "yes"}, "attributes.late", "true or false"),
        ({"topic": "a", "due": "31.3.2026"}, "attributes.due", "day"),
        ({"topic": "a", "due": "2026-02-30"}, "attributes.due", "day"),
        ({"topic": "a", "size": "huge"}, "attributes.size", "small, large"),
        ({"topic": "a", "names": "a;b"}, "attributes.names", "list"),
        ({"topic": "a", "names": ["a", 2]}, "attributes.names", "list"),
        ({"topic": "a", "names": ["a"] * 101}, "attributes.names", "100"),
        ({"topic": "a", "names": ["x" * 501]}, "attributes.names", "500"),
    ],
)
def test_a_wrong_attribute_is_named(attributes: dict[str, Any], field: str, word: str) -> None:
    _clean, problems = clean_attributes(EVERY, attributes)
    assert [problem.field for problem in problems] == [field]
    assert word in problems[0].message


def test_good_attributes_are_stored_plainly() -> None:
    given_ = {"topic": "a", "came": 3, "late": False, "due": date(2026, 3, 1), "size": "small", "names": ["x"]}
    clean, problems = clean_attributes(EVERY, given_ | {"came": 0})
    assert problems == []
    assert clean == given_ | {"came": 0, "due": "2026-03-01"}


def test_empty_attributes_are_left_out() -> None:
    clean, problems = clean_attributes(EVERY, {"topic": "a", "came": None, "size": "", "names": []})
    assert (clean, problems) == ({"topic": "a"}, [])


@pytest.mark.parametrize(
    ("day", "word"),
    [
        (date(2026, 4, 2), "future"),
        (date(2019, 12, 31), "not yet founded"),
        (date(2026, 4, 1), ""),
        (date(2020, 1, 1), ""),
    ],
)
def test_days_outside_the_unit_s_life_or_in_the_future_are_refused(day: date, word: str) -> None:
    problems = check_day(day, date(2026, 3, 31), UNIT)
    assert (not problems) if not word else word in problems[0].message


def test_the_day_of_closing_is_too_late() -> None:
    assert check_day(date(2027, 1, 1), date(2027, 5, 1), UNIT)
    assert not check_day(date(2026, 12, 31), date(2027, 5, 1), UNIT)


@pytest.mark.parametrize("wrong", [0, -1, BIGGEST + 1, 1.5, True, "1", None])
def test_wrong_quantities_are_refused(wrong: Any) -> None:
    assert check_quantity(EVERY, wrong)


def test_negative_quantities_where_the_kind_allows_them() -> None:
    assert not check_quantity(POINTS, -5)


def test_unknown_kind_and_unit_are_both_named() -> None:
    _clean, problems = check_draft(FactDraft("no.such", 9, date(2026, 3, 1)), None, None, date(2026, 3, 31))
    assert [problem.field for problem in problems] == ["kind", "unit"]


def test_a_kind_out_of_use_takes_no_new_facts() -> None:
    retired = FactKindSpec("a.b", "A", "A", "times", is_active=False)
    _clean, problems = check_draft(FactDraft("a.b", 1, date(2026, 3, 1)), retired, UNIT, date(2026, 3, 31))
    assert "no longer in use" in problems[0].message


def test_a_long_key_is_refused() -> None:
    draft = FactDraft("test.points", 1, date(2026, 3, 1), sender_key="k" * 161)
    _clean, problems = check_draft(draft, POINTS, UNIT, date(2026, 3, 31))
    assert [problem.field for problem in problems] == ["key"]


@pytest.mark.parametrize(
    ("entered", "kept"),
    [("2.5", 2_500_000), ("-0.000001", -1), ("1,000", 1_000_000_000), (" 7 ", 7_000_000), ("1e2", 100_000_000)],
)
def test_points_are_kept_as_micro_points(entered: str, kept: int) -> None:
    assert parse_quantity(POINTS, entered) == (kept, "")


@pytest.mark.parametrize("entered", ["", "abc", "nan", "inf", "1e30", "0.0000001", "1.2.3"])
def test_entries_that_are_no_numbers_are_explained(entered: str) -> None:
    assert parse_quantity(POINTS, entered)[1]


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_what_is_shown_can_be_entered_again(quantity: int) -> None:
    assert parse_quantity(POINTS, format_quantity(POINTS, quantity)) == (quantity, "")


@given(st.integers(min_value=-BIGGEST, max_value=BIGGEST))
def test_whole_quantities_are_shown_whole(quantity: int) -> None:
    assert format_quantity(EVERY, quantity) == str(quantity)


def test_as_day_takes_iso_only() -> None:
    assert as_day("2026-03-01") == date(2026, 3, 1)
    assert as_day(date(2026, 3, 1)) == date(2026, 3, 1)
    assert as_day("20260301") is None
    assert as_day(20260301) is None


def _changed(**attributes: Any) -> FactKindSpec:
    fields = {"code": "t.k", "name": "K", "meaning": "K", "measure": "times", **attributes}
    return FactKindSpec(**fields)


OLD = _changed(attributes=(AttributeSpec("a", "text", True), AttributeSpec("b", "choice", choices=("x", "y"))))


@pytest.mark.parametrize(
    ("new", "changes"),
    [
        (OLD, ()),
        (_changed(attributes=(AttributeSpec("a"), OLD.attributes[1], AttributeSpec("c"))), ()),
        (_changed(attributes=(OLD.attributes[0],)), (KindChange("b", "removed"),)),
        (_changed(attributes=(AttributeSpec("a", "integer", True), OLD.attributes[1])), (KindChange("a", "retyped"),)),
        (
            _changed(attributes=(OLD.attributes[0], AttributeSpec("b", "choice", True, ("x", "z")))),
            (KindChange("b", "now required"), KindChange("b", "choices removed")),
        ),
        (_changed(attributes=(*OLD.attributes, AttributeSpec("c", "text", True))), (KindChange("c", "now required"),)),
        (_changed(attributes=OLD.attributes, places=2), (KindChange("", "places changed"),)),
        (_changed(attributes=OLD.attributes, measure="minutes"), (KindChange("", "measure changed"),)),
    ],
)
def test_changes_that_break_posted_facts_are_found(new: FactKindSpec, changes: tuple[KindChange, ...]) -> None:
    assert breaking_changes(OLD, new) == changes
    assert all(explain_change(change) for change in changes)


def test_definitions_survive_storage() -> None:
    assert from_document(to_document(EVERY)) == EVERY.attributes


@pytest.mark.parametrize(
    ("spec", "word"),
    [
        (_changed(code="nodot"), "dot"),
        (_changed(code="Upper.case"), "small letters"),
        (_changed(name=" "), "name"),
        (_changed(places=10), "0 to 9"),
        (_changed(attributes=tuple(AttributeSpec(f"a{n}") for n in range(31))), "30"),
        (_changed(attributes=(AttributeSpec("a"), AttributeSpec("a"))), "twice"),
        (_changed(attributes=(AttributeSpec("A b"),)), "small letters"),
        (_changed(attributes=(AttributeSpec("a", "number"),)), "unknown type"),  # type: ignore[arg-type]
        (_changed(attributes=(AttributeSpec("a", "choice"),)), "choices"),
        (_changed(attributes=(AttributeSpec("a", "text", choices=("x",)),)), "not “choice”"),
        (_changed(attributes=(AttributeSpec("a", "choice", choices=("x", "x")),)), "choice twice"),
    ],
)
def test_wrong_definitions_are_explained(spec: FactKindSpec, word: str) -> None:
    assert any(word in text for text in spec_problems(spec))


def test_a_good_definition_has_no_problems() -> None:
    assert spec_problems(EVERY) == []


@pytest.mark.parametrize(
    "value",
    [
        date(2026, 3, 1),
        datetime(2026, 3, 1, 12),
        "2026-03-01",
        "2026/3/1",
        "2026.3.1",
        "20260301",
        "2026年3月1日",
        20260301,
    ],
)
def test_days_in_sheets_are_read_in_many_spellings(value: Any) -> None:
    assert read_day(value) == date(2026, 3, 1)


@pytest.mark.parametrize("value", ["", None, "1.3.26", "March 1", "2026-13-01", "2026-03", 45000])
def test_what_is_no_day_is_not_guessed(value: Any) -> None:
    assert read_day(value) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (3.0, "3"),
        (0.1, "0.1"),
        (85.35, "85.35"),
        (1e-7, "0.0000001"),
        (date(2026, 3, 1), "2026-03-01"),
        (True, "1"),
        (" a ", "a"),
    ],
)
def test_cells_become_text_without_loss(value: Any, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    ("name", "value", "entered"),
    [
        ("late", "是", True),
        ("late", "No", False),
        ("came", 12.0, 12),
        ("due", "2026年3月1日", "2026-03-01"),
        ("names", "甲；乙", ["甲", "乙"]),
    ],
)
def test_cells_are_read_as_the_attribute_s_type(name: str, value: Any, entered: Any) -> None:
    item = EVERY.attribute(name)
    assert item is not None
    assert read_attribute(item, value) == (entered, "")


@pytest.mark.parametrize(("name", "value"), [("late", "maybe"), ("came", "1.5"), ("due", "soon")])
def test_cells_of_the_wrong_type_are_explained(name: str, value: Any) -> None:
    item = EVERY.attribute(name)
    assert item is not None
    assert read_attribute(item, value)[1]


HEADERS = ("Fact kind", "Unit code", "Day", "Quantity", "topic", "came")


def test_headings_in_both_languages_and_unknown_ones() -> None:
    layout, problems = read_layout(("kind", "Unit code", "occurred_on", "topic", "colour", "unit"), (EVERY,))
    assert layout.fixed == {"kind": "kind", "unit": "Unit code", "occurred_on": "occurred_on"}
    assert layout.others == ("topic",)
    assert [problem.column for problem in problems] == ["colour", "unit"]
    assert [problem.column for problem in read_layout(("topic",), (EVERY,))[1]] == ["fact kind", "unit code", "day"]


def _read(*cells: Any, year: int | None = None) -> tuple[Any, list[Any]]:
    layout, problems = read_layout(HEADERS, (EVERY, POINTS))
    assert not problems
    return SheetReader(layout, (EVERY, POINTS), year).read(5, dict(zip(HEADERS, cells, strict=True)))


def test_a_good_row() -> None:
    row, problems = _read("Every type", 101.0, date(2026, 3, 1), 2, "opening", 12)
    assert problems == []
    assert (row.kind, row.unit, row.quantity) == ("test.every", "101", 2)
    assert row.attributes == {"topic": "opening", "came": 12}


def test_every_error_of_a_row_is_named_with_its_column() -> None:
    _row, problems = _read("nothing", "", "soon", None, None, None)
    assert [(problem.row, problem.column) for problem in problems] == [(5, "Unit code"), (5, "Fact kind"), (5, "Day")]
    _row, problems = _read("test.every", "B1", "", "x", "a", "many")
    assert [problem.column for problem in problems] == ["Day", "Quantity", "came"]
    _row, problems = _read("", "B1", date(2025, 3, 1), None, None, None, year=2026)
    assert [problem.column for problem in problems] == ["Fact kind", "Day"]


def test_a_quantity_is_required_where_one_is_a_fraction() -> None:
    _row, problems = _read("test.points", "B1", "2026-03-01", None, "stray", None)
    assert [problem.column for problem in problems] == ["Quantity", "topic"]


def test_days_before_the_republic_are_typing_errors() -> None:
    _row, problems = _read("test.every", "B1", date(1900, 1, 1), None, "a", None)
    assert [problem.column for problem in problems] == ["Day"]


def test_the_hash_of_contents_does_not_depend_on_order() -> None:
    assert content_hash([[1, date(2026, 1, 1)], [2, None]]) == content_hash([[2, None], [1, date(2026, 1, 1)]])
    assert content_hash([[1]]) != content_hash([[1], [1]])


def test_a_token_s_calls_are_bounded_in_a_minute() -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    window = Window(None, 0)
    for _call in range(CALLS_IN_A_WINDOW):
        window = next_window(window, at)
        assert seconds_to_wait(window, at) == 0
    window = next_window(window, at + timedelta(seconds=20))
    assert seconds_to_wait(window, at + timedelta(seconds=20)) == 41
    assert next_window(window, at + timedelta(seconds=60)).calls == 1
