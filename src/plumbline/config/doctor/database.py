"""The doctor's look at the database and what is in it."""

from datetime import date, datetime

from django.conf import settings
from django.db import connection

from plumbline.config import environment
from plumbline.config.doctor.findings import Finding, later, now, well
from plumbline.config.running import application
from plumbline.kernel import calendar, clock
from plumbline.kernel.models import User
from plumbline.web.ops import checks

WANTED = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8"}
"""Settings without which a crash may lose or damage what was committed, or texts do not fit."""


def _ask(sql: str) -> str:
    """Return the first value of a query as text."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def server(_at: datetime) -> list[Finding]:
    """Look at version, settings and connections of the server."""
    where = "embedded" if "postgres" in settings.DATABASES["default"]["HOST"] else "of DATABASE_URL"
    found = [well("PostgreSQL", f"{_ask('SHOW server_version')}, {where}")]
    for name, wanted in WANTED.items():
        value = _ask(f"SHOW {name}")
        if value != wanted:
            advice = f"Set {name} = {wanted}: without it a crash may cost data."
            found.append(now("PostgreSQL", f"{name} is {value}", advice))
    most = int(_ask("SHOW max_connections"))
    needed = environment.web_processes() * (environment.web_threads() + 1) + 15
    if needed > most:
        advice = f"Raise max_connections to {needed + 10}, or lower PLUMBLINE_WEB_PROCESSES or PLUMBLINE_WEB_THREADS."
        found.append(now("PostgreSQL", f"{most} connections, up to {needed} are needed", advice))
    return found


def tables(_at: datetime) -> list[Finding]:
    """Look for changes to the tables that wait."""
    pending = application.pending_migrations()
    if pending:
        return [now("tables", f"{len(pending)} changes wait, first {pending[0]}", "Run: plumbline migrate")]
    return [well("tables", "as this release wants them")]


def administrators(_at: datetime) -> list[Finding]:
    """Look for somebody who may administer the installation."""
    if application.pending_migrations():
        return []
    if User.objects.filter(is_superuser=True, is_active=True).exists():
        return [well("administrator", "there is one")]
    return [now("administrator", "there is none", "Start 'plumbline serve' and open the link that it prints.")]


def worker(at: datetime) -> list[Finding]:
    """Look for a worker; none runs while the installation is stopped."""
    if application.pending_migrations():
        return []
    check = checks.worker(at)
    if check.is_well:
        return [well("worker", "runs")]
    return [later("worker", check.reason, "'plumbline serve' brings one; 'plumbline worker' is one more.")]


def holidays(at: datetime) -> list[Finding]:
    """Look for the working days of this year and the next."""
    if application.pending_migrations():
        return []
    today = clock.day_of(at)
    missing = calendar.load().missing_years(date(today.year, 1, 1), date(today.year + 1, 12, 31))
    if not missing:
        return [well("working days", f"{today.year} and {today.year + 1} are known")]
    years = ", ".join(str(year) for year in missing)
    advice = "Enter holidays and make-up days as soon as they are announced (Settings, Working days)."
    make = now if today.year in missing else later
    return [make("working days", f"no holidays are known for {years}; weekends alone are counted", advice)]
