"""Faults between rules and between steps, each named with its place and how to mend it."""

from decimal import Decimal
from typing import Any

import pytest

from plumbline.assessment.rules.scheme import RepeatRule, from_document
from plumbline.assessment.rules.scheme.limits import all_of
from plumbline.assessment.rules.scheme.order import circle, strata
from tests.assessment.schemes import SMALL, changed
from tests.assessment.test_rules_scheme import RULE, faults

RESULT = {"type": "result", "source": {"kind": "performance.result"}}
FOUND = {"kind": "finding.recorded"}
REPEAT = {"type": "repeat", "source": FOUND, "costs": [0.5, "all"]}
JUDGED = {"type": "assessed", "least": -3, "most": -1}


def looks_at(code: str, **more: Any) -> dict[str, Any]:
    return {"type": "sub_score", "of": code, "bands": [{"min": 90, "points": 0}, {"min": 0, "points": -1}]} | more


LEAF = ("tree", 0, "rules", 1)
CASES: list[tuple[tuple[str | int, ...], Any, str, str]] = [
    (LEAF, looks_at("9"), "tree[0].rules[1].of", "There is no indicator with the code 9"),
    (LEAF, looks_at("2", bands=[{"min": 60, "points": -1}]), "tree[0].rules[1].bands", "below 60 falls into no band"),
    (
        LEAF,
        looks_at("2", bands=[{"min": 0, "points": -1}, {"min": 0, "points": 0}]),
        "tree[0].rules[1].bands[0].min",
        "Two bands begin at 0",
    ),
    (
        LEAF,
        looks_at("2", bands=[{"min": 0, "points": -1, "excludes": ["great"]}]),
        "tree[0].rules[1].bands[0].excludes[0]",
        "There is no band with the grade “great”",
    ),
    (
        LEAF,
        looks_at("2", bands=[{"min": 0, "points": -1, "excludes": ["good", "fair", "poor"]}]),
        "tree[0].rules[1].bands[0].excludes",
        "shuts out every grade",
    ),
    (LEAF, looks_at("1"), "tree[0].rules[1].of", "in a circle: 1 → 1. Let one"),
    (LEAF, REPEAT | {"cap": 1}, "tree[0].rules[1].cap", "A rule that takes “all” has no “cap”"),
    (
        ("tree", 0),
        {"code": "1", "name": "x", "points": 4, "start": "full", "rules": [RESULT, REPEAT]},
        "tree[0].rules[1].costs",
        "How much “all” of 1 is cannot be told",
    ),
    (
        ("tree", 2),
        {"code": "3", "name": "x", "kind": "deduction", "rules": [REPEAT]},
        "tree[2].rules[0].costs",
        "a deduction its points",
    ),
    (("tree", 0, "rules"), [JUDGED, JUDGED], "tree[0].rules[1]", "1 has two rules by which an assessor chooses points"),
    (LEAF, JUDGED | {"least": -1}, "tree[0].rules[1].assessed", "“least” must be below “most”"),
    (
        ("tree", 2),
        {"code": "3", "name": "x", "kind": "deduction", "rules": [{"type": "assessed", "least": 1, "most": 3}]},
        "tree[2].rules[0]",
        "3 is a deduction, and this rule only gives points",
    ),
    (
        ("tree", 2),
        {"code": "3", "name": "x", "kind": "bonus", "not_applicable": "full", "rules": [RESULT]},
        "tree[2].not_applicable",
        "gives and takes nothing",
    ),
    (("tree", 0, "beyond_ceiling"), True, "tree[0].beyond_ceiling", "Only a bonus of the first level"),
    (("ceiling",), 9, "ceiling", "The ceiling of 9 lies below the points of the first level"),
    (("steps",), ["gates", "gates"], "steps[0]", "The step “gates” stands twice"),
    (
        ("conditions",),
        [{"code": "c", "text": "x", "grade": "poor", "source": FOUND}],
        "conditions[0].grade",
        "The lowest grade cannot",
    ),
    (
        ("conditions",),
        [{"code": "c", "text": "x", "grade": "great", "source": FOUND}],
        "conditions[0].grade",
        "no band with the grade",
    ),
    (
        ("direct",),
        [{"code": "d", "text": "x", "grade": "fair", "no_worse_than": "good", "source": FOUND}],
        "direct[0].no_worse_than",
        "a grade below the one that is given",
    ),
    (
        ("direct",),
        [{"code": "d", "text": "x", "grade": "good", "no_worse_than": "great", "source": FOUND}],
        "direct[0].no_worse_than",
        "no band with the grade",
    ),
    (("vetoes",), [{"code": "v", "text": "x", "effect": "fail"}], "vetoes[0]", "either a “source” or “bottom”"),
    (
        ("vetoes",),
        [{"code": "v", "text": "x", "effect": "fail", "bottom": 3, "source": FOUND}],
        "vetoes[0]",
        "either a “source”",
    ),
    # Printed tables with whole numbers leave a hole between 89 and 90.
    (
        ("bands", 1, "below"),
        "8.9",
        "bands[1].below",
        "a score in it would have no grade. Write “below: 9”, or leave “below” out",
    ),
    (
        (*RULE,),
        {"type": "excess", "source": FOUND, "limit": 3, "step": 0, "deduct": 1},
        "tree[0].rules[0].excess",
        "“step” must be more",
    ),
    (
        (*RULE,),
        {"type": "shortfall", "source": FOUND, "target": "average", "step": 1, "deduct": 1},
        "tree[0].rules[0].shortfall.target.literal['class_average']",
        "“average” is not possible here. Possible are: 'class_average'",
    ),
    (
        (*RULE,),
        {"type": "multiplied", "source": FOUND | {"measure": "facts"}, "factor": 2},
        "tree[0].rules[0].multiplied",
        "What is multiplied is the reported quantity",
    ),
    (
        (*RULE,),
        {"type": "multiplied", "source": FOUND, "factor": 1001},
        "tree[0].rules[0].multiplied.factor",
        "must be 1000 or less",
    ),
    (
        (*RULE,),
        {"type": "rank_decrement", "source": FOUND, "base": 2, "step": "0.01%"},
        "tree[0].rules[0].rank_decrement",
        "a share of at least 0.1 %",
    ),
    (
        (*RULE,),
        {"type": "option_mean", "source": FOUND, "values": {"a": 1001}},
        "tree[0].rules[0].option_mean.values.a",
        "0 and 1,000",
    ),
    (
        (*RULE,),
        {"type": "option_mean", "source": FOUND, "values": {"a": 0, "b": None}},
        "tree[0].rules[0].option_mean",
        "At least one option needs a value above 0",
    ),
    (
        (*RULE,),
        {"type": "option_mean", "source": FOUND, "values": {"a": 1, "b": None}, "satisfied": ["b"]},
        "tree[0].rules[0].option_mean",
        "“satisfied” names “b”, which is not counted",
    ),
    (
        (*RULE,),
        {"type": "repeat", "source": FOUND, "costs": []},
        "tree[0].rules[0].repeat.costs",
        "At least 1 is needed here",
    ),
]


@pytest.mark.parametrize(("where", "value", "path", "message"), CASES)
def test_a_fault_is_named_with_its_path(where: tuple[str | int, ...], value: Any, path: str, message: str) -> None:
    found = faults(changed(where, value))
    assert any(one == path and message in told for one, told in found), found


def test_a_circle_is_told_with_its_whole_way() -> None:
    document = changed(LEAF, looks_at("2.1"))
    document["tree"][1]["children"][0]["rules"].append(looks_at("1"))
    document["tree"][1]["children"][0]["start"] = "zero"
    assert (
        "tree[0].rules[1].of",
        "The scores wait for each other in a circle: 1 → 2.1 → 1. Let one of them stand by itself.",
    ) in faults(document)


def test_a_group_waits_for_its_parts_and_they_for_what_they_look_at() -> None:
    document = changed(("tree", 1, "children", 0, "rules", 1), looks_at("1"))
    document["tree"][1]["children"][0]["start"] = "zero"
    scheme = from_document(document)
    assert circle(scheme) == ()
    assert strata(scheme) == {"1": 0, "2": 1, "2.1": 1}


def test_a_sub_score_looks_at_something_that_gives_points() -> None:
    penalty = {"code": "3", "name": "x", "kind": "deduction", "rules": [{"type": "flaw", "source": FOUND, "deduct": 1}]}
    document = changed(("tree", 2), penalty, changed(LEAF, looks_at("3")))
    assert ("tree[0].rules[1].of", "3 is a deduction. A sub-score looks at an indicator that gives points.") in faults(
        document
    )
    bonus = {"code": "3", "name": "x", "kind": "bonus", "rules": [RESULT]}
    document = changed(("tree", 2), bonus, changed(LEAF, looks_at("3")))
    assert [path for path, _told in faults(document)] == ["tree[0].rules[1].measure"]
    assert from_document(changed(LEAF, looks_at("3", measure="points"), document))


def test_steps_that_are_needed_cannot_be_left_out() -> None:
    quota = {"grade": "good", "share": "30%", "rounding": "floor", "ties": "exclude"}
    document = changed(("steps",), ["vetoes"], changed(("quotas",), [quota]))
    assert faults(document) == [("steps", "The order of steps leaves out “quotas”, and the scheme has some.")]
    barring = changed(LEAF, looks_at("2", bands=[{"min": 0, "points": -1, "excludes": ["good"]}]))
    assert faults(changed(("steps",), ["vetoes"], barring)) == [
        ("steps", "The order of steps leaves out “gates”, and the scheme has some.")
    ]


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        (("0.3999", "0.6"), "sum to 0.9999, not to 1 (10,000 basis points): 0.0001 is missing. Raise the weight"),
        (("0.4", "0.61"), "sum to 1.01, not to 1 (10,000 basis points): 0.01 is too much. Lower the weight"),
    ],
)
def test_weights_that_do_not_sum_to_one_are_told_by_how_much(weights: tuple[str, str], told: str) -> None:
    document = changed(("tree", 1, "weight"), weights[1], changed(("tree", 0, "weight"), weights[0]))
    del document["total"]
    assert [message for _path, message in faults(document) if told in message]


def test_points_that_sum_to_99_99_are_told() -> None:
    document = changed(("total",), 100, changed(("tree", 0, "points"), "93.99"))
    assert "The first level sums to 99.99, not to the total of 100." in [told for _path, told in faults(document)]


def test_what_a_rule_reads_is_told_with_all_its_attributes() -> None:
    severity = {"type": "severity", "source": {"kind": "sanction.imposed"}, "costs": {"light": 1}, "case": "dossier"}
    scheme = from_document(changed(RULE, severity))
    assert scheme.attributes_used() == ("department", "dossier", "severity")
    judged = from_document(changed((*RULE,), JUDGED))
    assert judged.kinds_used() == ("assessment.judged", "performance.result")
    assert judged.attributes_used() == ("node", "scheme")
    over = from_document(
        changed(RULE, {"type": "excess", "source": FOUND, "over": {"kind": "meeting.held"}, "limit": 5, "deduct": 1})
    )
    assert over.kinds_used() == ("finding.recorded", "meeting.held", "performance.result")


GAINS: list[tuple[dict[str, Any], str]] = [
    ({"type": "flaw", "source": FOUND, "deduct": 9}, "4"),
    ({"type": "tier", "source": FOUND, "levels": {"a": 3, "b": 2}}, "7"),
    ({"type": "standards", "source": FOUND, "standards": ["a"], "award": [0, 2]}, "6"),
    ({"type": "rank", "source": FOUND, "table": [5, 4], "beyond": 1}, "9"),
    ({"type": "ratio_to_best", "source": FOUND, "base": 6}, "10"),
    ({"type": "rank_decrement", "source": FOUND, "base": 6, "step": "2%"}, "10"),
    ({"type": "option_mean", "source": FOUND, "values": {"a": 100}}, "104"),
    ({"type": "option_mean", "source": FOUND, "values": {"a": 100}, "base": 2}, "6"),
    ({"type": "option_mean", "source": FOUND, "values": {"a": 100}, "cap": 3}, "7"),
    ({"type": "each", "source": FOUND, "points": 1, "cap": 3}, "7"),
    (
        {
            "type": "vote_bands",
            "source": FOUND,
            "options": "a",
            "bands": [{"share": "0.5", "points": 1}],
            "fallback": {"options": ["c"], "below": "1/3", "points": 2, "otherwise": 0},
        },
        "6",
    ),
    ({"type": "assessed", "least": -3, "most": 2}, "6"),
    ({"type": "sub_score", "of": "2", "bands": [{"min": 0, "points": -1}, {"min": 9, "points": 5}]}, "9"),
]


@pytest.mark.parametrize(("rule", "most"), GAINS)
def test_all_of_an_indicator_is_what_it_could_have_reached(rule: dict[str, Any], most: str) -> None:
    leaf = {"code": "1", "name": "x", "points": 4, "start": "full", "rules": [REPEAT, rule]}
    node = from_document(changed(("tree", 0), leaf)).tree[0]
    repeat = node.rules[0]
    assert isinstance(repeat, RepeatRule)
    assert all_of(node, repeat) == Decimal(most)


def test_repeats_without_all_need_no_limit() -> None:
    leaf = {"code": "1", "name": "x", "points": 4, "start": "full", "rules": [RESULT, REPEAT | {"costs": [1, 2]}]}
    assert from_document(changed(("tree", 0), leaf))


def test_a_sub_score_gives_or_takes_by_its_bands() -> None:
    penalty = {"code": "3", "name": "x", "kind": "deduction", "rules": [looks_at("2", bands=[{"min": 0, "points": 1}])]}
    told = "3 is a deduction, and this rule only gives points: it would never count."
    assert ("tree[2].rules[0]", told) in faults(changed(("tree", 2), penalty))


def test_the_small_scheme_is_right() -> None:
    assert from_document(SMALL)
