"""The roster as values: columns, reading, checks, comparison, writing. Pure: no tables, no clock."""

from plumbline.organisation.rules.roster.checks import ACCOUNTS, check_roster, outside_reach
from plumbline.organisation.rules.roster.columns import (
    DEPARTMENTS,
    MEMBERS,
    ORGANISATIONS,
    POSTS,
    ROLES,
    SHEETS,
    TABLES,
    TERMS,
    Language,
    fields_of,
)
from plumbline.organisation.rules.roster.compare import (
    FieldChange,
    NotInFile,
    RosterChange,
    RosterReport,
    change_of,
    compare,
)
from plumbline.organisation.rules.roster.problems import RosterProblem
from plumbline.organisation.rules.roster.reading import read_roster
from plumbline.organisation.rules.roster.records import EMPTY_STATE, Entry, Key, Record, RosterFile, RosterState, key_of
from plumbline.organisation.rules.roster.writing import guide_rows, headings, sheet_rows, shown

__all__ = [
    "ACCOUNTS",
    "DEPARTMENTS",
    "EMPTY_STATE",
    "MEMBERS",
    "ORGANISATIONS",
    "POSTS",
    "ROLES",
    "SHEETS",
    "TABLES",
    "TERMS",
    "Entry",
    "FieldChange",
    "Key",
    "Language",
    "NotInFile",
    "Record",
    "RosterChange",
    "RosterFile",
    "RosterProblem",
    "RosterReport",
    "RosterState",
    "change_of",
    "check_roster",
    "compare",
    "fields_of",
    "guide_rows",
    "headings",
    "key_of",
    "outside_reach",
    "read_roster",
    "sheet_rows",
    "shown",
]
