"""Which team inspects which unit: spread evenly, nobody where they may not go, and the same whenever it is asked. Pure.

Units come one by one, each along the shortest chain of exchanges to the team with the fewest units that can be reached.
That gives the most even distribution that the conflicts allow (Harvey, Ladner, Lovász, Tamir: Semi-matchings for bipartite
graphs and load balancing, 2006): no other one has a smaller sum of squares. Without conflicts no team has two units more
than another.
"""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Distribution:
    """The team of each unit, and the units to which no team may go, in the order given."""

    team_of: Mapping[int, int]
    left: tuple[int, ...]


@dataclass(slots=True)
class _Board:
    """What is being distributed: who may go where, who goes where so far, and what is fixed."""

    teams: Sequence[int]
    blocked: Collection[tuple[int, int]]
    fixed: Mapping[int, int]
    team_of: dict[int, int] = field(default_factory=dict)
    units_of: dict[int, list[int]] = field(default_factory=dict)

    def load(self, team: int) -> int:
        """How many units the team has, the fixed ones included."""
        return len(self.units_of[team])

    def open_to(self, unit: int) -> list[int]:
        """The teams that may go to the unit, in their order."""
        return [team for team in self.teams if (team, unit) not in self.blocked]

    def give(self, unit: int, team: int) -> None:
        """Let ``team`` inspect ``unit``, whoever had it."""
        before = self.team_of.get(unit)
        if before is not None:
            self.units_of[before].remove(unit)
        self.team_of[unit] = team
        self.units_of[team].append(unit)


def distribute(
    units: Sequence[int],
    teams: Sequence[int],
    blocked: Collection[tuple[int, int]] = frozenset(),
    fixed: Mapping[int, int] | None = None,
) -> Distribution:
    """Give every unit of ``units`` one of ``teams`` so that the numbers differ as little as ``blocked`` allows.

    ``fixed`` are assignments to some of ``teams`` that stay as they are and count for the load of their team; their units are
    not given out.
    The answer depends on the order of ``units`` and ``teams`` alone: sort them before.
    """
    kept = dict(fixed or {})
    board = _Board(teams, frozenset(blocked), kept, units_of={team: [] for team in teams})
    for unit, team in kept.items():
        board.give(unit, team)
    left = [unit for unit in units if unit not in kept and not _place(board, unit)]
    return Distribution({unit: team for unit, team in board.team_of.items() if unit not in kept}, tuple(left))


def _place(board: _Board, unit: int) -> bool:
    """Give one more unit to a team, moving others along a chain where that makes the loads more even."""
    start = board.open_to(unit)
    if not start:
        return False
    nearest = min(start, key=board.load)  # of equal loads the first
    if board.load(nearest) == min(map(board.load, board.teams)):
        board.give(unit, nearest)  # nobody has fewer: no exchange can make it more even
        return True
    came = _reachable(board, start)
    place = {team: index for index, team in enumerate(board.teams)}
    team = min(came, key=lambda one: (board.load(one), place[one]))
    while (step := came[team]) is not None:
        before, moved = step
        board.give(moved, team)
        team = before
    board.give(unit, team)
    return True


def _reachable(board: _Board, start: Sequence[int]) -> dict[int, tuple[int, int] | None]:
    """Return the teams that a chain of exchanges leads to: each with the team before it and the unit it would take over."""
    came: dict[int, tuple[int, int] | None] = dict.fromkeys(start)
    queue = deque(start)
    while queue:
        team = queue.popleft()
        for moved in board.units_of[team]:
            if moved in board.fixed:
                continue
            for other in board.open_to(moved):
                if other not in came:
                    came[other] = (team, moved)
                    queue.append(other)
    return came


def spread_days(units: Sequence[int], days: Sequence[date]) -> dict[int, date]:
    """Give each of a team's units one of ``days`` in their order, as evenly as whole days allow; {} without days.

    With fewer units than days the visits lie apart by the same number of days, give or take one.
    """
    return {unit: days[index * len(days) // len(units)] for index, unit in enumerate(units)} if days else {}
