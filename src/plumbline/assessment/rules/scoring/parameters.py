"""A scheme as rows: the parameter tables that are joined to the facts once, however many rules there are.

Rules and nodes are numbers here. For every rule and node stands what a unit has of it for whom nothing was filed; only units
with facts are calculated, and what they have is held against that (docs/algorithms/scoring.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import reduce
from itertools import product
from math import gcd
from typing import Any

import pyarrow as pa

from plumbline.assessment.rules.scheme import (
    BonusRule,
    Condition,
    Direct,
    ExcessRule,
    MultipliedRule,
    NodeKind,
    RankRule,
    RatioRule,
    ResultRule,
    Scheme,
    ShortfallRule,
    Source,
    SubScoreRule,
    Veto,
    micro,
)
from plumbline.assessment.rules.scheme.model import Node
from plumbline.assessment.rules.scheme.order import strata
from plumbline.assessment.rules.scoring.defaults import Defaults, bounds_of, cap_of
from plumbline.assessment.rules.scoring.rule_rows import MEASURES, Row, rows_of, sub_score_bands
from plumbline.kernel.numbers import BASIS, div_half_up

RESULTS = (ExcessRule, MultipliedRule, RankRule, RatioRule, ResultRule, ShortfallRule)
"""Rules that compare quantities with numbers of the scheme or with each other: they read them in millionths."""
MOST_DECIMALS = 6
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
PLAIN, CLASS_AVERAGE, REWEIGHT = range(3)
"""What a leaf that does not apply has: ``full`` as it stands, the mean of the class, or nothing, its points spread."""
OWN_WEIGHTS = 0
"""The number of the weights that the scheme itself gives; profiles of classes count from 1."""

PARTS = ("base0", "inner0", "bonus0", "beyond0")
Shape = tuple[str, ...]
"""The attributes that a filter names, sorted: filters of one shape are matched in one join."""

_COMMON = "rule node depth stratum selector measure cap base0 told0"
COLUMNS = {
    "simple": _COMMON + " type required points size",
    "shortfalls": _COMMON + " steps part part_measure target step points sign average",
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
    "assessed": _COMMON + " least most",
    "repeats": _COMMON + " last",
    "repeat_costs": "rule times points",
    "multiplied": _COMMON + " points sign",
    "severities": _COMMON + " otherwise case:t department:t",
    "severity_costs": "rule choice:t points",
    "rank_decrements": _COMMON + " points den",
    "rank_shares": "rule choice:t weight",
    "option_means": _COMMON + " points scale",
    "option_values": "rule choice:t weight satisfied",
    "sub_scores": _COMMON + " percent of most",
    "sub_score_bands": "rule place least points",
    "rules": "rule rule_id:t node hits0 quantity0 part0 raw0 applied0 reported0",
    "rule_selectors": "rule selector",
    "nodes": "node node_code:t parent depth stratum leaf rules low high start points0 reported0 full gone_as raw0 applied0 "
    "status0 scored0 missing0 weight kind contribution0 share beyond",
    "ancestors": "node ancestor:t",
    "profiles": "profile base0 inner0 bonus0 beyond0 whole",
    "profile_weights": "profile node weight contribution0 share",
    "class_profiles": "klass:t profile",
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

    def add(self, source: Source, attribute: str | None = None, *, scale: int = 1) -> int:
        """Return the number of a source; equal ones share it. ``attribute`` is read from its facts as ``choice``.

        ``scale`` is what a quantity is multiplied with, so that it stands in millionths of what people enter.
        """
        key = source.model_dump_json(include={"kind", "where", "per"}) + f"{attribute or ''} {scale}"
        if key not in self.numbers:
            number = self.numbers[key] = len(self.numbers)
            shape, months = tuple(sorted(source.where)), MONTHS[source.per] if source.per else 0
            for values in product(*(sorted(set(source.where[name])) for name in shape)):
                row = {"selector": number, "kind": source.kind, "reads": attribute or "", "months": months}
                row |= {"scale": scale}
                self.rows.setdefault(shape, []).append(
                    row | {f"attr_{n}": v for n, v in zip(shape, values, strict=True)}
                )
        return self.numbers[key]

    def tables(self) -> dict[Shape, pa.Table]:
        """Return one table of filters for each shape."""
        return {
            shape: table_of(
                rows, " ".join(["selector", "kind:t", "reads:t", "months", "scale", *(f"attr_{n}:t" for n in shape)])
            )
            for shape, rows in sorted(self.rows.items())
        }


@dataclass(frozen=True)
class Parameters:
    """All parameter tables of a scheme by name (those of types that it does not use are left out), and its shape."""

    selectors: dict[Shape, pa.Table]
    tables: dict[str, pa.Table]
    reads: tuple[str, ...]
    timed: bool
    scaled: bool
    """True where a quantity is not kept in millionths already."""
    selector_of: dict[int, int]
    """Selector numbers of the sources of gates, direct qualifications, conditions and vetoes by the identity of those parts."""
    depth: int
    strata: int
    """How many rounds the tree takes: one more for each sub-score that waits for another (R13)."""
    leaf_places: frozenset[tuple[int, int]]
    """(depth, stratum) at which there are leaves; ``group_places``: at which there are groups."""
    group_places: frozenset[tuple[int, int]]
    summed_depths: frozenset[int]
    """Depths at which a leaf has more than one rule, so that its rules must be summed."""
    node_number: dict[str, int]

    def uses(self, name: str, depth: int | None, stratum: int | None) -> bool:
        """True where the scheme has rules in the table ``name``, at a place of the tree where one is given."""
        table = self.tables.get(name)
        if table is None:
            return False
        places = zip(table.column("depth").to_pylist(), table.column("stratum").to_pylist(), strict=True)
        return depth is None or (depth, stratum) in places

    def listed(self, name: str) -> list[Row]:
        """Return the rows of one table; none where the scheme does not use it."""
        return self.tables[name].to_pylist() if name in self.tables else []


class _Builder:
    """Collects the rows of every table while walking the scheme."""

    def __init__(self, scheme: Scheme, decimals: Mapping[str, int]) -> None:
        self.scheme = scheme
        self.decimals = decimals
        self.selectors = Selectors()
        self.defaults = Defaults(scheme)
        self.strata = strata(scheme)
        self.rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
        self.node_number = {node.code: number for number, (node, _p, _d) in enumerate(scheme.walk())}
        self.depth_of = {node.code: depth for node, _p, depth in scheme.walk()}

    def add(self, number: int, rule_id: str, node: Node, rule: Any) -> None:
        """Add one rule to the table of its type, and what it gives where nothing was filed."""
        default = self.defaults.rule(rule)
        base = {
            "rule": number, "node": self.node_number[node.code], "depth": self.depth_of[node.code], "cap": cap_of(rule),
            "stratum": self.strata[node.code], "base0": default.applied, "told0": default.reported,
            "selector": -1, "measure": 0,
        }  # fmt: skip
        self.rows["rules"].append(
            {"rule": number, "rule_id": rule_id, "node": base["node"]}
            | {"hits0": default.hits, "quantity0": default.quantity, "part0": default.part, "raw0": default.raw}
            | {"applied0": default.applied, "reported0": default.reported}
        )
        base |= self._measured(number, node, rule) | {"size": self._size(rule)}
        for name, rows in rows_of(base, node, rule):
            self.rows[name] += rows
        if isinstance(rule, SubScoreRule):
            self._looked_at(number, rule)

    def _measured(self, number: int, node: Node, rule: Any) -> Row:
        """Enter what a rule reads, and return the columns of it: of a share, the whole is what must be reported."""
        found: Row = {}
        for read in rule.reads(self.scheme.code, node.code):
            scale = self._scale(rule, read.source)
            selector = self.selectors.add(read.source, read.attributes[0] if read.attributes else None, scale=scale)
            self.rows["rule_selectors"].append({"rule": number, "selector": selector})
            if read.field == "over":
                found |= {"part": found["selector"], "part_measure": found["measure"]}
            found |= {"selector": selector, "measure": MEASURES[read.source.measure]}
        return found

    def _scale(self, rule: Any, source: Source) -> int:
        """Return what brings a quantity of the source to millionths, for the rules that read quantities as results."""
        if source.measure != "quantity" or not isinstance(rule, RESULTS):
            return 1
        return int(10 ** (MOST_DECIMALS - self.decimals.get(source.kind, MOST_DECIMALS)))

    def _size(self, rule: Any) -> int:
        """Return how much of a quantity is one, for the rule that gives points for each."""
        if not isinstance(rule, BonusRule) or rule.source.measure != "quantity":
            return 1
        return int(10 ** self.decimals.get(rule.source.kind, 0))

    def _looked_at(self, number: int, rule: SubScoreRule) -> None:
        """Fill in the node that a sub-score looks at."""
        node = self.defaults.nodes[rule.of]
        most = micro(node.points) if node.points else 0
        self.rows["sub_scores"][-1] |= {"of": self.node_number[rule.of], "most": most}
        self.rows["sub_score_bands"] += sub_score_bands(number, rule, node)

    def nodes(self) -> None:
        """Add every node with its bounds and with what a unit has of it for whom nothing was filed."""
        declared: dict[str, str] = {}
        shares = _shares(self.scheme, self.scheme.weights())
        for node, parent, depth in self.scheme.walk():
            above = declared[parent.code] if parent else self.scheme.not_applicable
            declared[node.code] = node.not_applicable or above
            row = self._place(node, parent, depth) | self._outcome(node, declared[node.code])
            self.rows["nodes"].append(row | {"share": shares.get(node.code, 0), "beyond": int(node.beyond_ceiling)})
        self.rows["ancestors"] = _ancestors(self.scheme, self.node_number)

    def profiles(self) -> None:
        """Add every set of weights: the scheme's own, and the profiles of classes where it has some."""
        scheme = self.scheme
        for number, profile in enumerate([None, *scheme.profiles], start=OWN_WEIGHTS):
            weights = scheme.weights(profile)
            shares, rows, parts = _shares(scheme, weights), [], dict.fromkeys(PARTS, 0)
            for node in scheme.tree:
                points = div_half_up(self.defaults.node(node.code).applied * weights[node.code], BASIS)
                parts[_part(node)] += points
                row = {"profile": number, "node": self.node_number[node.code], "weight": weights[node.code]}
                rows.append(row | {"contribution0": points, "share": shares.get(node.code, 0)})
            self.rows["profiles"].append({"profile": number, "whole": sum(shares.values())} | parts)
            self.rows["profile_weights"] += rows if scheme.profiles else []
            classes = profile.classes if profile else []
            self.rows["class_profiles"] += [{"klass": klass, "profile": number} for klass in classes]

    def _place(self, node: Node, parent: Node | None, depth: int) -> Row:
        bounds = bounds_of(node)
        return {
            "node": self.node_number[node.code], "node_code": node.code, "depth": depth, "leaf": int(bool(node.rules)),
            "stratum": self.strata[node.code], "parent": self.node_number[parent.code] if parent else -1,
            "rules": len(node.rules), "low": bounds.low, "high": bounds.high, "start": bounds.start,
            "weight": int(Fraction(node.weight) * BASIS), "kind": list(NodeKind).index(node.kind),
        }  # fmt: skip

    def _outcome(self, node: Node, declared: str) -> Row:
        """Return what a node has where nothing was filed, and where it does not apply: a bonus or deduction has nothing then."""
        found = self.defaults.node(node.code)
        base = node.kind is NodeKind.BASE
        full = micro(node.points) if base and node.points and declared in {"full", "class_average"} else 0
        return {
            "points0": found.points, "reported0": found.reported, "raw0": found.raw, "applied0": found.applied,
            "status0": found.status, "scored0": found.scored, "missing0": found.missing,
            "contribution0": found.contribution, "full": full,
            "gone_as": {"class_average": CLASS_AVERAGE, "reweight": REWEIGHT}.get(declared, PLAIN) if base else PLAIN,
        }  # fmt: skip


def _shares(scheme: Scheme, weights: Mapping[str, int]) -> dict[str, int]:
    """Return the weights of the first level's base parts in the whole, as small whole numbers."""
    base = [node for node in scheme.tree if node.kind is NodeKind.BASE]
    exact = {node.code: micro(node.points) * weights[node.code] for node in base if node.points}
    unit = reduce(gcd, exact.values(), 0) or 1
    return {code: value // unit for code, value in exact.items()}


def _part(node: Node) -> str:
    """Return the part of the whole that a first-level node belongs to: the name of its column in ``profiles``."""
    if node.kind is NodeKind.BONUS:
        return "beyond0" if node.beyond_ceiling else "bonus0"
    return "base0" if node.kind is NodeKind.BASE else "inner0"


def _ancestors(scheme: Scheme, numbers: dict[str, int]) -> list[Row]:
    """Return each leaf with itself and every node above it: what does not apply above does not apply below."""
    above: dict[str, list[str]] = {}
    for node, parent, _depth in scheme.walk():
        above[node.code] = [node.code, *(above[parent.code] if parent else [])]
    return [
        {"node": numbers[node.code], "ancestor": code}
        for node, _p, _d in scheme.walk() if node.rules for code in above[node.code]
    ]  # fmt: skip


def parameters(scheme: Scheme, decimals: Mapping[str, int] | None = None) -> Parameters:
    """Return the parameter tables of a scheme; the work is proportional to its rules, and no expression is built for each.

    ``decimals`` says of each kind of fact how many decimal places its quantity is kept with. Of a kind that is not
    named, results are taken to be in millionths, and what is counted in ones.
    """
    builder = _Builder(scheme, decimals or {})
    for number, (rule_id, node, rule) in enumerate(scheme.rules()):
        builder.add(number, rule_id, node, rule)
    builder.nodes()
    builder.profiles()
    numbers = {id(gate): builder.selectors.add(gate.metric.source, gate.metric.attribute) for gate in scheme.gates}
    causes: list[Direct | Condition | Veto] = [*scheme.direct, *scheme.conditions, *scheme.vetoes]
    numbers |= {id(one): builder.selectors.add(one.source) for one in causes if one.source is not None}
    listed = [row for rows in builder.selectors.rows.values() for row in rows]
    places = [(bool(row["leaf"]), (row["depth"], row["stratum"])) for row in builder.rows["nodes"]]
    return Parameters(
        selectors=builder.selectors.tables(),
        tables={name: table_of(rows, COLUMNS[name]) for name, rows in builder.rows.items() if rows},
        reads=_reads(listed),
        timed=any(row["months"] for row in listed),
        scaled=any(row["scale"] != 1 for row in listed),
        selector_of=numbers,
        depth=max(builder.depth_of.values()),
        strata=1 + max(builder.strata.values()),
        leaf_places=frozenset(place for leaf, place in places if leaf),
        group_places=frozenset(place for leaf, place in places if not leaf),
        summed_depths=frozenset(builder.depth_of[n.code] for _id, n, _rule in scheme.rules() if len(n.rules) > 1),
        node_number=builder.node_number,
    )


def _reads(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the attributes that rules read beside their filters, sorted."""
    return tuple(sorted({row["reads"] for row in rows} - {""}))
