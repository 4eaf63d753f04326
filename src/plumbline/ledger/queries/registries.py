"""What higher floors tell the ledger when the application starts: who follows facts, where they counted, what is frozen."""

from collections.abc import Callable, Collection, Mapping, Sequence
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


class Stored(NamedTuple):
    """A fact that came in: its id, and that of the fact which it supersedes, None for most."""

    id: int
    supersedes: int | None


UsageProvider = Callable[[Actor, int], list[FactUse]]
LockProvider = Callable[[Collection[LockKey]], Mapping[LockKey, str]]

Follower = Callable[[Sequence[Stored]], None]

_followers: list[Follower] = []
_usages: list[UsageProvider] = []
_locks: list[LockProvider] = []


def register_follower(follower: Follower) -> None:
    """Add a follower: it is told of every fact that came in, posted, corrected or withdrawn, in the same transaction.

    It is told of many at once and must not take long; what it raises undoes the posting.
    """
    if follower not in _followers:
        _followers.append(follower)


def tell_followers(stored: Sequence[Stored]) -> None:
    """Tell every follower of facts that came in; called in the transaction that stored them."""
    if stored:
        for follower in _followers:
            follower(stored)


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


@dataclass(frozen=True, slots=True)
class ResultOffer:
    """A result that a higher floor can pass up: ``id`` is that floor's own number for it."""

    id: int
    title: str


@dataclass(frozen=True, slots=True)
class ResultFact:
    """A result of one unit as a fact: ``key`` is the same however often the result is passed up."""

    key: str
    kind: str
    unit_id: int
    occurred_on: date
    quantity: int
    attributes: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PassedResults:
    """The results of one offer with the hashes under which they were published."""

    offer: ResultOffer
    snapshot: str
    scheme: str
    result: str
    facts: tuple[ResultFact, ...]


@dataclass(frozen=True, slots=True)
class ResultSource:
    """What a higher floor registers: the offers of a committee at a path, and the results of one of them."""

    offers: Callable[[Actor, str], list[ResultOffer]]
    results: Callable[[Actor, int], PassedResults]


_results: list[ResultSource] = []


def register_results(source: ResultSource) -> None:
    """Let a higher floor add its published results to what is passed up."""
    if source not in _results:
        _results.append(source)


def result_offers(actor: Actor, committee_path: str) -> list[ResultOffer]:
    """Return the results that the committee at a path can pass up."""
    return [offer for source in _results for offer in source.offers(actor, committee_path)]


def results_of(actor: Actor, offer_id: int) -> list[PassedResults]:
    """Return the results of one offer; raises NotPermitted where its floor does."""
    return [source.results(actor, offer_id) for source in _results]
