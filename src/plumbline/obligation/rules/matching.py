"""Which facts count for an obligation, and on which day they suffice: the meaning, fact by fact.

The database does the same for many at once (actions/matching.py); a test holds both to the same answers. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

PERIOD: Final = "{period}"
"""In a condition: the code of the obligation's period, such as 2026-03."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a version asks of the facts: their kind, the values that attributes may have, what is counted, how much."""

    fact_kind: str
    where: Mapping[str, Sequence[Any]]
    measure: str
    needed: int


@dataclass(frozen=True, slots=True)
class Happening:
    """A fact that holds, as far as matching asks. ``member`` is the member's pseudonym, "" where it is about the unit."""

    id: int
    kind: str
    unit_id: int
    member: str
    occurred_on: date
    quantity: int
    attributes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """An obligation, as far as matching asks. ``member`` is "" where the unit owes it."""

    unit_id: int
    member: str
    period: str
    starts_on: date
    until_on: date


def counts(claim: Claim, evidence: Evidence, fact: Happening) -> bool:
    """True where the fact counts for the obligation.

    It is of the kind, dated within the days, with each attribute among the values allowed; about the member who owes
    it (wherever that member stood), or about the unit itself and no single member.
    """
    about = fact.member == claim.member if claim.member else not fact.member and fact.unit_id == claim.unit_id
    return (
        about
        and fact.kind == evidence.fact_kind
        and claim.starts_on <= fact.occurred_on <= claim.until_on
        and all(_allowed(fact.attributes.get(name), values, claim.period) for name, values in evidence.where.items())
    )


def _allowed(value: Any, values: Sequence[Any], period: str) -> bool:
    named = [one.replace(PERIOD, period) if isinstance(one, str) else one for one in values]
    return value is not None and any(type(value) is type(one) and value == one for one in named)


def met_on(evidence: Evidence, needed: int, facts: Iterable[Happening]) -> date | None:
    """Return the day on which the facts reached what is needed, None where they do not."""
    total = 0
    for fact in sorted(facts, key=lambda one: (one.occurred_on, one.id)):
        total += fact.quantity if evidence.measure == "quantity" else 1
        if total >= needed:
            return fact.occurred_on
    return None
