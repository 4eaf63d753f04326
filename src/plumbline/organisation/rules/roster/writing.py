"""From records to the sheets of a workbook: exports that import again without loss, and the empty templates."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from plumbline.organisation.rules.roster.columns import (
    GUIDE_TITLES,
    NO_WORDS,
    POSTS,
    SHEETS,
    TERMS,
    WORDS,
    YES_WORDS,
    Column,
    Language,
    SheetSpec,
    word_for,
)
from plumbline.organisation.rules.roster.records import Key, Record, RosterState, Value

LOCALES: Mapping[Language, str] = {"en": "en", "zh": "zh-hans"}


def sheet_rows(state: RosterState, spec: SheetSpec, language: Language) -> list[list[Any]]:
    """Return the rows of one sheet, sorted by key, as an export prints them."""
    records = _posts_with_terms(state) if spec.table == POSTS else _sorted(state.of(spec.table))
    return [[shown(column, record.get(column.field), language) for column in spec.columns] for record in records]


def headings(spec: SheetSpec, language: Language) -> list[str]:
    """Return the headings of one sheet."""
    return [column.heading(language) for column in spec.columns]


def _sorted(records: Mapping[Key, Record]) -> Iterator[Record]:
    for key in sorted(records):
        yield records[key]


def _posts_with_terms(state: RosterState) -> Iterator[Record]:
    """Yield one row for each term of a post, and one row for a post that nobody has held."""
    terms: dict[Key, list[Record]] = {}
    for key, term in sorted(state.of(TERMS).items()):
        terms.setdefault(key[:2], []).append(term)
    for key, post in sorted(state.of(POSTS).items()):
        for term in terms.get(key, [{}]):
            yield {**post, **term}


def shown(column: Column, value: Value, language: Language) -> Any:
    """Return a value as a cell or a page shows it: words of the language, days as days, lines one below another."""
    if value is None or value in ("", ()):
        return None
    if column.type in WORDS:
        return word_for(column.type, str(value), language)
    if column.type == "yesno":
        return (YES_WORDS if value else NO_WORDS)[language == "zh"]
    if isinstance(value, tuple | list):
        return (", " if column.type == "codes" else "\n").join(value)
    return value


def guide_rows(language: Language) -> tuple[str, list[str], list[list[str]]]:
    """Return title, headings and rows of the sheet that explains each column of a template."""
    rows: list[list[str]] = []
    with override(LOCALES[language]):
        for spec in SHEETS:
            for column in spec.columns:
                need = _("needed") if column.required else ""
                rows.append([spec.title(language), column.heading(language), need, _explained(column, language)])
        headings_ = [_("sheet"), _("column"), _("needed"), _("what the cell holds")]
    return GUIDE_TITLES[language == "zh"], headings_, rows


def _explained(column: Column, language: Language) -> str:
    if column.type in WORDS:
        words = [word_for(column.type, value, language) for value in WORDS[column.type]]
        return _("one of: %(words)s") % {"words": _(", ").join(words)}
    explanations = {
        "code": _("a code without blanks; the row is found again by it"),
        "integer": _("a whole number"),
        "day": _("a date, such as 2026-03-31"),
        "yesno": _("yes or no"),
        "lines": _("text, one duty a line"),
        "codes": _("codes, with commas between them"),
    }
    return explanations.get(column.type, _("text"))
