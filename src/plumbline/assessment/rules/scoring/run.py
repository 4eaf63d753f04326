"""The whole calculation: inputs to the five result tables, on any engine."""

from dataclasses import dataclass
from typing import Any

import ibis
import pyarrow as pa
from ibis import Table

from plumbline.assessment.rules import tables as shapes
from plumbline.assessment.rules.scheme import Scheme
from plumbline.assessment.rules.scoring import matching, tree, types
from plumbline.assessment.rules.scoring.arithmetic import LARGEST
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.grading import graded
from plumbline.assessment.rules.scoring.parameters import Parameters, parameters


class TooLarge(ValueError):
    """A measured value is too large for exact arithmetic in 64 bits; nothing was scored."""


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
    """The result tables as expressions of the engine; ``arrow`` brings one home, sorted and typed."""

    engine: Engine
    tables: dict[str, Table | None]

    def arrow(self, name: str) -> pa.Table:
        """Return one result table, sorted by its key, with exactly the columns and types of ``rules.tables``."""
        schema = shapes.RESULTS[name]
        table = self.tables[name]
        if table is None:
            return schema.empty_table()
        found = table.select(*schema.names).to_pyarrow()
        columns = [found.column(field.name).cast(field.type) for field in schema]
        whole = pa.Table.from_arrays([column.combine_chunks() for column in columns], schema=schema)
        return whole.sort_by([(name, "ascending") for name in shapes.SORTED_BY[name]])

    def all(self) -> dict[str, pa.Table]:
        """Return every result table."""
        return {name: self.arrow(name) for name in shapes.RESULTS}


def _tables(engine: Engine, rows: Parameters) -> dict[str, Any]:
    """Bring every parameter table that the scheme needs to the engine."""
    names = (
        "nodes", "ancestors", "simple", "tiers", "tier_levels", "standards", "standard_awards", "standard_members", "ranks",
        "rank_points", "ratios", "votes", "vote_options", "vote_bands", "rule_selectors",
    )  # fmt: skip
    given = {name: getattr(rows, name) for name in names}
    return {name: engine.take(f"pl_{name}", table) for name, table in given.items() if table is not None}


def _hits(
    engine: Engine, units: Table, par: dict[str, Any], measures: Table, choices: Table | None, found: Table
) -> Table:
    """Return what every rule did for every unit."""
    parts = []
    if "simple" in par:
        parts.append(types.simple(engine, units, par["simple"], measures))
    if "ranks" in par:
        parts.append(types.ranks(units, par["ranks"], par["rank_points"], measures))
    if "ratios" in par:
        parts.append(types.ratios(engine, units, par["ratios"], measures))
    if choices is not None and "tiers" in par:
        newest = matching.latest(found)
        parts.append(types.tiers(units, par["tiers"], par["tier_levels"], newest, measures))
    if choices is not None and "standards" in par:
        members, awards = par["standard_members"], par["standard_awards"]
        parts.append(types.standards(units, par["standards"], members, awards, choices, measures))
    if choices is not None and "votes" in par:
        parts.append(types.votes(units, par["votes"], par["vote_options"], par["vote_bands"], choices, measures))
    rows = [types.capped(part) for part in parts]
    return ibis.union(*rows) if len(rows) > 1 else rows[0]


def _check_size(measures: Table) -> None:
    """Refuse values beyond exact 64-bit arithmetic before anything is scored with them."""
    largest = measures.agg(most=measures.total.max(), least=measures.total.min()).to_pyarrow().to_pylist()[0]
    if max(largest["most"] or 0, -(largest["least"] or 0)) > LARGEST:
        raise TooLarge(f"a sum of quantities passes {LARGEST}; check the facts for a wrong unit of measure")


def score(engine: Engine, scheme: Scheme, inputs: Inputs) -> Results:
    """Score ``inputs`` by ``scheme`` on ``engine``; the same inputs give the same integers on every engine.

    Raises TooLarge where a sum of quantities passes exact 64-bit arithmetic.
    """
    rows = parameters(scheme)
    par = _tables(engine, rows)
    found = matching.matched(engine, inputs.facts, rows)
    measures = engine.keep("pl_measures", matching.measured(engine, found))
    _check_size(measures)
    choices = engine.keep("pl_choices", matching.chosen(found)) if rows.reads else None
    hits = engine.keep("pl_hits", _hits(engine, inputs.units, par, measures, choices, found))
    leaf = engine.keep("pl_leaves", tree.leaves(hits, par["nodes"], par["ancestors"], inputs.applicability))
    levels = tree.levels(engine, leaf, par["nodes"], rows.depth)
    composite = engine.keep("pl_composite", tree.composite(engine, levels[0], par["nodes"], inputs.units))
    final, steps = graded(engine, scheme, rows, composite, choices, measures)
    counted = found.join(par["rule_selectors"], found.selector == par["rule_selectors"].selector)
    counted = counted.join(inputs.units, counted.unit_id == inputs.units.unit_id).select(
        counted.unit_id, counted.node, counted.rule, counted.fact_id
    )
    tables = {
        "scores": tree.scores(levels, par["nodes"]), "hits": hits, "counted": counted, "composite": final,
        "grade_steps": steps,
    }  # fmt: skip
    return Results(engine, tables)
