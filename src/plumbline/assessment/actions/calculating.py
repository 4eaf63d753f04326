"""From a snapshot's files to results and their hash, on any engine; nothing here touches the tables of the application."""

import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import pyarrow as pa
from django.db import connection
from django.utils.translation import gettext as _

from plumbline.assessment.actions import storage
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.models import Snapshot
from plumbline.assessment.rules import scheme as rules
from plumbline.assessment.rules import scoring
from plumbline.assessment.rules.hashing import result_hash

_TABLES = {
    "CompositeScore": "composite",
    "NodeScore": "scores",
    "RuleHit": "hits",
    "CountedFact": "counted",
    "GradeStep": "grade_steps",
}


class UnknownEngine(ValueError):
    """There is no engine of this name that can be used here."""


@dataclass(frozen=True, slots=True)
class Calculated:
    """The result tables of one calculation, sorted and typed, and the hash of them all."""

    engine: str
    tables: dict[str, pa.Table]
    result_hash: str

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        return {name: table.num_rows for name, table in self.tables.items()}

    @property
    def versions(self) -> dict[str, str]:
        """The software that calculated."""
        names = ("plumbline", "ibis-framework", "duckdb", "pyarrow")
        return {name: metadata.version(name) for name in names} | {"python": platform.python_version()}

    def rows(self, model: str, run_id: int, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a model's table with the run in front; ``grade`` and other texts are never None."""
        for batch in self.tables[_TABLES[model]].select(list(columns)).to_batches(max_chunksize=20_000):
            yield from zip([run_id] * batch.num_rows, *(column.to_pylist() for column in batch.columns), strict=True)


def calculate(snapshot: Snapshot, *, engine: str) -> Calculated:
    """Check the snapshot's files, score them and return the results.

    Raises SnapshotDamaged, UnknownEngine, and Refused where quantities pass exact arithmetic.
    """
    document, tables = storage.read(snapshot.folder, snapshot.manifest)
    # snapshots of the first format have no decimals
    results = scored(rules.from_document(document), tables, decimals=snapshot.manifest.get("decimals"), engine=engine)
    return Calculated(engine, results, result_hash(results))


def scored(
    scheme: rules.Scheme, tables: Mapping[str, pa.Table], *, decimals: Mapping[str, int] | None, engine: str = "duckdb"
) -> dict[str, pa.Table]:
    """Score the tables of a snapshot by any scheme. Raises as :func:`calculate`, apart from SnapshotDamaged."""
    opened = _engine(engine)
    try:
        inputs = scoring.Inputs.from_arrow(
            opened, tables["facts"], tables["units"], tables["applicability"], decimals=decimals
        )
        results = scoring.score(opened, scheme, inputs).all()
        opened.forget()
    except scoring.TooLarge as problem:
        told = _(
            "A quantity is too large to be counted exactly. Look for a fact in a wrong unit of measure; nothing was scored."
        )
        raise Refused(told) from problem
    finally:
        opened.con.disconnect()
    return results


def _engine(name: str) -> scoring.Engine:
    """Open an engine by name: DuckDB in this process, or the PostgreSQL that the installation runs on."""
    if name == "duckdb":
        return scoring.duckdb_engine()
    if name == "postgresql":
        given = connection.get_connection_params()
        names = {"host": "host", "port": "port", "user": "user", "password": "password", "dbname": "database"}
        return scoring.postgres_engine(**{new: given[old] for old, new in names.items() if given.get(old)})
    if name == "spark":
        from pyspark.sql import SparkSession  # an extra: it needs Java

        return scoring.spark_engine(SparkSession.builder.config("spark.sql.ansi.enabled", "true").getOrCreate())
    raise UnknownEngine(name)
