"""All that is looked at, one function each; every one returns findings and raises nothing."""

from collections.abc import Callable
from datetime import datetime

from plumbline.config.doctor import database, surroundings
from plumbline.config.doctor.findings import Finding
from plumbline.kernel import clock

EXAMINATIONS: tuple[Callable[[datetime], list[Finding]], ...] = (
    surroundings.versions,
    database.server,
    database.tables,
    database.administrators,
    database.worker,
    database.log,
    surroundings.secrets,
    surroundings.connections,
    surroundings.documents,
    database.holidays,
    surroundings.backups,
    surroundings.disk,
)


def examine() -> list[Finding]:
    """Look at everything. Django must be set up and the database answer."""
    at = clock.now()
    return [finding for examination in EXAMINATIONS for finding in examination(at)]
