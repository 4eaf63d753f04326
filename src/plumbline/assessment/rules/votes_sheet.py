"""The sheet by which votes of one group come in: a row for each unit, a column for each option. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from plumbline.kernel.tables import Cell, Problem, SheetError, Table, letter

FIXED = 3
"""Columns before those of the options: code of the unit, its name (for reading only), how many were asked."""
MOST = 1_000_000
"""So many votes of one group about one unit at most: more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class UnitVotes:
    """One row: the unit's id, how many were asked (None: nothing said), and numbers by option (what is left out is unsaid)."""

    unit_id: int
    asked: int | None
    numbers: Mapping[str, int]


def read_votes(table: Table, columns: Sequence[str], units: Mapping[str, int]) -> tuple[UnitVotes, ...]:
    """Return the rows of a sheet. ``units`` are those of the round by code.

    An empty cell says nothing, 0 says none. Raises SheetError naming each fault by row and column: a column that is no
    option, a unit that is not assessed or stands twice, what is no whole number, more votes than were asked.
    """
    problems = list(_header_problems(table.headers, columns))
    rows: list[UnitVotes] = []
    seen: set[int] = set()
    if not problems:
        for row in table.rows:
            cells = [row.cells.get(name) for name in table.headers]
            found = _row(cells, table.headers, units, seen)
            if isinstance(found, UnitVotes):
                rows.append(found)
                seen.add(found.unit_id)
            else:
                problems += [Problem(row.number, letter(place + 1), told) for place, told in found]
    if not problems and not rows:
        problems.append(Problem(None, None, _("The sheet has no row with a unit. Take the template and fill it in.")))
    if problems:
        raise SheetError(problems[:50])
    return tuple(rows)


def _header_problems(headers: Sequence[str], columns: Sequence[str]) -> Iterable[Problem]:
    if len(headers) <= FIXED:
        told = _(
            "The first three columns are the unit's code, its name and how many were asked; then come the options."
        )
        yield Problem(1, None, told)
    for place, name in enumerate(headers[FIXED:], start=FIXED + 1):
        if name not in columns:
            told = _("“{name}” is no option of this group. It knows: {options}.")
            yield Problem(1, letter(place), told.format(name=name, options=_(", ").join(columns)))


def _row(
    cells: Sequence[Cell], headers: Sequence[str], units: Mapping[str, int], seen: set[int]
) -> UnitVotes | list[tuple[int, str]]:
    """Return the row, or what is wrong with it: (place of the column, words)."""
    code = str(cells[0] or "").strip()
    unit_id = units.get(code)
    if unit_id is None:
        return [(0, _("{code} is assessed in no class of this round.").format(code=code or "–"))]
    if unit_id in seen:
        return [(0, _("{code} stands in the sheet twice.").format(code=code))]
    numbers: dict[int, int] = {}
    problems: list[tuple[int, str]] = []
    for place in range(FIXED - 1, len(headers)):
        value = cells[place]
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
            problems.append((place, _("“{value}” is no whole number from 0 to 1,000,000.").format(value=value)))
        else:
            numbers[place] = value
    asked = numbers.get(FIXED - 1)
    votes = {headers[place]: number for place, number in numbers.items() if place >= FIXED}
    if asked is not None and sum(votes.values()) > asked:
        told = _("{votes} votes, but only {asked} were asked.").format(votes=sum(votes.values()), asked=asked)
        problems.append((FIXED - 1, told))
    return problems or UnitVotes(unit_id, asked, votes)
