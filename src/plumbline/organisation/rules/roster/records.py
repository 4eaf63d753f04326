"""The values of a roster: records by key, the rows that a file gives, and the state that both are compared in."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from plumbline.organisation.rules.roster.columns import KEYS, ROLES, TABLES, fields_of

Value = str | int | bool | date | tuple[str, ...] | None
Key = tuple[str, ...]
Record = Mapping[str, Value]

EMPTY: Mapping[str, Value] = {"status": "full", "is_joint": False, "is_scattered": False, "seats": 1}
"""What an empty cell means for the fields that are never empty in the tables."""

NULLABLE = frozenset({"day", "integer"})


def blank(table: str) -> dict[str, Value]:
    """Return a record of a table with nothing filled in."""
    record: dict[str, Value] = {}
    for column in fields_of(table):
        record[column.field] = empty_value(table, column.field)
    return record


def empty_value(table: str, name: str) -> Value:
    """Return what an empty cell of a field stands for."""
    column = next(c for c in fields_of(table) if c.field == name)
    if name in EMPTY:
        return EMPTY[name]
    if column.type in ("lines", "codes"):
        return ()
    return None if column.type in NULLABLE else ""


def key_of(table: str, record: Record) -> Key:
    """Return the key by which a record is found again; days as ISO text."""
    return tuple(str(record.get(name) or "") for name in KEYS[table])


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a file for one table: the fields that its columns give, and where they stood."""

    table: str
    sheet: str
    row: int
    values: Record
    headings: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The key of the record that the row is about."""
        return key_of(self.table, self.values)

    def heading(self, name: str) -> str:
        """Return the heading of a field as the file has it."""
        return self.headings.get(name, "")


@dataclass(frozen=True, slots=True)
class RosterFile:
    """What a file says: its entries in order, the tables it speaks of, and its columns that nobody reads."""

    entries: tuple[Entry, ...]
    tables: frozenset[str]
    ignored: tuple[tuple[str, str], ...] = ()

    def of(self, table: str) -> tuple[Entry, ...]:
        """Return the entries of one table."""
        return tuple(entry for entry in self.entries if entry.table == table)

    def with_accounts(self, known: Mapping[Key, Record]) -> "RosterFile":
        """Return the file with the names and members of accounts filled in: a roster never renames an account."""
        first: dict[str, Record] = {}
        entries = [_with_account(entry, known, first) if entry.table == ROLES else entry for entry in self.entries]
        return replace(self, entries=tuple(entries))

    @classmethod
    def from_records(cls, records: Mapping[str, Iterable[Record]]) -> "RosterFile":
        """Make a file from whole records, as the demonstration does; rows are numbered as an export would."""
        entries = [
            Entry(table, table, number, {**blank(table), **record})
            for table in TABLES
            for number, record in enumerate(records.get(table, ()), start=2)
        ]
        return cls(tuple(entries), frozenset(records))


def _with_account(entry: Entry, known: Mapping[Key, Record], first: dict[str, Record]) -> Entry:
    account = str(entry.values["account"])
    standing = known.get((account,)) or first.setdefault(account, entry.values)
    name = standing.get("name") or ("" if (account,) in known else entry.values.get("name"))
    member = entry.values.get("member") or standing.get("member")
    return replace(entry, values={**entry.values, "name": name or "", "member": member or ""})


@dataclass(frozen=True, slots=True)
class RosterState:
    """All records of an installation by table and key; the same shape before an import and after it."""

    records: Mapping[str, Mapping[Key, Record]]

    def of(self, table: str) -> Mapping[Key, Record]:
        """Return the records of one table by key."""
        return self.records.get(table, {})

    def get(self, table: str, *key: str) -> Record | None:
        """Return one record, or None."""
        return self.of(table).get(key)

    def fingerprint(self) -> str:
        """Return the sha256 of everything in it: a preview holds for this state and no other."""
        plain = {
            table: sorted([list(key), _plain(record)] for key, record in self.of(table).items()) for table in TABLES
        }
        text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def with_file(self, file: RosterFile) -> "RosterState":
        """Return the state as it would stand after the file; a column that the file does not have leaves its field."""
        merged: dict[str, dict[Key, Record]] = {table: dict(self.of(table)) for table in TABLES}
        for entry in file.entries:
            old = merged[entry.table].get(entry.key) or blank(entry.table)
            merged[entry.table][entry.key] = {**old, **entry.values}
        return RosterState(merged)


def _plain(record: Record) -> list[list[str]]:
    return [[name, "" if value is None else str(value)] for name, value in sorted(record.items())]


EMPTY_STATE = RosterState({})
