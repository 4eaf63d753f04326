"""Excel and CSV of the ledger: lists, the template of an import, its errors, and the list of kinds."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from django.http import HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from plumbline.kernel import clock, sheets
from plumbline.ledger import api as ledger

MOST_IN_EXCEL: Final = 20_000
PIECE: Final = 32_768
"""Characters of a CSV that are sent at a time."""
EXCEL: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def _excel(name: str, content: Sequence[sheets.Sheet]) -> HttpResponse:
    answer = HttpResponse(sheets.write_workbook(list(content)), content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def _fixed_headings() -> list[str]:
    return [
        _("number"), _("fact kind"), _("unit code"), _("unit"), _("day"), _("quantity"), _("source"), _("own number"),
        _("recorded at"), _("evidence"),
    ]  # fmt: skip


def _fixed_cells(fact: ledger.Fact, kind: ledger.FactKindSpec | None) -> list[Any]:
    return [
        fact.pk,
        str(kind.name) if kind else fact.kind,
        fact.unit.code,
        fact.unit.name,
        fact.occurred_on,
        _number(ledger.format_quantity(kind, fact.quantity)),
        fact.source,
        fact.sender_key,
        fact.recorded_at.isoformat(timespec="seconds"),
        len(fact.evidence),
    ]


def _number(text: str) -> int | str:
    """Return whole numbers as numbers; decimal ones stay text, so that no digit is lost."""
    return int(text) if text.lstrip("-").isdecimal() and len(text) < 16 else text


def _attribute(value: Any) -> Any:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def facts_excel(facts: Sequence[ledger.Fact], kinds: Sequence[ledger.FactKindSpec]) -> HttpResponse:
    """Return the facts with a column for each attribute that at least one of them has."""
    by_code = {kind.code: kind for kind in kinds}
    names = sorted({name for fact in facts for name in fact.attributes})
    rows = [
        [*_fixed_cells(fact, by_code.get(fact.kind)), *(_attribute(fact.attributes.get(name)) for name in names)]
        for fact in facts
    ]
    return _excel(f"facts-{clock.today()}", [sheets.Sheet(_("facts"), [*_fixed_headings(), *names], rows)])


def facts_csv(facts: Iterable[ledger.Fact], kinds: Sequence[ledger.FactKindSpec]) -> Iterator[str]:
    """Give the facts line by line; attributes are one column of ``name=value``. Cells never begin a formula."""
    by_code = {kind.code: kind for kind in kinds}
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([*_fixed_headings(), _("attributes")])
    for fact in facts:
        shown = "; ".join(f"{name}={_attribute(value)}" for name, value in fact.attributes.items())
        writer.writerow(_harmless(cell) for cell in [*_fixed_cells(fact, by_code.get(fact.kind)), shown])
        if buffer.tell() > PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) and not _is_number(cell) else cell


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def import_template(kinds: Sequence[ledger.FactKindSpec], language: str) -> HttpResponse:
    """Return an empty sheet with the headings, and beside it a sheet that explains every column."""
    with translation.override(language):
        fixed = [ledger.heading(name, language) for name in ledger.COLUMNS]
        attributes = list(dict.fromkeys(item.title for kind in kinds for item in kind.attributes))
        about = [[_("fact kind"), _("code or name of the kind"), "", _("yes")]]
        about += [[ledger.heading(name, language), *_ABOUT[name]()] for name in ledger.COLUMNS if name != "kind"]
        about += [
            [item.title, f"{kind.name}: {item.meaning}", ", ".join(item.choices), _("yes") if item.required else ""]
            for kind in kinds
            for item in kind.attributes
        ]
        names = [[kind.code, str(kind.name), str(kind.meaning), kind.entered_in] for kind in kinds]
        name = kinds[0].code if len(kinds) == 1 else "facts"
        return _excel(
            f"import-{name}",
            [
                sheets.Sheet(_("facts"), [*fixed, *attributes], []),
                sheets.Sheet(_("columns"), [_("column"), _("meaning"), _("choices"), _("required")], about),
                sheets.Sheet(_("kinds"), [_("code"), _("name"), _("meaning"), _("quantity is in")], names),
            ],
        )


_ABOUT: Final[dict[str, Callable[[], tuple[str, str, str]]]] = {
    "unit": lambda: (_("code of the unit"), "", _("yes")),
    "occurred_on": lambda: (_("the day it happened, such as 2026-03-31"), "", _("yes")),
    "quantity": lambda: (_("how many, in what the kind says; 1 where it is left empty"), "", ""),
    "member": lambda: (_("number of the member, where the fact is about one"), "", ""),
    "key": lambda: (_("your own number for the fact; within a unit the same number is added once"), "", ""),
}


def problems_excel(batch: ledger.ImportBatch) -> HttpResponse:
    """Return the errors of an uploaded file by row and column."""
    headings = [_("row"), _("column"), _("what is wrong")]
    return _excel(f"problems-{batch.pk}", [sheets.Sheet(_("errors"), headings, batch.problems)])


def kinds_excel(kinds: Sequence[ledger.FactKindSpec]) -> HttpResponse:
    """Return the list of kinds, and their attributes on a second sheet."""
    names = [
        [kind.code, str(kind.name), str(kind.meaning), str(kind.measure), kind.entered_in, _yes(kind.is_active)]
        for kind in kinds
    ]
    attributes = [
        [kind.code, item.name, item.title, item.type, _yes(item.required), ", ".join(item.choices), str(item.meaning)]
        for kind in kinds
        for item in kind.attributes
    ]
    return _excel(
        "fact-kinds",
        [
            sheets.Sheet(
                _("kinds"),
                [_("code"), _("name"), _("meaning"), _("one stands for"), _("entered in"), _("in use")],
                names,
            ),
            sheets.Sheet(
                _("attributes"),
                [_("kind"), _("attribute"), _("shown as"), _("type"), _("required"), _("choices"), _("meaning")],
                attributes,
            ),
        ],
    )


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")
