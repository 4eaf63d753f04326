"""Which database a command works on: the one of ``DATABASE_URL``, one that already runs, or one it starts itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from plumbline.config import environment
from plumbline.config.errors import CommandFailed
from plumbline.config.postgres import EmbeddedServer, ServerFailed
from plumbline.config.running import leftovers, lock

OLDEST = 150000
"""The oldest PostgreSQL we work with, as the server numbers it (15.0)."""


def check_version(url: str) -> int:
    """Return the server's version number. Raises CommandFailed when it does not answer or is too old."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.OperationalError as error:
        raise CommandFailed(
            f"The database of DATABASE_URL does not answer: {str(error).strip()}\n"
            "Check that it runs, that the address is right, and that this machine may connect."
        ) from error
    if version < OLDEST:
        raise CommandFailed(
            f"The database of DATABASE_URL is PostgreSQL {version // 10000}; Plumbline needs PostgreSQL 15 or later."
        )
    return version


def launch(folder: lock.DataFolder) -> EmbeddedServer:
    """Start the embedded server on an owned data folder and say where it answers. Raises CommandFailed."""
    server = EmbeddedServer(folder.folder / "postgres")
    try:
        url = server.start()
    except (ServerFailed, PermissionError, FileNotFoundError) as error:
        server.stop()
        raise CommandFailed(str(error)) from error
    if folder.running:
        folder.running.database = url
        folder.save()
    return server


def own(folder: lock.DataFolder, command: str) -> None:
    """Take the data folder and clear away processes that a killed command left. Raises CommandFailed."""
    try:
        left = folder.own(command)
    except lock.AlreadyOwned as error:
        raise CommandFailed(str(error)) from error
    except PermissionError as error:
        raise CommandFailed(f"The data folder {folder.folder} cannot be used: {error.strerror}.") from error
    if left:
        leftovers.stop(left.groups)


@contextmanager
def open_database(data: Path, command: str) -> Iterator[str]:
    """Give a short command its database: what it started, it stops; what others started, it only uses."""
    given = environment.database_url()
    if given:
        check_version(given)
        yield given
        return
    folder = lock.DataFolder(data)
    running = _running(folder)
    if running:
        yield running
        return
    own(folder, command)
    try:
        server = launch(folder)
        try:
            yield server.url()
        finally:
            server.stop()
    finally:
        folder.release()


def _running(folder: lock.DataFolder) -> str | None:
    """Return the address of the database that another command runs on this folder, None where none does."""
    if not folder.is_owned():
        return None
    running = lock.read(folder.folder)
    if running and running.database:
        return running.database
    raise CommandFailed(f"{lock.AlreadyOwned(folder.folder, running)} It is still starting, or has no own database.")
