"""The weekly digest: what it says, whom it reaches, and that a kill neither loses nor doubles one."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import translation

from plumbline.kernel import clock, jobs, recurring, todo
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import Job, Message, User
from plumbline.kernel.todo import Todo, When
from plumbline.organisation.actions.digest import send_digests
from plumbline.organisation.rules.digest import LINES, digest_of

MONDAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def on(days: int) -> date:
    return MONDAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("item", "when"),
    [
        (Todo("a", "/", on(-1)), When.LATE),
        (Todo("a", "/", on(0)), When.SOON),
        (Todo("a", "/", on(7)), When.SOON),
        (Todo("a", "/", on(8)), When.LATER),
        (Todo("a", "/"), When.UNDATED),
        (Todo("a", "/", urgent=True), When.NOW),
        (Todo("a", "/", on(30), urgent=True), When.LATER),
    ],
)
def test_how_near_a_thing_is(item: Todo, when: When) -> None:
    assert todo.when(item, MONDAY) is when


def test_groups_come_nearest_first_and_by_day() -> None:
    items = [
        Todo("c", "/", on(3)),
        Todo("b", "/", on(3)),
        Todo("a", "/", on(5)),
        Todo("z", "/", on(-1)),
        Todo("n", "/"),
    ]
    found = todo.by_when(items, MONDAY)
    assert [(when, [item.title for item in kept]) for when, kept in found.items()] == [
        (When.LATE, ["z"]),
        (When.SOON, ["b", "c", "a"]),
        (When.UNDATED, ["n"]),
    ]


def test_a_digest_says_how_much_and_then_what() -> None:
    found = digest_of([Todo("Report", "/", on(-2)), Todo("Sign", "/", urgent=True), Todo("Read", "/")], MONDAY)
    assert found is not None
    assert found.subject == "Your week: 1 late, 1 within a week, 1 more"
    assert found.body.splitlines() == ["· Report (by 21 Nov 2026)", "· Sign", "· Read"]
    assert digest_of([], MONDAY) is None


def test_a_long_digest_ends_with_how_many_are_left() -> None:
    found = digest_of([Todo(f"{n:03}", "/", on(1)) for n in range(LINES + 5)], MONDAY)
    assert found is not None
    lines = found.body.splitlines()
    assert len(lines) == LINES + 1
    assert lines[-1] == "... and 5 more on your desk."


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[int, list[Todo]]]:
    """Stand in for the areas' providers: what waits for each account."""
    found: dict[int, list[Todo]] = {}

    def provide(actor: Actor, _at: datetime) -> list[Todo]:
        title = "签字" if translation.get_language() == "zh-hans" else "Sign"
        return [Todo(title, item.url, item.due_on) for item in found.get(actor.user_id or 0, [])]

    monkeypatch.setattr(todo, "_providers", [provide])
    yield found


def person(name: str, **fields: Any) -> User:
    return User.objects.create_user(name, **({"last_login": AT} | fields))


@pytest.mark.django_db
def test_those_who_want_it_and_have_something_to_do_are_told_in_their_language(waiting: dict[int, list[Todo]]) -> None:
    told, chinese = person("told"), person("chinese", language="zh-hans")
    others = [
        person("idle"),
        person("never", last_login=None),
        person("not", wants_digest=False),
        person("off", is_active=False),
    ]
    for user in (told, chinese, *others[1:]):
        waiting[user.pk] = [Todo("x", "/", on(1))]
    assert send_digests(at=AT) == 2
    assert dict(Message.objects.values_list("recipient__username", "subject")) == {
        "told": "Your week: 0 late, 1 within a week, 0 more",
        "chinese": "本周待办：逾期 0 项，七日内 1 项，其他 0 项",
    }
    assert "签字" in Message.objects.get(recipient=chinese).body


@pytest.mark.django_db
def test_a_week_is_told_once_also_after_a_kill(waiting: dict[int, list[Todo]]) -> None:
    for name in ("one", "two", "three"):
        waiting[person(name).pk] = [Todo("x", "/", on(1))]

    def killed(done: int, _total: int) -> None:
        if done == 2:
            raise jobs.Interrupted

    with pytest.raises(jobs.Interrupted):
        send_digests(at=AT, progress=killed)
    assert send_digests(at=AT) == 1
    assert send_digests(at=AT + timedelta(days=6)) == 0
    assert Message.objects.count() == 3
    assert send_digests(at=AT + timedelta(days=7)) == 3


@pytest.mark.django_db
def test_monday_morning_brings_it(waiting: dict[int, list[Todo]]) -> None:
    waiting[person("one").pk] = [Todo("x", "/", on(1))]
    with clock.frozen(AT):
        assert "organisation.digest" in recurring.start_due(AT)
        job = jobs.run_now(Job.objects.get(kind="organisation.digest"))
    assert (job.state, job.result) == ("done", {"told": 1})


@pytest.mark.django_db
def test_a_person_stops_it_and_takes_it_up_again(client: Client) -> None:
    user = person("one")
    client.force_login(user)
    for wanted, kept, word in (("no", False, "Send me the digest"), ("yes", True, "Stop the digest")):
        page = client.post("/me/digest/", {"wanted": wanted}, follow=True).content.decode()
        user.refresh_from_db()
        assert user.wants_digest is kept
        assert word in page
