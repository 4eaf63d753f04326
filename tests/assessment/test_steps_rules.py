"""What each can do in each state of a round, as a table; held against the table of transitions."""

from datetime import date

import pytest

from plumbline.assessment.rules.phases import PhaseDates, PhaseKind
from plumbline.assessment.rules.rounds import TRANSITIONS, RoundEvent, RoundState, may
from plumbline.assessment.rules.steps import EVENTS, TABLE, Does, Part, Standing, Step, steps

TODAY = date(2026, 12, 5)
PHASES = (
    PhaseDates(PhaseKind.SELF_REPORT, date(2026, 12, 1), date(2026, 12, 10)),
    PhaseDates(PhaseKind.INSPECTION, date(2026, 11, 1), date(2026, 11, 30)),
    PhaseDates(PhaseKind.VERIFICATION, date(2026, 12, 11), date(2026, 12, 20)),
)
NOW = Standing(phases=PHASES, until_on=date(2026, 12, 15), units=3)


def does(part: Part, state: RoundState, now: Standing = NOW, today: date = TODAY) -> list[str]:
    return [str(one.does) for one in steps([part], state, now, today)]


@pytest.mark.parametrize(
    ("part", "state", "expected"),
    [
        ("administrator", "draft", "change plan open freeze"),
        ("administrator", "open", "follow review freeze reopen"),
        ("administrator", "frozen", "score reopen"),
        ("administrator", "scoring", "wait_scoring score"),
        ("administrator", "scored", "look_over publish score reopen"),
        ("administrator", "public", "amend conclude mend"),
        ("administrator", "final", "mend archive"),
        ("assessor", "draft", "declare"),
        ("assessor", "open", "declare verify"),
        ("assessor", "frozen", "wait_scoring"),
        ("assessor", "scoring", "wait_scoring"),
        ("assessor", "scored", "look_over"),
        ("assessor", "public", "check"),
        ("assessor", "final", "check"),
        ("auditor", "draft", "read"),
        ("auditor", "open", "follow"),
        ("auditor", "frozen", "wait_scoring"),
        ("auditor", "scoring", "wait_scoring"),
        ("auditor", "scored", "compare"),
        ("auditor", "public", "compare"),
        ("auditor", "final", "compare archive"),
        ("secretary", "draft", ""),
        ("secretary", "open", "report provisional"),
        ("secretary", "frozen", "wait_result"),
        ("secretary", "scoring", "wait_result"),
        ("secretary", "scored", "wait_result"),
        ("secretary", "public", "read object mend"),
        ("secretary", "final", "read mend"),
        ("member", "draft", ""),
        ("member", "open", "provisional wait_result"),
        ("member", "frozen", "wait_result"),
        ("member", "scoring", "wait_result"),
        ("member", "scored", "wait_result"),
        ("member", "public", "read"),
        ("member", "final", "read"),
    ],
)
def test_role_by_state(part: str, state: str, expected: str) -> None:
    assert does(Part(part), RoundState(state)) == expected.split()


def test_every_step_that_moves_a_round_may_happen_then_and_none_is_forgotten() -> None:
    done = {(state, EVENTS[one]) for (_part, state), listed in TABLE.items() for one in listed if one in EVENTS}
    assert all(may(state, event) for state, event in done)
    by_machine = {RoundEvent.FINISH, RoundEvent.FAIL}
    assert {key for key in TRANSITIONS if key[1] not in by_machine} == done


def test_steps_say_their_days() -> None:
    found = {
        one.does: one for one in steps([Part.SECRETARY, Part.ASSESSOR, Part.ADMINISTRATOR], RoundState.OPEN, NOW, TODAY)
    }
    assert found[Does.REPORT].due_on == date(2026, 12, 10)
    assert (found[Does.VERIFY].from_on, found[Does.VERIFY].due_on) == (date(2026, 12, 11), date(2026, 12, 20))
    assert found[Does.FREEZE].due_on == date(2026, 12, 20), "the calendar ends after the period"
    assert Does.INSPECT not in found, "the days of the inspection are over"
    draft = {one.does: one for one in steps([Part.ADMINISTRATOR], RoundState.DRAFT, NOW, TODAY)}
    assert draft[Does.OPEN].due_on == date(2026, 11, 1)


def test_what_has_been_done_narrows_the_steps() -> None:
    empty = Standing(phases=(), until_on=date(2026, 12, 15))
    assert does(Part.ADMINISTRATOR, RoundState.DRAFT, empty) == ["change", "plan"]
    reported = Standing(phases=PHASES, until_on=TODAY, units=1, reported=True, own_provisional=False)
    assert does(Part.SECRETARY, RoundState.OPEN, reported) == ["reported"]
    assert does(Part.MEMBER, RoundState.OPEN, reported) == ["wait_result"]
    waits = Standing(phases=(), until_on=TODAY, units=1, notice_until=TODAY, objections=1, answer_by=date(2026, 12, 9))
    (answer, *rest) = steps([Part.ADMINISTRATOR], RoundState.PUBLIC, waits, TODAY)
    assert answer == Step(Does.ANSWER, Part.ADMINISTRATOR, None, date(2026, 12, 9))
    assert Does.CONCLUDE not in [one.does for one in rest], "first the answer"


def test_a_notice_that_runs_and_one_that_is_over() -> None:
    runs = Standing(phases=(), until_on=TODAY, units=1, notice_until=date(2026, 12, 8))
    found = {one.does: one for one in steps([Part.ADMINISTRATOR, Part.SECRETARY], RoundState.PUBLIC, runs, TODAY)}
    assert found[Does.CONCLUDE].from_on == date(2026, 12, 9)
    assert (found[Does.OBJECT].due_on, found[Does.READ].due_on) == (date(2026, 12, 8), date(2026, 12, 8))
    late = {
        one.does: one for one in steps([Part.ADMINISTRATOR, Part.SECRETARY], RoundState.PUBLIC, runs, date(2026, 12, 9))
    }
    assert (late[Does.CONCLUDE].from_on, late[Does.READ].due_on, Does.OBJECT in late) == (None, None, False)
