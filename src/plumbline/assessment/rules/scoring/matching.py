"""Facts to measures: every source of the scheme is matched to the facts once, and measured for each unit."""

import ibis
from ibis import Table

from plumbline.assessment.rules.scoring.arithmetic import total
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.parameters import Parameters


def matched(engine: Engine, facts: Table, parameters: Parameters) -> Table:
    """Return each fact with each source that it belongs to: (selector, unit_id, fact_id, occurred_on, quantity, choice, months).

    One join for each shape of filter, not one for each rule.
    """
    parts = []
    for number, (shape, rows) in enumerate(parameters.selectors.items()):
        wanted = engine.take(f"pl_selectors_{number}", rows)
        on = [facts.kind == wanted.kind, *(facts[f"attr_{name}"] == wanted[f"attr_{name}"] for name in shape)]
        joined = facts.join(wanted, on, rname="w_{name}")
        choice = ibis.null("string")
        for name in parameters.reads:
            choice = (wanted.reads == name).ifelse(facts[f"attr_{name}"], choice)
        parts.append(
            joined.select(
                selector=wanted.selector, unit_id=facts.unit_id, fact_id=facts.fact_id, occurred_on=facts.occurred_on,
                quantity=facts.quantity, choice=choice, months=wanted.months,
            )
        )  # fmt: skip
    return ibis.union(*parts) if len(parts) > 1 else parts[0]


def measured(engine: Engine, found: Table) -> Table:
    """Return (selector, unit_id, facts, total, periods): NULL periods where the source does not count them."""
    sums = found.group_by("selector", "unit_id").agg(facts=found.count(), total=total(found.quantity))
    month = found.occurred_on.year().cast("int64") * 12 + found.occurred_on.month().cast("int64") - 1
    timed = found.filter(found.months > 0).mutate(bucket=engine.div(month, found.months))
    each = timed.select("selector", "unit_id", "bucket").distinct()
    periods = each.group_by("selector", "unit_id").agg(periods=each.count())
    joined = sums.left_join(periods, ["selector", "unit_id"])
    return joined.select(
        selector=sums.selector, unit_id=sums.unit_id, facts=sums.facts, total=sums.total, periods=periods.periods
    )


def chosen(found: Table) -> Table:
    """Return (selector, unit_id, choice, facts, total) for the sources whose facts carry a choice."""
    told = found.filter(found.choice.notnull())
    return told.group_by("selector", "unit_id", "choice").agg(facts=told.count(), total=total(told.quantity))


def latest(found: Table) -> Table:
    """Return (selector, unit_id, choice) of each unit's latest fact: the last day, then the last filed."""
    told = found.filter(found.choice.notnull())
    window = ibis.window(
        group_by=[told.selector, told.unit_id], order_by=[told.occurred_on.desc(), told.fact_id.desc()]
    )
    placed = told.mutate(place=ibis.row_number().over(window))
    return placed.filter(placed.place == 0).select("selector", "unit_id", "choice")
