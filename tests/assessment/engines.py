"""The engines other than DuckDB: PostgreSQL as embedded, Debian's PostgreSQL 15, and Spark, each where it is there."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from plumbline.assessment.rules.scoring import Engine, postgres_engine, spark_engine

BINARIES_15 = Path("/usr/lib/postgresql/15/bin")
QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB -c listen_addresses="


@contextmanager
def embedded() -> Iterator[Engine]:
    """Connect to the PostgreSQL of this test run."""
    given = conninfo_to_dict(os.environ["PLUMBLINE_TEST_DATABASE_URL"])
    names = {"host": "host", "port": "port", "user": "user", "password": "password", "dbname": "database"}
    engine = postgres_engine(**{new: given[old] for old, new in names.items() if given.get(old)})
    try:
        yield engine
    finally:
        engine.con.disconnect()


@contextmanager
def debian_15() -> Iterator[Engine]:
    """Start Debian's PostgreSQL 15 on a socket of its own in a new folder, and stop it."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-pg15-"))
    account = _account(folder)
    data = folder / "data"

    def tool(name: str, *arguments: str) -> None:
        command = [str(BINARIES_15 / name), *arguments]
        subprocess.run(command, check=True, capture_output=True, cwd=folder, timeout=120, **account)

    try:
        tool("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        tool("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", f"-k {folder} {QUICK}", "start")
        engine = postgres_engine(host=str(folder), user="postgres", database="postgres")
        try:
            yield engine
        finally:
            engine.con.disconnect()
            tool("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account(folder: Path) -> dict[str, Any]:
    """Return how to run its programs: PostgreSQL refuses root, so root runs it as the account of Debian's package."""
    if os.geteuid() != 0:
        return {}
    found = pwd.getpwnam("postgres")
    os.chown(folder, found.pw_uid, found.pw_gid)
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


@contextmanager
def spark() -> Iterator[Engine]:
    """Start Spark with two cores in this machine, without reaching out."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    with tempfile.TemporaryDirectory(prefix="plumbline-spark-") as folder:
        settings = {
            "spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
            "spark.sql.shuffle.partitions": "1", "spark.default.parallelism": "2", "spark.sql.ansi.enabled": "true",
            "spark.sql.warehouse.dir": f"{folder}/warehouse", "spark.local.dir": folder, "spark.driver.memory": "3g",
            "spark.sql.maxPlanStringLength": "1000", "spark.sql.ui.retainedExecutions": "1",
            "spark.sql.session.timeZone": "UTC", "spark.sql.codegen.wholeStage": "false",
            "spark.sql.execution.arrow.pyspark.enabled": "true",
            # Without this, a thread that runs out of memory leaves whoever waits for it waiting for ever.
            "spark.driver.extraJavaOptions": f"-Dderby.system.home={folder} -XX:+ExitOnOutOfMemoryError",
        }  # fmt: skip
        builder = SparkSession.builder.master("local[2]").appName("plumbline-tests")
        for name, value in settings.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        try:
            yield spark_engine(session)
        finally:
            session.stop()
