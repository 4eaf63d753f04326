"""A scheme is read without loss, and every fault is told with its line, its path and how to mend it."""

from decimal import Decimal
from typing import Any

import pytest
import yaml
from django.utils import translation
from hypothesis import HealthCheck, given, settings

from plumbline.assessment.rules.scheme import (
    Scheme,
    SchemeInvalid,
    Source,
    document_of,
    dump_yaml,
    from_document,
    load_yaml,
    micro,
    say,
)
from plumbline.assessment.rules.scheme.values import Words
from tests.assessment import made_up
from tests.assessment.schemes import SHIPPED, SMALL, changed, shipped

CODES = sorted(path.stem for path in SHIPPED.glob("*.yaml"))
RULE = ("tree", 0, "rules", 0)
QUOTA = {"share": 0.3, "rounding": "floor", "ties": "include"}


def faults(document: dict[str, Any], **options: Any) -> list[tuple[str, str]]:
    """Return (path, message) of every fault of a document."""
    with pytest.raises(SchemeInvalid) as caught:
        from_document(document, **options)
    return [(one.path, one.message) for one in caught.value.problems]


def source_of(scheme: Scheme) -> Source:
    """Return the source of the first rule."""
    return next(scheme.tree[0].rules[0].reads(scheme.code, scheme.tree[0].code)).source


@pytest.mark.parametrize("code", CODES)
def test_shipped_schemes_survive_both_round_trips(code: str) -> None:
    scheme = load_yaml(shipped(code))
    assert scheme.code == code
    assert load_yaml(dump_yaml(scheme)) == scheme
    assert from_document(document_of(scheme)) == scheme
    assert dump_yaml(load_yaml(dump_yaml(scheme))) == dump_yaml(scheme)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(made_up.schemes())
def test_any_scheme_survives_both_round_trips(scheme: Scheme) -> None:
    assert from_document(document_of(scheme)) == scheme
    assert load_yaml(dump_yaml(scheme)) == scheme


def test_every_shipped_rule_has_words_in_both_languages() -> None:
    assert len(CODES) == 10
    for code in CODES:
        for rule_id, _node, rule in load_yaml(shipped(code)).rules():
            assert rule.text.en, (code, rule_id)
            assert rule.text.zh, (code, rule_id)


def test_numbers_are_exported_as_numbers() -> None:
    written = dump_yaml(from_document(changed(("tree", 0, "rules", 0, "deduct"), Decimal("0.25"))))
    assert "deduct: 0.25\n" in written
    assert "points: 4\n" in written
    assert "code: '1'\n" in written  # a code is a text, also where it looks like a number


def test_decimals_are_taken_as_they_are_written() -> None:
    scheme = load_yaml(yaml.safe_dump(SMALL).replace("deduct: 1", "deduct: 0.1"))
    assert micro(scheme.tree[0].rules[0].deduct) == 100_000  # type: ignore[union-attr]


def test_codes_without_quotation_marks_keep_their_text() -> None:
    text = dump_yaml(from_document(SMALL))
    scheme = load_yaml(text.replace("code: '2.1'", "code: 2.10").replace("code: '1'", "code: 010"))
    assert [node.code for node, _parent, _depth in scheme.walk()] == ["010", "2", "2.10"]


def test_the_words_yes_and_no_stay_words() -> None:
    text = dump_yaml(from_document(changed((*RULE, "source", "where"), {"planned": ["x", "true"]})))
    scheme = load_yaml(text.replace("- x\n", "- no\n").replace("- 'true'", "- true"))
    assert source_of(scheme).where == {"planned": ["no", "true"]}


def test_words_are_said_in_the_language_there_is() -> None:
    both, one = Words(en="Venue", zh="阵地"), Words(zh="阵地")
    assert (say(both, "en"), say(both, "zh-hans"), say(one, "en")) == ("Venue", "阵地", "阵地")


def test_attributes_and_kinds_used_are_named_once() -> None:
    scheme = load_yaml(shipped("classification"))
    assert scheme.kinds_used() == ("performance.result", "survey.answers")
    assert scheme.attributes_used() == ("indicator", "option", "question")


FAULTS: list[tuple[tuple[str | int, ...], Any, str, str]] = [
    # where, what stands there, path of the fault, part of its message
    (("tree", 1, "code"), "1", "tree[0].code", "The code 1 is used 2 times"),
    (("surprise",), 1, "surprise", "There is no field “surprise”"),
    (("tree", 0, "pionts"), 4, "tree[0].pionts", "There is no field “pionts”"),
    ((*RULE, "required"), ..., "tree[0].rules[0].missing.required", "“required” is missing"),
    (("tree", 1, "points"), 7, "tree[1].points", "The parts of 2 sum to 6, not to its 7 points"),
    (("total",), 12, "total", "The first level sums to 10, not to the total of 12"),
    (("tree", 0, "points"), -4, "tree[0].points", "must be 0 or more"),
    (("tree", 0, "points"), "four", "tree[0].points", "“four” is not a number"),
    (("tree", 0, "points"), True, "tree[0].points", "is not a number"),
    (("tree", 0, "points"), 1.2345678, "tree[0].points", "at most six decimal places"),
    (("tree", 0, "points"), 2_000_000, "tree[0].points", "The largest value is 1,000,000"),
    (("tree", 0, "points"), ..., "tree[0]", "1 needs points"),
    (("tree", 0, "rules"), [], "tree[0]", "1 has neither rules nor parts"),
    (("tree", 1, "rules"), [SMALL["tree"][0]["rules"][0]], "tree[1]", "2 has rules and parts"),
    (("tree", 0, "weight"), 0.6, "tree", "sum to 1.6, not to 1"),
    (("tree", 0, "weight"), [1], "tree[0].weight", "A text is expected here"),
    (("tree", 0, "weight"), "1/3", "tree[0].weight", "at most four decimals (basis points)"),
    (("tree", 0, "weight"), "lots", "tree[0].weight", "Write a share as 0.9, 90% or 1/3"),
    (("tree", 0, "weight"), "150%", "tree[0].weight", "A share lies between 0 and 1"),
    (("tree", 1, "children", 0, "weight"), 0.5, "tree[1].children[0].weight", "Only first-level indicators carry a weight"),
    (("tree", 1, "children", 0, "kind"), "bonus", "tree[1].children[0].kind", "Put it on the first level"),
    (("tree", 0, "kind"), "other", "tree[0].kind", "“other” is not possible here"),
    (("tree", 0, "start"), "zero", "tree[0]", "it would always be 0"),
    ((*RULE, "type"), "magic", "tree[0].rules[0]", "There is no type of rule “magic”. The types are: 'missing'"),
    ((*RULE, "type"), ..., "tree[0].rules[0]", "A rule needs its “type”"),
    ((*RULE, "required"), 0, "tree[0].rules[0].missing.required", "must be 1 or more"),
    ((*RULE, "required"), 200_000, "tree[0].rules[0].missing.required", "must be 100000 or less"),
    ((*RULE, "required"), "many", "tree[0].rules[0].missing.required", "“many” is not a number"),
    ((*RULE, "required"), 1.5, "tree[0].rules[0].missing.required", "“1.5” is not a whole number"),
    ((*RULE, "source", "kind"), "meeting", "tree[0].rules[0].missing.source.kind", "“meeting” cannot stand here"),
    ((*RULE, "source", "kind"), 7, "tree[0].rules[0].missing.source.kind", "A text is expected here"),
    ((*RULE, "source", "measure"), "periods", "tree[0].rules[0].source", "Counting periods needs “per”"),
    ((*RULE, "source", "measure"), "all", "tree[0].rules[0].missing.source.measure", "“all” is not possible here"),
    ((*RULE, "source"), {"kind": "meeting.held", "measure": "facts", "per": "month"}, "tree[0].rules[0].source",
     "only counting periods does"),
    ((*RULE, "source", "where"), ["x"], "tree[0].rules[0].missing.source.where", "Fields are expected here"),
    ((*RULE, "source", "where"), {"a": []}, "tree[0].rules[0].missing.source.where.a", "At least 1 is needed here"),
    ((*RULE, "source"), "meeting.held", "tree[0].rules[0].missing.source", "Fields are expected here"),
    (("tree",), [], "tree", "At least 1 is needed here"),
    (("tree",), "x", "tree", "A list is expected here"),
    (("tree", 0, "code"), "", "tree[0].code", "The text is empty"),
    (("bands", 0, "grade"), "", "bands[0].grade", "The text is empty"),
    (("tree", 0, "code"), "a/b", "tree[0].code", "“a/b” cannot stand here"),
    (("tree", 0, "code"), "x" * 81, "tree[0].code", "longer than 80 characters"),
    (("bands", 0, "min"), 5, "bands[1].min", "The band “fair” begins at 6, not below the one before it"),
    (("bands", 1, "min"), 9, "bands[1].min", "begins at 9, not below the one before it"),
    (("bands", 2, "min"), 1, "bands[2].min", "Scores below 1 have no grade"),
    (("bands", 1, "grade"), "good", "bands[0].grade", "The grade “good” stands twice"),
    (("bands", 1, "below"), 8, "bands[1].below", "Between “fair” (below 8) and “good” (from 9) the bands leave a hole"),
    (("bands", 1, "below"), 9.5, "bands[1].below", "“fair” (below 9.5) and “good” (from 9) overlap"),
    (("bands", 0, "below"), 10, "bands[0].below", "The best band has no upper bound"),
    (("quotas",), [QUOTA | {"grade": "great"}], "quotas[0].grade", "There is no band"),
    (("quotas",), [QUOTA | {"grade": "poor"}], "quotas", "The lowest grade cannot"),
    (("quotas",), [QUOTA | {"grade": "good", "units": 2}], "quotas[0]", "either a “share” of the class or “units”"),
    (("quotas",), [{"grade": "good", "ties": "include"}], "quotas[0]", "either a “share” of the class or “units”"),
    (("quotas",), [{"grade": "good", "share": "1/3", "ties": "include"}], "quotas[0]", "says its “rounding”"),
    (("quotas",), [{"grade": "good", "units": 1, "rounding": "ceil", "ties": "include"}], "quotas[0]", "nothing to round"),
    (("code",), "Bad Code", "code", "“Bad Code” cannot stand here"),
    (("title",), ["x"], "title", "Fields are expected here"),
    (("title",), {"en": "a", "fr": "b"}, "title.fr", "There is no field “fr”"),
]  # fmt: skip


@pytest.mark.parametrize(("where", "value", "path", "message"), FAULTS)
def test_a_fault_is_named_with_its_path(where: tuple[str | int, ...], value: Any, path: str, message: str) -> None:
    found = faults(changed(where, value))
    assert any(one == path and message in told for one, told in found), found


RULE_FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"type": "standards", "standards": ["a", "b"], "award": [0, 1]}, "“award” needs 3 values: for 0, 1, … 2 standards met"),
    ({"type": "standards", "standards": ["a", "a"], "award": [0, 1, 2]}, "A standard is named twice"),
    ({"type": "shortfall", "target": 20, "step": 0, "deduct": 1}, "“step” must be more than 0"),
    ({"type": "vote_bands", "options": "a", "bands": [{"share": "9/10", "points": 2}, {"share": "90%", "points": 1}],
      "fallback": {"options": ["c"], "below": "1/3", "points": 1, "otherwise": 0}}, "Two bands begin at the same share"),
    ({"type": "vote_bands", "options": ["a", "c"], "bands": [{"share": "9/10", "points": 2}],
      "fallback": {"options": ["c"], "below": "1/3", "points": 1, "otherwise": 0}}, "The option “c” stands in two lists"),
    ({"type": "vote_bands", "options": "a", "bands": [{"share": "1/1000003", "points": 2}],
      "fallback": {"options": ["c"], "below": "1/3", "points": 1, "otherwise": 0}}, "denominator of at most 1,000,000"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "message"), RULE_FAULTS)
def test_faults_inside_a_rule(rule: dict[str, Any], message: str) -> None:
    found = faults(changed(RULE, {"source": {"kind": "ballot.row"}} | rule))
    assert any(message in told for _path, told in found), found


def test_what_is_measured_follows_from_the_rule_where_it_is_left_out() -> None:
    source = {"kind": "performance.result"}
    types: list[tuple[dict[str, Any], str]] = [
        ({"type": "missing", "required": 1, "deduct": 1}, "facts"),
        ({"type": "flaw", "deduct": 1}, "facts"),
        ({"type": "each", "points": 1}, "facts"),
        ({"type": "result"}, "quantity"),
        ({"type": "ratio_to_best", "base": 4}, "quantity"),
        ({"type": "rank", "table": [4]}, "quantity"),
        ({"type": "shortfall", "target": 20, "step": 1, "deduct": 1}, "quantity"),
    ]
    for rule, measure in types:
        scheme = from_document(changed(RULE, rule | {"source": source}))
        assert source_of(scheme).measure == measure
        assert from_document(document_of(scheme)) == scheme
    counted = from_document(changed((*RULE, "source", "per"), "quarter"))
    assert source_of(counted).measure == "periods"
    ranked = {"type": "rank", "table": [4], "source": source | {"measure": "facts"}}
    assert source_of(from_document(changed(RULE, ranked))).measure == "facts"
    assert (
        "A result is the reported quantity"
        in faults(changed(RULE, {"type": "result", "source": source | {"measure": "facts"}}))[0][1]
    )


def test_taking_and_giving_rules_together_need_a_start() -> None:
    mixed = changed(("tree", 0, "rules", 1), {"type": "each", "source": {"kind": "honour.granted"}, "points": 1})
    assert faults(mixed) == [
        ("tree[0]", "1 has rules that take and rules that give. Say where it starts: “start: full” or “start: zero”.")
    ]
    assert from_document(changed(("tree", 0, "start"), "full", mixed)).tree[0].starts_full


def test_a_deduction_cannot_give() -> None:
    rule = {"type": "each", "source": {"kind": "honour.granted"}, "points": 1}
    each: dict[str, Any] = {"code": "3", "name": "Penalty", "kind": "deduction", "rules": [rule]}
    found = faults(changed(("tree", 2), each))
    assert found == [("tree[2].rules[0]", "3 is a deduction, and this rule only gives points: it would never count.")]
    rule["points"] = -1
    assert from_document(changed(("tree", 2), each))


def test_gates_and_vetoes_are_checked() -> None:
    gate = {
        "code": "g", "text": "satisfied", "below": "90%", "excludes": ["good", "fair", "poor"], "missing": "shuts",
        "metric": {"source": {"kind": "survey.answers"}, "options": ["yes"], "ignored": ["yes"]},
    }  # fmt: skip
    found = faults(changed(("gates",), [gate, gate]))
    told = " ".join(message for _path, message in found)
    assert "The code g is used more than once" in told
    assert "The gate shuts out every grade" in told
    assert "The option “yes” stands in two lists" in told
    cap = {"code": "v", "text": "weak", "source": {"kind": "sanction.imposed"}, "effect": "cap"}
    assert "names the best grade still open" in faults(changed(("vetoes",), [cap]))[0][1]
    assert (
        "names the best grade still open"
        in faults(changed(("vetoes",), [cap | {"effect": "fail", "grade": "poor"}]))[0][1]
    )
    assert "There is no band with the grade “great”" in faults(changed(("vetoes",), [cap | {"grade": "great"}]))[0][1]
    fails = changed(("bands",), [])
    assert "Give the scheme bands" in faults(changed(("vetoes",), [cap | {"effect": "fail"}], fails))[0][1]


def test_unknown_kinds_and_attributes_are_named_when_the_known_ones_are_given() -> None:
    known = {"meeting.held": ["meeting_kind"], "performance.result": ["indicator"]}
    assert from_document(SMALL, kinds=known)
    assert faults(SMALL, kinds={"performance.result": []}) == [
        (
            "tree[0].rules[0].source.kind",
            "There is no fact kind meeting.held. The kinds are listed on the page “Fact kinds”.",
        )
    ]
    asked = changed((*RULE, "source", "where"), {"sort": "a"})
    assert faults(asked, kinds=known) == [
        ("tree[0].rules[0].source", "Facts of the kind meeting.held have no attribute “sort”. They have: meeting_kind.")
    ]
    tier = changed(RULE, {"type": "tier", "source": {"kind": "meeting.held"}, "levels": {"A": 1}})
    assert "have no attribute “level”" in faults(tier, kinds=known)[0][1]


def test_a_tree_may_not_be_deeper_than_eight_levels() -> None:
    leaf: dict[str, Any] = dict(SMALL["tree"][0], code="n9")
    for level in range(8, 0, -1):
        leaf = {"code": f"n{level}", "name": "x", "points": 4, "children": [leaf]}
    assert [told for _path, told in faults({"code": "deep", "title": "Deep", "tree": [leaf]})] == [
        "The tree has more than 8 levels."
    ]
    assert from_document({"code": "deep", "title": "Deep", "tree": leaf["children"]})


@pytest.mark.parametrize("levels", [100, 250, 300, 900])
def test_data_nested_without_end_are_refused(levels: int) -> None:
    leaf: dict[str, Any] = {"code": "a", "name": "a"}
    for _level in range(levels):
        leaf = {"code": "a", "name": "a", "children": [leaf]}
    told = [message for _path, message in faults({"code": "deep", "title": "Deep", "tree": [leaf]})]
    assert any("nested too deeply" in one or "more than 8 levels" in one for one in told)


def test_lists_may_not_be_longer_than_a_sheet() -> None:
    rule = {"type": "rank", "source": {"kind": "performance.result"}, "table": [1] * 501, "beyond": 0}
    assert "At most 500 are possible here" in faults(changed(RULE, rule))[0][1]


def test_a_result_may_stand_in_a_deduction() -> None:
    node = {
        "code": "D", "name": "From above", "kind": "deduction", "points": 5,
        "rules": [{"type": "result", "source": {"kind": "performance.result"}}],
    }  # fmt: skip
    assert from_document(changed(("tree", 2), node)).tree[2].code == "D"


def test_two_circles_are_told_one_at_a_time() -> None:
    def looks(code: str, of: str) -> dict[str, Any]:
        bands = [{"min": 0, "points": 1}]
        rule = {"type": "sub_score", "of": of, "measure": "points", "bands": bands}
        return {"code": code, "name": code, "points": 2.5, "rules": [rule]}

    document = changed(("tree",), [looks("a", "b"), looks("b", "a"), looks("c", "d"), looks("d", "c")])
    told = [message for _path, message in faults(document) if "circle" in message]
    assert told == ["The scores wait for each other in a circle: a → b → a. Let one of them stand by itself."]


HEAD = "code: small\ntitle: x\n"
TEXTS: list[tuple[str, int | None, str, str]] = [
    ("", 1, "-", "The text is empty"),
    ("- a\n- b\n", 1, "-", "A scheme begins with fields"),
    ("code: x\ntitle: [", 2, "-", "The text is not YAML"),
    (HEAD + "code: again\n", 3, "-", "“code” cannot stand here, or stands twice"),
    ("code: small\n? [a]\n: b\n", 2, "-", "cannot stand here"),
    (HEAD + "tree: &t\n- code: a\n  name: a\n  points: 1\n  children: *t\n", 3, "tree[0].children", "contains itself"),
    ("code: !!python/object:os.system x\n", 1, "-", "cannot stand here"),
    ("code: \x07\n", None, "-", "characters that YAML does not allow"),
    ("[" * 5_000, None, "-", "nested too deeply"),
    ("x" * 1_000_001, None, "-", "too long for a scheme"),
    ("a: &a [" + "x," * 400 + "]\nb: &b [" + "*a," * 400 + "]\nc: [" + "*b," * 400 + "]\n", None, "-", "too many parts"),
    (HEAD + "tree:\n- code: a\n  name: a\n  points: .inf\n  rules: []\n", 6, "tree[0].points", "“.inf” is not a number"),
    (HEAD + "year: 2025-01-01\ntree:\n- {code: a, name: a}\n", 3, "year", "“2025-01-01” is not a number"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "path", "message"), TEXTS)
def test_a_text_that_is_no_scheme_is_refused_with_its_line(
    text: str, line: int | None, path: str, message: str
) -> None:
    with pytest.raises(SchemeInvalid) as caught:
        load_yaml(text)
    found = [(one.line, one.path, one.message) for one in caught.value.problems]
    assert any(where == line and place == path and message in told for where, place, told in found), found


def test_every_fault_is_named_at_once_in_the_order_of_the_lines() -> None:
    text = dump_yaml(from_document(SMALL)).replace("points: 4", "points: four").replace("required: 4", "needed: 4")
    with pytest.raises(SchemeInvalid) as caught:
        load_yaml(text)
    lines = [one.line for one in caught.value.problems]
    assert [one.path for one in caught.value.problems] == [
        "tree[0].points", "tree[0].rules[0].required", "tree[0].rules[0].needed",
    ]  # fmt: skip
    assert lines == sorted(line for line in lines if line)
    assert text.splitlines()[(lines[0] or 0) - 1].strip() == "points: four"
    assert "9: tree[0].points: “four” is not a number." in str(caught.value)


def test_faults_are_told_in_chinese_too() -> None:
    with translation.override("zh-hans"):
        told = [message for _path, message in faults(changed(("tree", 1, "points"), 7))]
    assert told
    assert not any("sum to" in message for message in told)


def test_base_points_are_those_of_the_first_level() -> None:
    scheme: Scheme = from_document(SMALL)
    assert scheme.base_points() == Decimal(10)
