"""The one door of the area disclosure: what organisations publish, to whom, and how it is asked for.

The *catalogue* says what each kind of organisation discloses, to which of four scopes, when, and for how long; its entries
hold in versions with days of effect (``take_shipped``, ``set_version``). ``plan_year`` lets every organisation owe what the
calendar asks; ``announce`` owes what follows a happening.

An *item* is begun under an entry (``start_item``), changed, proposed, reviewed with a checklist, approved and published;
whoever wrote or proposed it neither reviews nor approves it. Publishing is one transaction: the item, an entry of the
transparency log with the hash of its canonical text, a fact, and what was owed fulfilled. What was published is never
changed: a correction (``start_correction``) goes the whole way again and takes the old one's place, a withdrawal leaves its
reason there; the log keeps the hash of each. Members confirm having read what they must have seen.

``published_value`` and ``canonical`` give anyone the bytes under the hash. What the rules refuse raises ``Refused``; a step
that an item's state does not allow raises ``WrongItemState``.
"""

from plumbline.disclosure.actions.catalogue import Planned, announce, owed_key, plan_year, set_version, take_shipped
from plumbline.disclosure.actions.checking import approve_item, review_item
from plumbline.disclosure.actions.items import (
    ItemDraft,
    drop_item,
    edit_item,
    file_scope,
    propose_item,
    return_item,
    start_correction,
    start_item,
)
from plumbline.disclosure.actions.publishing import confirm_reading, publish_item, withdraw_item
from plumbline.disclosure.permissions import (
    can_approve,
    can_change_catalogue,
    can_prepare,
    can_read_desk,
    can_review,
)
from plumbline.disclosure.queries.files import may_read_file
from plumbline.disclosure.queries.published import published_value
from plumbline.disclosure.rules.catalogue import CATEGORY_NAMES, TIMING_NAMES, Category, Entry, Timing
from plumbline.disclosure.rules.items import (
    POINT_NAMES,
    POINT_QUESTIONS,
    STATE_NAMES,
    ItemEvent,
    ItemState,
    Point,
    WrongItemState,
)
from plumbline.disclosure.rules.problems import Refused
from plumbline.disclosure.rules.scopes import SCOPE_HINTS, SCOPE_NAMES, Scope
from plumbline.disclosure.rules.texts import Published, canonical, personal_marks

__all__ = [
    "CATEGORY_NAMES",
    "POINT_NAMES",
    "POINT_QUESTIONS",
    "SCOPE_HINTS",
    "SCOPE_NAMES",
    "STATE_NAMES",
    "TIMING_NAMES",
    "Category",
    "Entry",
    "ItemDraft",
    "ItemEvent",
    "ItemState",
    "Planned",
    "Point",
    "Published",
    "Refused",
    "Scope",
    "Timing",
    "WrongItemState",
    "announce",
    "approve_item",
    "can_approve",
    "can_change_catalogue",
    "can_prepare",
    "can_read_desk",
    "can_review",
    "canonical",
    "confirm_reading",
    "drop_item",
    "edit_item",
    "file_scope",
    "may_read_file",
    "owed_key",
    "personal_marks",
    "plan_year",
    "propose_item",
    "publish_item",
    "published_value",
    "return_item",
    "review_item",
    "set_version",
    "start_correction",
    "start_item",
    "take_shipped",
    "withdraw_item",
]
