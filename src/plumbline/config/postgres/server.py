"""One PostgreSQL server as a child of this process."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from plumbline.config.postgres import account as accounts
from plumbline.config.postgres import binaries, leftovers, sockets
from plumbline.config.running.children import die_with_parent

SUPERUSER = "postgres"
ROLE = "plumbline"
"""The role and the database that the application uses; the role is no superuser."""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "logging_collector": "on",
    "log_directory": "log",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_min_duration_statement": "2000",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class ServerFailed(Exception):
    """The embedded server cannot start or has stopped; the text says why and how to mend it."""


class EmbeddedServer:
    """PostgreSQL on a data folder, started and stopped by this process.

    ``folder`` is PostgreSQL's own data folder (``<data>/postgres``); ``settings`` add to or replace ``SETTINGS``.
    """

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None, tied: bool = True) -> None:
        self.folder = folder.resolve()
        self.settings = {**SETTINGS, **(settings or {})}
        self.tied = tied
        self.account = accounts.service_account()
        self.process: subprocess.Popen[bytes] | None = None
        self.socket_folder = self.folder

    def start(self) -> str:
        """Start the server and return the address of the application's database.

        Raises ServerFailed with the last words of the server's log.
        """
        self._prepare()
        leftovers.stop(self.folder)
        if not (self.folder / "PG_VERSION").exists():
            self._create()
        self._check_version()
        self.launch()
        self._ensure_database()
        return self.url()

    def url(self, *, user: str = ROLE, database: str = ROLE) -> str:
        """Return the address for ``DATABASE_URL``."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket_folder), safe='')}"

    def launch(self) -> None:
        """Start the server process on its existing folder and wait until it answers."""
        self.socket_folder = sockets.choose(self.folder, self.account)
        command = [binaries.program("postgres"), "-D", str(self.folder), "-k", str(self.socket_folder)]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "startup.log").open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 - a program of the wheel, with arguments made here
                command,
                cwd="/",
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user=self.account.uid if self.account else None,
                group=self.account.gid if self.account else None,
                extra_groups=[] if self.account else None,
                start_new_session=True,  # the terminal's Ctrl-C is for the owner, who stops the server last
                preexec_fn=die_with_parent(signal.SIGINT) if self.tied else None,
            )
        self._await_ready()

    def alive(self) -> bool:
        """Tell whether the server process runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """End all sessions, write everything to disk and stop. Safe to call twice."""
        if self.process is None:
            return
        for number, patience in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
            if self.process.poll() is None:
                self.process.send_signal(number)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(patience)
        self.process = None
        if self.socket_folder != self.folder:
            with contextlib.suppress(OSError):
                self.socket_folder.rmdir()

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """Return a superuser's connection, for administration."""
        return psycopg.connect(
            host=str(self.socket_folder), user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=5
        )

    def _prepare(self) -> None:
        """Make the folder, for its owner only, where the server's account can reach it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.account:
            accounts.open_way(self.folder, self.account)
            accounts.open_way(binaries.folder(), self.account)
            binaries.share()
            os.chown(self.folder, self.account.uid, self.account.gid)
        self.folder.chmod(0o700)

    def _create(self) -> None:
        """Make a new cluster: beside the folder at first, so that a start killed in the middle leaves no half one."""
        held = next(self.folder.iterdir(), None)
        if held:
            raise ServerFailed(
                f"{self.folder} holds files ({held.name}, ...) but no database of PostgreSQL. "
                "Choose another data folder with --data, or remove this one if nothing in it is needed."
            )
        making = self.folder.with_name(self.folder.name + ".making")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(mode=0o700)
        if self.account:
            os.chown(making, self.account.uid, self.account.gid)
        try:
            binaries.run(
                "initdb",
                ["-D", str(making), "-U", SUPERUSER, "--encoding=UTF8", "--locale-provider=builtin",
                 "--builtin-locale=C.UTF-8", "--locale=C", "--auth-local=trust", "--auth-host=reject"],
                account=self.account,
            )  # fmt: skip
        except subprocess.CalledProcessError as error:
            raise ServerFailed(f"PostgreSQL could not make its data folder {self.folder}: {error.stderr}") from error
        self.folder.rmdir()
        making.rename(self.folder)

    def _check_version(self) -> None:
        """Refuse a folder of another major version, with words."""
        found = (self.folder / "PG_VERSION").read_text().strip()
        if found != str(binaries.MAJOR):
            raise ServerFailed(
                f"{self.folder} was made by PostgreSQL {found}; this release brings PostgreSQL {binaries.MAJOR}. "
                "Make a backup with the release that made it (plumbline backup), then restore it here."
            )

    def _await_ready(self) -> None:
        """Wait until the server answers; recovery after a crash may take its time, so only its death ends the wait."""
        while True:
            if not self.alive():
                raise ServerFailed(f"PostgreSQL did not start on {self.folder}:\n{self._last_words()}")
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return

    def _last_words(self) -> str:
        """Return the end of what the server said."""
        logs = [self.folder / "startup.log", *sorted((self.folder / "log").glob("*.log"))[-1:]]
        return "\n".join(log.read_text(errors="replace")[-1500:] for log in logs if log.exists()).strip()

    def _ensure_database(self) -> None:
        """Make the application's role and database where they are missing."""
        with self.connect() as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(ROLE)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {0} OWNER {0}").format(sql.Identifier(ROLE)))
