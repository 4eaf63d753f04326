"""The shared pages: who may open them, what they show, and that nobody reaches another's."""

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Role
from tests.kernel.people import AT

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).resolve().parents[2] / "src" / "plumbline"


@pytest.fixture
def boss() -> User:
    """The administrator of a working committee."""
    user = User.objects.create_user("boss", display_name="Wang Lin")
    system = Actor.system("test")
    top = organisation.found_organisation(by=system, at=AT, code="A", name="清河县机关工委", kind="working_committee")
    organisation.grant_role(by=system, at=AT, user=user, role=Role.ADMINISTRATOR, unit=top)
    return user


@pytest.fixture
def member() -> User:
    """An account without any role."""
    return User.objects.create_user("member", display_name="Li Na")


def client_of(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


PAGES = ["search", "inbox", "calendar", "audit", "jobs:list"]


@pytest.mark.parametrize("name", PAGES)
def test_the_public_is_led_to_sign_in(name: str) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_the_administrator_in_both_languages(boss: User, name: str) -> None:
    for language in ("en", "zh-hans"):
        answer = client_of(boss, language).get(reverse(name), follow=True)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert " style=" not in text
        assert not re.search(r" on[a-z]+=", text)
