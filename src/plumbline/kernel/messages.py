"""Messages: in the application always, and through ``apprise`` where the settings name channels.

``send`` writes rows and defers the outside delivery in the caller's transaction: a crash loses neither, and a channel that
is down is tried again by the worker, each channel by itself, while the message already stands in the inbox.
"""

from collections.abc import Iterable
from datetime import datetime

import structlog
from django.conf import settings
from django.db.models import QuerySet
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from plumbline.kernel import ids
from plumbline.kernel.models import Message

_log = structlog.get_logger("plumbline.messages")
_TRIES = RetryStrategy(max_attempts=6, exponential_wait=10)
_LONGEST_SUBJECT = 200


class NotDelivered(Exception):
    """A channel refused the message; the worker tries again."""


def send(*, to: Iterable[int], subject: str, body: str = "", link: str = "", at: datetime, outside: bool = True) -> int:
    """Tell each account in ``to`` once, in the caller's transaction; return how many were told.

    ``link`` is an address of this site. What is for one person's eyes stays inside: ``outside=False``. Two SQL
    statements, and one for each outside channel.
    """
    subject = str(subject)[:_LONGEST_SUBJECT]
    rows = [
        Message(recipient_id=one, subject=subject, body=str(body), link=link, sent_at=at) for one in sorted(set(to))
    ]
    Message.objects.bulk_create(rows, batch_size=1000)
    if rows and outside:
        for channel in channels():
            deliver.defer(channel=channel, subject=subject, body=str(body))
    return len(rows)


def channels() -> dict[str, str]:
    """Return the outside channels by fingerprint: their addresses hold secrets and stay out of the queue and the log."""
    return {ids.fingerprint(url)[:16]: url for url in settings.PLUMBLINE_NOTIFY_URLS}


@app.task(name="kernel.deliver", retry=_TRIES)
def deliver(channel: str, subject: str, body: str) -> None:
    """Send one text through one channel; no names of recipients leave the house.

    Raises NotDelivered where the channel refused, so that the worker tries again, six times within about a day.
    """
    import apprise  # slow to load, and only the worker comes here

    url = channels().get(channel)
    if url is None:  # taken out of the settings since
        _log.info("message_channel_gone", channel=channel)
        return

    sender = apprise.Apprise()
    if not sender.add(url):
        _log.error("message_channel_wrong", channel=channel, scheme=url.partition(":")[0])
        return
    if not sender.notify(title=subject, body=body or subject):
        _log.warning("message_not_delivered", channel=channel, scheme=url.partition(":")[0])
        raise NotDelivered(f"channel {channel} refused a message")


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
    return unread.update(read_at=at)
