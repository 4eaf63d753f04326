"""What one unit owes in a year: rhythms by months with their lights, what came once, and what its members owe."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.obligation.models import Obligation
from plumbline.obligation.permissions import can_exempt, can_read_owed
from plumbline.obligation.queries.lights import Lamp, lamp
from plumbline.obligation.rules.light_words import light_words
from plumbline.obligation.rules.lights import COLOURS, Due, Light, light_of
from plumbline.organisation import api as organisation


@dataclass(frozen=True, slots=True)
class OwedCell:
    """One obligation with its light on a day, in words; ``facts`` are how many count for it."""

    obligation: Obligation
    light: Light
    words: str

    @property
    def colour(self) -> str:
        """The colour's name, as the components of pages take it."""
        return self.light.colour.value


@dataclass(slots=True)
class OwedRow:
    """A rhythm's year in one unit, or one thing owed once: by month of the due day what is owed then.

    For a rhythm that members owe, ``counts`` says by month how many lights of each colour they have.
    """

    title: str
    rhythm_id: int | None
    months: dict[int, list[OwedCell]] = field(default_factory=dict)
    counts: dict[int, Counter[str]] = field(default_factory=dict)

    def cells(self) -> list[tuple[int, list[OwedCell], list[tuple[str, int]]]]:
        """Return for each of twelve months what is owed then, and the counts of colours, the gravest first."""
        order = [colour.value for colour in reversed(COLOURS)]
        return [
            (month, self.months.get(month, []), sorted(self.counts.get(month, {}).items(), key=lambda one: order.index(one[0])))
            for month in range(1, 13)
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwedYear:
    """The page of a unit's year."""

    unit: Any
    year: int
    rhythms: tuple[OwedRow, ...]
    of_members: tuple[OwedRow, ...]
    once: tuple[OwedCell, ...]
    exempted: tuple[OwedCell, ...]
    counts: Mapping[str, int]
    may_exempt: bool
    unknown_years: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """True where nothing is owed in the year."""
        return not (self.rhythms or self.of_members or self.once)


def due_of(row: Obligation) -> Due:
    """Return an obligation as lights ask for it; without a rhythm it is owed once."""
    period = row.version.period if row.version is not None else "once"
    return Due(
        row.starts_on, row.warn_on, row.due_on, row.grace_on, row.met_on, row.complete, row.waived_at is not None,
        period,
    )  # fmt: skip


def owed_year(actor: Actor, unit_id: int, year: int, on: date) -> OwedYear:
    """Return what a unit owes in a year with the lights of a day; four SQL statements.

    Raises NotPermitted for who neither leads nor checks it.
    """
    unit = organisation.unit_for(actor, unit_id)
    if not can_read_owed(actor, unit.path):
        raise NotPermitted("obligation.read_owed", f"unit:{unit_id}")
    using = lamp()
    rows = Obligation.objects.filter(Q(due_on__year=year) | Q(period__startswith=str(year)), unit_id=unit_id)
    cells = _cells(rows.select_related("rhythm", "version"), on, using)
    own = [one for one in cells if one.obligation.member_id is None]
    return OwedYear(
        unit, year,
        _by_rhythm(one for one in own if one.obligation.rhythm_id is not None),
        _of_members(one for one in cells if one.obligation.member_id is not None and one.obligation.rhythm_id is not None),
        tuple(one for one in cells if one.obligation.rhythm_id is None),
        tuple(one for one in cells if one.obligation.waived_at is not None),
        Counter(one.colour for one in cells), can_exempt(actor, unit.path),
        using.calendar.missing_years(date(year, 1, 1), date(year, 12, 31)),
    )  # fmt: skip


def _cells(rows: QuerySet[Obligation], on: date, using: Lamp) -> list[OwedCell]:
    found = []
    for row in rows.order_by("rhythm__position", "rhythm__code", "due_on", "pk"):
        due = due_of(row)
        light = light_of(due, using.rule, on, using.calendar)
        found.append(OwedCell(row, light, light_words(light, due)))
    return found


def _by_rhythm(cells: Iterable[OwedCell]) -> tuple[OwedRow, ...]:
    found: dict[int | None, OwedRow] = {}
    for cell in cells:
        row = found.setdefault(cell.obligation.rhythm_id, OwedRow(cell.obligation.title, cell.obligation.rhythm_id))
        row.months.setdefault(_month(cell.obligation), []).append(cell)
    return tuple(found.values())


def _of_members(cells: Iterable[OwedCell]) -> tuple[OwedRow, ...]:
    found: dict[int | None, OwedRow] = {}
    for cell in cells:
        row = found.setdefault(cell.obligation.rhythm_id, OwedRow(cell.obligation.title, cell.obligation.rhythm_id))
        row.counts.setdefault(_month(cell.obligation), Counter())[cell.colour] += 1
    return tuple(found.values())


def _month(row: Obligation) -> int:
    """Return the month under which it stands: that of its due day, the last one of its year where that is later."""
    year = row.period[:4]
    return 12 if year.isdecimal() and row.due_on.year > int(year) else row.due_on.month
