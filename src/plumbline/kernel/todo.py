"""What waits for a person: areas register providers when the application starts, the desk gathers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

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
