"""Lists stay flat in SQL; searching and sorting by pinyin and strokes; shapes count what lies below."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plumbline.organisation import api
from plumbline.organisation.models import Member, Organisation
from tests.organisation.county import AT, MACHINE, TODAY, County

pytestmark = pytest.mark.django_db


def statements(call) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        call()
    return len(captured)


def test_lists_stay_flat_from_few_to_many(county: County) -> None:
    calls = (
        lambda: api.unit_list(MACHINE, api.UnitFilter(sort="tree"), on=TODAY),
        lambda: api.structure_warnings(MACHINE, on=TODAY),
        lambda: list(api.member_list(MACHINE, api.MemberFilter())[:50]),
        lambda: api.unit_page(MACHINE, county["WC"].pk, on=TODAY),
        lambda: list(api.structure_todos(county.actor("administrator"), AT)),
    )
    few = [statements(call) for call in calls]
    for number in range(60):
        county.found(f"Z{number}", "branch", "WC")
        county.enrol(f"Z{number}", f"M{number}")
    assert [statements(call) for call in calls] == few
    assert max(few) <= 23


def test_searching_by_name_pinyin_and_initials(county: County) -> None:
    def found(words: str) -> list[str]:
        return [row.code for row in api.unit_list(MACHINE, api.UnitFilter(words=words), on=TODAY)]

    for words in ("公安", "gongan", "gong an", "GAJ", "gaj", "ｇａｊ", "C1"):
        assert found(words) == ["C1"], words
    assert found("财政") == ["B1", "D1"]
    assert found("nothing") == []


def test_members_are_found_and_sorted(county: County) -> None:
    for number, name in (("3", "王一"), ("1", "曾小明"), ("2", "丁一")):
        county.enrol("B1", number, name=name)

    def order(**wanted: str) -> list[str]:
        return [member.name for member in api.member_list(MACHINE, api.MemberFilter(**wanted))]

    assert order(sort="pinyin") == ["丁一", "王一", "曾小明"], "曾 is read zeng in a surname"
    assert order(sort="strokes") == ["丁一", "王一", "曾小明"]
    assert order(sort="number") == ["曾小明", "丁一", "王一"]
    assert order(words="zxm") == order(words="zengxiao") == order(words="小明") == order(words="1") == ["曾小明"]
    assert order(status="probationary") == []
    assert order(unit_path=county["B2"].path) == []
    assert len(order(unit_path=county["G1"].path)) == 3


def test_the_list_filters_and_keeps_the_tree(county: County) -> None:
    def codes(**wanted: object) -> list[str]:
        return [row.code for row in api.unit_list(MACHINE, api.UnitFilter(**wanted), on=TODAY)]

    assert codes(sort="tree") == ["WC", "B3", "C1", "G1", "B1", "B2", "D1"]
    assert codes(kind="department") == ["D1"]
    assert codes(kind="branch") == ["B1", "B2", "B3"]
    assert set(codes(warned=True)) == {"WC", "C1", "G1", "B1", "B2", "B3"}
    api.close_unit(by=MACHINE, at=AT, unit=county["B3"], on=TODAY, reason="x")
    assert "B3" not in codes()
    assert "B3" in codes(closed=True)
    rows = api.unit_list(MACHINE, api.UnitFilter(sort="tree"), on=TODAY)
    assert [row.depth for row in rows] == [0, 1, 2, 3, 3, 1]
    forest = api.chart_of([row for row in rows if row.kind != "department"])
    assert [node["name"] for node in forest[0]["children"][0]["children"][0]["children"]] == [
        "财政局机关第一党支部", "Organisation B2",
    ]  # fmt: skip


def test_counts_include_what_lies_below(county: County) -> None:
    county.enrol("B1", "M1")
    county.enrol("B2", "M2", "probationary")
    county.enrol("G1", "M3")
    page = api.unit_page(MACHINE, county["G1"].pk, on=TODAY)
    assert (page.heads.total, page.heads.full, page.own_members) == (3, 2, 1)
    assert [(row.code, row.members.total) for row in page.children] == [("B1", 1), ("B2", 1)]
    assert [above.name for above in page.above] == ["清河县直机关工委", "清河县公安局机关党委"]
    narrow = api.unit_page(county.actor("secretary", "G1"), county["G1"].pk, on=TODAY)
    assert [above.is_open for above in narrow.above] == [False, False]


def test_groups_and_joint_branches_are_counted(county: County) -> None:
    for number in range(31):
        Member.objects.create(number=f"X{number}", name="x", organisation=county["B3"])
    county.found("GR", "group", "B3")
    Organisation.objects.filter(code="B3").update(is_joint=True)
    for number in range(6):
        department = api.found_department(by=MACHINE, at=AT, code=f"J{number}", name="x", parent=county["WC"])
        county["B3"].joint_departments.add(department)
    codes = {warning.code for warning in api.structure_warnings(MACHINE, on=TODAY)[county["B3"].pk]}
    assert codes == {"joint_wide", "committee_missing"}


def test_references_by_code(county: County, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = api.units_by_codes(["B1", "D1", "nothing"])
    assert set(found) == {"B1", "D1"}
    assert (found["D1"].category, found["B1"].path) == ("department", county["B1"].path)


def test_many_leaves_of_the_chart_are_gathered(county: County) -> None:
    for number in range(25):
        county.found(f"Z{number:02}", "branch", "WC")
    rows = api.unit_list(MACHINE, api.UnitFilter(sort="tree"), on=TODAY)
    top = api.chart_of([row for row in rows if row.kind != "department"])[0]
    assert [node["name"] for node in top["children"]] == ["清河县公安局机关党委", "B3 … Z18 (20)", "Z19 … Z24 (6)"]
    assert all(node["collapsed"] for node in top["children"])
    assert len(top["children"][1]["children"]) == 20
