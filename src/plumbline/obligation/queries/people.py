"""The units and people of a plan, read from the organisation in a fixed number of SQL statements."""

from collections.abc import Collection, Iterator
from datetime import date
from itertools import groupby

from plumbline.obligation.rules.planning import EVER, FIRST, Life, Person, Stretch, stands_of
from plumbline.organisation import api as organisation


def lives() -> list[Life]:
    """Return every organisation with the days on which it stood; one SQL statement."""
    return [
        Life(one.id, one.kind, one.founded_on or FIRST, one.closed_on or EVER, one.term_years)
        for one in organisation.unit_lives()
    ]


def people(posts: Collection[str], *, from_: date, until: date) -> Iterator[Person]:
    """Yield every member with standings, exclusions and the posts held among ``posts``; three SQL statements."""
    excluded = _stretches(organisation.exclusion_spells(from_=from_, until=until))
    held = _stretches(organisation.office_spells(posts, from_=from_, until=until)) if posts else {}
    stood = organisation.member_stands(until=until)
    for member_id, rows in groupby(stood, key=lambda one: one.member_id):
        stands = stands_of((one.unit_id, one.kind, one.status, one.starts_on) for one in rows)
        yield Person(member_id, stands, excluded.get(member_id, ()), held.get(member_id, ()))


def _stretches(spells: Collection[organisation.Spell]) -> dict[int, list[Stretch]]:
    found: dict[int, list[Stretch]] = {}
    for one in spells:
        stretch = Stretch(one.code, one.starts_on, one.ends_on or EVER, one.unit_id)
        found.setdefault(one.member_id, []).append(stretch)
    return found
