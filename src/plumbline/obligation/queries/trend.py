"""How the lights went: what fell due in each month, as it stood when the month ended (the present month: today)."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from plumbline.kernel.actor import Actor
from plumbline.obligation.queries.board import Ask, obligations_of
from plumbline.obligation.queries.lights import colour_of_rows, lamps
from plumbline.obligation.rules.lights import COLOURS, Colour


@dataclass(frozen=True, slots=True)
class Point:
    """One month: the day that was asked for, and how many lights had each colour on it."""

    month: int
    on: date
    counts: Mapping[Colour, int]

    @property
    def total(self) -> int:
        """How many fell due."""
        return sum(self.counts.values())

    def per_mille(self, colour: Colour) -> int:
        """Return the share of a colour in thousandths; 0 where nothing fell due."""
        return (2_000 * self.counts.get(colour, 0) + self.total) // (2 * self.total) if self.total else 0


def trend(actor: Actor, ask: Ask, *, today: date) -> tuple[Point, ...]:
    """Return the months of the year that have begun, by the rule in force when each ended; a statement for each, and four.

    Raises NotPermitted as the board does.
    """
    found, ends = obligations_of(actor, ask), list(_ends(ask.year, today))
    points = []
    for (month, on), using in zip(ends, lamps([on for _month, on in ends]) if ends else [], strict=True):
        mine: Any = found.filter(due_on__month=month).annotate(colour=colour_of_rows(on, using))
        rows = mine.values_list("colour").annotate(n=Count("pk")).order_by()
        points.append(Point(month, on, Counter({COLOURS[colour]: count for colour, count in rows})))
    return tuple(points)


def _ends(year: int, today: date) -> Iterator[tuple[int, date]]:
    for month in range(1, 13):
        if date(year, month, 1) > today:
            return
        yield month, min(date(year, month, monthrange(year, month)[1]), today)
