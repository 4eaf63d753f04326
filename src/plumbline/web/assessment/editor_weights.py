"""Weights by class in the editor: a table of first-level indicators by profiles, with the sum of each profile."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from plumbline.assessment import api as assessment
from plumbline.web.assessment import editor_fields

SLOT = "weights"


@dataclass(frozen=True, slots=True)
class Cell:
    """The weight of an indicator in a profile: a field, empty where the indicator keeps its own weight."""

    name: str
    id: str
    value: str
    label: str
    column: int


@dataclass(frozen=True, slots=True)
class Row:
    """An indicator: ``counts`` where its weight is part of the sum, ``known`` False where the scheme has no such one."""

    code: str
    title: str
    own: str
    counts: bool
    known: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a set of weights as per cent, whether it is the whole, and the name of the profile."""

    text: str
    whole: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """All of it. ``names`` are the profiles', ``own`` the sum of the scheme's own weights, ``sums`` those of the profiles."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    own: Sum
    sums: tuple[Sum, ...]


def table(document: Mapping[str, Any], entries: Sequence[Mapping[str, str]]) -> Table:
    """Return the table of a draft; ``entries`` are the texts of its profiles."""
    given = [_weights(entry.get(SLOT, "")) for entry in entries]
    names = tuple(_name(entry, place) for place, entry in enumerate(entries, start=1))
    nodes = {str(node.get("code", "")): node for node in document.get("tree", ())}
    strays = dict.fromkeys(code for weights in given for code in weights if code not in nodes)
    rows = tuple(_row(code, nodes.get(code), given, names) for code in [*nodes, *strays])
    counted = [row for row in rows if row.counts]
    plain = all(row.own == "100%" for row in counted)  # nothing is weighted: the points themselves add up
    return Table(
        names, rows, Sum("–", whole=True) if plain else _sum([row.own for row in counted]),
        tuple(_sum([row.cells[place].value or row.own for row in counted], name) for place, name in enumerate(names)),
    )  # fmt: skip


def _weights(text: str) -> Mapping[str, str | None]:
    try:
        return assessment.read_pairs(text)
    except assessment.NotationInvalid:
        return {}


def _name(entry: Mapping[str, str], place: int) -> str:
    names = {"zh": entry.get("name.zh", ""), "en": entry.get("name.en", "")}
    return assessment.in_language(names) or entry.get("code") or str(place)


def _row(
    code: str, node: Mapping[str, Any] | None, given: Sequence[Mapping[str, str | None]], names: Sequence[str]
) -> Row:
    title = editor_fields.title_of(node) if node else ""
    cells = []
    for place, weights in enumerate(given):
        name = f"p{place}.{SLOT}:{code}"
        label = f"{names[place]}: {code} {title}".strip()
        cells.append(Cell(name, editor_fields.id_of(name), weights.get(code) or "", label, place))
    own = assessment.draft_slots.share_text(node.get("weight", "1")) if node else ""
    counts = node is not None and node.get("kind", "base") == "base"
    return Row(code, title, _shown(own), counts, node is not None, tuple(cells))


def _shown(share: str) -> str:
    return "100%" if share == "1" else share


def _sum(texts: Sequence[str], name: str = "") -> Sum:
    """Add weights up; what is no weight makes the sum unknown."""
    found = Fraction(0)
    for text in texts:
        try:
            found += Fraction(text.strip("% ")) / (100 if text.strip().endswith("%") else 1)
        except (ValueError, ZeroDivisionError):
            return Sum("?", whole=False, name=name)
    percent = round(Decimal(found.numerator * 100) / found.denominator, 4).normalize()
    return Sum(f"{percent:f} %", whole=found == 1, name=name)
