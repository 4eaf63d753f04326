"""The whole calculation: inputs to the five result tables, on any engine."""

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import pyarrow as pa
from ibis import Table

from plumbline.assessment.rules import tables as shapes
from plumbline.assessment.rules.scheme import Scheme
from plumbline.assessment.rules.scoring import matching, tree, types
from plumbline.assessment.rules.scoring.arithmetic import LARGEST
from plumbline.assessment.rules.scoring.engines import Engine, TooLarge
from plumbline.assessment.rules.scoring.grading import graded
from plumbline.assessment.rules.scoring.parameters import SCORED, Parameters, parameters


@dataclass(frozen=True)
class Inputs:
    """What is scored, as the engine's tables: see ``rules.tables``."""

    facts: Table
    units: Table
    applicability: Table

    @classmethod
    def from_arrow(cls, engine: Engine, facts: pa.Table, units: pa.Table, applicability: pa.Table) -> "Inputs":
        """Bring Arrow tables to the engine."""
        return cls(
            engine.take("pl_facts", facts),
            engine.take("pl_units", units),
            engine.take("pl_applicability", applicability),
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
        self.found = matching.matched(self.engine, self.inputs.facts, self.rows)
        keep = self.engine.keep
        self.measures = keep("pl_measures", matching.measured(self.engine, self.found, timed=self.rows.timed))
        _check_size(self.engine, self.measures)
        self.choices = keep("pl_choices", matching.chosen(self.found)) if self.rows.reads else None
        self.newest = keep("pl_newest", matching.latest(self.found)) if "tiers" in self.par else None

    def rule_rows(self, depth: int | None) -> Table:
        """Return what the rules of the leaves at ``depth`` (None: of all) did for the units that have facts."""
        par, units, measures, choices = self.par, self.inputs.units, self.measures, self.choices

        def mine(name: str) -> Table:
            return par[name] if depth is None else par[name].filter(par[name].depth == depth)

        makers: dict[str, Callable[[], Table]] = {
            "simple": lambda: types.simple(mine("simple"), measures),
            "shortfalls": lambda: types.shortfalls(self.engine, mine("shortfalls"), measures),
            "ranks": lambda: types.ranks(self.engine, units, mine("ranks"), par["rank_points"], measures),
            "ratios": lambda: types.ratios(self.engine, units, mine("ratios"), measures, most=self.largest_base()),
            "tiers": lambda: types.tiers(mine("tiers"), par["tier_levels"], self.newest),
            "standards": lambda: types.standards(
                mine("standards"), par["standard_members"], par["standard_awards"], choices
            ),
            "votes": lambda: types.votes(mine("votes"), par["vote_options"], par["vote_bands"], choices),
        }
        parts = [make() for name, make in makers.items() if self.rows.uses(name, depth)]
        return ibis.union(*parts) if len(parts) > 1 else parts[0]

    def largest_base(self) -> int:
        """Return the largest base of a ratio, in micro-points."""
        return int(max(row["points"] for row in self.rows.tables["ratios"].to_pylist()))

    def levels(self) -> list[Table]:
        """Return the tables of every depth, the first level first."""
        nodes = self.par["nodes"]
        found: list[Table] = []
        out = self._out()
        for depth in range(self.rows.depth, -1, -1):
            parts = []
            if depth in self.rows.leaf_depths:
                parts.append(tree.leaves(self.rule_rows(depth), nodes, summed=depth in self.rows.summed_depths))
                if out is not None:
                    here = nodes.filter((nodes.depth == depth) & (nodes.leaf == 1))
                    parts[-1] = tree.exempted(parts[-1], out.semi_join(here, "node"), nodes)
            if found:
                parts.append(tree.above(found[-1], nodes))
            level = ibis.union(*parts) if len(parts) > 1 else parts[0]
            # The deepest level is read once on the way up: to write it down would cost more than to make it again for
            # an explanation. The levels above are small and stand on it.
            found.append(self.engine.keep(f"pl_level_{depth}", level) if found else level)
        return found[::-1]

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
        rows, rules = self.rule_rows(None), self.par["rules"]
        every = self.inputs.units.select("unit_id").cross_join(rules)
        nodes = self.par["nodes"]
        every = every.join(nodes, every.node == nodes.node).select(every, node_code=nodes.node_code)
        joined = every.left_join(rows, [every.unit_id == rows.unit_id, every.rule == rows.rule])
        there = rows.rule.notnull()
        return joined.select(
            unit_id=every.unit_id, node=every.node_code, rule=every.rule_id,
            hits=rows.hits.coalesce(every.hits0), quantity=there.ifelse(rows.quantity, every.quantity0),
            raw=rows.raw.coalesce(every.raw0), applied=rows.applied.coalesce(every.applied0),
        )  # fmt: skip

    def counted(self) -> Table:
        """Return the COUNTED table: which facts each rule looked at."""
        links, rules, nodes = self.par["rule_selectors"], self.par["rules"], self.par["nodes"]
        named = links.join(rules, links.rule == rules.rule).select(links.selector, rules.rule_id, rules.node)
        named = named.join(nodes, named.node == nodes.node).select(named.selector, named.rule_id, nodes.node_code)
        joined = self.found.join(named, self.found.selector == named.selector)
        rows = joined.select(
            unit_id=self.found.unit_id, node=named.node_code, rule=named.rule_id, fact_id=self.found.fact_id
        )
        return rows.semi_join(self.inputs.units, "unit_id").distinct()

    def composite(self, first: Table) -> Table:
        """Return the composite of every unit, before grades."""
        listed = self.rows.tables["nodes"].to_pylist()
        top = [row for row in listed if row["parent"] < 0]
        points0 = sum(row["contribution0"] for row in top)
        scored0 = len([row for row in top if row["kind"] == 0 and row["status0"] == SCORED])
        table = tree.composite(
            self.engine, first, self.par["nodes"], self.inputs.units, points0=points0, scored0=scored0
        )
        return self.engine.keep("pl_composite", table)


def _check_size(engine: Engine, measures: Table) -> None:
    """Refuse values beyond exact 64-bit arithmetic before anything is scored with them."""
    largest = engine.fetch(measures.agg(most=measures.total.max(), least=measures.total.min())).to_pylist()[0]
    if max(largest["most"] or 0, -(largest["least"] or 0)) > LARGEST:
        raise TooLarge


def score(engine: Engine, scheme: Scheme, inputs: Inputs) -> Results:
    """Score ``inputs`` by ``scheme`` on ``engine``; the same inputs give the same integers on every engine.

    Raises TooLarge, now or when a result is asked for, where a number on the way passes exact 64-bit arithmetic.
    """
    run = _Run(engine, scheme, inputs, parameters(scheme))
    levels = run.levels()
    final, steps = graded(engine, scheme, run.rows, run.composite(levels[0]), run.choices, run.measures)
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
