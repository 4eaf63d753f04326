"""Passing facts up and taking them in, as people click through the pages."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plumbline.kernel import clock
from plumbline.ledger import api as ledger
from plumbline.ledger.models import Fact, PassedFile
from tests.web import world

pytestmark = pytest.mark.django_db
Sign = Callable[[str], Client]
YEAR = {"from_": "2026-01-01", "until": "2026-12-31"}


@pytest.fixture
def tree() -> world.Tree:
    """A tree with facts, a published round, and a file of its own facts that waits to be added."""
    found = world.plant("GW", "清河县")
    world.furnish(found)
    return found


@pytest.fixture
def sign_in(tree: world.Tree) -> Sign:
    def sign(role: str) -> Client:
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        client.force_login(tree.users[role])
        return client

    return sign


def page(client: Client, url: str, **data: Any) -> str:
    """Ask for a page, or post to it and follow, at the time of the tree."""
    with clock.frozen(world.AT):
        answer = client.post(url, data, follow=True) if data else client.get(url)
    return answer.content.decode()


def test_an_administrator_makes_a_file(tree: world.Tree, sign_in: Sign) -> None:
    boss = sign_in("administrator")
    assert "/facts/pass-up/" in page(boss, "/facts/")
    first = page(boss, "/facts/pass-up/")
    held = ledger.current_facts(None, from_=date(2026, 1, 1), until=date(2026, 12, 31), kinds=["meeting.held"]).count()
    assert held >= 8
    assert f"Meeting held ({held})" in first
    assert tree.objects["round"].title in first
    given = {"committee": tree.committee.pk, **YEAR}
    assert "Choose at least one kind" in page(boss, "/facts/pass-up/", **given)
    with clock.frozen(world.AT):
        answer = boss.post(
            "/facts/pass-up/", {**given, "kinds": ["meeting.held"], "results": [tree.objects["round"].pk]}
        )
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Fingerprint"] in page(boss, "/facts/pass-up/")
    assert "Nothing to pass up" not in first
    old = page(boss, f"/facts/pass-up/?committee={tree.branch.pk}&from_=2020-01-01&until=2020-12-31")
    assert "Select a valid choice" in old
    empty = page(boss, f"/facts/pass-up/?committee={tree.committee.pk}&from_=2020-01-01&until=2020-12-31")
    assert "Meeting held" not in empty
    with clock.frozen(world.AT):
        assert sign_in("secretary").get("/facts/pass-up/").status_code == 403


def test_a_file_is_checked_matched_and_added(tree: world.Tree, sign_in: Sign) -> None:
    boss, file = sign_in("administrator"), tree.objects["passed"]
    url = f"/facts/receive/{file.pk}/"
    shown = page(boss, url)
    assert "Add all of it" in shown
    assert "made by this very installation" in shown
    assert 'href="/rounds/"' in shown, "the side bar stands beside it"
    left = page(boss, f"{url}match/", **{f"unit-{tree.branch.code}": "0", "unit-x": "y"})
    assert "matched as you said" in left
    assert "left out" in left
    assert "no unit NOBODY" in page(boss, f"{url}match/", **{"unit-NOBODY": str(tree.branch.pk)})
    page(boss, f"{url}match/", **{f"unit-{tree.branch.code}": str(tree.branch.pk)})
    added = page(boss, f"{url}add/", x=1)
    assert "The file is added: newly added 8" in added
    assert "was added already" in page(boss, f"{url}add/", x=1)
    assert "was added already" in page(boss, f"{url}drop/", x=1)
    fact = Fact.objects.filter(source__startswith="passed:").order_by("pk").first()
    assert fact is not None
    shown = page(boss, f"/facts/{fact.pk}/")
    assert file.fingerprint in shown
    assert url in shown
    assert url not in page(sign_in("secretary"), f"/facts/{fact.pk}/")
    again = SimpleUploadedFile(file.name, bytes(PassedFile.objects.get(pk=file.pk).content or file.content))
    told = page(boss, "/facts/receive/", unit=tree.committee.pk, file=again)
    assert "This very file was added already" in told
    newest = PassedFile.objects.latest("pk")
    assert "thrown away" in page(boss, f"/facts/receive/{newest.pk}/drop/", x=1)
    assert not PassedFile.objects.filter(pk=newest.pk).exists()


def test_units_that_do_not_match_are_asked_for(tree: world.Tree, sign_in: Sign) -> None:
    boss, file = sign_in("administrator"), tree.objects["passed"]
    PassedFile.objects.filter(pk=file.pk).update(mapping={})
    shown = page(boss, f"/facts/receive/{file.pk}/")
    assert "1 unit of the file is not matched yet" in shown
    assert "not matched yet</option>" in shown
    assert "Nothing was added" in page(boss, f"/facts/receive/{file.pk}/add/", x=1)


def test_a_changed_byte_is_told_with_its_line(tree: world.Tree, sign_in: Sign) -> None:
    boss, file = sign_in("administrator"), tree.objects["passed"]
    damaged = bytes(file.content).replace(b"2026-04-05", b"2026-04-06")
    upload = SimpleUploadedFile("x.plumbline", damaged)
    told = page(boss, "/facts/receive/", unit=tree.committee.pk, file=upload)
    assert "the line was changed" in told
    assert "Line " in told
    empty = page(boss, "/facts/receive/", unit=tree.committee.pk, file=SimpleUploadedFile("x", b""))
    assert "empty (0 bytes)" in empty
    assert file.name in page(boss, "/facts/receive/")
    with clock.frozen(world.AT):
        assert sign_in("secretary").get("/facts/receive/").status_code == 403


def test_what_comes_too_late_for_a_frozen_round_is_told(tree: world.Tree, sign_in: Sign) -> None:
    added = page(sign_in("administrator"), f"/facts/receive/{tree.objects['passed'].pk}/add/", x=1)
    assert "was frozen" in added


def test_many_units_are_matched_by_their_codes(
    tree: world.Tree, sign_in: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plumbline.web.ledger.views.passing.FEW", 1)
    boss, file = sign_in("administrator"), tree.objects["passed"]
    url, field = f"/facts/receive/{file.pk}/", f"code-{tree.branch.code}"
    assert 'list="our-units"' in page(boss, url)
    assert "no unit NOBODY" in page(boss, f"{url}match/", **{field: "NOBODY", "csrf": "x"})
    page(boss, f"{url}match/", **{field: "-", f"code-{tree.committee.code}": " "})
    assert PassedFile.objects.get(pk=file.pk).mapping[tree.branch.code] == 0
    page(boss, f"{url}match/", **{field: f"{tree.branch.code} {tree.branch.name}"})
    assert PassedFile.objects.get(pk=file.pk).mapping[tree.branch.code] == tree.branch.pk


def test_a_large_file_is_added_in_the_background(
    tree: world.Tree, sign_in: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss, file = sign_in("administrator"), tree.objects["passed"]
    url = f"/facts/receive/{file.pk}/"
    monkeypatch.setattr("plumbline.ledger.actions.receiving.AT_ONCE", 10)
    assert "Add a file passed up" in page(boss, f"{url}add/", x=1)
    assert "being worked on already" in page(boss, f"{url}add/", x=1)
