"""The letters of a year as they cascade: which duties nobody below owns, and who carries too much."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from plumbline.kernel.actor import Actor
from plumbline.responsibility.models import Letter
from plumbline.responsibility.queries.letters import visible_letters
from plumbline.responsibility.rules.letter_cascade import Burden, Load, burdens, unowned
from plumbline.responsibility.rules.letter_document import LetterText, duties_in, read_letter
from plumbline.responsibility.rules.letters import LetterKind, LetterState

MOST = 2_000
"""Letters of a year that one page can work out; a county has some two hundred."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A letter in the tree: how deep it stands, what is unowned below it, and its load beside its peers'."""

    letter: Letter
    depth: int
    below: int
    unowned: tuple[tuple[str, str], ...]
    burden: Burden | None


@dataclass(frozen=True, slots=True)
class Cascade:
    """The letters of a year, the highest first; ``more`` where there are too many for one page."""

    year: int
    branches: tuple[Branch, ...]
    more: bool

    @property
    def unowned(self) -> int:
        """How many duties have no owner below."""
        return sum(len(one.unowned) for one in self.branches)

    @property
    def overloaded(self) -> int:
        """How many letters carry too much."""
        return sum(bool(one.burden and one.burden.beyond) for one in self.branches)


def cascade(actor: Actor, year: int, *, on: date) -> Cascade:
    """Return the cascade of the letters of a year that the actor may read; one SQL statement.

    Unowned are duties of signed letters whose lower side has made letters of its own, or could (an organisation): a letter
    to a post ends the cascade. A load is compared among the letters of one upper side.
    """
    rows = visible_letters(actor, on=on).filter(year=year, kind=LetterKind.LETTER.value)
    rows = rows.exclude(state__in=(LetterState.WITHDRAWN.value, LetterState.DRAFT.value))
    listed = list(rows.order_by("lower_unit__path", "pk")[: MOST + 1])
    texts = {one.pk: read_letter(one.text) for one in listed}
    below: dict[int | None, list[Letter]] = defaultdict(list)
    known = set(texts)
    for one in listed:
        below[one.above_id if one.above_id in known else None].append(one)
    found = _walk(None, 0, below, texts, _burdens(listed, texts))
    return Cascade(year, tuple(found[:MOST]), len(listed) > MOST)


def _walk(
    above: int | None, depth: int, below: Mapping[int | None, Sequence[Letter]], texts: Mapping[int, LetterText],
    loads: Mapping[int, Burden],
) -> list[Branch]:  # fmt: skip
    found: list[Branch] = []
    for letter in below.get(above, ()):
        under = below.get(letter.pk, ())
        found.append(Branch(letter, depth, len(under), _unowned(letter, under, texts), loads.get(letter.pk)))
        found += _walk(letter.pk, depth + 1, below, texts, loads)
    return found


def _unowned(letter: Letter, under: Sequence[Letter], texts: Mapping[int, LetterText]) -> tuple[tuple[str, str], ...]:
    """Return code and title of the duties that no signed letter below serves; nothing of letters that end the cascade."""
    if letter.state != LetterState.SIGNED.value or letter.upper_unit_id == letter.lower_unit_id:
        return ()
    signed = [texts[one.pk] for one in under if one.state == LetterState.SIGNED.value]
    missing = set(unowned(texts[letter.pk], signed))
    return tuple((duty.code, duty.title) for _target, duty in duties_in(texts[letter.pk]) if duty.code in missing)


def _burdens(listed: Sequence[Letter], texts: Mapping[int, LetterText]) -> dict[int, Burden]:
    groups: dict[int, list[Letter]] = defaultdict(list)
    for one in listed:
        groups[one.upper_post_id].append(one)
    found: dict[int, Burden] = {}
    for group in groups.values():
        loads = [Load(str(one.pk), texts[one.pk].points, sum(1 for _duty in duties_in(texts[one.pk]))) for one in group]
        found |= {int(burden.load.owner): burden for burden in burdens(loads)}
    return found
