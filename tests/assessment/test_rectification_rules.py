"""From lost points to items of the rectification list, and what may happen to an item."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.assessment.rules.rectification import (
    TRANSITIONS,
    ItemEvent,
    ItemState,
    LeafResult,
    Listed,
    Loss,
    WrongItemState,
    is_late,
    item_light,
    losses,
    next_item_state,
    redraw,
)
from plumbline.kernel.numbers import BASIS

POINT = 1_000_000


def leaf(
    *hits: tuple[str, int | None], maximum: int | None = 3 * POINT, applied: int | None = 0, **more: int
) -> LeafResult:
    weight = more.get("weight", BASIS)
    return LeafResult("2.1", maximum, applied, more.get("reported", 1) == 1, weight, tuple(hits))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (leaf(("a", 0), applied=3 * POINT), []),
        (leaf(("a", -POINT), applied=2 * POINT), [("a", POINT)]),
        # 0.5 + 2 + 1 were taken from 3: the last rule took only what was left, and stands there all the same.
        (leaf(("a", -POINT // 2), ("b", -2 * POINT), ("c", -POINT)), [("a", POINT // 2), ("b", 2 * POINT), ("c", POINT // 2)]),
        (leaf(("a", -3 * POINT), ("b", -POINT)), [("a", 3 * POINT), ("b", 0)]),
        # What a giving rule did not give stands at it where it is the only one, else at the indicator.
        (leaf(("a", POINT), applied=POINT), [("a", 2 * POINT)]),
        (leaf(("a", POINT), ("b", 0), applied=POINT), [("", 2 * POINT)]),
        (leaf(("a", POINT), ("b", -POINT)), [("b", POINT), ("", 2 * POINT)]),
        (leaf(applied=None), [("", 3 * POINT)]),
        (leaf(reported=0, applied=None), [("", 3 * POINT)]),
        (leaf(reported=0, maximum=None), []),
        # A deduction outside the base has nothing to reach: what was taken is the loss.
        (leaf(("a", -2 * POINT), maximum=0, applied=-2 * POINT), [("a", 2 * POINT)]),
        (leaf(("a", -POINT), applied=2 * POINT, weight=3_000), [("a", 300_000)]),
        (leaf(("a", None), applied=3 * POINT), []),
    ],
)  # fmt: skip
def test_losses_by_rule(result: LeafResult, expected: list[tuple[str, int]]) -> None:
    assert [(one.rule, one.lost) for one in losses(result)] == expected
    assert all(one.node == "2.1" for one in losses(result))


@given(
    maximum=st.integers(0, 10**9), taken=st.lists(st.integers(-(10**9), 10**9), max_size=6), applied=st.integers(0, 10**9)
)  # fmt: skip
def test_the_parts_add_up_to_what_was_lost(maximum: int, taken: list[int], applied: int) -> None:
    hits = tuple((str(place), points) for place, points in enumerate(taken))
    found = losses(leaf(*hits, maximum=maximum, applied=applied))
    assert sum(one.lost for one in found) == max(0, maximum - applied)
    assert all(one.lost >= 0 for one in found)


def test_only_what_is_listed_may_happen() -> None:
    for state in ItemState:
        for event in ItemEvent:
            if (state, event) in TRANSITIONS:
                assert next_item_state(state, event) is TRANSITIONS[state, event]
            else:
                with pytest.raises(WrongItemState) as wrong:
                    next_item_state(state, event)
                assert (wrong.value.state, wrong.value.event) == (state, event)
    assert not [one for one in TRANSITIONS if one[0] in (ItemState.VERIFIED, ItemState.CARRIED)], "these are ends"


def test_drawing_up_again_keeps_what_was_decided() -> None:
    listed = [
        Listed(1, 7, "1.2", "1.2/1", ItemState.DRAWN, POINT),
        Listed(2, 7, "1.3", "1.3/1", ItemState.OPEN, POINT),
        Listed(3, 7, "2.1", "2.1/1", ItemState.DRAWN, POINT),
        Listed(4, 7, "2.2", "2.2/1", ItemState.DISMISSED, POINT),
        Listed(5, 7, "2.3", "2.3/1", ItemState.DONE, POINT),
    ]
    found = [
        (7, Loss("1.2", "1.2/1", POINT // 2)),
        (7, Loss("2.2", "2.2/1", POINT)),
        (8, Loss("1.2", "1.2/1", POINT)),
    ]
    change = redraw(listed, found)
    assert change.added == ((8, found[2][1]),)
    assert change.refreshed == ((1, POINT // 2),)
    assert change.dropped == (3,)
    assert change.settled == (2, 5)
    again = redraw([*listed[:1], Listed(6, 8, "1.2", "1.2/1", ItemState.OPEN, POINT), listed[3]], found)
    assert not again.added
    assert not again.settled


@pytest.mark.parametrize(
    ("state", "due_on", "light", "late"),
    [
        (ItemState.DRAWN, None, "grey", False),
        (ItemState.DISMISSED, date(2027, 3, 1), "grey", False),
        (ItemState.OPEN, date(2027, 3, 9), "red", True),
        (ItemState.OPEN, date(2027, 3, 10), "yellow", False),
        (ItemState.OPEN, date(2027, 3, 15), "yellow", False),
        (ItemState.OPEN, date(2027, 3, 16), "blue", False),
        (ItemState.DONE, date(2027, 3, 1), "blue", False),
        (ItemState.VERIFIED, date(2027, 3, 1), "green", False),
        (ItemState.CARRIED, date(2027, 3, 1), "grey", False),
    ],
)
def test_lights(state: ItemState, due_on: date | None, light: str, *, late: bool) -> None:
    today = date(2027, 3, 10)
    found = item_light(state, due_on, today=today, add=lambda day, count: day + timedelta(days=count))
    assert found == light
    assert is_late(state, due_on, today) is late
