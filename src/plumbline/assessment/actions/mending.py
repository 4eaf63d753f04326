"""Mending what a rectification list names: the unit's plan and report, the assessor's check."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.rectification import check_due, check_reason, lock_item, move
from plumbline.assessment.models import RectificationItem
from plumbline.assessment.permissions import can_check_mending, can_plan_mending, can_report_mending, can_run_rounds
from plumbline.assessment.rules.rectification import ItemEvent, ItemState, next_item_state
from plumbline.kernel import audit, clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation

MOST_FILES = 12


@transaction.atomic
def plan_item(
    *, by: Actor, at: datetime, item_id: int, owner_id: int | None, due_on: date, measure: str
) -> RectificationItem:
    """Say who of the unit mends a fault, how, and by when, and return the item.

    The unit may choose an earlier day than the committee's, never a later one. Raises NotPermitted, WrongItemState,
    Refused (an owner who is not of the unit, a day that cannot be).
    """
    item = _held(item_id, ItemEvent.PLAN)
    if not can_plan_mending(by, item.unit.path):
        raise NotPermitted("assessment.plan_item", f"item:{item_id}")
    next_item_state(ItemState(item.state), ItemEvent.PLAN)
    old = {"owner": item.owner_id, "due": str(item.due_on), "measure": item.measure}
    if due_on != item.due_on:
        _check_moved(by, at, item, due_on)
    item.owner_id, item.owner_post = _owner(item, owner_id, at)
    item.due_on, item.measure = due_on, measure.strip()[:4000]
    item.save()
    audit.record(
        by=by, at=at, action="assessment.plan_item", subject=f"item:{item.pk}", old=old,
        new={"owner": item.owner_id, "due": str(item.due_on), "measure": item.measure},
    )  # fmt: skip
    return item


@transaction.atomic
def report_item(
    *, by: Actor, at: datetime, item_id: int, words: str, uploads: Sequence[ledger.Upload] = ()
) -> RectificationItem:
    """Report a fault as mended, in words and with evidence, and return the item; an assessor checks it then.

    Raises NotPermitted, WrongItemState, Refused (no words, too many files), EvidenceRefused.
    """
    item = _held(item_id, ItemEvent.REPORT)
    if not can_report_mending(by, item.unit.path, item.owner_id):
        raise NotPermitted("assessment.report_item", f"item:{item_id}")
    next_item_state(ItemState(item.state), ItemEvent.REPORT)
    if not words.strip():
        raise Refused(_("Say in words what was done."), field="words")
    if len(item.evidence) + len(uploads) > MOST_FILES:
        raise Refused(_("At most {count} files go with an item.").format(count=MOST_FILES), field="files")
    scope = f"mending:{item.pk}"
    kept = [evidence.store(by=by, at=at, stream=one.stream, name=one.name, scope=scope).pk for one in uploads]
    item.report, item.evidence = words.strip()[:4000], [*item.evidence, *kept]
    item.reported_at, item.reported_by = at, by.pseudonym
    return move(by, at, item, ItemEvent.REPORT, "assessment.report_item")


@transaction.atomic
def return_item(*, by: Actor, at: datetime, item_id: int, reason: str) -> RectificationItem:
    """Give an item back that is not mended yet, with the reason. Raises NotPermitted, WrongItemState, Refused."""
    item = _checked(by, item_id, ItemEvent.RETURN)
    check_reason(reason)
    return move(by, at, item, ItemEvent.RETURN, "assessment.return_item", reason)


@transaction.atomic
def verify_item(*, by: Actor, at: datetime, item_id: int) -> RectificationItem:
    """Verify that a fault is mended, for an assessor who is not of the unit and did not report it.

    Raises NotPermitted, WrongItemState, Refused.
    """
    item = _checked(by, item_id, ItemEvent.VERIFY)
    item.verified_at, item.verified_by = at, by.pseudonym
    return move(by, at, item, ItemEvent.VERIFY, "assessment.verify_item")


def _held(item_id: int, event: ItemEvent) -> RectificationItem:
    """Return an item that the unit may see, locked. Raises NotPermitted, also for a draft: units know of none."""
    item = lock_item(item_id, event)
    if item.state == ItemState.DRAWN:
        raise NotPermitted(f"assessment.{event.value}_item", f"item:{item_id}")
    return item


def _checked(by: Actor, item_id: int, event: ItemEvent) -> RectificationItem:
    item = lock_item(item_id, event)
    if not can_check_mending(by, item.round.committee.path, item.unit.path, item.owner_id):
        raise NotPermitted(f"assessment.{event.value}_item", f"item:{item_id}")
    next_item_state(ItemState(item.state), event)
    if item.reported_by == by.pseudonym:
        raise Refused(_("You reported this item yourself: somebody else must check it."))
    return item


def _check_moved(by: Actor, at: datetime, item: RectificationItem, due_on: date) -> None:
    check_due(due_on, at)
    if item.due_on and due_on > item.due_on and not can_run_rounds(by, item.round.committee.path):
        day = date_format(item.due_on, "DATE_FORMAT")
        raise Refused(
            _("The committee asks for it by {day}: only it can give more time.").format(day=day), field="due_on"
        )


def _owner(item: RectificationItem, owner_id: int | None, at: datetime) -> tuple[int | None, str]:
    if owner_id is None:
        return None, ""
    people = organisation.people_of([item.unit_id], on=clock.day_of(at))[item.unit_id]
    person = next((one for one in people if one.user_id == owner_id), None)
    if person is None:
        raise Refused(_("The owner must be somebody of this unit with an account."), field="owner")
    return person.user_id, person.post[:100]
