"""What a snapshot holds: the facts of the period, the units with their classes, and what does not apply to whom."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow as pa

from plumbline.assessment.models import Inapplicable, Round, RoundUnit
from plumbline.assessment.queries import scope
from plumbline.assessment.rules import tables
from plumbline.assessment.rules.scheme import Scheme
from plumbline.assessment.rules.scheme.values import plain
from plumbline.ledger import api as ledger

BATCH = 50_000
"""Rows that are turned into columns at a time: bounds the memory of a large freeze."""


def gather(round_: Round, scheme: Scheme, *, as_of: datetime, watermark: int) -> dict[str, pa.Table]:
    """Return the tables of a snapshot, sorted; at most six SQL statements, facts streamed. To be called in one transaction."""
    units = RoundUnit.objects.filter(round=round_).order_by("unit_id")
    applicability = Inapplicable.objects.filter(round=round_).order_by("unit_id", "node")
    return {
        "facts": facts_of(round_, scheme, as_of=as_of, watermark=watermark),
        "units": _table(
            units.values_list("unit_id", "unit__code", "klass", "unit__category").iterator(BATCH), tables.UNITS
        ),
        "applicability": _table(
            applicability.values_list("unit_id", "node", "reason").iterator(BATCH), tables.APPLICABILITY
        ),
    }


def facts_of(round_: Round, scheme: Scheme, *, as_of: datetime, watermark: int) -> pa.Table:
    """Return the facts that a round looks at and a scheme reads, as they stood, by number; at most four SQL statements.

    A fact of a unit has a row for each of the unit's leaders that it counts for.
    """
    names = scheme.attributes_used()
    found = ledger.current_facts(
        None, from_=round_.from_on, until=round_.until_on, kinds=scheme.kinds_used(), as_of=as_of, watermark=watermark
    )
    rows = scope.looked_at(round_, found).order_by("pk")
    told = rows.values_list("pk", "unit_id", "kind", "occurred_on", "quantity", "attributes", "member")
    takers = scope.Takers(round_)
    flat = (
        (pk, taker, kind, on, quantity, *(_as_text(said.get(name)) for name in names))
        for pk, unit_id, kind, on, quantity, said, member in told.iterator(BATCH)
        for taker in takers.of(unit_id, kind, on, member)
    )
    return _table(flat, tables.facts(names))


def _as_text(value: Any) -> str | None:
    """Write an attribute as the rules compare it; None where the fact has none."""
    if value is None or isinstance(value, str):
        return value
    written = plain(value)
    return written if isinstance(written, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _table(rows: Iterator[Sequence[Any]], schema: pa.Schema) -> pa.Table:
    batches = []
    while chunk := list(islice(rows, BATCH)):
        columns = [
            pa.array(column, type=field.type) for column, field in zip(zip(*chunk, strict=True), schema, strict=True)
        ]
        batches.append(pa.record_batch(columns, schema=schema))
    return pa.Table.from_batches(batches, schema=schema)
