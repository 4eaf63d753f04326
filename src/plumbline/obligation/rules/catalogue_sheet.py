"""The catalogue as a sheet: its columns, one line for each version, and lines read back with errors by row and column. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel.tables import Cell, Problem, Row, Table, as_day, letter
from plumbline.obligation.rules.rhythms import Requirement

COLUMNS: Final[Mapping[str, Promise]] = {
    "code": gettext_lazy("code"),
    "name": gettext_lazy("name"),
    "about": gettext_lazy("what it asks and where it comes from"),
    "starts_on": gettext_lazy("in force from"),
    "ends_on": gettext_lazy("until before"),
    "subject": gettext_lazy("owed by"),
    "organisation_kinds": gettext_lazy("organisations"),
    "statuses": gettext_lazy("members"),
    "post_codes": gettext_lazy("posts"),
    "except_posts": gettext_lazy("not who holds"),
    "exempt_reasons": gettext_lazy("exempt for"),
    "period": gettext_lazy("once in each"),
    "from_month": gettext_lazy("from which month of the period"),
    "term_years": gettext_lazy("years of a term by kind"),
    "due_rule": gettext_lazy("due on"),
    "due_number": gettext_lazy("which day, or how many"),
    "due_weekday": gettext_lazy("weekday, 0 is Monday"),
    "shift": gettext_lazy("if no work is done that day"),
    "warn_days": gettext_lazy("warn so many days before"),
    "grace_days": gettext_lazy("days of grace"),
    "least_days": gettext_lazy("owed from so many days in the period"),
    "is_prorated": gettext_lazy("less for a part of the period"),
    "fact_kind": gettext_lazy("fulfilled by facts of the kind"),
    "where": gettext_lazy("whose attributes are"),
    "measure": gettext_lazy("what is counted"),
    "needed": gettext_lazy("how much is needed"),
    "url": gettext_lazy("where it is done"),
    "basis": gettext_lazy("basis"),
}
_NEEDED: Final = ("code", "name", "starts_on", "period", "basis")
_LISTS: Final = ("organisation_kinds", "statuses", "post_codes", "except_posts", "exempt_reasons")
_NUMBERS: Final = ("from_month", "due_number", "due_weekday", "warn_days", "grace_days", "least_days", "needed")
_YES: Final = {"yes", "true", "1", "是", "y"}
_NO: Final = {"no", "false", "0", "否", "n", ""}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: the entry of the catalogue, and what its version asks. ``row`` is the line's number."""

    row: int
    code: str
    name: str
    about: str
    asked: Requirement


class BadCell(ValueError):
    """What a cell says cannot be; the text says what to write."""


def headings() -> list[str]:
    """Return the headings in the reader's language."""
    return [str(label) for label in COLUMNS.values()]


def line_of(code: str, name: str, about: str, asked: Requirement) -> list[Any]:
    """Return one version as a line of the sheet."""
    values = {"code": code, "name": name, "about": about} | {
        field: getattr(asked, field) for field in COLUMNS if field not in ("code", "name", "about")
    }
    return [_written(values[field]) for field in COLUMNS]


def _written(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, tuple):
        return ", ".join(str(one) for one in value)
    if isinstance(value, Mapping):
        return "; ".join(f"{name}={_choices(allowed)}" for name, allowed in value.items())
    return value


def _choices(allowed: Any) -> str:
    listed = allowed if isinstance(allowed, tuple) else (allowed,)
    return "|".join(str(one).lower() if isinstance(one, bool) else str(one) for one in listed)


def read(table: Table) -> tuple[list[Entry], list[Problem]]:
    """Return the lines that can be read, and what is wrong with the others, by row and column."""
    fields = _fields(table)
    missing = [str(COLUMNS[name]) for name in _NEEDED if name not in fields.values()]
    if missing:
        told = _("The columns are missing: {names}. Export the catalogue to see how the sheet is made.")
        return [], [Problem(1, None, told.format(names=", ".join(missing)))]
    entries: list[Entry] = []
    problems: list[Problem] = []
    for row in table.rows:
        values: dict[str, Any] = {}
        for place, head in enumerate(table.headers, start=1):
            if head in fields:
                try:
                    values[fields[head]] = _read(fields[head], row.cells.get(head))
                except BadCell as wrong:
                    problems.append(Problem(row.number, letter(place), str(wrong)))
        if not problems or problems[-1].row != row.number:
            entries.append(_entry(row, values))
    return entries, problems


def _fields(table: Table) -> dict[str, str]:
    """Return the column that each known heading means: its code, or its words in either language."""
    known: dict[str, str] = {}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            known |= {str(label): name for name, label in COLUMNS.items()}
    known |= {name: name for name in COLUMNS}
    return {head: known[head] for head in table.headers if head in known}


def _entry(row: Row, values: dict[str, Any]) -> Entry:
    code, name, about = values.pop("code"), values.pop("name"), values.pop("about", "")
    given = {field: value for field, value in values.items() if value is not None}
    return Entry(row.number, code, name, about, Requirement(**given))


def _read(name: str, cell: Cell) -> Any:
    """Return what a cell means for a column; None leaves the usual value. Raises BadCell."""
    text = "" if cell is None else str(cell).strip()
    if name in _NEEDED and not text:
        raise BadCell(_("This cell is needed."))
    if name in ("starts_on", "ends_on"):
        return _day(cell)
    if not text and name not in ("is_prorated", "about"):
        return None
    if name in _LISTS:
        return tuple(one.strip() for one in text.replace("，", ",").replace("、", ",").split(",") if one.strip())
    reader: Callable[[str], Any] = _READERS.get(name, str)
    return _whole(text) if name in _NUMBERS else reader(text)


def _day(cell: Cell) -> date | None:
    day = as_day(cell)
    if cell is not None and day is None:
        raise BadCell(_("Write a day, such as 2026-01-01."))
    return day


def _whole(text: str) -> int:
    if not text.lstrip("-").isdecimal():
        raise BadCell(_("Write a whole number."))
    return int(text)


def _yes(text: str) -> bool:
    if text.lower() not in _YES | _NO:
        raise BadCell(_("Write yes or no."))
    return text.lower() in _YES


def read_where(text: str) -> dict[str, tuple[Any, ...]]:
    """Return the conditions that a text says: "meeting_kind=lecture|theme_day; checked=true". Raises BadCell."""
    found: dict[str, tuple[Any, ...]] = {}
    for part in text.replace("；", ";").replace("\n", ";").split(";"):
        name, equals, values = part.partition("=")
        if not part.strip():
            continue
        if not equals or not name.strip() or not values.strip():
            raise BadCell(
                _("Write the condition as name=value, several values with “|” between, several conditions with “;”.")
            )
        found[name.strip()] = tuple(_value(one.strip()) for one in values.split("|"))
    return found


def _value(text: str) -> Any:
    if text in ("true", "false"):
        return text == "true"
    return int(text) if text.isdecimal() and str(int(text)) == text else text


def read_years(text: str) -> dict[str, int]:
    """Return the years of a term by kind that a text says: "branch=3; committee=5". Raises BadCell."""
    found = {}
    for name, values in read_where(text).items():
        if len(values) != 1 or not isinstance(values[0], int) or isinstance(values[0], bool):
            raise BadCell(_("Write the years as kind=years, such as branch=3; committee=5."))
        found[name] = values[0]
    return found


def write_where(where: Mapping[str, Any]) -> str:
    """Return conditions, or years by kind, as the text that :func:`read_where` and :func:`read_years` read."""
    return str(_written(where))


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "is_prorated": _yes, "where": read_where, "term_years": read_years,
}  # fmt: skip
