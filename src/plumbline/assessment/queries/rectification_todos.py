"""What the rectification lists put on desks: faults to mend, owners to name, reports to check, lists to confirm."""

from datetime import date, datetime

from django.db.models import Count, Min, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.assessment.models import RectificationItem
from plumbline.assessment.permissions import SPEAKERS
from plumbline.assessment.queries.rectification import item_rows, readable_items
from plumbline.assessment.queries.rounds import under
from plumbline.assessment.rules.rectification import ItemState
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.todo import Todo

MOST = 20


def rectification_todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return what waits for the actor; at most nine SQL statements, and one for each scheme that was not read before."""
    today = clock.day_of(at)
    return [*_own(actor, today), *_unowned(actor, today), *_to_check(actor), *_to_confirm(actor)]


def _own(actor: Actor, today: date) -> list[Todo]:
    if actor.user_id is None:
        return []
    items = readable_items(actor).filter(owner_id=actor.user_id, state=ItemState.OPEN.value)
    rows = items.select_related("unit", "owner", "round__scheme_version").order_by("due_on", "pk")[:MOST]
    title = _("Mend: {what}")
    return [
        Todo(title.format(what=row.title), f"/rectification/{row.item.pk}/", row.item.due_on, _("rectification"),
             urgent=row.late)
        for row in item_rows(rows, today)
    ]  # fmt: skip


def _unowned(actor: Actor, today: date) -> list[Todo]:
    """One line for each round in which own units have faults that nobody mends yet."""
    mine = under("unit__path", actor.paths_for(*SPEAKERS))
    rows = readable_items(actor).filter(mine, state=ItemState.OPEN.value, owner=None)
    found = rows.order_by().values_list("round_id", "round__title").annotate(n=Count("pk"), first=Min("due_on"))
    return [
        Todo(
            ngettext(
                "Say who mends {n} fault of “{title}”", "Say who mends {n} faults of “{title}”", n
            ).format(n=n, title=title),
            f"/rounds/{round_id}/rectification/?state=open", first, _("rectification"), urgent=first < today,
        )
        for round_id, title, n, first in found[:MOST]
    ]  # fmt: skip


def _to_check(actor: Actor) -> list[Todo]:
    mine = under("round__committee__path", actor.paths_for("administrator", "assessor"))
    rows = RectificationItem.objects.filter(mine, state=ItemState.DONE.value).exclude(reported_by=actor.pseudonym)
    inside = Q(unit_id__in=[grant.unit_id for grant in actor.grants])
    found = rows.exclude(inside).order_by().values_list("round_id", "round__title").annotate(n=Count("pk"))
    return [
        Todo(
            ngettext(
                "Check {n} mended fault of “{title}”", "Check {n} mended faults of “{title}”", n
            ).format(n=n, title=title),
            f"/rounds/{round_id}/rectification/?state=done", None, _("rectification"),
        )
        for round_id, title, n in found[:MOST]
    ]  # fmt: skip


def _to_confirm(actor: Actor) -> list[Todo]:
    mine = under("round__committee__path", actor.paths_for("administrator"))
    rows = RectificationItem.objects.filter(mine, state=ItemState.DRAWN.value)
    found = rows.order_by().values_list("round_id", "round__title").annotate(n=Count("pk"))
    return [
        Todo(
            ngettext(
                "Confirm or dismiss {n} fault of “{title}”", "Confirm or dismiss {n} faults of “{title}”", n
            ).format(n=n, title=title),
            f"/rounds/{round_id}/rectification/?state=drawn", None, _("rectification"),
        )
        for round_id, title, n in found[:MOST]
    ]  # fmt: skip
