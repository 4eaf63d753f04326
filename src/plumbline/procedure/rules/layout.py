"""Where the steps of a procedure stand in a drawing: rows by how far along they are, columns by branch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from unicodedata import east_asian_width

from plumbline.procedure.rules.document import Procedure


@dataclass(frozen=True, slots=True)
class Place:
    """Row and column of a step, both from 0; ``alone`` where nothing stands beside it in its row."""

    row: int
    column: int
    alone: bool


def places_of(procedure: Procedure) -> dict[str, Place]:
    """Return the place of each step of a sound procedure: below everything before it, in the column of its branch."""
    rows: dict[str, int] = {}
    columns: dict[str, int] = {}
    for step in procedure.steps:
        rows[step.code] = max((rows[one] + 1 for one in step.after), default=0)
        wish = min((columns[one] for one in step.after), default=0)
        taken = {columns[one] for one, row in rows.items() if row == rows[step.code] and one != step.code}
        columns[step.code] = next(column for column in range(wish, wish + len(taken) + 1) if column not in taken)
    crowds = list(rows.values())
    return {code: Place(row, columns[code], crowds.count(row) == 1) for code, row in rows.items()}


def width_of(places: Mapping[str, Place]) -> int:
    """Return how many columns a drawing has."""
    return 1 + max((one.column for one in places.values()), default=0)


def breadth(text: str) -> float:
    """Return how broad a text is in letters of full width: a Chinese character is 1, a Latin one a little over a half."""
    return sum(1.0 if east_asian_width(one) in "WF" else 0.56 for one in text)


def lines_of(text: str, most: float, lines: int = 3) -> tuple[str, ...]:
    """Break a text into at most so many lines, each of at most ``most`` full letters; the rest is cut off with "…"."""
    found: list[str] = []
    line = ""
    for part in _parts(text):
        if breadth(line + part) <= most or not line:
            line += part
        else:
            found.append(line.strip())
            line = part.lstrip()
    found.append(line.strip())
    if len(found) <= lines:
        return tuple(found)
    last = found[lines - 1]
    while breadth(last) > most - 1:
        last = last[:-1]
    return (*found[: lines - 1], f"{last}…")


def _parts(text: str) -> Iterable[str]:
    """Latin words stay whole, with the space after them; Chinese breaks between any two characters."""
    word = ""
    for one in text:
        if east_asian_width(one) in "WF":
            if word:
                yield word
            word = ""
            yield one
        elif one == " ":
            yield word + one
            word = ""
        else:
            word += one
    if word:
        yield word
