"""On whose desk steps wait, resolved for many at once: seats are filled by who holds the post today."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Q

from plumbline.kernel.actor import Actor, narrowest
from plumbline.organisation import api as organisation
from plumbline.procedure.models import Seat, Waiting
from plumbline.procedure.rules.desks import Desk, Holder, SeatAt, chain_of, desk_of

SeatRow = tuple[int, str, str, str, str]
"""A seat as it is read: id, path of its unit, level, role, post."""


def under(field: str, paths: Iterable[str]) -> Q:
    """Return the condition that a path lies at or below one of ``paths``; nothing matches where there is none."""
    found = Q(pk__in=())
    for path in narrowest(paths):
        if path == "/":
            return ~Q(pk__in=())
        found |= Q(**{f"{field}__startswith": path})
    return found


def desks_of(seats: Iterable[SeatRow], *, on: date) -> dict[int, Desk]:
    """Return the desk of each seat on a day; two SQL statements, whatever their number."""
    asked = {row[0]: SeatAt(chain_of(row[1]), row[2], row[3], row[4]) for row in seats}
    holders = _holders({unit_id for seat in asked.values() for unit_id in seat.chain}, on)
    return {seat_id: desk_of(seat, holders) for seat_id, seat in asked.items()}


def _holders(unit_ids: set[int], on: date) -> Mapping[int, tuple[Holder, ...]]:
    if not unit_ids:
        return {}
    return {
        unit_id: tuple(Holder(one.user_id, one.name, one.role, one.post_code, one.post_title) for one in found)
        for unit_id, found in organisation.holders_at(unit_ids, on=on).items()
    }


def my_seats(actor: Actor, *, on: date) -> dict[int, Desk]:
    """Return the seats at which steps wait for the actor today; four SQL statements.

    A seat whose unit has nobody for it comes up to the level above, so all seats below the actor's own units are looked at.
    """
    if actor.user_id is None:
        return {}
    held = {grant.path for grant in actor.grants if grant.role != "member"}
    held |= {path for _unit, path in organisation.posts_held(actor.member_id, on=on)}
    waiting = Exists(Waiting.objects.filter(seat_id=OuterRef("pk")))
    # A seat of a level above may be the actor's although the case lies anywhere below.
    rows = Seat.objects.filter(under("unit__path", held), waiting)
    desks = desks_of(rows.values_list("pk", "unit__path", "at", "role", "post"), on=on)
    return {seat_id: desk for seat_id, desk in desks.items() if actor.user_id in desk.user_ids}
