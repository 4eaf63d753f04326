"""Drafts as plain data: every part of a scheme as texts and back, the tree, notation, years, comparison, sheets."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.assessment.rules.drafting import notation, slots, tree
from plumbline.assessment.rules.scheme import Scheme, document_of, from_document, load_yaml
from tests.assessment import made_up, schemes

NINE = sorted(path.stem for path in schemes.SHIPPED.glob("*.yaml"))


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
