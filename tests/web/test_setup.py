"""The first administrator comes by a one-time link, and by nothing else."""

import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from plumbline.kernel import audit, clock
from plumbline.kernel.models import User
from plumbline.organisation.models import Organisation, RoleGrant
from plumbline.web.setup import links

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
GIVEN = {
    "display_name": "Wang Min",
    "username": "wang",
    "password": "a plumb line hangs true",
    "again": "a plumb line hangs true",
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: object) -> Iterator[Path]:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    with clock.frozen(AT):
        yield tmp_path


def link() -> str:
    made = links.ensure_setup_link()
    assert made
    return made


def test_the_link_stands_below_the_address_and_only_its_fingerprint_is_kept(folder: Path) -> None:
    made = links.ensure_setup_link("http://127.0.0.1:8000/")
    assert made
    assert made.startswith("http://127.0.0.1:8000/setup/")
    note = folder / "setup-link.json"
    assert made.split("/")[-2] not in note.read_text()
    assert stat.S_IMODE(note.stat().st_mode) == 0o600


def test_the_link_makes_a_superuser_signs_in_and_is_spent(
    client: Client, django_capture_on_commit_callbacks: object
) -> None:
    made = link()
    assert client.get(made).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        answer = client.post(made, GIVEN)
    assert answer.url == "/setup/steps/"  # type: ignore[attr-defined]
    user = User.objects.get(username="wang")
    assert user.is_superuser
    assert user.check_password(GIVEN["password"])
    assert audit.history(f"user:{user.pk}")[-1].action == "setup.create_first_administrator"
    assert client.get(made).status_code == 410
    assert "has been made already" in client.get(made).content.decode()
    assert links.ensure_setup_link() is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "1234567890", "again": "1234567890"}, "too common"),
        ({"password": "wang-wang-wang", "again": "wang-wang"}, "The two passwords differ"),
        ({"username": ""}, "required"),
        ({"username": "wang min"}, "valid"),
    ],
)
def test_a_bad_form_says_what_to_change_and_makes_nobody(client: Client, changed: dict[str, str], told: str) -> None:
    page = client.post(link(), GIVEN | changed)
    assert page.status_code == 422
    assert told in page.content.decode()
    assert not User.objects.exists()


def test_a_taken_user_name_is_told(client: Client) -> None:
    User.objects.create_user("wang")
    assert "user name is taken" in client.post(link(), GIVEN).content.decode()


def test_a_newer_link_ends_the_older_one(client: Client) -> None:
    older, newer = link(), link()
    assert "Only the newest link counts" in client.get(older).content.decode()
    assert client.get(newer).status_code == 200


def test_a_link_ends_after_a_day(client: Client) -> None:
    made = link()
    with clock.frozen(AT + links.LIFETIME - timedelta(seconds=1)):
        assert client.get(made).status_code == 200
    with clock.frozen(AT + links.LIFETIME):
        page = client.post(made, GIVEN)
    assert page.status_code == 410
    assert "older than 24 hours" in page.content.decode()
    assert not User.objects.exists()


def test_without_a_note_no_secret_opens_anything(client: Client) -> None:
    assert client.get("/setup/whatever/").status_code == 410


def test_of_two_people_with_one_link_the_second_is_told() -> None:
    secret = link().split("/")[-2]
    for name in ("wang", "li"):
        if name == "wang":
            links.create_first_administrator(
                secret=secret, username=name, display_name="", password=GIVEN["password"], at=AT
            )
        else:
            with pytest.raises(links.LinkRefused) as refused:
                links.create_first_administrator(
                    secret=secret, username=name, display_name="", password=GIVEN["password"], at=AT
                )
            assert refused.value.state is links.LinkState.USED


def test_the_steps_found_the_committee_and_make_its_founder_administrator(client: Client) -> None:
    user = User.objects.create_superuser("wang")
    client.force_login(user)
    assert "Found the committee" in client.get("/setup/steps/").content.decode()
    assert client.post("/setup/steps/", {"name": "清河县直属机关工委", "code": "GW01"}).status_code == 302
    committee = Organisation.objects.get(code="GW01")
    assert RoleGrant.objects.get(user=user).unit_id == committee.pk
    page = client.get("/setup/steps/").content.decode()
    assert "清河县直属机关工委" in page
    assert "Found the committee" not in page


def test_a_refused_committee_says_why(client: Client) -> None:
    client.force_login(User.objects.create_superuser("wang"))
    page = client.post("/setup/steps/", {"name": "清河县直属机关工委", "code": "G W"})
    assert page.status_code == 422
    assert not Organisation.objects.exists()


def test_the_steps_are_for_administrators(client: Client) -> None:
    client.force_login(User.objects.create_user("li"))
    assert client.get("/setup/steps/").status_code == 403
