"""The rectification list of a slip: drawn up, mended by its owners with evidence, ticked off by who issued it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation.models import Slip, SlipItem
from plumbline.obligation.permissions import can_list_faults, can_report_mended, can_tick_off
from plumbline.obligation.queries.slip_people import holds_post
from plumbline.obligation.rules.problems import Refused
from plumbline.obligation.rules.slip_items import (
    MOST_ITEMS,
    ItemAct,
    ItemState,
    check_item,
    next_item_state,
    takes_items,
    works_on_items,
)
from plumbline.obligation.rules.slips import LONGEST_WORDS, SlipKind, SlipState, check_said
from plumbline.organisation import api as organisation

MOST_FILES = 12


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """What an item of the list says: the fault, how it will be mended, by whom (an account of the unit), by which day."""

    text: str
    due_on: date
    measure: str = ""
    owner_id: int | None = None


@transaction.atomic
def add_item(*, by: Actor, at: datetime, slip_id: int, draft: ItemDraft) -> SlipItem:
    """Put a fault on the list of a slip that is not answered yet, and return it.

    Raises NotPermitted, Refused (no words, a day that cannot be, an owner of another unit, a slip without a list).
    """
    slip = _listing(by, at, slip_id)
    if SlipItem.objects.filter(slip=slip).count() >= MOST_ITEMS:
        raise Refused(_("A list takes at most {n} items.").format(n=MOST_ITEMS), "text")
    item = SlipItem(slip=slip)
    _fill(item, draft, at)
    item.save()
    _record(by, at, item, "add", old="")
    return item


@transaction.atomic
def plan_item(*, by: Actor, at: datetime, item_id: int, draft: ItemDraft) -> SlipItem:
    """Change what an open item says, and return it. Raises NotPermitted, Refused."""
    item = _locked(item_id, "obligation.plan_slip_item")
    _listing(by, at, item.slip_id)
    _move(item, ItemAct.PLAN)
    _fill(item, draft, at)
    return _kept(by, at, item, ItemAct.PLAN, ItemState.OPEN)


@transaction.atomic
def drop_item(*, by: Actor, at: datetime, item_id: int) -> None:
    """Take an item from the list on which nothing was reported yet. Raises NotPermitted, Refused."""
    item = _locked(item_id, "obligation.drop_slip_item")
    _listing(by, at, item.slip_id)
    if item.state != ItemState.OPEN.value or item.reported_at is not None:
        raise Refused(_("Something was reported on this item already: it stays on the list."))
    _record(by, at, item, "drop", old=item.state)
    item.delete()


@transaction.atomic
def report_item(
    *, by: Actor, at: datetime, item_id: int, words: str, uploads: Sequence[ledger.Upload] = ()
) -> SlipItem:
    """Report an item as mended, in words and with evidence, and return it.

    Raises NotPermitted, Refused (no words, too many files, a slip that is closed), EvidenceRefused.
    """
    item = _locked(item_id, "obligation.report_slip_item")
    own = holds_post(by, item.slip, on=clock.day_of(at))
    if not can_report_mended(by, item.slip.unit.path, owner_id=item.owner_id, holds_post=own):
        raise NotPermitted("obligation.report_slip_item", f"slip:{item.slip_id}")
    old = _move(item, ItemAct.REPORT)
    said = check_said(words, longest=LONGEST_WORDS, field="words")
    if len(item.evidence) + len(uploads) > MOST_FILES:
        raise Refused(_("At most twelve files go with an item."), "files")
    scope = f"slip:{item.slip_id}"
    new = [evidence.store(by=by, at=at, stream=one.stream, name=one.name, scope=scope).pk for one in uploads]
    item.report, item.evidence, item.reported_at, item.reported_by = said, [*item.evidence, *new], at, by.pseudonym
    return _kept(by, at, item, ItemAct.REPORT, old)


@transaction.atomic
def tick_off_item(*, by: Actor, at: datetime, item_id: int) -> SlipItem:
    """Tick an item off that was reported as mended, and return it. Raises NotPermitted, Refused."""
    item = _checking(by, at, item_id, ItemAct.CHECK)
    old = _move(item, ItemAct.CHECK)
    item.checked_at, item.checked_by, item.reason = at, by.pseudonym, ""
    return _kept(by, at, item, ItemAct.CHECK, old)


@transaction.atomic
def return_item(*, by: Actor, at: datetime, item_id: int, reason: str) -> SlipItem:
    """Give an item back that is not mended, or did not stay mended, with the reason; return it.

    Raises NotPermitted, Refused (no reason).
    """
    item = _checking(by, at, item_id, ItemAct.RETURN)
    old = _move(item, ItemAct.RETURN)
    item.reason, item.checked_at, item.checked_by = check_said(reason), None, ""
    return _kept(by, at, item, ItemAct.RETURN, old)


def _locked(item_id: int, action: str) -> SlipItem:
    rows = SlipItem.objects.select_for_update(of=("self",)).select_related("slip__unit", "slip__post")
    item = rows.filter(pk=item_id).first()
    if item is None:
        raise NotPermitted(action, f"slip_item:{item_id}")
    return item


def _listing(by: Actor, at: datetime, slip_id: int) -> Slip:
    slip = Slip.objects.select_for_update(of=("self",)).select_related("unit", "post").filter(pk=slip_id).first()
    if slip is None or not can_list_faults(by, slip.unit.path, holds_post=holds_post(by, slip, on=clock.day_of(at))):
        raise NotPermitted("obligation.list_slip_items", f"slip:{slip_id}")
    if not takes_items(SlipKind(slip.kind), SlipState(slip.state)):
        raise Refused(_("Only the list of a warning or an order that waits for its answer can be changed."))
    return slip


def _checking(by: Actor, at: datetime, item_id: int, act: ItemAct) -> SlipItem:
    item = _locked(item_id, f"obligation.{act.value}_slip_item")
    own = holds_post(by, item.slip, on=clock.day_of(at))
    path = item.slip.unit.path
    if not can_tick_off(by, path, owner_id=item.owner_id, reported_by=item.reported_by, holds_post=own):
        raise NotPermitted(f"obligation.{act.value}_slip_item", f"slip:{item.slip_id}")
    return item


def _fill(item: SlipItem, draft: ItemDraft, at: datetime) -> None:
    today = clock.day_of(at)
    item.text, item.measure = check_item(draft.text, draft.measure, draft.due_on, today)
    unit_id = item.slip.unit_id
    if draft.owner_id is not None:
        people = organisation.people_of([unit_id], on=today)[unit_id]
        if draft.owner_id not in {one.user_id for one in people}:
            raise Refused(_("Choose somebody of this organisation who has an account."), "owner")
    item.owner_id, item.due_on = draft.owner_id, draft.due_on


def _move(item: SlipItem, act: ItemAct) -> ItemState:
    """Bring an item to its next state and return the old one. Raises Refused."""
    if not works_on_items(SlipKind(item.slip.kind), SlipState(item.slip.state)):
        raise Refused(_("The slip is not open any more: its list stays as it is."))
    old = ItemState(item.state)
    item.state = next_item_state(old, act).value
    return old


def _kept(by: Actor, at: datetime, item: SlipItem, act: ItemAct, old: ItemState) -> SlipItem:
    item.save()
    _record(by, at, item, act.value, old=old.value)
    return item


def _record(by: Actor, at: datetime, item: SlipItem, act: str, *, old: str) -> None:
    audit.record(
        by=by, at=at, action=f"obligation.{act}_slip_item", subject=f"slip:{item.slip_id}",
        old={"item": item.pk, "state": old}, new={"item": item.pk, "state": item.state, "due_on": item.due_on},
        reason=item.reason if act == ItemAct.RETURN.value else "",
    )  # fmt: skip
