"""Django made ready: the environment set, the tables as this release wants them, the static files in place."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

MIGRATION_LOCK = 0x706C756D
"""Key of the advisory lock under which tables are changed ("plum")."""


def set_up(data: Path, database: str) -> None:
    """Load the application with this data folder and this database; child processes inherit both."""
    os.environ["PLUMBLINE_DATA"] = str(data)
    os.environ["DATABASE_URL"] = database
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "plumbline.config.settings")
    import django

    django.setup()


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the migration lock: several machines may start at once on one database."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])


def pending_migrations() -> list[str]:
    """Return the names of changes to the tables that this release wants and the database has not seen."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrate(*, verbosity: int = 0) -> int:
    """Bring the tables up to date where needed; return how many changes were made."""
    from django.core.management import call_command

    if not pending_migrations():
        return 0
    with _alone():
        pending = pending_migrations()
        if pending:
            call_command("migrate", interactive=False, verbosity=verbosity)
    return len(pending)


def _static_stamp() -> str:
    """Return a digest of all static files' names, sizes and times, and of the versions that serve them."""
    from django.contrib.staticfiles import finders

    digest = hashlib.sha256(f"{version('django')} {version('whitenoise')}".encode())
    for finder in finders.get_finders():
        found: Any = finder.list([])
        for name, storage in found:
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static() -> bool:
    """Copy, hash and compress the static files into the data folder where they changed; return whether they did."""
    from django.conf import settings
    from django.core.management import call_command

    stamp = Path(settings.STATIC_ROOT) / "stamp"
    wanted = _static_stamp()
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)
    return True
