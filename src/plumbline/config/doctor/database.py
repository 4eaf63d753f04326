"""The doctor's look at the database and what is in it."""

from datetime import date, datetime

from django.conf import settings
from django.db import connection

from plumbline.config import environment
from plumbline.config.doctor.findings import Finding, later, now, well
from plumbline.config.running import application
from plumbline.kernel import calendar, clock
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from plumbline.web.ops import checks

WANTED = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8"}
"""Settings without which a crash may lose or damage what was committed, or texts do not fit."""

LOG_ADVICE = {
    ledger.Standing.NO_KEY: "Copy the folder log of the data folder from the machine that signed, "
    "or let it go on with a new key: plumbline log renew --new-key.",
    ledger.Standing.OTHER_KEY: "The key in log/key is not the one that signed: put the old one back, "
    "or let it go on with this one: plumbline log renew.",
    ledger.Standing.NO_MEMORY: "log/checkpoint is gone, so nobody knows what was published last: put it back, "
    "or go on under a new name: plumbline log renew.",
    ledger.Standing.CHANGED: "The rows are not those that were signed: somebody changed them, or log/checkpoint. "
    "Find out who; put back a backup (plumbline verify names the first entry), or: plumbline log renew.",
}


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


def log(_at: datetime) -> list[Finding]:
    """Look whether the transparency log may go on, and whether it had to take a new name."""
    if application.pending_migrations():
        return []
    found = ledger.log_health()
    said = f"{found.size} entries, {found.waiting} wait"
    advice = LOG_ADVICE.get(found.standing)
    if advice:
        return [now("log", f"{said}; it does not go on ({found.standing.value})", advice)]
    if found.troubled:
        advice = "Compare those rows of the outbox with the audit: docs/algorithms/transparency-log.md says how."
        return [now("log", f"{said}; {found.troubled} publications were altered before they entered it", advice)]
    if found.standing is ledger.Standing.RESTORED:
        advice = "It goes on under a new name with the next start and says so in an entry; tell the witnesses."
        return [later("log", f"{said}; the database was put back to an earlier state", advice)]
    if found.names > 1:
        told = f"{said}; it was begun anew {found.names - 1} times, the entries of the kind log.origin say why"
        return [well("log", told)]
    return [well("log", said)]
