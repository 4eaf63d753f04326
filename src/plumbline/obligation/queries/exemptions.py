"""The page of exemptions: whom one rhythm asks in one period, and who is exempted in a year, with the reasons."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from plumbline.kernel.actor import Actor, NotPermitted, narrowest
from plumbline.obligation.models import Obligation, Rhythm

MOST = 2_000


@dataclass(frozen=True, slots=True)
class ExemptionPage:
    """What can be exempted under the choice made, what is exempted in the year, and what there is to choose from."""

    rows: tuple[Obligation, ...]
    exempted: tuple[Obligation, ...]
    rhythms: tuple[Rhythm, ...]
    periods: tuple[str, ...]


def _administered(actor: Actor) -> QuerySet[Obligation]:
    """Return what units owe under rhythms where the actor is administrator."""
    paths = narrowest(actor.paths_for("administrator"))
    if not paths:
        raise NotPermitted("obligation.exempt", "obligations")
    reach: Any = Q(pk__in=())
    for path in paths:
        reach |= Q(unit__path__startswith=path)
    return Obligation.objects.filter(reach, rhythm__isnull=False)


def exemption_page(actor: Actor, year: int, *, rhythm_id: int | None, period: str) -> ExemptionPage:
    """Return the page for a year; four SQL statements. Raises NotPermitted for who administers nothing."""
    of_year = _administered(actor).filter(period__startswith=str(year))
    chosen = of_year.filter(rhythm_id=rhythm_id, waived_at=None) if rhythm_id else of_year.none()
    periods = sorted(set(chosen.values_list("period", flat=True)))
    rows = chosen.filter(period=period) if period else chosen.none()
    exempted = of_year.filter(waived_at__isnull=False).exclude(waived_by="rule")
    return ExemptionPage(
        tuple(rows.select_related("unit", "member").order_by("unit__path", "pk")[:MOST]),
        tuple(exempted.select_related("unit", "member", "rhythm").order_by("-waived_at", "pk")[:MOST]),
        tuple(Rhythm.objects.all()), tuple(periods),
    )  # fmt: skip
