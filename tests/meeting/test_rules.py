"""The pure rules of meetings: tables of values, and hypothesis where values are many."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.meeting.rules import (
    codes,
    counting,
    kinds,
    record,
    rectifying,
    standing,
    states,
    talks,
    terms,
    theme_days,
)
from plumbline.meeting.rules.attendance import Person, Presence, quorum_of, roll_of
from plumbline.meeting.rules.problems import Refused

ON = date(2026, 3, 6)
QUICK = settings(max_examples=60, deadline=None)


def words(act: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **named)
    return refused.value.message


# --- the code on the screen ------------------------------------------------------------------------------------------


@QUICK
@given(st.text(min_size=1, max_size=30), st.integers(min_value=10**9, max_value=3 * 10**9))
def test_a_code_holds_for_its_half_minute_and_the_next(secret: str, second: int) -> None:
    code = codes.code_of(secret, codes.window_of(second))
    assert len(code) == codes.DIGITS and code.isdigit()
    assert codes.judge(secret, f" {code[:3]} {code[3:]}", second) is codes.Judged.FRESH
    assert codes.judge(secret, code, second + codes.WINDOW) is codes.Judged.FRESH
    later = codes.judge(secret, code, second + 3 * codes.WINDOW)
    again = {codes.code_of(secret, codes.window_of(second) + step) for step in (2, 3)}
    assert later is (codes.Judged.FRESH if code in again else codes.Judged.STALE)
    assert 1 <= codes.seconds_left(second) <= codes.WINDOW


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "１２３４５６", "-12345"])
def test_what_is_no_code_is_wrong(text: str) -> None:
    assert codes.judge("secret", text, 10**9) is codes.Judged.WRONG


def test_a_code_of_another_meeting_or_of_last_week_is_wrong() -> None:
    now = 1_800_000_000
    shown = {codes.code_of("a", codes.window_of(now) - back) for back in range(codes.REMEMBERED + 1)}
    other = next(code for n in range(9) if (code := codes.code_of("b", n)) not in shown)
    assert codes.judge("a", other, now) is codes.Judged.WRONG


# --- who is expected, and the quorum ---------------------------------------------------------------------------------

PEOPLE = (
    Person(1, "p1", "A", "full", True), Person(2, "p2", "B", "full", True), Person(3, "p3", "C", "full", False, "abroad"),
    Person(4, "p4", "D", "probationary", False, "probationary member"), Person(5, "p5", "E", "suspended", False, "suspended"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("who", "expected", "entitled"),
    [
        (kinds.Who.FULL, {1, 2}, {1, 2}),
        (kinds.Who.ALL, {1, 2, 4}, {1, 2}),
        (kinds.Who.COMMITTEE, {1, 4}, {1}),
        (kinds.Who.GROUP, {2, 4}, {2}),
    ],
)
def test_who_is_expected_and_who_counts(who: kinds.Who, expected: set[int], entitled: set[int]) -> None:
    roll = roll_of(who, PEOPLE, committee={1, 3, 4}, chosen={2, 4, 5})
    assert {one.member_id for one in roll.expected} == expected and roll.entitled == entitled
    assert roll.person(99) is None


def test_the_quorum_counts_the_entitled_and_names_reasons_by_number() -> None:
    roll = roll_of(kinds.Who.ALL, PEOPLE)
    marks = {1: Presence.LATE, 3: Presence.PRESENT, 4: Presence.PRESENT, 2: Presence.ABSENT}
    found = quorum_of(roll, marks, 2)
    assert (found.present, found.entitled, found.came, found.expected, found.late) == (1, 2, 2, 3, 1)
    assert not found.reached and found.missing == 1
    assert found.excluded == (("abroad", 1), ("probationary member", 1), ("suspended", 1))
    free = quorum_of(roll, marks, None)
    assert free.reached and free.missing == 0
    assert not quorum_of(roll_of(kinds.Who.GROUP, PEOPLE), {}, 0).reached  # a meeting of nobody reaches nothing


@QUICK
@given(st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)), st.integers(0, 30))
def test_nobody_is_counted_twice_or_without_being_expected(full: set[int], there: set[int], needed: int) -> None:
    people = [Person(pk, str(pk), str(pk), "full", True) for pk in sorted(full)]
    found = quorum_of(roll_of(kinds.Who.FULL, people), dict.fromkeys(there, Presence.PRESENT), needed)
    assert found.present == len(full & there) <= found.entitled == len(full)
    assert found.reached is (len(full) > 0 and found.present >= needed)


# --- kinds -----------------------------------------------------------------------------------------------------------


def test_the_shipped_kinds_are_those_of_the_regulation_and_can_be_used() -> None:
    assert [one.code for one in kinds.SHIPPED] == [
        "members_meeting", "branch_committee", "group_meeting", "lecture", "theme_day", "organisation_life", "appraisal",
        "central_group_study", "committee_meeting", "debriefing", "party_building_study", "deployment",
    ]  # fmt: skip
    matters = {one.matter for one in kinds.SHIPPED}
    for one in kinds.SHIPPED:
        kinds.check_kind(one, matters=matters)
        assert set(one.together) <= {other.code for other in kinds.SHIPPED}
        assert set(one.fields) <= set(kinds.FIELDS)
        assert kinds.from_document(one.code, ON, kinds.to_document(one)).fields == one.fields


def test_an_own_version_takes_the_place_from_its_day_on() -> None:
    own = replace(kinds.SHIPPED[0], name="Our meeting", effective_on=ON, is_shipped=False)
    local = replace(own, code="open_day", effective_on=ON + timedelta(days=5))
    closed = replace(kinds.SHIPPED[1], effective_on=ON, is_active=False)
    versions = kinds.merge([own, local, closed])
    assert kinds.kind_on(versions, "members_meeting", ON - timedelta(days=1)).is_shipped
    assert kinds.kind_on(versions, "members_meeting", ON).name == "Our meeting"
    assert "open_day" not in {one.code for one in kinds.kinds_on(versions, ON)}
    assert kinds.kinds_on(versions, ON + timedelta(days=9))[-1].code == "open_day"
    assert "no kind of meeting" in words(kinds.kind_on, versions, "branch_committee", ON)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": " "}, "a name"),
        ({"matter": "unknown"}, "no rule of voting"),
        ({"minutes": 0}, "between one minute and a day"),
        ({"agenda": ("x" * 201,)}, "20 items of 200"),
        ({"held_by": ()}, "kinds of organisation"),
        ({"fields": ("beliefs",)}, "no field"),
    ],
)
def test_a_version_that_cannot_be_used_is_refused(changed: dict[str, Any], told: str) -> None:
    assert told in words(kinds.check_kind, replace(kinds.SHIPPED[0], **changed), matters=["branch_meeting"])


def test_kinds_held_at_once_join_fields_and_agenda() -> None:
    theme, lecture = kinds.SHIPPED[4], kinds.SHIPPED[3]
    kinds.check_together(theme, ["lecture"])
    assert kinds.combined(theme, [lecture]) == ("outline", "activity", "photos")
    assert kinds.agenda_of(theme, [lecture])[-1] == "Discussion"
    assert "cannot be held together" in words(kinds.check_together, theme, ["theme_day"])


# --- states ----------------------------------------------------------------------------------------------------------


def test_every_refusal_has_words() -> None:
    for state in states.State:
        for event in states.Event:
            for version in (0, 1):
                if event in states.allowed(state, version=version):
                    assert states.next_state(state, event, version=version) in states.State
                else:
                    assert words(states.next_state, state, event, version=version)


@pytest.mark.parametrize(
    ("state", "event", "told"),
    [
        ("planned", "write", "has not begun"),
        ("filed", "write", "filed and can only be read"),
        ("cancelled", "open", "cancelled or withdrawn"),
        ("confirmed", "write", "Take the confirmation back"),
        ("held", "open", "begun already"),
        ("open", "file", "chair and the recorder"),
        ("open", "confirm", "Load the page again"),
        ("confirmed", "cancel", "Take the confirmation back"),
    ],
)
def test_refusals_say_what_to_do(state: str, event: str, told: str) -> None:
    assert told in words(states.next_state, states.State(state), states.Event(event))


# --- the record ------------------------------------------------------------------------------------------------------


def test_empty_lines_fall_away_and_a_record_comes_back_as_it_was() -> None:
    document = {
        "texts": {"process": " said ", "result": " "}, "speeches": [{"who": "", "points": " "}, {"who": "A", "points": "b"}],
        "resolutions": [{"text": "x", "ayes": "3"}, {"text": " "}],
    }  # fmt: skip
    found = record.from_document(document)
    assert found.texts == {"process": "said"} and len(found.speeches) == len(found.resolutions) == 1
    assert record.from_document(record.to_document(found)) == found


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"texts": {"beliefs": "x"}}, "no field"),
        ({"texts": {"process": "x" * 20_001}}, "20,000"),
        ({"speeches": [{"who": "a", "points": "b"}] * 201}, "200 speeches"),
        ({"speeches": [{"who": "a" * 101, "points": ""}]}, "100 characters"),
        ({"resolutions": [{"text": "x" * 4001}]}, "4,000"),
        ({"resolutions": [{"text": "x", "ayes": -1}]}, "negative"),
        ({"resolutions": [{"ayes": 1}]}, "no record"),
        ({"texts": 5}, "no record"),
    ],
)
def test_what_is_no_record_is_refused(document: dict[str, Any], told: str) -> None:
    assert told in words(record.from_document, document)


def test_what_a_record_lacks_is_named_in_order() -> None:
    wanted = kinds.FIELDS
    assert record.lacks(wanted, record.Record(), record.Kept()) == (*kinds.FIELDS, "attendance")
    vote = record.Record(resolutions=(record.Resolution("x", ""),))
    kept = record.Kept(photos=1, materials=1, problems=1, attendance=True, quorate=False)
    assert record.lacks(["photos", "problems", "materials"], vote, kept) == ("votes", "quorum")


def test_a_newer_text_with_the_same_words_is_no_conflict() -> None:
    one, two = record.Record({"process": "a"}), record.Record({"process": "b"})
    assert record.is_newer_than(1, 2, one, two)
    assert not record.is_newer_than(1, 2, one, one) and not record.is_newer_than(2, 2, one, two)


def test_the_fingerprint_does_not_depend_on_the_order_of_names() -> None:
    assert record.fingerprint({"a": 1, "b": "会"}) == record.fingerprint({"b": "会", "a": 1}) != record.fingerprint({})


# --- counting --------------------------------------------------------------------------------------------------------


def test_facts_of_a_meeting_and_what_a_correction_changes() -> None:
    said = {"topic": "t", "came": 3, "expected": 4, "minutes": 90}
    held = counting.facts_of(["theme_day", "lecture"], learning="group", learners=["b", "a"], **said)
    assert [(one.kind, one.slot) for one in held] == [
        ("meeting.held", "theme_day"), ("meeting.held", "lecture"), ("learning.session", "a"), ("learning.session", "b"),
    ]  # fmt: skip
    assert len(counting.facts_of(["talk"], learning="", learners=["a"], **said)) == 1
    assert len(counting.facts_of(["x"], learning="group", learners=["a"], **(said | {"minutes": 0}))) == 1
    stands = {("meeting.held", "theme_day"): 1, ("learning.session", "c"): 2}
    change = counting.recount(stands, held)
    assert [one.slot for one in change.post] == ["lecture", "a", "b"]
    assert [pk for pk, _one in change.check] == [1] and change.withdraw == (2,)


# --- days, talks, problems, terms ------------------------------------------------------------------------------------


def test_a_unit_meets_only_while_it_stands() -> None:
    unit = standing.UnitDays("B1", date(2020, 1, 1), date(2026, 1, 1))
    standing.check_stands(unit, date(2025, 12, 31))
    assert "founded on 2020-01-01" in words(standing.check_stands, unit, date(2019, 12, 31))
    assert "closed on 2026-01-01" in words(standing.check_stands, unit, date(2026, 1, 1))
    merged = replace(unit, successor="B2")
    assert "merged into B2" in words(standing.check_stands, merged, date(2026, 2, 1))
    standing.check_begun(ON, ON)
    assert "planned for" in words(standing.check_begun, ON, ON - timedelta(days=1))


@pytest.mark.parametrize(
    ("pair", "day", "count", "told"),
    [("x", 0, 1, "between whom"), ("member_member", 1, 1, "still to come"), ("member_member", 0, 0, "1 to 200")],
)
def test_talks_that_cannot_be(pair: str, day: int, count: int, told: str) -> None:
    assert told in words(talks.check_talk, pair, ON + timedelta(days=day), count, ON)


def test_the_life_of_a_problem() -> None:
    state, event = rectifying.ProblemState, rectifying.ProblemEvent
    assert rectifying.next_problem_state(state.OPEN, event.REPORT) is state.DONE
    assert words(rectifying.next_problem_state, state.CHECKED, event.PLAN)
    assert words(rectifying.check_problem, " ", ON, ON)
    assert words(rectifying.check_problem, "x", ON - timedelta(days=1), ON)
    light = rectifying.problem_light
    days = [light(state.OPEN, ON, ON + timedelta(days=step)) for step in (-8, -7, 0, 1)]
    assert days == ["blue", "yellow", "yellow", "red"]
    assert light(state.DONE, ON, ON + timedelta(days=9)) == "blue" and light(state.CHECKED, ON, ON) == "green"


def test_a_term_ends_by_its_length_and_reminds_three_times() -> None:
    term = terms.term_of([date(2023, 4, 1), date(2024, 9, 1)], 3)
    assert term == terms.Term(date(2023, 4, 1), date(2026, 4, 1))
    assert terms.term_of([], 3) is None and terms.term_of([ON], None) is None
    days = {
        date(2025, 9, 30): None,
        date(2025, 10, 1): 6,
        date(2026, 1, 1): 3,
        date(2026, 3, 1): 1,
        date(2026, 4, 1): 0,
    }
    assert {day: terms.reminder_of(term, day) for day in days} == days
    assert [terms.light_of_term(term, day) for day in days] == ["green", "blue", "yellow", "yellow", "red"]
    longer = terms.term_of([date(2023, 4, 1)], 3, date(2026, 10, 1))
    assert longer is not None and longer.due_on == date(2026, 10, 1)
    assert terms.add_months(date(2024, 8, 31), 6) == date(2025, 2, 28)


def test_a_term_is_extended_by_approval_and_a_year_at_most() -> None:
    term, said = terms.Term(date(2023, 4, 1), date(2026, 4, 1)), {"document": "7", "approved_by": "WC"}
    terms.check_extension(term, date(2027, 4, 1), **said)
    assert "Name who approved" in words(terms.check_extension, term, date(2026, 9, 1), document=" ", approved_by="WC")
    assert "beyond 2026-04-01" in words(terms.check_extension, term, date(2026, 4, 1), **said)
    assert "to 2027-04-01" in words(terms.check_extension, term, date(2027, 4, 2), **said)


# --- theme days ------------------------------------------------------------------------------------------------------


@QUICK
@given(st.integers(2000, 2100), st.integers(1, 12), st.integers(1, 5), st.integers(0, 6))
def test_the_nominal_day_is_such_a_weekday_of_its_month(year: int, month: int, ordinal: int, weekday: int) -> None:
    day = theme_days.nominal_day(theme_days.FixedDay(ON, ordinal, weekday), year, month)
    assert (day.year, day.month, day.weekday()) == (year, month, weekday)
    assert (day.day - 1) // 7 == ordinal - 1 or (
        ordinal == theme_days.LAST and (day + timedelta(weeks=1)).month != month
    )


@QUICK
@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sets(st.integers(0, 20)))
def test_a_theme_day_moves_as_little_as_it_can(nominal: date, off: set[int]) -> None:
    free = {nominal - timedelta(days=7) + timedelta(days=step) for step in off}
    found = theme_days.held_day(nominal, lambda day: day not in free)
    assert found not in free
    week = [nominal - timedelta(days=nominal.weekday()) + timedelta(days=step) for step in range(7)]
    open_days = [day for day in week if day not in free and day.month == nominal.month]
    if open_days:
        assert found in open_days and abs(found - nominal) == min(abs(day - nominal) for day in open_days)
    else:
        assert found > nominal and all(nominal + timedelta(days=n) in free for n in range((found - nominal).days))


def test_where_nothing_is_worked_the_nominal_day_stands_and_rules_begin_on_their_day() -> None:
    assert theme_days.held_day(ON, lambda _day: False) == ON
    later = theme_days.FixedDay(date(2026, 5, 1), day=5)
    days = theme_days.next_days([later], ON, lambda _day: True, count=3)
    assert [one.held_on for one in days] == [date(2026, month, 5) for month in (5, 6, 7)] and not days[0].is_moved
    for wrong in (replace(later, day=29), theme_days.FixedDay(ON, 6, 4), theme_days.FixedDay(ON, 1, 7)):
        assert words(theme_days.check_fixed_day, wrong)
    theme_days.check_fixed_day(later)
