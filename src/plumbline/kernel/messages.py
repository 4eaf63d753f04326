"""Messages: in the application always, and through ``apprise`` where the settings name channels.

``send`` writes rows and defers the outside delivery in the caller's transaction: a crash loses neither, and a channel that is
down is tried again by the worker while the message already stands in the inbox.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from plumbline.kernel import clock
from plumbline.kernel.models import Message

_TRIES = RetryStrategy(max_attempts=6, exponential_wait=10)


class NotDelivered(Exception):
    """A channel refused the message; the worker tries again."""


def send(*, to: Iterable[int], subject: str, body: str = "", link: str = "", at: datetime) -> int:
    """Tell each account in ``to`` once, in the caller's transaction; return how many were told."""
    rows = [
        Message(recipient_id=one, subject=subject[:200], body=body, link=link, sent_at=at) for one in sorted(set(to))
    ]
    Message.objects.bulk_create(rows)
    if rows and settings.PLUMBLINE_NOTIFY_URLS:
        deliver.defer(subject=subject[:200], body=body, count=len(rows))
    return len(rows)


@app.task(name="kernel.deliver", retry=_TRIES)
def deliver(subject: str, body: str, count: int) -> None:
    """Send one text through every configured channel; no names of recipients leave the house.

    Raises NotDelivered where a channel refused, so that the worker tries again.
    """
    import apprise  # slow to load: only those who have channels wait for it

    channels = apprise.Apprise()
    for url in settings.PLUMBLINE_NOTIFY_URLS:
        channels.add(url)
    if not channels.notify(title=subject, body=body or subject):
        raise NotDelivered(f"a channel refused a message to {count} people; see the log of apprise")


def unread_count(user_id: int) -> int:
    """Return how many messages the account has not read; one SQL statement."""
    return Message.objects.filter(recipient_id=user_id, read_at=None).count()


def inbox(user_id: int) -> QuerySet[Message]:
    """Return the account's messages, newest first."""
    return Message.objects.filter(recipient_id=user_id)


def mark_read(*, user_id: int, at: datetime, message_id: int | None = None) -> int:
    """Mark one message (or all) of the account as read; return how many were not yet."""
    unread = Message.objects.filter(recipient_id=user_id, read_at=None)
    if message_id is not None:
        unread = unread.filter(pk=message_id)
    return unread.update(read_at=at or clock.now())
