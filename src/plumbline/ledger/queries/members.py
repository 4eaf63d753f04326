"""Members by the numbers that rosters and other systems know, as pseudonyms: names never enter the ledger."""

from collections.abc import Collection
from uuid import UUID

from plumbline.kernel.actor import Actor
from plumbline.ledger.permissions import READERS
from plumbline.ledger.queries.facts import standings
from plumbline.organisation import api as organisation


def members_by_number(actor: Actor, numbers: Collection[str]) -> dict[str, UUID]:
    """Return the pseudonyms of those members whose facts the actor may read; at most two SQL statements."""
    if not numbers:
        return {}
    found = organisation.members_by_numbers(set(numbers))
    units = standings([member.organisation_id for member in found.values()])
    return {
        number: member.pseudonym
        for number, member in found.items()
        if actor.holds(units[member.organisation_id].path, *READERS)
    }
