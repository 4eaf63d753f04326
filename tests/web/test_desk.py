"""The desk: what waits, by when, in lights and words; what one may do; what is new."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from plumbline.kernel import clock, todo
from plumbline.kernel.actor import Actor
from plumbline.web import navigation
from plumbline.web.desk.due import due
from tests.web import world

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("days", "light", "words"),
    [
        (None, "", ""),
        (-12, "red", "12 days late"),
        (-1, "red", "1 day late"),
        (0, "yellow", "due today"),
        (1, "yellow", "1 day left"),
        (7, "yellow", "7 days left"),
        (8, "", "28 Nov 2026"),
    ],
)
def test_a_day_reads_as_a_light_and_words(days: int | None, light: str, words: str) -> None:
    found = due(None if days is None else TODAY + timedelta(days=days), today=TODAY)
    assert (found.light, found.words) == (light, words)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[todo.Todo]]:
    """Stand in for the areas' providers."""
    found: list[todo.Todo] = []

    def provide(actor: Actor, at: datetime) -> list[todo.Todo]:
        return found

    monkeypatch.setattr(todo, "_providers", [provide])
    yield found


def open_desk(client: Client, user: Any) -> str:
    client.force_login(user)
    with clock.frozen(world.AT):
        return client.get("/").content.decode()


@pytest.mark.django_db
def test_an_empty_desk_says_what_will_stand_here(client: Client, waiting: list[todo.Todo]) -> None:
    page = open_desk(client, world.plant("GW", "清河县").users["member"])
    assert "Nothing waits for you" in page
    assert "No round yet" in page


@pytest.mark.django_db
def test_what_is_late_comes_first_and_the_rest_can_be_unfolded(client: Client, waiting: list[todo.Todo]) -> None:
    waiting.extend(todo.Todo(f"thing {n}", "/facts/", TODAY + timedelta(days=n)) for n in range(30))
    waiting.append(todo.Todo("the oldest thing", "/facts/", TODAY - timedelta(days=3)))
    page = open_desk(client, world.plant("GW", "清河县").users["secretary"])
    assert page.index("the oldest thing") < page.index("thing 0")
    assert "3 days late" in page
    assert page.index("Late") < page.index("Within a week") < page.index("Later")
    assert "2 more" in page and "16 more" in page


@pytest.mark.django_db
def test_the_desk_shows_unread_messages_and_the_count(client: Client) -> None:
    tree = world.plant("GW", "清河县")
    world.file_facts(tree)
    assert "请补报三月佐证材料" in open_desk(client, tree.users["secretary"])


@pytest.mark.django_db
def test_the_desk_needs_few_statements(client: Client, django_assert_max_num_queries: Any) -> None:
    tree = world.plant("GW", "清河县")
    world.file_facts(tree)
    client.force_login(tree.users["administrator"])
    # Each area asks its own few, whatever stands on the desk: thirty-one with four more areas since the first.
    with clock.frozen(world.AT), django_assert_max_num_queries(36):
        assert client.get("/").status_code == 200


def test_every_entry_of_the_menus_leads_to_a_page() -> None:
    ahead = {"ballot:list", "voice:list"}  # places on the phone's bar that later areas fill; hidden until then
    entries = [entry for section in navigation.SECTIONS for entry in section.entries]
    missing = [
        e.url_name for e in (*entries, *navigation.BOTTOM, *navigation.QUICK) if not navigation.address(e.url_name)
    ]
    assert set(missing) == ahead


@pytest.mark.parametrize("role", world.ROLES)
def test_each_role_sees_only_what_it_may_open(client: Client, db: None, role: str) -> None:
    user = world.plant("GW", "清河县").users[role]
    client.force_login(user)
    with clock.frozen(world.AT):
        actor = world.actor_of(user)
        sections = navigation.side_bar(actor, "/")
        links = [link for section in sections for link in section.links] + list(navigation.quick_actions(actor))
        answers = {link.url: client.get(link.url, follow=True).status_code for link in links}
    assert set(answers.values()) == {200}, answers


@pytest.mark.django_db
def test_the_desk_speaks_chinese(client: Client) -> None:
    tree = world.plant("GW", "清河县")
    client.force_login(tree.users["member"])
    with translation.override(None):
        page = client.get("/", headers={"accept-language": "zh-CN"}).content.decode()
    assert "我的工作台" in page
    assert "My desk" not in page
