"""The secret link of one person's calendar feed: made, made anew, revoked."""

from datetime import datetime

from django.db import transaction

from plumbline.kernel import audit, ids
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.responsibility.models import CalendarFeed


def _own(by: Actor, action: str) -> int:
    if by.user_id is None:
        raise NotPermitted(f"responsibility.{action}", "feed")
    return by.user_id


@transaction.atomic
def make_feed(*, by: Actor, at: datetime) -> str:
    """Make the link of the actor's own feed and return its secret, which is shown once; an older link stops working.

    Raises NotPermitted for who has no account.
    """
    user_id, secret = _own(by, "make_feed"), ids.new_secret()
    CalendarFeed.objects.update_or_create(
        user_id=user_id, defaults={"token_hash": ids.fingerprint(secret), "made_at": at, "read_at": None}
    )
    audit.record(by=by, at=at, action="responsibility.make_feed", subject=f"feed:{user_id}")
    return secret


@transaction.atomic
def revoke_feed(*, by: Actor, at: datetime) -> bool:
    """Revoke the link of the actor's own feed; False where there was none. Raises NotPermitted."""
    user_id = _own(by, "revoke_feed")
    gone, _by_table = CalendarFeed.objects.filter(user_id=user_id).delete()
    if gone:
        audit.record(by=by, at=at, action="responsibility.revoke_feed", subject=f"feed:{user_id}")
    return bool(gone)
