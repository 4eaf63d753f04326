"""From rules to the composite: leaves, then every level above, floors and caps at each node.

Rows stand only for units that differ from "nothing filed"; a parent adds the differences of its parts to its own default.
"""

import ibis
from ibis import Table
from ibis.expr.types import IntegerValue, Value

from plumbline.assessment.rules.scoring.arithmetic import greatest, least, mul_div_half_up, total
from plumbline.assessment.rules.scoring.defaults import NOT_APPLICABLE, NOT_REPORTED, SCORED, UNCAPPED
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.parameters import CLASS_AVERAGE, REWEIGHT
from plumbline.assessment.rules.scoring.rows import mean_half_up
from plumbline.assessment.rules.scoring.whole import Whole

STATUS = ("scored", "not_reported", "not_applicable")
_KEPT = ("unit_id", "node", "raw", "applied", "status", "parent")


def _within(raw: IntegerValue, row: Table) -> Value:
    """Return ``raw`` within the node's bounds."""
    return least(greatest(raw, row.low), row.high).cast("int64")


def leaves(rules: Table, nodes: Table, *, summed: bool, partial: bool) -> Table:
    """Return the leaves of the units that have facts for them: what the rules give, from the start, within the bounds.

    Rules without facts keep their defaults: the leaf's default sum, less the defaults of the rules that have facts. A leaf
    with one rule needs no sum: ``summed`` False says that all are so, and spares the grouping. One rule that is not reported
    makes the leaf so. ``partial``: something does not apply to some unit.
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
        ),
        partial=partial,
    )  # fmt: skip


def _finished(rows: Table, *, partial: bool) -> Table:
    """Return (unit_id, node, raw, applied, status, parent) and what the parent adds: (more, scored, missing).

    The last three are by how much the row differs from its default: in points, and in being scored or not reported. Where
    everything applies to everybody, what is not scored is not reported, so ``missing`` is left out. Where points are spread
    (R16), ``gone`` goes up as well: the points of what does not apply.
    """
    rows = rows.mutate(applied=_within(rows.raw, rows))
    missing = {"missing": _differs(rows, NOT_REPORTED)} if partial else {}
    return rows.select(
        *_KEPT, *(["gone"] if "gone" in rows.columns else []), more=rows.applied - rows.applied0,
        scored=_differs(rows, SCORED), **missing,
    )  # fmt: skip


def exempted(leaf: Table, out: Table, nodes: Table, means: Table | None, *, spread: bool) -> Table:
    """Replace the leaves that do not apply: ``out`` has (unit_id, node); they have what the scheme declares.

    ``means`` (None where no leaf needs it) has (unit_id, node, mean): the class average instead of full points.
    """
    kept = leaf.anti_join(out, ["unit_id", "node"])
    joined = out.join(nodes, out.node == nodes.node)
    gone = joined.select(
        unit_id=out.unit_id, node=out.node, low=nodes.low, high=nodes.high, parent=nodes.parent,
        applied0=nodes.applied0, status0=nodes.status0, raw=nodes.full, status=ibis.literal(NOT_APPLICABLE, "int64"),
        gone=(nodes.gone_as == REWEIGHT).ifelse(nodes.high, 0).cast("int64"),
    )  # fmt: skip
    if means is not None:
        joined = gone.left_join(means, [gone.unit_id == means.unit_id, gone.node == means.node])
        found = joined.select(gone, mean=means.mean)
        gone = found.mutate(raw=found.mean.coalesce(found.raw)).drop("mean")
    if not spread:
        gone = gone.drop("gone")
    finished = _finished(gone, partial=True)
    if spread:
        kept = kept.mutate(gone=ibis.literal(0, "int64"))
    return ibis.union(kept.select(*finished.columns), finished)


def class_averages(engine: Engine, leaf: Table, out: Table, nodes: Table, units: Table) -> Table:
    """Return (unit_id, node, mean) for the leaves in ``out`` that take the mean of the scored units of the class (R16).

    The mean is over the units to which the leaf applies and for which it is scored, those without facts with their default.
    """
    wanted = nodes.filter(nodes.gone_as == CLASS_AVERAGE)
    mine = out.join(wanted, out.node == wanted.node).select(out.unit_id, out.node)
    mine = mine.join(units, mine.unit_id == units.unit_id).select(mine.unit_id, mine.node, units.klass)
    gone = mine.group_by("node", "klass").agg(away=mine.count())
    sizes = units.group_by("klass").agg(size=units.count())
    rest = leaf.anti_join(out, ["unit_id", "node"])
    placed = rest.join(units, rest.unit_id == units.unit_id).select(rest, klass=units.klass)
    sums = placed.group_by("node", "klass").agg(more=total(placed.more), scored=total(placed.scored))
    rows = gone.join(sizes, gone.klass == sizes.klass).select(gone, left=sizes.size - gone.away)
    joined = rows.left_join(sums, [rows.node == sums.node, rows.klass == sums.klass])
    rows = joined.select(rows, more=sums.more.coalesce(0), scored=sums.scored.coalesce(0))
    joined = rows.join(wanted, rows.node == wanted.node)
    rows = joined.select(
        rows, whole=rows.left * wanted.applied0 + rows.more,
        count=rows.left * (wanted.status0 == SCORED).ifelse(1, 0) + rows.scored,
    )  # fmt: skip
    rows = rows.filter(rows["count"] > 0)
    means = rows.select("node", "klass", mean=mean_half_up(engine, rows.whole, rows["count"]))
    return mine.join(means, [mine.node == means.node, mine.klass == means.klass]).select(
        mine.unit_id, mine.node, means.mean
    )


def above(engine: Engine, parts: Table, nodes: Table) -> Table:
    """Return the same columns for the nodes one level up: their own default, and what their parts differ by.

    Where points are spread, a group whose parts do not all apply counts what applies as its whole (R16).
    """
    spread, partial = "gone" in parts.columns, "missing" in parts.columns
    extra = {name: total(parts[name]) for name in ("missing", "gone") if name in parts.columns}
    sums = parts.group_by("unit_id", "parent").agg(more=total(parts.more), scored=total(parts.scored), **extra)
    joined = sums.join(nodes, sums.parent == nodes.node)
    unscored = (nodes.missing0 + sums.missing > 0).ifelse(NOT_REPORTED, NOT_APPLICABLE) if partial else NOT_REPORTED
    raw = nodes.raw0 + sums.more
    columns = {"raw": raw}
    if spread:
        whole = (sums.gone > 0) & (sums.gone >= nodes.high)
        left = greatest(nodes.high - sums.gone, 1)
        wider = mul_div_half_up(engine, greatest(raw, 0), nodes.high, left)
        columns["raw"] = ((sums.gone > 0) & (sums.gone < nodes.high)).ifelse(wider, raw).cast("int64")
        columns["gone"] = whole.ifelse(nodes.high, 0).cast("int64")
    return _finished(
        joined.select(
            unit_id=sums.unit_id, node=sums.parent, low=nodes.low, high=nodes.high,
            parent=nodes.parent, applied0=nodes.applied0, status0=nodes.status0,
            status=(nodes.scored0 + sums.scored > 0).ifelse(SCORED, unscored).cast("int64"), **columns,
        ),
        partial=partial,
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


def composite(first: Table, units: Table, whole: Whole) -> Table:
    """Return (unit_id, klass, score, rank): the weighted sum of the first level, exact; NULL where no base part was scored.

    ``graded``, the points that the bands look at, stands beside the score where it is another number.
    """
    placed = whole.placed(units)
    sums = whole.sums(first, placed)
    known = placed.left_join(sums, placed.unit_id == sums.unit_id)
    there = known.scored.coalesce(0) + whole.scored0 > 0
    columns = {"score": whole.score(known)} | ({"graded": whole.graded(known)} if whole.without_bonus else {})
    told = {
        name: ibis.cases((there, points), else_=ibis.null("int64")).cast("int64") for name, points in columns.items()
    }
    table = known.select("unit_id", "klass", **told)
    table = table.mutate(there=table.score.notnull().ifelse(1, 0))
    window = ibis.window(group_by=[table.klass, table.there], order_by=table.score.desc())
    place = ibis.rank().over(window).cast("int64") + 1
    return table.mutate(rank=ibis.cases((table.there == 1, place), else_=ibis.null("int64"))).drop("there")
