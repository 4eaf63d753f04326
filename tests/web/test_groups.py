"""The groups of evaluators as people click through them: sizes, the template, a dry run, votes, and what is wrong with a file."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, sheets
from tests.web import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> world.Tree:
    """A tree with a round by a scheme that reads votes."""
    found = world.plant("GW", "清河县")
    by = world.actor_of(found.users["administrator"])
    version = assessment.import_shipped(by=by, at=world.AT, code="cadre_work").version
    found.objects["round"] = assessment.create_round(
        by=by, at=world.AT, scheme_version_id=version.pk, title="干部量化考核", from_=world.AT.date().replace(month=1, day=1),
        until=world.AT.date(), units={found.branch.pk: "A"}, committee_id=found.committee.pk,
    )  # fmt: skip
    return found


def ask(client: Client, url: str, **data: Any) -> Any:
    with clock.frozen(world.AT):
        return client.post(url, data, follow=True) if data else client.get(url)


def boss(tree: world.Tree) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(tree.users["administrator"])
    return client


def filled(tree: world.Tree, answer: Any, *numbers: int | str) -> SimpleUploadedFile:
    """Return the template that was given, with numbers written into the row of the branch."""
    page = load_workbook(BytesIO(answer.content)).active
    assert page is not None
    rows = [list(row) for row in page.iter_rows(values_only=True)]
    assert rows[1][0] == tree.branch.code
    rows[1][2 : 2 + len(numbers)] = numbers
    content = sheets.write_workbook([sheets.Sheet("votes", [str(name) for name in rows[0]], rows[1:])])
    return SimpleUploadedFile("votes.xlsx", content)


def test_votes_come_in_by_the_template(tree: world.Tree) -> None:
    client, url = boss(tree), f"/rounds/{tree.objects['round'].pk}/groups/"
    shown = ask(client, f"{url}?group=2.1/1").content.decode()
    assert "Staff: workload" in shown
    assert "nobody answered" in shown
    saved = ask(client, f"{url}set/", group="2.1/1", asked="20", least_turnout="60", least_answers="5")
    assert "Noted." in saved.content.decode()
    template = ask(client, f"{url}votes.xlsx?group=2.1/1")
    checked = ask(client, f"{url}votes/", group="2.1/1", file=filled(tree, template, 20, 9, 2), check="1")
    assert "Nothing was stored. 1 units: 2 numbers new" in checked.content.decode()
    done = ask(client, f"{url}votes/", group="2.1/1", file=filled(tree, template, 20, 9, 2)).content.decode()
    assert "2 numbers new" in done
    assert "55.0 %" in done
    assert "turnout too small" in done
    again = load_workbook(BytesIO(ask(client, f"{url}votes.xlsx?group=2.1/1").content)).active
    assert again is not None
    assert [cell.value for cell in again[2]][2:5] == [20, 9, 2], "a correction begins where the last file ended"
    book = load_workbook(BytesIO(ask(client, f"/rounds/{tree.objects['round'].pk}/groups.xlsx").content))
    assert "2.1-1" in book.sheetnames


def test_few_answers_are_not_shown_apart(tree: world.Tree) -> None:
    client, url = boss(tree), f"/rounds/{tree.objects['round'].pk}/groups/"
    template = ask(client, f"{url}votes.xlsx?group=2.1/1")
    shown = ask(client, f"{url}votes/", group="2.1/1", file=filled(tree, template, 4, 3)).content.decode()
    assert "fewer than 5" in shown
    assert "75.0 %" not in shown
    book = load_workbook(BytesIO(ask(client, f"/rounds/{tree.objects['round'].pk}/groups.xlsx").content))
    assert [cell.value for cell in book["2.1-1"][2]][4:6] == ["fewer than 5", None]


def test_what_is_wrong_is_named(tree: world.Tree) -> None:
    client, url = boss(tree), f"/rounds/{tree.objects['round'].pk}/groups/"
    template = ask(client, f"{url}votes.xlsx?group=2.1/1")
    bad = ask(client, f"{url}votes/", group="2.1/1", file=filled(tree, template, 4, "many"))
    assert bad.status_code == 422
    assert "no whole number" in bad.content.decode()
    missing = ask(client, f"{url}votes/", group="2.1/1", x="1")
    assert "This field is required" in missing.content.decode()
    early = ask(client, f"{url}votes/", group="2.1/1", file=filled(tree, template, 4, 1), on="2024-01-01")
    assert "within the period" in early.content.decode()
    wrong = ask(client, f"{url}set/", group="2.1/1", asked="20", least_turnout="600", least_answers="5")
    assert wrong.status_code == 422
    by, round_ = world.actor_of(tree.users["administrator"]), tree.objects["round"]
    assessment.freeze(by=by, at=world.AT, round_id=round_.pk)
    late = ask(client, f"{url}set/", group="2.1/1", asked="20", least_turnout="60", least_answers="5")
    assert "cannot" in late.content.decode() or "frozen" in late.content.decode()


def test_a_scheme_without_votes_says_so(tree: world.Tree) -> None:
    world.furnish(tree)
    client, number = boss(tree), tree.objects["round"].pk
    assert "No votes in this scheme" in ask(client, f"/rounds/{number}/groups/").content.decode()
    for part in ("groups/votes.xlsx", "groups.xlsx"):
        assert ask(client, f"/rounds/{number}/{part}").status_code == 302
    assert ask(client, f"/rounds/{number}/groups/set/", x="1").status_code == 404
    assert ask(client, f"/rounds/{number}/groups/votes/", x="1").status_code == 404
