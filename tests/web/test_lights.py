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


def _rule(**changed: Any) -> dict[str, Any]:
    """A filled form: yellow for a month missed, red with the quarter, a warning from the second yellow on."""
    stages = [
        ("month", "yellow", 0, "grace"),
        ("month", "red", 0, "quarter"),
        ("other", "red", 0, "grace"),
        ("", "red", 0, "grace"),
    ]
    follows = [("warning", "yellow", 2, 1, -1), ("", "red", 1, 1, 0)]
    given: dict[str, Any] = {
        "name": "县规则", "starts_on": "2026-11-24", "basis": "县委〔2026〕5号", "warn": "yellow", "late_keeps": "green",
        "important_from": 1, "stages-TOTAL_FORMS": len(stages), "stages-INITIAL_FORMS": 0,
        "follows-TOTAL_FORMS": len(follows), "follows-INITIAL_FORMS": 0,
    }  # fmt: skip
    for number, row in enumerate(stages):
        given |= {
            f"stages-{number}-{key}": said for key, said in zip(("period", "colour", "days", "after"), row, strict=True)
        }
    for number, one in enumerate(follows):
        names = ("slip", "colour", "nth", "in_a_row", "points")
        given |= {f"follows-{number}-{key}": said for key, said in zip(names, one, strict=True)}
    return given | changed


def test_the_rule_is_written_as_sentences_set_and_taken_away(client: Client, tree: world.Tree) -> None:
    page = opened(client, tree, "/lights/rules/")
    assert "What is owed each month: yellow as soon as it is late; red after the quarter has ended." in page
    assert "/lights/rules/new/?from=slips" in page
    form = opened(client, tree, "/lights/rules/new/?from=slips")
    assert 'name="stages-2-days" value="10"' in form
    with clock.frozen(world.AT):
        wrong = client.post("/lights/rules/new/", _rule(**{"stages-1-colour": "blue"}))
        assert wrong.status_code == 422
        assert "never becomes milder" in wrong.content.decode()
        past = client.post("/lights/rules/new/", _rule(starts_on="2026-01-01"))
        assert "The past keeps the rule" in past.content.decode()
        empty = client.post("/lights/rules/new/", _rule(name=""))
        assert empty.status_code == 422
        assert client.post("/lights/rules/new/", _rule()).status_code == 302
        version = (
            obligation.light_rules_page(world.actor_of(tree.users["administrator"]), today=clock.today())
            .rules[0]
            .version
        )
        assert version is not None
        assert "From light number 2 of a year that is yellow" in opened(client, tree, "/lights/rules/")
        client.post(f"/lights/rules/{version.pk}/drop/")
        again = client.post(f"/lights/rules/{version.pk}/drop/", follow=True)
    assert "taken away already" in again.content.decode()
    assert "县规则" not in opened(client, tree, "/lights/rules/")
    assert "Let another rule hold" not in opened(client, tree, "/lights/rules/", role="secretary")
