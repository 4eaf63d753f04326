"""The first level as a whole: weights, points that are spread over what applies (R16), and the ceiling (R17).

base   = the sum of ``div_half_up(points x weight, 10,000)`` over the base parts
         x all weights / the weights of what applies, where the points of what does not apply are spread
score  = the lesser of (base + bonuses - deductions) and the ceiling, + the bonuses beyond the ceiling
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
from ibis import Table
from ibis.expr.types import IntegerValue

from plumbline.assessment.rules.scheme import NodeKind, Scheme, micro
from plumbline.assessment.rules.scoring.arithmetic import (
    digits_of,
    div_half_up,
    greatest,
    least,
    mul_div_half_up,
    total,
)
from plumbline.assessment.rules.scoring.defaults import SCORED
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.parameters import Parameters
from plumbline.kernel.numbers import BASIS

BASE = list(NodeKind).index(NodeKind.BASE)


@dataclass(frozen=True)
class Whole:
    """How the first level becomes the score: sums by part of the whole, and what they are where nothing was filed."""

    engine: Engine
    nodes: Table
    parts0: Mapping[str, int]
    """Points where nothing was filed: of the ``base``, of bonuses and deductions (``inner``), of what is beyond the ceiling."""
    scored0: int
    weights: int
    ceiling: int | None
    spread: bool

    def sums(self, first: Table) -> Table:
        """Return what each unit's first level differs by from the default; one sum for each part that is kept apart."""
        nodes = self.nodes
        joined = first.join(nodes, first.node == nodes.node, rname="n_{name}")
        weighted = div_half_up(self.engine, first.applied * nodes.weight, ibis.literal(BASIS, "int64"))
        more = weighted - nodes.contribution0
        columns = (
            {name: where.ifelse(more, 0) for name, where in self._kinds(nodes).items()}
            if self.apart
            else {"inner": more}
        )
        if self.spread:
            columns["away"] = ((nodes.kind == BASE) & (first.gone > 0)).ifelse(nodes.share, 0)
        scored = (nodes.kind == BASE).ifelse(first.scored, 0)
        rows = joined.select(unit_id=first.unit_id, scored=scored, **columns)
        return rows.group_by("unit_id").agg(**{name: total(rows[name]) for name in ("scored", *columns)})

    @property
    def apart(self) -> bool:
        """True where the parts of the whole must be summed apart."""
        return self.spread or self.ceiling is not None

    def _kinds(self, nodes: Table) -> dict[str, Any]:
        base, beyond = nodes.kind == BASE, nodes.beyond == 1
        return {"base": base, "inner": ~base & ~beyond, "beyond": ~base & beyond}

    def score(self, sums: Table) -> IntegerValue:
        """Return the score of each row of ``sums`` (NULL columns where a unit has no row)."""
        if not self.apart:
            return sums.inner.coalesce(0) + sum(self.parts0.values())
        base = sums.base.coalesce(0) + self.parts0["base"]
        if self.spread:
            away, all_ = sums.away.coalesce(0), ibis.literal(self.weights, "int64")
            left = greatest(all_ - away, 1)
            wider = mul_div_half_up(self.engine, greatest(base, 0), all_, left, digits=digits_of(self.weights))
            base = ((away > 0) & (away < self.weights)).ifelse(wider, base)
        inside = base + sums.inner.coalesce(0) + self.parts0["inner"]
        if self.ceiling is not None:
            inside = least(inside, ibis.literal(self.ceiling, "int64"))
        return inside + sums.beyond.coalesce(0) + self.parts0["beyond"]


def whole_of(engine: Engine, scheme: Scheme, rows: Parameters, nodes: Table, *, spread: bool) -> Whole:
    """Return the whole of a scheme; ``spread`` where some points may have to be spread."""
    top = [row for row in rows.listed("nodes") if row["parent"] < 0]
    parts0 = {"base": 0, "inner": 0, "beyond": 0}
    for row in top:
        part = "base" if row["kind"] == BASE else "beyond" if row["beyond"] else "inner"
        parts0[part] += row["contribution0"]
    return Whole(
        engine=engine,
        nodes=nodes,
        parts0=parts0,
        scored0=sum(1 for row in top if row["kind"] == BASE and row["status0"] == SCORED),
        weights=sum(row["share"] for row in top),
        ceiling=None if scheme.ceiling is None else micro(scheme.ceiling),
        spread=spread,
    )
