"""What the expressions of all types of rule share: who has facts for a rule, and the columns that a rule gives."""

import ibis
from ibis import Table
from ibis.expr.types import IntegerValue

from plumbline.assessment.rules.scoring.arithmetic import greatest, least
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.rule_rows import MEASURES

KEYS = ("unit_id", "rule", "node", "cap", "base0", "told0")


def with_measures(rules: Table, measures: Table) -> Table:
    """Return each unit that has facts with each rule that looks at them, and the measured ``value``."""
    joined = measures.join(rules, measures.selector == rules.selector, rname="r_{name}")
    return joined.mutate(value=by_measure(joined.measure, joined))


def with_choices(rules: Table, choices: Table) -> Table:
    """Return each choice that facts carry with each rule that looks at them."""
    return choices.join(rules, choices.selector == rules.selector, rname="r_{name}")


def by_measure(measure: IntegerValue, row: Table) -> IntegerValue:
    """Return facts, quantity or periods."""
    counted = (measure == MEASURES["periods"]).ifelse(row.periods, row.facts)
    return (measure == MEASURES["quantity"]).ifelse(row.total, counted)


def rows_of(table: Table, **columns: IntegerValue | int) -> Table:
    """Select the keys and the named columns, all as int64; a cap of its own is applied to the raw points.

    Columns: hits, quantity, raw, reported, and ``part`` where the rule has a third number to tell (NULL otherwise).
    """
    raw = columns.pop("raw")
    part = columns.pop("part", ibis.null("int64"))
    named = table.select(
        *KEYS, raw=int64(raw), part=int64(part), **{name: int64(value) for name, value in columns.items()}
    )
    return named.mutate(applied=least(greatest(named.raw, -named.cap), named.cap).cast("int64")).drop("cap")


def int64(value: IntegerValue | int) -> IntegerValue:
    """Return a value as int64."""
    return ibis.literal(value, "int64") if isinstance(value, int) else value.cast("int64")


def mean_half_up(engine: Engine, total: IntegerValue, count: IntegerValue) -> IntegerValue:
    """Return ``total / count`` rounded half away from zero; ``count`` is positive, and ``2 x count`` fits int64."""
    size = total.abs()
    rounded = engine.div(size, count) + (2 * (size % count) >= count).ifelse(1, 0)
    return (total < 0).ifelse(-rounded, rounded).cast("int64")
