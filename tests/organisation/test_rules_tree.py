"""The tree's pure rules: places, circles, subtrees, codes, days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.organisation.rules import tree
from plumbline.organisation.rules.problems import Refused

MAY = {
    "working_committee": "working_committee committee general_branch branch",
    "committee": "committee general_branch branch",
    "general_branch": "branch",
    "branch": "group",
    "group": "",
}


@pytest.mark.parametrize("parent", [None, *tree.KINDS])
@pytest.mark.parametrize("kind", tree.KINDS)
def test_places(kind: str, parent: str | None) -> None:
    allowed = kind in MAY[parent].split() if parent else kind in ("working_committee", "committee")
    if allowed:
        tree.check_place(kind, parent)
    else:
        with pytest.raises(Refused) as refused:
            tree.check_place(kind, parent)
        assert refused.value.field == "parent"


@pytest.mark.parametrize(("code", "fine"), [
    ("B1", True), ("工委-01", True), (" B1 ", True), ("a" * 40, True), ("a" * 41, False), ("", False), ("a b", False),
    ("a,b", False), ("a，b", False), ("“x”", False), ("a/b", False), ("a;b", False), ("'", False),
])  # fmt: skip
def test_codes(code: str, fine: bool) -> None:
    if fine:
        assert tree.check_code(code) == code.strip()
    else:
        with pytest.raises(Refused, match="cannot be used"):
            tree.check_code(code)


def test_names() -> None:
    assert tree.check_name("  财政局  党支部 ") == "财政局 党支部"
    for bad in ("", "  ", "x" * 201):
        with pytest.raises(Refused):
            tree.check_name(bad)


def test_days() -> None:
    today = date(2026, 3, 2)
    tree.check_days(None, None, today=today)
    tree.check_days(today, today, today=today)
    for founded, closed in ((date(2026, 3, 3), None), (date(2026, 1, 2), date(2026, 1, 1))):
        with pytest.raises(Refused):
            tree.check_days(founded, closed, today=today)
    tree.check_open(date(2026, 3, 3), name="x", on=today)
    with pytest.raises(Refused):
        tree.check_open(today, name="x", on=today)


parents = st.lists(st.integers(0, 30), min_size=1, max_size=30).map(
    lambda chosen: {unit: (above if above < len(chosen) and above != unit else None)
                    for unit, above in enumerate(chosen)}
)  # fmt: skip


@given(parents, st.integers(0, 29))
def test_a_subtree_holds_exactly_those_below(above: dict[int, int | None], top: int) -> None:
    found = tree.subtree(top, above)
    for unit in above:
        chain, here = [], unit
        while here is not None and here not in chain:
            chain.append(here)
            here = above.get(here)
        assert (unit in found) == (top in chain or unit == top)


def test_a_circle_ends_the_walk() -> None:
    assert tree.subtree(1, {1: 2, 2: 1, 3: 2, 4: None}) == {1, 2, 3}
