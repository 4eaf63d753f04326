"""Cases and their clocks as pure functions: every event that may happen keeps what must always hold."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.kernel.calendar import WorkingCalendar
from plumbline.procedure.queries.lights import colour
from plumbline.procedure.rules.clocks import clock, runs
from plumbline.procedure.rules.document import Procedure, Step, Words
from plumbline.procedure.rules.events import (
    CASE_MOVES,
    ENDED,
    OPEN,
    OVER,
    REASONS,
    STEP_MOVES,
    CaseState,
    Event,
    Kind,
    NotAllowed,
    Played,
    StepState,
    after,
    may,
    play,
)

START = datetime(2026, 9, 21, 2, tzinfo=UTC)
DAYS = WorkingCalendar.of(
    [(date(2026, 10, day), False) for day in range(1, 9)] + [(date(2026, 9, 27), True), (date(2026, 10, 10), True)]
)


def made(*steps: tuple[str, str], repeats: str = "") -> Procedure:
    rows = tuple(
        Step(code=code, title=Words(en=code), after=tuple(before.split()), repeats=code in repeats.split(), limit=5)
        for code, before in steps
    )
    return Procedure(code="p", title=Words(en="P"), steps=rows)


LINE = made(("a", ""), ("b", "a"), ("c", "b"))
FORK = made(("a", ""), ("b", "a"), ("c", "a"), ("d", "b c"), ("e", "d"), repeats="b d")
NESTED = made(("s", ""), ("a", "s"), ("b", "s"), ("a1", "a"), ("a2", "a"), ("j", "a1 a2"), ("k", "j b"), repeats="j")


def happen(procedure: Procedure, *said: str) -> Played:
    """Play events written as ``completed a`` or ``returned c>a``, one a day."""
    return play(procedure, events_of("received", *said))


def events_of(*said: str) -> list[Event]:
    found = []
    for number, text in enumerate(said, start=1):
        kind, _space, place = text.partition(" ")
        step, _arrow, target = place.partition(">")
        at = START + timedelta(days=number - 1)
        found.append(Event(number, Kind(kind), at, at.date(), step, target, "somebody"))
    return found


def test_steps_open_one_after_the_other() -> None:
    assert happen(LINE).open_steps == ("a",)
    assert happen(LINE, "completed a").open_steps == ("b",)
    done = happen(LINE, "started a", "completed a", "skipped b", "completed c")
    assert (done.state, done.skipped, done.ended_on) == (CaseState.COMPLETED, ("b",), date(2026, 9, 25))


def test_a_join_waits_for_every_branch() -> None:
    assert happen(FORK, "completed a").open_steps == ("b", "c")
    assert happen(FORK, "completed a", "completed c").open_steps == ("b",)
    assert happen(FORK, "completed a", "completed c", "completed b").open_steps == ("d",)


def test_a_return_takes_back_what_came_after_and_leaves_the_other_branch() -> None:
    played = happen(FORK, "completed a", "completed b", "completed c", "returned d>b")
    assert (played.open_steps, played.steps["c"], played.returns) == (("b",), StepState.DONE, 1)
    again = happen(FORK, "completed a", "completed b", "completed c", "returned d>b", "completed b")
    assert again.open_steps == ("d",)
    assert [(one.step, one.number, one.outcome) for one in again.visits if one.step in "bd"] == [
        ("b", 1, "completed"), ("d", 1, "returned"), ("b", 2, "completed"), ("d", 2, ""),
    ]  # fmt: skip
    whole = happen(FORK, "completed a", "started c", "returned b>a")
    assert [(one.step, one.outcome) for one in whole.visits] == [
        ("a", "completed"), ("b", "returned"), ("c", "undone"), ("a", ""),
    ]  # fmt: skip


def test_a_repeatable_step_opens_again_until_something_after_it_began() -> None:
    played = happen(FORK, "completed a", "completed b", "completed c", "repeated b")
    assert (played.open_steps, played.steps["d"]) == (("b",), StepState.AHEAD)


REFUSED = (
    (("received",), "received_twice"),
    (("completed b",), "step_not_open"),
    (("completed z",), "unknown_step"),
    (("started a", "started a"), "step_started"),
    (("completed a", "started a"), "step_not_open"),
    (("returned a>a",), "not_before"),
    (("completed a", "repeated a"), "not_repeatable"),
    (("completed a", "completed b", "completed c", "started d", "repeated b"), "followed"),
    (("suspended", "completed a"), "suspended"),
    (("suspended", "suspended"), "suspended"),
    (("resumed",), "not_suspended"),
    (("withdrawn", "completed a"), "over"),
    (("withdrawn", "resumed"), "over"),
)


@pytest.mark.parametrize(("said", "why"), REFUSED, ids=[why + said[-1] for said, why in REFUSED])
def test_what_may_not_happen(said: tuple[str, ...], why: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        happen(FORK, *said)
    assert refused.value.why == why
    assert why in REASONS


def test_nothing_happens_before_the_receipt_or_backwards() -> None:
    first = events_of("completed a")
    with pytest.raises(NotAllowed, match="not_received"):
        play(LINE, first)
    with pytest.raises(NotAllowed, match="not_received"):
        play(LINE, [])
    with pytest.raises(NotAllowed, match="not_received"):
        play(LINE, events_of("suspended"))
    late = Event(3, Kind.COMPLETED, START - timedelta(days=1), START.date(), "a")
    with pytest.raises(NotAllowed, match="backwards"):
        after(LINE, events_of("received"), late)


def test_every_move_of_the_tables_can_be_reached() -> None:
    """No rule of the tables is dead: each leads somewhere from a state that a case can be in."""
    reached: set[tuple[object, Kind]] = {(None, Kind.RECEIVED)}
    open_, seen = [events_of("received")], set()
    while open_:
        events = open_.pop()
        played = play(FORK, events)
        key = (played.state, tuple(played.steps.values()))
        if key in seen:
            continue
        seen.add(key)
        for kind, code in may(FORK, played):
            reached.add((played.steps[code] if code else played.state, kind))
            at = events[-1].at + timedelta(days=1)
            target = "a" if kind is Kind.RETURNED else ""
            open_.append([*events, Event(len(events) + 1, kind, at, at.date(), code, target)])
    assert reached == set(CASE_MOVES) | set(STEP_MOVES)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Procedure, list[Event]]:
    """A history of a case that only does what may be done."""
    procedure = draw(st.sampled_from([LINE, FORK, NESTED]))
    events = events_of("received")
    for _number in range(draw(st.integers(0, 25))):
        played = play(procedure, events)
        possible = sorted(may(procedure, played))
        if not possible:
            break
        kind, code = draw(st.sampled_from(possible))
        target = draw(st.sampled_from(sorted(procedure.ancestors(code)))) if kind is Kind.RETURNED else ""
        at = events[-1].at + timedelta(hours=draw(st.integers(0, 200)))
        events.append(Event(len(events) + 1, kind, at, at.date(), code, target, "x"))
    return procedure, events


@settings(max_examples=120, deadline=None)
@given(histories())
def test_what_always_holds(history: tuple[Procedure, list[Event]]) -> None:
    procedure, events = history
    played = play(procedure, events)
    for step in procedure.steps:
        state = played.steps[step.code]
        before = [played.steps[one] for one in step.after]
        if state is not StepState.AHEAD:
            assert all(one in ENDED for one in before)
        elif played.state is CaseState.RUNNING:
            assert any(one not in ENDED for one in before)
        done = [one for one in played.visits if one.step == step.code]
        assert [one.number for one in done] == list(range(1, len(done) + 1))
        assert sum(1 for one in done if not one.outcome) == (state in OPEN and played.state not in OVER)
        between = [one for one in events if one.kind in (Kind.RETURNED, Kind.REPEATED)]
        assert len([one for one in done if one.outcome == "completed"]) <= 1 + len(between)
    if played.state is CaseState.COMPLETED:
        assert all(one in ENDED for one in played.steps.values())
    for visit in played.visits:
        assert visit.ended_on is None or visit.ended_on >= visit.opened_on


@settings(max_examples=120, deadline=None)
@given(histories(), st.integers(0, 30), st.integers(0, 60))
def test_clocks_are_never_negative_and_a_suspension_never_shortens(
    history: tuple[Procedure, list[Event]], limit: int, later: int
) -> None:
    procedure, events = history
    played = play(procedure, events)
    on = played.last.on + timedelta(days=later)
    for visit in played.visits:
        common = {"opened_on": visit.opened_on, "limit": limit, "on": on, "ended_on": visit.ended_on}
        stopped = clock(DAYS, pauses=played.pauses, **common)
        plain = clock(DAYS, pauses=(), **common)
        assert 0 <= stopped.used <= plain.used
        assert plain.due_on is not None
        assert stopped.due_on is None or stopped.due_on >= plain.due_on
        assert plain.late or not stopped.late
        assert stopped.due_on is None or stopped.late == (min(on, visit.ended_on or on) > stopped.due_on)


def test_runs_are_what_lies_between_the_pauses() -> None:
    def day(number: int) -> date:
        return date(2026, 9, number)

    assert runs(day(1), []) == ((day(1), None),)
    assert runs(day(5), [(day(1), day(3))]) == ((day(5), None),)
    assert runs(day(1), [(day(3), day(9))]) == ((day(1), day(3)), (day(9), None))
    assert runs(day(1), [(day(1), day(9))]) == ((day(1), day(1)), (day(9), None))
    assert runs(day(1), [(day(3), day(9)), (day(9), None)]) == ((day(1), day(3)),)
    assert runs(day(1), [(day(3), None)]) == ((day(1), day(3)),)


def test_the_colour_of_a_clock() -> None:
    def shown(limit: int | None, days: int, *, ended: bool = False, paused: bool = False) -> str:
        start = date(2026, 9, 14)
        pauses = [(start + timedelta(days=1), None)] if paused else []
        on = start + timedelta(days=days)
        found = clock(DAYS, opened_on=start, limit=limit, pauses=pauses, on=on, ended_on=on if ended else None)
        return colour(found, DAYS, ended=ended)

    assert [shown(5, days) for days in (0, 3, 4, 7, 8)] == ["green", "green", "yellow", "yellow", "red"]
    assert [shown(None, 9), shown(None, 9, ended=True), shown(5, 2, ended=True)] == ["grey", "green", "green"]
    assert [shown(5, 9, paused=True), shown(1, 9, ended=True)] == ["blue", "red"]
    assert clock(DAYS, opened_on=START.date(), limit=None, pauses=(), on=START.date()).left is None
