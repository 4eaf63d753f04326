"""What the steps of one application share: the changes by table, the units by code, the audit to be written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor
from plumbline.organisation.actions.bookkeeping import HIDDEN, index_below, index_members, index_units, mask_personal
from plumbline.organisation.models import Member, Post, Unit
from plumbline.organisation.rules.roster import (
    DEPARTMENTS,
    MEMBERS,
    ORGANISATIONS,
    ROLES,
    TERMS,
    Key,
    Record,
    RosterChange,
    RosterState,
)


@dataclass(slots=True)
class Work:
    """One application of a roster while it runs; each step fills in what the later ones need."""

    by: Actor
    at: datetime
    before: RosterState
    after: RosterState
    changes: tuple[RosterChange, ...]
    units: dict[str, Unit] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    posts: dict[Key, Post] = field(default_factory=dict)
    moved: list[Unit] = field(default_factory=list)
    audited: list[tuple[str, str, Mapping[str, Any] | None, Mapping[str, Any]]] = field(default_factory=list)

    def of(self, *tables: str) -> Iterator[tuple[RosterChange, Record]]:
        """Yield the changes of some tables with the records as they shall stand."""
        for change in self.changes:
            if change.table in tables:
                yield change, self.after.of(change.table)[change.key]

    def _keys(self, *tables: str) -> list[Key]:
        return [change.key for change in self.changes if change.table in tables]

    def note(self, change: RosterChange, subject: str) -> None:
        """Remember one change for the audit, under the reference of what it changed."""
        old = None if change.verb == "added" else _kept(change, {item.field: item.old for item in change.fields})
        new = _kept(change, {item.field: item.new for item in change.fields})
        self.audited.append((f"organisation.roster_{change.verb}", subject, old, new))

    def finish(self) -> None:
        """Write the audit, one row for each record that was added or changed, and put what changed into the search."""
        touched = [self.units[key[0]] for key in self._keys(ORGANISATIONS, DEPARTMENTS)]
        index_units(touched, at=self.at)
        members = [self.members[key[0]].pk for key in self._keys(MEMBERS)]
        index_members(Member.objects.filter(pk__in=members).select_related("organisation"), at=self.at)
        for unit in self.moved:
            index_below(unit.path, at=self.at)
        by_action: dict[str, list[tuple[str, Any, Any]]] = {}
        for action, subject, old, new in self.audited:
            by_action.setdefault(action, []).append((subject, old, new))
        for action, rows in by_action.items():
            audit.record_many(by=self.by, at=self.at, action=action, rows=rows)


_OF_PERSONS = frozenset({MEMBERS, TERMS, ROLES})


def _kept(change: RosterChange, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the audit keeps of a change: of persons nothing that may have to be erased."""
    masked = mask_personal(values) if change.table in _OF_PERSONS else dict(values)
    return {name: HIDDEN if name in ("member", "account") and value else value for name, value in masked.items()}
