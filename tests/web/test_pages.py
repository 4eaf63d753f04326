"""The frame: the start page, the desk, the headers of safety, the language."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> Any:
    return get_user_model().objects.create_user("wang", "a long enough phrase", display_name="Wang Min")


def test_the_start_page_answers_the_public(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Sign in" in page.content.decode()


def test_every_answer_carries_the_headers_of_safety(client: Client) -> None:
    headers = client.get("/").headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert "microphone=()" in headers["Permissions-Policy"]


def test_the_desk_greets_who_signed_in(client: Client, user: Any) -> None:
    client.force_login(user)
    page = client.get("/")
    assert "Wang Min" in page.content.decode()
    assert page.headers["Cache-Control"] == "private, no-store"


def test_the_language_is_kept_on_the_account_and_in_a_cookie(client: Client, user: Any) -> None:
    client.force_login(user)
    answer = client.post("/language/", {"language": "zh-hans", "next": "/me/"})
    user.refresh_from_db()
    assert (answer.url, user.language, answer.cookies["django_language"].value) == ("/me/", "zh-hans", "zh-hans")  # type: ignore[attr-defined]
    assert 'lang="zh-hans"' in client.get("/", headers={"accept-language": "en"}).content.decode()


@pytest.mark.parametrize("wanted", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_the_language_switch_leads_nowhere_else(client: Client, wanted: str) -> None:
    assert client.post("/language/", {"language": "en", "next": wanted}).url == "/"  # type: ignore[attr-defined]


def test_a_private_page_leads_the_public_to_sign_in(client: Client) -> None:
    assert client.get("/me/").url == "/account/login/?next=/me/"  # type: ignore[attr-defined]
