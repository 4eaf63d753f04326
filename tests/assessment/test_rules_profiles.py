"""Profiles of weights as data: what is refused, with its place and how to mend it, and what each class has."""

from typing import Any

import pytest

from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules.drafting import changes, sheet, slots, tree
from plumbline.assessment.rules.explain_grade import step_words

RESULT = {"type": "result", "source": {"kind": "performance.result"}}


def leaf(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": code, "points": 100, "rules": [RESULT]} | more


def document(*profiles: dict[str, Any], **more: Any) -> dict[str, Any]:
    tree_ = [
        {"code": "a", "name": "a", "points": 100, "weight": "40%", "children": [leaf("a1", points=60), leaf("a2", points=40)]},
        leaf("b", weight="60%"), leaf("x", kind="bonus", points=10),
    ]  # fmt: skip
    return {"code": "classes", "title": "Classes", "tree": tree_, "profiles": list(profiles)} | more


def profile(code: str = "p", classes: tuple[str, ...] = ("town",), **weights: str) -> dict[str, Any]:
    return {"code": code, "name": code, "classes": list(classes)} | ({"weights": weights} if weights else {})


def faults(*profiles: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(schemes.SchemeInvalid) as caught:
        schemes.from_document(document(*profiles, **more))
    return [(one.path, one.message) for one in caught.value.problems]


@pytest.mark.parametrize(
    ("weights", "told"),
    [
        ({"a": "39.99%"}, "sum to 99.99 %, not to 100.00 %: 0.01 % is missing. Raise"),
        ({"a": "40.01%"}, "sum to 100.01 %, not to 100.00 %: 0.01 % is too much. Lower"),
        ({"a": "70%", "b": "20%"}, "sum to 90.00 %"),
    ],
)
def test_weights_that_do_not_sum_to_the_whole_are_refused(weights: dict[str, str], told: str) -> None:
    ((path, message),) = faults(profile(**weights))
    assert path == "profiles[0].weights"
    assert told in message


def test_unknown_indicators_and_too_fine_weights_are_refused() -> None:
    found = faults(profile(z="50%", a1="10%", b="33.333%"))
    assert [path for path, _told in found] == ["profiles[0].weights"] * 3
    assert found[0][1] == "There is no indicator z on the first level. Those that carry weights are: a, b, x."
    assert found[1][1].startswith("a1 is not on the first level")
    assert "at most four decimals" in found[2][1]


def test_a_class_has_one_profile_and_a_profile_one_code() -> None:
    found = sorted(faults(profile("p", ("town", "street")), profile("p", ("street",))))
    assert found == [
        ("profiles[0].classes", "The class “street” is named twice. Each class has one profile of weights."),
        ("profiles[0].code", "The code p is used more than once."),
        ("profiles[1].classes", "The class “street” is named twice. Each class has one profile of weights."),
        ("profiles[1].code", "The code p is used more than once."),
    ]
    assert faults(profile("p", ()))[0][1] == "At least 1 is needed here."


def test_the_whole_has_the_same_points_in_every_class() -> None:
    uneven = [leaf("a", points=60), leaf("b", points=40)]
    ((path, message),) = faults(profile(a="50%", b="50%"), tree=uneven)
    assert path == "profiles[0].weights"
    assert "has 50 points, with the scheme's own 100" in message


def test_each_class_has_the_scheme_with_its_own_weights() -> None:
    scheme = schemes.from_document(document(profile(a="70%", b="30%", x="50%"), profile("own", ("department",))))
    town = scheme.for_class("town")
    assert [node.weight for node in town.tree] == ["7/10", "3/10", "1/2"]
    assert town.profiles == []
    assert [node.weight for node in scheme.for_class("department").tree] == ["2/5", "3/5", "1"]
    assert scheme.for_class("elsewhere").tree == scheme.tree
    assert town.for_class("town") is town
    assert scheme.strange_classes(["town", "village", "department"]) == ("village",)
    assert town.strange_classes(["village"]) == ()


def test_profiles_survive_yaml_and_workbooks() -> None:
    scheme = schemes.from_document(document(profile(a="33.33%", b="66.67%", x="1/4"), graded_by="without_bonus"))
    assert schemes.load_yaml(schemes.dump_yaml(scheme)) == scheme
    tables = sheet.tables_of(schemes.document_of(scheme))
    row = next(one for one in tables.grading if one["part"] == "profiles")
    assert (row["classes"], row["weights"]) == ("town", "a = 33.33%\nb = 66.67%\nx = 25%")
    assert schemes.from_document(sheet.document_of(tables)) == scheme


def test_a_new_code_of_an_indicator_keeps_its_weights() -> None:
    draft = tree.keyed(
        schemes.document_of(schemes.from_document(document(profile(a="70%", b="30%"), profile("own", ("d",)))))
    )
    node = tree.place_of(
        draft, next(place.node["key"] for place in tree.places(draft) if place.node["code"] == "b")
    ).node
    texts = slots.texts_of(slots.NODE, node) | {"code": "c"}
    rules = [("result", slots.texts_of(slots.RULES["result"], node["rules"][0]))]
    done = changes.SetNode(node["key"], texts, rules).apply(draft)
    assert done.document["profiles"][0]["weights"] == {"a": "7/10", "c": "3/10"}
    assert "weights" not in done.document["profiles"][1]
    schemes.from_document(tree.bare(done.document))


def test_the_grade_without_the_bonus_is_said_in_words() -> None:
    scheme = schemes.from_document(document(bands=[{"min": 0, "grade": "fair"}], graded_by="without_bonus"))
    told = step_words(
        scheme, step="score", rule="without_bonus", before="", after="fair", numerator=96_000_000, denominator=1
    )
    assert told == "Without the bonus it is 96: “fair”. The bonus counts for the place, not for the grade."


def test_a_circle_is_told_at_the_rule_that_closes_it() -> None:
    def looks(code: str, of: str) -> dict[str, Any]:
        sub = {"type": "sub_score", "of": of, "bands": [{"min": 0, "points": 1}]}
        return {"code": code, "name": code, "points": 50, "start": "zero", "rules": [RESULT, sub]}

    circle = {"code": "circle", "title": "Circle", "tree": [looks("a", "b"), looks("b", "a")]}
    with pytest.raises(schemes.SchemeInvalid) as caught:
        schemes.from_document(circle)
    ((path, message),) = [(one.path, one.message) for one in caught.value.problems]
    assert path == "tree[0].rules[1].of"
    assert "a → b → a" in message


def test_rules_that_look_at_another_score_need_it() -> None:
    band = {"min": 0, "points": "-1"}
    rule = schemes.SubScoreRule.model_validate({"type": "sub_score", "of": "a", "bands": [band]})
    assert rule.needs_report
    assert rule.takes and not rule.gives
    assert list(rule.reads("scheme", "node")) == []
