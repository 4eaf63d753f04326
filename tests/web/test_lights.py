"""The board of lights in the browser's eyes: fields that lead on, filters that are told, the workbook."""

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client

from plumbline.kernel import clock
from plumbline.obligation import api as obligation
from tests.web import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree() -> world.Tree:
    found = world.plant("GW", "清河县")
    for key, due in (("late", date(2026, 11, 13)), ("soon", date(2026, 11, 24)), ("done", date(2026, 3, 31))):
        obligation.owe(
            by=world.BY, at=world.AT, key=key, area="responsibility", unit=found.branch, title=f"任务 {key}", due_on=due,
            starts_on=date(2026, 1, 1), url="/facts/",
        )  # fmt: skip
    obligation.fulfil(by=world.BY, at=world.AT, key="done", on=date(2026, 3, 30))
    return found


def opened(client: Client, tree: world.Tree, address: str, role: str = "administrator", **headers: str) -> str:
    client.force_login(tree.users[role])
    with clock.frozen(world.AT):
        answer: Any = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_field_says_its_light_in_shape_number_and_word(client: Client, tree: world.Tree) -> None:
    page = opened(client, tree, "/lights/")
    assert 'class="pl-lamp pl-light-red"' in page
    assert 'title="red 1, yellow 1"' in page
    assert '<span>1</span><span class="visually-hidden"> red</span>' in page
    assert f"unit={tree.branch.pk}&amp;month=11" in page


def test_a_field_leads_to_what_is_owed(client: Client, tree: world.Tree) -> None:
    page = opened(client, tree, f"/lights/list/?year=2026&unit={tree.branch.pk}&month=11")
    assert page.index("任务 late") < page.index("任务 soon")
    assert "late since 14 Nov 2026" in page
    assert "任务 done" not in page
    assert "Nothing here" in opened(client, tree, "/lights/list/?year=2025")


def test_filters_keep_and_what_does_not_fit_is_told(client: Client, tree: world.Tree) -> None:
    fragment = opened(client, tree, "/lights/?colour=green", **{"HX-Request": "true"})
    assert "<html" not in fragment
    assert 'pl-light-red" href' not in fragment
    told = opened(client, tree, "/lights/?year=1&on=yesterday")
    assert told.count("alert-warning") == 2
    assert "No lights yet" in opened(client, tree, "/lights/?area=procedure&rows=rhythm")


def test_a_day_ahead_is_not_known_and_a_day_before_is_shown(client: Client, tree: world.Tree) -> None:
    assert "as of 20 Nov 2026" in opened(client, tree, "/lights/?year=2026&on=2030-01-01")
    before = opened(client, tree, "/lights/?year=2026&on=2026-11-10")
    assert "as of 10 Nov 2026" in before
    assert "Changed since the day before" not in before


def test_the_trend_and_the_workbook(client: Client, tree: world.Tree) -> None:
    page = opened(client, tree, "/lights/trend/?year=2026")
    assert "30 Nov" not in page
    assert "No month has begun" in opened(client, tree, "/lights/trend/?year=2027")
    client.force_login(tree.users["administrator"])
    with clock.frozen(world.AT):
        answer = client.get("/lights/lights.xlsx?year=2026&rows=unit")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    rows = {row[0]: row[1:] for row in book["lights"].iter_rows(values_only=True)}
    assert rows["清河县第一党支部"][10] == "red 1"
    assert ("清河县第一党支部", "Nov", "yellow", 1) in list(book["numbers"].iter_rows(values_only=True))


def test_a_member_leads_nothing_and_sees_no_board(client: Client, tree: world.Tree) -> None:
    client.force_login(tree.users["member"])
    assert client.get("/lights/").status_code == 403
