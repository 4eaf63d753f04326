"""One PostgreSQL for each test run, as fast as it can be; gone with the run.

The process that pytest was started in owns an embedded server on the first free folder ``.cache/test-postgres-N`` (so
several runs never meet); the workers of xdist use its address. The server dies with its owner, even after ``kill -9``.
``PLUMBLINE_TEST_DATABASE_URL`` names another server instead, such as Debian's PostgreSQL 15.
"""

import fcntl
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from plumbline.config.postgres import EmbeddedServer

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "PLUMBLINE_TEST_DATABASE_URL"
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "log_min_duration_statement": "-1",
}


def _folder() -> Path:
    """Return the first folder that no other run uses, held until this process ends."""
    cache = ROOT / ".cache"
    cache.mkdir(exist_ok=True)
    for number in range(100):
        lock = os.open(cache / f"test-postgres-{number}.lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        return cache / f"test-postgres-{number}"
    raise RuntimeError("100 test runs at once are too many")


def _start() -> EmbeddedServer:
    """Start the server of this run and publish its address to the workers of xdist."""
    server = EmbeddedServer(_folder(), settings=QUICK)
    server.start()
    os.environ[ADDRESS] = server.url(user="postgres", database="postgres")
    return server


_server = None if os.environ.get(ADDRESS) else _start()
_data = tempfile.TemporaryDirectory(prefix="plumbline-tests-")
os.environ["PLUMBLINE_DATA"] = _data.name
os.environ["DATABASE_URL"] = os.environ[ADDRESS]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plumbline.config.settings")


def pytest_configure() -> None:
    """Name the test database, serve static files as they lie in the source, leave the logs to pytest."""
    from django.conf import settings

    suffix = os.environ.get("PLUMBLINE_TEST_DB")
    # Set in place: a connection that another plugin has made already keeps the same mapping with its defaults.
    naming = settings.DATABASES["default"].setdefault("TEST", {})
    naming["NAME"] = f"test_plumbline_{suffix}" if suffix else "test_plumbline"
    settings.LOGGING_CONFIG = None
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns where it is missing


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Stop the server that this process started."""
    if _server:
        _server.stop()
    _data.cleanup()


@pytest.fixture(scope="session", autouse=True)
def _emptying_passes_the_triggers() -> None:
    """Let Django empty append-only tables between transactional tests; nothing else passes their triggers."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        statements = plain(self, *args, **kwargs)
        return ["SET session_replication_role = replica", *statements, "SET session_replication_role = DEFAULT"]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]
