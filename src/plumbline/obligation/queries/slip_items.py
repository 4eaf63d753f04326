"""The rectification list of a slip as a reader sees it, and what its items put on desks."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from plumbline.kernel import evidence
from plumbline.kernel.actor import Actor
from plumbline.kernel.todo import Todo
from plumbline.obligation.models import Slip, SlipItem
from plumbline.obligation.permissions import can_list_faults, can_report_mended, can_tick_off
from plumbline.obligation.rules.slip_items import (
    MOVES,
    WITH_LIST,
    ItemAct,
    ItemState,
    item_light,
    takes_items,
    works_on_items,
)
from plumbline.obligation.rules.slips import OPEN, SlipKind, SlipState

MOST = 20


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of the list with its light and files; ``can`` names what this actor may do with it now."""

    item: SlipItem
    light: str
    files: tuple[evidence.Evidence, ...]
    can: frozenset[str]


@dataclass(frozen=True, slots=True)
class ItemList:
    """The list of one slip; ``has_list`` tells whether a slip of this kind has one at all."""

    rows: tuple[ItemRow, ...]
    has_list: bool
    may_add: bool

    @property
    def mended(self) -> int:
        """How many items are ticked off."""
        return sum(row.item.state == ItemState.MENDED.value for row in self.rows)


def item_list(actor: Actor, slip: Slip, *, on: date, holds_post: bool) -> ItemList:
    """Return the list of a slip that the actor may read; two SQL statements, none for kinds without a list."""
    kind, state = SlipKind(slip.kind), SlipState(slip.state)
    if kind not in WITH_LIST:
        return ItemList((), has_list=False, may_add=False)
    items = list(SlipItem.objects.filter(slip=slip).select_related("owner"))
    files = {one.pk: one for one in evidence.describe([pk for item in items for pk in item.evidence])}
    may_list = can_list_faults(actor, slip.unit.path, holds_post=holds_post) and takes_items(kind, state)
    rows = tuple(
        ItemRow(
            item, item_light(ItemState(item.state), item.due_on, on),
            tuple(files[pk] for pk in item.evidence if pk in files),
            _can(actor, slip, item, may_list=may_list, holds_post=holds_post),
        )
        for item in items
    )  # fmt: skip
    return ItemList(rows, has_list=True, may_add=may_list)


def _can(actor: Actor, slip: Slip, item: SlipItem, *, may_list: bool, holds_post: bool) -> frozenset[str]:
    path, state = slip.unit.path, ItemState(item.state)
    if not works_on_items(SlipKind(slip.kind), SlipState(slip.state)):
        return frozenset()
    checks = can_tick_off(actor, path, owner_id=item.owner_id, reported_by=item.reported_by, holds_post=holds_post)
    reports = can_report_mended(actor, path, owner_id=item.owner_id, holds_post=holds_post)
    allowed = {ItemAct.PLAN: may_list, ItemAct.REPORT: reports, ItemAct.RETURN: checks, ItemAct.CHECK: checks}
    found = {act.value for act, may in allowed.items() if may and (state, act) in MOVES}
    if may_list and state is ItemState.OPEN and item.reported_at is None:
        found.add("drop")
    return frozenset(found)


def items_to_mend(actor: Actor, today: date) -> list[Todo]:
    """Return the items that the actor owns and has to mend; one SQL statement."""
    rows = SlipItem.objects.filter(
        owner_id=actor.user_id, state=ItemState.OPEN.value, slip__state__in=[one.value for one in OPEN]
    ).order_by("due_on", "pk")[:MOST]
    return [
        Todo(
            _("Mend: {what}").format(what=one.text), f"/supervision/items/{one.pk}/", one.due_on, _("supervision"),
            urgent=one.due_on < today, act=_("Report"),
        )
        for one in rows
    ]  # fmt: skip


def items_to_check(actor: Actor, supervised: Q) -> list[Todo]:
    """Return the slips on whose lists something was reported that the actor may tick off; one SQL statement.

    ``supervised`` is the condition that a slip's unit lies below a unit on which the actor supervises.
    """
    waiting = SlipItem.objects.filter(state=ItemState.REPORTED.value).exclude(reported_by=actor.pseudonym)
    waiting = waiting.exclude(owner_id=actor.user_id)
    open_ = Slip.objects.filter(supervised, state__in=[one.value for one in OPEN], pk__in=waiting.values("slip_id"))
    return [
        Todo(
            _("Check what was mended: {title}").format(title=one.title), f"/supervision/{one.pk}/", None,
            _("supervision"), act=_("Check"),
        )
        for one in open_.order_by("due_on", "pk")[:MOST]
    ]  # fmt: skip
