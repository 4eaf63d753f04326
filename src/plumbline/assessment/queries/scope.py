"""Which facts a round looks at: those about what it assesses, and those of the units whose leaders it assesses.

A fact of a kind that the round takes from units (``Round.home_kinds``) counts for a term of office where it falls into the
term and is about the post's unit as a whole, or about the holder as a member; about another member it does not.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from plumbline.assessment.models import Round, RoundUnit
from plumbline.assessment.queries.trees import scheme_of
from plumbline.assessment.rules.evaluators import VOTES
from plumbline.assessment.rules.scheme import Scheme
from plumbline.assessment.rules.scheme.judgements import JUDGED

OWN_ALONE: Final = frozenset({*VOTES, JUDGED})
"""Kinds that are never taken from the unit: votes on it, and points chosen for it, are none on a person."""


@dataclass(frozen=True, slots=True)
class Home:
    """A term of office in a round: its unit, the holder's mark, and its days (``ends_on`` is the first one after it)."""

    term_id: int
    unit_id: int
    holder: UUID
    starts_on: date
    ends_on: date | None

    def takes(self, unit_id: int, member: UUID | None, on: date) -> bool:
        """True where a fact of a kind that is taken from units counts for the term."""
        about = member == self.holder if member else unit_id == self.unit_id
        return about and self.starts_on <= on and (self.ends_on is None or on < self.ends_on)


def homes_of(round_: Round, unit_id: int | None = None) -> tuple[Home, ...]:
    """Return the terms (or one) of a round that takes facts from their units; one SQL statement, none where it does not."""
    if not round_.home_kinds:
        return ()
    held = "unit__as_term__appointment__"
    rows = RoundUnit.objects.filter(round=round_, unit__as_term__isnull=False).values_list(
        "unit_id", f"{held}post__unit_id", f"{held}member__pseudonym", f"{held}starts_on", f"{held}ends_on"
    )
    rows = rows if unit_id is None else rows.filter(unit_id=unit_id)
    return tuple(Home(*row) for row in rows.order_by("unit_id"))


def has_terms(round_: Round) -> bool:
    """True where the round assesses holders of posts; one SQL statement."""
    return RoundUnit.objects.filter(round=round_, unit__category="term").exists()


def kinds_to_take(scheme: Scheme) -> tuple[str, ...]:
    """Return the kinds of a scheme's facts that a round may take from units, in order."""
    return tuple(sorted(set(scheme.kinds_used()) - OWN_ALONE))


def kinds_to_take_in(round_: Round) -> tuple[str, ...]:
    """Return the kinds of facts that a round's scheme reads and the round may take from units; at most one SQL statement."""
    return kinds_to_take(scheme_of(round_.scheme_version))


def looked_at(round_: Round, facts: QuerySet[Any], *, unit_id: int | None = None) -> QuerySet[Any]:
    """Keep the facts that are about what the round assesses (or one unit of it), or may be taken from units.

    At most one SQL statement beside the one that is returned.
    """
    own = Q(unit_id=unit_id) if unit_id else Q(unit_id__in=RoundUnit.objects.filter(round=round_).values("unit_id"))
    homes = homes_of(round_, unit_id)
    if not homes:
        return facts.filter(own)
    about = Q(member=None, unit_id__in={home.unit_id for home in homes}) | Q(member__in={home.holder for home in homes})
    return facts.filter(own | Q(kind__in=round_.home_kinds) & about)


class Takers:
    """For which of the round's units and terms a fact counts; found by the fact's unit and member, not by trying all."""

    def __init__(self, round_: Round) -> None:
        self._own = frozenset(RoundUnit.objects.filter(round=round_).values_list("unit_id", flat=True))
        self._kinds = frozenset(round_.home_kinds)
        self._homes: dict[int | UUID, list[Home]] = defaultdict(list)
        for home in homes_of(round_):
            self._homes[home.unit_id].append(home)
            self._homes[home.holder].append(home)

    def of(self, unit_id: int, kind: str, on: date, member: UUID | None) -> Iterator[int]:
        """Yield the ids of the units and terms for which the fact counts."""
        if unit_id in self._own:
            yield unit_id
        if kind in self._kinds:
            found = self._homes.get(member or unit_id, ())
            yield from (home.term_id for home in found if home.takes(unit_id, member, on))
