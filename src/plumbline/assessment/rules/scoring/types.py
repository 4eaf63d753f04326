"""The scoring primitives of results and counts, one expression for each type of rule (DOMAIN 1.1; docs/algorithms).

Each gives rows for the units that have facts: (unit_id, rule, node, hits, quantity, part, raw, applied,
reported, base0, told0), the last two being the rule's own defaults. What a unit
without facts has is the same for all and stands in the parameters.
"""

import ibis
from ibis import Table
from ibis.expr.types import IntegerValue

from plumbline.assessment.rules.scoring import rule_rows as codes
from plumbline.assessment.rules.scoring.arithmetic import digits_of, div_half_up, greatest, mul_div_half_up, total, wide
from plumbline.assessment.rules.scoring.defaults import PERCENT
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.rows import KEYS, by_measure, mean_half_up, rows_of, with_choices, with_measures
from plumbline.kernel.numbers import MICRO

MOST_INT64 = 2**63 - 1


def simple(engine: Engine, rules: Table, measures: Table, *, sized: bool) -> Table:
    """R1, R2, R17 and results: everything that follows from one counted value.

    ``sized``: some quantity is kept with decimal places, and points are given for each whole one.
    """
    rows = with_measures(rules, measures)
    each, counted = rows.value * rows.points, rows.value
    if sized:
        each, counted = div_half_up(engine, each, rows["size"]), div_half_up(engine, counted, rows["size"])
    rows = rows.mutate(
        hits=ibis.cases(
            (rows.type == codes.MISSING, greatest(rows.required - rows.value, 0)),
            (rows.type == codes.FLAW_PRESENT, (rows.value > 0).ifelse(1, 0)),
            (rows.type == codes.FLAW_ABSENT, (rows.value > 0).ifelse(0, 1)),
            (rows.type == codes.EACH, counted),
            else_=rows.facts,
        ).cast("int64")
    )
    raw = ibis.cases(
        (rows.type == codes.EACH, each),
        (rows.type == codes.RESULT, rows.value),
        else_=-rows.hits * rows.points,
    )
    return rows_of(rows, hits=rows.hits, quantity=rows.value, raw=raw, reported=1)


def shortfalls(engine: Engine, rules: Table, measures: Table, units: Table | None, *, most: int) -> Table:
    """R6 and R8: so many steps below the target, or above the limit; the value is measured, or a part of it in per cent.

    A share is reported where its whole is: no facts for the part then mean nothing of the whole, not that nobody told.
    ``units`` (None where no rule needs it) gives the classes whose average is the target; ``most`` is the largest deduction.
    """
    rows = _shown(engine, with_measures(rules, measures), measures)
    if units is not None:
        rows = _averages(engine, rows, units)
    rows = rows.mutate(short=greatest(rows.sign * (rows.target - rows.shown), 0))
    started = engine.div(rows.short + rows.step - 1, rows.step)
    hits = (rows.steps == codes.STEPS["whole"]).ifelse(engine.div(rows.short, rows.step), started)
    exact = mul_div_half_up(engine, rows.short, rows.points, rows.step, digits=digits_of(most))
    raw = (rows.steps == codes.STEPS["proportional"]).ifelse(-exact, -hits * rows.points)
    there = rows.there == 1
    return rows_of(
        rows, hits=there.ifelse(hits, 0), quantity=there.ifelse(rows.shown, ibis.null("int64")),
        part=there.ifelse(rows.target, ibis.null("int64")), raw=there.ifelse(raw, 0), reported=rows.there,
    )  # fmt: skip


def _shown(engine: Engine, rows: Table, measures: Table) -> Table:
    """Add ``shown``, the value in millionths or in millionths of a per cent, and ``there``: 1 where there is one."""
    other = measures.view()
    joined = rows.left_join(other, [rows.part == other.selector, rows.unit_id == other.unit_id])
    rows = joined.select(rows, mine=by_measure(rows.part_measure, other).coalesce(0))
    whole = ibis.literal(PERCENT, "int64")
    share = mul_div_half_up(engine, greatest(rows.mine, 0), whole, greatest(rows.value, 1), digits=digits_of(PERCENT))
    millionths = (rows.measure == codes.MEASURES["quantity"]).ifelse(1, MICRO)
    there = (rows.part < 0) | (rows.value > 0)
    return rows.mutate(
        shown=(rows.part < 0).ifelse(rows.value * millionths, share).cast("int64"), there=there.ifelse(1, 0)
    )


def _averages(engine: Engine, rows: Table, units: Table) -> Table:
    """Set ``target`` to the mean of the class, of those that reported, where the rule says so."""
    rows = rows.join(units, rows.unit_id == units.unit_id).select(rows, klass=units.klass)
    told = rows.mutate(counts=((rows.average == 1) & (rows.there == 1)).ifelse(1, 0))
    window = ibis.window(group_by=[told.rule, told.klass])
    sums = told.mutate(
        whole=wide((told.counts == 1).ifelse(told.shown, 0).sum().over(window)),
        count=told.counts.sum().over(window).cast("int64"),
    )
    mean = mean_half_up(engine, sums.whole, greatest(sums["count"], 1))
    return sums.mutate(target=(sums.average == 1).ifelse(mean, sums.target))


def tiers(rules: Table, levels: Table, latest: Table) -> Table:
    """R4: the latest level's points; a level that the rule does not know is not reported."""
    rows = latest.join(rules, latest.selector == rules.selector, rname="r_{name}")
    priced = rows.left_join(levels, [rows.rule == levels.rule, rows.choice == levels.choice])
    rows = priced.select(rows, worth=levels.points)
    known = rows.worth.notnull().ifelse(1, 0)
    return rows_of(rows, hits=known, quantity=rows.worth, raw=rows.worth.coalesce(0), reported=known)


def standards(rules: Table, members: Table, awards: Table, choices: Table) -> Table:
    """R5: how many of the named standards are met, and what so many are worth."""
    rows = with_choices(rules, choices)
    named = rows.join(members, [rows.rule == members.rule, rows.choice == members.choice]).select(rows)
    counts = named.group_by(*KEYS).agg(met=named.count())
    priced = counts.join(awards, [counts.rule == awards.rule, counts.met == awards.met]).select(
        counts, worth=awards.points
    )
    return rows_of(priced, hits=priced.met, quantity=priced.met, raw=priced.worth, reported=1)


def ranks(engine: Engine, units: Table, rules: Table, points: Table, measures: Table) -> Table:
    """R9: points by rank within the class; equal values share the better rank, units without a value have none.

    A rank that was given counts only where it is a whole number of at least 1.
    """
    rows = with_measures(rules, measures)
    rows = rows.join(units, rows.unit_id == units.unit_id).select(rows, klass=units.klass)
    window = ibis.window(group_by=[rows.rule, rows.klass], order_by=rows.value.desc())
    placed = rows.mutate(ranked=ibis.rank().over(window).cast("int64") + 1)
    told = _whole(engine, placed)
    placed = placed.mutate(place=(placed.given == 1).ifelse(told, placed.ranked))
    priced = placed.left_join(points, [placed.rule == points.rule, placed.place == points.place])
    rows = priced.select(placed, worth=points.points)
    there = rows.place > 0
    return rows_of(
        rows, hits=rows.place, quantity=there.ifelse(rows.value, ibis.null("int64")),
        raw=there.ifelse(rows.worth.coalesce(rows.beyond), 0), reported=there.ifelse(1, 0),
    )  # fmt: skip


def _whole(engine: Engine, rows: Table) -> IntegerValue:
    """Return the value as a whole number: quantities are in millionths; 0 where it is not whole, or below 1."""
    size = (rows.measure == codes.MEASURES["quantity"]).ifelse(MICRO, 1).cast("int64")
    value = greatest(rows.value, 0)
    return (value % size == 0).ifelse(engine.div(value, size), 0)


def ratios(engine: Engine, units: Table, rules: Table, measures: Table, *, most: int, largest: int) -> Table:
    """R11: own value over the best of the class, times the base. ``hits`` is the best value.

    ``most`` is the largest base among the rules, ``largest`` the largest value: where their product fits 64 bits, as it does
    for all but the largest values, one division does it; else ``most`` says how long the long division is.
    """
    rows = with_measures(rules, measures)
    rows = rows.join(units, rows.unit_id == units.unit_id).select(rows, klass=units.klass)
    tops = rows.group_by("rule", "klass").agg(top=rows.value.max())
    rows = rows.join(tops, [rows.rule == tops.rule, rows.klass == tops.klass]).select(rows, best=greatest(tops.top, 0))
    own, best = greatest(rows.value, 0), greatest(rows.best, 1)
    if 2 * largest * most + largest <= MOST_INT64:
        exact = engine.div(2 * own * rows.points + best, 2 * best)
    else:
        exact = mul_div_half_up(engine, own, rows.points, best, digits=digits_of(most))
    raw = (rows.best > 0).ifelse(exact, 0)
    return rows_of(rows, hits=rows.best, quantity=rows.value, raw=raw, reported=1)


def votes(rules: Table, options: Table, bands: Table, choices: Table) -> Table:
    """R12: bands of a vote's share, compared by cross-multiplication. ``hits`` are the votes for, ``quantity`` those counted."""
    rows = with_choices(rules, choices)
    parts = rows
    for role, name in ((1, "yes"), (2, "low"), (3, "ignored")):
        some = options.filter(options.role == role)
        joined = parts.left_join(some, [parts.rule == some.rule, parts.choice == some.choice])
        parts = joined.select(parts, **{name: some.role.notnull().ifelse(parts.total, 0).cast("int64")})
    extra = ("below_num", "below_den", "points", "otherwise")
    sums = parts.group_by(*KEYS, *extra).agg(
        yes=total(parts.yes), low=total(parts.low),
        counted=total(parts.total - parts.ignored),
    )  # fmt: skip
    return _banded(sums, bands)


def _banded(rows: Table, bands: Table) -> Table:
    """Give each row the points of the highest band that its share reaches, else of the fall-back."""
    reached = rows.join(bands, [rows.rule == bands.rule, rows.yes * bands.den >= bands.num * rows.counted])
    reached = reached.select(rows.rule, rows.unit_id, bands.place)
    highest = reached.group_by("rule", "unit_id").agg(place=reached.place.max())
    joined = rows.left_join(highest, [rows.rule == highest.rule, rows.unit_id == highest.unit_id])
    rows = joined.select(rows, place=highest.place)
    priced = rows.left_join(bands, [rows.rule == bands.rule, rows.place == bands.place])
    rows = priced.select(rows, worth=bands.points)
    few_low = rows.low * rows.below_den < rows.below_num * rows.counted
    raw = rows.worth.coalesce(few_low.ifelse(rows.points, rows.otherwise))
    there = rows.counted > 0
    return rows_of(
        rows, hits=rows.yes, part=rows.low, quantity=there.ifelse(rows.counted, ibis.null("int64")), raw=there.ifelse(raw, 0),
        reported=there.ifelse(1, 0),
    )  # fmt: skip
