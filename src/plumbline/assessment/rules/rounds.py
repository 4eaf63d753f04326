"""The life of a round, as data: which event leads from which state to which (docs/guide: assessment).

A round is prepared, opened for reports and inspection, frozen, scored, published with its time for objections, and made
final. Before it is published it can be opened again with a reason; after that it is amended: frozen anew with what an
answer to an objection (or a veto recorded late) changed, scored again and published again, each run kept beside the others.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class RoundState(StrEnum):
    """Where a round stands."""

    DRAFT = "draft"
    OPEN = "open"
    FROZEN = "frozen"
    SCORING = "scoring"
    SCORED = "scored"
    PUBLIC = "public"
    FINAL = "final"


class RoundEvent(StrEnum):
    """What can happen to a round."""

    CHANGE = "change"
    OPEN = "open"
    FREEZE = "freeze"
    START = "start"
    FINISH = "finish"
    FAIL = "fail"
    REOPEN = "reopen"
    PUBLISH = "publish"
    AMEND = "amend"
    CONCLUDE = "conclude"


TRANSITIONS: Mapping[tuple[RoundState, RoundEvent], RoundState] = MappingProxyType(
    {
        (RoundState.DRAFT, RoundEvent.CHANGE): RoundState.DRAFT,
        (RoundState.DRAFT, RoundEvent.OPEN): RoundState.OPEN,
        (RoundState.DRAFT, RoundEvent.FREEZE): RoundState.FROZEN,
        (RoundState.OPEN, RoundEvent.FREEZE): RoundState.FROZEN,
        (RoundState.FROZEN, RoundEvent.START): RoundState.SCORING,
        (RoundState.SCORED, RoundEvent.START): RoundState.SCORING,
        # A job that died for good leaves "scoring" behind; the next one starts from there. Two at once are kept apart
        # by the job's own key, not by the state.
        (RoundState.SCORING, RoundEvent.START): RoundState.SCORING,
        (RoundState.SCORING, RoundEvent.FINISH): RoundState.SCORED,
        (RoundState.SCORING, RoundEvent.FAIL): RoundState.FROZEN,
        (RoundState.FROZEN, RoundEvent.REOPEN): RoundState.DRAFT,
        (RoundState.OPEN, RoundEvent.REOPEN): RoundState.DRAFT,
        (RoundState.SCORED, RoundEvent.REOPEN): RoundState.DRAFT,
        (RoundState.SCORED, RoundEvent.PUBLISH): RoundState.PUBLIC,
        # The notice has been read: nothing is taken back in silence. An amendment freezes a new snapshot.
        (RoundState.PUBLIC, RoundEvent.AMEND): RoundState.FROZEN,
        (RoundState.PUBLIC, RoundEvent.CONCLUDE): RoundState.FINAL,
    }
)


class WrongState(ValueError):
    """The round is not in a state in which this can happen."""

    def __init__(self, state: RoundState, event: RoundEvent) -> None:
        super().__init__(f"a round that is {state} cannot {event}")
        self.state = state
        self.event = event


def next_state(state: RoundState, event: RoundEvent) -> RoundState:
    """Return the state after ``event``; raises WrongState where the table has no such line."""
    found = TRANSITIONS.get((state, event))
    if found is None:
        raise WrongState(state, event)
    return found


def may(state: RoundState, event: RoundEvent) -> bool:
    """True where the table lets ``event`` happen in ``state``."""
    return (state, event) in TRANSITIONS


def period_problem(from_on: date, until_on: date) -> str:
    """Return what is wrong with a period, both days included, or "" where nothing is: ``order`` or ``length``.

    A round covers at most three years: a longer one is a slip of the pen in the year (DOMAIN knows years and terms
    of office only for elections).
    """
    if until_on < from_on:
        return "order"
    if (until_on - from_on).days > 3 * 366:
        return "length"
    return ""


def common_path(paths: Iterable[str]) -> str:
    """Return the path of the nearest unit above all of ``paths`` (chains of ids such as ``/1/17/``), "" where none is.

    A unit does not stand above itself: one path alone gives its parent's, or its own where it is the root.
    """
    chains = [path.strip("/").split("/") for path in paths if path.strip("/")]
    if not chains:
        return ""
    shared: list[str] = []
    for level in zip(*(chain[:-1] or chain for chain in chains), strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return f"/{'/'.join(shared)}/" if shared else ""


def last_id(path: str) -> int:
    """Return the id of the unit that ``path`` belongs to; raises ValueError for an empty path."""
    return int(path.strip("/").rsplit("/", 1)[-1])


@dataclass(frozen=True, slots=True)
class ClassSelection:
    """A class of a round by description: organisations of some kinds, departments of one class, or holders of one post.

    ``under_id`` None means anywhere in the committee's tree. The unit itself is not among those under it; its posts are.
    ``post`` is the title of posts: whoever holds one on the last day of the period is assessed.
    """

    klass: str
    under_id: int | None = None
    kinds: tuple[str, ...] = ()
    department_class: str = ""
    post: str = ""
