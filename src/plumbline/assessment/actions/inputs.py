"""What a snapshot holds: the facts of the period, the units with their classes, and what does not apply to whom."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import pyarrow as pa

from plumbline.assessment.models import Inapplicable, Round, RoundUnit
from plumbline.assessment.rules import tables
from plumbline.assessment.rules.scheme import Scheme
from plumbline.assessment.rules.scheme.values import plain
from plumbline.ledger import api as ledger

BATCH = 50_000
"""Rows that are turned into columns at a time: bounds the memory of a large freeze."""


def gather(round_: Round, scheme: Scheme, *, as_of: datetime, watermark: int) -> dict[str, pa.Table]:
    """Return the tables of a snapshot, sorted; three SQL statements, the facts streamed. To be called in one transaction."""
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
    """Return the facts of the round's units and period that a scheme reads, as they stood; one SQL statement."""
    names = scheme.attributes_used()
    kinds = scheme.kinds_used()
    found = ledger.current_facts(
        None, from_=round_.from_on, until=round_.until_on, kinds=kinds, as_of=as_of, watermark=watermark
    ).filter(unit_id__in=RoundUnit.objects.filter(round=round_).values("unit_id"))
    rows = found.order_by("pk").values_list("pk", "unit_id", "kind", "occurred_on", "quantity", "attributes")
    flat = ((*row[:5], *(_as_text(row[5].get(name)) for name in names)) for row in rows.iterator(BATCH))
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
