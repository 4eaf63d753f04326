"""Groups of evaluators as values: which votes a scheme reads, what a count says, and the sheet by which votes come in."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.assessment.rules import evaluators as rule
from plumbline.assessment.rules.evaluators import Flag
from plumbline.assessment.rules.scheme import load_yaml
from plumbline.assessment.rules.votes_sheet import read_votes
from plumbline.kernel.tables import Row, SheetError, Table
from tests.assessment.schemes import shipped

VOTES = """
code: votes
title: Votes
tree:
  - code: A
    name: Vote
    points: 60
    weight: 0.5
    rules:
      - type: vote_bands
        source: {kind: ballot.row, where: {question: q}}
        options: [good]
        ignored: [blank]
        bands: [{share: 0.9, points: 60}]
        fallback: {options: [poor], below: 1/3, points: 30, otherwise: 0}
  - code: B
    name: Rankings
    points: 40
    weight: 0.3
    rules: [{type: rank_decrement, source: {kind: ballot.ranking, where: {question: [q, r]}}, base: 40, step: 2%}]
  - code: X
    name: Bonus
    kind: bonus
    points: 5
    rules: [{type: option_mean, source: {kind: survey.answers, where: {question: s}}, values: {yes: 100, no: 0, dont_know: null}}]
  - code: R
    name: Result
    points: 1
    weight: 0.2
    rules: [{type: result, source: {kind: performance.result, where: {indicator: x}}}]
gates:
  - code: g
    text: vote
    metric: {source: {kind: ballot.row, where: {question: q}}, attribute: option, options: [good, fair], ignored: [blank]}
    below: 60%
    missing: passes
    excludes: [high]
  - code: h
    text: survey
    metric: {source: {kind: survey.answers, where: {question: t}}, attribute: option, options: [yes]}
    below: 60%
    missing: passes
    excludes: [high]
  - code: i
    text: other
    metric: {source: {kind: finding.recorded, where: {criterion: t}}, attribute: choice, options: [yes]}
    below: 60%
    missing: passes
    excludes: [high]
bands: [{min: 50, grade: high}, {min: 0, grade: low}]
"""


def test_a_group_is_what_a_rule_reads() -> None:
    vote, rank, survey, gate = rule.groups_of(load_yaml(VOTES))
    assert (vote.code, vote.options, vote.ignored) == ("A/1", ("good", "poor", "blank", "fair"), {"blank"})
    assert [(one.rule, one.node) for one in vote.readers] == [("A/1", "A"), ("gate:g", "")]
    assert vote.columns == ("good", "poor", "blank", "fair", "other")
    assert (rank.ranks, rank.is_single, vote.is_single) == (True, False, True)
    assert (survey.ignored, gate.code, gate.options) == ({"dont_know"}, "gate:h", ("yes",))
    assert vote.takes("ballot.row", {"question": "q"})
    assert not vote.takes("ballot.row", {"question": "other"})
    assert not vote.takes("ballot.ranking", {"question": "q"})


def test_weights_are_the_points_of_the_scheme() -> None:
    weights = rule.weights_of(load_yaml(VOTES))
    whole = Fraction(60) / 2 + 12 + Fraction(1, 5)
    assert (weights["A"], weights["B"], weights["X"]) == (30 / whole, 12 / whole, None)
    found = {one.code: one.readers[0].weight for one in rule.groups_of(load_yaml(shipped("cadre_work")))}
    assert found["1.1/1"] == Fraction(6, 100)
    assert sum(weight or 0 for weight in found.values()) == 1


@pytest.mark.parametrize(
    ("votes", "asked", "expected"),
    [
        ([], 10, Flag.EMPTY), ([("a", 11)], 10, Flag.OVER), ([("a", 4)], 10, Flag.TURNOUT), ([("a", 5)], 10, Flag.NONE),
        ([("a", 3), ("b", 1)], None, Flag.SAMPLE), ([("a", 5)], None, Flag.NONE), ([("a", 4)], 4, Flag.SAMPLE),
    ],
)  # fmt: skip
def test_what_is_noticed_of_a_count(votes: list[tuple[str, int]], asked: int | None, expected: Flag) -> None:
    group = rule.groups_of(load_yaml(VOTES))[0]
    found = rule.count(group, votes, asked)
    assert rule.flag(found, least_turnout=5_000, least_answers=5) is expected


def test_those_who_do_not_know_answered() -> None:
    survey = rule.groups_of(load_yaml(VOTES))[2]
    found = rule.count(survey, [("yes", 2), ("dont_know", 1), ("strange", 1)], 9)
    assert (found.answers, found.ignored, found.is_private) == (4, 1, True)
    assert list(found.by_option) == ["yes", "no", "dont_know", "strange"]


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.integers(0, 10_000))
def test_turnout_compares_exactly(answers: int, asked: int, least: int) -> None:
    group = rule.groups_of(load_yaml(VOTES))[0]
    found = rule.flag(rule.count(group, [("good", answers)], asked), least_turnout=least, least_answers=0)
    low = Fraction(answers, asked) < Fraction(least, 10_000)
    assert (found is Flag.TURNOUT) == (0 < answers <= asked and low)


def table(headers: list[str], *rows: list[object]) -> Table:
    return Table(
        tuple(headers),
        tuple(Row(place, dict(zip(headers, row, strict=True))) for place, row in enumerate(rows, start=2)),  # type: ignore[arg-type]
    )


HEAD = ["unit code", "unit", "asked", "good", "poor"]
UNITS = {"B1": 1, "B2": 2}


def test_a_sheet_says_numbers_none_and_nothing() -> None:
    first, second = read_votes(table(HEAD, ["B1", "x", 9, 5, 0], ["B2", None, None, None, 3]), ("good", "poor"), UNITS)
    assert (first.unit_id, first.asked, first.numbers) == (1, 9, {"good": 5, "poor": 0})
    assert (second.asked, second.numbers) == (None, {"poor": 3})


@pytest.mark.parametrize(
    ("head", "rows", "place", "words"),
    [
        (HEAD[:3], [], (1, None), "first three columns"),
        ([*HEAD, "bad"], [], (1, "F"), "is no option"),
        (HEAD, [["B9", "", 1, 1, 1]], (2, "A"), "B9 is assessed in no class"),
        (HEAD, [["B1", "", 9, 1, 1], ["B1", "", 9, 1, 1]], (3, "A"), "twice"),
        (HEAD, [["B1", "", 9, 1.5, 1]], (2, "D"), "no whole number"),
        (HEAD, [["B1", "", 9, -1, 1]], (2, "D"), "no whole number"),
        (HEAD, [["B1", "", True, 1, 1]], (2, "C"), "no whole number"),
        (HEAD, [["B1", "", 3, 2, 2]], (2, "C"), "4 votes, but only 3"),
        (HEAD, [], (None, None), "no row"),
    ],
)
def test_faults_are_named_by_row_and_column(
    head: list[str], rows: list[list[object]], place: tuple[int | None, str | None], words: str
) -> None:
    with pytest.raises(SheetError) as caught:
        read_votes(table(head, *rows), ("good", "poor"), UNITS)
    (problem,) = caught.value.problems
    assert (problem.row, problem.column) == place
    assert words in problem.message
