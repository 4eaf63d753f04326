"""Publishing, correcting and withdrawing: each an entry of the transparency log, a fact, and what was owed fulfilled.

All of it is one transaction: there is no published item without its entry in the outbox, and no entry without its item.
"""

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.disclosure.actions.common import check_step, lock_item, put_words, save_step
from plumbline.disclosure.facts import PUBLISHED, WITHDRAWN
from plumbline.disclosure.models import Item, Reading
from plumbline.disclosure.permissions import check_prepare, reader_of
from plumbline.disclosure.queries.published import published_value
from plumbline.disclosure.rules.items import ItemEvent, ItemState, check_reason
from plumbline.disclosure.rules.problems import Refused
from plumbline.disclosure.rules.scopes import Scope, may_read
from plumbline.disclosure.rules.texts import text_hash
from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation import api as obligation

SOURCE = "disclosure"


@transaction.atomic
def publish_item(*, by: Actor, at: datetime, item_id: int) -> Item:
    """Publish an approved item; a correction takes the place of what it corrects in the same moment.

    The log gets the hash of the canonical text, the ledger a fact, and what was owed is fulfilled. Raises NotPermitted,
    WrongItemState (also where what it corrects was withdrawn meanwhile).
    """
    item = lock_item(item_id, ItemEvent.PUBLISH)
    check_prepare(by, item.unit.path, f"disclosure:{item_id}")
    state = check_step(item, ItemEvent.PUBLISH, by)
    replaced = _replace(by, at, item) if item.corrects_id is not None else None
    item.published_at, item.published_on, item.salt = at, clock.day_of(at), secrets.token_hex(32)
    item.text_hash = text_hash(published_value(item))
    save_step(item, ItemEvent.PUBLISH, state, by=by, at=at, text_hash=item.text_hash)
    put_words(item)
    _log(at, item, "disclosure.published" if replaced is None else "disclosure.corrected", replaced)
    ledger.post(
        by=by, at=at, kind=PUBLISHED, unit_id=item.unit_id, occurred_on=item.published_on, source=SOURCE,
        sender_key=f"published:{item.pk}", attributes={"category": item.category, "title": item.title},
    )  # fmt: skip
    if item.owed_key:
        obligation.fulfil(by=by, at=at, key=item.owed_key, on=item.published_on)
    return item


def _replace(by: Actor, at: datetime, item: Item) -> Item:
    """Mark what an item corrects as replaced, and return it. Raises WrongItemState."""
    old = lock_item(item.corrects_id or 0, ItemEvent.CORRECT)
    state = check_step(old, ItemEvent.CORRECT, by)
    old.ended_at = at
    save_step(old, ItemEvent.CORRECT, state, by=by, at=at, reason=item.reason, by_item=item.pk)
    _post_withdrawn(by, at, old, corrected=True)
    return old


def _log(at: datetime, item: Item, kind: str, replaced: Item | None) -> None:
    document = {
        "category": item.category, "entry": item.entry.code, "item": item.pk, "public_days": item.public_days,
        "published_on": str(item.published_on), "scope": item.scope, "text_hash": item.text_hash, "unit": item.unit.code,
    }  # fmt: skip
    if replaced is not None:
        document |= {"corrects": replaced.pk, "replaced_hash": replaced.text_hash}
    ledger.publish(at=at, kind=kind, subject=f"disclosure:{item.pk}", document=document)


def _post_withdrawn(by: Actor, at: datetime, item: Item, *, corrected: bool) -> None:
    ledger.post(
        by=by, at=at, kind=WITHDRAWN, unit_id=item.unit_id, occurred_on=clock.day_of(at), source=SOURCE,
        sender_key=f"withdrawn:{item.pk}", attributes={"category": item.category, "corrected": corrected},
    )  # fmt: skip


@transaction.atomic
def withdraw_item(*, by: Actor, at: datetime, item_id: int, reason: str) -> Item:
    """Withdraw something published, with a reason that stays in its place; the old text stays provable in the log.

    The log gets a salted hash of the reason. Raises NotPermitted, WrongItemState, Refused.
    """
    item = lock_item(item_id, ItemEvent.WITHDRAW)
    check_prepare(by, item.unit.path, f"disclosure:{item_id}")
    state = check_step(item, ItemEvent.WITHDRAW, by)
    item.end_reason, item.ended_at = check_reason(reason), at
    save_step(item, ItemEvent.WITHDRAW, state, by=by, at=at, reason=item.end_reason)
    ledger.publish(
        at=at, kind="disclosure.withdrawn", subject=f"disclosure:{item.pk}",
        document={
            "item": item.pk, "reason_hash": ledger.seal(item.end_reason, bytes.fromhex(item.salt)),
            "text_hash": item.text_hash, "unit": item.unit.code, "withdrawn_on": str(clock.day_of(at)),
        },
    )  # fmt: skip
    _post_withdrawn(by, at, item, corrected=False)
    return item


@transaction.atomic
def confirm_reading(*, by: Actor, at: datetime, item_id: int) -> Reading:
    """Confirm as a member that one has read a published item; saying it twice keeps the first time.

    Raises NotPermitted for who may not read it, Refused for who is no member or where nobody asks for it.
    """
    item = (
        Item.objects.select_related("unit").defer("words").filter(pk=item_id, state=ItemState.PUBLISHED.value).first()
    )
    if item is None or not may_read(reader_of(by), Scope(item.scope), item.unit.path, item.named):
        raise NotPermitted("disclosure.confirm_reading", f"disclosure:{item_id}")
    if by.member_id is None or not item.must_be_read:
        raise Refused(_("Only members confirm, and only where the organisation asks for it."))
    kept, new = Reading.objects.get_or_create(item=item, member_id=by.member_id, defaults={"read_at": at})
    if new:
        audit.record(by=by, at=at, action="disclosure.confirm_reading", subject=f"disclosure:{item_id}", new={})
    return kept
