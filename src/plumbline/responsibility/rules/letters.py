"""The life of a letter of responsibility: its states, who may sign for which side, and how it differs from its template."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from plumbline.responsibility.rules.letter_document import LetterText
from plumbline.responsibility.rules.problems import Refused


class LetterState(StrEnum):
    """Where a letter stands. A draft belongs to the upper side alone; from its issue on both sides see it."""

    DRAFT = "draft"
    ISSUED = "issued"
    HALF = "half"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class LetterKind(StrEnum):
    """A letter; an annex that changes one that is signed; the accession of a successor to one."""

    LETTER = "letter"
    ANNEX = "annex"
    ACCESSION = "accession"


class Level(StrEnum):
    """Between whom: a committee and an organisation below it, or an organisation and one of its posts."""

    UNIT = "unit"
    POST = "post"


class LetterAct(StrEnum):
    """What may happen to a letter. ``JOIN`` is the first signature, ``COMPLETE`` the second."""

    EDIT = "edit"
    ISSUE = "issue"
    RECALL = "recall"
    JOIN = "join"
    COMPLETE = "complete"
    WITHDRAW = "withdraw"


LETTER_TRANSITIONS: Mapping[tuple[LetterState, LetterAct], LetterState] = {
    (LetterState.DRAFT, LetterAct.EDIT): LetterState.DRAFT,
    (LetterState.DRAFT, LetterAct.ISSUE): LetterState.ISSUED,
    (LetterState.DRAFT, LetterAct.WITHDRAW): LetterState.WITHDRAWN,
    (LetterState.ISSUED, LetterAct.RECALL): LetterState.DRAFT,
    (LetterState.ISSUED, LetterAct.JOIN): LetterState.HALF,
    (LetterState.ISSUED, LetterAct.WITHDRAW): LetterState.WITHDRAWN,
    (LetterState.HALF, LetterAct.COMPLETE): LetterState.SIGNED,
    (LetterState.HALF, LetterAct.WITHDRAW): LetterState.WITHDRAWN,
    (LetterState.SIGNED, LetterAct.WITHDRAW): LetterState.WITHDRAWN,
}
"""What leads from where to where; what is not listed may not happen. Nothing changes the text once somebody signed it."""

FIXED = (LetterState.HALF, LetterState.SIGNED)
"""States in which somebody has signed the text: it is changed by an annex, never in place."""


class Side(StrEnum):
    """The two sides of a letter."""

    UPPER = "upper"
    LOWER = "lower"


class WrongLetterState(Exception):
    """The letter is not in a state in which this may happen to it."""

    def __init__(self, state: LetterState, act: LetterAct) -> None:
        super().__init__(f"{act} of a letter that is {state}")
        self.state, self.act = state, act


def next_letter_state(state: LetterState, act: LetterAct) -> LetterState:
    """Return the state to which an act leads. Raises WrongLetterState."""
    try:
        return LETTER_TRANSITIONS[state, act]
    except KeyError:
        raise WrongLetterState(state, act) from None


def check_editable(state: LetterState) -> None:
    """Raise Refused with what to do instead where the text may not be changed any more."""
    if state in FIXED:
        raise Refused(_("This text is signed and stays as it is. Write an annex, which both sides sign again."))
    if state is LetterState.ISSUED:
        raise Refused(_("This letter is issued. Recall it before changing it; nobody has signed it yet."))
    if state is LetterState.WITHDRAWN:
        raise Refused(_("This letter was withdrawn. Make a new one."))


@dataclass(frozen=True, slots=True)
class Seat:
    """The post of one side as it was held on a day: the term (appointment) of every member who held it."""

    side: Side
    terms: Mapping[int, int]


def sides_of(member_id: int | None, seats: Iterable[Seat]) -> frozenset[Side]:
    """Return the sides for which a member may sign: those whose post they hold on the day that ``seats`` were read."""
    return frozenset(seat.side for seat in seats if member_id is not None and member_id in seat.terms)


def signing_act(signed: Iterable[Side], side: Side) -> LetterAct:
    """Return what a signature for ``side`` does after those before it. Raises Refused where that side signed already."""
    before = frozenset(signed)
    if side in before:
        raise Refused(_("This side has signed already. A signature is given once."))
    return LetterAct.COMPLETE if before else LetterAct.JOIN


def check_one_person(signers: Iterable[str], pseudonym: str) -> None:
    """Raise Refused where one person would sign for both sides: a letter binds two."""
    if pseudonym in set(signers):
        raise Refused(_("You have signed for the other side. Nobody signs a letter with themselves."))


def vacated(seats: Iterable[Seat], signed: Mapping[Side, Collection[int]]) -> frozenset[Side]:
    """Return the sides that somebody else holds now than those who signed, so that a successor has to accede.

    ``signed`` are the terms in which a side was signed or acceded to. A side whose post is vacant has nobody to accede yet,
    and one with several seats is bound as long as one who signed is among them.
    """
    return frozenset(
        seat.side for seat in seats if seat.terms and not set(seat.terms.values()) & set(signed.get(seat.side, ()))
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """One place at which a letter departs from its template; ``before`` or ``after`` is None where it is not there."""

    place: str
    before: str | None
    after: str | None


def differences(template: LetterText, letter: LetterText) -> tuple[Difference, ...]:
    """Return where a letter departs from the text that its template gave it, in the order of the places' names.

    Targets and duties are told apart by their codes, so that a new order alone is no difference.
    """
    old, new = _places(template), _places(letter)
    return tuple(
        Difference(place, old.get(place), new.get(place))
        for place in sorted({*old, *new})
        if old.get(place) != new.get(place)
    )


def _places(text: LetterText) -> dict[str, str]:
    found = {name: str(getattr(text, name)) for name in ("title", "preamble", "points", "assessment", "consequences")}
    for target in text.targets:
        found[f"target:{target.code}:title"] = target.title
        found[f"target:{target.code}:points"] = str(target.points)
        for duty in target.duties:
            for name, value in duty.model_dump(mode="json", exclude={"code"}).items():
                found[f"duty:{duty.code}:{name}"] = str(value)
            found[f"duty:{duty.code}:target"] = target.code
    return found
