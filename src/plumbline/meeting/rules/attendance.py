"""Who is expected at a meeting, who counts for its quorum, and how far the quorum is (DOMAIN 3.2).

The standing on the day of the meeting decides: who was transferred that morning is expected where they stand since. Those who
do not count among the expected (不计入应到会) are told by reason and number, never by name.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from plumbline.meeting.rules.kinds import Who


class Presence(StrEnum):
    """How somebody stands to a meeting."""

    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


THERE = (Presence.PRESENT, Presence.LATE)


@dataclass(frozen=True, slots=True)
class Person:
    """A member of the organisation on the day; ``entitled`` counts for quorum and majority, else ``why`` says why not."""

    member_id: int
    pseudonym: str
    name: str
    status: str
    entitled: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class Roll:
    """Those who should come to one meeting, and those who need not, as number by reason."""

    expected: tuple[Person, ...]
    excluded: Mapping[str, int]

    @property
    def entitled(self) -> frozenset[int]:
        """The members who make the denominator of quorum and majority."""
        return frozenset(one.member_id for one in self.expected if one.entitled)

    def person(self, member_id: int) -> Person | None:
        """Return an expected person, None for anybody else."""
        return next((one for one in self.expected if one.member_id == member_id), None)


def roll_of(
    who: Who, people: Sequence[Person], *, committee: Collection[int] = (), chosen: Collection[int] = ()
) -> Roll:
    """Return who is expected.

    ``people`` are all members on the day. Probationary members are expected where all are, and count for no quorum. Whoever
    holds an approved exclusion is not expected; whoever of them comes all the same is welcome and counts for nothing.
    """
    if who is Who.COMMITTEE:
        circle = [one for one in people if one.member_id in set(committee)]
    elif who is Who.GROUP:
        circle = [one for one in people if one.member_id in set(chosen)]
    else:
        circle = list(people)
    expected = [one for one in circle if one.entitled or (who is not Who.FULL and one.status == "probationary")]
    counts: dict[str, int] = {}
    for one in circle:
        if one.entitled:
            continue
        counts[one.why] = counts.get(one.why, 0) + 1
    return Roll(tuple(expected), counts)


@dataclass(frozen=True, slots=True)
class Quorum:
    """How far a meeting is: numbers for the page, ``needed`` None where no quorum is asked for.

    ``present`` of ``entitled`` count for the quorum; ``came`` of ``expected`` is the attendance.
    """

    present: int
    entitled: int
    needed: int | None
    came: int
    expected: int
    late: int
    excluded: tuple[tuple[str, int], ...]

    @property
    def reached(self) -> bool:
        """True where enough are there; a meeting of nobody reaches nothing."""
        return self.needed is None or (self.entitled > 0 and self.present >= self.needed)

    @property
    def missing(self) -> int:
        """How many more are needed."""
        return 0 if self.needed is None else max(0, self.needed - self.present)


def quorum_of(roll: Roll, presence: Mapping[int, Presence], needed: int | None) -> Quorum:
    """Count the present against the roll; who is there without being expected counts for neither."""
    there = {member_id for member_id, one in presence.items() if one in THERE}
    expected = {one.member_id for one in roll.expected}
    return Quorum(
        present=len(there & roll.entitled), entitled=len(roll.entitled), needed=needed, came=len(there & expected),
        expected=len(expected), late=sum(1 for one in expected if presence.get(one) is Presence.LATE),
        excluded=tuple(sorted(roll.excluded.items())),
    )  # fmt: skip
