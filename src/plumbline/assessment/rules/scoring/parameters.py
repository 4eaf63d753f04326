"""A scheme as rows: the parameter tables that are joined to the facts once, however many rules there are.

Rules and nodes are numbers here. For every rule and node stands what a unit has of it for whom nothing was filed; only units
with facts are calculated, and what they have is held against that (docs/algorithms/scoring.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import pyarrow as pa

from plumbline.assessment.rules.scheme import (
    FlawRule,
    MissingRule,
    NodeKind,
    RankRule,
    RatioRule,
    ResultRule,
    Scheme,
    ShortfallRule,
    Source,
    StandardsRule,
    TierRule,
    VoteRule,
    micro,
)
from plumbline.assessment.rules.scheme.model import Node
from plumbline.kernel.numbers import BASIS, div_half_up

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
UNCAPPED = 2**62
"""Stands for "no cap" where a column must have a number."""

SCORED, NOT_REPORTED, NOT_APPLICABLE = 0, 1, 2
MISSING, FLAW_PRESENT, FLAW_ABSENT, EACH, RESULT = range(5)
MEASURES = {"facts": 0, "quantity": 1, "periods": 2}
STEPS = {"whole": 0, "started": 1, "proportional": 2}

Shape = tuple[str, ...]
"""The attributes that a filter names, sorted: filters of one shape are matched in one join."""
Row = dict[str, Any]

_COMMON = "rule node depth selector measure cap base0 told0"
COLUMNS = {
    "simple": _COMMON + " type required points",
    "shortfalls": _COMMON + " steps part part_measure target step points",
    "tiers": _COMMON,
    "tier_levels": "rule choice:t points",
    "standards": _COMMON,
    "standard_awards": "rule met points",
    "standard_members": "rule choice:t",
    "ranks": _COMMON + " given beyond",
    "rank_points": "rule place points",
    "ratios": _COMMON + " points",
    "votes": _COMMON + " below_num below_den points otherwise",
    "vote_options": "rule choice:t role",
    "vote_bands": "rule place num den points",
    "rules": "rule rule_id:t node selector hits0 quantity0 raw0 applied0 reported0",
    "rule_selectors": "rule selector",
    "nodes": "node node_code:t parent depth leaf rules low high start points0 reported0 full raw0 applied0 status0 "
    "scored0 missing0 weight kind contribution0",
    "ancestors": "node ancestor:t",
}
"""The columns of each parameter table: integers plainly, texts with a trailing ``:t``."""


def table_of(rows: list[Row], columns: str) -> pa.Table:
    """Build an Arrow table of integers and texts; columns that a row leaves out are NULL."""
    fields = [(name.removesuffix(":t"), pa.string() if name.endswith(":t") else pa.int64()) for name in columns.split()]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


@dataclass
class Selectors:
    """Every source of a scheme once, by number; filters of one shape in one table."""

    numbers: dict[str, int] = field(default_factory=dict)
    rows: dict[Shape, list[Row]] = field(default_factory=dict)

    def add(self, source: Source, attribute: str | None = None) -> int:
        """Return the number of a source; equal ones share it. ``attribute`` is read from its facts as ``choice``."""
        key = source.model_dump_json(include={"kind", "where", "per"}) + (attribute or "")
        if key not in self.numbers:
            number = self.numbers[key] = len(self.numbers)
            shape, months = tuple(sorted(source.where)), MONTHS[source.per] if source.per else 0
            for values in product(*(sorted(set(source.where[name])) for name in shape)):
                row = {"selector": number, "kind": source.kind, "reads": attribute or "", "months": months}
                self.rows.setdefault(shape, []).append(
                    row | {f"attr_{n}": v for n, v in zip(shape, values, strict=True)}
                )
        return self.numbers[key]

    def tables(self) -> dict[Shape, pa.Table]:
        """Return one table of filters for each shape."""
        return {
            shape: table_of(
                rows, " ".join(["selector", "kind:t", "reads:t", "months", *(f"attr_{n}:t" for n in shape)])
            )
            for shape, rows in sorted(self.rows.items())
        }


@dataclass(frozen=True)
class Parameters:
    """All parameter tables of a scheme by name (those of types that it does not use are left out), and how deep it is."""

    selectors: dict[Shape, pa.Table]
    tables: dict[str, pa.Table]
    reads: tuple[str, ...]
    timed: bool
    selector_of: dict[int, int]
    """Selector numbers of the gates' metrics and the vetoes' sources by the identity of those parts."""
    depth: int
    leaf_depths: frozenset[int]
    summed_depths: frozenset[int]
    """Depths at which a leaf has more than one rule, so that its rules must be summed."""

    def uses(self, name: str, depth: int | None) -> bool:
        """True where the scheme has rules in the table ``name``, at ``depth`` where one is given."""
        table = self.tables.get(name)
        return table is not None and (depth is None or depth in table.column("depth").to_pylist())


def _cap(value: Any) -> int:
    return UNCAPPED if value is None else micro(value)


def _clamp(value: int, low: int, high: int) -> int:
    return max(low, min(high, value))


class _Builder:
    """Collects the rows of every table while walking the scheme."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.selectors = Selectors()
        self.rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
        self.node_number = {node.code: number for number, (node, _p, _d) in enumerate(scheme.walk())}
        self.depth_of = {node.code: depth for node, _p, depth in scheme.walk()}

    def add(self, number: int, rule_id: str, node: Node, rule: Any) -> None:
        """Add one rule to the table of its type, and what it gives where nothing was filed."""
        selector = self.selectors.add(rule.source, getattr(rule, "attribute", None))
        base = {
            "rule": number, "node": self.node_number[node.code], "depth": self.depth_of[node.code],
            "selector": selector, "cap": _cap(rule.cap),
            "measure": MEASURES[rule.source.measure],
        }  # fmt: skip
        hits0, raw0 = _default(rule)
        applied0 = _clamp(raw0, -base["cap"], base["cap"])
        reported0 = int(not rule.needs_report)
        base |= {"base0": applied0, "told0": reported0}
        self.rows["rules"].append(
            {
                "rule": number,
                "rule_id": rule_id,
                "node": base["node"],
                "selector": selector,
                "hits0": hits0,
                "raw0": raw0,
            }
            | {"quantity0": 0 if reported0 else None, "applied0": applied0, "reported0": reported0}
        )
        self.rows["rule_selectors"].append({"rule": number, "selector": selector})
        self._typed(base, rule)

    def _typed(self, base: Row, rule: Any) -> None:
        number = base["rule"]
        if isinstance(rule, TierRule):
            self.rows["tiers"].append(base)
            self.rows["tier_levels"] += [
                {"rule": number, "choice": k, "points": micro(v)} for k, v in rule.levels.items()
            ]
        elif isinstance(rule, StandardsRule):
            self.rows["standards"].append(base)
            self.rows["standard_members"] += [{"rule": number, "choice": name} for name in rule.standards]
            awards = [{"rule": number, "met": k, "points": micro(v)} for k, v in enumerate(rule.award)]
            self.rows["standard_awards"] += awards
        elif isinstance(rule, RankRule):
            self.rows["ranks"].append(base | {"given": int(rule.rank_of == "given"), "beyond": micro(rule.beyond)})
            table = [{"rule": number, "place": k, "points": micro(v)} for k, v in enumerate(rule.table, start=1)]
            self.rows["rank_points"] += table
        elif isinstance(rule, RatioRule):
            self.rows["ratios"].append(base | {"points": micro(rule.base)})
        elif isinstance(rule, VoteRule):
            self._vote(base, rule)
        elif isinstance(rule, ShortfallRule):
            self._shortfall(base, rule)
        else:
            self.rows["simple"].append(base | _simple(rule))

    def _shortfall(self, base: Row, rule: ShortfallRule) -> None:
        """Add a shortfall; of a share, the whole is the source that must be reported, and the part is looked up beside it."""
        row = base | {"steps": STEPS[rule.steps], "points": micro(rule.deduct), "target": micro(rule.target)}
        row |= {"step": micro(rule.step), "part": -1, "part_measure": 0}
        if rule.over is not None:
            row |= {"part": base["selector"], "part_measure": base["measure"], "measure": MEASURES[rule.over.measure]}
            row |= {"selector": self.selectors.add(rule.over)}
            self.rows["rule_selectors"].append({"rule": base["rule"], "selector": row["selector"]})
        self.rows["shortfalls"].append(row)

    def _vote(self, base: Row, rule: VoteRule) -> None:
        below, number = Fraction(rule.fallback.below), base["rule"]
        self.rows["votes"].append(
            base
            | {"below_num": below.numerator, "below_den": below.denominator, "points": micro(rule.fallback.points)}
            | {"otherwise": micro(rule.fallback.otherwise)}
        )
        for role, options in ((1, rule.options), (2, rule.fallback.options), (3, rule.ignored)):
            named = [{"rule": number, "choice": one, "role": role} for one in sorted(set(options))]
            self.rows["vote_options"] += named
        for place, band in enumerate(sorted(rule.bands, key=lambda one: Fraction(one.share)), start=1):
            share = Fraction(band.share)
            row = {"rule": number, "place": place, "num": share.numerator, "den": share.denominator}
            self.rows["vote_bands"].append(row | {"points": micro(band.points)})

    def nodes(self) -> None:
        """Add every node with its bounds and with what a unit has of it for whom nothing was filed."""
        done: dict[str, Row] = {}
        for node, parent, depth in reversed(list(self.scheme.walk())):
            row = self._node(node, parent, depth)
            row |= (
                self._leaf_default(row)
                if node.rules
                else _inner_default(row, [done[one.code] for one in node.children])
            )
            done[node.code] = row
        self.rows["nodes"] = sorted(done.values(), key=lambda row: row["node"])
        self.rows["ancestors"] = _ancestors(self.scheme, self.node_number)

    def _node(self, node: Node, parent: Node | None, depth: int) -> Row:
        most = UNCAPPED if node.points is None else micro(node.points)
        taking = node.kind is NodeKind.DEDUCTION
        return {
            "node": self.node_number[node.code], "node_code": node.code, "depth": depth, "leaf": int(bool(node.rules)),
            "parent": self.node_number[parent.code] if parent else -1, "rules": len(node.rules),
            "low": -most if taking else 0, "high": 0 if taking else most, "start": most if node.starts_full else 0,
            "weight": int(Fraction(node.weight) * BASIS), "kind": list(NodeKind).index(node.kind),
            "full": most if node.kind is NodeKind.BASE and self.scheme.not_applicable == "full" else 0,
        }  # fmt: skip

    def _leaf_default(self, row: Row) -> Row:
        """Return what a leaf has where nothing was filed: all its rules' defaults from its start."""
        own = [rule for rule in self.rows["rules"] if rule["node"] == row["node"]]
        reported = sum(rule["reported0"] for rule in own)
        points = sum(rule["applied0"] for rule in own)
        raw = row["start"] + points if reported == len(own) else 0
        status = SCORED if reported == len(own) else NOT_REPORTED
        return {"points0": points, "reported0": reported} | _outcome(
            row, raw, int(status == SCORED), int(status == NOT_REPORTED)
        )


def _inner_default(row: Row, parts: list[Row]) -> Row:
    """Return what a group has where nothing was filed: the sum of its parts."""
    raw = sum(part["applied0"] for part in parts)
    scored = sum(int(part["status0"] == SCORED) for part in parts)
    return {"points0": 0, "reported0": 0} | _outcome(row, raw, scored, len(parts) - scored)


def _outcome(row: Row, raw: int, scored: int, missing: int) -> Row:
    applied = _clamp(raw, row["low"], row["high"])
    return {
        "raw0": raw, "applied0": applied, "status0": SCORED if scored else NOT_REPORTED, "scored0": scored,
        "missing0": missing, "contribution0": div_half_up(applied * row["weight"], BASIS),
    }  # fmt: skip


def _default(rule: Any) -> tuple[int, int]:
    """Return (hits, raw) of a rule for a unit for which nothing was filed."""
    if isinstance(rule, MissingRule):
        return rule.required, -rule.required * micro(rule.deduct)
    if isinstance(rule, FlawRule) and rule.when == "absent":
        return 1, -micro(rule.deduct)
    return 0, micro(rule.award[0]) if isinstance(rule, StandardsRule) else 0


def _simple(rule: Any) -> Row:
    """Return the columns of the types that follow from one counted value."""
    if isinstance(rule, MissingRule):
        return {"type": MISSING, "required": rule.required, "points": micro(rule.deduct)}
    if isinstance(rule, FlawRule):
        found = FLAW_PRESENT if rule.when == "present" else FLAW_ABSENT
        return {"type": found, "required": 0, "points": micro(rule.deduct)}
    if isinstance(rule, ResultRule):
        return {"type": RESULT, "required": 0, "points": 1, "measure": MEASURES["quantity"]}
    return {"type": EACH, "required": 0, "points": micro(rule.points)}


def _ancestors(scheme: Scheme, numbers: dict[str, int]) -> list[Row]:
    """Return each leaf with itself and every node above it: what does not apply above does not apply below."""
    above: dict[str, list[str]] = {}
    for node, parent, _depth in scheme.walk():
        above[node.code] = [node.code, *(above[parent.code] if parent else [])]
    return [
        {"node": numbers[node.code], "ancestor": code}
        for node, _p, _d in scheme.walk() if node.rules for code in above[node.code]
    ]  # fmt: skip


def parameters(scheme: Scheme) -> Parameters:
    """Return the parameter tables of a scheme; the work is proportional to its rules, and no expression is built for each."""
    builder = _Builder(scheme)
    for number, (rule_id, node, rule) in enumerate(scheme.rules()):
        builder.add(number, rule_id, node, rule)
    builder.nodes()
    numbers = {id(gate): builder.selectors.add(gate.metric.source, gate.metric.attribute) for gate in scheme.gates}
    numbers |= {id(veto): builder.selectors.add(veto.source) for veto in scheme.vetoes if veto.source}
    listed = [row for rows in builder.selectors.rows.values() for row in rows]
    return Parameters(
        selectors=builder.selectors.tables(),
        tables={name: table_of(rows, COLUMNS[name]) for name, rows in builder.rows.items() if rows},
        reads=_reads(listed),
        timed=any(row["months"] for row in listed),
        selector_of=numbers,
        depth=max(builder.depth_of.values()),
        leaf_depths=frozenset(builder.depth_of[node.code] for _id, node, _rule in scheme.rules()),
        summed_depths=frozenset(builder.depth_of[n.code] for _id, n, _rule in scheme.rules() if len(n.rules) > 1),
    )


def _reads(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the attributes that rules read beside their filters, sorted."""
    return tuple(sorted({row["reads"] for row in rows} - {""}))
