"""Conflict of interest: nobody inspects a unit to which something ties them. Pure.

Source: the issue of the annual assessment ("conflict of interest excluded"). What ties is told by the organisation
(membership, post, the account of the unit itself) or declared by a person.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

DECLARED = "declared"
"""The kind of a tie that somebody declared; the other kinds are the organisation's."""
SELF = "self"
"""The kind of a tie to one's own term of office."""


@dataclass(frozen=True, slots=True, order=True)
class Conflict:
    """Something ties an account to a unit; ``detail`` is a post, a role, or the reason that was declared."""

    user_id: int
    unit_id: int
    kind: str
    detail: str = ""


def conflicts_in(conflicts: Iterable[Conflict], users: Collection[int], units: Collection[int]) -> tuple[Conflict, ...]:
    """Return the conflicts of any of ``users`` with any of ``units``, in a fixed order."""
    return tuple(sorted(one for one in conflicts if one.user_id in users and one.unit_id in units))


def blocked_pairs(teams: Mapping[int, Collection[int]], conflicts: Iterable[Conflict]) -> frozenset[tuple[int, int]]:
    """Return the pairs (team, unit) that may not meet: a team goes nowhere where one of its members may not go."""
    teams_of: dict[int, list[int]] = {}
    for team_id, members in teams.items():
        for user_id in members:
            teams_of.setdefault(user_id, []).append(team_id)
    return frozenset((team_id, one.unit_id) for one in conflicts for team_id in teams_of.get(one.user_id, ()))
