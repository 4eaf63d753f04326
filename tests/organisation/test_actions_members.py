"""Members through time: enrolment, status, transfer, exclusion, erasure, and who was entitled on which day."""

from datetime import date

import pytest

from plumbline.kernel import audit, search
from plumbline.kernel.models import User
from plumbline.organisation import api
from plumbline.organisation.models import Member, MemberStanding, RoleGrant
from tests.organisation.county import AT, MACHINE, TODAY, County

pytestmark = pytest.mark.django_db
DAYS = {"approved_by": "B1", "approval": "3号", "approved_on": date(2026, 1, 1)}


def entitled(county: County, code: str, on: date) -> list[str]:
    return [row.number for row in api.entitled_on(county[code], on).entitled]


def excluded(county: County, code: str, on: date) -> dict[str, str]:
    return {row.member.number: row.reason for row in api.entitled_on(county[code], on).excluded}


def test_enrolment_tells_the_past_that_the_days_know(county: County) -> None:
    county.enrol("B1", "M1", joined_on=date(2016, 5, 1), full_on=date(2017, 5, 1))
    assert entitled(county, "B1", date(2016, 4, 30)) == []
    assert excluded(county, "B1", date(2016, 4, 30)) == {}
    assert excluded(county, "B1", date(2017, 4, 30)) == {"M1": "probationary"}
    assert entitled(county, "B1", date(2017, 5, 1)) == ["M1"]


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"number": "M1"}, "already belongs"),
        ({"number": "M 2"}, "cannot be used"),
        ({"name": " "}, "Write a name"),
        ({"status": "suspended"}, "full or probationary"),
        ({"on": date(2027, 1, 1)}, "future"),
        ({"born_on": date(2005, 1, 1), "joined_on": date(2020, 1, 1)}, "before the age of 18"),
        ({"joined_on": date(2020, 1, 1), "full_on": date(2019, 1, 1)}, "before the day of joining"),
    ],
)
def test_wrong_enrolments_are_refused(county: County, details: dict[str, object], words: str) -> None:
    county.enrol("B1", "M1")
    given = {"number": "M2", "name": "N", **details}
    with pytest.raises(api.Refused, match=words):
        api.enrol_member(by=MACHINE, at=AT, organisation=county["B1"], **given)


def test_what_is_no_field_of_a_member_cannot_be_kept(county: County) -> None:
    with pytest.raises(TypeError, match="belief"):
        api.enrol_member(by=MACHINE, at=AT, organisation=county["B1"], number="1", name="N", belief="x")
    with pytest.raises(TypeError, match="belief"):
        api.change_member(by=MACHINE, at=AT, member=county.enrol("B1", "M1"), changes={"belief": "x"})


def test_a_closed_organisation_takes_nobody(county: County) -> None:
    api.close_unit(by=MACHINE, at=AT, unit=county["B3"], on=TODAY, reason="x")
    with pytest.raises(api.Refused, match="was closed"):
        api.enrol_member(by=MACHINE, at=AT, organisation=county["B3"], number="1", name="N")
    member = county.enrol("B1", "M1")
    with pytest.raises(api.Refused, match="was closed"):
        api.transfer_member(by=MACHINE, at=AT, member=member, to=county["B3"], on=TODAY, reason="x")


def test_the_past_stays_correct_after_a_transfer_and_changes_of_status(county: County) -> None:
    member = county.enrol("B1", "M1")
    county.enrol("B1", "M2")
    move = {"by": MACHINE, "at": AT, "member": member, "reason": "x"}
    api.transfer_member(to=county["B2"], on=date(2025, 6, 1), **move)
    api.change_status(status="suspended", on=date(2025, 9, 1), **move)
    api.change_status(status="full", on=date(2026, 1, 1), **move)
    api.change_status(status="left", on=date(2026, 3, 1), **move)
    assert entitled(county, "B1", date(2025, 5, 31)) == ["M1", "M2"]
    assert entitled(county, "B1", date(2025, 6, 1)) == ["M2"]
    assert entitled(county, "B2", date(2025, 6, 1)) == ["M1"]
    assert excluded(county, "B2", date(2025, 12, 31)) == {"M1": "suspended"}
    assert entitled(county, "B2", date(2026, 2, 28)) == ["M1"]
    assert (entitled(county, "B2", TODAY), excluded(county, "B2", TODAY)) == ([], {})
    assert entitled(county, "G1", date(2025, 7, 1)) == ["M1", "M2"], "those above count everybody below"
    assert entitled(county, "WC", date(2025, 5, 1)) == ["M1", "M2"]
    row = MemberStanding.objects.get(member=member, cause="transferred")
    assert (row.from_organisation_id, row.organisation_id) == (county["B1"].pk, county["B2"].pk)


def test_changes_go_forward_in_time(county: County) -> None:
    member = county.enrol("B1", "M1")
    move = {"by": MACHINE, "at": AT, "member": member, "reason": "x"}
    api.transfer_member(to=county["B2"], on=date(2025, 6, 1), **move)
    for on, words in ((date(2025, 5, 31), "already recorded from 2025-06-01"), (date(2026, 3, 3), "future")):
        with pytest.raises(api.Refused, match=words):
            api.transfer_member(to=county["B1"], on=on, **move)
        with pytest.raises(api.Refused, match=words):
            api.change_status(status="suspended", on=on, **move)
    with pytest.raises(api.Refused, match="already belongs"):
        api.transfer_member(to=county["B2"], on=TODAY, **move)
    with pytest.raises(api.Refused, match="already has this status"):
        api.change_status(status="full", on=TODAY, **move)
    with pytest.raises(api.Refused, match="cannot follow"):
        api.change_status(status="probationary", on=TODAY, **move)
    api.change_status(status="left", on=TODAY, **move)
    with pytest.raises(api.Refused, match="has left"):
        api.transfer_member(to=county["B1"], on=TODAY, **move)


def test_becoming_full_fills_the_day(county: County) -> None:
    member = county.enrol("B1", "M1", "probationary", joined_on=date(2025, 2, 1))
    api.change_status(by=MACHINE, at=AT, member=member, status="full", on=date(2026, 2, 1), reason="meeting")
    assert member.full_on == date(2026, 2, 1)


def test_the_tree_of_a_past_day_is_built_from_the_moves(county: County) -> None:
    county.enrol("B3", "M3")
    api.move_unit(by=MACHINE, at=AT, unit=county["B3"], parent=county["G1"], on=date(2026, 1, 10), reason="x")
    api.move_unit(by=MACHINE, at=AT, unit=county["B3"], parent=county["C1"], on=date(2026, 2, 10), reason="x")
    for on, g1, c1 in (
        (date(2026, 1, 9), [], []), (date(2026, 1, 10), ["M3"], ["M3"]), (date(2026, 2, 10), [], ["M3"]),
    ):  # fmt: skip
        assert entitled(county, "G1", on) == g1
        assert entitled(county, "C1", on) == c1
        assert entitled(county, "WC", on) == ["M3"]


def test_exclusions_hold_on_their_days(county: County) -> None:
    member = county.enrol("B1", "M1")
    county.enrol("B1", "M2")
    row = api.exclude_member(
        by=MACHINE, at=AT, member=member, reason="abroad", starts_on=date(2026, 1, 5), ends_on=date(2026, 2, 5), **DAYS
    )
    for on, counted in (
        (date(2026, 1, 4), ["M1", "M2"]), (date(2026, 1, 5), ["M2"]), (date(2026, 2, 4), ["M2"]),
        (date(2026, 2, 5), ["M1", "M2"]),
    ):  # fmt: skip
        assert entitled(county, "B1", on) == counted
    found = api.entitled_on(county["B1"], date(2026, 1, 20))
    assert (found.count, found.members, found.counts_by_reason()) == (1, 2, {"abroad": 1})
    assert found.excluded[0].approval == "3号"
    assert "abroad" in found.excluded[0].words
    with pytest.raises(api.Refused, match="already left out"):
        api.exclude_member(by=MACHINE, at=AT, member=member, reason="illness", starts_on=date(2026, 2, 4), **DAYS)
    api.end_exclusion(by=MACHINE, at=AT, exclusion=row, on=date(2026, 1, 10))
    assert entitled(county, "B1", date(2026, 1, 10)) == ["M1", "M2"]
    with pytest.raises(api.Refused, match="after the first day"):
        api.end_exclusion(by=MACHINE, at=AT, exclusion=row, on=date(2026, 1, 5))


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"reason": "laziness"}, "not on the list"),
        ({"approval": " "}, "without an approval"),
        ({"approved_by": ""}, "without an approval"),
        ({"approved_on": date(2026, 3, 3)}, "future"),
        ({"ends_on": date(2026, 1, 5)}, "after the first"),
    ],
)
def test_an_exclusion_needs_a_reason_of_the_list_and_an_approval(county: County, details, words) -> None:
    given = {"reason": "abroad", "starts_on": date(2026, 1, 5), **DAYS, **details}
    with pytest.raises(api.Refused, match=words):
        api.exclude_member(by=MACHINE, at=AT, member=county.enrol("B1", "M1"), **given)


def test_the_list_of_reasons_is_the_installations_own(county: County) -> None:
    member = county.enrol("B1", "M1")
    api.define_exclusion_reason(by=MACHINE, at=AT, code="sea", name="at sea")
    api.define_exclusion_reason(by=MACHINE, at=AT, code="abroad", name="abroad", is_active=False)
    given = {"by": MACHINE, "at": AT, "member": member, "starts_on": date(2026, 1, 5), **DAYS}
    with pytest.raises(api.Refused, match="not on the list"):
        api.exclude_member(reason="abroad", **given)
    api.exclude_member(reason="sea", **given)
    assert [row.words for row in api.entitled_on(county["B1"], TODAY).excluded] == ["at sea"]
    api.define_exclusion_reason(by=MACHINE, at=AT, code="sea", name="at sea", is_active=False)
    assert api.entitled_on(county["B1"], TODAY).count == 0, "what was approved holds until it is ended"
    with pytest.raises(api.Refused, match="Write a name"):
        api.define_exclusion_reason(by=MACHINE, at=AT, code="x", name=" ")


@pytest.mark.parametrize("members", [3, 60])
def test_an_electorate_takes_a_fixed_number_of_statements(county, members, django_assert_max_num_queries) -> None:
    for number in range(members):
        county.enrol("B1", f"M{number}")
    with django_assert_max_num_queries(6):
        assert api.entitled_on(county["WC"], TODAY).count == members


def test_the_audit_never_keeps_what_may_have_to_be_erased(county: County) -> None:
    member = county.enrol("B1", "M1", name="欧阳娜", phone="13900000000", born_on=date(1990, 7, 9))
    api.change_member(
        by=MACHINE, at=AT, member=member, changes={"name": "欧阳静", "phone": "", "joined_on": date(2016, 6, 1)}
    )
    told = str([(row.old, row.new) for row in audit.history(f"member:{member.pseudonym}")])
    for secret in ("欧阳", "139", "1990", "M1"):
        assert secret not in told
    assert "2016-06-01" in told
    api.change_member(by=MACHINE, at=AT, member=member, changes={"name": "欧阳静"})
    assert len(audit.history(f"member:{member.pseudonym}")) == 2, "nothing changed, nothing written"


def test_a_change_of_number_stays_unique(county: County) -> None:
    county.enrol("B1", "M1")
    member = county.enrol("B1", "M2")
    with pytest.raises(api.Refused, match="already belongs"):
        api.change_member(by=MACHINE, at=AT, member=member, changes={"number": "M1"})


def test_erasing_leaves_the_pseudonym_and_the_history(county: County) -> None:
    member = county.enrol("B1", "M1", name="欧阳娜", phone="139", born_on=date(1990, 7, 9))
    user = county.account("na", "member", "B1")
    Member.objects.filter(pk=member.pk).update(user=user)
    pseudonym = member.pseudonym
    with pytest.raises(api.Refused, match="membership lasts"):
        api.erase_member(by=MACHINE, at=AT, member=member, reason="asked")
    api.change_status(by=MACHINE, at=AT, member=member, status="left", on=TODAY, reason="x")
    with pytest.raises(api.Refused, match="on whose request"):
        api.erase_member(by=MACHINE, at=AT, member=member, reason=" ")
    api.erase_member(by=MACHINE, at=AT, member=member, reason="asked")
    assert (member.name, member.phone, member.born_on, member.user_id) == ("", "", None, None)
    assert member.pseudonym == pseudonym
    assert "M1" not in str(member)
    account = User.objects.get(pk=user.pk)
    assert (account.display_name, account.is_active, account.has_usable_password()) == ("", False, False)
    assert not RoleGrant.objects.filter(user=user).exists()
    assert not search.find(MACHINE, "欧阳娜")
    assert [row.member_id for row in api.entitled_on(county["B1"], date(2025, 1, 1)).entitled] == [member.pk]
    for again in (
        lambda: api.erase_member(by=MACHINE, at=AT, member=member, reason="x"),
        lambda: api.change_member(by=MACHINE, at=AT, member=member, changes={"name": "x"}),
    ):
        with pytest.raises(api.Refused, match="erased"):
            again()


def test_a_copy_holds_everything_that_is_kept(county: County) -> None:
    member = county.enrol("B1", "M1", name="欧阳娜", phone="139")
    user = county.account("na", "secretary", "B1")
    Member.objects.filter(pk=member.pk).update(user=user)
    post = api.create_post(by=MACHINE, at=AT, unit=county["B1"], code="S", title="Secretary")
    api.appoint(by=MACHINE, at=AT, post=post, member=member, starts_on=date(2025, 1, 1))
    api.exclude_member(by=MACHINE, at=AT, member=member, reason="abroad", starts_on=TODAY, note="visa", **DAYS)
    data = api.export_member(by=MACHINE, at=AT, member=member)
    assert (data["name"], data["phone"], data["account"]["user_name"]) == ("欧阳娜", "139", "na")
    assert [row["status"] for row in data["standings"]] == ["full", "probationary"]
    assert data["terms"][0]["post"] == "Secretary"
    assert data["exclusions"][0]["note"] == "visa"
    assert data["account"]["roles"][0]["role"] == "secretary"
    assert api.export_member(by=MACHINE, at=AT, member=county.enrol("B1", "M2"))["account"] is None
