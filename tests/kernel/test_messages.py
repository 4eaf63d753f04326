"""Messages: in the inbox with the change, outside through the worker, and lost by neither."""

from typing import Any, ClassVar

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from plumbline.kernel import messages
from plumbline.kernel.models import Message
from tests.kernel.people import AT, somebody

pytestmark = pytest.mark.django_db


class Apprise:
    """Stands in for apprise: keeps what was sent; addresses with ``down`` fail."""

    sent: ClassVar[list[tuple[str, str, str]]] = []

    def add(self, url: str) -> bool:
        self.url = url
        return "://" in url

    def notify(self, title: str, body: str) -> bool:
        self.sent.append((self.url, title, body))
        return "down" not in self.url


@pytest.fixture(autouse=True)
def outside(monkeypatch: Any, settings: Any) -> list[tuple[str, str, str]]:
    Apprise.sent = []
    monkeypatch.setattr("apprise.Apprise", Apprise)
    settings.PLUMBLINE_NOTIFY_URLS = []
    return Apprise.sent


def queued() -> list[dict[str, Any]]:
    return list(
        ProcrastinateJob.objects.filter(task_name="kernel.deliver").order_by("id").values_list("args", flat=True)
    )


def test_each_account_is_told_once() -> None:
    wang, li = somebody("wang"), somebody("li")
    assert wang.user_id and li.user_id
    assert messages.send(to=[wang.user_id, li.user_id, wang.user_id], subject="x" * 300, link="/rounds/1/", at=AT) == 2
    [message] = messages.inbox(wang.user_id)
    assert (len(message.subject), message.link, message.sent_at, message.read_at) == (200, "/rounds/1/", AT, None)
    assert queued() == []
    assert messages.send(to=[], subject="nobody", at=AT) == 0


def test_an_undone_transaction_tells_nobody(settings: Any) -> None:
    settings.PLUMBLINE_NOTIFY_URLS = ["json://here"]
    wang = somebody("wang")
    assert wang.user_id
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        messages.send(to=[wang.user_id], subject="never", at=AT)
        1 / 0  # noqa: B018
    assert not Message.objects.exists()
    assert queued() == []


def test_reading_is_ones_own() -> None:
    wang, li = somebody("wang"), somebody("li")
    assert wang.user_id and li.user_id
    for number in range(3):
        messages.send(to=[wang.user_id, li.user_id], subject=str(number), at=AT)
    assert messages.unread_count(wang.user_id) == 3
    newest = messages.inbox(wang.user_id)[0]
    assert newest.subject == "2"
    assert messages.mark_read(user_id=li.user_id, at=AT, message_id=newest.pk) == 0
    assert messages.mark_read(user_id=wang.user_id, at=AT, message_id=newest.pk) == 1
    assert messages.mark_read(user_id=wang.user_id, at=AT, message_id=newest.pk) == 0
    assert messages.mark_read(user_id=wang.user_id, at=AT) == 2
    assert (messages.unread_count(wang.user_id), messages.unread_count(li.user_id)) == (0, 3)


def test_each_channel_is_served_by_itself(settings: Any, outside: list[tuple[str, str, str]]) -> None:
    settings.PLUMBLINE_NOTIFY_URLS = ["json://secret@here", "json://secret@down", "nonsense"]
    wang = somebody("wang")
    assert wang.user_id
    messages.send(to=[wang.user_id], subject="Round frozen", at=AT)
    first, second, third = queued()
    assert "secret" not in str([first, second, third])
    messages.deliver.func(**first)
    assert outside == [("json://secret@here", "Round frozen", "Round frozen")]
    with pytest.raises(messages.NotDelivered):
        messages.deliver.func(**second)
    messages.deliver.func(**third)
    settings.PLUMBLINE_NOTIFY_URLS = []
    messages.deliver.func(**first)
    assert len(outside) == 2
    assert messages.unread_count(wang.user_id) == 1, "the inbox has it whatever became of the channels"
    assert messages.deliver.retry_strategy.max_attempts == 6


def test_what_is_for_one_persons_eyes_stays_inside(settings: Any) -> None:
    settings.PLUMBLINE_NOTIFY_URLS = ["json://one.test"]
    wang = somebody("wang")
    assert wang.user_id
    assert messages.send(to=[wang.user_id], subject="这一周", at=AT, outside=False) == 1
    assert Message.objects.count() == 1
    assert queued() == []
