"""What higher floors tell the ledger when the application starts: where facts counted, and which periods are frozen."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from plumbline.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class FactUse:
    """One place where a fact counted. ``points_micro`` is None where nothing was scored yet or it may not be told."""

    title: str
    url: str
    points_micro: int | None = None
    note: str = ""


class LockKey(NamedTuple):
    """What decides whether a fact comes too late: its unit, its kind and its day."""

    unit_id: int
    kind: str
    occurred_on: date


UsageProvider = Callable[[Actor, int], list[FactUse]]
LockProvider = Callable[[Collection[LockKey]], Mapping[LockKey, str]]

_usages: list[UsageProvider] = []
_locks: list[LockProvider] = []


def register_usage(provider: UsageProvider) -> None:
    """Add a provider that says where a fact counted, as far as the actor may know."""
    if provider not in _usages:
        _usages.append(provider)


def register_lock(provider: LockProvider) -> None:
    """Add a provider that warns about facts which come too late.

    It is asked once for many facts, after they were inserted, in the same transaction, and answers with a sentence for
    those of the keys that are frozen: "The round X was frozen at ...; this fact will not count in it."
    """
    if provider not in _locks:
        _locks.append(provider)


def usages(actor: Actor, fact_id: int) -> list[FactUse]:
    """Return where a fact counted, from every provider."""
    return [use for provider in _usages for use in provider(actor, fact_id)]


def lock_warnings(keys: Collection[LockKey]) -> dict[LockKey, tuple[str, ...]]:
    """Return the warnings of every provider for each key that has one."""
    found: dict[LockKey, tuple[str, ...]] = {}
    distinct = set(keys)
    for provider in _locks:
        for key, text in provider(distinct).items():
            found[key] = (*found.get(key, ()), str(text))
    return found
