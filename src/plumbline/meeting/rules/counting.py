"""What a filed meeting counts as: the facts it stands for, and what a correction changes among them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HELD, LEARNED = "meeting.held", "learning.session"
LONGEST_TOPIC = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """One fact of a meeting, by ``slot``: the kind of meeting, or the pseudonym of who learned."""

    kind: str
    slot: str
    quantity: int
    attributes: Mapping[str, Any]


def facts_of(
    kinds: Sequence[str], *, topic: str, came: int, expected: int, learning: str, minutes: int, learners: Iterable[str]
) -> tuple[Counted, ...]:
    """Return the facts of a meeting: one for each kind held, and one of its minutes for each who learned."""
    held = tuple(
        Counted(
            HELD, code, 1,
            {"meeting_kind": code, "attended": came, "expected": expected, "topic": topic[:LONGEST_TOPIC]},
        )
        for code in kinds
    )  # fmt: skip
    if not learning or minutes < 1:
        return held
    return held + tuple(
        Counted(LEARNED, one, minutes, {"form": learning, "topic": topic[:LONGEST_TOPIC]}) for one in sorted(learners)
    )


@dataclass(frozen=True, slots=True)
class Recount:
    """What filing does: facts to post, to correct (with the id of the one they supersede), and to withdraw."""

    post: tuple[Counted, ...]
    check: tuple[tuple[int, Counted], ...]
    withdraw: tuple[int, ...]


def recount(standing: Mapping[tuple[str, str], int], now: Iterable[Counted]) -> Recount:
    """Compare the facts that stand, by (kind, slot), with those that the record gives now."""
    given = {(one.kind, one.slot): one for one in now}
    return Recount(
        post=tuple(one for key, one in given.items() if key not in standing),
        check=tuple((standing[key], one) for key, one in given.items() if key in standing),
        withdraw=tuple(fact_id for key, fact_id in standing.items() if key not in given),
    )
