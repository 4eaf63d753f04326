"""Activation slips: who may print whose, what opens an account, and what guessing meets."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, Grant, NotPermitted
from plumbline.kernel.models import User
from plumbline.organisation import api
from plumbline.organisation.actions import slips as actions
from plumbline.organisation.models import ActivationSlip, Member, RoleGrant, Unit
from plumbline.organisation.rules import slips as rules

AT = datetime(2026, 6, 1, 2, tzinfo=UTC)
ROOT = Actor.system("test")
PASSWORD = "a sound plumb line"


@pytest.fixture
def members(db) -> dict[str, Member]:
    """Return the members of two branches under one committee, by number."""
    api.load_roster(
        by=ROOT,
        at=AT,
        records={
            "organisations": [
                {"code": "QH", "name": "Working Committee", "kind": "working_committee"},
                {"code": "B1", "name": "First Branch", "kind": "branch", "parent": "QH"},
                {"code": "B2", "name": "Second Branch", "kind": "branch", "parent": "QH"},
            ],
            "members": [
                {"number": number, "name": f"Member {number}", "organisation": code}
                for number, code in (("1", "B1"), ("2", "B1"), ("3", "B2"), ("4", "B1"))
            ],
            "roles": [
                {"account": "boss", "role": "administrator", "unit": "QH", "member": "4"},
                {"account": "elsewhere", "role": "assessor", "unit": "QH", "name": "Assessor"},
            ],
        },
    )
    return {member.number: member for member in Member.objects.all()}


def actor(role: str, code: str) -> Actor:
    unit = Unit.objects.get(code=code)
    return Actor(f"{role}@{code}", user_id=99, grants=(Grant(role, unit.pk, unit.path),))


def issue(member: Member, by: Actor = ROOT, at: datetime = AT) -> api.PrintedSlip:
    (slip,) = api.activation_slips(by=by, at=at, member_ids=[member.pk])
    return slip


def use(code: str, at: datetime = AT, address: str = "10.0.0.1", password: str = PASSWORD) -> User:
    return api.use_slip(code=code, password=password, at=at, address=address)


def test_a_slip_opens_an_account_once(members: dict[str, Member]) -> None:
    slip = issue(members["1"], by=actor("secretary", "B1"))
    assert (slip.username, slip.purpose, slip.organisation) == ("1", "activate", "First Branch")
    assert not User.objects.get(username="1").has_usable_password()
    user = use(slip.code)
    assert user.check_password(PASSWORD)
    assert "member" in api.resolve_actor(user, at=AT).roles()
    with pytest.raises(api.NoSuchSlip):
        use(slip.code)
    assert issue(members["1"]).purpose == "reset"


def test_only_the_fingerprint_is_stored_and_the_audit_holds_no_code(members: dict[str, Member]) -> None:
    slip = issue(members["1"])
    stored = ActivationSlip.objects.get()
    assert slip.code not in str(stored.__dict__)
    assert slip.code not in str(list(audit.entries().values()))


def test_the_code_may_be_typed_as_people_type(members: dict[str, Member]) -> None:
    slip = issue(members["1"])
    assert use(f"  {slip.code.replace('-', ' ').lower()} ").username == "1"


def test_printing_again_revokes_the_earlier_slip(members: dict[str, Member]) -> None:
    first, second = issue(members["1"]), issue(members["1"])
    with pytest.raises(api.NoSuchSlip):
        use(first.code)
    assert use(second.code).username == "1"
    assert ActivationSlip.objects.filter(used_at=None, revoked_at=None).count() == 0


def test_the_database_allows_one_open_slip_for_an_account(members: dict[str, Member]) -> None:
    issue(members["1"])
    slip = ActivationSlip.objects.get()
    slip.pk, slip.fingerprint = None, "x" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        slip.save(force_insert=True)


def test_a_slip_expires_and_can_be_revoked(members: dict[str, Member]) -> None:
    slip = issue(members["1"])
    with pytest.raises(api.NoSuchSlip):
        use(slip.code, at=AT + timedelta(days=30))
    assert api.revoke_slips(by=ROOT, at=AT, member_id=members["1"].pk) == 1
    with pytest.raises(api.NoSuchSlip):
        use(slip.code)
    assert api.revoke_slips(by=ROOT, at=AT, member_id=members["1"].pk) == 0, "it was revoked already"


def test_a_weak_password_leaves_the_slip_open(members: dict[str, Member]) -> None:
    slip = issue(members["1"])
    with pytest.raises(ValidationError):
        use(slip.code, password="password12")
    assert use(slip.code).username == "1"


def test_the_slip_of_one_who_left_or_was_switched_off_is_dead(members: dict[str, Member]) -> None:
    left, off = issue(members["1"]), issue(members["2"])
    Member.objects.filter(number="1").update(status="left")
    User.objects.filter(username="2").update(is_active=False)
    for slip in (left, off):
        with pytest.raises(api.NoSuchSlip):
            use(slip.code)
    numbers = [members[number].pk for number in ("1", "2", "3")]
    assert [s.name for s in api.activation_slips(by=ROOT, at=AT, member_ids=numbers)] == ["Member 3"]


def test_guessing_waits_and_is_audited(members: dict[str, Member]) -> None:
    slip = issue(members["1"])
    for guess in range(rules.GUESSES_ALLOWED):
        with pytest.raises(api.NoSuchSlip):
            use(f"2222-2222-{guess:04d}")
    with pytest.raises(api.TooManyGuesses) as refused:
        use(slip.code)
    assert refused.value.until == AT + rules.GUESS_WINDOW
    assert audit.entries(action="organisation.slip_guessing").count() == 1
    assert use(slip.code, address="10.0.0.2").username == "1"


def test_after_the_wait_the_address_may_try_again(members: dict[str, Member]) -> None:
    slip = issue(members["1"])
    for _guess in range(rules.GUESSES_ALLOWED):
        with pytest.raises(api.NoSuchSlip):
            use("wrong")
    assert use(slip.code, at=AT + rules.GUESS_WINDOW + timedelta(seconds=1)).username == "1"


@pytest.mark.parametrize(
    ("role", "code", "number", "allowed"),
    [
        ("administrator", "QH", "1", True),
        ("administrator", "QH", "4", True),
        ("secretary", "B1", "1", True),
        ("secretary", "B1", "3", False),
        ("secretary", "B1", "4", False),
        ("administrator", "B1", "4", False),
        ("organiser", "B1", "1", False),
        ("member", "B1", "1", False),
        ("auditor", "QH", "1", False),
    ],
)
def test_who_may_print_whose_slip(members: dict[str, Member], role: str, code: str, number: str, allowed: bool) -> None:
    if allowed:
        assert issue(members[number], by=actor(role, code)).name == f"Member {number}"
    else:
        with pytest.raises(NotPermitted):
            issue(members[number], by=actor(role, code))


def test_nobody_but_a_superuser_prints_for_a_superuser(members: dict[str, Member]) -> None:
    user = User.objects.create_superuser("root", PASSWORD)
    Member.objects.filter(number="1").update(user=user)
    with pytest.raises(NotPermitted):
        issue(members["1"], by=actor("administrator", "QH"))
    assert issue(members["1"]).purpose == "reset"


def test_accounts_beyond_the_actor_are_left_out_of_a_print_of_all(members: dict[str, Member]) -> None:
    unit = Unit.objects.get(code="B1")
    found = api.members_for_slips(actor("secretary", "B1"), unit, only_waiting=True)
    assert found == [members["1"].pk, members["2"].pk]
    use(issue(members["1"]).code)
    assert api.members_for_slips(actor("secretary", "B1"), unit, only_waiting=True) == [members["2"].pk]
    assert len(api.members_for_slips(actor("secretary", "B1"), unit, only_waiting=False)) == 2


def test_an_account_without_a_member_gets_its_slip_from_an_administrator(members: dict[str, Member]) -> None:
    user = User.objects.get(username="elsewhere")
    slip = api.issue_account_slip(by=actor("administrator", "QH"), at=AT, user_id=user.pk)
    assert slip.name == "Assessor"
    assert use(slip.code) == user
    with pytest.raises(NotPermitted):
        api.issue_account_slip(by=actor("administrator", "B1"), at=AT, user_id=user.pk)


def test_a_taken_user_name_gets_a_mark(members: dict[str, Member]) -> None:
    User.objects.create_user("3")
    assert issue(members["3"]).username == "3-2"


@pytest.mark.parametrize("text", ["", "x", "ÄÖ–²", "7kq2m3xr9twa", "７ＫＱ２－Ｍ３ＸＲ－９ＴＷＡ", "a" * 400])
def test_any_text_has_a_normal_form(text: str) -> None:
    assert rules.normal_code(rules.normal_code(text)) == rules.normal_code(text)
    assert len(rules.normal_code(text)) <= 16


def test_full_width_letters_are_the_same_code() -> None:
    assert rules.normal_code("７ＫＱ２－Ｍ３ＸＲ－９ＴＷＡ") == "7KQ2-M3XR-9TWA" == rules.normal_code("7kq2m3xr9twa")


def signed_in(username: str, role: str, code: str) -> Client:
    user = User.objects.filter(username=username).first() or User.objects.create_user(username, PASSWORD)
    RoleGrant.objects.get_or_create(user=user, role=role, unit=Unit.objects.get(code=code))
    client = Client()
    client.force_login(user)
    return client


def test_a_secretary_prints_and_a_member_opens_the_account(members: dict[str, Member]) -> None:
    client = signed_in("sec", "secretary", "B1")
    address = reverse("organisation:unit_slips", args=[Unit.objects.get(code="B1").pk])
    assert client.get(address).status_code == 200
    response = client.post(address, {"who": "without"})
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    slip = issue(members["1"], at=datetime.now(UTC))
    page = reverse("organisation:activate_code", args=[slip.code])
    public = Client()
    assert slip.code in public.get(page).content.decode()
    wrong = public.post(page, {"code": slip.code, "password": PASSWORD, "again": "another one"})
    assert wrong.status_code == 422
    done = public.post(page, {"code": slip.code, "password": PASSWORD, "again": PASSWORD})
    assert done.status_code == 302
    assert User.objects.get(username="1").check_password(PASSWORD)
    assert public.post(page, {"code": slip.code, "password": PASSWORD, "again": PASSWORD}).status_code == 422


def test_the_slips_of_another_branch_are_refused_and_audited(members: dict[str, Member]) -> None:
    client = signed_in("sec", "secretary", "B1")
    assert client.post(reverse("organisation:member_slip", args=[members["3"].pk])).status_code == 403
    assert client.get(reverse("organisation:unit_slips", args=[members["3"].organisation_id])).status_code == 403
    assert not ActivationSlip.objects.exists()


def test_the_page_of_roles_prints_slips_of_accounts(members: dict[str, Member]) -> None:
    client = signed_in("adm", "administrator", "QH")
    for username in ("elsewhere", "boss"):
        address = reverse("organisation:account_slip", args=[User.objects.get(username=username).pk])
        assert client.post(address)["Content-Type"] == "application/pdf"
    assert ActivationSlip.objects.count() == 2
    off = User.objects.create_user("off", is_active=False)
    assert client.post(reverse("organisation:account_slip", args=[off.pk])).status_code == 403


def test_a_slip_used_in_the_same_moment_elsewhere_is_refused(
    members: dict[str, Member], monkeypatch: pytest.MonkeyPatch
) -> None:
    slip = issue(members["1"])
    found = actions.open_slip(code=slip.code, at=AT, address="10.0.0.1")
    ActivationSlip.objects.update(used_at=AT)
    monkeypatch.setattr(actions, "open_slip", lambda **_given: found)
    with pytest.raises(api.NoSuchSlip):
        use(slip.code)


def test_the_account_of_a_member_who_left_gets_no_slip(members: dict[str, Member]) -> None:
    issue(members["1"])
    Member.objects.filter(number="1").update(status="left")
    with pytest.raises(NotPermitted):
        api.issue_account_slip(by=ROOT, at=AT, user_id=User.objects.get(username="1").pk)
