"""What the steps of one application share: the changes by table, the units by code, the audit to be written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor
from plumbline.organisation.models import Member, Post, Unit
from plumbline.organisation.rules.roster import Record, RosterChange, RosterState


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
    posts: dict[tuple[str, ...], Post] = field(default_factory=dict)
    audited: list[tuple[str, str, Mapping[str, Any] | None, Mapping[str, Any]]] = field(default_factory=list)

    def of(self, *tables: str) -> Iterator[tuple[RosterChange, Record]]:
        """Yield the changes of some tables with the records as they shall stand."""
        for change in self.changes:
            if change.table in tables:
                yield change, self.after.of(change.table)[change.key]

    def note(self, change: RosterChange, subject: str) -> None:
        """Remember one change for the audit, under the reference of what it changed."""
        old = None if change.verb == "added" else {item.field: item.old for item in change.fields}
        new = {item.field: item.new for item in change.fields}
        self.audited.append((f"organisation.roster_{change.verb}", subject, old, new))

    def finish(self) -> None:
        """Write the audit: one row for each record that was added or changed."""
        for action, subject, old, new in self.audited:
            audit.record(by=self.by, at=self.at, action=action, subject=subject, old=old, new=new)
