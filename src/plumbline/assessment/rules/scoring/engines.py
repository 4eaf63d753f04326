"""What differs between engines, in one place: integer division, and how a table is kept half-way.

Plain ``//`` compiles to a floating division on some engines and moves ranks beyond 2^53; each engine has a true integer
division, and it is called only with non-negative numbers, so that truncating and flooring are the same.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
from ibis import Table
from ibis.expr.types import IntegerValue

UNSOUND = frozenset({"projection_pullup", "common_subplan"})
"""Rewrites of DuckDB that give wrong rows: the first (2.0.0) carries a constant over an outer join, so that what was not found
counts as found; the second (1.5.1 to 1.5.6, duckdb/duckdb 25819) takes one join for another. Tests hold a case of the first.
"""


@ibis.udf.scalar.builtin(name="divide")  # type: ignore[untyped-decorator]
def _duckdb_div(a: dt.int64, b: dt.int64) -> dt.int64:
    """DuckDB's integer division."""


@ibis.udf.scalar.builtin(name="int8div")  # type: ignore[untyped-decorator]
def _postgres_div(a: dt.int64, b: dt.int64) -> dt.int64:
    """PostgreSQL's division of bigint by bigint."""


@ibis.udf.scalar.builtin(name="bit_count")  # type: ignore[untyped-decorator]
def _bit_count(a: dt.int64) -> dt.int64:
    """How many bits are set; DuckDB and Spark."""


@ibis.udf.agg.builtin(name="bit_or")  # type: ignore[untyped-decorator]
def bit_or(a: dt.int64) -> dt.int64:
    """All bits that are set in any row; Ibis has it for all engines but Spark."""


class TooLarge(ValueError):
    """A number on the way is too large for exact arithmetic in 64 bits; nothing was scored."""

    def __init__(self) -> None:
        super().__init__("a number passes exact arithmetic in 64 bits; check the facts for a wrong unit of measure")


class Engine:
    """An engine that scores: a connection, its integer division, and how it keeps a table between steps."""

    name = "engine"

    def __init__(self, con: Any) -> None:
        self.con = con
        self._kept: list[str] = []

    def div(self, a: IntegerValue, b: IntegerValue) -> IntegerValue:
        """Divide non-negative int64 numbers, dropping the remainder."""
        raise NotImplementedError

    def bit(self, place: IntegerValue) -> IntegerValue:
        """Return an integer in which only the bit ``place`` (0 to 61) is set."""
        return ibis.literal(1, "int64") << place

    def bit_count(self, bits: IntegerValue) -> IntegerValue:
        """Return how many bits are set."""
        return _bit_count(bits)

    overflow: tuple[str, ...] = ()
    """Parts of the message by which the engine says that an integer did not fit."""

    @contextmanager
    def exactly(self) -> Iterator[None]:
        """Say TooLarge where the engine says that an integer did not fit; any other error passes."""
        try:
            yield
        except Exception as problem:
            if any(words in str(problem) for words in self.overflow):
                raise TooLarge from problem
            raise

    def take(self, name: str, table: Any) -> Table:
        """Bring an Arrow table to the engine under ``name``."""
        self._kept.append(name)
        return self.con.create_table(name, table, temp=True, overwrite=True)

    def keep(self, name: str, expr: Table) -> Table:
        """Calculate ``expr`` once and return it as a table, so that later steps do not calculate it again. Raises TooLarge."""
        self._kept.append(name)
        with self.exactly():
            return self.con.create_table(name, expr, temp=True, overwrite=True)

    def fetch(self, expr: Table) -> pa.Table:
        """Calculate ``expr`` and bring it home; integers stay integers, also beside NULL. Raises TooLarge."""
        with self.exactly():
            return expr.to_pyarrow()

    def forget(self) -> None:
        """Drop what was kept."""
        for name in self._kept:
            self.con.drop_table(name, force=True)
        self._kept.clear()


class DuckDB(Engine):
    """DuckDB in this process: the default."""

    name = "duckdb"
    overflow = ("Overflow in", "out of range for the destination type", "to type INT64")

    def div(self, a: IntegerValue, b: IntegerValue) -> IntegerValue:
        """See Engine.div."""
        return _duckdb_div(a, b)


class PostgreSQL(Engine):
    """Any PostgreSQL 15 or later."""

    name = "postgresql"
    overflow = ("bigint out of range", "value overflows")

    def bit(self, place: IntegerValue) -> IntegerValue:
        """See Engine.bit; PostgreSQL shifts a bigint by an integer."""
        return ibis.literal(1, "int64") << place.cast("int32")

    def bit_count(self, bits: IntegerValue) -> IntegerValue:
        """See Engine.bit_count; PostgreSQL counts bits of bit strings only, so they are added up by halves."""
        pairs = bits - ((bits >> 1) & 0x5555555555555555)
        fours = (pairs & 0x3333333333333333) + ((pairs >> 2) & 0x3333333333333333)
        bytes_ = (fours + (fours >> 4)) & 0x0F0F0F0F0F0F0F0F
        halves = bytes_ + (bytes_ >> 8)
        words = halves + (halves >> 16)
        return (words + (words >> 32)) & 127

    def div(self, a: IntegerValue, b: IntegerValue) -> IntegerValue:
        """See Engine.div."""
        return _postgres_div(a, b)

    def keep(self, name: str, expr: Table) -> Table:
        """Calculate once, and tell the planner how large the table became."""
        table = super().keep(name, expr)
        self.con.raw_sql(f'ANALYZE "{name}"').close()
        return table


class Spark(Engine):
    """Spark, where a nation's data lies on a cluster; run with ANSI mode on, so that overflow is an error."""

    name = "spark"
    overflow = ("ARITHMETIC_OVERFLOW", "CAST_OVERFLOW", "NUMERIC_VALUE_OUT_OF_RANGE")

    def div(self, a: IntegerValue, b: IntegerValue) -> IntegerValue:
        """Subtract the remainder first: the quotient of what is left is exact in 128-bit decimals."""
        whole = (a - a % b).cast(dt.Decimal(38, 0)) / b.cast(dt.Decimal(38, 0))
        return whole.cast("int64")

    def take(self, name: str, table: Any) -> Table:
        """Bring an Arrow table as a temporary view; Ibis would go over pandas, which turns integers beside NULL into doubles."""
        self.con._session.createDataFrame(table).createOrReplaceTempView(name)
        return self.con.table(name)

    def keep(self, name: str, expr: Table) -> Table:
        """Calculate once and keep the rows in the cluster, without the plan they came from: plans on plans grow past memory."""
        with self.exactly():
            frame = self._frame(expr).localCheckpoint()
        frame.createOrReplaceTempView(name)
        self._kept.append(name)
        return self.con.table(name)

    def fetch(self, expr: Table) -> pa.Table:
        """See Engine.fetch; not over pandas either."""
        with self.exactly():
            return self._frame(expr).toArrow()

    def _frame(self, expr: Table) -> Any:
        return self.con._session.sql(self.con.compile(expr))

    def forget(self) -> None:
        """Let the cluster drop what was kept: without its name nothing holds it."""
        for name in self._kept:
            self.con._session.catalog.dropTempView(name)
        self._kept.clear()


def duckdb_engine(*, threads: int = 2, memory: str = "1GB") -> DuckDB:
    """Return DuckDB in process with bounded threads and memory, and without the rewrites that were seen to be wrong."""
    con = ibis.duckdb.connect(threads=threads, memory_limit=memory)
    con.raw_sql("SET preserve_insertion_order = false")
    known = {name for (name,) in con.raw_sql("SELECT name FROM duckdb_optimizers()").fetchall()}
    con.raw_sql(f"SET disabled_optimizers = '{','.join(sorted(known & UNSOUND))}'")
    return DuckDB(con)


def postgres_engine(**connection: Any) -> PostgreSQL:
    """Return PostgreSQL by Ibis' connection parameters (host, user, password, port, database).

    Its compiler of expressions is turned off: statements as long as ours take minutes to compile and seconds to run.
    """
    return PostgreSQL(ibis.postgres.connect(**connection, options="-c jit=off"))


def spark_engine(session: Any) -> Spark:
    """Return Spark by its session."""
    return Spark(ibis.pyspark.connect(session))


ENGINES: dict[str, Callable[..., Engine]] = {
    "duckdb": duckdb_engine,
    "postgresql": postgres_engine,
    "spark": spark_engine,
}
