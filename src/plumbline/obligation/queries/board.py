"""The board of lights: every organisation (or rhythm, or district) by month, counted in SQL on the day that is asked for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Func, IntegerField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, ExtractMonth
from django.utils.translation import gettext as _

from plumbline.kernel.actor import Actor
from plumbline.obligation.models import Obligation, Rhythm, Tally
from plumbline.obligation.permissions import STAFF, check_read_board
from plumbline.obligation.queries.lights import (
    Lamp,
    colour_of_rows,
    colour_of_tally,
    due_of,
    lamp,
    light_on,
    may_have_changed,
)
from plumbline.obligation.rules.light_words import light_words
from plumbline.obligation.rules.lights import COLOURS, Colour
from plumbline.organisation import api as organisation

MOST_ROWS = 300
"""Units beside each other that a person can still overlook; above it the board counts by district."""
MOST_LISTED = 50
MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Ask:
    """What the board is asked: the year, the rows (``unit``, ``district`` or ``rhythm``; empty chooses), and filters."""

    year: int
    rows: str = ""
    under: int | None = None
    kind: str = ""
    area: str = ""
    rhythm: int | None = None
    colour: str = ""
    month: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One row in one month: how many lights of each colour."""

    counts: Mapping[Colour, int]

    @property
    def colour(self) -> Colour:
        """The gravest colour; grey where nothing is asked yet."""
        return max((one for one, count in self.counts.items() if count), key=COLOURS.index, default=Colour.GREY)

    @property
    def shown(self) -> int:
        """How many lights have the gravest colour."""
        return self.counts.get(self.colour, 0)

    @property
    def total(self) -> int:
        """How many lights there are."""
        return sum(self.counts.values())

    def by_gravity(self) -> list[tuple[Colour, int]]:
        """Return the colours that there are with their numbers, the gravest first."""
        return sorted(((one, count) for one, count in self.counts.items() if count), key=lambda one: -one[0].severity)


@dataclass(frozen=True, slots=True)
class Row:
    """A unit, a district or a rhythm, with its months and its year."""

    id: int
    title: str
    cells: tuple[Cell, ...]
    year: Cell

    @property
    def key(self) -> str:
        """The id as addresses write it."""
        return str(self.id)


@dataclass(frozen=True, slots=True)
class Change:
    """An obligation whose light is not what it was the day before."""

    obligation: Obligation
    before: Colour
    after: Colour
    words: str


@dataclass(frozen=True, slots=True)
class Board:
    """The board on a day; ``changes`` are left out where too many units stand on it."""

    ask: Ask
    on: date
    rows: tuple[Row, ...]
    whole: Cell
    changes: tuple[Change, ...]
    units: int


def board(actor: Actor, ask: Ask, *, today: date, on: date | None = None) -> Board:
    """Return the board of what the actor leads or checks; eleven SQL statements, whatever the numbers.

    ``on`` shows another day, from what is known now. Today's board by unit or district counts with the tally; other days,
    rhythms and colours with the obligations themselves. Raises NotPermitted for those who lead and check nothing, and for
    an organisation that is not theirs.
    """
    day, units = on or today, _units(actor, ask)
    using = lamp(day)
    listed = _listed(units)
    rows = ask.rows or ("district" if len(listed) > MOST_ROWS else "unit")
    found = _obligations(units, ask)
    if day == today and rows != "rhythm" and not ask.rhythm:
        lit: Any = _owed(Tally.objects.all(), units, ask).annotate(colour=colour_of_tally(day, using), one=F("number"))
    else:
        lit = found.annotate(colour=colour_of_rows(day, using), one=Value(1))
    lit = lit.filter(colour=COLOURS.index(Colour(ask.colour))) if ask.colour else lit
    counts = _counted(lit, rows, ask, actor)
    shown = [one for one in _titles(rows, listed) if one[0] in counts or (one[0] and rows == "unit" and not ask.colour)]
    changes = _changes(found, _owed(Tally.objects.all(), units, ask), using, day) if len(listed) <= MOST_ROWS else ()
    return Board(
        ask=replace(ask, rows=rows), on=day, rows=tuple(_row(pk, title, counts.get(pk, {})) for pk, title in shown),
        whole=_sum(cell for months in counts.values() for cell in months.values()), changes=changes, units=len(listed),
    )  # fmt: skip


def _units(actor: Actor, ask: Ask) -> QuerySet[Any]:
    check_read_board(actor)
    units = organisation.visible_units(actor)
    if ask.under is not None:
        units = units.filter(path__startswith=organisation.unit_for(actor, ask.under).path)
    return units.filter(as_organisation__kind=ask.kind) if ask.kind else units


@dataclass(frozen=True, slots=True)
class _Unit:
    id: int
    title: str
    path: str


def _listed(units: QuerySet[Any]) -> list[_Unit]:
    rows = units.order_by("code").values_list("pk", "short_name", "name", "path")
    return [_Unit(pk, short or name, path) for pk, short, name, path in rows]


def _owed(rows: QuerySet[Any], units: QuerySet[Any], ask: Ask) -> QuerySet[Any]:
    """Keep what falls due in the year, for these units, of this area."""
    found = rows.filter(unit__in=units.values("pk"), due_on__range=(date(ask.year, 1, 1), date(ask.year, 12, 31)))
    return found.filter(area=ask.area) if ask.area else found


def _obligations(units: QuerySet[Any], ask: Ask) -> QuerySet[Obligation]:
    found = _owed(Obligation.objects.all(), units, ask)
    return found.filter(rhythm_id=ask.rhythm) if ask.rhythm else found


def obligations_of(actor: Actor, ask: Ask) -> QuerySet[Obligation]:
    """Return the obligations that the actor may see and that an ask names. Raises NotPermitted as the board does."""
    return _obligations(_units(actor, ask), ask)


def _depth(ask: Ask, actor: Actor) -> int:
    """Return how many ids stand before the district's in a path: those down to the unit whose districts are shown."""
    above = organisation.unit_for(actor, ask.under).path if ask.under else min(actor.paths_for(*STAFF), key=len)
    return max(above.count("/") - 1, 1)


def _counted(lit: QuerySet[Any], rows: str, ask: Ask, actor: Actor) -> dict[int, dict[int, Counter[Colour]]]:
    """Return the colours' counts by row and month; one SQL statement."""
    by: Any = {"unit": F("unit_id"), "rhythm": F("rhythm_id")}.get(rows)
    if by is None:
        part = Func(F("unit__path"), Value("/"), Value(_depth(ask, actor) + 2), function="split_part")
        by = Cast(Func(part, Value(""), function="nullif"), IntegerField())
    grouped = lit.annotate(row=by, month=ExtractMonth("due_on")).values_list("row", "month", "colour")
    counts: dict[int, dict[int, Counter[Colour]]] = {}
    for row, month, colour, count in grouped.annotate(n=Sum("one")).order_by():
        counts.setdefault(row or 0, {}).setdefault(month, Counter())[COLOURS[colour]] += count
    return counts


def _titles(rows: str, listed: list[_Unit]) -> list[tuple[int, str]]:
    """Return what the rows are called; 0 stands for what is owed once, or by the unit above the districts itself."""
    if rows == "rhythm":
        return [*Rhythm.objects.values_list("pk", "name"), (0, _("owed once"))]
    return [*((one.id, one.title) for one in listed), (0, _("itself"))]


def _row(pk: int, title: str, months: Mapping[int, Counter[Colour]]) -> Row:
    cells = tuple(Cell(months.get(month, {})) for month in MONTHS)
    return Row(pk, title, cells, _sum(cell.counts for cell in cells))


def _sum(counts: Iterable[Mapping[Colour, int]]) -> Cell:
    whole: Counter[Colour] = Counter()
    for one in counts:
        whole.update(one)
    return Cell(whole)


def _changes(found: QuerySet[Obligation], tallied: QuerySet[Tally], using: Lamp, on: date) -> tuple[Change, ...]:
    """Return the obligations whose light is not that of the day before, the gravest first; two SQL statements.

    The tally tells on which due days something may have changed, so that the obligations themselves are found by index.
    """
    before, may_have = on - timedelta(days=1), may_have_changed(on, using)
    days = tallied.filter(may_have).order_by().values_list("due_on", flat=True).distinct()
    lit: Any = found.filter(Q(due_on__in=list(days)) & may_have | Q(met_on=on))
    lit = lit.annotate(colour=colour_of_rows(on, using), before=colour_of_rows(before, using))
    rows = lit.exclude(before=F("colour")).select_related("unit").order_by("-colour", "due_on", "pk")[:MOST_LISTED]
    return tuple(
        Change(row, COLOURS[row.before], COLOURS[row.colour], light_words(light_on(row, on, using), due_of(row)))
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """One obligation with its light on the day, in words."""

    obligation: Obligation
    colour: Colour
    words: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What stands behind a field of the board; ``more`` is how many are left out."""

    ask: Ask
    on: date
    title: str
    rows: tuple[Listed, ...]
    more: int


MOST_IN_LIST = 300


def listing(actor: Actor, ask: Ask, *, today: date, on: date | None = None, unit: int | None = None) -> Listing:
    """Return the obligations behind a field of the board, the gravest first; seven SQL statements.

    ``unit`` and ``ask.rhythm`` say whose, ``ask.month`` of which month. Raises NotPermitted as :func:`board` does.
    """
    day = on or today
    using = lamp(day)
    units = _units(actor, ask)
    title = ""
    if unit is not None:
        one = organisation.unit_for(actor, unit)
        units, title = units.filter(pk=one.pk), str(one)
    found = _obligations(units, ask)
    found = found.filter(due_on__month=ask.month) if ask.month else found
    lit: Any = found.annotate(colour=colour_of_rows(day, using))
    lit = lit.filter(colour=COLOURS.index(Colour(ask.colour))) if ask.colour else lit
    rows = list(lit.select_related("unit", "member").order_by("-colour", "due_on", "pk")[: MOST_IN_LIST + 1])
    more = lit.count() - MOST_IN_LIST if len(rows) > MOST_IN_LIST else 0
    listed = tuple(
        Listed(row, COLOURS[row.colour], light_words(light_on(row, day, using), due_of(row)))
        for row in rows[:MOST_IN_LIST]
    )
    return Listing(ask, day, title, listed, more)
