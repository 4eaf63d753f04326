"""Is the installation well: its database, its worker, its disk."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection

from plumbline.ledger import api as ledger

HEARTBEAT = timedelta(minutes=2)
"""A worker that has not been heard of for so long counts as gone."""
PATIENCE = timedelta(minutes=5)
"""What waits for the transparency log for so long is not taken up."""
LEAST_DISK = 200 * 1024 * 1024
"""Bytes that must be free in the data folder."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; ``reason`` is empty where it is well, and never tells a secret."""

    name: str
    reason: str = ""

    @property
    def is_well(self) -> bool:
        """True where nothing is wrong."""
        return not self.reason


def database() -> Check:
    """Ask the database for an answer."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Check("database", "the database does not answer")
    return Check("database")


def worker(at: datetime) -> Check:
    """Look for a worker that was heard of lately."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
            row = cursor.fetchone()
    except DatabaseError:
        return Check("worker", "the table of workers cannot be read")
    if row is None or row[0] is None:
        return Check("worker", "no worker runs")
    if at - row[0] > HEARTBEAT:
        return Check("worker", "no worker has been heard of for two minutes")
    return Check("worker")


def disk(folder: Path | None = None) -> Check:
    """Look for room in the data folder."""
    try:
        free = shutil.disk_usage(folder or settings.DATA_DIR).free
    except OSError:
        return Check("disk", "the data folder cannot be read")
    if free < LEAST_DISK:
        return Check("disk", f"only {free // 1024 // 1024} MB are free in the data folder")
    return Check("disk")


def log(at: datetime) -> Check:
    """Look whether the transparency log grows, and is what was signed."""
    try:
        found = ledger.log_health()
    except DatabaseError:
        return Check("log", "the tables of the transparency log cannot be read")
    if found.standing is ledger.Standing.CHANGED:
        return Check("log", "the transparency log in the database is not the one that was signed")
    if found.waiting_since and at - found.waiting_since > PATIENCE and found.standing in ledger.STOPPED:
        return Check("log", f"the transparency log does not go on: {found.standing.value}")
    if found.troubled:
        return Check("log", f"{found.troubled} publications cannot enter the transparency log")
    return Check("log")


def all_checks(at: datetime) -> list[Check]:
    """Return all checks; without a database worker and log are not asked for."""
    first = database()
    return [first, worker(at), log(at), disk()] if first.is_well else [first, disk()]
