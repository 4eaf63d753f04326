"""Which facts hold, and which of them somebody may read."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from plumbline.kernel.actor import Actor
from plumbline.ledger.models import Fact
from plumbline.ledger.permissions import readable
from plumbline.ledger.rules.checks import Standing
from plumbline.organisation import api as organisation


def current_facts(
    actor: Actor | None,
    *,
    from_: date | None = None,
    until: date | None = None,
    kinds: Collection[str] | None = None,
    as_of: datetime | None = None,
    watermark: int | None = None,
) -> QuerySet[Fact]:
    """Return the facts that hold: recorded by ``as_of``, not superseded by then, not withdrawn; one SQL statement.

    Both days are included. ``actor`` None reads everything (for a job that was itself permitted); any other actor sees
    only what they may. ``watermark`` (see :func:`watermark_now`) cuts exactly, where ``as_of`` cuts by the clock alone.
    """
    rows = Fact.objects.filter(withdrawn=False)
    later = Fact.objects.filter(supersedes=OuterRef("pk"))
    if as_of is not None:
        rows, later = rows.filter(recorded_at__lte=as_of), later.filter(recorded_at__lte=as_of)
    if watermark is not None:
        rows, later = rows.filter(pk__lte=watermark), later.filter(pk__lte=watermark)
    if from_ is not None:
        rows = rows.filter(occurred_on__gte=from_)
    if until is not None:
        rows = rows.filter(occurred_on__lte=until)
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    rows = rows.filter(~Exists(later))
    return rows if actor is None else rows.filter(readable(actor))


def visible_facts(actor: Actor) -> QuerySet[Fact]:
    """Return every fact that the actor may read, superseded and withdrawn ones included."""
    return Fact.objects.filter(readable(actor))


def watermark_now() -> int:
    """Return the id of the newest fact, after every posting under way has ended; to be called in a transaction.

    New postings wait until that transaction ends. A fact has an id up to the watermark exactly when it was there: so
    whoever marks a round as frozen in the same transaction and reads up to the watermark, then or years later, gets the
    same facts, and a late filer (whose warnings are gathered after the insert) is told. Two SQL statements.
    Raises TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a watermark holds only inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {connection.ops.quote_name(Fact._meta.db_table)} IN SHARE MODE")
    return Fact.objects.aggregate(newest=Max("pk"))["newest"] or 0


def standings(unit_ids: Collection[int]) -> dict[int, Standing]:
    """Return the place and days of units by id; one SQL statement. Unknown ids are left out."""
    rows = organisation.assessable_units(Actor.system("ledger")).filter(pk__in=set(unit_ids))
    return {row[0]: Standing(*row) for row in rows.values_list("pk", "code", "path", "founded_on", "closed_on")}


def standings_by_code(codes: Collection[str]) -> dict[str, Standing]:
    """Return the place and days of units by code; one SQL statement. Unknown codes are left out."""
    rows = organisation.assessable_units(Actor.system("ledger")).filter(code__in=set(codes))
    return {row[1]: Standing(*row) for row in rows.values_list("pk", "code", "path", "founded_on", "closed_on")}


def known_facts(keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the facts already posted under these senders' keys; one SQL statement, none without keys."""
    wanted = {key for key in keys if key[1]}
    if not wanted:
        return {}
    rows = Fact.objects.filter(
        Q(sender__in={sender for sender, _ in wanted}), Q(sender_key__in=[key for _, key in wanted])
    ).values(
        "pk", "sender", "sender_key", "kind", "unit_id", "member", "occurred_on", "quantity", "attributes", "evidence"
    )
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row["sender"], row["sender_key"])
        if key in wanted:
            found[key] = dict(row)
    return found
