"""Lights: the worked cases of the page, the two properties, what follows, and the set-wise form beside the plain one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from plumbline.kernel.calendar import WorkingCalendar
from plumbline.obligation.rules.light_table import NEVER, Table, colours_of, counted
from plumbline.obligation.rules.light_variants import PERIODS, RECOVERABLE, SHIPPED, SLIPS
from plumbline.obligation.rules.light_words import COLOUR_NAMES, light_words
from plumbline.obligation.rules.lights import (
    COLOURS,
    Colour,
    Due,
    Light,
    LightRule,
    Reason,
    Stage,
    consequences_of,
    light_of,
    reached,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "lights.md"
OCTOBER = [(date(2026, 10, day), False) for day in range(1, 8)] + [(date(2026, 10, 10), True)]
CALENDAR = WorkingCalendar.of(OCTOBER)
RULES = {rule.code: rule for rule in SHIPPED}


def cases() -> list[dict[str, str]]:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in lines]
    start = next(number for number, row in enumerate(rows) if row[0] == "case")
    return [dict(zip(rows[start], row, strict=True)) for row in rows[start + 2 :]]


def due_of(case: Mapping[str, str]) -> Due:
    done, _, rest = case["done"].partition(" ")
    day = date.fromisoformat
    return Due(
        day(case["first day"]), day(case["warned from"]), day(case["due"]), day(case["grace until"] or case["due"]),
        day(done) if done else None, rest != "incomplete", period="once" if case["period"] == "important" else case["period"],
        is_important=case["period"] == "important",
    )  # fmt: skip


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["case"])
def test_the_cases_of_the_page(case: dict[str, str]) -> None:
    on = date.fromisoformat(case["on"])
    light = light_of(due_of(case), RULES[case["rule"]], on, CALENDAR)
    assert (light.colour, light.reason) == (case["light"], case["why"])
    assert light.is_incomplete == ("incomplete" in case["done"])


def test_there_are_cases_of_every_rule_colour_and_reason() -> None:
    assert {case["rule"] for case in cases()} == set(RULES)
    assert {case["light"] for case in cases()} == set(COLOURS)
    assert {case["why"] for case in cases()} == set(Reason) - {Reason.WAIVED}


# --- random rules and days -----------------------------------------------------------------------------------------------

BASE = date(2026, 9, 1)
_days = st.integers(0, 60).map(lambda days: BASE + timedelta(days=days))


@st.composite
def rules(draw: st.DrawFn) -> LightRule:
    lists: dict[str, Any] = {}
    worst = COLOURS.index(Colour.RED)
    warn = draw(st.integers(1, worst))
    for name in ("other", *draw(st.sets(st.sampled_from(["month", "quarter"])))):
        grave = sorted(draw(st.lists(st.integers(warn, worst), min_size=1, max_size=3)))
        starts = [
            (0, "grace"),
            *[(draw(st.integers(0, 12)), draw(st.sampled_from(["grace", "quarter"]))) for _ in grave[1:]],
        ]
        lists[name] = tuple(
            Stage(colour=COLOURS[colour], days=days, after=after)
            for colour, (days, after) in zip(grave, starts, strict=True)
        )
    mildest = min(stages[0].colour.severity for stages in lists.values())
    return LightRule(
        code="drawn", warn=COLOURS[warn], stages=lists, incomplete_counts=draw(st.booleans()),
        late_keeps=COLOURS[draw(st.integers(1, mildest))], important_from=draw(st.integers(1, 3)),
    )  # fmt: skip


@st.composite
def dues(draw: st.DrawFn) -> Due:
    starts, due = sorted([draw(_days), draw(_days)])
    warned = max(starts, due - timedelta(days=draw(st.integers(0, 10))))
    grace = due + timedelta(days=draw(st.integers(0, 10)))
    return Due(
        starts, warned, due, grace, draw(st.none() | _days), draw(st.booleans()), draw(st.integers(0, 9)) == 0,
        draw(st.sampled_from(["month", "quarter", "once"])), draw(st.booleans()), draw(st.none() | _days),
    )  # fmt: skip


def severity(due: Due, rule: LightRule, on: date) -> int:
    return light_of(due, rule, on, CALENDAR).colour.severity


@given(rules(), dues(), _days, st.integers(0, 90))
def test_while_nothing_is_done_a_light_never_becomes_milder(rule: LightRule, due: Due, on: date, later: int) -> None:
    open_ = replace(due, met_on=None)
    assert severity(open_, rule, on) <= severity(open_, rule, on + timedelta(days=later))


@given(rules(), dues(), st.integers(0, 90), st.integers(0, 20))
def test_more_evidence_never_makes_a_light_graver(rule: LightRule, due: Due, after: int, sooner: int) -> None:
    on = due.starts_on + timedelta(days=after)
    best = severity(replace(due, complete=True), rule, on)
    if due.met_on is not None:
        earlier = replace(due, met_on=due.met_on - timedelta(days=sooner))
        assert severity(earlier, rule, on) <= severity(due, rule, on)
    assert best <= severity(due, rule, on) <= severity(replace(due, met_on=None), rule, on)
    excused = replace(due, excused_until=on)
    assert severity(excused, rule, on) <= severity(replace(due, excused_until=None), rule, on)


@given(st.lists(st.tuples(dues(), st.just(None)), min_size=1, max_size=30), rules(), _days)
def test_columns_give_the_lights_of_the_plain_function(rows: list[Any], rule: LightRule, on: date) -> None:
    listed = [due for due, _none in rows]
    found = colours_of(table_of(listed), rule, on, CALENDAR)
    assert [COLOURS[one] for one in found.tolist()] == [light_of(due, rule, on, CALENDAR).colour for due in listed]
    assert sum(counted(found).values()) == len(listed)


def table_of(listed: list[Due]) -> Table:
    def days(values: list[date | None]) -> Any:
        return np.array([NEVER if day is None else day.toordinal() for day in values], np.int32)

    periods = sorted({due.period for due in listed})
    return Table(
        days([due.starts_on for due in listed]), days([due.warn_on for due in listed]), days([due.due_on for due in listed]),
        days([due.last_on for due in listed]), days([due.met_on for due in listed]),
        np.array([due.complete for due in listed]), np.array([due.is_waived for due in listed]),
        np.array([due.is_important for due in listed]), np.array([periods.index(due.period) for due in listed], np.int8), periods,
    )  # fmt: skip


# --- what follows --------------------------------------------------------------------------------------------------------


def quarterly(due: date, met: date | None = None) -> Due:
    return Due(due - timedelta(days=89), due - timedelta(days=7), due, due, met, period="quarter")


def test_a_second_yellow_costs_and_a_red_costs_more() -> None:
    listed = [quarterly(date(2026, 3, 31), date(2026, 4, 2)), quarterly(date(2026, 6, 30))]
    lights = [one for due in listed for one in reached(due, RECOVERABLE, date(2026, 12, 31), CALENDAR)]
    assert lights == [
        (date(2026, 4, 1), Colour.YELLOW), (date(2026, 7, 1), Colour.YELLOW), (date(2026, 7, 29), Colour.RED)
    ]  # fmt: skip
    found = [(one.on, one.consequence.slip, one.consequence.points) for one in consequences_of(RECOVERABLE, lights)]
    assert found == [
        (date(2026, 4, 1), "reminder", 0),
        (date(2026, 7, 1), "reminder", 0),
        (date(2026, 7, 1), "warning", -1),
        (date(2026, 7, 29), "interview", -2),
    ]


def test_three_reds_running_bring_an_interview_and_the_count_begins_anew() -> None:
    months = [(date(2026, month, 1), Colour.RED) for month in range(1, 7)]
    broken: list[tuple[date, Colour | None]] = [*months[:2], (date(2026, 3, 1), None), *months[3:]]
    assert [one.on for one in consequences_of(PERIODS, [], [months])] == [date(2026, 3, 1), date(2026, 6, 1)]
    assert [one.on for one in consequences_of(PERIODS, [], [broken])] == [date(2026, 6, 1)]


def test_what_is_exempt_or_was_done_in_time_reached_nothing() -> None:
    late, until = quarterly(date(2026, 3, 31)), date(2026, 12, 31)
    assert list(reached(replace(late, is_waived=True), PERIODS, until, CALENDAR)) == []
    assert list(reached(replace(late, met_on=date(2026, 3, 31)), PERIODS, until, CALENDAR)) == []
    assert list(reached(replace(late, met_on=date(2026, 3, 1), complete=False), PERIODS, until, CALENDAR)) != []


# --- words and refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("light", "words", "zh"),
    [
        (Light(Colour.GREY, Reason.WAIVED), "exempt", "免除"),
        (Light(Colour.YELLOW, Reason.GRACE), "was due on 31 Mar 2026, time until 7 Apr 2026", "2026年4月7日"),
        (
            Light(Colour.RED, Reason.LATE, date(2026, 4, 8), is_incomplete=True),
            "late since 8 Apr 2026; materials are missing", "材料",
        ),
        (Light(Colour.GREEN, Reason.DONE, date(2026, 3, 3)), "done on 3 Mar 2026", "2026年3月3日"),
    ],
)  # fmt: skip
def test_a_light_says_why_in_both_languages(light: Light, words: str, zh: str) -> None:
    due = Due(date(2026, 1, 1), date(2026, 3, 24), date(2026, 3, 31), date(2026, 4, 7))
    assert light_words(light, due) == words
    with translation.override("zh-hans"):
        assert zh in light_words(light, due)
        assert str(COLOUR_NAMES[light.colour]) != light.colour


OTHER = {"other": [{"colour": "red"}]}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"stages": {"month": [{"colour": "red"}]}}, "“other” is there"),
        ({"stages": OTHER | {"month": []}}, "has one at least"),
        ({"stages": {"other": [{"colour": "red"}, {"colour": "yellow", "days": 3}]}}, "never becomes milder"),
        ({"stages": OTHER, "warn": "red", "late_keeps": "red", "extra": 1}, "Extra inputs"),
        ({"stages": {"other": [{"colour": "yellow"}]}, "late_keeps": "red"}, "cannot look worse"),
        ({"stages": {"other": [{"colour": "red", "days": 3}]}}, "no days of its own"),
        ({"stages": OTHER, "code": "Bad code"}, "should match pattern"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(document: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        LightRule.model_validate({"code": "own"} | document)


def test_the_variants_survive_being_written() -> None:
    for rule in (PERIODS, RECOVERABLE, SLIPS):
        assert LightRule.model_validate_json(rule.model_dump_json()) == rule
