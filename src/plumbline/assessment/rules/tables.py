"""The tables that scoring reads and gives: names, types and order of columns, the same on every engine.

Points are micro-points, weights basis points, all integers. ``facts`` carries one text column ``attr_<name>`` for each attribute
that the scheme looks at (``Scheme.attributes_used``), NULL where the fact has none; numbers and truth values are written as
``rules.scheme.values.plain`` writes them.
"""

from collections.abc import Iterable

import pyarrow as pa

UNITS = pa.schema([("unit_id", pa.int64()), ("code", pa.string()), ("klass", pa.string()), ("category", pa.string())])
"""Who is assessed, and in which class it is ranked."""

APPLICABILITY = pa.schema([("unit_id", pa.int64()), ("node", pa.string()), ("reason", pa.string())])
"""Nodes that do not apply to a unit; whatever is not listed applies."""


def facts(attributes: Iterable[str]) -> pa.Schema:
    """Return the columns of the facts: the current ones of the period, exact integers only."""
    return pa.schema(
        [
            ("fact_id", pa.int64()),
            ("unit_id", pa.int64()),
            ("kind", pa.string()),
            ("occurred_on", pa.date32()),
            ("quantity", pa.int64()),
            *[(f"attr_{name}", pa.string()) for name in sorted(attributes)],
        ]
    )


SCORES = pa.schema(
    [
        ("unit_id", pa.int64()), ("node", pa.string()), ("raw", pa.int64()), ("applied", pa.int64()),
        ("maximum", pa.int64()), ("status", pa.string()),
    ]
)  # fmt: skip
"""Each unit on each node: before and after floor and cap. ``maximum`` is NULL for a bonus without limit."""

HITS = pa.schema(
    [
        ("unit_id", pa.int64()), ("node", pa.string()), ("rule", pa.string()), ("hits", pa.int64()),
        ("quantity", pa.int64()), ("part", pa.int64()), ("raw", pa.int64()), ("applied", pa.int64()),
    ]
)  # fmt: skip
"""What each rule did for each unit. ``quantity`` is what the rule measured (see ``rules.explain``), NULL without facts.

``part`` is a third number where the rule's type has one: the low votes of bands of a vote, the satisfied of a mean, the first
places of rankings, the score that a sub-score looks at, the target of a shortfall or excess; NULL for all others.
"""

COUNTED = pa.schema([("unit_id", pa.int64()), ("node", pa.string()), ("rule", pa.string()), ("fact_id", pa.int64())])
"""The facts that a rule looked at for a unit."""

COMPOSITE = pa.schema(
    [
        ("unit_id", pa.int64()), ("klass", pa.string()), ("score", pa.int64()), ("rank", pa.int64()), ("grade", pa.string()),
    ]
)  # fmt: skip
"""Score, rank within the class (equal scores share the better rank) and grade ("" where the scheme has no bands)."""

GRADE_STEPS = pa.schema(
    [
        ("unit_id", pa.int64()), ("position", pa.int64()), ("step", pa.string()), ("rule", pa.string()),
        ("before", pa.string()), ("after", pa.string()), ("numerator", pa.int64()), ("denominator", pa.int64()),
    ]
)  # fmt: skip
"""The way from score to grade: ``step`` is score, gate, bar, direct, condition, veto or quota; ``rule`` its code.

The numbers are its because. score: the score in micro-points over 1; gate: the metric's share; bar: the sub-score over the
indicator's points (over one point where it is looked at in points); direct, condition, veto: how many facts over how many
suffice, of a veto by last places the place from the end over the number of places; quota: the rank within the class over how
many units the quota lets in.
"""

RESULTS = {"scores": SCORES, "hits": HITS, "counted": COUNTED, "composite": COMPOSITE, "grade_steps": GRADE_STEPS}

SORTED_BY = {
    "scores": ["unit_id", "node"],
    "hits": ["unit_id", "node", "rule"],
    "counted": ["unit_id", "node", "rule", "fact_id"],
    "composite": ["unit_id"],
    "grade_steps": ["unit_id", "position"],
}
