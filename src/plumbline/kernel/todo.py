"""What waits for a person: areas register providers when the application starts, the desk gathers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from plumbline.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do. ``kind`` is a short word for its badge, ``act`` a short verb for its button; ``urgent`` puts it first."""

    title: str
    url: str
    due_on: date | None = None
    kind: str = ""
    urgent: bool = False
    act: str = ""


SOON_DAYS = 7
"""What is due within so many days belongs to this week's work."""


class When(StrEnum):
    """How near a thing is, in the order in which people want to see it."""

    LATE = "late"
    NOW = "now"
    """No day is set, and it is urgent."""
    SOON = "soon"
    LATER = "later"
    UNDATED = "undated"


def when(item: Todo, today: date) -> When:
    """Return how near the thing is on ``today``."""
    if item.due_on is None:
        return When.NOW if item.urgent else When.UNDATED
    days = (item.due_on - today).days
    return When.LATE if days < 0 else When.SOON if days <= SOON_DAYS else When.LATER


def by_when(items: Iterable[Todo], today: date) -> dict[When, list[Todo]]:
    """Return the things by how near they are, the nearest first, each by day and title; empty groups are left out."""
    found: dict[When, list[Todo]] = {one: [] for one in When}
    for item in sorted(items, key=lambda todo: (todo.due_on or date.max, todo.title)):
        found[when(item, today)].append(item)
    return {one: kept for one, kept in found.items() if kept}


Provider = Callable[[Actor, datetime], Iterable[Todo]]
_providers: list[Provider] = []


def register(provider: Provider) -> Provider:
    """Add a provider once; usable as a decorator."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def gather(actor: Actor, at: datetime) -> list[Todo]:
    """Return everything that waits for the actor: urgent first, then by day, undated last."""
    found = [todo for provider in _providers for todo in provider(actor, at)]
    return sorted(found, key=lambda todo: (not todo.urgent, todo.due_on or date.max, todo.title))
