"""From rules to the composite: leaves, then every level above, floors and caps at each node."""

import ibis
from ibis import Table

from plumbline.assessment.rules.scoring.arithmetic import div_half_up, greatest, least, total
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.parameters import UNCAPPED
from plumbline.kernel.numbers import BASIS

SCORED, NOT_REPORTED, NOT_APPLICABLE = 0, 1, 2
"""Codes of the status while scoring, ordered so that the least among the parts is the whole's."""

STATUS = ("scored", "not_reported", "not_applicable")


def leaves(hits: Table, nodes: Table, ancestors: Table, applicability: Table) -> Table:
    """Return (unit_id, node, raw, applied, status) of every leaf: what its rules give, from its start, within its bounds."""
    sums = hits.group_by("unit_id", "node").agg(points=total(hits.applied), reported=hits.reported.min())
    joined = sums.join(nodes, sums.node == nodes.node)
    rows = joined.select(sums, start=nodes.start, low=nodes.low, high=nodes.high, full=nodes.full)
    out = ancestors.join(applicability, ancestors.ancestor == applicability.node)
    out = out.select(node=ancestors.node, unit_id=applicability.unit_id).distinct()
    marked = rows.left_join(out, [rows.unit_id == out.unit_id, rows.node == out.node])
    rows = marked.select(rows, gone=out.unit_id.notnull())
    reported = (rows.reported == 1).ifelse(rows.start + rows.points, 0)
    raw = rows.gone.ifelse(rows.full, reported)
    status = rows.gone.ifelse(NOT_APPLICABLE, (rows.reported == 1).ifelse(SCORED, NOT_REPORTED))
    rows = rows.mutate(raw=raw.cast("int64"), status=status.cast("int64"))
    return rows.mutate(applied=_within(rows)).select("unit_id", "node", "raw", "applied", "status")


def _within(rows: Table) -> ibis.expr.types.Value:
    """Return ``raw`` within the node's bounds."""
    return least(greatest(rows.raw, rows.low), rows.high).cast("int64")


def above(level: Table, nodes: Table) -> Table:
    """Return the same columns for the nodes one level up: the sum of their parts, within their own bounds."""
    joined = level.join(nodes, level.node == nodes.node).select(level, parent=nodes.parent)
    sums = joined.group_by("unit_id", "parent").agg(raw=total(joined.applied), status=joined.status.min())
    owners = nodes.view()
    rows = sums.join(owners, sums.parent == owners.node)
    rows = rows.select(
        unit_id=sums.unit_id, node=sums.parent, raw=sums.raw, status=sums.status, low=owners.low, high=owners.high
    )
    return rows.mutate(applied=_within(rows)).select("unit_id", "node", "raw", "applied", "status")


def levels(engine: Engine, leaf: Table, nodes: Table, depth: int) -> list[Table]:
    """Return the tables of every depth, the first level first; each is kept, since the next stands on it."""
    depths = nodes.filter(nodes.leaf == 1)
    placed = leaf.join(depths, leaf.node == depths.node).select(leaf, depth=depths.depth)
    found: list[Table] = []
    for level in range(depth, -1, -1):
        here = placed.filter(placed.depth == level).drop("depth")
        if found:
            here = ibis.union(here, above(found[-1], nodes))
        found.append(engine.keep(f"pl_level_{level}", here))
    return found[::-1]


def scores(found: list[Table], nodes: Table) -> Table:
    """Return the SCORES table of all levels."""
    rows = ibis.union(*found) if len(found) > 1 else found[0]
    joined = rows.join(nodes, rows.node == nodes.node)
    most = ibis.cases((nodes.high == UNCAPPED, ibis.null("int64")), else_=nodes.high)
    status = ibis.cases((rows.status == SCORED, STATUS[0]), (rows.status == NOT_REPORTED, STATUS[1]), else_=STATUS[2])
    return joined.select(
        unit_id=rows.unit_id, node=rows.node, raw=rows.raw, applied=rows.applied, maximum=most, status=status
    )


def composite(engine: Engine, first: Table, nodes: Table, units: Table) -> Table:
    """Return (unit_id, klass, score, rank): the weighted sum of the first level, exact; NULL where no base part was scored."""
    joined = first.join(nodes, first.node == nodes.node)
    weight = ibis.literal(BASIS, "int64")
    rows = joined.select(
        unit_id=first.unit_id, points=div_half_up(engine, first.applied * nodes.weight, weight),
        base=((nodes.kind == 0) & (first.status == SCORED)).ifelse(1, 0),
    )  # fmt: skip
    sums = rows.group_by("unit_id").agg(points=total(rows.points), base=rows.base.max())
    known = units.join(sums, units.unit_id == sums.unit_id)
    score = ibis.cases((sums.base == 1, sums.points), else_=ibis.null("int64"))
    table = known.select(unit_id=units.unit_id, klass=units.klass, score=score)
    table = table.mutate(there=table.score.notnull().ifelse(1, 0))
    window = ibis.window(group_by=[table.klass, table.there], order_by=table.score.desc())
    place = ibis.rank().over(window).cast("int64") + 1
    ranked = table.mutate(rank=ibis.cases((table.there == 1, place), else_=ibis.null("int64")))
    return ranked.drop("there")
