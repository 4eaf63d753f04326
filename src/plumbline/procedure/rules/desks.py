"""On whose desk a step waits: who holds the post or the role today, and if nobody does, the level above.

A seat is what a step asks for at a unit: a level, a role, and perhaps a post. It is filled anew every time it is asked about, so
that a case goes over to whoever takes up the post, and nobody has to move it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from plumbline.procedure.rules.document import Step

MINDERS = ("secretary", "organiser", "administrator")
"""Who takes over at a level above, where the role itself is not held there: the first of these that is."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with an account at a unit: by a role, or by a post with its code and title."""

    user_id: int
    name: str
    role: str = ""
    post_code: str = ""
    post_title: str = ""


@dataclass(frozen=True, slots=True)
class SeatAt:
    """What is asked for: ``chain`` are the units from the top down to the unit of the case; ``at`` is unit, above or top."""

    chain: tuple[int, ...]
    at: str
    role: str
    post: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a step waits: the unit, the people, and whether it had to climb because nobody was there (``vacant``)."""

    unit_id: int
    people: tuple[Holder, ...]
    vacant: bool = False

    @property
    def user_ids(self) -> frozenset[int]:
        """Return the accounts on whose desks it lies."""
        return frozenset(one.user_id for one in self.people)


def asked_of(step: Step) -> tuple[str, str, str]:
    """Return the level, role and post that a step asks for.

    For the person concerned it is the secretary of the unit, who acts for somebody without an account.
    """
    if step.who.at == "person":
        return "unit", "secretary", ""
    return step.who.at, step.who.role, step.who.post


def chain_of(path: str) -> tuple[int, ...]:
    """Return the units of a path such as ``/1/17/`` from the top down."""
    return tuple(int(part) for part in path.split("/") if part)


def place_of(seat: SeatAt) -> int:
    """Return the place in the chain where the seat is: the unit itself is the last. Above the top is the top."""
    if seat.at == "top":
        return 0
    return max(0, len(seat.chain) - (2 if seat.at == "above" else 1))


def desk_of(seat: SeatAt, holders: Mapping[int, Sequence[Holder]]) -> Desk:
    """Return the desk of a seat; a post that nobody holds falls to the role, a role that nobody holds to the level above.

    At the unit itself its secretary comes before the level above: a small branch has nobody else.
    Where nobody is found up to the top, the desk is empty, at the unit of the seat.
    """
    place = place_of(seat)
    here = seat.chain[place]
    people = _holding(holders.get(here, ()), seat.post, seat.role)
    if not people and seat.at == "unit":
        people = _holding(holders.get(here, ()), "", "secretary")
    if people:
        return Desk(here, people)
    for unit_id in reversed(seat.chain[:place]):
        for role in (seat.role, *MINDERS):
            if people := _holding(holders.get(unit_id, ()), "", role):
                return Desk(unit_id, people, vacant=True)
    others = next((found for role in MINDERS if (found := _holding(holders.get(here, ()), "", role))), ())
    return Desk(here, others, vacant=True)


def _holding(present: Sequence[Holder], post: str, role: str) -> tuple[Holder, ...]:
    """Return who holds the post, or where there is none of it the role; each person once."""
    if post:
        wanted = post.casefold()
        found = [one for one in present if wanted in (one.post_code.casefold(), one.post_title.casefold())]
        if found:
            return _once(found)
    return _once([one for one in present if one.role == role])


def _once(found: Sequence[Holder]) -> tuple[Holder, ...]:
    return tuple({one.user_id: one for one in found}.values())
