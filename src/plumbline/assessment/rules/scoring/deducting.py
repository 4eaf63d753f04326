"""The scoring primitives that take: repeats, deductions made elsewhere, severities, and what a sub-score costs."""

import ibis
from ibis import Table
from ibis.expr.types import StringValue

from plumbline.assessment.rules.scoring.arithmetic import digits_of, greatest, least, mul_div_half_up, total
from plumbline.assessment.rules.scoring.defaults import NOT_REPORTED, PERCENT, SCORED
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.rows import KEYS, rows_of, with_choices, with_measures
from plumbline.kernel.numbers import MICRO

FACTOR_DIGITS = 4
"""A factor of at most 1,000 in millionths has so many digits in radix 1000."""


def repeats(rules: Table, costs: Table, measures: Table) -> Table:
    """R7: found so many times, so many points; the last entry of the table holds for every further time."""
    rows = with_measures(rules, measures)
    rows = rows.mutate(times=least(rows.value, rows.last))
    priced = rows.left_join(costs, [rows.rule == costs.rule, rows.times == costs.times])
    rows = priced.select(rows, cost=costs.points.coalesce(0))
    return rows_of(rows, hits=greatest(rows.value, 0), quantity=rows.value, raw=-rows.cost, reported=1)


def multiplied(engine: Engine, rules: Table, measures: Table) -> Table:
    """R14: the points reported from elsewhere, times a factor."""
    rows = with_measures(rules, measures)
    exact = mul_div_half_up(
        engine, greatest(rows.value, 0), rows.points, ibis.literal(MICRO, "int64"), digits=FACTOR_DIGITS
    )
    return rows_of(rows, hits=rows.facts, quantity=rows.value, raw=rows.sign * exact, reported=1)


def graves(found: Table, facts: Table, names: set[str]) -> Table:
    """Return the facts that severities look at, with the attributes that name their case and department."""
    other = facts.view()
    # a fact of a unit may count for each of its leaders as well: its number alone does not name one row
    joined = found.join(other, [found.fact_id == other.fact_id, found.unit_id == other.unit_id])
    return joined.select(
        found.selector, found.unit_id, found.fact_id, found.quantity, found.choice,
        **{f"attr_{name}": other[f"attr_{name}"] for name in sorted(names)},
    )  # fmt: skip


def severities(rules: Table, costs: Table, grave: Table) -> Table:
    """R15: the heaviest severity of each case in each department, once; facts without a case as often as they say.

    ``hits`` are the cases counted, ``quantity`` the facts.
    """
    rows = with_choices(rules, grave)
    priced = rows.left_join(costs, [rows.rule == costs.rule, rows.choice == costs.choice])
    rows = priced.select(rows, cost=costs.points.coalesce(rows.otherwise))
    case, where = _named(rows, "case"), _named(rows, "department").coalesce("")
    rows = rows.mutate(alone=case.isnull().ifelse(rows.fact_id, 0), in_case=case.coalesce(""), where=where)
    rows = rows.mutate(times=(rows.alone > 0).ifelse(greatest(rows.quantity, 0), 1).cast("int64"))
    cases = rows.group_by(*KEYS, "in_case", "where", "alone").agg(
        cost=rows.cost.max(), times=rows.times.max(), facts=rows.count()
    )
    sums = cases.group_by(*KEYS).agg(
        cost=total(cases.cost * cases.times), cases=total(cases.times), facts=total(cases.facts)
    )
    return rows_of(sums, hits=sums.cases, quantity=sums.facts, raw=-sums.cost, reported=1)


def _named(rows: Table, column: str) -> StringValue:
    """Return the attribute of a fact that a rule calls its case or its department."""
    value = ibis.null("string")
    for name in rows.columns:
        if name.startswith("attr_"):
            value = (rows[column] == name.removeprefix("attr_")).ifelse(rows[name], value)
    return value


def sub_scores(engine: Engine, rules: Table, bands: Table, scored: Table) -> Table:
    """R13: another node's score falls into a band; ``scored`` has (unit_id, node, applied, status).

    ``hits`` is 1 where it is scored, ``quantity`` the score in per cent or points, ``part`` the score in points.
    """
    joined = scored.join(rules, scored.node == rules.of, rname="r_{name}")
    rows = joined.mutate(node=joined.r_node)
    reached = rows.join(bands, [rows.rule == bands.rule, rows.applied >= bands.least])
    places = reached.select(rows.rule, rows.unit_id, bands.place).group_by("rule", "unit_id").agg(
        place=lambda table: table.place.max()
    )  # fmt: skip
    rows = rows.left_join(places, [rows.rule == places.rule, rows.unit_id == places.unit_id]).select(
        rows, place=places.place
    )
    rows = rows.left_join(bands, [rows.rule == bands.rule, rows.place == bands.place]).select(rows, worth=bands.points)
    there = rows.status == SCORED
    whole = ibis.literal(PERCENT, "int64")
    share = mul_div_half_up(engine, rows.applied, whole, greatest(rows.most, 1), digits=digits_of(PERCENT))
    shown = (rows.percent == 1).ifelse(share, rows.applied)
    return rows_of(
        rows, hits=there.ifelse(1, 0), quantity=there.ifelse(shown, ibis.null("int64")), part=rows.applied,
        raw=there.ifelse(rows.worth.coalesce(0), 0), reported=(rows.status == NOT_REPORTED).ifelse(0, 1),
    )  # fmt: skip
