"""The scoring primitives by which people judge: an assessor's choice, voters' rankings, the mean of answers."""

import ibis
from ibis import Table

from plumbline.assessment.rules.scoring.arithmetic import digits_of, greatest, least, mul_div_half_up, total
from plumbline.assessment.rules.scoring.engines import Engine
from plumbline.assessment.rules.scoring.rows import KEYS, rows_of, with_choices

RANK = "^[1-9][0-9]*$"
"""A rank that counts, as it is written."""


def assessed(rules: Table, newest: Table) -> Table:
    """R3: the points that were chosen last, held within the range; 0 stays 0."""
    rows = newest.join(rules, newest.selector == rules.selector, rname="r_{name}")
    held = greatest(least(rows.quantity, rows.most), rows.least)
    raw = (rows.quantity == 0).ifelse(0, held)
    return rows_of(rows, hits=1, quantity=rows.quantity, raw=raw, reported=1)


def rank_decrements(engine: Engine, rules: Table, shares: Table, choices: Table, *, most: int) -> Table:
    """R10: the mean of what the ranks given are worth. ``hits`` are the rankings counted, ``part`` the first places.

    ``most`` is the largest base.
    """
    rows = with_choices(rules, choices)
    rows = rows.filter(rows.choice.re_search(RANK))
    priced = rows.left_join(shares, [rows.rule == shares.rule, rows.choice == shares.choice])
    rows = priced.select(rows, worth=(rows.total * shares.weight.coalesce(0)).cast("int64"))
    rows = rows.mutate(best=(rows.choice == "1").ifelse(rows.total, 0))
    sums = rows.group_by(*KEYS, "points", "den").agg(
        papers=total(rows.total), worth=total(rows.worth), best=total(rows.best)
    )
    there = sums.papers > 0
    papers = greatest(sums.den * sums.papers, 1)
    exact = mul_div_half_up(engine, greatest(sums.worth, 0), sums.points, papers, digits=digits_of(most))
    return rows_of(
        sums, hits=sums.papers, quantity=there.ifelse(sums.papers, ibis.null("int64")), part=sums.best,
        raw=there.ifelse(exact, 0), reported=there.ifelse(1, 0),
    )  # fmt: skip


def option_means(engine: Engine, rules: Table, options: Table, choices: Table, *, most: int) -> Table:
    """The mean of the answers that count. ``hits`` are all answers, ``quantity`` those counted, ``part`` the satisfied.

    ``most`` is the largest number of points.
    """
    rows = with_choices(rules, choices)
    joined = rows.left_join(options, [rows.rule == options.rule, rows.choice == options.choice])
    rows = joined.select(
        rows, counted=options.weight.notnull().ifelse(rows.total, 0).cast("int64"),
        worth=(options.weight.coalesce(0) * rows.total).cast("int64"),
        good=(options.satisfied.coalesce(0) * rows.total).cast("int64"),
    )  # fmt: skip
    sums = rows.group_by(*KEYS, "points", "scale").agg(
        answers=total(rows.total), counted=total(rows.counted), worth=total(rows.worth), good=total(rows.good)
    )
    there = sums.counted > 0
    answers = greatest(sums.scale * sums.counted, 1)
    exact = mul_div_half_up(engine, greatest(sums.worth, 0), sums.points, answers, digits=digits_of(most))
    return rows_of(
        sums, hits=sums.answers, quantity=there.ifelse(sums.counted, ibis.null("int64")), part=sums.good,
        raw=there.ifelse(exact, 0), reported=there.ifelse(1, 0),
    )  # fmt: skip
