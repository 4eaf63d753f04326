"""Drafts as plain data: every part of a scheme as texts and back, the tree, notation, years, checks, comparison, sheets."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.assessment.rules.drafting import (
    changes,
    checking,
    comparing,
    notation,
    sheet,
    slots,
    touching,
    tree,
    years,
)
from plumbline.assessment.rules.scheme import Scheme, document_of, from_document, load_yaml
from plumbline.kernel.tables import plain
from tests.assessment import made_up, schemes

NINE = sorted(path.stem for path in schemes.SHIPPED.glob("*.yaml"))
KINDS = {"meeting.held": ("meeting_kind",), "performance.result": (), "assessment.judged": ("scheme", "node")}
KNOWN = checking.Known(KINDS, {"meeting.held": {"meeting_kind": ("a", "b")}}, {"meeting.held", "performance.result"})


def as_texts(document: dict[str, Any]) -> dict[str, Any]:
    """Return a scheme's document with every part taken through texts and back."""
    found = {**document, **slots.part_of(slots.HEAD, slots.texts_of(slots.HEAD, document))}
    for section, fields in slots.GRADING.items():
        if section in found:
            found[section] = [slots.part_of(fields, slots.texts_of(fields, part)) for part in found[section]]
    found = tree.keyed(found)
    for place in tree.places(found):
        node = place.node
        node |= slots.part_of(slots.NODE, slots.texts_of(slots.NODE, node))
        for rule in node.get("rules", []):
            fields = slots.RULES[rule["type"]]
            kind, part = rule["type"], slots.part_of(fields, slots.texts_of(fields, rule))
            rule.clear()
            rule.update({"type": kind} | part)
    return tree.bare(found)


@pytest.mark.parametrize("code", NINE)
def test_a_shipped_scheme_survives_its_forms(code: str) -> None:
    scheme = load_yaml(schemes.shipped(code))
    assert from_document(as_texts(document_of(scheme))) == scheme


@settings(max_examples=150, deadline=None)
@given(made_up.schemes())
def test_any_scheme_survives_its_forms(scheme: Scheme) -> None:
    assert from_document(as_texts(document_of(scheme))) == scheme


def test_what_counts_facts_where_results_are_customary_says_so_in_the_stored_document() -> None:
    rule = {"type": "ratio_to_best", "source": {"kind": "meeting.held", "measure": "facts"}, "base": 4}
    scheme = from_document(schemes.changed(("tree", 0, "rules", 0), rule))
    stored = document_of(scheme)
    assert stored["tree"][0]["rules"][0]["source"]["measure"] == "facts"
    assert from_document(stored) == scheme


def test_a_source_of_which_only_the_way_of_counting_was_given_is_none() -> None:
    fields = slots.RULES["shortfall"]
    assert "over" not in slots.part_of(fields, {"over.counting": "facts", "source.kind": "a.b"})


@pytest.mark.parametrize(
    ("written", "shown"),
    [("9/10", "90%"), ("1/3", "1/3"), ("0.125", "12.5%"), ("1", "1"), ("half", "half"), (True, "true")],
)
def test_shares_are_shown_as_people_write_them(written: Any, shown: str) -> None:
    assert slots.share_text(written) == shown


_word = st.text(alphabet='ab ,;=!"中，；\n、', min_size=1, max_size=8)


@given(st.lists(_word.filter(str.strip), max_size=4))
def test_lists_are_read_as_they_were_written(values: list[str]) -> None:
    assert notation.read_list(notation.write_list(values)) == values


@given(st.dictionaries(_word.filter(str.strip), st.none() | _word, max_size=4))
def test_pairs_are_read_as_they_were_written(pairs: dict[str, str | None]) -> None:
    assert notation.read_pairs(notation.write_pairs(pairs)) == pairs


@given(st.dictionaries(_word.filter(str.strip), st.lists(_word, min_size=1, max_size=3), max_size=3))
def test_filters_are_read_as_they_were_written(filters: dict[str, list[str]]) -> None:
    assert notation.read_filters(notation.write_filters(filters)) == filters


@pytest.mark.parametrize(
    ("text", "part"),
    [('"a', "quotation mark"), ("a", "no equals sign"), ("= 2", "no equals sign"), ("a = 1; a = 2", "twice")],
)
def test_what_cannot_be_read_is_told_with_the_way_to_write_it(text: str, part: str) -> None:
    with pytest.raises(notation.NotationInvalid, match=part):
        notation.read_pairs(text)


def test_full_width_signs_do_as_well() -> None:
    assert notation.read_pairs("好＝2；中＝1.5") == {"好": "2", "中": "1.5"}
    assert notation.read_bands("90＝-1！好，较好") == [("90", "-1", ["好", "较好"])]
    assert notation.read_bands("90 = 3\n\n80 = 2") == [("90", "3", []), ("80", "2", [])]


SMALL = tree.keyed(schemes.SMALL)


def codes(document: dict[str, Any]) -> list[tuple[int, str]]:
    return [(place.depth, place.node["code"]) for place in tree.places(document)]


def test_indicators_are_added_after_inside_and_last_with_codes_of_their_own() -> None:
    assert codes(changes.AddNode(beside=1).apply(SMALL).document)[:2] == [(0, "1"), (0, "3")]
    assert codes(changes.AddNode().apply(SMALL).document)[-1] == (0, "3")
    done = changes.AddNode(inside=2).apply(SMALL)
    assert (done.key, codes(done.document)[-1]) == (4, (1, "2.2"))
    assert (
        codes(changes.AddNode().apply({"tree": []}).document)
        == codes(changes.AddNode().apply({}).document)
        == [(0, "1")]
    )


def test_an_indicator_that_gets_parts_hands_its_rules_to_the_first() -> None:
    document = changes.AddNode(inside=1).apply(tree.keyed(schemes.changed(("tree", 0, "start"), "full"))).document
    one = document["tree"][0]
    assert "rules" not in one and "start" not in one
    assert [(part["code"], "rules" in part, part.get("points")) for part in one["children"]] == [
        ("1.1", True, 4), ("1.2", False, None),
    ]  # fmt: skip
    assert len({place.node["key"] for place in tree.places(document)}) == 5


def test_a_part_of_a_bonus_is_a_bonus_and_letters_count_on() -> None:
    document = tree.keyed({"tree": [{"code": "B", "name": {}, "kind": "bonus"}]})
    added = changes.AddNode(inside=1).apply(document).document
    assert (added["tree"][0]["children"][0]["kind"], added["tree"][0]["children"][0]["code"]) == ("bonus", "B.1")
    assert tree.next_code(document, document["tree"], None) == "B.1"


def test_indicators_move_up_down_in_and_out() -> None:
    down = changes.MoveNode(1, "down").apply(SMALL).document
    assert [node["key"] for node in down["tree"]] == [2, 1]
    assert changes.MoveNode(1, "up").apply(SMALL).document == SMALL
    assert changes.MoveNode(1, "in").apply(SMALL).document == SMALL
    assert changes.MoveNode(1, "out").apply(SMALL).document == SMALL
    inside = changes.MoveNode(2, "in").apply(SMALL).document
    assert [part["code"] for part in inside["tree"][0]["children"]] == ["1.1", "2"]
    out = changes.MoveNode(3, "out").apply(SMALL).document
    assert codes(out) == [(0, "1"), (0, "2"), (0, "2.1")]
    assert "children" not in out["tree"][1]
    assert (
        changes.MoveNode(1, "down").touches
        == changes.PutNode(1, "after", 2).touches
        == changes.CopyNode(1).touches
        == ""
    )


def test_no_indicator_goes_into_itself_or_deeper_than_a_scheme_goes() -> None:
    with pytest.raises(tree.Impossible):
        changes.PutNode(2, "inside", 3).apply(SMALL)
    with pytest.raises(tree.Impossible):
        changes.PutNode(2, "after", 2).apply(SMALL)
    deep = SMALL
    for _level in range(tree.DEEPEST - 1):
        last = max(place.depth for place in tree.places(deep))
        key = next(place.node["key"] for place in tree.places(deep) if place.depth == last)
        if last == tree.DEEPEST - 1:
            break
        deep = changes.AddNode(inside=key).apply(deep).document
    bottom = next(place.node["key"] for place in tree.places(deep) if place.depth == tree.DEEPEST - 1)
    with pytest.raises(tree.Impossible):
        changes.AddNode(inside=bottom).apply(deep)
    with pytest.raises(tree.Impossible):
        changes.PutNode(1, "inside", bottom).apply(deep)


def test_a_copy_has_keys_and_codes_of_its_own() -> None:
    done = changes.CopyNode(2).apply(SMALL)
    assert codes(done.document)[-2:] == [(0, "3"), (1, "3.1")]
    odd = tree.keyed({"tree": [{"code": "B", "name": {}, "children": [{"code": "x", "name": {}}]}]})
    assert codes(changes.CopyNode(1).apply(odd).document)[-2:] == [(0, "B.1"), (1, "B.1.x")]


def test_removing_shows_the_one_before_else_the_one_above() -> None:
    assert changes.RemoveNode(2).apply(SMALL).key == 1
    assert changes.RemoveNode(3).apply(SMALL).key == 2
    gone = changes.RemoveNode(1).apply(SMALL)
    assert (gone.key, len(gone.document["tree"])) == (None, 1)
    assert changes.RemoveNode(1).touches == "node:1"
    with pytest.raises(tree.Gone):
        changes.RemoveNode(9).apply(SMALL)


def test_fields_rules_and_sections_are_written_and_the_rest_stays() -> None:
    done = changes.SetNode(2, {"code": "B", "points": "6"}).apply(SMALL)
    assert done.document["tree"][1] == {
        "code": "B", "name": {}, "points": "6", "key": 2, "children": SMALL["tree"][1]["children"],
    }  # fmt: skip
    rule = changes.SetNode(1, {"code": "1"}, [("each", {"points": "2", "source.kind": "a.b"})]).apply(SMALL)
    assert rule.document["tree"][0]["rules"] == [{"type": "each", "source": {"kind": "a.b"}, "points": "2"}]
    head = changes.SetHead({"code": "x", "title.en": "X"}).apply(SMALL).document
    assert (head["code"], head["title"], "total" in head, head["tree"]) == ("x", {"en": "X"}, False, SMALL["tree"])
    assert "bands" not in changes.SetSection("bands", []).apply(SMALL).document
    assert changes.SetSection("bands", [{"grade": "a"}]).apply(SMALL).document["bands"] == [{"grade": "a"}]
    assert (changes.SetHead({}).touches, changes.SetSection("bands", []).touches) == ("head", "bands")
    assert (changes.SetNode(2, {}).touches, changes.AddNode().touches) == ("node:2", "")


def test_a_path_leads_to_its_indicator() -> None:
    assert tree.by_path(SMALL, "tree[1].children[0].rules[0].deduct") == (3, "rules[0].deduct")
    assert tree.by_path(SMALL, "bands[0].min") == (None, "bands[0].min")
    assert tree.by_path(SMALL, "tree[9].points") == (None, "tree[9].points")


def test_what_a_change_writes_over() -> None:
    assert touching.touched(SMALL, changes.MoveNode(1, "down").apply(SMALL).document) == set()
    assert touching.touched(SMALL, changes.AddNode(inside=1).apply(SMALL).document) == {"node:1"}
    assert touching.touched(SMALL, changes.RemoveNode(2).apply(SMALL).document) == {"node:2", "node:3"}
    assert touching.touched(SMALL, SMALL | {"quotas": []}) == {"quotas"}
    assert touching.touched(SMALL, SMALL | {"total": 3}) == {"head"}


def test_a_scheme_goes_to_another_year_with_the_years_in_its_texts() -> None:
    document = {
        "year": 2026,
        "title": {"zh": "2026年考核"},
        "tree": [{"code": "2026", "name": "2025 and 2027, not 2030"}],
    }
    assert years.for_year(document, 2027) == {
        "year": 2027, "title": {"zh": "2027年考核"}, "tree": [{"code": "2026", "name": "2026 and 2028, not 2030"}],
    }  # fmt: skip
    assert years.for_year({"title": "2026"}, 2027) == {"title": "2026", "year": 2027}


def told(document: dict[str, Any]) -> list[tuple[str, int | None, int | None, str, str]]:
    """Return what is to be mended, without its words."""
    return [(one.part, one.key, one.index, one.field, one.level) for one in checking.troubles(document, KNOWN)]


def test_a_sound_scheme_has_no_troubles() -> None:
    assert told(SMALL) == []


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("tree", 0, "points"), 3, ("head", None, None, "total", "error")),
        (("tree", 1, "points"), 7, ("node", 2, None, "points", "error")),
        (("tree", 0, "rules", 0, "deduct"), "x", ("node", 1, 0, "deduct", "error")),
        (("tree", 0, "rules", 0, "source", "kind"), "no.such", ("node", 1, 0, "source.kind", "error")),
        (("tree", 0, "rules"), [], ("node", 1, None, "", "error")),
        (("bands", 1, "below"), 8, ("bands", None, 1, "below", "error")),
        (("code",), "", ("head", None, None, "code", "error")),
        (("tree", 0, "name"), "", ("node", 1, None, "name.zh", "warning")),
        (("tree", 0, "rules", 0, "source", "where"), {"meeting_kind": ["c"]}, ("node", 1, 0, "source.kind", "warning")),
        (("tree",), [], ("head", None, None, "tree", "error")),
        (
            ("tree", 0, "rules", 0), {"type": "repeat", "source": {"kind": "meeting.held"}, "costs": ["1", "-1"]},
            ("node", 1, 0, "costs", "error"),
        ),
    ],
)  # fmt: skip
def test_each_trouble_is_told_with_its_place(path: Any, value: Any, expected: Any) -> None:
    assert expected in told(tree.keyed(schemes.changed(path, value)))


def test_a_field_that_does_not_fit_hides_no_other_trouble() -> None:
    document = schemes.changed(("tree", 0, "rules", 0, "deduct"), "x")
    document = schemes.changed(("tree", 1, "points"), 7, document)
    document = schemes.changed(("bands", 1, "below"), 8, document)
    document = schemes.changed(("tree", 1, "children", 0, "code"), ..., document)
    found = told(tree.keyed(document))
    assert {one[:2] for one in found} == {("head", None), ("node", 1), ("node", 2), ("node", 3), ("bands", None)}
    assert found[0][0] == "head"


def test_a_broken_section_is_told_once_and_not_through_those_that_name_its_grades() -> None:
    document = schemes.changed(("bands", 0, "min"), "x")
    document["quotas"] = [{"grade": "good", "share": "1/3", "rounding": "floor", "ties": "include"}]
    assert told(tree.keyed(document)) == [("bands", None, 0, "min", "error")]


def test_weights_that_miss_one_and_facts_that_nobody_posts() -> None:
    document = schemes.changed(("tree", 0, "weight"), "0.9999")
    document = schemes.changed(("tree", 1, "weight"), "0.5", document)
    assert any("sum to" in one.message for one in checking.troubles(tree.keyed(document), KNOWN))
    nobody = checking.Known(KINDS, {}, set())
    found = checking.troubles(SMALL, nobody)
    assert [(one.key, one.level) for one in found] == [(1, "warning"), (3, "warning")]
    assert "Nobody has posted" in found[0].message


def test_gates_and_vetoes_are_warned_of_and_judgements_never() -> None:
    document = schemes.changed(("tree", 0, "rules", 0), {"type": "assessed", "least": 0, "most": 4})
    document["vetoes"] = [
        {"code": "v", "text": "v", "source": {"kind": "performance.result"}, "effect": "fail"},
        {"code": "w", "text": "w", "bottom": 3, "effect": "fail"},
    ]  # fmt: skip
    document["gates"] = [
        {
            "code": "g", "text": "g",
            "metric": {"source": {"kind": "meeting.held"}, "attribute": "meeting_kind", "options": ["a"]},
            "below": "90%", "excludes": ["good"], "missing": "shuts",
        }
    ]  # fmt: skip
    nobody = checking.Known(KINDS, {}, set())
    found = [(one.part, one.index) for one in checking.troubles(tree.keyed(document), nobody)]
    assert found == [("node", 0), ("gates", 0), ("vetoes", 0)]


def test_two_wordings_side_by_side() -> None:
    new = tree.bare(changes.MoveNode(2, "in").apply(SMALL).document)
    new = (
        changes.SetHead({"code": "small", "title.en": "Small", "title.zh": "小方案", "total": "11"}).apply(new).document
    )
    new["bands"] = [*SMALL["bands"][:2], {"min": 1, "grade": "poor"}, {"min": 0, "grade": "bad"}]
    found = [(one.what, one.part, one.code) for one in comparing.differences(tree.bare(SMALL), new)]
    assert found == [
        ("changed", "head", "small"), ("removed", "rule", "1"), ("added", "node", "1.1"), ("added", "rule", "1.1"),
        ("moved", "node", "2"), ("changed", "bands", "poor"), ("added", "bands", "bad"),
    ]  # fmt: skip
    assert comparing.differences(new, new) == []
    back = {(one.what, one.part, one.code) for one in comparing.differences(new, tree.bare(SMALL))}
    assert {("removed", "node", "1.1"), ("removed", "bands", "bad")} <= back


def test_a_changed_rule_tells_the_fields() -> None:
    new = schemes.changed(("tree", 0, "rules", 0, "deduct"), "2")
    [one] = comparing.differences(schemes.SMALL, new)
    assert (one.what, one.part, one.code, one.kind, one.fields) == (
        "changed",
        "rule",
        "1",
        "missing",
        (("deduct", "1", "2"),),
    )


@pytest.mark.parametrize("code", NINE)
def test_a_shipped_scheme_survives_its_tables(code: str) -> None:
    scheme = load_yaml(schemes.shipped(code))
    assert from_document(sheet.document_of(sheet.tables_of(document_of(scheme)))) == scheme


def test_every_bad_row_of_the_tables_is_named() -> None:
    tables = sheet.Tables(
        scheme=({"field": "code", "value": "x"}, {"field": "code", "value": "y"}, {"field": "colour", "value": "red"}),
        indicators=({"level": "1", "code": "1"}, {"level": "3", "code": "2"}, {"level": "", "code": "1"}),
        rules=(
            {"indicator": "1", "type": "none"}, {"indicator": "7", "type": "each"},
            {"indicator": "1", "type": "tier", "levels": "A", "points": "5"},
        ),
        grading=({"part": "none"}, {"part": "bands", "grade": "good", "min": "1"}),
    )  # fmt: skip
    with pytest.raises(sheet.SheetInvalid) as invalid:
        sheet.document_of(tables)
    assert {(one.table, one.row, one.column) for one in invalid.value.problems} == {
        ("scheme", 2, "field"), ("scheme", 3, "field"), ("indicators", 2, "level"), ("indicators", 3, "code"),
        ("rules", 1, "type"), ("rules", 2, "indicator"), ("rules", 3, "levels"), ("rules", 3, "points"), ("grading", 1, "part"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""), (True, "true"), (False, "false"), (3, "3"), (0.5, "0.5"), ('"', '"'), ('"3"', "3"), ("[1]", "[1]"),
        ('"a" b', '"a" b'),
    ],
)  # fmt: skip
def test_cells_are_read_as_texts(cell: Any, text: str) -> None:
    assert sheet.text_of_cell(cell) == text


@given(st.text(max_size=12) | st.sampled_from([" ", "\u3000", "\n", "_x000D_", '"x"', "a\r\nb", " a"]))
def test_any_text_survives_its_cell(text: str) -> None:
    assert sheet.text_of_cell(plain(sheet.cell_text(text))) == text


def test_keys_that_are_there_stay_and_empty_rows_mean_nothing() -> None:
    half = tree.keyed({"tree": [{"code": "1", "key": 5}, {"code": "2"}]})
    assert [node["key"] for node in half["tree"]] == [5, 6]
    empty = sheet.Tables(({"field": "", "value": ""}, {"field": "code", "value": "x"}), (), (), ())
    assert sheet.document_of(empty) == {"code": "x", "title": {}, "tree": []}


def test_what_is_wrong_with_the_tree_itself_is_told_of_the_whole() -> None:
    found = checking.troubles(tree.keyed(schemes.changed(("tree", 0, "weight"), "0.5")), KNOWN)
    assert {(one.part, one.key, one.field) for one in found} == {("head", None, "tree"), ("head", None, "total")}
    broken = schemes.changed(("tree", 0, "weight"), "0.5", schemes.changed(("tree", 0, "points"), "x"))
    assert {one.part for one in checking.troubles(tree.keyed(broken), KNOWN)} == {"head", "node"}
