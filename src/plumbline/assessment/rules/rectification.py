"""From lost points to the rectification list (整改清单), and the life of each of its items (DOMAIN 1.4).

Every point that an indicator did not give becomes an item, at the rule that took it. Where a rule took more than there was
(扣完为止), its item stands with what was really lost, were it nothing: the fault is there all the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from plumbline.kernel.numbers import BASIS, div_half_up

NEAR_DAYS = 5
"""Working days before its date at which an item that is not done is called near."""
GRADE_STEPS = frozenset({"gate", "bar", "veto"})
"""Steps from score to grade that name a fault; a quota or an extra condition names none."""


class ItemState(StrEnum):
    """Where an item stands. Drawn ones are the committee's draft; the unit sees an item from its confirmation on."""

    DRAWN = "drawn"
    DISMISSED = "dismissed"
    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"
    CARRIED = "carried"


class ItemEvent(StrEnum):
    """What may happen to an item."""

    CONFIRM = "confirm"
    DISMISS = "dismiss"
    RESTORE = "restore"
    PLAN = "plan"
    REPORT = "report"
    RETURN = "return"
    VERIFY = "verify"
    CARRY = "carry"


TRANSITIONS: Mapping[tuple[ItemState, ItemEvent], ItemState] = {
    (ItemState.DRAWN, ItemEvent.CONFIRM): ItemState.OPEN,
    (ItemState.DRAWN, ItemEvent.DISMISS): ItemState.DISMISSED,
    (ItemState.OPEN, ItemEvent.DISMISS): ItemState.DISMISSED,
    (ItemState.DISMISSED, ItemEvent.RESTORE): ItemState.DRAWN,
    (ItemState.OPEN, ItemEvent.PLAN): ItemState.OPEN,
    (ItemState.OPEN, ItemEvent.REPORT): ItemState.DONE,
    (ItemState.DONE, ItemEvent.RETURN): ItemState.OPEN,
    (ItemState.DONE, ItemEvent.VERIFY): ItemState.VERIFIED,
    (ItemState.OPEN, ItemEvent.CARRY): ItemState.CARRIED,
    (ItemState.DONE, ItemEvent.CARRY): ItemState.CARRIED,
}
"""What leads from where to where; what is not listed may not happen."""

WAITING = (ItemState.OPEN, ItemState.DONE)
"""Items on which somebody still has to work."""


class WrongItemState(Exception):
    """The item is not in a state in which this may happen to it."""

    def __init__(self, state: ItemState, event: ItemEvent) -> None:
        super().__init__(f"{event} of an item that is {state}")
        self.state, self.event = state, event


def next_item_state(state: ItemState, event: ItemEvent) -> ItemState:
    """Return the state to which an event leads. Raises WrongItemState."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise WrongItemState(state, event) from None


@dataclass(frozen=True, slots=True)
class LeafResult:
    """What one indicator gave one unit, in micro-points; ``hits`` are (rule, applied) in the order of the scheme.

    ``weight`` is the product of the weights from the indicator to the whole, in basis points. ``reported`` is False where
    nothing was reported; what does not apply is no result and does not come here. A deduction has no maximum.
    """

    node: str
    maximum: int | None
    applied: int | None
    reported: bool
    weight: int
    hits: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class Loss:
    """Points lost at one rule of one indicator, ("" for the indicator as a whole), in micro-points of the score."""

    node: str
    rule: str
    lost: int


def losses(leaf: LeafResult) -> tuple[Loss, ...]:
    """Return what an indicator lost, by rule; the parts add up to the whole loss where no weight is rounded.

    A rule that takes points accounts for what it took, in the order of the scheme, as far as the loss reaches. What is
    left over was never earned: it stands at the one rule that gives, or at the indicator where several give or none.
    """
    if not leaf.reported:
        return _kept(leaf, [Loss(leaf.node, "", leaf.maximum or 0)])
    left = max(0, (leaf.maximum or 0) - (leaf.applied or 0))
    found = []
    for rule, applied in leaf.hits:
        if (applied or 0) < 0:
            took = min(left, -(applied or 0))
            left -= took
            found.append(Loss(leaf.node, rule, took))
    if left:
        giving = [rule for rule, applied in leaf.hits if (applied or 0) >= 0]
        only = giving[0] if len(giving) == 1 and len(leaf.hits) == 1 else ""
        found.append(Loss(leaf.node, only, left))
    return _kept(leaf, found)


def _kept(leaf: LeafResult, found: Iterable[Loss]) -> tuple[Loss, ...]:
    return tuple(
        Loss(one.node, one.rule, div_half_up(one.lost * leaf.weight, BASIS)) for one in found if one.lost or one.rule
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """An item as it stands in the list: the key of its loss, its state, and what was lost when it was drawn up."""

    item_id: int
    unit_id: int
    node: str
    rule: str
    state: ItemState
    lost: int


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What drawing up anew does: losses to add, drafts to refresh with what is lost now, drafts to drop.

    ``settled`` are items past their draft whose loss is no longer in the result: they stay, and the committee is told.
    """

    added: tuple[tuple[int, Loss], ...]
    refreshed: tuple[tuple[int, int], ...]
    dropped: tuple[int, ...]
    settled: tuple[int, ...]


def redraw(listed: Sequence[Listed], found: Iterable[tuple[int, Loss]]) -> Redrawn:
    """Compare the list with the losses of a result, ``(unit, loss)``. Drawing up twice from the same result adds nothing."""
    known = {(one.unit_id, one.node, one.rule): one for one in listed}
    losing = {(unit_id, loss.node, loss.rule): loss for unit_id, loss in found}
    gone = [one for key, one in known.items() if key not in losing]
    return Redrawn(
        added=tuple((key[0], loss) for key, loss in losing.items() if key not in known),
        refreshed=tuple(
            (known[key].item_id, loss.lost)
            for key, loss in losing.items()
            if key in known and known[key].state is ItemState.DRAWN
        ),
        dropped=tuple(one.item_id for one in gone if one.state is ItemState.DRAWN),
        settled=tuple(one.item_id for one in gone if one.state in WAITING),
    )


def item_light(state: ItemState, due_on: date | None, *, today: date, add: Callable[[date, int], date]) -> str:
    """Return the light of an item: red after its date, yellow within NEAR_DAYS working days of it, green when verified.

    What is reported done in time is blue while it waits to be verified; drafts, dismissed and carried items are grey.
    """
    if state is ItemState.VERIFIED:
        return "green"
    if state not in WAITING or due_on is None:
        return "grey"
    if state is ItemState.DONE:
        return "blue"
    if today > due_on:
        return "red"
    return "yellow" if add(today, NEAR_DAYS) >= due_on else "blue"


def is_late(state: ItemState, due_on: date | None, today: date) -> bool:
    """True where the date has passed and the unit has not reported the item as done."""
    return state is ItemState.OPEN and due_on is not None and today > due_on
