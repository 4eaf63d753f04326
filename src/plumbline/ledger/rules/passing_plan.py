"""What a passed-up file would do to the ledger of the level above: pure decisions over values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Step = Literal["new", "same", "changed", "back", "gone", "left_out"]


@dataclass(frozen=True, slots=True)
class Passed:
    """What the sender passed up last under one key: its content as text, and whether that took the fact away.

    ``unit_id``, ``kind`` and ``occurred_on`` are those of the fact here.
    """

    content: str
    withdrawn: bool
    unit_id: int
    kind: str
    occurred_on: date


@dataclass(frozen=True, slots=True)
class Scope:
    """What a file states completely: what the sender passed up before within it and now leaves out, is gone.

    ``results`` are the beginnings of keys of results that the file carries whole.
    """

    kinds: frozenset[str]
    units: frozenset[int]
    first_day: date
    last_day: date
    results: tuple[str, ...]

    def covers(self, key: str, passed: Passed) -> bool:
        """True where the file would hold the key, if its fact still held at the sender."""
        if key.startswith("result:"):
            return key.startswith(self.results) if self.results else False
        inside = self.first_day <= passed.occurred_on <= self.last_day
        return inside and passed.kind in self.kinds and passed.unit_id in self.units


def step_of(content: str, before: Passed | None) -> Step:
    """Return what a line does: the first time it is new; then it is the same, changes, or comes back after it was gone."""
    if before is None:
        return "new"
    if before.withdrawn:
        return "back"
    return "same" if before.content == content else "changed"


def gone(known: Mapping[str, Passed], given: Collection[str], scope: Scope) -> list[str]:
    """Return the keys that a file within its scope no longer holds, in order."""
    return sorted(
        key for key, passed in known.items() if key not in given and not passed.withdrawn and scope.covers(key, passed)
    )


def overlaps(one: tuple[date, date, Collection[str]], other: tuple[date, date, Collection[str]]) -> bool:
    """True where two files state something about the same kinds and days."""
    return one[0] <= other[1] and other[0] <= one[1] and bool(set(one[2]) & set(other[2]))
