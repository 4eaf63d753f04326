"""Once a week everyone learns what waits for them, from all areas."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from plumbline.kernel import clock, messages, todo
from plumbline.kernel.models import User
from plumbline.organisation.queries.actors import resolve_actor
from plumbline.organisation.rules.digest import digest_of


def send_digests(*, at: datetime, progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Tell each account that wants it, and was ever used, what waits for it; return how many were told.

    Each account is a transaction of its own and marked with the week's Monday: run again after a kill, the job goes on
    with those that are left. Who has nothing to do gets no message.
    """
    monday = clock.day_of(at) - timedelta(days=clock.day_of(at).weekday())
    waiting = list(_waiting(monday).order_by("pk").values_list("pk", flat=True))
    told = 0
    for number, user_id in enumerate(waiting, start=1):
        told += _tell(user_id, monday, at)
        progress(number, len(waiting))
    return told


def _waiting(monday: date) -> QuerySet[User]:
    """Return the accounts that this week's digest has not reached."""
    wanted = User.objects.filter(is_active=True, wants_digest=True, last_login__isnull=False)
    return wanted.filter(Q(digest_on=None) | Q(digest_on__lt=monday))


@transaction.atomic
def _tell(user_id: int, monday: date, at: datetime) -> bool:
    if not _waiting(monday).filter(pk=user_id).update(digest_on=monday):
        return False
    user = User.objects.get(pk=user_id)
    with translation.override(user.language or settings.LANGUAGE_CODE):
        found = digest_of(todo.gather(resolve_actor(user, at=at), at), clock.day_of(at))
    if found is None:
        return False
    messages.send(to=[user_id], subject=found.subject, body=found.body, link="/", at=at, outside=False)
    return True
