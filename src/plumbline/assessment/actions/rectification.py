"""Drawing up the rectification lists of a round, confirming and dismissing their items: the committee's part."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import RectificationItem, Round
from plumbline.assessment.permissions import check_run_rounds
from plumbline.assessment.queries.losses import losses_of, lowered_by
from plumbline.assessment.rules.rectification import (
    WAITING,
    ItemEvent,
    ItemState,
    Listed,
    Loss,
    WrongItemState,
    next_item_state,
    redraw,
)
from plumbline.assessment.rules.rounds import RoundState
from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation

RESULTS = (RoundState.SCORED, RoundState.PUBLIC, RoundState.FINAL)
"""States in which a round has a result to draw up lists from."""
MOST_DAYS = 800
"""An item dated further ahead is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class DrawnUp:
    """What drawing up did; ``settled`` items are under way although the result no longer shows their loss."""

    added: int
    refreshed: int
    dropped: int
    settled: int


@transaction.atomic
def draw_up(*, by: Actor, at: datetime, round_id: int) -> DrawnUp:
    """Draw up the rectification lists of all units of a round from the run in force, and say what changed.

    Every lost point and every step that lowered a grade becomes an item to be confirmed. Doing it again adds what is new,
    refreshes and drops drafts, and leaves alone what was confirmed or dismissed. Raises NotPermitted, Refused (no result).
    """
    round_ = held_round(by, round_id)
    if round_.state not in RESULTS or round_.run_id is None:
        raise Refused(_("There is no result to draw up a list from: score the round first."))
    listed = _listed(round_)
    grade = {(unit_id, rule) for unit_id, rule in lowered_by(round_)}
    found = [*losses_of(round_), *((unit_id, Loss("", rule, 0)) for unit_id, rule in sorted(grade))]
    change = redraw(listed, found)
    RectificationItem.objects.bulk_create(
        [
            RectificationItem(
                round=round_, run_id=round_.run_id, unit_id=unit_id, node=loss.node, rule=loss.rule, lost=loss.lost,
                of_grade=not loss.node, drawn_at=at,
            )
            for unit_id, loss in change.added
        ],
        batch_size=5_000,
    )  # fmt: skip
    _refresh(round_, change.refreshed)
    RectificationItem.objects.filter(pk__in=change.dropped).delete()
    done = DrawnUp(len(change.added), len(change.refreshed), len(change.dropped), len(change.settled))
    audit.record(
        by=by, at=at, action="assessment.draw_up", subject=f"round:{round_id}",
        new={"run": round_.run_id, "added": done.added, "dropped": done.dropped, "settled": done.settled},
    )  # fmt: skip
    return done


@transaction.atomic
def confirm_items(*, by: Actor, at: datetime, round_id: int, item_ids: Collection[int], due_on: date) -> int:
    """Confirm items with the day by which they are to be mended, all or none, and return how many there were.

    From then on the units see them. A unit with one secretary gets that person as owner, until it names another. Raises
    NotPermitted, Refused (nothing chosen, a day that cannot be, an item that is not a draft of this round).
    """
    round_ = held_round(by, round_id)
    check_due(due_on, at)
    items = _drafts(round_, item_ids)
    people = organisation.people_of({item.unit_id for item in items}, on=clock.day_of(at))
    for item in items:
        item.state, item.due_on = ItemState.OPEN.value, due_on
        secretaries = [one for one in people[item.unit_id] if one.is_secretary]
        if len(secretaries) == 1:
            item.owner_id, item.owner_post = secretaries[0].user_id, secretaries[0].post
    RectificationItem.objects.bulk_update(items, ["state", "due_on", "owner", "owner_post"], batch_size=1_000)
    audit.record_many(
        by=by, at=at, action="assessment.confirm_item",
        rows=[(f"item:{one.pk}", {"state": "drawn"}, {"state": one.state, "due": str(due_on)}) for one in items],
    )  # fmt: skip
    audit.record(
        by=by, at=at, action="assessment.confirm_items", subject=f"round:{round_id}",
        new={"items": len(items), "due": str(due_on)},
    )  # fmt: skip
    return len(items)


@transaction.atomic
def dismiss_items(*, by: Actor, at: datetime, round_id: int, item_ids: Collection[int], reason: str) -> int:
    """Set drafts aside, all or none, with the reason, and return how many there were. Raises NotPermitted, Refused."""
    round_ = held_round(by, round_id)
    check_reason(reason)
    items = _drafts(round_, item_ids)
    for item in items:
        item.state, item.reason = ItemState.DISMISSED.value, reason.strip()[:500]
    RectificationItem.objects.bulk_update(items, ["state", "reason"], batch_size=1_000)
    audit.record_many(
        by=by, at=at, action="assessment.dismiss_item", reason=reason.strip(),
        rows=[(f"item:{one.pk}", {"state": "drawn"}, {"state": one.state}) for one in items],
    )  # fmt: skip
    return len(items)


@transaction.atomic
def dismiss_item(*, by: Actor, at: datetime, item_id: int, reason: str) -> RectificationItem:
    """Set one item aside with the reason, were it confirmed already. Raises NotPermitted, Refused, WrongItemState."""
    item = held_item(by, item_id, ItemEvent.DISMISS)
    check_reason(reason)
    return move(by, at, item, ItemEvent.DISMISS, "assessment.dismiss_item", reason)


@transaction.atomic
def restore_item(*, by: Actor, at: datetime, item_id: int, reason: str) -> RectificationItem:
    """Bring an item that was set aside back among the drafts. Raises NotPermitted, Refused, WrongItemState."""
    item = held_item(by, item_id, ItemEvent.RESTORE)
    check_reason(reason)
    return move(by, at, item, ItemEvent.RESTORE, "assessment.restore_item", reason)


@transaction.atomic
def carry_over(
    *, by: Actor, at: datetime, round_id: int, item_ids: Collection[int], due_on: date, reason: str
) -> list[RectificationItem]:
    """Carry items that are not verified over to the next year, with a new day and the reason; return the new items.

    The old item stays as it ended; the new one goes on with its cause, owner and plan. All or none. Raises NotPermitted,
    Refused (no reason, a day that cannot be, an item of another round or one that is not under way).
    """
    round_ = held_round(by, round_id)
    check_reason(reason)
    check_due(due_on, at)
    items = _of_round(round_, item_ids)
    if any(item.state not in WAITING for item in items):
        raise Refused(_("Only items that are being mended can be carried over."), field="items")
    made = [_carried(by, at, item, due_on, reason) for item in items]
    audit.record(
        by=by, at=at, action="assessment.carry_over", subject=f"round:{round_id}",
        new={"items": len(made), "due": str(due_on)}, reason=reason.strip(),
    )  # fmt: skip
    return made


def _carried(by: Actor, at: datetime, item: RectificationItem, due_on: date, reason: str) -> RectificationItem:
    move(by, at, item, ItemEvent.CARRY, "assessment.carry_item", reason)
    return RectificationItem.objects.create(
        round_id=item.round_id, run_id=item.run_id, unit_id=item.unit_id, node=item.node, rule=item.rule,
        of_grade=item.of_grade, lost=item.lost, state=ItemState.OPEN.value, owner_id=item.owner_id,
        owner_post=item.owner_post, due_on=due_on, measure=item.measure, reason=reason.strip()[:500],
        carried_from=item, drawn_at=at,
    )  # fmt: skip


def held_round(by: Actor, round_id: int) -> Round:
    """Return a round that the actor runs, held so that two who draw up at once come one after the other."""
    rows = Round.objects.select_for_update(of=("self",)).select_related("committee", "scheme_version")
    round_ = rows.filter(pk=round_id).first()
    if round_ is None:
        raise NotPermitted("assessment.run_round", f"round:{round_id}")
    check_run_rounds(by, round_.committee.path, f"round:{round_id}")
    return round_


def held_item(by: Actor, item_id: int, event: ItemEvent) -> RectificationItem:
    """Return an item of a round that the actor runs, locked. Raises NotPermitted (also for none), WrongItemState."""
    item = lock_item(item_id, event)
    check_run_rounds(by, item.round.committee.path, f"item:{item_id}")
    next_item_state(ItemState(item.state), event)
    return item


def lock_item(item_id: int, event: ItemEvent) -> RectificationItem:
    """Return an item with its round and unit, locked; raises NotPermitted where there is none."""
    rows = RectificationItem.objects.select_for_update(of=("self",)).select_related("round__committee", "unit")
    item = rows.filter(pk=item_id).first()
    if item is None:
        raise NotPermitted(f"assessment.{event.value}_item", f"item:{item_id}")
    return item


def move(
    by: Actor, at: datetime, item: RectificationItem, event: ItemEvent, action: str, reason: str = ""
) -> RectificationItem:
    """Save an item in the state to which an event leads, with the audit of it; a ``reason`` stays on the item."""
    old = item.state
    item.state = next_item_state(ItemState(old), event).value
    item.reason = reason.strip()[:500] or item.reason
    item.save()
    new = {"state": item.state, "files": len(item.evidence)}
    audit.record(
        by=by, at=at, action=action, subject=f"item:{item.pk}", old={"state": old}, new=new, reason=reason.strip()
    )
    return item


def check_reason(reason: str) -> None:
    """Raise Refused where no reason is given."""
    if not reason.strip():
        raise Refused(_("Say why: the reason stays beside the item."), field="reason")


def check_due(due_on: date, at: datetime) -> None:
    """Raise Refused for a day that is past, or years ahead."""
    today = clock.day_of(at)
    if due_on < today:
        raise Refused(_("This day is past. Choose one by which the fault can be mended."), field="due_on")
    if (due_on - today).days > MOST_DAYS:
        raise Refused(_("This day lies years ahead: is the year right?"), field="due_on")


def _listed(round_: Round) -> list[Listed]:
    rows = RectificationItem.objects.filter(round=round_, carried_from=None)
    return [Listed(row.pk, row.unit_id, row.node, row.rule, ItemState(row.state), row.lost) for row in rows]


def _refresh(round_: Round, refreshed: Sequence[tuple[int, int]]) -> None:
    lost = dict(refreshed)
    items = list(RectificationItem.objects.filter(pk__in=lost))
    for item in items:
        item.run_id, item.lost = round_.run_id or 0, lost[item.pk]
    RectificationItem.objects.bulk_update(items, ["run", "lost"], batch_size=1_000)


def _of_round(round_: Round, item_ids: Collection[int]) -> list[RectificationItem]:
    wanted = set(item_ids)
    if not wanted:
        raise Refused(_("Choose at least one item."), field="items")
    rows: QuerySet[RectificationItem] = RectificationItem.objects.select_for_update().filter(round=round_)
    found = list(rows.filter(pk__in=wanted).order_by("pk"))
    if len(found) != len(wanted):
        raise Refused(_("Some of the items are not of this round."), field="items")
    return found


def _drafts(round_: Round, item_ids: Collection[int]) -> list[RectificationItem]:
    found = _of_round(round_, item_ids)
    late = next((one for one in found if one.state != ItemState.DRAWN), None)
    if late is not None:
        raise WrongItemState(ItemState(late.state), ItemEvent.CONFIRM)
    return found
