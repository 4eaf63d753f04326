"""A scheme as rows: the parameter tables that are joined to the facts once, however many rules there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import product
from typing import Any

import pyarrow as pa

from plumbline.assessment.rules.scheme import (
    BonusRule,
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
from plumbline.assessment.rules.scheme.rules import REPORTED
from plumbline.kernel.numbers import BASIS

MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
UNCAPPED = 2**62
"""Stands for "no cap" where a column must have a number."""

Shape = tuple[str, ...]
"""The attributes that a filter names, sorted: filters of one shape are matched in one join."""


@dataclass
class Selectors:
    """Every source of a scheme once, by number; filters of one shape in one table."""

    numbers: dict[str, int] = field(default_factory=dict)
    rows: dict[Shape, list[dict[str, Any]]] = field(default_factory=dict)

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


@dataclass(frozen=True)
class Parameters:
    """All parameter tables of a scheme, as Arrow tables; ``None`` where the scheme has no rule of that type."""

    selectors: dict[Shape, pa.Table]
    reads: tuple[str, ...]
    nodes: pa.Table
    simple: pa.Table | None
    tiers: pa.Table | None
    tier_levels: pa.Table | None
    standards: pa.Table | None
    standard_awards: pa.Table | None
    standard_members: pa.Table | None
    ranks: pa.Table | None
    rank_points: pa.Table | None
    ratios: pa.Table | None
    votes: pa.Table | None
    vote_options: pa.Table | None
    vote_bands: pa.Table | None
    ancestors: pa.Table
    rule_selectors: pa.Table
    selector_of: Mapping[int, int]
    """Selector numbers of the gates' metrics and the vetoes' sources by the identity of those parts."""
    depth: int


def _table(rows: list[dict[str, Any]], columns: str) -> pa.Table | None:
    """Build an Arrow table; ``columns`` names integers plainly and texts with a trailing ``:t``."""
    if not rows:
        return None
    schema = pa.schema(
        [(name.removesuffix(":t"), pa.string() if name.endswith(":t") else pa.int64()) for name in columns.split()]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def _cap(value: Any) -> int:
    return UNCAPPED if value is None else micro(value)


_SIMPLE = "rule:t node:t type selector over required points step target cap report"
MISSING, FLAW_PRESENT, FLAW_ABSENT, EACH, RESULT, SHORT_WHOLE, SHORT_STARTED, SHORT_PROPORTIONAL = range(8)
MEASURES = {"facts": 0, "quantity": 1, "periods": 2}
_SHORT = {"whole": SHORT_WHOLE, "started": SHORT_STARTED, "proportional": SHORT_PROPORTIONAL}


@dataclass
class _Builder:
    """Collects the rows of every table while walking the scheme."""

    selectors: Selectors = field(default_factory=Selectors)
    simple: list[dict[str, Any]] = field(default_factory=list)
    tiers: list[dict[str, Any]] = field(default_factory=list)
    tier_levels: list[dict[str, Any]] = field(default_factory=list)
    standards: list[dict[str, Any]] = field(default_factory=list)
    standard_awards: list[dict[str, Any]] = field(default_factory=list)
    standard_members: list[dict[str, Any]] = field(default_factory=list)
    ranks: list[dict[str, Any]] = field(default_factory=list)
    rank_points: list[dict[str, Any]] = field(default_factory=list)
    ratios: list[dict[str, Any]] = field(default_factory=list)
    votes: list[dict[str, Any]] = field(default_factory=list)
    vote_options: list[dict[str, Any]] = field(default_factory=list)
    vote_bands: list[dict[str, Any]] = field(default_factory=list)
    rule_selectors: list[dict[str, Any]] = field(default_factory=list)

    def add(self, rule_id: str, node: Node, rule: Any) -> None:
        """Add one rule to the table of its type."""
        attribute = getattr(rule, "attribute", None)
        selector = self.selectors.add(rule.source, attribute)
        base = {"rule": rule_id, "node": node.code, "selector": selector, "cap": _cap(rule.cap)}
        base |= {"measure": MEASURES[rule.source.measure], "report": int(isinstance(rule, REPORTED))}
        self.rule_selectors.append({"rule": rule_id, "node": node.code, "selector": selector})
        if isinstance(rule, TierRule):
            self.tiers.append(base)
            self.tier_levels += [{"rule": rule_id, "choice": k, "points": micro(v)} for k, v in rule.levels.items()]
        elif isinstance(rule, StandardsRule):
            self.standards.append(base)
            self.standard_members += [{"rule": rule_id, "choice": name} for name in rule.standards]
            self.standard_awards += [{"rule": rule_id, "met": k, "points": micro(v)} for k, v in enumerate(rule.award)]
        elif isinstance(rule, RankRule):
            self.ranks.append(base | {"given": int(rule.rank_of == "given"), "beyond": micro(rule.beyond)})
            self.rank_points += [
                {"rule": rule_id, "place": k, "points": micro(v)} for k, v in enumerate(rule.table, start=1)
            ]
        elif isinstance(rule, RatioRule):
            self.ratios.append(base | {"points": micro(rule.base)})
        elif isinstance(rule, VoteRule):
            self._vote(base, rule)
        else:
            self._simple(base, node, rule)

    def _simple(self, base: dict[str, Any], node: Node, rule: Any) -> None:
        row = base | {"over": -1, "required": 0, "step": 1, "target": 0}
        if isinstance(rule, MissingRule):
            row |= {"type": MISSING, "required": rule.required, "points": micro(rule.deduct)}
        elif isinstance(rule, FlawRule):
            row |= {"type": FLAW_PRESENT if rule.when == "present" else FLAW_ABSENT, "points": micro(rule.deduct)}
        elif isinstance(rule, ShortfallRule):
            over = -1 if rule.over is None else self.selectors.add(rule.over)
            if rule.over is not None:
                self.rule_selectors.append({"rule": base["rule"], "node": node.code, "selector": over})
            row |= {"type": _SHORT[rule.steps], "over": over, "points": micro(rule.deduct)}
            row |= {"target": micro(rule.target), "step": micro(rule.step)}
            row |= {"over_measure": MEASURES[rule.over.measure] if rule.over else 0}
        elif isinstance(rule, ResultRule):
            row |= {"type": RESULT, "measure": MEASURES["quantity"], "points": 1}
        elif isinstance(rule, BonusRule):
            row |= {"type": EACH, "points": micro(rule.points)}
        self.simple.append({"over_measure": 0} | row)

    def _vote(self, base: dict[str, Any], rule: VoteRule) -> None:
        below = Fraction(rule.fallback.below)
        self.votes.append(
            base
            | {"below_num": below.numerator, "below_den": below.denominator, "points": micro(rule.fallback.points)}
            | {"otherwise": micro(rule.fallback.otherwise)}
        )
        for role, options in ((1, rule.options), (2, rule.fallback.options), (3, rule.ignored)):
            self.vote_options += [{"rule": base["rule"], "choice": one, "role": role} for one in sorted(set(options))]
        for place, band in enumerate(sorted(rule.bands, key=lambda one: Fraction(one.share)), start=1):
            share = Fraction(band.share)
            row = {"rule": base["rule"], "place": place, "num": share.numerator, "den": share.denominator}
            self.vote_bands.append(row | {"points": micro(band.points)})


_KINDS = {NodeKind.BASE: 0, NodeKind.BONUS: 1, NodeKind.DEDUCTION: 2}


def _nodes(scheme: Scheme) -> list[dict[str, Any]]:
    """Return one row for each node: its parent, depth, bounds, start and weight."""
    rows = []
    for node, parent, depth in scheme.walk():
        most = UNCAPPED if node.points is None else micro(node.points)
        weight = Fraction(node.weight) * BASIS
        rows.append(
            {
                "node": node.code, "parent": parent.code if parent else "", "depth": depth, "leaf": int(bool(node.rules)),
                "low": -most if node.kind is NodeKind.DEDUCTION else 0,
                "high": 0 if node.kind is NodeKind.DEDUCTION else most,
                "start": most if node.starts_full else 0, "weight": int(weight), "kind": _KINDS[node.kind],
                "full": most if node.kind is NodeKind.BASE and scheme.not_applicable == "full" else 0,
            }
        )  # fmt: skip
    return rows


def _ancestors(scheme: Scheme) -> list[dict[str, str]]:
    """Return each leaf with itself and every node above it: what does not apply above does not apply below."""
    above: dict[str, list[str]] = {}
    for node, parent, _depth in scheme.walk():
        above[node.code] = [node.code, *(above[parent.code] if parent else [])]
    return [
        {"node": node.code, "ancestor": code}
        for node, _p, _d in scheme.walk()
        if node.rules
        for code in above[node.code]
    ]


def _parts(scheme: Scheme, selectors: Selectors) -> dict[int, int]:
    """Number the sources of gates and vetoes."""
    numbers = {id(gate): selectors.add(gate.metric.source, gate.metric.attribute) for gate in scheme.gates}
    return numbers | {id(veto): selectors.add(veto.source) for veto in scheme.vetoes}


def parameters(scheme: Scheme) -> Parameters:
    """Return the parameter tables of a scheme; the work is proportional to its rules, and no expression is built for each."""
    builder = _Builder()
    for rule_id, node, rule in scheme.rules():
        builder.add(rule_id, node, rule)
    numbers = _parts(scheme, builder.selectors)
    common = "rule:t node:t selector measure cap report"
    nodes = _table(_nodes(scheme), "node:t parent:t depth leaf low high start weight kind full")
    rule_selectors = _table(builder.rule_selectors, "rule:t node:t selector")
    ancestors = _table(_ancestors(scheme), "node:t ancestor:t")
    if nodes is None or rule_selectors is None or ancestors is None:
        raise ValueError("a scheme without a rule cannot be scored; the checks of the scheme refuse it")
    return Parameters(
        selectors=_selector_tables(builder.selectors),
        reads=_reads(builder.selectors.rows.values()),
        nodes=nodes,
        ancestors=ancestors,
        simple=_table(builder.simple, _SIMPLE + " measure over_measure"),
        tiers=_table(builder.tiers, common),
        tier_levels=_table(builder.tier_levels, "rule:t choice:t points"),
        standards=_table(builder.standards, common),
        standard_awards=_table(builder.standard_awards, "rule:t met points"),
        standard_members=_table(builder.standard_members, "rule:t choice:t"),
        ranks=_table(builder.ranks, common + " given beyond"),
        rank_points=_table(builder.rank_points, "rule:t place points"),
        ratios=_table(builder.ratios, common + " points"),
        votes=_table(builder.votes, common + " below_num below_den points otherwise"),
        vote_options=_table(builder.vote_options, "rule:t choice:t role"),
        vote_bands=_table(builder.vote_bands, "rule:t place num den points"),
        rule_selectors=rule_selectors,
        selector_of=numbers,
        depth=max(depth for _node, _parent, depth in scheme.walk()),
    )


def _selector_tables(selectors: Selectors) -> dict[Shape, pa.Table]:
    """Return one table of filters for each shape."""
    tables = {}
    for shape, rows in sorted(selectors.rows.items()):
        table = _table(
            rows, " ".join(["selector", "kind:t", "reads:t", "months", *(f"attr_{name}:t" for name in shape)])
        )
        if table is not None:
            tables[shape] = table
    return tables


def _reads(groups: Iterable[list[dict[str, Any]]]) -> tuple[str, ...]:
    """Return the attributes that rules read beside their filters, sorted."""
    return tuple(sorted({row["reads"] for rows in groups for row in rows} - {""}))
