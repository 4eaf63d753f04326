"""Every kind of fact that this installation knows."""

from django.db import connection

from plumbline.ledger.facts import declared_kinds
from plumbline.ledger.models import FactKind
from plumbline.ledger.rules.kinds import FactKindSpec, from_document


def kinds() -> tuple[FactKindSpec, ...]:
    """Return all kinds by code, those declared in code and those of the installation; one SQL statement.

    A kind declared in code wins over an installation's kind of the same code (an upgrade may bring one).
    """
    known = {spec.code: spec for spec in installation_kinds()} | {spec.code: spec for spec in declared_kinds()}
    return tuple(known[code] for code in sorted(known))


def kinds_by_code() -> dict[str, FactKindSpec]:
    """Return all kinds as a dictionary; one SQL statement."""
    return {spec.code: spec for spec in kinds()}


def installation_kinds() -> tuple[FactKindSpec, ...]:
    """Return the kinds that the installation added; one SQL statement."""
    return tuple(spec_of(row) for row in FactKind.objects.all())


def spec_of(row: FactKind) -> FactKindSpec:
    """Return an installation's kind as the value that rules understand."""
    return FactKindSpec(
        code=row.code,
        name=row.name,
        meaning=row.meaning,
        measure=row.measure,
        attributes=from_document(row.attributes),
        places=row.places,
        minimum=row.minimum,
        filed_by=("administrator",),
        is_active=row.is_active,
        is_shipped=False,
    )


_POSTED = """
WITH RECURSIVE met(kind) AS (
    SELECT min(kind) FROM ledger_fact
    UNION ALL
    SELECT (SELECT min(kind) FROM ledger_fact WHERE kind > met.kind) FROM met WHERE met.kind IS NOT NULL
)
SELECT kind FROM met WHERE kind IS NOT NULL
"""


def posted_kinds() -> frozenset[str]:
    """Return the codes of the kinds of which any fact was ever posted; one SQL statement.

    It jumps from kind to kind along the index, whatever the number of facts.
    """
    with connection.cursor() as cursor:
        cursor.execute(_POSTED)
        return frozenset(code for (code,) in cursor.fetchall())
