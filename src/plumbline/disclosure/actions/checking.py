"""The two checks of an item, each under the name of who did it: the review with its checklist, and the approval."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from plumbline.disclosure.actions.common import check_step, lock_item, save_step
from plumbline.disclosure.models import Item
from plumbline.disclosure.permissions import check_approve, check_review_item
from plumbline.disclosure.rules.items import ItemEvent, Point, check_review
from plumbline.kernel.actor import Actor


@transaction.atomic
def review_item(*, by: Actor, at: datetime, item_id: int, points: Collection[Point], note: str = "") -> Item:
    """Confirm every point of the checklist for a proposed item. Raises NotPermitted, WrongItemState, Refused.

    Refused: a point is open, or it is the own item.
    """
    item = lock_item(item_id, ItemEvent.REVIEW)
    check_review_item(by, item.unit.path, f"disclosure:{item_id}")
    state = check_step(item, ItemEvent.REVIEW, by)
    check_review(points)
    item.reviewer, item.reviewed_at, item.review_note = by.pseudonym, at, note.strip()[:500]
    item.points = [one.value for one in Point if one in points]
    return save_step(item, ItemEvent.REVIEW, state, by=by, at=at, points=item.points)


@transaction.atomic
def approve_item(*, by: Actor, at: datetime, item_id: int) -> Item:
    """Approve a reviewed item; from the level above where the catalogue says so.

    Raises NotPermitted, WrongItemState, Refused (the own item).
    """
    item = lock_item(item_id, ItemEvent.APPROVE)
    check_approve(by, item.unit.path, f"disclosure:{item_id}", above=item.approved_above)
    state = check_step(item, ItemEvent.APPROVE, by)
    item.approver, item.approved_at = by.pseudonym, at
    return save_step(item, ItemEvent.APPROVE, state, by=by, at=at)
