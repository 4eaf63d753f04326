"""Who inspects what, who may not, and what can be found: the rules, without a database."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules.conflicts import Conflict, blocked_pairs, conflicts_in
from plumbline.assessment.rules.distribution import distribute, spread_days
from plumbline.assessment.rules.findings import Draft, Flaw, check_draft, checklist, counted_on
from tests.assessment.schemes import shipped

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
TEAMS = [101, 102, 103, 104]

pairs = st.sets(st.tuples(st.sampled_from(TEAMS), st.integers(1, 30)), max_size=60)


def loads(found: dict[int, int], teams: list[int]) -> list[int]:
    counted = Counter(found.values())
    return [counted[team] for team in teams]


@given(st.integers(0, 40), st.integers(1, 4))
def test_without_conflicts_no_team_has_two_units_more_than_another(units: int, teams: int) -> None:
    found = distribute(range(units), TEAMS[:teams])
    assert found.left == ()
    spread = loads(dict(found.team_of), TEAMS[:teams])
    assert sum(spread) == units
    assert max(spread) - min(spread) <= 1


@given(st.integers(0, 30), pairs)
def test_nobody_is_sent_where_they_may_not_go_and_nobody_is_left_who_could_be_visited(
    units: int, blocked: set[tuple[int, int]]
) -> None:
    found = distribute(range(units), TEAMS, blocked)
    assert not {(team, unit) for unit, team in found.team_of.items()} & blocked
    assert set(found.left) == {unit for unit in range(units) if all((team, unit) in blocked for team in TEAMS)}
    assert set(found.team_of) | set(found.left) == set(range(units))


@settings(max_examples=150)
@given(st.integers(1, 6), st.sets(st.tuples(st.sampled_from(TEAMS[:3]), st.integers(0, 5)), max_size=12))
def test_no_other_distribution_is_more_even(units: int, blocked: set[tuple[int, int]]) -> None:
    teams = TEAMS[:3]
    found = distribute(range(units), teams, blocked)
    placed = [unit for unit in range(units) if unit not in found.left]
    best = min(
        sum(load**2 for load in loads(dict(zip(placed, choice, strict=True)), teams))
        for choice in product(teams, repeat=len(placed))
        if not {(team, unit) for unit, team in zip(placed, choice, strict=True)} & blocked
    )
    assert sum(load**2 for load in loads(dict(found.team_of), teams)) == best


@given(st.integers(1, 30), pairs, st.dictionaries(st.integers(0, 29), st.sampled_from(TEAMS), max_size=10))
def test_what_is_fixed_stays_and_weighs(units: int, blocked: set[tuple[int, int]], fixed: dict[int, int]) -> None:
    found = distribute(range(units), TEAMS, blocked, fixed)
    assert not set(found.team_of) & set(fixed)
    assert set(found.team_of) | set(found.left) == set(range(units)) - set(fixed)
    assert distribute(range(units), TEAMS, blocked, fixed) == found  # the same whenever it is asked
    if not blocked:
        new = loads({**fixed, **found.team_of}, TEAMS)
        old = loads(fixed, TEAMS)
        grown = [after for after, before in zip(new, old, strict=True) if after > before]
        assert not grown or max(grown) - min(new) <= 1


def test_a_chain_of_exchanges_makes_room() -> None:
    """Team 2 may go to unit 3 alone: unit 3 must be hers, although team 1 could have taken it."""
    blocked = {(2, 1), (2, 2)}
    assert distribute([3, 1], [1, 2], blocked).team_of == {3: 2, 1: 1}
    assert distribute([1, 3, 2], [1, 2], blocked).team_of == {1: 1, 3: 2, 2: 1}


@given(st.integers(0, 60), st.integers(0, 15))
def test_visits_are_spread_over_all_days_in_order(units: int, count: int) -> None:
    days = [date(2026, 12, 1) + timedelta(days=one) for one in range(count)]
    found = spread_days(range(units), days)
    if not days:
        assert found == {}
        return
    assert list(found) == list(range(units))
    assert list(found.values()) == sorted(found.values())
    if units:
        held = Counter(found.values())
        assert max(held.values()) - min(held[day] for day in days) <= 1


def test_a_team_goes_nowhere_where_one_of_its_members_may_not_go() -> None:
    ties = [Conflict(7, 1, "member"), Conflict(8, 2, "declared", "my wife works there"), Conflict(9, 3, "post", "Head")]
    assert blocked_pairs({10: [7, 8], 20: [8], 30: []}, ties) == {(10, 1), (10, 2), (20, 2)}
    assert conflicts_in(ties, [8, 9], [2, 3]) == (ties[1], ties[2])
    assert conflicts_in(ties, [7], [2]) == ()


TREE = """
code: mine
title: Mine
tree:
  - code: A
    name: First
    points: 10
    children:
      - code: A1
        name: Records
        points: 5
        rules:
          - {type: flaw, source: {kind: finding.recorded, where: {criterion: thin}}, deduct: 1, text: records are thin}
          - {type: flaw, source: {kind: finding.recorded, where: {criterion: thin, level: grave}}, deduct: 1}
      - code: A2
        name: Venue
        points: 5
        rules:
          - {type: tier, source: {kind: finding.recorded, where: {criterion: venue}}, levels: {good: 5, fair: 3, poor: 0}}
  - code: B
    name: Standards
    points: 3
    rules:
      - {type: standards, source: {kind: finding.recorded}, standards: [plan, record], award: [0, 1, 3]}
  - code: C
    name: Meetings
    points: 1
    rules:
      - {type: missing, source: {kind: meeting.held}, required: 1, deduct: 1}
vetoes:
  - {code: fraud, text: Fraud, source: {kind: finding.recorded, where: {criterion: fraud}}, effect: fail}
  - {code: last, text: Last places, bottom: 1, effect: bar_top}
bands: [{grade: good, min: 10}, {grade: fair, min: 0}]
"""


def items() -> tuple:  # type: ignore[type-arg]
    return checklist(schemes.load_yaml(TREE))


def test_the_checklist_is_the_schemes_own_tree() -> None:
    found = {item.node: item for item in items()}
    assert list(found) == ["A", "A1", "A2", "B", "C", ""]
    assert [point.criterion for point in found["A1"].points] == ["thin"]
    thin = found["A1"].points[0]
    assert (thin.words.en, thin.detail, thin.options, thin.optional) == ("records are thin", "level", ("grave",), True)
    assert found["A2"].points[0].options == ("good", "fair", "poor")
    assert [point.criterion for point in found["B"].points] == ["plan", "record"]
    assert found["C"].points == ()
    assert [point.criterion for point in found[""].points] == ["fraud"]
    assert not found["A"].is_leaf


def test_the_shipped_scheme_offers_its_flaws() -> None:
    found = {
        item.node: [point.criterion for point in item.points]
        for item in checklist(schemes.load_yaml(shipped("routine_work")))
    }
    assert found["1.1"] == ["no_plan", "vague_measures"]
    assert found["1.2"] == []
    assert found["2.2"] == ["no_target_method", "no_result", "no_demonstration_point"]


@pytest.mark.parametrize(
    ("draft", "flaws"),
    [
        (Draft("A1", "thin", NOW, detail="grave"), []),
        (Draft("A1", "thin", NOW), []),
        (Draft("A1", "thin", NOW, detail="slight"), [Flaw("detail", "unknown_detail")]),
        (Draft("A2", "venue", NOW), [Flaw("detail", "detail_missing")]),
        (Draft("A2", "venue", NOW, detail="splendid"), [Flaw("detail", "unknown_detail")]),
        (Draft("B", "plan", NOW), []),
        (Draft("C", "C", NOW, note="the minutes lie in a drawer"), []),
        (Draft("C", "C", NOW, note="  "), [Flaw("note", "note_missing")]),
        (Draft("A", "A", NOW, note="no leaf"), [Flaw("criterion", "unknown_criterion")]),
        (Draft("", "fraud", NOW), []),
        (Draft("", "", NOW), [Flaw("criterion", "unknown_criterion")]),
        (Draft("Z", "thin", NOW), [Flaw("node", "unknown_node")]),
        (Draft("D1", "x", NOW), [Flaw("node", "unknown_node")]),
        (Draft("B", "thin", NOW), [Flaw("criterion", "unknown_criterion")]),
        (Draft("B", "plan", NOW, times=0), [Flaw("times", "times")]),
        (Draft("B", "plan", NOW, times=1_001), [Flaw("times", "times")]),
        (Draft("B", "plan", NOW + timedelta(days=2)), [Flaw("seen_at", "future")]),
    ],
)
def test_a_finding_is_complete_or_says_what_is_missing(draft: Draft, flaws: list[Flaw]) -> None:
    assert check_draft(draft, items(), exempt=(), now=NOW) == flaws


def test_what_does_not_apply_cannot_be_found() -> None:
    assert check_draft(Draft("B", "plan", NOW), items(), exempt=["B"], now=NOW) == [Flaw("node", "exempt")]


@given(st.dates(date(2025, 1, 1), date(2028, 1, 1)))
def test_a_finding_counts_on_the_day_it_was_seen_at_the_latest_on_the_last_of_the_period(seen: date) -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    day = counted_on(seen, first, last)
    if seen < first:
        assert day is None
    else:
        assert day is not None
        assert first <= day <= last
        assert day == seen or (day == last and seen > last)


def test_a_rule_that_reads_levels_without_naming_them_leaves_none_to_choose() -> None:
    rule = "{type: rank_decrement, source: {kind: finding.recorded, where: {criterion: x}}, attribute: level, base: 1, step: 2%}"
    text = f"code: odd\ntitle: Odd\ntree:\n  - {{code: A, name: First, points: 1, rules: [{rule}]}}\n"
    (item,) = checklist(schemes.load_yaml(text))
    assert item.points[0].options == ()
    assert check_draft(Draft("A", "x", NOW), [item], exempt=(), now=NOW) == []
