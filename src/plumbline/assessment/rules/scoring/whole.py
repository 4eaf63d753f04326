"""The first level as a whole: weights, points that are spread over what applies (R16), and the ceiling (R17).

base   = the sum of ``div_half_up(points x weight, 10,000)`` over the base parts
         x all weights / the weights of what applies, where the points of what does not apply are spread
score  = the lesser of (base + bonuses - deductions) and the ceiling, + the bonuses beyond the ceiling

Where classes have profiles of weights, every unit has the weights of its class. Where grades are given without the bonus,
there is a second sum beside the score: base - deductions, which no ceiling lies below.
"""

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
from plumbline.assessment.rules.scoring.parameters import OWN_WEIGHTS, Parameters
from plumbline.assessment.rules.scoring.rule_rows import Row
from plumbline.kernel.numbers import BASIS

BASE, BONUS = list(NodeKind).index(NodeKind.BASE), list(NodeKind).index(NodeKind.BONUS)
PARTS = ("base", "inner", "bonus", "beyond")
"""The parts of the whole: the base, deductions, bonuses under the ceiling, bonuses beyond it."""


@dataclass(frozen=True)
class Whole:
    """How the first level becomes the score: sums by part of the whole, and what they are where nothing was filed.

    ``profiles`` has a row for each set of weights: its number, the points of each part where nothing was filed, and the sum of
    its weights (``whole``); the first row is the scheme's own.
    """

    engine: Engine
    par: dict[str, Table]
    profiles: list[Row]
    scored0: int
    ceiling: int | None
    spread: bool
    without_bonus: bool

    @property
    def profiled(self) -> bool:
        """True where some class has weights of its own."""
        return len(self.profiles) > 1

    @property
    def apart(self) -> bool:
        """True where the parts of the whole must be summed apart."""
        return self.spread or self.ceiling is not None or self.without_bonus

    def placed(self, units: Table) -> Table:
        """Return the units, where classes have weights of their own with the row of ``profiles`` that is theirs."""
        if not self.profiled:
            return units
        classes, profiles = self.par["class_profiles"], self.par["profiles"]
        joined = units.left_join(classes, units.klass == classes.klass)
        named = joined.select(units, profile=classes.profile)
        named = named.mutate(number=named.profile.coalesce(OWN_WEIGHTS)).drop("profile")
        found = named.join(profiles, named.number == profiles.profile)
        return found.select(named, *(profiles[name] for name in (*(f"{part}0" for part in PARTS), "whole")))

    def sums(self, first: Table, placed: Table) -> Table:
        """Return what each unit's first level differs by from the default; one sum for each part that is kept apart."""
        rows = self._weighted(first, placed)
        rows = rows.mutate(
            more=div_half_up(self.engine, rows.applied * rows.weight, ibis.literal(BASIS, "int64")) - rows.contribution0
        )
        columns = {"inner": rows.more}
        if self.apart:
            columns = {name: where.ifelse(rows.more, 0) for name, where in self._kinds(rows).items()}
        if self.spread:
            columns["away"] = ((rows.kind == BASE) & (rows.gone > 0)).ifelse(rows.share, 0)
        scored = (rows.kind == BASE).ifelse(rows.scored, 0)
        rows = rows.select("unit_id", scored=scored, **columns)
        return rows.group_by("unit_id").agg(**{name: total(rows[name]) for name in ("scored", *columns)})

    def _weighted(self, first: Table, placed: Table) -> Table:
        """Return the rows of the first level with the weights that are theirs."""
        nodes = self.par["nodes"]
        gone = ["gone"] if self.spread else []
        joined = first.join(nodes, first.node == nodes.node)
        kept = [first[name] for name in ("unit_id", "applied", "scored", *gone)]
        if not self.profiled:
            own = [nodes[name] for name in ("kind", "beyond", "weight", "contribution0", "share")]
            return joined.select(*kept, *own)
        rows = joined.select(*kept, first.node, nodes.kind, nodes.beyond)
        rows = rows.join(placed, rows.unit_id == placed.unit_id).select(rows, placed.number)
        weights = self.par["profile_weights"]
        found = rows.join(weights, [rows.number == weights.profile, rows.node == weights.node])
        return found.select(rows, weights.weight, weights.contribution0, weights.share)

    def _kinds(self, rows: Table) -> dict[str, Any]:
        base, beyond = rows.kind == BASE, rows.beyond == 1
        kinds = {"base": base, "inner": ~base & ~beyond, "beyond": ~base & beyond}
        if self.without_bonus:
            bonus = rows.kind == BONUS
            kinds |= {"inner": ~base & ~bonus, "bonus": bonus & ~beyond}
        return kinds

    def _default(self, row: Table, name: str) -> Any:
        """Return what a part is where nothing was filed: a column where it differs by class."""
        return row[name] if self.profiled else ibis.literal(self.profiles[0][name], "int64")

    def score(self, sums: Table) -> IntegerValue:
        """Return the score of each row of ``sums`` (NULL columns where a unit has no row)."""
        if not self.apart:
            return sums.inner.coalesce(0) + sum(
                (self._default(sums, f"{part}0") for part in PARTS[1:]), self._default(sums, "base0")
            )
        inside = self._base(sums) + self._part(sums, "inner") + self._part(sums, "bonus")
        if self.ceiling is not None:
            inside = least(inside, ibis.literal(self.ceiling, "int64"))
        return inside + self._part(sums, "beyond")

    def graded(self, sums: Table) -> IntegerValue:
        """Return the points that the bands look at, of the same rows: the score, or what it is without any bonus."""
        return self._base(sums) + self._part(sums, "inner") if self.without_bonus else self.score(sums)

    def _part(self, sums: Table, part: str) -> IntegerValue:
        found: IntegerValue = self._default(sums, f"{part}0")
        return sums[part].coalesce(0) + found if part in sums.columns else found

    def _base(self, sums: Table) -> IntegerValue:
        """Return the base, its points spread over what applies."""
        base = self._part(sums, "base")
        if not self.spread:
            return base
        away, all_ = sums.away.coalesce(0), self._default(sums, "whole")
        digits = digits_of(max(row["whole"] for row in self.profiles))
        wider = mul_div_half_up(self.engine, greatest(base, 0), all_, greatest(all_ - away, 1), digits=digits)
        return ((away > 0) & (away < all_)).ifelse(wider, base)


def whole_of(engine: Engine, scheme: Scheme, rows: Parameters, par: dict[str, Table], *, spread: bool) -> Whole:
    """Return the whole of a scheme; ``spread`` where some points may have to be spread."""
    top = [row for row in rows.listed("nodes") if row["parent"] < 0]
    return Whole(
        engine=engine,
        par=par,
        profiles=rows.listed("profiles"),
        scored0=sum(1 for row in top if row["kind"] == BASE and row["status0"] == SCORED),
        ceiling=None if scheme.ceiling is None else micro(scheme.ceiling),
        spread=spread,
        without_bonus=scheme.graded_by == "without_bonus",
    )
