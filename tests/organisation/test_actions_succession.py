"""Mergers and splits: told before, done whole, kept in the history."""

from datetime import date

import pytest

from plumbline.kernel import search
from plumbline.organisation import api
from plumbline.organisation.models import Member, RoleGrant, UnitChange
from tests.organisation.county import AT, MACHINE, TODAY, County

pytestmark = pytest.mark.django_db
WHY = {"by": MACHINE, "at": AT, "on": TODAY, "reason": "reform"}


def numbers(county: County, code: str) -> list[str]:
    return list(Member.objects.filter(organisation=county[code]).order_by("number").values_list("number", flat=True))


def test_a_merger_moves_members_and_units_and_closes_the_old_one(county: County) -> None:
    county.enrol("B3", "M1")
    county.enrol("B1", "M2")
    county.found("GR", "group", "B3")
    county.account("sam", "secretary", "B3")
    post = api.create_post(by=MACHINE, at=AT, unit=county["B3"], code="S", title="S")
    api.appoint(by=MACHINE, at=AT, post=post, member=county.enrol("B3", "M3"), starts_on=date(2025, 1, 1))
    plan = api.plan_merge([county["B3"]], county["B1"], on=TODAY)
    assert "2 members and 1 unit go to" in plan.lines[0]
    assert any("1 term of office ends" in line for line in plan.lines)
    assert any("1 role ends" in line for line in plan.lines)
    api.merge_organisations(sources=[county["B3"]], into=county["B1"], **WHY)
    assert numbers(county, "B1") == ["M1", "M2", "M3"]
    assert county["GR"].path.startswith(county["B1"].path)
    assert county["B3"].closed_on == TODAY
    assert UnitChange.objects.get(unit=county["B3"], kind="merged").successor_id == county["B1"].pk
    assert not RoleGrant.objects.filter(unit=county["B3"]).exists()
    assert post.appointments.get().ends_on == TODAY
    before = api.entitled_on(county["B3"], date(2026, 3, 1))
    assert [row.number for row in before.entitled] == ["M1", "M3"], "the past stays with the old unit"
    assert search.find(county.actor("secretary", "B1"), "M1", kind="member")


@pytest.mark.parametrize(
    ("sources", "into", "words"),
    [
        ([], "B1", "at least one"),
        (["B1"], "B1", "into itself"),
        (["G1"], "B1", "a unit that it leads"),
        (["G1"], "B3", "cannot stand under"),
    ],
)
def test_mergers_that_cannot_be(county: County, sources: list[str], into: str, words: str) -> None:
    with pytest.raises(api.Refused, match=words):
        api.merge_organisations(sources=[county[code] for code in sources], into=county[into], **WHY)


def test_a_merger_is_whole_or_not_at_all(county: County) -> None:
    county.enrol("B3", "M1")
    member = county.enrol("B2", "M2")
    api.change_status(by=MACHINE, at=AT, member=member, status="suspended", on=TODAY, reason="x")
    early = {**WHY, "on": date(2026, 3, 1)}
    with pytest.raises(api.Refused, match="already recorded"):
        api.merge_organisations(sources=[county["B2"], county["B3"]], into=county["B1"], **early)
    assert numbers(county, "B3") == ["M1"]
    assert county["B3"].closed_on is None
    department = api.found_department(by=MACHINE, at=AT, code="D2", name="X", parent=county["C1"])
    assert department.parent_id
    county.found("G2", "general_branch", "WC")
    county.found("C2", "committee", "WC")
    api.found_department(by=MACHINE, at=AT, code="D3", name="X", parent=county["C2"])
    with pytest.raises(api.Refused, match="led by"):
        api.merge_organisations(sources=[county["C2"]], into=county["G2"], **WHY)
    with pytest.raises(api.Refused, match=r"led by|cannot stand"):
        api.merge_organisations(sources=[county["C1"]], into=county["G2"], **WHY)


def test_a_large_result_is_cautioned(county: County) -> None:
    for number in range(51):
        Member.objects.create(number=f"X{number}", name="x", organisation=county["B3"])
    assert api.plan_merge([county["B3"]], county["B1"], on=TODAY).cautions


def test_a_split_founds_beside_and_goes_on(county: County) -> None:
    members = [county.enrol("B1", f"M{number}") for number in range(5)]
    part = api.SplitPart("B9", "第二支部", frozenset(m.pk for m in members[:2]))
    made = api.split_organisation(source=county["B1"], parts=[part], **WHY)
    assert made[0].parent_id == county["G1"].pk
    assert made[0].department_id == county["B1"].department_id
    assert (numbers(county, "B1"), numbers(county, "B9")) == (["M2", "M3", "M4"], ["M0", "M1"])
    assert county["B1"].closed_on is None
    assert UnitChange.objects.get(unit=county["B1"]).successor_id == county["B9"].pk
    plan = api.plan_split(county["B1"], [("x", 2, 0)], on=TODAY, close_source=False)
    assert len(plan.cautions) == 2


def test_a_split_that_closes_leaves_nobody_behind(county: County) -> None:
    members = [county.enrol("G1", f"M{number}") for number in range(4)]
    ids = [m.pk for m in members]
    below = frozenset({county["B1"].pk, county["B2"].pk})
    first = api.SplitPart("G8", "甲", frozenset(ids[:2]), below)
    with pytest.raises(api.Refused, match="2 members or units were given to none"):
        api.split_organisation(
            source=county["G1"], parts=[first, api.SplitPart("G9", "乙", frozenset())], close_source=True, **WHY
        )
    made = api.split_organisation(
        source=county["G1"], parts=[first, api.SplitPart("G9", "乙", frozenset(ids[2:]))], close_source=True, **WHY
    )
    assert county["G1"].closed_on == TODAY
    assert county["B1"].path.startswith(made[0].path)
    assert UnitChange.objects.filter(unit=county["G1"], kind="split").count() == 2
    assert [a.number for a in api.entitled_on(county["G1"], date(2026, 3, 1)).entitled] == ["M0", "M1", "M2", "M3"]


@pytest.mark.parametrize(
    ("parts", "close", "words"),
    [
        ([], False, "Name the new"),
        ([("N1", "M0")], True, "two or more"),
        ([("N1", "M0"), ("N2", "M0")], False, "two of the new"),
        ([("N1", "other")], False, "Only members and units of the organisation"),
        ([("B2", "M0")], False, "already belongs to"),
    ],
)
def test_splits_that_cannot_be(county: County, parts: list[tuple[str, str]], close: bool, words: str) -> None:
    ids = {"M0": county.enrol("B1", "M0").pk, "other": county.enrol("B3", "M9").pk}
    made = [api.SplitPart(code, code, frozenset({ids[who]})) for code, who in parts]
    with pytest.raises(api.Refused, match=words):
        api.split_organisation(source=county["B1"], parts=made, close_source=close, **WHY)


def test_plans_of_moves_closings_and_transfers(county: County) -> None:
    member = county.enrol("B1", "M1")
    plan = api.plan_move(county["G1"], county["WC"], on=TODAY)
    assert "2 units below it and 1 member" in plan.lines[1]
    assert len(api.plan_move(county["B3"], county["G1"], on=TODAY).lines) == 2
    assert "no longer stands" in api.plan_close(county["B2"], on=TODAY).lines[0]
    post = api.create_post(by=MACHINE, at=AT, unit=county["B1"], code="S", title="Secretary")
    api.appoint(by=MACHINE, at=AT, post=post, member=member, starts_on=date(2025, 1, 1))
    plan = api.plan_transfer(member, county["B2"], on=TODAY, at=AT)
    assert "Still holds “Secretary”" in plan.cautions[0]
