"""The embedded server: owned, found again after a crash, clear in its refusals."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from plumbline.config.postgres import EmbeddedServer, ServerFailed, leftovers, sockets

SMALL = {"shared_buffers": "16MB", "fsync": "off", "logging_collector": "off"}

OWNER = """
import sys, time
from pathlib import Path
from plumbline.config.postgres import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), settings={settings!r}, tied={tied})
server.start()
print("up", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(place: Path) -> Path:
    return place / "postgres"


def _owner(folder: Path, *, tied: bool) -> subprocess.Popen[bytes]:
    """Start a process that owns a server, and wait until the server answers."""
    code = OWNER.format(settings=SMALL, tied=tied)
    owner = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE)
    assert owner.stdout is not None
    assert owner.stdout.readline() == b"up\n"
    owner.stdout.close()
    return owner


def _kill(owner: subprocess.Popen[bytes]) -> None:
    owner.kill()
    owner.wait()


def test_it_starts_keeps_its_data_and_stops(folder: Path) -> None:
    server = EmbeddedServer(folder, settings=SMALL)
    url = server.start()
    with psycopg.connect(url) as connection:
        assert connection.info.server_version >= 180000
        connection.execute("CREATE TABLE kept (n int)")
        row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
        assert row == (False,), "the application is no superuser"
    server.stop()
    server.stop()
    assert leftovers.find(folder) == []
    again = EmbeddedServer(folder, settings=SMALL)
    with psycopg.connect(again.start()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    again.stop()


def test_it_dies_with_an_owner_that_was_killed(folder: Path) -> None:
    owner = _owner(folder, tied=True)
    assert leftovers.find(folder)
    _kill(owner)
    for _ in range(100):
        if not leftovers.find(folder):
            break
        time.sleep(0.1)
    assert leftovers.find(folder) == []


def test_an_orphan_is_stopped_by_the_next_start(folder: Path) -> None:
    owner = _owner(folder, tied=False)
    _kill(owner)
    orphan = leftovers.recorded_pid(folder)
    assert orphan is not None
    assert psutil.pid_exists(orphan)
    server = EmbeddedServer(folder, settings=SMALL)
    psycopg.connect(server.start()).close()
    assert leftovers.recorded_pid(folder) != orphan
    server.stop()


def test_it_recovers_when_the_server_itself_is_killed(folder: Path) -> None:
    server = EmbeddedServer(folder, settings=SMALL)
    url = server.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (n int)")
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    assert not server.alive()
    again = EmbeddedServer(folder, settings=SMALL)
    with psycopg.connect(again.start()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (0,)
    again.stop()


def test_a_pid_file_that_names_a_stranger_is_no_obstacle(folder: Path) -> None:
    server = EmbeddedServer(folder, settings=SMALL)
    server.start()
    server.stop()
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n1700000000\n5432\n\n\n0 0\n")
    psycopg.connect(server.start()).close()
    server.stop()


def test_a_broken_pid_file_reads_as_none(folder: Path) -> None:
    folder.mkdir()
    (folder / "postmaster.pid").write_text("rubbish\n")
    assert leftovers.recorded_pid(folder) is None


def test_a_long_path_gets_a_short_private_socket(place: Path) -> None:
    long = place / ("x" * 90) / ("y" * 40) / "postgres"
    server = EmbeddedServer(long, settings=SMALL)
    psycopg.connect(server.start()).close()
    assert server.socket_folder != long
    assert sockets.fits(server.socket_folder)
    assert server.socket_folder.stat().st_mode & 0o777 == 0o700
    used = server.socket_folder
    server.stop()
    assert not used.exists()


def test_the_limit_counts_bytes_not_letters() -> None:
    room = sockets.LIMIT - len(sockets.NAME) - 2
    assert sockets.fits(Path("/" + "x" * room))
    assert not sockets.fits(Path("/" + "x" * (room + 1)))
    assert not sockets.fits(Path("/" + "清" * (room // 2)))


def test_a_folder_with_other_files_is_refused(folder: Path) -> None:
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(ServerFailed, match=r"letter\.txt"):
        EmbeddedServer(folder, settings=SMALL).start()


def test_a_folder_of_another_version_is_refused(folder: Path) -> None:
    folder.mkdir()
    (folder / "PG_VERSION").write_text("16\n")
    with pytest.raises(ServerFailed, match="PostgreSQL 16"):
        EmbeddedServer(folder, settings=SMALL).start()


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    with pytest.raises(ServerFailed, match="unrecognized configuration parameter"):
        EmbeddedServer(folder, settings={**SMALL, "no_such_setting": "1"}).start()


def test_a_half_made_folder_is_made_anew(folder: Path) -> None:
    making = folder.with_name("postgres.making")
    making.mkdir()
    (making / "PG_VERSION").write_text("18\n")
    server = EmbeddedServer(folder, settings=SMALL)
    psycopg.connect(server.start()).close()
    server.stop()
