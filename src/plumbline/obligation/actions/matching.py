"""Linking facts to the obligations for which they count, many at once in the database.

``rules.matching`` says what counts; a test holds this to the same answers. No number is kept: an obligation's ``met_on`` is found
again from the linked facts whenever one of them comes, is corrected or withdrawn.

Postings and plans must not miss each other: a posting holds the lock shared until it commits, a plan holds it alone
while it adds obligations and matches them (docs/adr/0111).
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final

from django.db import connection

from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation

_LOCK: Final = 7_230_110
_MACHINE: Final = Actor.system("obligation")

_PAIRS: Final = """
    SELECT owed.id AS owed_id, fact.id AS fact_id
    FROM obligation_obligation owed
    JOIN obligation_rhythmversion version ON version.id = owed.version_id
    JOIN facts fact ON fact.kind = version.fact_kind AND fact.occurred_on BETWEEN owed.starts_on AND owed.until_on
    WHERE owed.member_id IS NULL AND fact.member IS NULL AND fact.unit_id = owed.unit_id AND {which} AND {named}
    UNION ALL
    SELECT owed.id, fact.id
    FROM obligation_obligation owed
    JOIN people ON people.id = owed.member_id
    JOIN obligation_rhythmversion version ON version.id = owed.version_id
    JOIN facts fact ON fact.kind = version.fact_kind AND fact.occurred_on BETWEEN owed.starts_on AND owed.until_on
    WHERE fact.member = people.pseudonym AND {which} AND {named}
"""
_NAMED: Final = """
    NOT EXISTS (
        SELECT 1 FROM jsonb_each(version."where") condition
        WHERE NOT COALESCE(
            replace(condition.value::text, '{period}', owed.period)::jsonb @> (fact.attributes -> condition.key), false
        )
    )
"""
_LINK: Final = """
    INSERT INTO obligation_obligationfact (obligation_id, fact_id)
    SELECT owed_id, fact_id FROM pairs ON CONFLICT DO NOTHING
"""
_TOUCHED: Final = """
    SELECT owed_id FROM pairs UNION SELECT obligation_id FROM obligation_obligationfact WHERE fact_id = ANY(%s)
"""
_MET: Final = """
    WITH {facts}, running AS (
        SELECT link.obligation_id, fact.occurred_on, owed.needed, sum(
            CASE version.measure WHEN 'quantity' THEN fact.quantity ELSE 1 END
        ) OVER (PARTITION BY link.obligation_id ORDER BY fact.occurred_on, fact.id) AS total
        FROM obligation_obligationfact link
        JOIN facts fact ON fact.id = link.fact_id
        JOIN obligation_obligation owed ON owed.id = link.obligation_id
        JOIN obligation_rhythmversion version ON version.id = owed.version_id
        WHERE link.obligation_id = ANY(%s)
    ), found AS (
        SELECT owed.id, min(running.occurred_on) FILTER (WHERE running.total >= running.needed) AS met_on
        FROM obligation_obligation owed JOIN obligation_rhythmversion version ON version.id = owed.version_id
        LEFT JOIN running ON running.obligation_id = owed.id
        WHERE owed.id = ANY(%s) AND version.fact_kind <> '' GROUP BY owed.id
    )
    UPDATE obligation_obligation owed SET met_on = found.met_on FROM found
    WHERE owed.id = found.id AND owed.met_on IS DISTINCT FROM found.met_on
"""


def hold_shared() -> None:
    """Let plans wait until this posting has committed; one SQL statement, in a transaction."""
    _execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def hold_alone() -> None:
    """Let postings wait until this plan has committed; one SQL statement, in a transaction."""
    _execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def follow(stored: Sequence[ledger.Stored]) -> None:
    """Link facts that came in, and find anew what they fulfil or no longer fulfil; in the transaction that stored them.

    Two SQL statements where no obligation is touched, six where some are, however many facts.
    """
    hold_shared()
    new, gone = [one.id for one in stored], [one.supersedes for one in stored if one.supersedes is not None]
    touched = _touched(new, gone)
    if not touched:
        return
    _execute("SELECT id FROM obligation_obligation WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [touched])
    if gone:
        _execute("DELETE FROM obligation_obligationfact WHERE fact_id = ANY(%s)", [gone])
    pairs, values = _pairs("fact.id = ANY(%s) AND owed.id = ANY(%s)", [new, touched])
    _execute(f"WITH {pairs} {_LINK}", values)
    _meet(touched)


def match(ids: Collection[int], *, kinds: Collection[str], from_: date, until: date) -> None:
    """Find anew which facts count for obligations that facts of these kinds decide, and when they sufficed.

    ``from_`` and ``until`` enclose the days of all of them. Three SQL statements.
    """
    listed = list(ids)
    _execute("DELETE FROM obligation_obligationfact WHERE obligation_id = ANY(%s)", [listed])
    near = ledger.current_facts(None, from_=from_, until=until, kinds=kinds)
    pairs, values = _pairs("owed.id = ANY(%s)", [listed], near)
    _execute(f"WITH {pairs} {_LINK}", values)
    _meet(listed)


def _touched(new: list[int], gone: list[int]) -> list[int]:
    """Return the obligations for which the new facts count, or for which the superseded ones did."""
    pairs, values = _pairs("fact.id = ANY(%s)", [new])
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {pairs} {_TOUCHED}", [*values, gone])
        return [row[0] for row in cursor.fetchall()]


def _meet(ids: list[int]) -> None:
    """Find the day on which the linked facts sufficed; only what facts decide is touched."""
    facts, values = _facts(ledger.current_facts(None))
    _execute(_MET.format(facts=facts), [*values, ids, ids])


def _pairs(which: str, asked: list[Any], facts: Any = None) -> tuple[str, list[Any]]:
    """Return the common table expressions up to ``pairs``, and their values: which fact counts for which obligation.

    ``which`` narrows them, with the values ``asked``; it stands in both halves: what units owe, and what members do.
    """
    near, values = _facts(ledger.current_facts(None) if facts is None else facts)
    people, people_values = organisation.visible_members(_MACHINE).values("id", "pseudonym").query.sql_with_params()
    found = _PAIRS.replace("{which}", which).replace("{named}", _NAMED)
    tables = f"{near}, people AS NOT MATERIALIZED ({people}), pairs AS ({found})"
    return tables, [*values, *people_values, *asked, *asked]


def _facts(rows: Any) -> tuple[str, list[Any]]:
    """Return the common table expression ``facts`` of those that hold, and its values."""
    wanted = rows.order_by().values("id", "kind", "unit_id", "member", "occurred_on", "quantity", "attributes")
    sql, values = wanted.query.sql_with_params()
    return f"facts AS NOT MATERIALIZED ({sql})", list(values)


def _execute(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
