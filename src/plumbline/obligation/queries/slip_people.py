"""To whom a slip goes on a day: whoever holds its post then, or the secretary of the unit; a successor finds it as well."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from plumbline.kernel.actor import Actor
from plumbline.obligation.models import Slip
from plumbline.organisation import api as organisation


def recipients(slips: Iterable[Slip], *, on: date) -> dict[int, tuple[organisation.HolderRef, ...]]:
    """Return by slip who has to answer on a day; two SQL statements.

    Where nobody with an account holds the post, the secretary of the unit is asked.
    """
    listed = list(slips)
    held = organisation.holders_at([one.unit_id for one in listed], on=on)
    return {one.pk: _of(one, held[one.unit_id]) for one in listed}


def _of(slip: Slip, held: tuple[organisation.HolderRef, ...]) -> tuple[organisation.HolderRef, ...]:
    code = slip.post.code if slip.post is not None else None
    in_post = tuple(one for one in held if code and one.post_code == code)
    return in_post or tuple(one for one in held if one.role == "secretary")


def in_posts_of(actor: Actor, on: date) -> Q:
    """Return the condition that the actor holds the post of a slip on a day."""
    if actor.member_id is None:
        return Q(pk__in=())
    term = Q(post__appointments__ends_on=None) | Q(post__appointments__ends_on__gt=on)
    return Q(term, post__appointments__member_id=actor.member_id, post__appointments__starts_on__lte=on)


def holds_post(actor: Actor, slip: Slip, *, on: date) -> bool:
    """True where the actor holds the post of the slip on a day; one SQL statement, none without a post."""
    return slip.post_id is not None and Slip.objects.filter(in_posts_of(actor, on), pk=slip.pk).exists()
