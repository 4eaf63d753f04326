"""The scoring primitives, one expression for each type of rule (DOMAIN 1.1; worked cases in docs/algorithms).

Each gives (unit_id, node, rule, hits, quantity, raw, cap, reported) for every unit and every rule of its type.
"""

import ibis
from ibis import Table
from ibis.expr.types import IntegerValue

from plumbline.assessment.rules.scoring import parameters as codes
from plumbline.assessment.rules.scoring.arithmetic import greatest, least, mul_div_half_up
from plumbline.assessment.rules.scoring.engines import Engine

ZERO = 0
PERCENT = 100_000_000
"""Micro-percent in a whole: the value of ``source / over`` is kept in millionths of a per cent."""

COLUMNS = ("unit_id", "node", "rule", "hits", "quantity", "raw", "cap", "reported")


def grid(units: Table, rules: Table, measures: Table) -> Table:
    """Return every unit with every rule, and what was measured: NULL ``facts`` where the unit has none."""
    every = units.select("unit_id", "klass").cross_join(rules)
    joined = every.left_join(measures, [every.selector == measures.selector, every.unit_id == measures.unit_id])
    value = _by_measure(every.measure, measures)
    return joined.select(every, facts=measures.facts, total=measures.total.coalesce(0), value=value)


def _by_measure(measure: IntegerValue, measures: Table) -> IntegerValue:
    """Return facts, quantity or periods, 0 where the unit has no facts."""
    periods = (measure == codes.MEASURES["periods"]).ifelse(measures.periods, measures.facts)
    return (measure == codes.MEASURES["quantity"]).ifelse(measures.total, periods).coalesce(0).cast("int64")


def simple(engine: Engine, units: Table, rules: Table, measures: Table) -> Table:
    """R1, R2, R6, R17 and results: everything that follows from one measured value."""
    rows = grid(units, rules, measures)
    other = measures.view()
    joined = rows.left_join(other, [rows.over == other.selector, rows.unit_id == other.unit_id])
    over = _by_measure(rows.over_measure, other)
    rows = joined.select(rows, base=over)
    rows = rows.mutate(short=_shortfall(engine, rows))
    hits = _simple_hits(engine, rows)
    rows = rows.mutate(hits=hits)
    proportional = rows.type == codes.SHORT_PROPORTIONAL
    raw = ibis.cases(
        (rows.type == codes.EACH, rows.value * rows.points),
        (rows.type == codes.RESULT, rows.value),
        (proportional, -mul_div_half_up(engine, rows.short, rows.points, rows.step)),
        else_=-rows.hits * rows.points,
    )
    divided = (rows.over < 0) | (rows.base > 0)
    reported = ((rows.report == 0) | (rows.facts.notnull() & divided)).ifelse(1, 0)
    shorting = (rows.type >= codes.SHORT_WHOLE).ifelse(rows.target - rows.short, rows.value)
    return rows.mutate(
        raw=raw, reported=reported, quantity=(reported == 1).ifelse(shorting, ibis.null("int64"))
    ).select(*COLUMNS)


def _shortfall(engine: Engine, rows: Table) -> IntegerValue:
    """Return by how much the value (or ``source / over`` in per cent) lies below the target; 0 for other types."""
    share = mul_div_half_up(engine, greatest(rows.value, 0), ibis.literal(PERCENT, "int64"), greatest(rows.base, 1))
    value = (rows.over < 0).ifelse(rows.value, share)
    return (rows.type >= codes.SHORT_WHOLE).ifelse(greatest(rows.target - value, 0), 0)


def _simple_hits(engine: Engine, rows: Table) -> IntegerValue:
    """Return how often the rule bites: what is missing, whether the flaw is there, how many steps too few."""
    started = engine.div(rows.short + rows.step - 1, rows.step)
    return ibis.cases(
        (rows.type == codes.MISSING, greatest(rows.required - rows.value, 0)),
        (rows.type == codes.FLAW_PRESENT, (rows.value > 0).ifelse(1, 0)),
        (rows.type == codes.FLAW_ABSENT, (rows.value > 0).ifelse(0, 1)),
        (rows.type == codes.EACH, rows.value),
        (rows.type == codes.RESULT, rows.facts.coalesce(0)),
        (rows.type == codes.SHORT_WHOLE, engine.div(rows.short, rows.step)),
        else_=started,
    ).cast("int64")


def tiers(units: Table, rules: Table, levels: Table, latest: Table, measures: Table) -> Table:
    """R4: the latest level's points; a level that the rule does not know is not reported."""
    rows = grid(units, rules, measures)
    told = rows.left_join(latest, [rows.selector == latest.selector, rows.unit_id == latest.unit_id])
    rows = told.select(rows, choice=latest.choice)
    priced = rows.left_join(levels, [rows.rule == levels.rule, rows.choice == levels.choice])
    known = levels.points.notnull()
    return priced.select(
        unit_id=rows.unit_id, node=rows.node, rule=rows.rule, hits=known.ifelse(1, 0), quantity=levels.points,
        raw=levels.points.coalesce(0), cap=rows.cap, reported=known.ifelse(1, 0),
    )  # fmt: skip


def standards(units: Table, rules: Table, members: Table, awards: Table, choices: Table, measures: Table) -> Table:
    """R5: how many of the named standards are met, and what so many are worth."""
    met = choices.join(rules, choices.selector == rules.selector).select(rules.rule, choices.unit_id, choices.choice)
    named = met.join(members, [met.rule == members.rule, met.choice == members.choice])
    named = named.select(met.rule, met.unit_id)
    counts = named.group_by("rule", "unit_id").agg(met=named.count())
    rows = grid(units, rules, measures)
    joined = rows.left_join(counts, [rows.rule == counts.rule, rows.unit_id == counts.unit_id])
    rows = joined.select(rows, met=counts.met.coalesce(0))
    priced = rows.join(awards, [rows.rule == awards.rule, rows.met == awards.met])
    return priced.select(
        unit_id=rows.unit_id, node=rows.node, rule=rows.rule, hits=rows.met, quantity=rows.met, raw=awards.points,
        cap=rows.cap, reported=ibis.literal(1, "int64"),
    )  # fmt: skip


def ranks(units: Table, rules: Table, points: Table, measures: Table) -> Table:
    """R9: points by rank within the class; equal values share the better rank, units without a value have none."""
    rows = grid(units, rules, measures)
    rows = rows.mutate(reported=rows.facts.notnull().ifelse(1, 0))
    window = ibis.window(group_by=[rows.rule, rows.klass, rows.reported], order_by=rows.value.desc())
    placed = rows.mutate(ranked=ibis.rank().over(window).cast("int64") + 1)
    placed = placed.mutate(place=(placed.given == 1).ifelse(placed.value, placed.ranked))
    priced = placed.left_join(points, [placed.rule == points.rule, placed.place == points.place])
    raw = points.points.coalesce(placed.beyond)
    there = placed.reported == 1
    return priced.select(
        unit_id=placed.unit_id, node=placed.node, rule=placed.rule, hits=there.ifelse(placed.place, 0),
        quantity=there.ifelse(placed.value, ibis.null("int64")), raw=there.ifelse(raw, 0), cap=placed.cap,
        reported=placed.reported,
    )  # fmt: skip


def ratios(engine: Engine, units: Table, rules: Table, measures: Table) -> Table:
    """R11: own value over the best of the class, times the base. ``hits`` is the best value."""
    rows = grid(units, rules, measures)
    best = rows.value.max().over(ibis.window(group_by=[rows.rule, rows.klass]))
    rows = rows.mutate(best=greatest(best, 0))
    own = greatest(rows.value, 0)
    raw = (rows.best > 0).ifelse(mul_div_half_up(engine, own, rows.points, greatest(rows.best, 1)), 0)
    there = rows.facts.notnull()
    return rows.select(
        unit_id=rows.unit_id, node=rows.node, rule=rows.rule, hits=rows.best,
        quantity=there.ifelse(rows.value, ibis.null("int64")), raw=there.ifelse(raw, 0), cap=rows.cap,
        reported=there.ifelse(1, 0),
    )  # fmt: skip


def votes(units: Table, rules: Table, options: Table, bands: Table, choices: Table, measures: Table) -> Table:
    """R12: bands of a vote's share, compared by cross-multiplication. ``hits`` are the votes for, ``quantity`` those counted."""
    cast = choices.join(rules, choices.selector == rules.selector)
    cast = cast.select(rules.rule, choices.unit_id, choices.choice, choices.total)
    joined = cast.left_join(options, [cast.rule == options.rule, cast.choice == options.choice])
    roled = joined.select(cast, role=options.role.coalesce(0))
    rows = grid(units, rules, measures)
    for role, name in ((1, "yes"), (2, "low"), (3, "ignored")):
        some = roled.filter(roled.role == role)
        sums = some.group_by("rule", "unit_id").agg(votes=some.total.sum().cast("int64"))
        with_sum = rows.left_join(sums, [rows.rule == sums.rule, rows.unit_id == sums.unit_id])
        rows = with_sum.select(rows, **{name: sums.votes.coalesce(0)})
    rows = rows.mutate(counted=rows.total - rows.ignored)
    return _banded(rows, bands)


def _banded(rows: Table, bands: Table) -> Table:
    """Give each row the points of the highest band that its share reaches, else of the fall-back."""
    reached = rows.join(bands, [rows.rule == bands.rule, rows.yes * bands.den >= bands.num * rows.counted])
    reached = reached.select(rows.rule, rows.unit_id, bands.place)
    highest = reached.group_by("rule", "unit_id").agg(place=reached.place.max())
    joined = rows.left_join(highest, [rows.rule == highest.rule, rows.unit_id == highest.unit_id])
    rows = joined.select(rows, place=highest.place)
    priced = rows.left_join(bands, [rows.rule == bands.rule, rows.place == bands.place])
    few_low = rows.low * rows.below_den < rows.below_num * rows.counted
    raw = bands.points.coalesce(few_low.ifelse(rows.points, rows.otherwise))
    there = rows.counted > 0
    return priced.select(
        unit_id=rows.unit_id, node=rows.node, rule=rows.rule, hits=rows.yes,
        quantity=there.ifelse(rows.counted, ibis.null("int64")), raw=there.ifelse(raw, 0), cap=rows.cap,
        reported=there.ifelse(1, 0),
    )  # fmt: skip


def capped(rows: Table) -> Table:
    """Add ``applied``: the rule's points within its own cap."""
    bounded = least(greatest(rows.raw, -rows.cap), rows.cap).cast("int64")
    return (
        rows.mutate(applied=bounded)
        .drop("cap")
        .cast({"hits": "int64", "quantity": "int64", "raw": "int64", "reported": "int64"})
    )
