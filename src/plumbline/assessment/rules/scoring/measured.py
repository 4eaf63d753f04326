"""What the facts say for the sources of a scheme, and from it what the rules of each type give."""

from collections.abc import Callable
from typing import Any

import ibis
from ibis import Table

from plumbline.assessment.rules.scoring import deducting, matching, types, voting
from plumbline.assessment.rules.scoring.arithmetic import LARGEST
from plumbline.assessment.rules.scoring.engines import Engine, TooLarge
from plumbline.assessment.rules.scoring.parameters import Parameters

Place = tuple[int, int]
"""Depth and stratum."""


class Measured:
    """The facts of a round, measured once; ``rule_rows`` turns them into points."""

    def __init__(self, engine: Engine, facts: Table, units: Table, rows: Parameters, par: dict[str, Table]) -> None:
        self.engine, self.units, self.rows, self.par = engine, units, rows, par
        self.found = matching.matched(engine, facts, rows)
        self.measures = engine.keep("pl_measures", matching.measured(engine, self.found, timed=rows.timed))
        self.largest = _largest(engine, self.measures)
        self.choices = engine.keep("pl_choices", matching.chosen(self.found)) if rows.reads else None
        self.newest = engine.keep("pl_newest", self._latest("tiers")) if "tiers" in par else None
        self.judged = engine.keep("pl_judged", self._latest("assessed")) if "assessed" in par else None
        self.grave = engine.keep("pl_grave", self._graves(facts)) if "severities" in par else None

    def _latest(self, name: str) -> Table:
        """Return each unit's latest fact for the rules of one table."""
        told = self._found_by(name)
        return matching.latest(told.filter(told.choice.notnull()) if name == "tiers" else told)

    def _graves(self, facts: Table) -> Table:
        names = {row[column] for row in self.rows.listed("severities") for column in ("case", "department")}
        return deducting.graves(self._found_by("severities"), facts, names)

    def _found_by(self, name: str) -> Table:
        """Return the facts that the rules of one table look at."""
        wanted = sorted({row["selector"] for row in self.rows.listed(name)})
        return self.found.filter(self.found.selector.isin(wanted))

    def rule_rows(self, place: Place | None, scored: Callable[[], Table]) -> Table:
        """Return what the rules of the leaves at a place (None: of all) did for the units that have facts.

        ``scored`` gives (unit_id, node, applied, status) of the nodes that sub-scores look at.
        """
        depth, stratum = place or (None, None)
        parts = []
        for name, make in _MAKERS.items():
            if self.rows.uses(name, depth, stratum):
                parts.append(make(self, self._mine(name, place), scored))
        return ibis.union(*parts) if len(parts) > 1 else parts[0]

    def _mine(self, name: str, place: Place | None) -> Table:
        rules = self.par[name]
        if place is None:
            return rules
        here = rules.filter(rules.depth == place[0])
        return here.filter(here.stratum == place[1]) if self.rows.strata > 1 else here

    def most(self, name: str) -> int:
        """Return the most points that a rule of one table names, in micro-points: it says how long a division is."""
        return int(max(row["points"] for row in self.rows.listed(name)))

    def sized(self) -> bool:
        """Tell whether points are given for each of a quantity that is kept with decimal places."""
        return any(row["size"] != 1 for row in self.rows.listed("simple"))

    def averaged(self) -> Table | None:
        """Return the units where a target is the average of the class, None where no rule needs them."""
        return self.units if any(row["average"] for row in self.rows.listed("shortfalls")) else None


Scored = Callable[[], Table]
_MAKERS: dict[str, Callable[[Any, Table, Scored], Table]] = {
    "simple": lambda m, rules, _scored: types.simple(m.engine, rules, m.measures, sized=m.sized()),
    "shortfalls": lambda m, rules, _scored: types.shortfalls(
        m.engine, rules, m.measures, m.averaged(), most=m.most("shortfalls")
    ),
    "ranks": lambda m, rules, _scored: types.ranks(m.engine, m.units, rules, m.par["rank_points"], m.measures),
    "ratios": lambda m, rules, _scored: types.ratios(
        m.engine, m.units, rules, m.measures, most=m.most("ratios"), largest=m.largest
    ),
    "tiers": lambda m, rules, _scored: types.tiers(rules, m.par["tier_levels"], m.newest),
    "standards": lambda m, rules, _scored: types.standards(
        rules, m.par["standard_members"], m.par["standard_awards"], m.choices
    ),
    "votes": lambda m, rules, _scored: types.votes(rules, m.par["vote_options"], m.par["vote_bands"], m.choices),
    "assessed": lambda m, rules, _scored: voting.assessed(rules, m.judged),
    "rank_decrements": lambda m, rules, _scored: voting.rank_decrements(
        m.engine, rules, m.par["rank_shares"], m.choices, most=m.most("rank_decrements")
    ),
    "option_means": lambda m, rules, _scored: voting.option_means(
        m.engine, rules, m.par["option_values"], m.choices, most=m.most("option_means")
    ),
    "repeats": lambda m, rules, _scored: deducting.repeats(rules, m.par["repeat_costs"], m.measures),
    "multiplied": lambda m, rules, _scored: deducting.multiplied(m.engine, rules, m.measures),
    "severities": lambda m, rules, _scored: deducting.severities(rules, m.par["severity_costs"], m.grave),
    "sub_scores": lambda m, rules, scored: deducting.sub_scores(m.engine, rules, m.par["sub_score_bands"], scored()),
}


def _largest(engine: Engine, measures: Table) -> int:
    """Return the largest magnitude of a measure.

    Raises TooLarge for values beyond exact 64-bit arithmetic, before anything is scored with them.
    """
    found = engine.fetch(
        measures.agg(most=measures.total.max(), least=measures.total.min(), facts=measures.facts.max())
    ).to_pylist()[0]
    largest = max(found["most"] or 0, -(found["least"] or 0), found["facts"] or 0)
    if largest > LARGEST:
        raise TooLarge
    return largest
