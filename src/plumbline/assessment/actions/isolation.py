"""One consistent look at the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def consistent() -> Iterator[None]:
    """Run the block in one durable REPEATABLE READ transaction.

    Its snapshot is taken by the first statement that reads; a LOCK TABLE before that (``ledger.api.watermark_now``) waits
    for those who are writing first. Raises RuntimeError inside another transaction, whose snapshot may be older; a test's
    own transaction is let through, with its own isolation.
    """
    nested = connection.in_atomic_block
    with transaction.atomic(durable=True):
        if not nested:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
