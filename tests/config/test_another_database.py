"""Another PostgreSQL by DATABASE_URL: Debian's 15 is served, backed up and restored; older ones are refused."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from plumbline.config.errors import CommandFailed
from plumbline.config.running import database
from tests.config.test_cli import Serving, command

BINARIES = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="module")
def make_database() -> Iterator[Callable[[str], str]]:
    """Start Debian's PostgreSQL 15 on a socket of its own; yield a maker of empty databases that returns addresses."""
    if not BINARIES.exists():
        pytest.skip("Debian's PostgreSQL 15 is not installed: apt-get install postgresql-15")
    folder = Path(tempfile.mkdtemp(prefix="plumbline-pg15-"))
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        found = pwd.getpwnam("postgres")
        os.chown(folder, found.pw_uid, found.pw_gid)
        account = {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}

    def tool(name: str, *arguments: str) -> None:
        programs = [str(BINARIES / name), *arguments]
        subprocess.run(programs, check=True, capture_output=True, cwd=folder, timeout=120, **account)

    data = str(folder / "data")
    tool("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-k {folder} -c fsync=off -c listen_addresses="
    tool("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")

    def make(name: str) -> str:
        with psycopg.connect(host=str(folder), user="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'with a space'")
            connection.execute(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0 ENCODING 'UTF8'")
        return f"postgresql://{name}:with%20a%20space@/{name}?host={folder}"

    yield make
    tool("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.mark.postgres15
def test_an_installation_on_postgresql_15(make_database: Callable[[str], str], place: Path) -> None:
    url = make_database("first")
    running = Serving(place / "data", DATABASE_URL=url)
    try:
        running.wait_for("Open this link once")
        running.wait_healthy()
        assert not (place / "data" / "postgres").exists()
    finally:
        assert running.stop() == 0
    backup = str(place / "backup.tar")
    done = command("backup", backup, "--data", str(place / "data"), DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    restored = command("restore", backup, "--data", str(place / "restored"), DATABASE_URL=make_database("second"))
    assert restored.returncode == 0, restored.stderr
    again = command("restore", backup, "--data", str(place / "third"), DATABASE_URL=url)
    assert again.returncode == 1
    assert "tables already" in again.stderr
    embedded = command("restore", backup, "--data", str(place / "embedded"))
    assert embedded.returncode == 0, embedded.stderr


@pytest.mark.postgres15
def test_older_servers_are_refused(make_database: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    url = make_database("old")
    assert database.check_version(url) // 10000 == 15
    monkeypatch.setattr(database, "OLDEST", 160000)
    with pytest.raises(CommandFailed, match="is PostgreSQL 15; Plumbline needs"):
        database.check_version(url)
