"""The rules of duties without a database: extents, states, steps, circles, and what is attained."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.responsibility.rules.duties import (
    TRANSITIONS,
    DutyAct,
    DutyDraft,
    DutyState,
    Line,
    StepDraft,
    check_days,
    check_duty,
    check_reason,
    check_serves,
    check_steps,
    find_circle,
    next_duty_state,
)
from plumbline.responsibility.rules.duty_attainment import (
    NOT_YET,
    WHOLE,
    Attained,
    Result,
    Weighed,
    attained,
    summed_up,
)
from plumbline.responsibility.rules.extents import Extent, ExtentKind, extent_words, number_words, read_extent
from plumbline.responsibility.rules.problems import Refused

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
M = 1_000_000


def number(target, **more):
    return Extent(ExtentKind.NUMBER, target_micro=target * M, **more)


@pytest.mark.parametrize(
    ("kind", "written", "more", "found"),
    [
        ("number", "12 visits", {}, Extent(ExtentKind.NUMBER, 12 * M, measure="visits")),
        ("number", "12,000", {"measure": "volumes"}, Extent(ExtentKind.NUMBER, 12_000 * M, measure="volumes")),
        ("number", Decimal("3.5"), {}, Extent(ExtentKind.NUMBER, 3_500_000)),
        ("number", 0, {"at_most": True}, Extent(ExtentKind.NUMBER, 0, at_most=True)),
        ("share", "95%", {}, Extent(ExtentKind.SHARE, 95 * M, measure="%")),
        ("share", "95", {}, Extent(ExtentKind.SHARE, 95 * M, measure="%")),
        ("date", "", {}, Extent(ExtentKind.DATE, target_on=LAST)),
        ("date", date(2026, 6, 30), {}, Extent(ExtentKind.DATE, target_on=date(2026, 6, 30))),
        ("standard", " all filed ", {}, Extent(ExtentKind.STANDARD, standard="all filed")),
    ],
)
def test_an_extent_is_read_from_what_people_write(kind, written, more, found):
    assert read_extent(kind, written, due_on=LAST, **more) == found


@pytest.mark.parametrize(
    ("kind", "written", "more"),
    [
        ("number", "many", {}),
        ("number", "0", {}),
        ("number", "1.1234567", {}),
        ("number", "9" * 20, {}),
        ("number", "5", {"measure": "x" * 41}),
        ("share", "101%", {}),
        ("share", "0", {}),
        ("share", "5 visits", {}),
        ("date", "soon", {}),
        ("date", "2027-01-01", {}),
        ("standard", "", {}),
        ("standard", "x" * 501, {}),
    ],
)
def test_what_is_no_extent_is_refused_beside_its_field(kind, written, more):
    with pytest.raises(Refused) as refused:
        read_extent(kind, written, due_on=LAST, **more)
    assert refused.value.field in ("target", "measure")


def test_extents_in_words():
    assert number_words(12_000 * M, "volumes") == "12,000 volumes"
    assert number_words(3_500_000) == "3.5" and number_words(95 * M, "%") == "95%"
    assert extent_words(number(12, measure="visits")) == "at least 12 visits"
    assert extent_words(number(3, at_most=True)) == "at most 3"
    assert extent_words(Extent(ExtentKind.DATE, target_on=LAST)).startswith("by ")
    assert extent_words(Extent(ExtentKind.DATE)) == "by "
    assert extent_words(Extent(ExtentKind.STANDARD, standard="all filed")) == "all filed"


def draft(**changed):
    values = {
        "line": Line.BUSINESS, "title": " Build ", "why": "asked for", "how": "step by step", "extent": number(1),
        "starts_on": FIRST, "due_on": LAST, "points_micro": 5 * M, "indicator": " E1 ",
    }  # fmt: skip
    return DutyDraft(**{**values, **changed})


def test_a_duty_says_all_of_the_six_questions():
    kept = check_duty(draft())
    assert (kept.title, kept.indicator) == ("Build", "E1")
    for field, value in (
        ("title", " "), ("why", ""), ("how", ""), ("title", "x" * 201), ("points_micro", -1), ("indicator", "x" * 81),
        ("due_on", FIRST - timedelta(days=1)),
    ):  # fmt: skip
        with pytest.raises(Refused):
            check_duty(draft(**{field: value}))
    with pytest.raises(Refused, match="years"):
        check_days(date(1889, 1, 1), LAST)
    assert check_reason(" ill ") == "ill"


def test_acts_lead_from_state_to_state_and_nowhere_else():
    assert next_duty_state(DutyState.OPEN, DutyAct.REPORT) is DutyState.REPORTED
    assert next_duty_state(DutyState.REPORTED, DutyAct.CONFIRM) is DutyState.DONE
    for state in DutyState:
        for act in DutyAct:
            if (state, act) not in TRANSITIONS:
                with pytest.raises(Refused):
                    next_duty_state(state, act)
    assert not any(state is DutyState.CARRIED for state, _act in TRANSITIONS)


def steps(*drafts):
    return [StepDraft(f"step {place}", FIRST, due, after) for place, (due, after) in enumerate(drafts, start=1)]


def test_steps_keep_within_the_duty_and_run_in_no_circle():
    may, june = date(2026, 5, 1), date(2026, 6, 1)
    check_steps(steps((may, 0), (june, 1)), FIRST, LAST)
    for wrong in (
        steps(*[(may, 0)] * 41), steps((date(2027, 1, 1), 0)), steps((may, 7)), steps((june, 0), (may, 1)),
        steps((may, 2), (may, 1)), steps((may, 1)), [StepDraft(" ", FIRST, may)],
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            check_steps(wrong, FIRST, LAST)
        assert refused.value.field == "steps"


@given(
    st.dictionaries(st.integers(1, 8), st.sets(st.integers(1, 8), max_size=4), max_size=8),
)
@settings(max_examples=200)
def test_a_circle_is_found_exactly_when_there_is_one(needs):
    circle = find_circle(needs)
    left = {node: set(after) for node, after in needs.items()}
    while free := [node for node, after in left.items() if not after & left.keys()]:
        for node in free:
            del left[node]
    assert bool(circle) == bool(left)
    for one, following in zip(circle, circle[1:] + circle[:1], strict=True):
        assert following in needs[one]


def test_a_duty_of_the_organisation_line_serves_a_business_aim():
    check_serves(Line.ORGANISATION, Line.BUSINESS, True)
    with pytest.raises(Refused, match="serves a business aim"):
        check_serves(Line.BUSINESS, Line.ORGANISATION, True)
    with pytest.raises(Refused, match="same organisation"):
        check_serves(Line.ORGANISATION, Line.BUSINESS, False)


JUNE = date(2026, 6, 30)


@given(
    target=st.integers(1, 10**12), values=st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=6),
    at_most=st.booleans(),
)  # fmt: skip
def test_numbers_are_exact_and_whole_only_when_reached(target, values, at_most):
    extent = Extent(ExtentKind.NUMBER, target_micro=target, at_most=at_most)
    found = attained(extent, [Result(JUNE, value, order=n) for n, value in enumerate(values)], starts_on=FIRST)
    total = sum(values)
    assert found.value_micro == total and found.basis is not None and 0 <= found.basis <= WHOLE
    assert found.is_whole == (total <= target if at_most else total >= target)
    if not at_most and 0 <= total <= target:
        assert found.basis == int(Fraction(total * WHOLE, target))


def test_levels_replace_what_was_added_before_them():
    rows = [Result(FIRST, 5 * M), Result(JUNE, 40 * M, is_level=True), Result(LAST, 10 * M)]
    assert attained(number(100), rows, starts_on=FIRST) == Attained(5_000, 50 * M)


def test_what_is_not_measured_yet_shows_its_steps():
    assert attained(number(3), [], starts_on=FIRST, steps=(1, 2)).basis == 5_000
    assert attained(number(3), [], starts_on=FIRST) == Attained(None)
    assert attained(number(3, at_most=True), [], starts_on=FIRST, steps=(1, 2)).basis is None
    assert attained(Extent(ExtentKind.STANDARD, standard="x"), [], starts_on=FIRST, steps=(2, 2)).basis == NOT_YET
    assert Attained(None).percent == 0 and not Attained(None).is_whole


@given(
    lines=st.lists(st.tuples(st.booleans(), st.integers(0, 9), st.none() | st.integers(0, WHOLE)), max_size=8),
)
def test_the_lines_sum_up_side_by_side_and_weigh_equally_together(lines):
    found = summed_up([Weighed(*one) for one in lines])
    for mine, value in ((True, found.business), (False, found.organisation)):
        rows = [(weight, basis or 0) for business, weight, basis in lines if business is mine]
        weight = sum(one for one, _basis in rows)
        expected = None if not weight else sum(one * basis for one, basis in rows) // weight
        assert value == expected
    both = [one for one in (found.business, found.organisation) if one is not None]
    assert (found.together is None) == (not both)
    if found.together is not None:
        assert min(both) <= found.together <= max(both) + 1
