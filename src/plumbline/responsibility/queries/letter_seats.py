"""Who holds the posts of a letter on a day: they sign, and nobody else."""

from datetime import date

from django.db.models import Q

from plumbline.kernel.actor import Actor
from plumbline.responsibility.models import Letter, LetterSignature
from plumbline.responsibility.rules.letters import LetterKind, LetterState, Seat, Side


def seats_of(letter: Letter, *, on: date) -> tuple[Seat, Seat]:
    """Return both sides' posts with the members who hold them on a day; two SQL statements."""
    holds = Q(ends_on=None) | Q(ends_on__gt=on)

    def held(side: Side) -> Seat:
        post = letter.upper_post if side is Side.UPPER else letter.lower_post
        rows = post.appointments.filter(holds, starts_on__lte=on)
        return Seat(side, dict(rows.values_list("member_id", "pk")))

    return held(Side.UPPER), held(Side.LOWER)


def terms_signed(letter: Letter) -> dict[Side, set[int]]:
    """Return the terms in which each side signed a letter or a signed accession to it; one SQL statement."""
    accession = Q(letter__amends=letter, letter__kind=LetterKind.ACCESSION.value)
    done = Q(letter=letter) | accession & Q(letter__state=LetterState.SIGNED.value)
    found: dict[Side, set[int]] = {side: set() for side in Side}
    for side, term in LetterSignature.objects.filter(done).values_list("side", "appointment_id"):
        found[Side(side)].add(term)
    return found


def in_seat(actor: Actor, on: date, side: Side) -> Q:
    """Return the condition that the actor holds the post of one side of a letter on a day."""
    if actor.member_id is None:
        return Q(pk__in=())
    held = f"{side.value}_post__appointments"
    term = Q(**{f"{held}__ends_on": None}) | Q(**{f"{held}__ends_on__gt": on})
    return Q(term, **{f"{held}__member_id": actor.member_id, f"{held}__starts_on__lte": on})
