"""The pages of rosters: bring a file in, look, apply; and whoever may not is refused."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from plumbline.kernel import sheets
from plumbline.kernel.models import User
from plumbline.organisation.models import Member, RosterUpload, Unit
from tests.organisation.test_roster_actions import SHEETS, load, workbook

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


def file_of(stream: BytesIO, name: str = "roster.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, stream.read())


def bring_in(client: Client, stream: BytesIO) -> str:
    response = client.post(reverse("organisation:roster"), {"file": file_of(stream)})
    assert response.status_code == 302
    return str(response["Location"])


@pytest.mark.parametrize(("language", "words"), [("en", "What the file would change"), ("zh-hans", "文件将带来的变化")])
def test_a_file_is_brought_in_looked_at_and_applied(root: Client, language: str, words: str) -> None:
    headers = {"Accept-Language": language}
    place = bring_in(root, workbook())
    page = root.get(place, headers=headers)
    assert words in page.content.decode()
    assert "财政局第一党支部" in root.get(place, {"table": "organisations"}).content.decode()
    assert not Unit.objects.exists()
    upload = RosterUpload.objects.get()
    done = root.post(reverse("organisation:roster_apply", args=[upload.pk]), follow=True)
    assert done.status_code == 200
    assert Unit.objects.filter(code="B1").exists()
    assert root.get(reverse("organisation:roster"), headers=headers).status_code == 200


def test_mistakes_are_shown_with_their_place_and_nothing_can_be_applied(root: Client) -> None:
    place = bring_in(root, workbook(Members=[SHEETS["Members"][0], ["001", "", "B9", None, None, None, None, None]]))
    page = root.get(place).content.decode()
    assert "No organisation has the code B9" in page
    assert reverse("organisation:roster_apply", args=[RosterUpload.objects.get().pk]) not in page


def test_a_stale_preview_is_made_anew(root: Client) -> None:
    place = bring_in(root, workbook())
    load(workbook())
    Member.objects.filter(number="001").update(phone="9")
    done = root.post(f"{place}apply/", follow=True)
    assert "was changed since this preview" in done.content.decode()
    assert Member.objects.get(number="001").phone == "9"


def test_a_file_can_be_forgotten(root: Client) -> None:
    place = bring_in(root, workbook())
    assert root.post(f"{place}discard/").status_code == 302
    assert not RosterUpload.objects.exists()


def test_no_file_and_no_workbook_are_told_in_words(root: Client) -> None:
    assert root.post(reverse("organisation:roster"), {}).status_code == 422
    assert "not an Excel workbook" in root.get(bring_in(root, BytesIO(b"words"))).content.decode()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_template_and_export_are_workbooks(root: Client, language: str) -> None:
    load(workbook())
    for address in (reverse("organisation:roster_template", args=[language]), reverse("organisation:roster_export")):
        response = root.get(address)
        assert response["Cache-Control"] == "no-store"
        assert sheets.read_workbook(BytesIO(response.content), "x.xlsx")


def test_a_stranger_meets_the_sign_in_and_an_account_without_roles_a_refusal() -> None:
    client = Client()
    assert client.get(reverse("organisation:roster")).status_code == 302
    client.force_login(User.objects.create_user("nobody"))
    for name in ("roster", "roster_export"):
        assert client.get(reverse(f"organisation:{name}")).status_code == 403
    assert client.post(reverse("organisation:roster"), {"file": file_of(workbook())}).status_code == 403
    assert not RosterUpload.objects.exists()
