"""The pages of the rectification list, as people click through them."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from plumbline.assessment.models import RectificationItem, Round
from plumbline.kernel import clock
from tests.web import world

pytestmark = pytest.mark.django_db
Sign = Callable[[str], Client]


@pytest.fixture
def tree() -> world.Tree:
    """A tree with a published round and its list, of which one item is confirmed."""
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


def test_the_committee_confirms_dismisses_and_carries_over(tree: world.Tree, sign_in: Sign) -> None:
    boss, url = sign_in("administrator"), f"/rounds/{tree.objects['round'].pk}/rectification/"
    assert url in page(boss, f"/rounds/{tree.objects['round'].pk}/")
    shown = page(boss, url)
    assert "Draw up again" in shown
    drafts = RectificationItem.objects.filter(state="drawn").order_by("pk")
    first = drafts[0].pk
    assert "Say by which day" in page(boss, f"{url}many/", act="confirm", items=[first])
    assert "Say why" in page(boss, f"{url}many/", act="dismiss", items=[first], state="drawn", unit=tree.branch.pk)
    assert "Choose at least one item" in page(boss, f"{url}many/", act="dismiss", reason="x")
    assert "Enter a number" in page(boss, f"{url}many/", act="dismiss", all="1", least="many", reason="x")
    assert "1 item is dismissed" in page(boss, f"{url}many/", act="dismiss", items=[first], reason="Not ours")
    assert "Choose at least one item" in page(
        boss, f"{url}many/", act="confirm", all="1", least="99", due_on="2026-12-01"
    )
    left = drafts.count()
    assert f"{left} items are confirmed" in page(boss, f"{url}many/", act="confirm", all="1", due_on="2026-12-01")
    carried = page(
        boss, f"{url}many/", act="carry", all="1", due_on="2027-06-01", reason="Next year", unit=tree.branch.pk
    )
    assert f"{left + 1} items are carried over" in carried
    assert "no drafts any more" in page(boss, f"{url}many/", act="confirm", items=[first], due_on="2026-12-01")
    assert "The item is a draft again" in page(boss, f"/rectification/{first}/decide/", act="restore", reason="Ours")
    assert "items were added" in page(boss, f"{url}draw/", x=1)
    assert "Nothing here in this state" in page(boss, f"{url}?state=verified&unit={tree.branch.pk}")
    assert page(boss, f"/rectification/{first}/decide/", act="nonsense")


def test_without_a_result_there_is_nothing_to_draw_up(tree: world.Tree, sign_in: Sign) -> None:
    boss, round_ = sign_in("administrator"), tree.objects["round"]
    Round.objects.filter(pk=round_.pk).update(state="frozen")
    assert "score the round first" in page(boss, f"/rounds/{round_.pk}/rectification/draw/", x=1)
    RectificationItem.objects.all().delete()
    assert "empty until they are drawn up" in page(boss, f"/rounds/{round_.pk}/rectification/")
    assert "once the committee has confirmed" in page(sign_in("secretary"), f"/rounds/{round_.pk}/rectification/")


def test_an_item_that_is_no_longer_lost_is_pointed_out(tree: world.Tree, sign_in: Sign) -> None:
    RectificationItem.objects.filter(pk=tree.objects["item"].pk).update(node="9.9")
    told = page(sign_in("administrator"), f"/rounds/{tree.objects['round'].pk}/rectification/draw/", x=1)
    assert "1 item under way is no longer in the result" in told
    assert "9.9" in page(sign_in("administrator"), f"/rectification/{tree.objects['item'].pk}/")


def test_the_unit_plans_and_reports_and_the_assessor_decides(tree: world.Tree, sign_in: Sign) -> None:
    secretary, assessor, item = sign_in("secretary"), sign_in("assessor"), tree.objects["item"]
    url = f"/rectification/{item.pk}/"
    assert "Who mends it, how, and by when" in page(secretary, url)
    assert "must be somebody" not in page(secretary, f"{url}plan/", owner="", due_on="2026-12-15", measure="Study")
    assert "only it can give more time" in page(secretary, f"{url}plan/", owner="", due_on="2027-12-31", measure="")
    assert "Enter a valid date" in page(secretary, f"{url}plan/", owner="", due_on="soon", measure="")
    assert "This field is required" in page(secretary, f"{url}report/", words="")
    empty = SimpleUploadedFile("empty.txt", b"")
    assert "empty" in page(secretary, f"{url}report/", words="x", files=empty)
    file = SimpleUploadedFile("minutes.txt", b"minutes")
    reported = page(secretary, f"{url}report/", words="We studied.", files=file)
    assert "An assessor checks it now" in reported
    assert "minutes.txt" in reported
    assert "can no longer be changed" in page(secretary, f"{url}plan/", owner="", due_on="2026-12-15", measure="")
    assert "does not wait to be mended" in page(secretary, f"{url}report/", words="again")
    assert "Verify as mended" in page(assessor, url)
    assert "Say why" in page(assessor, f"{url}decide/", act="return", reason="")
    assert "given back" in page(assessor, f"{url}decide/", act="return", reason="No list of those present")
    page(secretary, f"{url}report/", words="With the list.")
    assert "verified as mended" in page(assessor, f"{url}decide/", act="verify")
    assert RectificationItem.objects.get(pk=item.pk).state == "verified"


def test_the_list_as_a_sheet(tree: world.Tree, sign_in: Sign) -> None:
    with clock.frozen(world.AT):
        given = sign_in("administrator").get(f"/rounds/{tree.objects['round'].pk}/rectification.xlsx")
    sheet = openpyxl.load_workbook(BytesIO(given.content)).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == RectificationItem.objects.count() + 1
    assert ["1.2 Study of party building at least once a quarter", 2] in [[row[3], row[6]] for row in rows]
