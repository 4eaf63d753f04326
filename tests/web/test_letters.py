"""The pages of letters: read by both sides, signed after a deliberate step, checked by the hash on the paper."""

import pytest

from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.responsibility import api as responsibility
from plumbline.responsibility.models import Duty, Letter, LetterSignature, LetterTemplate
from tests.organisation.county import AT, MACHINE, TODAY
from tests.responsibility.test_letters_actions import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client):
    from django.utils import translation

    with translation.override("en"):
        yield Office()


def _enter(client, name: str) -> None:
    client.force_login(User.objects.get(username=name))


def test_a_secretary_reads_signs_and_checks_a_letter(client, office):
    letter = office.issued("B3")
    address = f"/letters/{letter.pk}/"
    _enter(client, "s-B3")
    assert letter.text["title"] in client.get("/letters/").content.decode()
    assert letter.text_hash in client.get(address).content.decode()
    given = {"act": "sign", "side": "lower", "hash": letter.text_hash}
    client.post(f"{address}act/", given)
    assert not LetterSignature.objects.exists()
    client.post(f"{address}act/", {**given, "confirmed": "yes"})
    assert LetterSignature.objects.get().side == "lower"
    assert Letter.objects.get(pk=letter.pk).state == "half"
    found = client.get("/letters/check/", {"hash": letter.text_hash}).content.decode()
    assert address in found


def test_others_neither_see_nor_sign_it(client, office):
    letter = office.issued("B3")
    _enter(client, "s-C1")
    assert client.get(f"/letters/{letter.pk}/").status_code == 403
    given = {"act": "sign", "side": "lower", "hash": letter.text_hash, "confirmed": "yes"}
    assert client.post(f"/letters/{letter.pk}/act/", given).status_code == 403
    assert f"/letters/{letter.pk}/" not in client.get("/letters/check/", {"hash": letter.text_hash}).content.decode()
    client.logout()
    assert client.get("/letters/").status_code in (302, 403)


def test_a_committee_takes_a_template_makes_letters_adapts_one_and_drafts_an_annex(client, office):
    client.force_login(_admin(office))
    page = client.get("/letters/templates/").content.decode()
    assert "/letters/templates/new/?from=two_responsibilities" in page
    start = client.get("/letters/templates/new/?from=party_building").context["form"].initial
    broken = client.post("/letters/templates/new/", {**start, "text": "title: [x"})
    assert broken.status_code == 422
    assert "Line 1 cannot be read" in broken.content.decode()
    assert client.post("/letters/templates/new/", start).status_code == 302
    template = LetterTemplate.objects.exclude(pk=office.template.pk).get()
    assert template.text["targets"][0]["points"] == 30_000_000
    given = {
        "template": template.pk, "year": 2026, "upper": office.county["WC"].pk, "upper_post": "secretary",
        "kind": "committee", "lower_posts": "secretary",
    }  # fmt: skip
    refused = client.post("/letters/make/", {**given, "upper_post": "nobody"})
    assert "no such post" in refused.content.decode()
    client.post("/letters/make/", given)
    letter = Letter.objects.get(lower_unit=office.county["C1"])
    address = f"/letters/{letter.pk}/text/"
    text = client.get(address).context["form"].initial["text"]
    assert "points: 30" in text
    wrong = client.post(address, {"text": text.replace("points: 30", "points: many", 1)})
    assert "is no number of points" in wrong.content.decode()
    client.post(address, {"text": text.replace("points: 30", "points: 35", 1).replace("points: 100", "points: 105", 1)})
    letter.refresh_from_db()
    assert letter.text["points"] == 105_000_000
    client.post(f"/letters/{letter.pk}/act/", {"act": "issue"})
    letter.refresh_from_db()
    office.sign(letter, "lower", office.people["C1"])
    office.sign(letter, "upper", office.people["WC"])
    assert Duty.objects.filter(letter_ref=letter.pk).count() == 6
    annex = client.get(address)
    assert "Annex to the letter" in annex.content.decode()
    client.post(address, {"text": annex.context["form"].initial["text"].replace("1 lecture", "2 lectures")})
    assert Letter.objects.get(amends=letter).kind == "annex"
    _enter(client, "s-B3")
    assert client.get("/letters/make/").status_code == 403
    assert client.get(address).status_code == 403


def _admin(office):
    user = office.county.account("boss")
    organisation.grant_role(by=MACHINE, at=AT, user=user, role="administrator", unit=office.county["WC"])
    return user


def test_a_letter_is_a_paper_and_a_signed_one_names_its_entry_in_the_log(client, office):
    letter = office.issued("B3")
    _enter(client, "s-B3")
    paper = client.get(f"/letters/{letter.pk}/letter.docx")
    assert paper.content[:2] == b"PK"
    assert "letter.docx" not in paper["Content-Disposition"]
    office.sign(letter, "lower", office.people["B3"])
    office.sign(letter, "upper", office.people["WC"])
    assert "In the transparency log" in client.get(f"/letters/{letter.pk}/").content.decode()
    assert client.get(f"/letters/{letter.pk}/letter.pdf").content[:4] == b"%PDF"


def test_the_cascade_names_what_nobody_below_owns(client, office):
    user = _admin(office)
    letter = office.signed("C1")
    other = office.issued("B3")
    client.force_login(user)
    page = client.get("/letters/cascade/?year=2026").content.decode()
    assert "One duty has no owner below." in page
    assert "0 letters carry too much." in page
    assert "No letters are issued yet" in client.get("/letters/cascade/?year=1999").content.decode()
    found = responsibility.cascade(office.admin, 2026, on=TODAY)
    assert (found.unowned, found.overloaded, found.more) == (1, 0, False)
    assert {(one.letter.pk, one.depth, one.unowned) for one in found.branches} == {
        (letter.pk, 0, (("D1", "Lectures in 2026"),)), (other.pk, 0, ()),
    }  # fmt: skip
