"""Sign-in: the lock against guessing, the audit, what happens without mail."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from plumbline.kernel.models import AuditEntry
from plumbline.organisation.models import Role
from plumbline.web.accounts.roles import ROLE_LABELS

pytestmark = pytest.mark.django_db

PASSWORD = "a plumb line hangs true"


@pytest.fixture
def user() -> Any:
    return get_user_model().objects.create_user("wang", PASSWORD)


def attempt(client: Client, password: str = PASSWORD, name: str = "wang") -> Any:
    return client.post("/account/login/", {"login": name, "password": password})


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_the_right_password_leads_to_the_desk_and_is_audited(client: Client, user: Any) -> None:
    assert attempt(client).url == "/"
    client.post("/account/logout/")
    assert actions() == ["accounts.sign_in", "accounts.sign_out"]


def test_a_failure_is_audited_without_what_was_typed(client: Client, user: Any) -> None:
    attempt(client, "secret-one")
    attempt(client, "secret-two", name="secret-name")
    rows = list(AuditEntry.objects.order_by("pk").values_list("action", "subject", "refused"))
    assert rows == [
        ("accounts.sign_in_failed", f"user:{user.pk}", True),
        ("accounts.sign_in_failed", "user:unknown", True),
    ]
    assert "secret" not in str(list(AuditEntry.objects.values()))


def test_the_fifth_wrong_password_locks_this_name_here_even_for_the_right_one(client: Client, user: Any) -> None:
    answers = [attempt(client, "wrong").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    locked = attempt(client)
    assert locked.status_code == 429
    assert "15 minutes" in locked.content.decode()


def test_another_name_from_the_same_place_is_not_locked(client: Client, user: Any) -> None:
    for _ in range(5):
        attempt(client, "wrong", name="li")
    assert attempt(client).status_code == 302


def test_a_right_password_forgets_earlier_mistakes(client: Client, user: Any) -> None:
    for _ in range(4):
        attempt(client, "wrong")
    attempt(client)
    client.post("/account/logout/")
    for _ in range(4):
        attempt(client, "wrong")
    assert attempt(client).status_code == 302


def test_nobody_signs_up_alone(client: Client) -> None:
    page = client.post("/account/signup/", {"username": "li", "password1": PASSWORD, "password2": PASSWORD})
    assert "come from the roster" in page.content.decode()
    assert not get_user_model().objects.exists()


def test_without_mail_a_password_is_renewed_by_a_slip(client: Client) -> None:
    assert "slip on paper" in client.get("/account/password/reset/").content.decode()


def test_a_closed_account_stays_out(client: Client, user: Any) -> None:
    type(user).objects.update(is_active=False)
    assert attempt(client).status_code != 302 or attempt(client).url == "/account/inactive/"
    assert client.get("/me/").status_code == 302


def test_the_admin_pages_use_the_same_sign_in(client: Client, user: Any) -> None:
    assert client.get("/admin/").url == "/admin/login/?next=/admin/"  # type: ignore[attr-defined]
    assert client.get("/admin/login/?next=/admin/").url.startswith("/account/login/")  # type: ignore[attr-defined]
    client.force_login(user)
    assert client.get("/admin/login/?next=/admin/").status_code == 403


def test_every_role_has_its_words() -> None:
    assert [(code, str(label)) for code, label in ROLE_LABELS.items()] == [(str(r.value), str(r.label)) for r in Role]
