"""The life of a disclosure item: proposed, reviewed, approved, published, corrected or withdrawn (DOMAIN 4, article 15).

What may happen in a state is a table; which person may do it is asked apart, so that neither check can hide the other.
A correction is an item of its own that goes the whole way again; when it is published, the old one is replaced by it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from plumbline.disclosure.rules.problems import Refused

LONGEST_REASON: Final = 500


class ItemState(StrEnum):
    """Where an item stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    DROPPED = "dropped"


class ItemEvent(StrEnum):
    """What may happen to an item."""

    EDIT = "edit"
    PROPOSE = "propose"
    REVIEW = "review"
    APPROVE = "approve"
    RETURN = "return"
    PUBLISH = "publish"
    CORRECT = "correct"
    WITHDRAW = "withdraw"
    DROP = "drop"


TRANSITIONS: Final[Mapping[tuple[ItemState, ItemEvent], ItemState]] = {
    (ItemState.DRAFT, ItemEvent.EDIT): ItemState.DRAFT,
    (ItemState.DRAFT, ItemEvent.PROPOSE): ItemState.PROPOSED,
    (ItemState.DRAFT, ItemEvent.DROP): ItemState.DROPPED,
    (ItemState.PROPOSED, ItemEvent.REVIEW): ItemState.REVIEWED,
    (ItemState.PROPOSED, ItemEvent.RETURN): ItemState.DRAFT,
    (ItemState.REVIEWED, ItemEvent.APPROVE): ItemState.APPROVED,
    (ItemState.REVIEWED, ItemEvent.RETURN): ItemState.DRAFT,
    (ItemState.APPROVED, ItemEvent.PUBLISH): ItemState.PUBLISHED,
    (ItemState.APPROVED, ItemEvent.RETURN): ItemState.DRAFT,
    (ItemState.PUBLISHED, ItemEvent.CORRECT): ItemState.CORRECTED,
    (ItemState.PUBLISHED, ItemEvent.WITHDRAW): ItemState.WITHDRAWN,
}
"""What leads from where to where; what is not listed may not happen."""
UNDER_WAY: Final = (ItemState.DRAFT, ItemState.PROPOSED, ItemState.REVIEWED, ItemState.APPROVED)
"""States before publication, in which somebody has something to do."""
OUT: Final = (ItemState.PUBLISHED, ItemState.CORRECTED, ItemState.WITHDRAWN)
"""States that the log has told of."""
STATE_NAMES: Final[Mapping[ItemState, Promise]] = {
    ItemState.DRAFT: pgettext_lazy("disclosure item", "draft"),
    ItemState.PROPOSED: pgettext_lazy("disclosure item", "waits for review"),
    ItemState.REVIEWED: pgettext_lazy("disclosure item", "waits for approval"),
    ItemState.APPROVED: pgettext_lazy("disclosure item", "approved, not yet published"),
    ItemState.PUBLISHED: pgettext_lazy("disclosure item", "published"),
    ItemState.CORRECTED: pgettext_lazy("disclosure item", "replaced by a correction"),
    ItemState.WITHDRAWN: pgettext_lazy("disclosure item", "withdrawn"),
    ItemState.DROPPED: pgettext_lazy("disclosure item", "dropped"),
}


class WrongItemState(Exception):
    """The item is not in a state in which this may happen to it."""

    def __init__(self, state: ItemState, event: ItemEvent) -> None:
        super().__init__(f"{event} of an item that is {state}")
        self.state, self.event = state, event


def next_item_state(state: ItemState, event: ItemEvent) -> ItemState:
    """Return the state to which an event leads. Raises WrongItemState."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise WrongItemState(state, event) from None


@dataclass(frozen=True, slots=True)
class Hands:
    """Through whose hands an item went, by pseudonym: everybody who wrote it, who proposed and who reviewed it."""

    authors: tuple[str, ...]
    proposer: str = ""
    reviewer: str = ""

    def own(self, person: str) -> bool:
        """True where a person wrote or proposed the item."""
        return person == self.proposer or person in self.authors


def check_person(event: ItemEvent, person: str, hands: Hands) -> None:
    """Refuse who would check the own work: whoever wrote or proposed an item neither reviews nor approves it.

    Raises Refused. That the reviewer also approves is allowed: a branch of three has no fourth pair of eyes.
    """
    if event in (ItemEvent.REVIEW, ItemEvent.APPROVE) and hands.own(person):
        raise Refused(
            _("You wrote or proposed this item. Nobody reviews or approves their own: another person must do it.")
        )


class Point(StrEnum):
    """What a review looks at, each answered by itself (DOMAIN 4: secrecy review, necessity and accuracy)."""

    SECRECY = "secrecy"
    NECESSITY = "necessity"
    ACCURACY = "accuracy"
    PERSONAL = "personal"


POINT_NAMES: Final[Mapping[Point, Promise]] = {
    Point.SECRECY: gettext_lazy("Secrecy"),
    Point.NECESSITY: gettext_lazy("Necessity"),
    Point.ACCURACY: gettext_lazy("Accuracy"),
    Point.PERSONAL: gettext_lazy("Personal data"),
}
POINT_QUESTIONS: Final[Mapping[Point, Promise]] = {
    Point.SECRECY: gettext_lazy("It holds no state secret, no party secret and no matter that is not for publication."),
    Point.NECESSITY: gettext_lazy("The catalogue asks for it, and the scope is as wide as it must be and no wider."),
    Point.ACCURACY: gettext_lazy("Facts, figures, names and days were compared with the documents."),
    Point.PERSONAL: gettext_lazy(
        "It tells no more of any person than its purpose needs: no number of an identity card, no telephone."
    ),
}


def check_review(answers: Collection[Point]) -> None:
    """Refuse a review that leaves a point of the checklist open. Raises Refused, which names the first one."""
    for point in Point:
        if point not in answers:
            raise Refused(
                _("The checklist is not complete: “%s” is open. Confirm it, or give the item back with the reason.")
                % POINT_NAMES[point],
                point.value,
            )


def check_reason(reason: str) -> str:
    """Return the reason without spaces around it; refuse an empty one, and one of more than 500 characters."""
    words = reason.strip()
    if not words:
        raise Refused(_("Say why: the reason stays beside the item and is published with it."), "reason")
    if len(words) > LONGEST_REASON:
        raise Refused(_("The reason may have at most %d characters.") % LONGEST_REASON, "reason")
    return words


def events_open(state: ItemState, *, own: bool) -> Sequence[ItemEvent]:
    """Return what may happen in a state as far as the state and the rule of own work go, in the order of the table."""
    checks = (ItemEvent.REVIEW, ItemEvent.APPROVE)
    return tuple(event for (at, event) in TRANSITIONS if at is state and not (own and event in checks))
