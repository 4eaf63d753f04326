"""The notice of results and the objections to them: until when, by whom, and when a round may be closed (DOMAIN 1.4).

No deadline is counted up: each follows from the day of an event and the calendar of working days. Five working days to
object and ten to answer are customary [B]; both are settings of the notice.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

PUBLIC_DAYS = 5
"""Working days of a notice, where the committee names no other number."""
ANSWER_DAYS = 10
"""Working days for the answer to an objection, where the committee names no other number."""
MOST_DAYS = 60
NEAR_DAYS = 3
"""Working days before its end at which an answer is called near."""

AddDays = Callable[[date, int], date]
"""The working day so many after a day."""


class Outcome(StrEnum):
    """What an objection came to. Withdrawn is the unit's own word, the others are the committee's."""

    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


CHANGING = frozenset({Outcome.UPHELD, Outcome.PARTLY})
"""Outcomes after which the result must be calculated anew."""


def last_day(published_on: date, days: int, add: AddDays) -> date:
    """Return the last day of a notice: the day of publication does not count, the last one does."""
    return add(published_on, days)


def answer_light(due_on: date, *, today: date, add: AddDays) -> str:
    """Return the light of an unanswered objection: red after its day, yellow within NEAR_DAYS working days of it, else green."""
    if today > due_on:
        return "red"
    return "yellow" if add(today, NEAR_DAYS) >= due_on else "green"


class Obstacle(StrEnum):
    """Why a round cannot be closed yet."""

    TIME = "time"
    OPEN = "open"
    UNCHANGED = "unchanged"


def obstacle(*, until_on: date, today: date, unanswered: int, upheld_since: int) -> Obstacle | None:
    """Return what keeps a round from becoming final, None where nothing does.

    ``upheld_since`` counts the objections upheld, wholly or partly, against the result that is published now: they need a
    new scoring first.
    """
    if unanswered:
        return Obstacle.OPEN
    if upheld_since:
        return Obstacle.UNCHANGED
    return Obstacle.TIME if today <= until_on else None


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's result in one run: score in micro-points, rank, grade, and what each node adds (micro-points)."""

    score: int | None
    rank: int | None
    grade: str
    nodes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Move:
    """How the result of one unit changed between two runs; ``nodes`` lists (code, before, after) where points changed."""

    unit_id: int
    before: Standing | None
    after: Standing | None
    nodes: tuple[tuple[str, int, int], ...]

    @property
    def own(self) -> bool:
        """True where the unit's own points changed; others move because somebody else did."""
        return bool(self.nodes)


def moves(before: dict[int, Standing], after: dict[int, Standing]) -> tuple[Move, ...]:
    """Return every unit whose score, rank, grade or points changed, those with points of their own first, by id."""
    found = []
    for unit_id in sorted(before.keys() | after.keys()):
        old, new = before.get(unit_id), after.get(unit_id)
        nodes = _changed(old.nodes if old else {}, new.nodes if new else {})
        if nodes or _told(old) != _told(new):
            found.append(Move(unit_id, old, new, nodes))
    return tuple(sorted(found, key=lambda move: (not move.own, move.unit_id)))


def _told(standing: Standing | None) -> tuple[int | None, int | None, str] | None:
    return (standing.score, standing.rank, standing.grade) if standing else None


def _changed(old: dict[str, int], new: dict[str, int]) -> tuple[tuple[str, int, int], ...]:
    codes = sorted(old.keys() | new.keys())
    return tuple((code, old.get(code, 0), new.get(code, 0)) for code in codes if old.get(code, 0) != new.get(code, 0))


def may_answer(pseudonym: str, judges: Collection[str]) -> bool:
    """True where the person is none of those who judged what the objection is about."""
    return pseudonym not in judges
