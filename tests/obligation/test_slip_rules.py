"""The table of slips, their lights and what is refused, without a database."""

import importlib.util
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.obligation.rules import slips as rules
from plumbline.obligation.rules.problems import Refused
from plumbline.obligation.rules.slip_words import SLIP_ACTS, SLIP_KINDS, SLIP_STATES, number_words
from plumbline.obligation.rules.slips import SlipAct, SlipDraft, SlipKind, SlipState

TODAY = date(2026, 5, 12)


def draft(**changed):
    values = {"kind": SlipKind.REMINDER, "title": "No meeting", "words": "Hold it.", "due_on": date(2026, 5, 19)}
    return SlipDraft(**{**values, **changed})


@given(kind=st.sampled_from(SlipKind), state=st.sampled_from(SlipState), act=st.sampled_from(SlipAct))
def test_only_what_the_table_lists_may_happen(kind, state, act):
    listed = (state, act) in rules.TRANSITIONS
    talked = kind is SlipKind.INTERVIEW
    fits = act is not SlipAct.RECORD if not talked else act not in rules.NEVER_TALKED
    if listed and fits:
        assert rules.next_slip_state(kind, state, act) is rules.TRANSITIONS[state, act]
    else:
        with pytest.raises(rules.WrongSlipState) as caught:
            rules.next_slip_state(kind, state, act)
        assert (caught.value.state, caught.value.act) == (state, act)


def test_what_ended_stays_ended():
    ended = {SlipState.DISMISSED, SlipState.ESCALATED, SlipState.WITHDRAWN}
    assert not [state for state, _act in rules.TRANSITIONS if state in ended]


def test_every_kind_state_and_act_has_words():
    assert set(SLIP_KINDS) == set(SlipKind)
    assert set(SLIP_STATES) == set(SlipState)
    assert set(SLIP_ACTS) == set(SlipAct)


def test_the_ladder_climbs_one_rung_at_a_time_and_ends():
    kinds = list(SlipKind)
    assert [(kinds.index(one), kinds.index(after)) for one, after in rules.LADDER.items()] == [(0, 1), (1, 2), (2, 3)]
    assert SlipKind.INTERVIEW not in rules.LADDER


@pytest.mark.parametrize(
    ("state", "due_on", "light"),
    [
        (SlipState.PROPOSED, None, "grey"),
        (SlipState.DISMISSED, None, "grey"),
        (SlipState.ISSUED, date(2026, 5, 11), "red"),
        (SlipState.ISSUED, date(2026, 5, 12), "yellow"),
        (SlipState.ISSUED, date(2026, 5, 14), "yellow"),
        (SlipState.ISSUED, date(2026, 5, 15), "blue"),
        (SlipState.ANSWERED, date(2026, 5, 1), "green"),
        (SlipState.CLOSED, date(2026, 5, 1), "green"),
        (SlipState.ESCALATED, date(2026, 5, 1), "grey"),
        (SlipState.WITHDRAWN, date(2026, 5, 1), "grey"),
    ],
)
def test_the_light_of_a_slip(state, due_on, light):
    assert rules.slip_light(state, due_on, today=TODAY, add=lambda day, n: day + timedelta(days=n)) == light
    assert rules.is_late(state, due_on, TODAY) is (light == "red")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"words": ""}, "words"),
        ({"words": "x" * 4001}, "words"),
        ({"basis": "x" * 301}, "basis"),
        ({"due_on": date(2026, 5, 11)}, "due_on"),
        ({"due_on": date(2027, 5, 14)}, "due_on"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_at_its_field(changed, field):
    with pytest.raises(Refused) as caught:
        rules.check_draft(draft(**changed), TODAY)
    assert caught.value.field == field


def test_a_good_draft_is_kept_without_spaces_around():
    assert rules.check_draft(draft(title=" No meeting ", due_on=TODAY), TODAY) == draft(due_on=TODAY)


def test_what_is_said_is_said_and_short():
    assert rules.check_said(" late ") == "late"
    for words in ("  ", "x" * 501):
        with pytest.raises(Refused, match=r"."):
            rules.check_said(words)


def test_what_follows_is_graver():
    rules.check_step_up(SlipKind.REMINDER, SlipKind.ORDER)
    for new in (SlipKind.REMINDER, SlipKind.WARNING):
        with pytest.raises(Refused):
            rules.check_step_up(SlipKind.WARNING, new)


def test_a_talk_lies_between_its_slip_and_today():
    rules.check_talk(TODAY, TODAY, TODAY)
    with pytest.raises(Refused, match="still to come"):
        rules.check_talk(TODAY + timedelta(days=1), TODAY, TODAY)
    with pytest.raises(Refused, match="before the slip"):
        rules.check_talk(TODAY - timedelta(days=1), TODAY, TODAY)


def test_nobody_stands_above_themselves():
    assert rules.is_strictly_below("/1/2/", ("/1/",))
    assert rules.is_strictly_below("/1/", ("/",))
    assert not rules.is_strictly_below("/1/", ("/1/",))
    assert not rules.is_strictly_below("/1/2/", ("/1/3/",))


def test_the_number_as_papers_write_it():
    assert number_words(2026, 7) == "2026 No. 7"
    assert number_words(2026, None) == ""


def test_the_diagram_in_the_documents_is_the_table_of_the_code():
    """Run ``python tools/slip_life.py`` after changing a transition."""
    root = Path(__file__).resolve().parents[2]
    spec = importlib.util.spec_from_file_location("slip_life", root / "tools" / "slip_life.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert (root / "docs" / "slip-life.md").read_text(encoding="utf-8") == tool.document()
