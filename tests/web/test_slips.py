"""The pages of supervision slips, as people click through them."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.obligation import api as obligation
from tests.web import slip_world, world

pytestmark = pytest.mark.django_db
Sign = Callable[[str], Client]
TODAY = world.AT.date()
DUE = str(TODAY + timedelta(days=10))


@pytest.fixture
def tree() -> world.Tree:
    """A tree with one slip and a secretary of the branch itself."""
    found = world.plant("GW", "清河县")
    found.users["own"] = world.account("gw-own", "secretary", found.branch)
    slip_world.furnish(found, world.actor_of(found.users["administrator"]), world.AT)
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


def act(client: Client, slip: Any, name: str, **fields: Any) -> str:
    """Press the button of an act with the fields of its form."""
    return page(
        client, f"/supervision/{slip.pk}/act/", act=name, **{f"{name}-{key}": told for key, told in fields.items()}
    )


def test_a_slip_is_written_to_a_unit_below(tree: world.Tree, sign_in: Sign) -> None:
    boss, url = sign_in("administrator"), "/supervision/new/"
    assert tree.branch.name in page(boss, url)
    assert "the secretary of the unit" in page(boss, f"{url}?unit={tree.branch.pk}&title=Dues")
    given = {
        "kind": "warning",
        "post": "",
        "title": "Dues",
        "words": "Collect them.",
        "basis": "",
        "due_on": "2026-11-01",
    }
    assert "has passed" in page(boss, f"{url}?unit={tree.branch.pk}", **given)
    shown = page(boss, f"{url}?unit={tree.branch.pk}", **given | {"due_on": DUE})
    assert "2026 No. 3" in shown
    assert "Take the slip back" in shown
    assert "What the slip says" not in page(boss, f"{url}?unit={tree.committee.pk}")
    with clock.frozen(world.AT):
        assert sign_in("member").get(url).status_code == 403
        assert sign_in("own").get(url).status_code == 403


def test_a_slip_is_answered_returned_and_accepted(tree: world.Tree, sign_in: Sign) -> None:
    boss, own, slip = sign_in("administrator"), sign_in("own"), tree.objects["slip"]
    assert "Answer the slip" in page(own, f"/supervision/{slip.pk}/")
    assert "This field is required" in act(own, slip, "answer", words="")
    file = SimpleUploadedFile("minutes.txt", b"minutes of the meeting")
    shown = act(own, slip, "answer", words="Held on Friday.", files=file)
    assert "minutes.txt" in shown
    assert "Check the answer" not in shown
    assert "moved on" in act(own, slip, "answer", words="Again.")
    assert "answer given back" in act(boss, slip, "return", reason="Who came?", due_on=DUE)
    act(own, slip, "answer", words="17 came.")
    assert "lies ahead" in act(boss, slip, "accept", recheck_on=str(TODAY))
    assert "closed" in act(boss, slip, "accept", recheck_on=str(TODAY + timedelta(days=1)))
    assert "To be looked at again" in page(boss, f"/supervision/{slip.pk}/")
    assert "Open the slip again" in page(boss, f"/supervision/{slip.pk}/")
    assert "slip opened again" in page(boss, "/audit/") or "waits for its answer" in act(
        boss, slip, "reopen", reason="Not held again.", due_on=DUE
    )


def test_a_bad_file_is_refused_beside_its_field(tree: world.Tree, sign_in: Sign) -> None:
    shown = act(
        sign_in("own"), tree.objects["slip"], "answer", words="Held.", files=SimpleUploadedFile("a.pdf", b"MZ\x90no")
    )
    assert "What has been done" in shown
    tree.objects["slip"].refresh_from_db()
    assert tree.objects["slip"].state == "issued"


def test_a_proposal_is_dropped_or_issued(tree: world.Tree, sign_in: Sign) -> None:
    boss, slip = sign_in("administrator"), tree.objects["slip"]
    late = world.AT + timedelta(days=8)
    obligation.propose_graver(by=Actor.system("test"), at=late)
    proposal = obligation.Slip.objects.get(follows=slip)
    assert "A rule proposes this slip" in page(boss, f"/supervision/{proposal.pk}/")
    with clock.frozen(world.AT):
        assert sign_in("own").get(f"/supervision/{proposal.pk}/").status_code == 403
    fields = {"kind": "warning", "post": "", "title": "Meeting", "words": "Hold it.", "basis": "", "due_on": DUE}
    assert "2026 No. 3" in act(boss, proposal, "issue", **fields)
    slip.refresh_from_db()
    assert slip.state == "escalated"


def test_time_is_given_a_slip_goes_on_and_is_taken_back(tree: world.Tree, sign_in: Sign) -> None:
    boss, slip = sign_in("administrator"), tree.objects["slip"]
    assert "more time given" in act(boss, slip, "extend", reason="Illness.", due_on=DUE)
    fields = {"kind": "interview", "title": "Talk", "words": "Please come.", "basis": "", "due_on": DUE}
    shown = act(boss, slip, "escalate", **fields)
    assert "Record the talk" in shown
    talk = obligation.Slip.objects.get(follows=slip)
    assert "accepted, will be mended" in act(boss, talk, "record", held_on=str(TODAY), outcome="accepted")
    other = obligation.issue_slip(
        by=world.actor_of(tree.users["administrator"]), at=world.AT, unit_id=tree.branch.pk,
        draft=obligation.SlipDraft(obligation.SlipKind.ORDER, "Order", "Mend it.", TODAY),
    )  # fmt: skip
    assert "taken back" in act(boss, other, "withdraw", reason="It was held.")
    assert page(boss, f"/supervision/{other.pk}/act/", act="nonsense")


def test_the_list_is_narrowed_and_the_paper_is_printed(tree: world.Tree, sign_in: Sign) -> None:
    boss, slip = sign_in("administrator"), tree.objects["slip"]
    assert slip.title in page(boss, "/supervision/")
    assert slip.title in page(boss, f"/supervision/?state=issued&kind=reminder&unit={tree.branch.pk}")
    assert "No slips here" in page(boss, "/supervision/?state=late")
    assert slip.title in page(boss, "/supervision/?state=nonsense&kind=nonsense&page=x")
    with clock.frozen(world.AT):
        paper = boss.get(f"/supervision/{slip.pk}/paper.pdf")
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert paper["Content-Disposition"] == 'inline; filename="slip-2026-1.pdf"'


def test_slips_are_found_by_words_and_taken_as_a_workbook(tree: world.Tree, sign_in: Sign) -> None:
    boss = sign_in("administrator")
    slip = tree.objects["slip"]
    assert slip.title in page(boss, f"/supervision/?q={tree.branch.name}")
    assert "No slips here" in page(boss, "/supervision/?q=nothing-of-the-kind")
    with clock.frozen(world.AT):
        answer = boss.get(f"/supervision/slips.xlsx?q={tree.branch.name}&kind={slip.kind}")
        none = boss.get("/supervision/slips.xlsx?q=nothing-of-the-kind")
    shown, empty = (
        [[cell.value for cell in row] for row in load_workbook(BytesIO(one.content)).active.iter_rows()]
        for one in (answer, none)
    )
    assert shown[0][:4] == ["number", "kind", "about", "unit"] and len(shown) == 2 and len(empty) == 1
    assert shown[1][2:4] == [slip.title, tree.branch.name]


def test_a_rectification_list_is_worked_on_in_the_browser(tree: world.Tree, sign_in: Sign) -> None:
    boss, own, order = sign_in("administrator"), sign_in("own"), tree.objects["order"]
    url = f"/supervision/{order.pk}/"
    refused = page(own, f"{url}items/", **{"item-text": "", "item-due_on": DUE})
    assert "This field is required" in refused
    assert "has passed" in page(own, f"{url}items/", **{"item-text": "Late", "item-due_on": "2020-01-01"})
    shown = page(own, f"{url}items/", **{"item-text": "No list of who paid", "item-due_on": DUE})
    assert "The item is on the list." in shown and "0 of 2 ticked off" in shown
    second = obligation.SlipItem.objects.get(text="No list of who paid")
    there = f"/supervision/items/{second.pk}/"
    assert "taken from the list" in page(own, there, act="drop")
    fault = tree.objects["fault"]
    there = f"/supervision/items/{fault.pk}/"
    assert "Report as mended" in page(own, there) and "Tick off" not in page(own, there)
    planned = page(own, there, act="plan", **{"plan-text": fault.text, "plan-due_on": DUE, "plan-measure": "Collect"})
    assert "The plan is kept." in planned
    sent = page(
        own, there, act="report", **{"report-words": "Collected.", "report-files": SimpleUploadedFile("r.txt", b"paid")}
    )
    assert "it will be checked" in sent and "r.txt" in sent
    assert "This field is required" in page(boss, there, act="return", **{"return-reason": ""})
    assert "Load the page again" in page(own, there, act="report", **{"report-words": "Again."})
    assert "given back" in page(boss, there, act="return", **{"return-reason": "No receipt."})
    page(own, there, act="report", **{"report-words": "With the receipt."})
    assert "The item is ticked off." in page(boss, there, act="check")
    assert "Load the page again" in page(boss, there, act="check")
    assert "1 of 1 ticked off" in page(boss, url)
    with clock.frozen(world.AT):
        assert boss.get(f"{url}paper.pdf").status_code == 200
        assert own.post(there, {"act": "check"}).status_code == 403
