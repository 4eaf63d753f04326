"""On whose desk a step waits: posts, roles, the secretary of a small branch, and the level above."""

import pytest

from plumbline.procedure.rules.desks import Holder, SeatAt, asked_of, chain_of, desk_of, place_of
from plumbline.procedure.rules.document import Who
from tests.procedure.county import step

TOP, MID, BRANCH = 1, 17, 42
CHAIN = (TOP, MID, BRANCH)


def holder(user_id: int, role: str = "", code: str = "", title: str = "") -> Holder:
    return Holder(user_id, f"user {user_id}", role, code, title)


CASES = (
    ("the role at the unit", ("unit", "secretary", ""), {BRANCH: [holder(1, "secretary")]}, BRANCH, {1}, False),
    ("both who hold it", ("unit", "secretary", ""), {BRANCH: [holder(1, "secretary"), holder(2, "secretary")]}, BRANCH,
     {1, 2}, False),
    ("a post by its code", ("unit", "secretary", "ORG"), {BRANCH: [holder(1, "secretary"), holder(3, "", "org")]}, BRANCH,
     {3}, False),
    ("a post by its title", ("unit", "secretary", "组织委员"), {BRANCH: [holder(3, "", "o", "组织委员")]}, BRANCH, {3}, False),
    ("a post that nobody holds falls to the role", ("unit", "secretary", "org"), {BRANCH: [holder(1, "secretary")]}, BRANCH,
     {1}, False),
    ("no organiser at the unit: its secretary", ("unit", "organiser", ""), {BRANCH: [holder(1, "secretary")]}, BRANCH, {1},
     False),
    ("the level above", ("above", "organiser", ""), {MID: [holder(4, "organiser")], BRANCH: [holder(5, "organiser")]}, MID,
     {4}, False),
    ("the top", ("top", "administrator", ""), {TOP: [holder(6, "administrator")], MID: [holder(4, "administrator")]}, TOP,
     {6}, False),
    ("nobody at the unit: the same role above", ("unit", "secretary", ""), {MID: [holder(4, "secretary")]}, MID, {4}, True),
    ("nobody at the unit: who minds it above", ("unit", "inspector", ""), {MID: [holder(4, "organiser")]}, MID, {4}, True),
    ("nobody two levels up", ("unit", "secretary", ""), {TOP: [holder(6, "administrator")]}, TOP, {6}, True),
    ("nobody above the top: who minds the top", ("top", "inspector", ""), {TOP: [holder(6, "administrator")]}, TOP, {6}, True),
    ("nobody at all", ("unit", "secretary", ""), {BRANCH: [holder(9, "auditor")]}, BRANCH, set(), True),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_desks(case: tuple[str, tuple[str, str, str], dict[int, list[Holder]], int, set[int], bool]) -> None:
    _name, (at, role, post), holders, unit, users, vacant = case
    desk = desk_of(SeatAt(CHAIN, at, role, post), holders)
    assert (desk.unit_id, set(desk.user_ids), desk.vacant) == (unit, users, vacant)


def test_a_person_who_holds_two_roles_stands_there_once() -> None:
    desk = desk_of(SeatAt(CHAIN, "unit", "secretary"), {BRANCH: [holder(1, "secretary"), holder(1, "secretary")]})
    assert len(desk.people) == 1


def test_places_in_the_tree() -> None:
    assert chain_of("/1/17/42/") == CHAIN
    assert [place_of(SeatAt(CHAIN, at, "secretary")) for at in ("unit", "above", "top")] == [2, 1, 0]
    assert [place_of(SeatAt((TOP,), at, "secretary")) for at in ("unit", "above", "top")] == [0, 0, 0]


def test_the_person_concerned_without_account_is_minded_by_the_secretary() -> None:
    assert asked_of(step("a", who=Who(at="person", role="organiser", post="x"))) == ("unit", "secretary", "")
    assert asked_of(step("a", who=Who(at="above", role="organiser", post="x"))) == ("above", "organiser", "x")
