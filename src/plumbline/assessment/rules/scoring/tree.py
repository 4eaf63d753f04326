"""From rules to the composite: leaves, then every level above, floors and caps at each node.

Rows stand only for units that differ from "nothing filed"; a parent adds the differences of its parts to its own default.
"""

import ibis
from ibis import Table
from ibis.expr.types import IntegerValue, Value

from plumbline.assessment.rules.scoring.arithmetic import div_half_up, greatest, least, total
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.parameters import NOT_APPLICABLE, NOT_REPORTED, SCORED, UNCAPPED
from plumbline.kernel.numbers import BASIS

STATUS = ("scored", "not_reported", "not_applicable")
_KEPT = ("unit_id", "node", "raw", "applied", "status", "parent")


def _within(raw: IntegerValue, row: Table) -> Value:
    """Return ``raw`` within the node's bounds."""
    return least(greatest(raw, row.low), row.high).cast("int64")


def leaves(rules: Table, nodes: Table, *, summed: bool) -> Table:
    """Return the leaves of the units that have facts for them: what the rules give, from the start, within the bounds.

    Rules without facts keep their defaults: the leaf's default sum, less the defaults of the rules that have facts. A leaf
    with one rule needs no sum: ``summed`` False says that all are so, and spares the grouping. One rule that is not reported
    makes the leaf so.
    """
    rows = rules.select("unit_id", "node", points=rules.applied - rules.base0, told=rules.reported - rules.told0)
    if summed:
        rows = rows.group_by("unit_id", "node").agg(points=total(rows.points), told=total(rows.told))
    joined = rows.join(nodes, rows.node == nodes.node)
    whole = nodes.reported0 + rows.told == nodes.rules
    return _finished(
        joined.select(
            unit_id=rows.unit_id, node=rows.node, low=nodes.low, high=nodes.high, parent=nodes.parent,
            applied0=nodes.applied0, status0=nodes.status0,
            raw=whole.ifelse(nodes.start + nodes.points0 + rows.points, 0).cast("int64"),
            status=whole.ifelse(SCORED, NOT_REPORTED).cast("int64"),
        )
    )  # fmt: skip


def _finished(rows: Table) -> Table:
    """Return (unit_id, node, raw, applied, status, parent) and what the parent adds: (more, scored, missing).

    The last three are by how much the row differs from its default: in points, and in being scored or not reported.
    """
    rows = rows.mutate(applied=_within(rows.raw, rows))
    return rows.select(
        *_KEPT, more=rows.applied - rows.applied0, scored=_differs(rows, SCORED), missing=_differs(rows, NOT_REPORTED)
    )


def exempted(leaf: Table, out: Table, nodes: Table) -> Table:
    """Replace the leaves that do not apply: ``out`` has (unit_id, node); they have what the scheme declares."""
    kept = leaf.anti_join(out, ["unit_id", "node"])
    joined = out.join(nodes, out.node == nodes.node)
    gone = joined.select(
        unit_id=out.unit_id, node=out.node, low=nodes.low, high=nodes.high, parent=nodes.parent,
        applied0=nodes.applied0, status0=nodes.status0, raw=nodes.full, status=ibis.literal(NOT_APPLICABLE, "int64"),
    )  # fmt: skip
    return ibis.union(kept, _finished(gone))


def above(parts: Table, nodes: Table) -> Table:
    """Return the same columns for the nodes one level up: their own default, and what their parts differ by."""
    sums = parts.group_by("unit_id", "parent").agg(
        more=total(parts.more), scored=total(parts.scored), missing=total(parts.missing)
    )
    joined = sums.join(nodes, sums.parent == nodes.node)
    unscored = (nodes.missing0 + sums.missing > 0).ifelse(NOT_REPORTED, NOT_APPLICABLE)
    return _finished(
        joined.select(
            unit_id=sums.unit_id, node=sums.parent, raw=nodes.raw0 + sums.more, low=nodes.low, high=nodes.high,
            parent=nodes.parent, applied0=nodes.applied0, status0=nodes.status0,
            status=(nodes.scored0 + sums.scored > 0).ifelse(SCORED, unscored).cast("int64"),
        )
    )  # fmt: skip


def _differs(row: Table, status: int) -> IntegerValue:
    """Return by how much a row changes the count of its parent's parts in ``status``."""
    return ((row.status == status).ifelse(1, 0) - (row.status0 == status).ifelse(1, 0)).cast("int64")


def scores(found: list[Table], nodes: Table, units: Table) -> Table:
    """Return the SCORES table: every unit on every node, with the defaults of those for whom nothing was filed."""
    rows = ibis.union(*found) if len(found) > 1 else found[0]
    every = units.select("unit_id").cross_join(nodes)
    joined = every.left_join(rows, [every.unit_id == rows.unit_id, every.node == rows.node])
    status = rows.status.coalesce(every.status0)
    named = ibis.cases((status == SCORED, STATUS[0]), (status == NOT_REPORTED, STATUS[1]), else_=STATUS[2])
    return joined.select(
        unit_id=every.unit_id, node=every.node_code, raw=rows.raw.coalesce(every.raw0),
        applied=rows.applied.coalesce(every.applied0), status=named,
        maximum=ibis.cases((every.high == UNCAPPED, ibis.null("int64")), else_=every.high),
    )  # fmt: skip


def composite(engine: Engine, first: Table, nodes: Table, units: Table, *, points0: int, scored0: int) -> Table:
    """Return (unit_id, klass, score, rank): the weighted sum of the first level, exact; NULL where no base part was scored.

    ``points0`` and ``scored0`` are the sum, and how many base parts are scored, where nothing was filed.
    """
    joined = first.join(nodes, first.node == nodes.node, rname="n_{name}")
    weighted = div_half_up(engine, first.applied * nodes.weight, ibis.literal(BASIS, "int64"))
    rows = joined.select(
        unit_id=first.unit_id, more=weighted - nodes.contribution0,
        base=(nodes.kind == 0).ifelse(first.scored, 0),
    )  # fmt: skip
    sums = rows.group_by("unit_id").agg(more=total(rows.more), base=total(rows.base))
    known = units.left_join(sums, units.unit_id == sums.unit_id)
    there = sums.base.coalesce(0) + scored0 > 0
    score = ibis.cases((there, sums.more.coalesce(0) + points0), else_=ibis.null("int64"))
    table = known.select(unit_id=units.unit_id, klass=units.klass, score=score.cast("int64"))
    table = table.mutate(there=table.score.notnull().ifelse(1, 0))
    window = ibis.window(group_by=[table.klass, table.there], order_by=table.score.desc())
    place = ibis.rank().over(window).cast("int64") + 1
    return table.mutate(rank=ibis.cases((table.there == 1, place), else_=ibis.null("int64"))).drop("there")
