"""Facts to measures: every source of the scheme is matched to the facts once, and measured for each unit with facts."""

import ibis
from ibis import Table

from plumbline.assessment.rules.scoring.arithmetic import total
from plumbline.assessment.rules.scoring.engines import Engine, bit_or
from plumbline.assessment.rules.scoring.parameters import Parameters

MOST_PERIODS = 62
"""Periods are bits of one integer, so that counting them needs no second pass; 62 months are more than any round."""


def matched(engine: Engine, facts: Table, parameters: Parameters) -> Table:
    """Return each fact with each source that it belongs to: (selector, unit_id, fact_id, occurred_on, quantity, choice, months).

    One join for each shape of filter, not one for each rule.
    """
    parts = []
    for number, (shape, rows) in enumerate(parameters.selectors.items()):
        wanted = engine.take(f"pl_selectors_{number}", rows)
        on = [facts.kind == wanted.kind, *(facts[f"attr_{name}"] == wanted[f"attr_{name}"] for name in shape)]
        joined = facts.join(wanted, on, rname="w_{name}")
        quantity = facts.quantity * wanted.scale if parameters.scaled else facts.quantity
        choice = ibis.null("string")
        for name in parameters.reads:
            choice = (wanted.reads == name).ifelse(facts[f"attr_{name}"], choice)
        parts.append(
            joined.select(
                selector=wanted.selector, unit_id=facts.unit_id, fact_id=facts.fact_id, occurred_on=facts.occurred_on,
                quantity=quantity, choice=choice, months=wanted.months,
            )
        )  # fmt: skip
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def measured(engine: Engine, found: Table, *, timed: bool) -> Table:
    """Return (selector, unit_id, facts, total, periods): 0 periods where the source does not count them."""
    sums = {"facts": found.count(), "total": total(found.quantity)}
    if not timed:
        return found.group_by("selector", "unit_id").agg(**sums).mutate(periods=ibis.literal(0, "int64"))
    month = found.occurred_on.year().cast("int64") * 12 + found.occurred_on.month().cast("int64") - 1
    bucket = engine.div(month, ibis.cases((found.months > 0, found.months), else_=1)) % MOST_PERIODS
    bits = (found.months > 0).ifelse(engine.bit(bucket), 0)
    marked = found.mutate(bits=bits.cast("int64"))
    rows = marked.group_by("selector", "unit_id").agg(
        facts=marked.count(), total=total(marked.quantity), bits=bit_or(marked.bits)
    )
    return rows.mutate(periods=engine.bit_count(rows.bits).cast("int64")).drop("bits")


def chosen(found: Table) -> Table:
    """Return (selector, unit_id, choice, total) for the sources whose facts carry a choice."""
    told = found.filter(found.choice.notnull())
    return told.group_by("selector", "unit_id", "choice").agg(total=total(told.quantity))


def latest(told: Table) -> Table:
    """Return (selector, unit_id, choice, quantity) of each unit's latest fact: the last day, then the last filed."""
    window = ibis.window(
        group_by=[told.selector, told.unit_id], order_by=[told.occurred_on.desc(), told.fact_id.desc()]
    )
    placed = told.mutate(place=ibis.row_number().over(window))
    return placed.filter(placed.place == 0).select("selector", "unit_id", "choice", "quantity")
