"""What is due soon or late, on the desks of those who are to do it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.todo import Todo
from plumbline.obligation.models import Obligation
from plumbline.obligation.rules.rhythm_words import period_words

MOST: Final = 40
FORGOTTEN: Final = 92
"""What has been late for so many days is on the board, no longer on the desk."""
DOERS: Final = ("secretary", "organiser")


def rhythm_todos(actor: Actor, at: datetime) -> Iterable[Todo]:
    """Return the required work that is warned of or late: of the units that the actor leads, and the actor's own.

    Two SQL statements at most, none for who does nothing of it.
    """
    today = clock.day_of(at)
    units = {grant.unit_id for grant in actor.grants if grant.role in DOERS}
    mine = Q(unit_id__in=units, member=None) if units else Q(pk__in=())
    if actor.member_id is not None:
        mine |= Q(member_id=actor.member_id)
    elif not units:
        return
    rows = (
        Obligation.objects.filter(
            mine, rhythm__isnull=False, met_on=None, waived_at=None, warn_on__lte=today,
            grace_on__gte=today - timedelta(days=FORGOTTEN),
        )
        .select_related("unit")
        .order_by("due_on", "pk")[:MOST]
    )  # fmt: skip
    for row in rows:
        title = _("{title}, {period}: {unit}").format(
            title=row.title, period=period_words(row.period), unit=row.unit.short_name or row.unit.name
        )
        url = row.url or (f"/owed/{row.unit_id}/" if row.member_id is None else f"/owed/mine/#o{row.pk}")
        yield Todo(title, url, row.due_on, _("required work"), urgent=row.due_on < today, act=_("Do it"))
