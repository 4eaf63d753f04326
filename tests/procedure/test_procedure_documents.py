"""The worked cases of the page on cases and limits, calculated as they stand there; the life of a case, as the code has it."""

import sys
from datetime import date
from pathlib import Path

import pytest

from plumbline.kernel.calendar import WorkingCalendar, shipped_for
from plumbline.kernel.models import DayKind
from plumbline.procedure.rules.clocks import clock
from tests.procedure.test_events_rules import FORK, events_of, play

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "algorithms" / "procedure-clocks.md"
sys.path.insert(0, str(ROOT / "tools"))


def rows_of(head: str) -> list[list[str]]:
    """Return the rows of the table whose first line is ``head``."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines[lines.index(head) + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


HISTORIES = rows_of("| events | steps that wait | returns | state |")
CLOCKS = rows_of("| opened | limit | pauses | asked on | used | due | late |")


@pytest.mark.parametrize("row", HISTORIES, ids=[row[0] for row in HISTORIES])
def test_histories(row: list[str]) -> None:
    played = play(FORK, events_of(*row[0].split("; ")))
    assert [" ".join(played.open_steps), str(played.returns), str(played.state)] == row[1:]


@pytest.mark.parametrize("row", CLOCKS, ids=[" ".join(row[:4]) for row in CLOCKS])
def test_clocks(row: list[str]) -> None:
    known = WorkingCalendar.of((on, kind == DayKind.WORKING) for on, kind, _name in shipped_for(2026))
    days: list[date | None] = [date.fromisoformat(one) for one in row[2].split()]
    pauses = list(zip(days[::2], [*days[1::2], None], strict=False))
    found = clock(
        known, opened_on=date.fromisoformat(row[0]), limit=int(row[1]) if row[1] else None,
        pauses=[(start, end) for start, end in pauses if start], on=date.fromisoformat(row[3]),
    )  # fmt: skip
    assert [str(found.used), str(found.due_on or ""), "yes" if found.late else "no"] == row[4:]


def test_there_are_cases_of_every_sort() -> None:
    assert len(HISTORIES) >= 10
    assert len(CLOCKS) >= 10


def test_the_life_of_a_case_is_the_one_of_the_code() -> None:
    import case_life

    assert (ROOT / "docs" / "case-life.md").read_text(encoding="utf-8") == case_life.document()
