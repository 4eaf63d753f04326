"""What the tests of the log share: a data folder of their own, publications, and an operator with the database's keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from plumbline.ledger import api as ledger

AT = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def put(number: int, *, days: int = 0) -> None:
    """Publish one document."""
    ledger.publish(
        at=AT + timedelta(days=days), kind="test.notice", subject=f"notice:{number}",
        document={"title": f"公示 {number}", "content": f"{number:064x}"},
    )  # fmt: skip


def grow(*batches: int, at: datetime = AT) -> int:
    """Publish and take up so many documents, batch by batch; return the size of the log."""
    size = start = ledger.append_waiting(at=at).size
    for batch in batches:
        for _number in range(batch):
            put(start)
            start += 1
        size = ledger.append_waiting(at=at).size
    return size


@contextmanager
def operator() -> Iterator[None]:
    """Somebody with the database's password, who switches its triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield
        finally:
            cursor.execute("SET session_replication_role = DEFAULT")


def run_sql(sql: str, *values: object) -> None:
    """Run a statement as the operator."""
    with operator(), connection.cursor() as cursor:
        cursor.execute(sql, values)
