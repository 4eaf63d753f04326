"""What a roster would change, told field by field before it happens, and kept as the record of what did."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from plumbline.organisation.rules.roster.columns import (
    DEPARTMENTS,
    MEMBERS,
    ORGANISATIONS,
    ROLES,
    TABLES,
    TERMS,
)
from plumbline.organisation.rules.roster.problems import RosterProblem
from plumbline.organisation.rules.roster.records import Entry, Key, Record, RosterFile, RosterState, Value

Verb = Literal["added", "changed", "moved", "closed", "left"]
VERBS: tuple[Verb, ...] = ("added", "changed", "moved", "closed", "left")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after, as plain values: text, numbers, ISO days, lists of lines."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RosterChange:
    """One record that a file would add or change."""

    table: str
    key: Key
    name: str
    verb: Verb
    row: int
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class NotInFile:
    """A record that stands in the installation and in no row of the file; it stays as it is."""

    table: str
    key: Key
    name: str


@dataclass(frozen=True, slots=True)
class RosterReport:
    """What a file would change (``applied`` false) or has changed; ``problems`` is empty where it may be applied."""

    applied: bool = False
    problems: tuple[RosterProblem, ...] = ()
    changes: tuple[RosterChange, ...] = ()
    unchanged: Mapping[str, int] = field(default_factory=dict)
    not_in_file: tuple[NotInFile, ...] = ()
    ignored: tuple[tuple[str, str], ...] = ()
    fingerprint: str = ""

    @property
    def may_apply(self) -> bool:
        """True where nothing stands in the way."""
        return not self.problems

    def counts(self) -> dict[str, dict[str, int]]:
        """Return for each table how many records each verb meets, and how many are unchanged or not in the file."""
        found = {table: dict.fromkeys((*VERBS, "unchanged", "not_in_file"), 0) for table in TABLES}
        for (table, verb), number in Counter((change.table, change.verb) for change in self.changes).items():
            found[table][verb] = number
        for table, number in self.unchanged.items():
            found[table]["unchanged"] = number
        for table, number in Counter(item.table for item in self.not_in_file).items():
            found[table]["not_in_file"] = number
        return found

    def to_document(self) -> dict[str, Any]:
        """Return the report as plain JSON values."""
        return {
            "applied": self.applied,
            "fingerprint": self.fingerprint,
            "unchanged": dict(self.unchanged),
            "ignored": [list(pair) for pair in self.ignored],
            "problems": [[p.sheet, p.row, p.column, p.code, _plain_values(p.values)] for p in self.problems],
            "not_in_file": [[item.table, list(item.key), item.name] for item in self.not_in_file],
            "changes": [
                [c.table, list(c.key), c.name, c.verb, c.row, [[f.field, f.old, f.new] for f in c.fields]]
                for c in self.changes
            ],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "RosterReport":
        """Return the report that ``to_document`` wrote."""
        return cls(
            applied=document["applied"],
            fingerprint=document["fingerprint"],
            unchanged=document["unchanged"],
            ignored=tuple((sheet, column) for sheet, column in document["ignored"]),
            problems=tuple(RosterProblem(*parts) for parts in document["problems"]),
            not_in_file=tuple(NotInFile(table, tuple(key), name) for table, key, name in document["not_in_file"]),
            changes=tuple(
                RosterChange(table, tuple(key), name, verb, row, tuple(FieldChange(*parts) for parts in fields))
                for table, key, name, verb, row, fields in document["changes"]
            ),
        )


def compare(file: RosterFile, before: RosterState, after: RosterState, reach: frozenset[str] | None) -> RosterReport:
    """Return what the file changes between two states; ``reach`` limits what is listed as not in the file."""
    changes: list[RosterChange] = []
    unchanged: Counter[str] = Counter()
    for entry in file.entries:
        change = change_of(entry, before, after)
        if change is None:
            unchanged[entry.table] += 1
        else:
            changes.append(change)
    return RosterReport(
        changes=tuple(changes),
        unchanged=dict(unchanged),
        not_in_file=tuple(_missing(file, before, reach)),
        ignored=file.ignored,
        fingerprint=before.fingerprint(),
    )


def change_of(entry: Entry, before: RosterState, after: RosterState) -> RosterChange | None:
    """Return what one row changes, or None where it changes nothing."""
    old, new = before.get(entry.table, *entry.key), after.of(entry.table)[entry.key]
    name = name_of(entry.table, new, after)
    if old is None:
        given = tuple(
            FieldChange(field_, None, plain(value)) for field_, value in new.items() if value not in ("", None, ())
        )
        return RosterChange(entry.table, entry.key, name, "added", entry.row, given)
    fields = tuple(
        FieldChange(field_, plain(old.get(field_)), plain(value))
        for field_, value in new.items()
        if old.get(field_) != value
    )
    return (
        RosterChange(entry.table, entry.key, name, _verb(entry.table, old, new), entry.row, fields) if fields else None
    )


def _verb(table: str, old: Record, new: Record) -> Verb:
    """Return the weightiest thing that happens to a record."""
    if table == MEMBERS and new["status"] == "left" != old["status"]:
        return "left"
    if table in (ORGANISATIONS, DEPARTMENTS) and new["closed_on"] and not old["closed_on"]:
        return "closed"
    place = {ORGANISATIONS: "parent", DEPARTMENTS: "parent", MEMBERS: "organisation"}.get(table)
    return "moved" if place and old[place] != new[place] else "changed"


def name_of(table: str, record: Record, state: RosterState) -> str:
    """Return the words by which people know a record."""
    if table == TERMS:
        member = state.get(MEMBERS, str(record["member"]))
        post = state.get("posts", str(record["unit"]), str(record["code"]))
        return f"{member['name'] if member else record['member']} · {post['title'] if post else record['code']}"
    if table == ROLES:
        return str(record["name"] or record["account"])
    return str(record["title"] if "title" in record else record["name"])


def _missing(file: RosterFile, before: RosterState, reach: frozenset[str] | None) -> list[NotInFile]:
    found: list[NotInFile] = []
    for table in TABLES:
        if table not in file.tables:
            continue
        named = {entry.key for entry in file.of(table)}
        found += [
            NotInFile(table, key, name_of(table, record, before))
            for key, record in before.of(table).items()
            if key not in named and not _gone(table, record) and _within(table, record, reach)
        ]
    return found


def _gone(table: str, record: Record) -> bool:
    """Tell whether a record has ended already and so is missed by nobody."""
    return (
        record.get("status") == "left"
        or bool(record.get("closed_on"))
        or (table in (TERMS, ROLES) and bool(record["ends_on"]))
    )


def _within(table: str, record: Record, reach: frozenset[str] | None) -> bool:
    place = {MEMBERS: "organisation", ORGANISATIONS: "code", DEPARTMENTS: "code"}.get(table, "unit")
    return reach is None or str(record[place]) in reach


def plain(value: Value) -> Any:
    """Return a value as JSON keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a problem as JSON keeps them."""
    return {
        name: value if isinstance(value, str | int | bool | list | dict | type(None)) else str(value)
        for name, value in values.items()
    }
