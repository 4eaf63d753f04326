"""From the cells of a workbook to the entries of a roster, with every mistake named by sheet, row and column."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Protocol

from plumbline.organisation.rules.roster.columns import (
    GUIDE_TITLES,
    KEYS,
    NO_WORDS,
    POSTS,
    SHEETS,
    TERMS,
    WORDS,
    YES_WORDS,
    Column,
    SheetSpec,
    column_named,
    fold,
    sheet_named,
    value_of,
)
from plumbline.organisation.rules.roster.problems import RosterProblem
from plumbline.organisation.rules.roster.records import Entry, Key, RosterFile, Value, empty_value

LEAST, MOST = 1, 999
_DAY = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$")
_SEPARATORS = re.compile(r"[\s,;，；、]+")
_NOT_IN_CODE = re.compile(r"[\s,;，；\"'“”、/]")


class RowLike(Protocol):
    """A row of ``kernel.sheets``: its number as in Excel and its cells by heading."""

    @property
    def number(self) -> int: ...  # noqa: D102
    @property
    def cells(self) -> Mapping[str, Any]: ...  # noqa: D102


class TableLike(Protocol):
    """A sheet of ``kernel.sheets``."""

    @property
    def headers(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def rows(self) -> Sequence[RowLike]: ...  # noqa: D102


class Refused(Exception):
    """A cell does not hold what its column wants; carries the problem's code and values."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


@dataclass(slots=True)
class Reader:
    """Gathers entries and problems while it reads a workbook."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[RosterProblem] = field(default_factory=list)
    ignored: list[tuple[str, str]] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    posts: dict[Key, Entry] = field(default_factory=dict)

    def refuse(self, sheet: str, number: int, column: str, code: str, **values: Any) -> None:
        """Note one problem; ``number`` is the row in Excel."""
        self.problems.append(RosterProblem(sheet, number, column, code, values))


def read_roster(sheets: Mapping[str, TableLike]) -> tuple[RosterFile, tuple[RosterProblem, ...]]:
    """Return what the sheets of a workbook say, and everything that is wrong with their cells."""
    reader = Reader()
    titles = [choice for spec in SHEETS for choice in (spec.en, spec.zh)]
    seen: set[str] = set()
    for title, table in sheets.items():
        if fold(title) in map(fold, GUIDE_TITLES) or not (table.headers or table.rows):
            continue
        spec = sheet_named(title)
        if spec is None:
            reader.refuse(title, 0, "", "unknown_sheet", value=title, choices=titles)
        elif spec.table in seen:
            reader.refuse(title, 0, "", "sheet_twice")
        else:
            seen.add(spec.table)
            _read_sheet(reader, spec, title, table)
    if not seen and not reader.problems:
        reader.refuse("", 0, "", "no_sheet", choices=titles)
    return RosterFile(tuple(reader.entries), frozenset(reader.tables), tuple(reader.ignored)), tuple(reader.problems)


def _read_sheet(reader: Reader, spec: SheetSpec, title: str, table: TableLike) -> None:
    columns = _columns(reader, spec, title, table)
    if columns is None:
        return
    reader.tables.add(spec.table)
    if spec.table == POSTS and any(column.table == TERMS for column in columns.values()):
        reader.tables.add(TERMS)
    for row in table.rows:
        if any(not _is_empty(value) for value in row.cells.values()):
            _read_row(reader, spec, title, columns, row)


def _columns(reader: Reader, spec: SheetSpec, title: str, table: TableLike) -> dict[str, Column] | None:
    """Return the columns of a sheet by heading, or None where one that is needed is missing."""
    found: dict[str, Column] = {}
    before = len(reader.problems)
    for heading in filter(None, table.headers):
        column = column_named(spec, heading)
        if column is None:
            reader.ignored.append((title, heading))
        elif column in found.values():
            reader.refuse(title, 1, heading, "column_twice", value=heading)
        else:
            found[heading] = column
    for column in spec.columns:
        if column.field in KEYS[spec.table] and column not in found.values():
            zh = spec.zh == title
            reader.refuse(title, 1, "", "no_column", value=column.heading("zh" if zh else "en"))
    return found if len(reader.problems) == before else None


def _read_row(reader: Reader, spec: SheetSpec, title: str, columns: Mapping[str, Column], row: RowLike) -> None:
    """Keep what a row says; a cell that is refused leaves its field out, a key that is refused leaves the row out."""
    values: dict[str, dict[str, Value]] = {spec.table: {}}
    headings = {column.field: heading for heading, column in columns.items()}
    for heading, column in columns.items():
        table = column.table or spec.table
        try:
            values.setdefault(table, {})[column.field] = read_cell(column, table, row.cells.get(heading))
        except Refused as refused:
            given = {"value": heading} if refused.code == "missing" else {}
            reader.refuse(title, row.number, heading, refused.code, **{**given, **refused.values})
    term = values.pop(TERMS, None)
    main = values[spec.table]
    if not all(main.get(name) for name in KEYS[spec.table]):
        return
    _keep(reader, Entry(spec.table, title, row.number, main, headings))
    if term is not None:
        keys = {name: main[name] for name in KEYS[POSTS]}
        _keep_term(reader, Entry(TERMS, title, row.number, {**keys, **term}, headings))


def _keep(reader: Reader, entry: Entry) -> None:
    """Keep an entry; later rows of a post may only repeat what its first row says."""
    first = reader.posts.setdefault(entry.key, entry) if entry.table == POSTS else entry
    if first is entry:
        reader.entries.append(entry)
        return
    for name, value in entry.values.items():
        if value not in (empty_value(POSTS, name), first.values.get(name)):
            other = first.values.get(name)
            reader.refuse(entry.sheet, entry.row, entry.heading(name), "differs", other=other, row=first.row)


def _keep_term(reader: Reader, entry: Entry) -> None:
    """Keep the term of a row of "Posts"; a vacant post has none, half a term is refused."""
    filled = [name for name in ("member", "starts_on", "ends_on") if entry.values.get(name)]
    if not filled:
        return
    if not (entry.values.get("member") and entry.values.get("starts_on")):
        lacking = "starts_on" if entry.values.get("member") else "member"
        reader.refuse(entry.sheet, entry.row, entry.heading(lacking), "term_incomplete")
        return
    reader.entries.append(entry)


def read_cell(column: Column, table: str, value: Any) -> Value:
    """Return what a cell holds for its column. Raises Refused with the problem's code."""
    if _is_empty(value):
        if column.required and not (table == POSTS and column.field == "title"):
            raise Refused("missing")  # the title of a post may stand in its first row alone
        return empty_value(table, column.field)
    readers: Mapping[str, Callable[[Column, Any], Value]] = {
        "code": _code,
        "codes": _codes,
        "text": _text,
        "lines": _lines,
        "integer": _whole,
        "day": _day,
        "yesno": _yes_or_no,
    }
    return readers.get(column.type, _word)(column, value)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _text(column: Column, value: Any) -> str:
    if isinstance(value, date | bool):
        raise Refused("not_text", value=value)
    text = (str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)).strip()
    if len(text) > column.longest:
        raise Refused("too_long", longest=column.longest)
    return text


def _code(column: Column, value: Any) -> str:
    text = unicodedata.normalize("NFKC", _text(column, value))
    if _NOT_IN_CODE.search(text):
        raise Refused("bad_code", value=text)
    return text


def _codes(column: Column, value: Any) -> tuple[str, ...]:
    """Return several codes, which may stand in any order: sorted, each once."""
    parts = _SEPARATORS.split(_text(replace(column, longest=1000), value))
    return tuple(sorted({_code(column, part) for part in parts if part}))


def _lines(column: Column, value: Any) -> tuple[str, ...]:
    lines = tuple(line.strip() for line in str(value).splitlines() if line.strip())
    if any(len(line) > column.longest for line in lines):
        raise Refused("too_long", longest=column.longest)
    return lines


def _whole(_column: Column, value: Any) -> int:
    text = str(value).strip().removesuffix(".0")
    if isinstance(value, bool) or not text.isdecimal() or not LEAST <= int(text) <= MOST:
        raise Refused("not_whole", value=value, least=LEAST, most=MOST)
    return int(text)


def _day(_column: Column, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    match = _DAY.match(str(value).strip())
    try:
        return date(*map(int, match.groups())) if match else _no_day(value)
    except ValueError:
        return _no_day(value)


def _no_day(value: Any) -> date:
    raise Refused("not_day", value=value)


def _yes_or_no(_column: Column, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = fold(str(value))
    if word in {*map(fold, YES_WORDS), "true", "1"}:
        return True
    if word in {*map(fold, NO_WORDS), "false", "0"}:
        return False
    raise Refused("not_yes_no", value=value)


def _word(column: Column, value: Any) -> str:
    found = value_of(column.type, str(value))
    if found is None:
        choices = [choice for words in WORDS[column.type].values() for choice in words[:2]]
        raise Refused("unknown_word", value=value, choices=choices)
    return found
