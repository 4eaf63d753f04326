"""The list of units as pages show it: searched, filtered, sorted, with counts and warnings; flat in SQL."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, overload

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace
from django.utils.translation import pgettext_lazy

from plumbline.kernel.actor import Actor
from plumbline.organisation.models import Organisation, Unit
from plumbline.organisation.queries.structure import Headcount, ids_of, shapes
from plumbline.organisation.queries.units import standing, visible_units
from plumbline.organisation.rules.structure import Shape, StructureWarning, structure_warnings
from plumbline.organisation.rules.tree import KIND_NAMES

SORTS = {
    "tree": ("code",),
    "code": ("code",),
    "pinyin": ("pinyin_key", "code"),
    "strokes": ("stroke_key", "code"),
}
"""The orders that a list of units knows."""


MOST_LEAVES = 20
"""How many leaves of the chart stay readable beside each other."""


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """What to show: words (name, code, pinyin or initials), a kind ("department" for departments), warnings, closed ones."""

    words: str = ""
    kind: str = ""
    warned: bool = False
    closed: bool = False
    sort: str = "code"


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of the list. ``members`` include those of its sub-units."""

    id: int
    code: str
    name: str
    kind: str
    depth: int
    parent: str
    closed_on: date | None
    members: Headcount
    warnings: tuple[StructureWarning, ...]
    short_name: str = ""

    @property
    def kind_name(self) -> object:
        """The words for the kind."""
        return KIND_NAMES.get(self.kind, pgettext_lazy("kind of unit", "department"))

    @property
    def indent(self) -> str:
        """Wide blanks, one for each unit above: how a list shows the tree without styles."""
        return "\u2003" * self.depth

    @property
    def is_urgent(self) -> bool:
        """True where a warning is urgent."""
        return any(warning.is_urgent for warning in self.warnings)


def narrow(text: str) -> str:
    """Return typed text as sort keys hold it: one width, small letters."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def matching(words: str, *fields: str) -> Q:
    """Return the condition that a name is meant: part of it or of a code, its pinyin, or its initials."""
    text = narrow(words)
    condition = Q(name__icontains=words.strip())
    for field in fields:
        condition |= Q(**{f"{field}__icontains": words.strip()})
    if text.isascii():
        plain = "".join(text.split())
        condition |= Q(initials__contains=plain) | Q(joined__contains=plain)
    return condition


def with_joined_pinyin(rows: QuerySet[Unit]) -> QuerySet[Unit]:
    """Annotate the pinyin without blanks, since people type ``qinghe`` for ``qing he``."""
    return rows.annotate(joined=Replace(F("pinyin_key"), Value(" "), Value("")))


def _rows(actor: Actor, wanted: UnitFilter, on: date) -> list[Any]:
    """Return the columns of the units that are wanted, in order; one SQL statement."""
    units = visible_units(actor)
    if not wanted.closed:
        units = standing(units, on)
    if wanted.words.strip():
        units = with_joined_pinyin(units).filter(matching(wanted.words, "code", "short_name"))
    if wanted.kind == "department":
        units = units.filter(category="department")
    elif wanted.kind:
        units = units.filter(as_organisation__kind=wanted.kind)
    order = SORTS.get(wanted.sort, SORTS["code"])
    fields = ("pk", "code", "name", "as_organisation__kind", "path", "parent__name", "closed_on", "short_name")
    rows: list[Any] = list(units.order_by(*order).values_list(*fields))
    if wanted.sort == "tree":
        codes = {row[0]: row[1] for row in rows}
        rows.sort(key=lambda row: [codes.get(unit_id, "") for unit_id in ids_of(row[4])])
    return rows


class UnitRows(Sequence[UnitRow]):
    """The units of a list in order; counts and warnings are looked up for the part that is taken from it."""

    def __init__(self, actor: Actor, rows: list[Any], on: date) -> None:
        units = visible_units(actor).filter(category="organisation").order_by().values("pk")
        self._organisations = Organisation.objects.filter(pk__in=units)
        self._rows = rows
        self._on = on

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> UnitRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[UnitRow]: ...
    def __getitem__(self, index: int | slice) -> UnitRow | list[UnitRow]:
        """Return a part of the list; at most six SQL statements for a slice, and the same for one row."""
        if isinstance(index, int):
            return self._described([self._rows[index]])[0]
        return self._described(self._rows[index])

    def __iter__(self) -> Iterator[UnitRow]:
        return iter(self[:])

    def _described(self, rows: list[Any]) -> list[UnitRow]:
        only = None if len(rows) == len(self._rows) else [row[0] for row in rows]
        found = {shape.unit_id: shape for shape in shapes(self._organisations, on=self._on, only=only)}
        return [self._row(row, found.get(row[0])) for row in rows]

    def _row(self, row: Any, shape: Shape | None) -> UnitRow:
        pk, code, name, kind, path, parent, closed_on, short_name = row
        return UnitRow(
            id=pk,
            code=code,
            name=name,
            kind=kind or "department",
            depth=len(ids_of(path)) - 1,
            parent=parent or "",
            closed_on=closed_on,
            members=Headcount(shape.full_members, shape.members - shape.full_members) if shape else Headcount(),
            warnings=structure_warnings(shape, on=self._on) if shape else (),
            short_name=short_name,
        )


def unit_list(actor: Actor, wanted: UnitFilter, *, on: date) -> Sequence[UnitRow]:
    """Return the units of the list in order; at most seven SQL statements for a page of it, whatever their number.

    Only where units with warnings are wanted must all be looked at to know how many there are.
    """
    rows = UnitRows(actor, _rows(actor, wanted, on), on)
    return [row for row in rows if row.warnings] if wanted.warned else rows


def chart_of(rows: Sequence[UnitRow]) -> list[dict[str, Any]]:
    """Return rows in the order of the tree as a forest of ``{"name", "value", "children"}`` for the chart."""
    forest: list[dict[str, Any]] = []
    trail: list[tuple[int, dict[str, Any]]] = []
    for row in rows:
        name = row.short_name or row.name
        node: dict[str, Any] = {"name": name, "code": row.code, "value": row.members.total, "children": []}
        while trail and trail[-1][0] >= row.depth:
            trail.pop()
        (trail[-1][1]["children"] if trail else forest).append(node)
        trail.append((row.depth, node))
    for node in forest:
        _gather(node)
        for below in node["children"]:
            below["collapsed"] = bool(below["children"])
    return forest


def _gather(node: dict[str, Any]) -> None:
    """Put many leaves under one node into bundles of a readable number, each closed until somebody opens it."""
    for child in node["children"]:
        _gather(child)
    leaves = [child for child in node["children"] if not child["children"]]
    if len(leaves) <= MOST_LEAVES:
        return
    bundles = [leaves[start : start + MOST_LEAVES] for start in range(0, len(leaves), MOST_LEAVES)]
    node["children"] = [child for child in node["children"] if child["children"]] + [
        {
            "name": f"{bundle[0]['code']} … {bundle[-1]['code']} ({len(bundle)})",
            "value": sum(leaf["value"] for leaf in bundle),
            "children": bundle,
            "collapsed": True,
        }
        for bundle in bundles
    ]
