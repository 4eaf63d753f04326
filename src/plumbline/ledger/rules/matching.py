"""Whether a fact that comes in a second time is the same, and which facts are current."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Content:
    """What makes two facts of one key the same: everything but who recorded them, when, and from which file."""

    kind: str
    unit_id: int
    member: UUID | None
    occurred_on: date
    quantity: int
    attributes: str
    evidence: tuple[int, ...]


def canonical(value: Any) -> str:
    """Return JSON with sorted keys and no spaces: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)


def content_of(
    *,
    kind: str,
    unit_id: int,
    member: UUID | None,
    occurred_on: date,
    quantity: int,
    attributes: Mapping[str, Any],
    evidence: Iterable[int],
) -> Content:
    """Return the content of a fact; the order of evidence and of attributes does not matter."""
    return Content(
        kind, unit_id, member, occurred_on, quantity, canonical(dict(attributes)), tuple(sorted(set(evidence)))
    )


def content_hash(rows: Iterable[Any]) -> str:
    """Return the sha256 of many rows of plain values, whatever their order."""
    lines = sorted(canonical(row) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """A row of the ledger, as far as being current is concerned."""

    fact_id: int
    recorded_at: datetime
    supersedes: int | None
    withdrawn: bool


def current_ids(rows: Iterable[Posted], as_of: datetime) -> frozenset[int]:
    """Return the ids of the facts that hold at ``as_of``: the reference for ``queries.current_facts``.

    A fact holds from its recording until the recording of what supersedes it; what takes a fact away never holds.
    """
    known = [row for row in rows if row.recorded_at <= as_of]
    replaced = {row.supersedes for row in known if row.supersedes is not None}
    return frozenset(row.fact_id for row in known if not row.withdrawn and row.fact_id not in replaced)
