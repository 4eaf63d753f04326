"""The hash of result tables, which anybody can calculate: they are written as plain CSV."""

import hashlib
import io
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
from pyarrow import csv


def csv_of(table: pa.Table) -> bytes:
    """Return a result table as CSV: a header, every value in quotation marks, nothing for NULL, line feeds, UTF-8."""
    target = io.BytesIO()
    _write(table, target)
    return target.getvalue()


def result_hash(tables: Mapping[str, pa.Table]) -> str:
    """Return the hash of results: the sha256 of one line ``name sha256`` for each table by name, of its CSV.

    The rows of each table are sorted by its key.
    """
    return hash_of_hashes({name: _csv_hash(table) for name, table in tables.items()})


def hash_of_hashes(found: Mapping[str, str]) -> str:
    """Return the result's hash from the sha256 of each table's CSV."""
    lines = "".join(f"{name} {found[name]}\n" for name in sorted(found))
    return hashlib.sha256(lines.encode()).hexdigest()


class _Hashing(io.RawIOBase):
    """A file that only hashes what is written to it."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, content: Any) -> int:
        """Take some bytes."""
        self.digest.update(content)
        return len(content)


def _csv_hash(table: pa.Table) -> str:
    target = _Hashing()
    _write(table, target)
    return target.digest.hexdigest()


def _write(table: pa.Table, target: Any) -> None:
    as_text = table.cast(pa.schema([(field.name, pa.string()) for field in table.schema]))
    csv.write_csv(as_text, target, csv.WriteOptions(quoting_style="all_valid"))
