"""The pages of suggested targets, as an officer and a secretary click through them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from plumbline.assessment.models import Round, Target
from plumbline.kernel import clock
from tests.web import world

pytestmark = pytest.mark.django_db
Sign = Callable[[str], Client]


@pytest.fixture
def tree() -> world.Tree:
    """A tree with a published round and suggested targets."""
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


def test_an_officer_suggests_changes_and_accepts(tree: world.Tree, sign_in: Sign) -> None:
    boss, round_, target = sign_in("administrator"), tree.objects["round"], tree.objects["target"]
    url, own = f"/rounds/{round_.pk}/targets/", f"/rounds/{round_.pk}/targets/{tree.branch.pk}/"
    assert url in page(boss, f"/rounds/{round_.pk}/")
    assert "Accept all 6 targets" in page(boss, url)
    assert "6 targets are suggested" in page(boss, f"{url}suggest/", x=1)
    form = page(boss, f"/targets/{target.pk}/")
    assert "the best of the class: keep it" in form
    assert "Say why the target differs" in page(boss, f"/targets/{target.pk}/", value="1.5", reason="")
    assert "Enter a number" in page(boss, f"/targets/{target.pk}/", value="x", reason="")
    changed = page(boss, f"/targets/{target.pk}/", value="1.25", reason="The branch is split")
    assert "Accept it when it is right" in changed
    assert "The branch is split" in changed
    assert "5 targets are suggested. 1 that you decided stays." in page(boss, f"{url}suggest/", x=1)
    assert "6 targets are accepted" in page(boss, f"{url}accept/", unit=tree.branch.pk)
    assert "nothing to accept" in page(boss, f"{url}accept/", x=1)
    assert "0 targets are suggested. 6 that you decided stay." in page(boss, f"{url}suggest/", x=1)
    assert "1.25" in page(boss, own)
    assert "→" in page(boss, f"/targets/{target.pk}/"), "the history shows the change"


def test_without_a_result_nothing_is_suggested(tree: world.Tree, sign_in: Sign) -> None:
    boss, round_ = sign_in("administrator"), tree.objects["round"]
    Target.objects.all().delete()
    Round.objects.filter(pk=round_.pk).update(state="frozen")
    assert "score the round first" in page(boss, f"/rounds/{round_.pk}/targets/suggest/", x=1)
    assert "No targets yet" in page(boss, f"/rounds/{round_.pk}/targets/")
    assert "once the committee has accepted them" in page(boss, f"/rounds/{round_.pk}/targets/{tree.branch.pk}/")


def test_the_targets_as_a_sheet(tree: world.Tree, sign_in: Sign) -> None:
    with clock.frozen(world.AT):
        given = sign_in("administrator").get(f"/rounds/{tree.objects['round'].pk}/targets.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(given.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 7
    assert ("1.2 Study of party building at least once a quarter", 2, 1.5) not in rows
    assert [row[3] for row in rows[1:]] == [2, 2, 1, 3, 3, 2]


def test_own_people_find_their_targets(tree: world.Tree) -> None:
    """A secretary of the branch alone, who reads no other part of the round."""
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(world.account("branch-secretary", "secretary", tree.branch))
    url = f"/rounds/{tree.objects['round'].pk}/"
    assert "Targets of" not in page(client, url)
    boss = Client(HTTP_ACCEPT_LANGUAGE="en")
    boss.force_login(tree.users["administrator"])
    page(boss, f"{url}targets/accept/", x=1)
    assert "Targets of" in page(client, url)
    assert "the best of the class" in page(client, f"{url}targets/{tree.branch.pk}/")
