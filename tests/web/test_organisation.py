"""The organisation's pages: what each role meets, what forms do, and that pages stay few in SQL."""

import json
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from plumbline.kernel import clock
from plumbline.kernel.models import AuditEntry, User
from plumbline.organisation import api
from plumbline.organisation.models import Member, Organisation, RoleGrant
from tests.organisation.county import AT, MACHINE, County, small_county

pytestmark = pytest.mark.django_db
MOST_SQL = 30


@pytest.fixture
def county(db: None) -> County:
    made = small_county()
    with clock.frozen(AT), translation.override("en"):
        yield made


@pytest.fixture
def administrator(county: County) -> User:
    return county.account("ada", "administrator", "WC")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, name: str, /, *args: object, query: str = "") -> str:
    answer = client.get(reverse(f"organisation:{name}", args=args) + query)
    assert answer.status_code == 200, answer.content.decode()[:500]
    return answer.content.decode()


def post(client: Client, name: str, /, *args: object, expect: int = 302, **data: object) -> str:
    answer = client.post(reverse(f"organisation:{name}", args=args), data)
    text = answer.content.decode()
    assert answer.status_code == expect, text[:3000]
    return text


def test_the_list_shows_searches_and_sorts(county: County, administrator: User) -> None:
    client = signed_in(administrator)
    assert "清河县财政局" in page(client, "units")
    for words in ("czj", "caizhengju", "财政", "D1", "qinghe"):
        assert "清河县财政局" in page(client, "units", query=f"?q={words}"), words
    assert "Nothing here" in page(client, "units", query="?q=zzzzz")
    assert "财政局机关第一党支部" not in page(client, "units", query="?kind=committee")
    assert "清河县财政局" in page(client, "units", query="?kind=department&sort=strokes")
    assert page(client, "units", query="?warned=1&sort=pinyin").count("<tr>") >= 2


def test_pages_of_the_tree_open(county: County, administrator: User) -> None:
    client = signed_in(administrator)
    county.enrol("B1", "M1")
    assert "clear" not in page(client, "warnings")
    assert "Only 1 full member" in page(client, "warnings")
    assert "organisations" in page(client, "chart")
    for code in ("WC", "C1", "G1", "B1"):
        assert county[code].name in page(client, "unit", county[code].pk)
    assert "economy" in page(client, "unit", county.department().pk)
    assert "Rules of voting" in page(client, "rules")


def test_every_form_opens_and_refuses_an_empty_one(county: County, administrator: User) -> None:
    client = signed_in(administrator)
    member = county.enrol("B1", "M1")
    row = api.create_post(by=MACHINE, at=AT, unit=county["B1"], code="S", title="Secretary")
    term = api.appoint(by=MACHINE, at=AT, post=row, member=member, starts_on=date(2025, 1, 1))
    unit = county["B1"].pk
    forms = [
        ("found_organisation",), ("found_department",), ("change_unit", unit), ("move_unit", unit),
        ("close_unit", unit), ("merge", unit), ("split", unit), ("grant_role", unit), ("create_post", unit),
        ("change_post", row.pk), ("duties", row.pk), ("appoint", row.pk), ("end_appointment", term.pk), ("enrol",),
        ("change_member", member.pk), ("change_status", member.pk), ("transfer", member.pk), ("exclude", member.pk),
        ("erase_member", member.pk), ("add_rule",), ("new_reason",), ("change_reason", "abroad"),
    ]  # fmt: skip
    for name, *args in forms:
        page(client, name, *args)
        if name not in ("duties",):
            assert "Nothing was saved" in post(client, name, *args, expect=422, nothing=1), name


def test_a_committee_is_founded_changed_and_closed(county: County, administrator: User) -> None:
    client = signed_in(administrator)
    post(client, "found_organisation", parent=county["WC"].pk, code="C9", name="新机关党委", kind="committee")
    made = county["C9"]
    text = post(client, "found_organisation", expect=422, parent=made.pk, code="C9", name="X", kind="branch")
    assert "already belongs to" in text
    post(client, "change_unit", made.pk, code="C9", name="更名", kind="committee", size_approval="文件", reason="改名")
    assert county["C9"].name == "更名"
    post(client, "found_department", parent=county["WC"].pk, code="D9", name="新部门", klass="B")
    plan = post(client, "close_unit", made.pk, expect=200, on="2026-03-02", reason="撤销")
    assert "This is what will happen" in plan
    assert county["C9"].closed_on is None
    post(client, "close_unit", made.pk, on="2026-03-02", reason="撤销", confirmed="1")
    assert "closed on" in page(client, "unit", made.pk)
    assert "still leads" in post(client, "close_unit", county["G1"].pk, expect=422, on="2026-03-02", reason="x")


def test_moving_merging_and_splitting_show_the_plan_first(county: County, administrator: User) -> None:
    client = signed_in(administrator)
    members = [county.enrol("B1", f"M{n}") for n in range(6)]
    given = {"parent": county["WC"].pk, "on": "2026-03-02", "reason": "reform"}
    assert "stands under" in post(client, "move_unit", county["G1"].pk, expect=200, **given)
    post(client, "move_unit", county["G1"].pk, confirmed="1", **given)
    assert county["G1"].parent_id == county["WC"].pk
    halves = {"on": "2026-03-02", "code": "B7", "name": "七支部", "members": [m.pk for m in members[:3]], "reason": "x"}
    plan = post(client, "split", county["B1"].pk, expect=200, **halves)
    assert "goes on with 3 members" in plan
    assert plan.count('name="members"') == 3
    post(client, "split", county["B1"].pk, confirmed="1", **halves)
    assert Member.objects.filter(organisation=county["B7"]).count() == 3
    back = {"into": county["B1"].pk, "on": "2026-03-02", "reason": "x"}
    assert "3 members" in post(client, "merge", county["B7"].pk, expect=200, **back)
    post(client, "merge", county["B7"].pk, confirmed="1", **back)
    assert Member.objects.filter(organisation=county["B1"]).count() == 6


def test_a_split_that_closes_gives_everybody_a_place(county: County, administrator: User) -> None:
    client = signed_in(administrator)
    members = [county.enrol("B1", f"M{n}") for n in range(6)]
    given = {"on": "2026-03-02", "code": "B7", "name": "甲", "members": [m.pk for m in members[:2]], "reason": "x"}
    assert "both a code and a name" in post(client, "split", county["B1"].pk, expect=422, rest_code="B8", **given)
    post(client, "split", county["B1"].pk, confirmed="1", rest_code="B8", rest_name="乙", **given)
    assert Member.objects.filter(organisation=county["B8"]).count() == 4
    assert county["B1"].closed_on == date(2026, 3, 2)
    assert "takes over from" in page(client, "unit", county["B8"].pk)


def test_posts_duties_and_terms(county: County, administrator: User) -> None:
    client = signed_in(administrator)
    member = county.enrol("B1", "M1", name="王敏")
    post(client, "create_post", county["B1"].pk, code="S", title="支部书记", seats=1)
    row = county["B1"].posts.get()
    post(client, "duties", row.pk, business="甲\r\n乙\r\n", organisation="丙")
    post(client, "appoint", row.pk, member=member.pk, starts_on="2023-05-01", ends_on="2026-05-01")
    text = page(client, "unit", county["B1"].pk)
    for words in ("支部书记", "甲", "丙", "王敏", "term ends soon"):
        assert words in text
    assert "all 1 seats" in post(
        client, "appoint", row.pk, expect=422, member=county.enrol("B1", "M2").pk, starts_on="2024-01-01"
    )
    post(client, "end_appointment", row.appointments.get().pk, on="2026-03-01", reason="transferred")
    assert "1 seat is vacant" in page(client, "unit", county["B1"].pk)
    post(client, "change_post", row.pk, title="书记", seats=2)
    post(client, "create_post", county["B1"].pk, code="X", title="Other", seats=1)
    post(client, "remove_post", county["B1"].posts.get(code="X").pk)
    assert county["B1"].posts.count() == 1


def test_a_member_is_enrolled_changed_transferred_excluded_and_erased(county: County, administrator: User) -> None:
    client = signed_in(administrator)
    post(client, "enrol", organisation=county["B1"].pk, number="N1", name="欧阳娜", status="probationary",
         on="2026-01-05", joined_on="2026-01-05", phone="13900000000")  # fmt: skip
    member = Member.objects.get(number="N1")
    assert "13900000000" in page(client, "member", member.pk)
    for words in ("oyn", "ouyangna", "欧阳", "N1"):
        assert "欧阳娜" in page(client, "members", query=f"?q={words}&sort=strokes"), words
    post(client, "change_member", member.pk, number="N1", name="欧阳娜", joined_on="2026-01-05", phone="1")
    post(client, "change_status", member.pk, status="full", on="2026-02-01", reason="meeting")
    given = {"to": county["B2"].pk, "on": "2026-02-10", "reason": "moved"}
    assert "belongs to" in post(client, "transfer", member.pk, expect=200, **given)
    post(client, "transfer", member.pk, confirmed="1", **given)
    exclusion = {"reason": "abroad", "starts_on": "2026-02-20", "approved_by": "B2", "approval": "3号",
                 "approved_on": "2026-02-19"}  # fmt: skip
    post(client, "exclude", member.pk, **exclusion)
    text = page(client, "electorate", county["B2"].pk, query="?on=2026-02-25")
    assert "abroad at their own expense" in text
    assert "Not counted" in text
    assert "欧阳娜" in page(client, "electorate", county["B2"].pk, query="?on=2026-02-15")
    assert "欧阳娜" not in page(client, "electorate", county["B1"].pk, query="?on=2026-02-15")
    post(client, "end_exclusion", member.exclusions.get().pk, on="2026-03-01", reason="back")
    assert "membership lasts" in post(client, "erase_member", member.pk, expect=422, reason="asked")
    post(client, "change_status", member.pk, status="left", on="2026-03-02", reason="moved away")
    post(client, "erase_member", member.pk, reason="asked", confirmed="1")
    text = page(client, "member", member.pk)
    assert "Erased member" in text
    assert "欧阳娜" not in text


def test_a_copy_of_the_data_is_given_and_written_down(county: County) -> None:
    member = county.enrol("B1", "M1", phone="139")
    own = county.account("mia")
    Member.objects.filter(pk=member.pk).update(user=own)
    client = signed_in(own)
    answer = client.post(reverse("organisation:export_member", args=[member.pk]))
    assert json.loads(answer.content)["phone"] == "139"
    assert AuditEntry.objects.filter(action="organisation.export_member").count() == 1
    other = county.enrol("B1", "M2")
    assert client.post(reverse("organisation:export_member", args=[other.pk])).status_code == 403


def test_roles_are_granted_and_revoked(county: County, administrator: User) -> None:
    client = signed_in(administrator)
    county.account("ben")
    post(client, "grant_role", county["B1"].pk, account="ben", role="secretary")
    grant = RoleGrant.objects.get(user__username="ben")
    assert "Ben" in page(client, "roles", county["B1"].pk)
    assert "no account" in post(client, "grant_role", county["B1"].pk, expect=422, account="nobody", role="secretary")
    post(client, "revoke_role", grant.pk, reason="done")
    assert not RoleGrant.objects.filter(user__username="ben").exists()
    own = RoleGrant.objects.get(user=administrator)
    assert "last administrator" in post(client, "revoke_role", own.pk, expect=422, reason="x")


def test_rules_of_voting_are_added(county: County, administrator: User) -> None:
    client = signed_in(administrator)
    given = {"matter": "branch_meeting", "effective_on": "2026-02-01", "quorum_numerator": 2, "quorum_denominator": 3,
             "quorum_strict": "", "pass_strict": "1", "pass_numerator": 1, "pass_denominator": 2, "pass_of": "present",
             "basis": "本县规定"}  # fmt: skip
    post(client, "add_rule", **given)
    assert "本县规定" in page(client, "rules")
    assert "already has a version" in post(client, "add_rule", expect=422, **given)
    assert "greater than" in post(client, "add_rule", expect=422, **{**given, "quorum_numerator": 4})
    post(client, "new_reason", code="sea", name="at sea", is_active="on")
    post(client, "change_reason", "sea", name="at sea")
    assert "no longer in use" in page(client, "rules")


def test_someone_elses_unit_in_the_address_bar_is_refused_and_audited(county: County) -> None:
    client = signed_in(county.account("sam", "secretary", "B1"))
    for name, args in (("unit", [county["B2"].pk]), ("electorate", [county["B2"].pk]), ("unit", [999999])):
        assert client.get(reverse(f"organisation:{name}", args=args)).status_code == 403
    assert AuditEntry.objects.filter(refused=True, action="organisation.read_unit").count() == 3
    for name in ("change_unit", "move_unit", "close_unit", "merge", "split", "grant_role", "roles"):
        assert client.get(reverse(f"organisation:{name}", args=[county["B1"].pk])).status_code == 403, name
    assert client.get(reverse("organisation:unit", args=[county["B1"].pk])).status_code == 200


def test_a_member_sees_the_own_organisation_and_no_telephone(county: County) -> None:
    member, fellow, stranger = (
        county.enrol("B1", "M1"), county.enrol("B1", "M2", phone="13977777777"), county.enrol("B2", "M3"),
    )  # fmt: skip
    user = county.account("mia")
    Member.objects.filter(pk=member.pk).update(user=user)
    client = signed_in(user)
    assert county["B1"].name in page(client, "units")
    assert county["B2"].name not in page(client, "units")
    assert "13977777777" not in page(client, "member", fellow.pk)
    assert "Telephone" in page(client, "member", member.pk)
    assert client.get(reverse("organisation:member", args=[stranger.pk])).status_code == 403
    assert client.get(reverse("organisation:electorate", args=[county["B1"].pk])).status_code == 403


def test_the_public_is_led_to_sign_in(county: County) -> None:
    for name, args in (("units", []), ("members", []), ("unit", [county["B1"].pk]), ("rules", [])):
        assert Client().get(reverse(f"organisation:{name}", args=args)).status_code == 302


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_pages_stay_few_in_sql(county: County, administrator: User, language: str,
                               django_assert_max_num_queries) -> None:  # fmt: skip
    client = signed_in(administrator)
    member = county.enrol("B1", "M1")
    for number in range(40):
        county.found(f"Z{number}", "branch", "WC")
    client.cookies["django_language"] = language
    pages = [
        ("units", []), ("warnings", []), ("chart", []), ("unit", [county["WC"].pk]), ("unit", [county["B1"].pk]),
        ("members", []), ("member", [member.pk]), ("electorate", [county["WC"].pk]), ("roles", [county["B1"].pk]),
        ("rules", []),
    ]  # fmt: skip
    for name, args in pages:
        with django_assert_max_num_queries(MOST_SQL):
            assert client.get(reverse(f"organisation:{name}", args=args)).status_code == 200
    assert Organisation.objects.count() > 40
