"""Writing an item: begun under an entry of the catalogue, changed, proposed, given back, dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from plumbline.disclosure.actions.common import check_step, lock_item, save_step
from plumbline.disclosure.models import CatalogueVersion, Item
from plumbline.disclosure.permissions import can_approve, can_review, check_prepare
from plumbline.disclosure.rules.catalogue import Entry, entry_on
from plumbline.disclosure.rules.items import ItemEvent, ItemState, check_reason, next_item_state
from plumbline.disclosure.rules.problems import Refused
from plumbline.disclosure.rules.publicity import check_days
from plumbline.disclosure.rules.scopes import Scope, narrows
from plumbline.disclosure.rules.texts import check_text, pictures_of
from plumbline.kernel import clock, evidence
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.organisation import api as organisation


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """What is typed for an item. ``scope`` None takes the catalogue's; a narrower one needs ``scope_reason``.

    ``named`` are the ids of the members concerned, for that scope alone; ``files`` are evidence that the item may show.
    """

    title: str
    text: str
    scope: Scope | None = None
    scope_reason: str = ""
    named: tuple[int, ...] = ()
    files: tuple[int, ...] = ()


def file_scope(unit_id: int) -> str:
    """Return the scope under which the files of a unit's items are kept."""
    return f"disclosure:{unit_id}"


@transaction.atomic
def start_item(
    *,
    by: Actor,
    at: datetime,
    unit_id: int,
    entry_code: str,
    draft: ItemDraft,
    owed_key: str = "",
    due_on: date | None = None,
) -> Item:
    """Begin an item of a unit under an entry of the catalogue that is in force, and return it.

    ``owed_key`` names the obligation that its publication fulfils. Raises NotPermitted, Refused (an entry that does not
    hold for this unit today, a text that cannot be).
    """
    unit = organisation.organisation_for(by, unit_id)
    check_prepare(by, unit.path, f"unit:{unit_id}")
    version, entry = entry_in_force(entry_code, clock.day_of(at))
    if unit.kind not in entry.kinds:
        raise Refused(_("The catalogue does not ask this of your kind of organisation: choose another entry."), "entry")
    if unit.closed_on is not None and unit.closed_on <= clock.day_of(at):
        raise Refused(_("This organisation no longer stands: its successor publishes."), "unit")
    item = Item(
        unit_id=unit.pk, entry_id=version.entry_id, category=entry.category.value, public_days=entry.public_days,
        approved_above=entry.approved_above, must_be_read=entry.must_be_read, authors=[by.pseudonym], owed_key=owed_key,
        due_on=due_on, started_at=at, state=ItemState.DRAFT.value,
    )  # fmt: skip
    _write(item, draft, entry.scope)
    return save_step(item, ItemEvent.EDIT, ItemState.DRAFT, by=by, at=at, entry=entry.code, title=item.title)


def entry_in_force(code: str, day: date) -> tuple[CatalogueVersion, Entry]:
    """Return the version of an entry that holds on a day, as row and as value. Raises Refused where none does."""
    rows = {row.starts_on: row for row in CatalogueVersion.objects.filter(entry__code=code).select_related("entry")}
    found = entry_on([row.value() for row in rows.values()], day)
    if found is None:
        raise Refused(_("This entry is not in the catalogue today: choose one that is in force."), "entry")
    return rows[found.starts_on], found


@transaction.atomic
def edit_item(*, by: Actor, at: datetime, item_id: int, draft: ItemDraft, seen_at: datetime | None = None) -> Item:
    """Change the text of a draft; whoever does so is one of its authors from then on.

    ``seen_at`` is when the form was shown: where somebody else changed the item since, nothing is overwritten. Raises
    NotPermitted, WrongItemState, Refused.
    """
    item = lock_item(item_id, ItemEvent.EDIT)
    check_prepare(by, item.unit.path, f"disclosure:{item_id}")
    state = check_step(item, ItemEvent.EDIT, by)
    if seen_at is not None and item.changed_at > seen_at:
        raise Refused(_("Somebody changed this item while you were writing. Copy your text, open it again, put it in."))
    _write(item, draft, _asked_scope(item, at))
    item.authors = list(dict.fromkeys([*item.authors, by.pseudonym]))
    return save_step(item, ItemEvent.EDIT, state, by=by, at=at, title=item.title)


def _asked_scope(item: Item, at: datetime) -> Scope:
    """Return the scope that the catalogue asked for when the item was begun, or began to ask later."""
    versions = [row.value() for row in CatalogueVersion.objects.filter(entry_id=item.entry_id).select_related("entry")]
    found = entry_on(versions, clock.day_of(at)) or entry_on(versions, clock.day_of(item.started_at))
    return Scope(item.scope) if found is None else found.scope


def _write(item: Item, draft: ItemDraft, asked: Scope) -> None:
    """Put what was typed into an item. Raises Refused."""
    html = check_text(draft.title, draft.text)
    scope = draft.scope or asked
    if narrows(scope, asked) and not draft.scope_reason.strip():
        raise Refused(_("The catalogue asks for a wider scope: say why this item has a narrower one."), "scope_reason")
    if scope is Scope.PERSONS and not draft.named:
        raise Refused(_("Name the members concerned: nobody else will read it."), "named")
    files = tuple(dict.fromkeys((*draft.files, *pictures_of(html))))
    kept = {row.pk for row in evidence.describe(files) if row.scope == file_scope(item.unit_id)}
    if set(files) - kept:
        raise Refused(_("A file or a picture of this text was not filed here: add it to the item again."), "files")
    check_days(item.public_days)
    item.title, item.source, item.html, item.scope = draft.title.strip(), draft.text, html, scope.value
    item.scope_reason, item.files = draft.scope_reason.strip()[:500], list(files)
    item.named = sorted(set(draft.named)) if scope is Scope.PERSONS else []


@transaction.atomic
def propose_item(*, by: Actor, at: datetime, item_id: int) -> Item:
    """Propose a draft for review. Raises NotPermitted, WrongItemState."""
    item = lock_item(item_id, ItemEvent.PROPOSE)
    check_prepare(by, item.unit.path, f"disclosure:{item_id}")
    state = check_step(item, ItemEvent.PROPOSE, by)
    item.proposer = by.pseudonym
    return save_step(item, ItemEvent.PROPOSE, state, by=by, at=at)


@transaction.atomic
def drop_item(*, by: Actor, at: datetime, item_id: int, reason: str) -> Item:
    """Drop a draft that will not be published, with the reason. Raises NotPermitted, WrongItemState, Refused."""
    item = lock_item(item_id, ItemEvent.DROP)
    check_prepare(by, item.unit.path, f"disclosure:{item_id}")
    state = check_step(item, ItemEvent.DROP, by)
    item.end_reason, item.ended_at = check_reason(reason), at
    return save_step(item, ItemEvent.DROP, state, by=by, at=at, reason=item.end_reason)


@transaction.atomic
def return_item(*, by: Actor, at: datetime, item_id: int, reason: str) -> Item:
    """Give an item back to its authors with the reason; what was reviewed or approved is so no longer.

    Who may review, approve or prepare it may also give it back, were it the own. Raises NotPermitted, WrongItemState, Refused.
    """
    item = lock_item(item_id, ItemEvent.RETURN)
    path = item.unit.path
    may = can_review(by, path) or can_approve(by, path, above=item.approved_above)
    if not may:
        raise NotPermitted("disclosure.return", f"disclosure:{item_id}")
    state = check_step(item, ItemEvent.RETURN, by)
    item.end_reason, item.reviewer, item.approver, item.points, item.review_note = check_reason(reason), "", "", [], ""
    item.reviewed_at = item.approved_at = None
    return save_step(item, ItemEvent.RETURN, state, by=by, at=at, reason=item.end_reason)


@transaction.atomic
def start_correction(*, by: Actor, at: datetime, item_id: int, draft: ItemDraft, reason: str) -> Item:
    """Begin the correction of something published: an item of its own that goes the whole way, and return it.

    The published text stands until the correction is out. Raises NotPermitted, WrongItemState, Refused (no reason, or a
    correction is under way already).
    """
    old = lock_item(item_id, ItemEvent.CORRECT)
    check_prepare(by, old.unit.path, f"disclosure:{item_id}")
    next_item_state(ItemState(old.state), ItemEvent.CORRECT)
    words = check_reason(reason)
    item = Item(**_taken_over(old), corrects=old, authors=[by.pseudonym], started_at=at, reason=words)
    _write(item, draft, Scope(old.scope))
    try:
        with transaction.atomic():
            return save_step(item, ItemEvent.EDIT, ItemState.DRAFT, by=by, at=at, reason=words, corrects=old.pk)
    except IntegrityError:
        raise Refused(_("A correction of this item is under way already: go on with that one.")) from None


def _taken_over(old: Item) -> dict[str, Any]:
    names: Sequence[str] = (
        "unit_id", "entry_id", "category", "scope", "public_days", "approved_above", "must_be_read",
    )  # fmt: skip
    return {name: getattr(old, name) for name in names}
