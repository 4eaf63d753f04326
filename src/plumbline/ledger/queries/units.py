"""For which units somebody may file."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from plumbline.kernel.actor import Actor, narrowest
from plumbline.ledger.rules.kinds import FactKindSpec
from plumbline.organisation import api as organisation

if TYPE_CHECKING:
    from django.db.models import QuerySet


def filable_units(actor: Actor, kind: FactKindSpec, *, on: date | None = None) -> "QuerySet[Any]":
    """Return the units for which the actor may file this kind, by code; ``on`` keeps those that stand on that day."""
    condition = Q(pk__in=())
    for path in narrowest(actor.paths_for(*kind.filed_by)):
        condition |= Q(path__startswith=path)
    return organisation.assessable_units(actor, on=on).filter(condition).order_by("code")


def filable_kinds(actor: Actor, kinds: tuple[FactKindSpec, ...]) -> tuple[FactKindSpec, ...]:
    """Return the kinds in use that the actor may file for at least one unit."""
    return tuple(kind for kind in kinds if kind.is_active and actor.paths_for(*kind.filed_by))


def all_units() -> "QuerySet[Any]":
    """Return every organisation and department, whoever asks: the caller has checked what the actor may."""
    return organisation.visible_units(Actor.system("ledger"))
