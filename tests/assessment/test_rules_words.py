"""Rules, what they found, and the steps to the grade, as sentences in both languages."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from plumbline.assessment.rules import explain
from plumbline.assessment.rules.explain import Hit
from plumbline.assessment.rules.scheme import Scheme, from_document, load_yaml
from tests.assessment.schemes import changed

P = 1_000_000
SOURCE = {"kind": "finding.recorded"}
BANDS = [{"min": 90, "points": 0}, {"min": 0, "points": -2.5}]


def rule_of(written: dict[str, Any]) -> Any:
    """Return a rule of a scheme that passes the checks."""
    leaf = {"code": "1", "name": "x", "points": 4, "start": "full", "rules": [{"text": "T"} | written]}
    return from_document(changed(("tree", 0), leaf)).tree[0].rules[0]


WORDS: list[tuple[dict[str, Any], str]] = [
    (
        {"type": "missing", "source": SOURCE | {"per": "quarter"}, "required": 4, "deduct": 0.5},
        "T: 4 are required (counted in quarters); each one missing costs 0.5",
    ),
    (
        {"type": "missing", "source": SOURCE, "required": 4, "deduct": 0.5},
        "T: 4 are required (counted in times); each one missing costs 0.5",
    ),
    ({"type": "flaw", "source": SOURCE, "deduct": 1}, "T: costs 1 if it is found"),
    ({"type": "flaw", "source": SOURCE, "deduct": 1, "when": "absent"}, "T: costs 1 if it is not there"),
    (
        {"type": "flaw", "source": SOURCE | {"where": {"criterion": ["a", "b"]}}, "deduct": 1, "text": ""},
        "finding.recorded (criterion: a / b): costs 1 if it is found",
    ),
    ({"type": "tier", "source": SOURCE, "levels": {"A": 2, "B": 1.5}}, "T: the latest level counts (A = 2, B = 1.5)"),
    (
        {"type": "standards", "source": SOURCE, "standards": ["a", "b"], "award": [0, 1, 3]},
        "T: how many of 2 standards are met (0 = 0, 1 = 1, 2 = 3)",
    ),
    (
        {"type": "rank", "source": SOURCE, "table": [6, 5, 4, 3, 2, 1]},
        "T: the place within the class gives 6, 5, 4, 3, 2…; later places 0",
    ),
    ({"type": "ratio_to_best", "source": SOURCE, "base": 4}, "T: own value / best value of the class × 4"),
    (
        {
            "type": "vote_bands",
            "source": SOURCE,
            "options": ["a"],
            "bands": [{"share": "2/3", "points": 4}, {"share": 0.5, "points": 1}],
            "fallback": {"options": ["b", "c"], "below": "1/3", "points": 3, "otherwise": 2},
        },
        "T: share of votes “a” (≥ 2/3 = 4, ≥ 50 % = 1); below: 3 where “b, c” are fewer than 1/3 of the votes, else 2",
    ),
    ({"type": "each", "source": SOURCE, "points": 2, "cap": 4}, "T: each gives 2; at most 4"),
    ({"type": "result", "source": SOURCE}, "T: the reported result is the points"),
    ({"type": "assessed", "least": -7, "most": -2}, "T: an assessor chooses between −7 and −2 points, with a reason"),
    (
        {"type": "assessed", "least": -7, "most": -2, "text": ""},
        "assessor's judgement: an assessor chooses between −7 and −2 points, with a reason",
    ),
    (
        {"type": "repeat", "source": SOURCE, "costs": [0.5, "all"]},
        "T: found once, twice and so on costs 0.5, all points; every further time counts as the last",
    ),
    ({"type": "repeat", "source": SOURCE, "costs": ["all"]}, "T: found once or more costs all points"),
    (
        {"type": "excess", "source": SOURCE, "limit": "class_average", "deduct": 0.5},
        "T: the limit is the average of the class; each 1 above it costs 0.5",
    ),
    (
        {"type": "excess", "source": SOURCE, "limit": 45, "deduct": 0.5, "cap": 2},
        "T: the limit is 45; each 1 above it costs 0.5; at most 2",
    ),
    (
        {"type": "shortfall", "source": SOURCE, "target": "class_average", "step": 2, "deduct": 0.5},
        "T: the target is the average of the class; each 2 below it costs 0.5",
    ),
    ({"type": "multiplied", "source": SOURCE, "factor": 10}, "T: points lost there cost 10 times as many here"),
    (
        {"type": "multiplied", "source": SOURCE, "factor": 10, "effect": "add"},
        "T: points gained there give 10 times as many here",
    ),
    (
        {"type": "severity", "source": SOURCE, "attribute": "level", "costs": {"light": 3}},
        "T: each severity costs its points (light = 3); of one case in one department only the heaviest counts",
    ),
    (
        {"type": "rank_decrement", "source": SOURCE, "base": 200, "step": "2%"},
        "T: first place is worth 200, each place lower 2 % of it less; the mean of all rankings counts",
    ),
    (
        {"type": "option_mean", "source": SOURCE, "values": {"a": 100, "b": None}},
        "T: the mean of the answers (a = 100, b = not counted)",
    ),
    (
        {"type": "option_mean", "source": SOURCE, "values": {"a": 100}, "base": 4},
        "T: the mean of the answers (a = 100), the best of them worth 4",
    ),
    (
        {"type": "sub_score", "of": "2", "bands": BANDS},
        "T: the score of 2 falls into a band (≥ 90 % = 0, ≥ 0 % = −2.5)",
    ),
    (
        {
            "type": "sub_score",
            "of": "2",
            "measure": "points",
            "text": "",
            "bands": [{"min": 0, "points": -1, "excludes": ["good"]}],
        },
        "score of 2: the score of 2 falls into a band (≥ 0 = −1); low bands shut out grades",
    ),
]


@pytest.mark.parametrize(("written", "words"), WORDS)
def test_a_rule_is_one_sentence(written: dict[str, Any], words: str) -> None:
    rule = rule_of(written)
    assert explain.rule_words(rule) == words
    with translation.override("zh-hans"):
        told = explain.rule_words(rule)
        assert told != words
        assert not any(word in told for word in ("costs", "points", "mean", "score", "assessor")), told


HITS: list[tuple[dict[str, Any], Hit, str]] = [
    (
        {"type": "missing", "source": SOURCE, "required": 4, "deduct": 0.5},
        Hit(1, 3, -P // 2, -P // 2),
        "3 of 4: 1 is missing: −0.5 points",
    ),
    (
        {"type": "missing", "source": SOURCE, "required": 4, "deduct": 0.5},
        Hit(0, 6, 0, 0),
        "6 of 4: nothing is missing: 0 points",
    ),
    ({"type": "flaw", "source": SOURCE, "deduct": 1}, Hit(1, 2, -P, -P), "it was found: −1 points"),
    ({"type": "flaw", "source": SOURCE, "deduct": 1, "when": "absent"}, Hit(0, 2, 0, 0), "it is there: 0 points"),
    (
        {"type": "tier", "source": SOURCE, "levels": {"A": 2}},
        Hit(1, 2 * P, 2 * P, 2 * P),
        "the level found gives 2: 2 points",
    ),
    (
        {"type": "standards", "source": SOURCE, "standards": ["a", "b"], "award": [0, 1, 3]},
        Hit(1, 1, P, P),
        "1 of 2 standards are met: 1 points",
    ),
    ({"type": "rank", "source": SOURCE, "table": [6]}, Hit(1, 9, 6 * P, 6 * P), "place 1 within the class: 6 points"),
    (
        {"type": "ratio_to_best", "source": SOURCE, "base": 4},
        Hit(9 * P, 3 * P, P, P),
        "own 3, best of the class 9: 1 points",
    ),
    (
        {"type": "ratio_to_best", "source": SOURCE | {"measure": "facts"}, "base": 4},
        Hit(9, 3, P, P),
        "own 3, best of the class 9: 1 points",
    ),
    (
        {"type": "each", "source": SOURCE, "points": 2, "cap": 4},
        Hit(3, 3, 6 * P, 4 * P),
        "counted: 3: 4 points (6 before the limit)",
    ),
    ({"type": "result", "source": SOURCE}, Hit(1, 3 * P, 3 * P, 3 * P), "reported: 3: 3 points"),
    ({"type": "assessed", "least": -7, "most": -2}, Hit(1, -3 * P, -3 * P, -3 * P), "the assessor chose −3: −3 points"),
    (
        {"type": "assessed", "least": -7, "most": -2},
        Hit(1, -9 * P, -7 * P, -7 * P),
        "the assessor chose −9, held within the range: −7 points",
    ),
    ({"type": "assessed", "least": -7, "most": -2}, Hit(0, 0, 0, 0), "no assessor chose points: 0 points"),
    (
        {"type": "repeat", "source": SOURCE, "costs": [0.5, "all"]},
        Hit(2, 2, -4 * P, -4 * P),
        "found: 2 times: −4 points",
    ),
    (
        {"type": "excess", "source": SOURCE, "limit": 45, "deduct": 0.5},
        Hit(3, 48 * P, -3 * P // 2, -3 * P // 2, 45 * P),
        "the value is 48, the limit 45: 3 steps above it: −1.5 points",
    ),
    (
        {"type": "excess", "source": SOURCE, "limit": 45, "deduct": 0.5},
        Hit(0, 40 * P, 0, 0, 45 * P),
        "the limit is kept: 0 points",
    ),
    (
        {"type": "shortfall", "source": SOURCE, "target": 20, "step": 1, "deduct": 0.5},
        Hit(2, 18 * P, -P, -P, 20 * P),
        "the value is 18, the target 20: 2 steps below it: −1 points",
    ),
    (
        {"type": "shortfall", "source": SOURCE, "target": 20, "step": 1, "deduct": 0.5},
        Hit(0, 21 * P, 0, 0, 20 * P),
        "the target is reached: 0 points",
    ),
    (
        {"type": "multiplied", "source": SOURCE, "factor": 10},
        Hit(1, 300_000, -3 * P, -3 * P),
        "reported from there: 0.3: −3 points",
    ),
    (
        {"type": "severity", "source": SOURCE, "costs": {"light": 3}},
        Hit(1, 2, -3 * P, -3 * P),
        "1 case counted, of 2 filed: −3 points",
    ),
    (
        {"type": "rank_decrement", "source": SOURCE, "base": 200, "step": "2%"},
        Hit(2, 2, 196 * P, 196 * P, 1),
        "2 rankings, 1 of them first: 196 points",
    ),
    (
        {"type": "option_mean", "source": SOURCE, "values": {"a": 100}},
        Hit(50, 40, 100 * P, 100 * P, 0),
        "40 of 50 answers counted, 20.00 % not: 100 points",
    ),
    (
        {"type": "option_mean", "source": SOURCE, "values": {"a": 100}, "satisfied": ["a"], "base": 4},
        Hit(50, 40, 4 * P, 4 * P, 30),
        "40 of 50 answers counted, 20.00 % not; satisfied: 30, 75.00 % of those counted: 4 points",
    ),
    (
        {"type": "option_mean", "source": SOURCE, "values": {"a": 100}},
        Hit(9, None, 0, 0, 0),
        "not reported: none of the 9 answers counts",
    ),
    (
        {"type": "option_mean", "source": SOURCE, "values": {"a": 100}},
        Hit(0, None, 0, 0),
        "not reported: nothing was filed for this rule",
    ),
    (
        {"type": "sub_score", "of": "2", "bands": BANDS},
        Hit(1, 93_500_000, 0, 0, 5_610_000),
        "2 reached 93.50 %: 0 points",
    ),
    (
        {"type": "sub_score", "of": "2", "measure": "points", "bands": BANDS},
        Hit(1, 5_610_000, -5 * P // 2, -5 * P // 2, 5_610_000),
        "2 reached 5.61: −2.5 points",
    ),
    (
        {"type": "sub_score", "of": "2", "bands": BANDS},
        Hit(0, None, 0, 0, 0),
        "2 has no score: nothing is given or taken",
    ),
    (
        {
            "type": "vote_bands",
            "source": SOURCE,
            "options": ["a"],
            "bands": [{"share": "60%", "points": 4}],
            "fallback": {"options": ["b"], "below": "1/3", "points": 3, "otherwise": 2},
        },
        Hit(59, 100, 3 * P, 3 * P, 33),
        "59 of 100 votes counted, 59.00 %; below all bands, the votes “b” decide: 33, 33.00 %: 3 points",
    ),
    (
        {
            "type": "vote_bands",
            "source": SOURCE,
            "options": ["a"],
            "bands": [{"share": "60%", "points": 4}],
            "fallback": {"options": ["b"], "below": "1/3", "points": 3, "otherwise": 2},
        },
        Hit(60, 100, 4 * P, 4 * P, 33),
        "60 of 100 votes counted, 60.00 %: 4 points",
    ),
]


@pytest.mark.parametrize(("written", "hit", "words"), HITS)
def test_what_a_rule_found_is_one_sentence(written: dict[str, Any], hit: Hit, words: str) -> None:
    rule = rule_of(written)
    assert explain.hit_words(rule, hit) == words
    with translation.override("zh-hans"):
        told = explain.hit_words(rule, hit)
        assert not any(
            word in told
            for word in ("points", "counted", "assessor", "limit", "found", "reached", "missing", "met", "place", "own")
        ), told


def test_what_there_is_not_is_a_dash() -> None:
    assert (explain.points(None), explain.percent(1, 0)) == ("–", "–")


def everything() -> Scheme:
    return load_yaml((Path(__file__).parent / "everything.yaml").read_text())


STEPS = [
    (("score", "", "", "good", 60 * P, 1), "A score of 60 is “good”."),
    (
        ("gate", "g", "good", "fair", 4, 10),
        "Gate “satisfaction”: 40.00 %, at least 50 % is asked for: “good” becomes “fair”.",
    ),
    (
        ("gate", "g", "fair", "fair", 0, 0),
        "Gate “satisfaction”: not reported, at least 50 % is asked for: it changes nothing.",
    ),
    (("bar", "1.4/3", "good", "fair", 70, 100), "Sub-score “score of 2”: 70.00 %: “good” becomes “fair”."),
    (
        ("direct", "d1", "fair", "good", 3, 2),
        "Direct qualification “honoured” (3 found, 2 needed): “fair” becomes “good”.",
    ),
    (
        ("condition", "c1", "good", "fair", 0, 1),
        "“good” also needs “innovation” (0 found, 1 needed): “good” becomes “fair”.",
    ),
    (("veto", "v1", "good", "poor", 5, 5), "Veto “fails” (5 found): “good” becomes “poor”."),
    (
        ("veto", "v4", "good", "average", 1, 2),
        "Veto “last places” (place 1 from the end, the last 2 count): “good” becomes “average”.",
    ),
    (("quota", "good", "good", "good", 1, 3), "Quota for “good”: place 1 of 3 let in: it changes nothing."),
]


@pytest.mark.parametrize(("row", "words"), STEPS)
def test_a_step_to_the_grade_is_one_sentence(row: tuple[str, str, str, str, int, int], words: str) -> None:
    step, rule, before, after, numerator, denominator = row
    columns: dict[str, Any] = {
        "step": step,
        "rule": rule,
        "before": before,
        "after": after,
        "numerator": numerator,
        "denominator": denominator,
    }
    assert explain.step_words(everything(), **columns) == words
    with translation.override("zh-hans"):
        assert not any(word in explain.step_words(everything(), **columns) for word in ("found", "becomes", "changes"))


def test_a_sub_score_in_points_bars_by_points() -> None:
    looks = {
        "type": "sub_score",
        "of": "2",
        "measure": "points",
        "text": "100 %",
        "bands": [{"min": 0, "points": 0, "excludes": ["good"]}],
    }
    scheme = from_document(changed(("tree", 0, "rules", 1), looks))
    told = explain.step_words(
        scheme, step="bar", rule="1/2", before="good", after="fair", numerator=3 * P, denominator=P
    )
    assert told == "Sub-score “100 %”: 3: “good” becomes “fair”."
