"""Letters as their readers may see them: one, those that wait for a signature, and a printed one looked up by its hash."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.todo import Todo
from plumbline.responsibility.models import Letter, LetterEvent, LetterSignature
from plumbline.responsibility.permissions import LETTER_READERS, PREPARERS
from plumbline.responsibility.queries.letter_seats import in_seat, seats_of, terms_signed
from plumbline.responsibility.rules.letter_document import LetterText, read_letter
from plumbline.responsibility.rules.letter_template import fill, read_template
from plumbline.responsibility.rules.letters import (
    Difference,
    LetterState,
    Side,
    differences,
    sides_of,
    vacated,
)


def visible_letters(actor: Actor, *, on: date) -> QuerySet[Letter]:
    """Return the letters that the actor may read on a day: drafts the upper side alone, what was issued both sides."""
    own = _below("upper_unit", actor.paths_for(*PREPARERS))
    led = _below("lower_unit", actor.paths_for(*LETTER_READERS)) & ~Q(issued_at=None)
    posts = Letter.objects.filter(in_seat(actor, on, Side.UPPER) | in_seat(actor, on, Side.LOWER))
    held = Q(pk__in=posts.values("pk")) & ~Q(issued_at=None)
    return Letter.objects.filter(own | led | held).select_related(
        "upper_unit", "lower_unit", "upper_post", "lower_post"
    )


def _below(unit: str, paths: tuple[str, ...]) -> Q:
    found = Q(pk__in=())
    for path in paths:
        found |= Q(**{f"{unit}__path__startswith": path})
    return found


@dataclass(frozen=True, slots=True)
class LetterView:
    """One letter as a reader finds it: what they hold and may sign, who has to accede, and how it departs from its template."""

    letter: Letter
    text: LetterText
    signatures: tuple[LetterSignature, ...]
    events: tuple[LetterEvent, ...]
    holds: frozenset[Side]
    may_sign: frozenset[Side]
    to_accede: frozenset[Side]
    differences: tuple[Difference, ...]


def letter_view(actor: Actor, letter_id: int, *, on: date) -> LetterView:
    """Return a letter that the actor may read; a fixed number of SQL statements. Raises NotPermitted."""
    letter = visible_letters(actor, on=on).select_related("template").filter(pk=letter_id).first()
    if letter is None:
        raise NotPermitted("responsibility.read_letter", f"letter:{letter_id}")
    text, seats, given = read_letter(letter.text), seats_of(letter, on=on), tuple(letter.signatures.all())
    open_sides = frozenset(Side) - {Side(one.side) for one in given}
    waits = letter.state in (LetterState.ISSUED.value, LetterState.HALF.value)
    signed = letter.state == LetterState.SIGNED.value and letter.amends_id is None
    template = letter.template and fill(
        read_template(letter.template.text), year=text.year, upper=text.upper, lower=text.lower
    )
    holds = sides_of(actor.member_id, seats)
    return LetterView(
        letter=letter, text=text, signatures=given, events=tuple(letter.events.all()), holds=holds,
        may_sign=holds & open_sides if waits else frozenset(),
        to_accede=vacated(seats, terms_signed(letter)) if signed else frozenset(),
        differences=differences(template, text) if template else (),
    )  # fmt: skip


def letter_by_hash(actor: Actor, text_hash: str, *, on: date) -> Letter | None:
    """Return the letter with the hash that a printed one shows, None where the actor may read none; one SQL statement."""
    asked = text_hash.strip().lower()
    return visible_letters(actor, on=on).filter(text_hash=asked).first() if asked else None


def letter_todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return the letters that wait for the actor's signature; one SQL statement, none for who is no member."""
    if actor.member_id is None:
        return []
    on, waiting = clock.day_of(at), Q(state__in=(LetterState.ISSUED.value, LetterState.HALF.value))
    found = Letter.objects.filter(waiting, _unsigned(actor, on, Side.UPPER) | _unsigned(actor, on, Side.LOWER))
    return [
        Todo(_("Sign: {title}").format(title=one), f"/letters/{one.pk}/", kind=_("Letter"), act=_("Sign"))
        for one in found.distinct().order_by("issued_at", "pk")
    ]


def _unsigned(actor: Actor, on: date, side: Side) -> Q:
    signed = LetterSignature.objects.filter(Q(side=side.value) | Q(signer=actor.pseudonym))
    mine = Letter.objects.filter(in_seat(actor, on, side)).exclude(pk__in=signed.values("letter_id"))
    return Q(pk__in=mine.values("pk"))
