"""The whole calculation: inputs to the five result tables, on any engine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import ibis
import pyarrow as pa
from ibis import Table

from plumbline.assessment.rules import tables as shapes
from plumbline.assessment.rules.scheme import Scheme
from plumbline.assessment.rules.scoring import tree
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.grading import graded
from plumbline.assessment.rules.scoring.measured import Measured
from plumbline.assessment.rules.scoring.parameters import CLASS_AVERAGE, REWEIGHT, Parameters, parameters
from plumbline.assessment.rules.scoring.whole import whole_of


@dataclass(frozen=True)
class Inputs:
    """What is scored, as the engine's tables: see ``rules.tables``.

    ``decimals`` says of kinds of fact how many decimal places their quantities are kept with (``parameters``).
    """

    facts: Table
    units: Table
    applicability: Table
    decimals: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def from_arrow(
        cls,
        engine: Engine,
        facts: pa.Table,
        units: pa.Table,
        applicability: pa.Table,
        *,
        decimals: Mapping[str, int] | None = None,
    ) -> "Inputs":
        """Bring Arrow tables to the engine."""
        return cls(
            engine.take("pl_facts", facts),
            engine.take("pl_units", units),
            engine.take("pl_applicability", applicability),
            decimals or {},
        )


@dataclass(frozen=True)
class Results:
    """The result tables, each made when it is asked for; ``arrow`` brings one home, sorted and typed."""

    engine: Engine
    tables: dict[str, Callable[[], Table | None]]

    def arrow(self, name: str) -> pa.Table:
        """Return one result table, sorted by its key, with exactly the columns and types of ``rules.tables``."""
        schema = shapes.RESULTS[name]
        table = self.tables[name]()
        if table is None:
            return schema.empty_table()
        found = self.engine.fetch(table.select(*schema.names))
        columns = [found.column(field.name).cast(field.type) for field in schema]
        whole = pa.Table.from_arrays([column.combine_chunks() for column in columns], schema=schema)
        return whole.sort_by([(name, "ascending") for name in shapes.SORTED_BY[name]])

    def all(self) -> dict[str, pa.Table]:
        """Return every result table."""
        return {name: self.arrow(name) for name in shapes.RESULTS}


@dataclass
class _Run:
    """One calculation under way."""

    engine: Engine
    scheme: Scheme
    inputs: Inputs
    rows: Parameters

    def __post_init__(self) -> None:
        self.par = {name: self.engine.take(f"pl_{name}", table) for name, table in self.rows.tables.items()}
        inputs = self.inputs
        self.measured = Measured(self.engine, inputs.facts, inputs.units, self.rows, self.par)
        self.kept: dict[int, list[Table]] = {depth: [] for depth in range(self.rows.depth + 1)}
        self.out = self._out()

    @property
    def measures(self) -> Table:
        """What each source measured."""
        return self.measured.measures

    @property
    def choices(self) -> Table | None:
        """The choices that facts carry."""
        return self.measured.choices

    def _looked_at(self) -> Table:
        """Return (unit_id, node, applied, status) of the nodes that sub-scores look at, for the units that have facts."""
        wanted = sorted({row["of"] for row in self.rows.listed("sub_scores")})
        depths = {row["depth"] for row in self.rows.listed("nodes") if row["node"] in wanted}
        tables = [table for depth in sorted(depths) for table in self.kept[depth]]
        rows = _together([table.select("unit_id", "node", "applied", "status") for table in tables])
        return rows.filter(rows.node.isin(wanted))

    def levels(self) -> list[Table]:
        """Return the tables of every depth, the first level first; sub-scores take a round of their own after what they read."""
        for stratum in range(self.rows.strata):
            for depth in range(self.rows.depth, -1, -1):
                self._level(depth, stratum)
        return [_together(self.kept[depth]) for depth in range(self.rows.depth + 1)]

    def _level(self, depth: int, stratum: int) -> None:
        """Score the nodes of one place.

        The deepest level is read once on the way up: to write it down would cost more than to make it again for an
        explanation. The levels above are small and stand on it. Sub-scores read levels again.
        """
        parts = []
        if (depth, stratum) in self.rows.leaf_places:
            parts.append(self._leaves(depth, stratum))
        if (depth, stratum) in self.rows.group_places:
            parts.append(self._groups(depth, stratum))
        if parts:
            level, once = _together(parts), depth == self.rows.depth and self.rows.strata == 1
            self.kept[depth].append(level if once else self.engine.keep(f"pl_level_{depth}_{stratum}", level))

    def _here(self, depth: int, stratum: int) -> Table:
        nodes = self.par["nodes"]
        here = nodes.filter(nodes.depth == depth)
        return here.filter(here.stratum == stratum) if self.rows.strata > 1 else here

    def _leaves(self, depth: int, stratum: int) -> Table:
        """Return the leaves at a place, with those that do not apply."""
        nodes = self.par["nodes"]
        rules = self.measured.rule_rows((depth, stratum), self._looked_at)
        partial = self.out is not None
        leaf = tree.leaves(rules, nodes, summed=depth in self.rows.summed_depths, partial=partial)
        if self.out is None:
            return leaf
        here = self._here(depth, stratum)
        out = self.out.semi_join(here.filter(here.leaf == 1), "node")
        means = None
        if self._gone_as(CLASS_AVERAGE):
            leaf = self.engine.keep(f"pl_leaves_{depth}_{stratum}", leaf)
            means = tree.class_averages(self.engine, leaf, out, nodes, self.inputs.units)
        return tree.exempted(leaf, out, nodes, means, spread=self._gone_as(REWEIGHT))

    def _groups(self, depth: int, stratum: int) -> Table:
        """Return the groups at a place, from all their parts."""
        parts, nodes = _together(self.kept[depth + 1]), self.par["nodes"]
        if self.rows.strata > 1:
            nodes = self._here(depth, stratum)
        return tree.above(self.engine, parts, nodes)

    def _gone_as(self, mode: int) -> bool:
        """True where some leaf that does not apply is treated in this way."""
        return any(row["leaf"] and row["gone_as"] == mode for row in self.rows.listed("nodes"))

    def _out(self) -> Table | None:
        """Return (unit_id, node) of every leaf that does not apply, or None where everything applies to everybody."""
        rows, ancestors = self.inputs.applicability, self.par["ancestors"]
        if not self.engine.fetch(rows.limit(1)).num_rows:
            return None
        joined = ancestors.join(rows, ancestors.ancestor == rows.node)
        named = joined.select(node=ancestors.node, unit_id=rows.unit_id).distinct()
        return self.engine.keep("pl_out", named.semi_join(self.inputs.units, "unit_id"))

    def hits(self) -> Table:
        """Return the HITS table: every unit with every rule, with the defaults of those for whom nothing was filed."""
        rows, rules = self.measured.rule_rows(None, self._looked_at), self.par["rules"]
        every = self.inputs.units.select("unit_id").cross_join(rules)
        nodes = self.par["nodes"]
        every = every.join(nodes, every.node == nodes.node).select(every, node_code=nodes.node_code)
        joined = every.left_join(rows, [every.unit_id == rows.unit_id, every.rule == rows.rule])
        there = rows.rule.notnull()
        return joined.select(
            unit_id=every.unit_id, node=every.node_code, rule=every.rule_id,
            hits=rows.hits.coalesce(every.hits0), quantity=there.ifelse(rows.quantity, every.quantity0),
            part=there.ifelse(rows.part, every.part0),
            raw=rows.raw.coalesce(every.raw0), applied=rows.applied.coalesce(every.applied0),
        )  # fmt: skip

    def counted(self) -> Table:
        """Return the COUNTED table: which facts each rule looked at."""
        links, rules, nodes = self.par["rule_selectors"], self.par["rules"], self.par["nodes"]
        named = links.join(rules, links.rule == rules.rule).select(links.selector, rules.rule_id, rules.node)
        named = named.join(nodes, named.node == nodes.node).select(named.selector, named.rule_id, nodes.node_code)
        found = self.measured.found
        joined = found.join(named, found.selector == named.selector)
        rows = joined.select(unit_id=found.unit_id, node=named.node_code, rule=named.rule_id, fact_id=found.fact_id)
        return rows.semi_join(self.inputs.units, "unit_id").distinct()

    def composite(self, first: Table) -> Table:
        """Return the composite of every unit, before grades."""
        spread = self.out is not None and self._gone_as(REWEIGHT)
        whole = whole_of(self.engine, self.scheme, self.rows, self.par, spread=spread)
        return self.engine.keep("pl_composite", tree.composite(first, self.inputs.units, whole))

    def node_points(self, code: str) -> Table:
        """Return (unit_id, points, status) of every unit on one node, in micro-points."""
        row = next(one for one in self.rows.listed("nodes") if one["node_code"] == code)
        level = _together(self.kept[row["depth"]])
        mine = level.filter(level.node == row["node"])
        units = self.inputs.units
        joined = units.left_join(mine, units.unit_id == mine.unit_id)
        return joined.select(
            unit_id=units.unit_id, points=mine.applied.coalesce(row["applied0"]).cast("int64"),
            status=mine.status.coalesce(row["status0"]).cast("int64"),
        )  # fmt: skip


def _together(tables: list[Table]) -> Table:
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def score(engine: Engine, scheme: Scheme, inputs: Inputs) -> Results:
    """Score ``inputs`` by ``scheme`` on ``engine``; the same inputs give the same integers on every engine.

    Raises TooLarge, now or when a result is asked for, where a number on the way passes exact 64-bit arithmetic.
    """
    run = _Run(engine, scheme, inputs, parameters(scheme, inputs.decimals))
    levels = run.levels()
    final, steps = graded(run.composite(levels[0]), run)
    return Results(
        engine,
        {
            "scores": lambda: tree.scores(levels, run.par["nodes"], inputs.units),
            "hits": run.hits,
            "counted": run.counted,
            "composite": lambda: final,
            "grade_steps": lambda: steps,
        },
    )
