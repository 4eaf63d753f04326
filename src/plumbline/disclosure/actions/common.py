"""What the actions of disclosure share: an item that is locked and may be changed, its saving with audit, its search words."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, TextField, Value

from plumbline.disclosure.models import Item
from plumbline.disclosure.rules.items import Hands, ItemEvent, ItemState, check_person, next_item_state
from plumbline.disclosure.rules.texts import words_of
from plumbline.kernel import audit, search
from plumbline.kernel.actor import Actor, NotPermitted


def lock_item(item_id: int, event: ItemEvent) -> Item:
    """Return an item with its unit and entry, locked; raises NotPermitted where there is none: both look the same outside."""
    rows = Item.objects.select_for_update(of=("self",)).select_related("unit", "entry").defer("words")
    item = rows.filter(pk=item_id).first()
    if item is None:
        raise NotPermitted(f"disclosure.{event.value}", f"disclosure:{item_id}")
    return item


def check_step(item: Item, event: ItemEvent, by: Actor) -> ItemState:
    """Return the state to which a step leads, after both checks: the state's, then the person's.

    Raises WrongItemState, Refused (the own item).
    """
    state = next_item_state(ItemState(item.state), event)
    check_person(event, by.pseudonym, Hands(tuple(item.authors), item.proposer, item.reviewer))
    return state


def save_step(
    item: Item, event: ItemEvent, state: ItemState, *, by: Actor, at: datetime, reason: str = "", **told: Any
) -> Item:
    """Save an item in its new state, with the audit of the step; ``told`` stands in the audit beside the state."""
    old = item.state
    item.state, item.changed_at = state.value, at
    item.save()
    audit.record(
        by=by, at=at, action=f"disclosure.{event.value}", subject=f"disclosure:{item.pk}", old={"state": old},
        new={"state": item.state, **told}, reason=reason,
    )  # fmt: skip
    return item


def put_words(item: Item) -> None:
    """Cut the words under which the portal finds an item; one SQL statement."""
    cut = Value(search.tokens(item.title, words_of(item.html)), output_field=ArrayField(TextField()))
    Item.objects.filter(pk=item.pk).update(words=Func(cut, function="array_to_tsvector"))
