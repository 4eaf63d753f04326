"""Made-up schemes, units and facts for property tests: every type of rule, few enough values that ties and gaps happen."""

from copy import deepcopy
from datetime import date, timedelta
from fractions import Fraction
from random import Random
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from plumbline.assessment.rules import tables
from plumbline.assessment.rules.scheme import STEPS, Scheme, from_document
from plumbline.assessment.rules.scheme.judgements import JUDGED
from plumbline.assessment.rules.scheme.order import circle

KINDS = ("meeting.held", "finding.recorded", "performance.result", "survey.answers")
ATTRIBUTES = ("case", "criterion", "department", "level", "option", "question", "severity")
VALUES = ("a", "b", "c", "d")
RANKS = ("1", "2", "3", "40", "60", "0", "01", "-1", "x")
CODE = "made_up"
TAKING = {"missing", "flaw", "shortfall", "excess", "repeat", "severity"}
UNBOUNDED = {"each", "result", "multiplied"}
Row = dict[str, Any]

_points = st.sampled_from(["0", "0.5", "1", "1.234567", "2", "3", "7.5", "33.333333"])
_some_points = st.sampled_from(["0.5", "1", "1.234567", "3", "33.333333"])
_share = st.sampled_from(["0", "1/3", "0.5", "2/3", "0.9", "1"])
_BY_SHARE = st.fixed_dictionaries({"share": _share, "rounding": st.sampled_from(["floor", "half_up", "ceil"])})
_BY_NUMBER = st.fixed_dictionaries({"units": st.integers(0, 4)})
_ignored = st.sampled_from([[], ["b"], ["b", "c"]])
_values = st.lists(st.sampled_from(VALUES), min_size=1, max_size=2, unique=True)


@st.composite
def sources(draw: st.DrawFn, *, quantity: bool = False) -> dict[str, Any]:
    """A source with a filter of none, one or two attributes."""
    names = draw(st.lists(st.sampled_from(("criterion", "question")), max_size=2, unique=True))
    source: dict[str, Any] = {"kind": draw(st.sampled_from(KINDS)), "where": {name: draw(_values) for name in names}}
    measure = draw(st.sampled_from([None, "facts", "quantity", "periods"]))
    if quantity and measure == "facts":
        measure = "quantity"
    if measure == "periods":
        source["per"] = draw(st.sampled_from(["month", "quarter", "half_year", "year"]))
    elif measure:
        source["measure"] = measure
    return source


@st.composite
def _three_lists(draw: st.DrawFn) -> tuple[list[str], list[str], list[str]]:
    roles = [draw(st.sampled_from((0, 1, 2, 3))) for _value in VALUES]
    lists = [[value for value, role in zip(VALUES, roles, strict=True) if role == number] for number in (0, 1, 2)]
    return lists[0] or ["e"], lists[1] or ["f"], lists[2]


@st.composite
def _vote(draw: st.DrawFn) -> dict[str, Any]:
    options, low, ignored = draw(_three_lists())
    shares = draw(st.lists(_share, min_size=1, max_size=3, unique=True))
    return {
        "type": "vote_bands", "source": draw(sources()), "options": options, "ignored": ignored,
        "bands": [{"share": share, "points": draw(_points)} for share in shares],
        "fallback": {"options": low, "below": draw(_share), "points": draw(_points), "otherwise": draw(_points)},
    }  # fmt: skip


def _shortfall() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "type": st.just("shortfall"),
            "source": sources(),
            "target": st.sampled_from(["2", "5", "20", "50", "100", "class_average"]),
            "step": st.sampled_from(["0.1", "1", "3", "7"]),
            "deduct": _points,
            "steps": st.sampled_from(["whole", "started", "proportional"]),
        },
        optional={"over": sources()},
    )


def _results() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(lambda kind: {"kind": kind}, st.sampled_from(KINDS))


_silent = {"missing": st.sampled_from(["zero", "not_reported"])}
_TAKING = [
    st.fixed_dictionaries(
        {"type": st.just("missing"), "source": sources(), "required": st.integers(1, 5), "deduct": _points},
        optional={"cap": _points},
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("flaw"),
            "source": sources(),
            "deduct": _points,
            "when": st.sampled_from(["present", "absent"]),
        }
    ),
    _shortfall(),
    _shortfall().map(
        lambda rule: {"type": "excess", "limit": rule.pop("target")} | {k: v for k, v in rule.items() if k != "type"}
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("repeat"),
            "source": sources(),
            "costs": st.lists(st.one_of(_points, st.just("all")), min_size=1, max_size=3),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("multiplied"),
            "source": _results(),
            "factor": st.sampled_from(["0", "1", "10", "0.333333", "1000"]),
        },
        optional={"cap": _points},
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("severity"),
            "source": sources(),
            "costs": st.dictionaries(st.sampled_from(VALUES), _points, min_size=1),
            "otherwise": _points,
        }
    ),
    st.fixed_dictionaries(
        {"type": st.just("assessed"), "least": st.just("-7"), "most": st.just("-2")}, optional=_silent
    ),
]
_GIVING = [
    st.fixed_dictionaries(
        {"type": st.just("each"), "source": sources(), "points": _some_points}, optional={"cap": _points}
    ),
    st.fixed_dictionaries({"type": st.just("result"), "source": st.builds(lambda kind: {"kind": kind}, st.sampled_from(KINDS))}),
    st.fixed_dictionaries(
        {
            "type": st.just("tier"), "source": sources(), "attribute": st.just("level"),
            "levels": st.dictionaries(st.sampled_from(VALUES), _points, min_size=1),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("standards"), "source": sources(), "standards": st.just(["a", "b", "c"]),
            "award": st.lists(_points, min_size=4, max_size=4),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("rank"), "source": sources(), "table": st.lists(_points, min_size=1, max_size=3), "beyond": _points,
            "rank_of": st.sampled_from(["value", "given"]),
        }
    ),
    st.fixed_dictionaries({"type": st.just("ratio_to_best"), "source": sources(), "base": _some_points}),
    _vote(),
    st.fixed_dictionaries(
        {"type": st.just("assessed"), "least": st.sampled_from(["-1.5", "0", "2"]), "most": st.sampled_from(["3", "12.345678"])},
        optional=_silent,
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("rank_decrement"), "source": sources(), "attribute": st.just("rank"), "base": _some_points,
            "step": st.sampled_from(["2%", "1/3", "0.5", "1"]),
        }
    ),
    st.fixed_dictionaries(
        {
            "type": st.just("option_mean"), "source": sources(),
            "values": st.dictionaries(
                st.sampled_from(("a", "b", "c")), st.sampled_from(["30", "80", "66.67", "0", None]), max_size=3
            ).map(lambda values: values | {"d": "100"}),
        },
        optional={"base": _some_points, "satisfied": st.just(["d"])},
    ),
    st.fixed_dictionaries(
        {"type": st.just("multiplied"), "source": _results(), "factor": st.just("2.5"), "effect": st.just("add"), "cap": _points},
    ),
]  # fmt: skip


def takes(rule: dict[str, Any]) -> bool:
    """Return whether a rule can only take."""
    if rule["type"] == "sub_score":
        return all(float(band["points"]) <= 0 for band in rule["bands"])
    if rule["type"] == "assessed":
        return float(rule["most"]) <= 0
    return rule["type"] in TAKING or (rule["type"] == "multiplied" and rule.get("effect") != "add")


def _settled(leaf: dict[str, Any]) -> dict[str, Any]:
    """Let a leaf pass the checks: one judgement, a score that can move, nothing lost that is not known."""
    rules = leaf["rules"]
    for place in [place for place, rule in enumerate(rules) if rule["type"] == "assessed"][1:]:
        rules[place] = {"type": "flaw", "source": {"kind": KINDS[0]}, "deduct": "1"}
    if leaf["kind"] == "bonus" and all(takes(rule) for rule in rules):
        rules.append({"type": "each", "source": {"kind": KINDS[0]}, "points": "1", "cap": "2"})
    for rule in rules:
        loose = any(
            one["type"] in UNBOUNDED and "cap" not in one and not takes(one) for one in rules if one is not rule
        )
        if rule["type"] == "repeat" and (loose or (leaf["kind"] == "deduction" and "points" not in leaf)):
            rule["costs"] = ["2" if cost == "all" else cost for cost in rule["costs"]]
    if leaf["kind"] == "base" and all(takes(rule) for rule in rules):
        leaf["start"] = "full"
    elif leaf["kind"] == "base" and any(takes(rule) for rule in rules):
        leaf.setdefault("start", "zero")
    return leaf


@st.composite
def _leaf(draw: st.DrawFn, code: str, kind: str) -> dict[str, Any]:
    taking = st.one_of(_TAKING)
    rules = st.lists(taking if kind == "deduction" else st.one_of(*_TAKING, *_GIVING), min_size=1, max_size=3)
    leaf: dict[str, Any] = {"code": code, "name": code, "kind": kind, "rules": draw(rules)}
    if kind == "base" and any(takes(rule) for rule in leaf["rules"]):
        leaf["start"] = draw(st.sampled_from(["full", "zero"]))
    if kind == "base" or draw(st.booleans()):
        leaf["points"] = draw(_some_points)
    return _settled(leaf) | _applying(draw, kind)


def _applying(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    how = draw(st.sampled_from((None, None, "full", "none", "class_average", "reweight")))
    return {"not_applicable": how} if how and kind == "base" else {}


def _sum(parts: list[dict[str, Any]]) -> str:
    return f"{sum(int(float(part['points']) * 1_000_000 + 0.5) for part in parts) / 1_000_000:.6f}"


@st.composite
def _group(draw: st.DrawFn, code: str, kind: str, depth: int) -> dict[str, Any]:
    if depth == 0 or draw(st.booleans()):
        return draw(_leaf(code, kind))
    children = [draw(_group(f"{code}.{place}", kind, depth - 1)) for place in range(1, draw(st.integers(1, 3)) + 1)]
    group = {"code": code, "name": code, "kind": kind, "children": children}
    if kind == "base":
        group["points"] = _sum(children)
        group |= _applying(draw, kind)
    elif draw(st.booleans()):
        group["points"] = draw(_some_points)
    return group


@st.composite
def _grading(draw: st.DrawFn) -> dict[str, Any]:
    mins = sorted(draw(st.sets(st.integers(1, 60), min_size=1, max_size=3)), reverse=True)
    names = [f"g{place}" for place in range(len(mins) + 1)]
    bands = [{"min": least, "grade": name} for least, name in zip([*mins, 0], names, strict=True)]
    gates = [
        {
            "code": f"gate{place}", "text": "gate", "below": draw(_share), "missing": draw(st.sampled_from(["passes", "shuts"])),
            "excludes": draw(st.lists(st.sampled_from(names[:-1]), min_size=1, unique=True)),
            "metric": {"source": draw(sources()), "options": ["a", "e"], "ignored": draw(_ignored)},
        }
        for place in range(draw(st.integers(0, 2)))
    ]  # fmt: skip
    vetoes = []
    for place in range(draw(st.integers(0, 2))):
        effect = draw(st.sampled_from(["fail", "cap", "bar_top"]))
        veto = {
            "code": f"veto{place}",
            "text": "veto",
            "source": draw(sources()),
            "at_least": draw(st.integers(1, 3)),
            "effect": effect,
        }
        if draw(st.booleans()):
            veto = {k: v for k, v in veto.items() if k not in {"source", "at_least"}} | {
                "bottom": draw(st.integers(1, 3))
            }
        vetoes.append(veto | ({"grade": draw(st.sampled_from(names))} if effect == "cap" else {}))
    causes = [
        {"code": f"cause{place}", "text": "cause", "source": draw(sources()), "at_least": draw(st.integers(1, 2))}
        for place in range(3)
    ]
    conditions = [cause | {"grade": draw(st.sampled_from(names[:-1]))} for cause in causes[: draw(st.integers(0, 2))]]
    direct: list[dict[str, Any]] = [
        cause | {"grade": draw(st.sampled_from(names))} for cause in causes[: draw(st.integers(0, 3))]
    ]
    for one in direct:
        since = draw(st.sampled_from([None, *names]))
        if since is not None and names.index(since) > names.index(one["grade"]):
            one["no_worse_than"] = since
    quotas = [
        {
            "grade": grade, "ties": draw(st.sampled_from(["include", "exclude"])),
        }
        | draw(_BY_SHARE | _BY_NUMBER)
        for grade in draw(st.lists(st.sampled_from(names[:-1]), max_size=2, unique=True))
    ]  # fmt: skip
    if quotas and quotas[0]["grade"] == names[0] and len(names) > 2 and draw(st.booleans()):
        bands[1]["min"] = bands[0]["min"]  # the better grade by its quota alone
        bands[1].pop("below", None)
    found = {
        "bands": bands,
        "gates": gates,
        "vetoes": vetoes,
        "quotas": quotas,
        "direct": direct,
        "conditions": conditions,
    }
    return found | {"steps": draw(st.permutations(STEPS))}


_WEIGHTS = {
    1: [["1"]],
    2: [["0.7", "0.3"], ["1", "1"]],
    3: [["0.3333", "0.3333", "0.3334"], ["0.5", "0.5", "0"], ["1", "1", "1"]],
}


def _leaves(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [leaf for node in nodes for leaf in (_leaves(node["children"]) if "children" in node else [node])]


def _all(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for node in nodes for one in [node, *_all(node.get("children", []))]]


def _look_at_each_other(draw: st.DrawFn, document: dict[str, Any]) -> None:
    """Let some leaves look at other indicators' scores, without circles."""
    grades = [band["grade"] for band in document.get("bands", [])][:-1]
    targets = [node for node in _all(document["tree"]) if node["kind"] != "deduction"]
    for _time in range(draw(st.integers(0, 3))):
        leaf, other = draw(st.sampled_from(_leaves(document["tree"]))), draw(st.sampled_from(targets))
        before = deepcopy(leaf)
        sign = -1 if leaf["kind"] == "deduction" else draw(st.sampled_from((-1, 1)))
        mins = draw(st.lists(st.sampled_from(["1", "3.5", "33.333333", "50", "99.99", "100"]), max_size=3, unique=True))
        bands: list[dict[str, Any]] = [
            {"min": least, "points": str(sign * draw(st.integers(0, 3)))} for least in ["0", *mins]
        ]
        bands[0]["points"] = str(sign * 2)
        for band in bands:
            band |= {"excludes": draw(st.lists(st.sampled_from(grades), unique=True))} if grades else {}
        percent = "points" in other and draw(st.booleans())
        rule = {"type": "sub_score", "of": other["code"], "measure": "percent" if percent else "points", "bands": bands}
        leaf["rules"].append(rule)
        _settled(leaf)
        if circle(Scheme.model_validate(document)):
            leaf.clear()
            leaf.update(before)


def _recoded(node: dict[str, Any]) -> None:
    """Give the parts of a copied node codes of their own."""
    for place, child in enumerate(node.get("children", []), start=1):
        child["code"] = f"{node['code']}.{place}"
        _recoded(child)


def _drawn(draw: st.DrawFn, weights: list[list[str]]) -> list[str]:
    return list(draw(st.permutations(draw(st.sampled_from(weights)))))


def _profiles(draw: st.DrawFn, document: dict[str, Any]) -> None:
    """Let the classes x and y have weights of their own, in one profile or two; made equal, the first level keeps the whole."""
    base = [node for node in document["tree"] if node["kind"] == "base"]
    others = [node for node in document["tree"] if node["kind"] != "base"]
    weighted = [weights for weights in _WEIGHTS[len(base)] if weights[0] != "1" or len(base) == 1]
    if any(node["points"] != base[0]["points"] for node in base) or base[0]["weight"] == "1" != weighted[0][0]:
        return
    classes = draw(st.sampled_from([[["x"]], [["y"]], [["x", "y"]], [["y"], ["x", "z"]]]))
    document["profiles"] = [
        {
            "code": f"p{place}", "name": "profile", "classes": named,
            "weights": dict(zip((node["code"] for node in base), _drawn(draw, weighted), strict=True))
            | {node["code"]: draw(st.sampled_from(["1", "0.25"])) for node in others if draw(st.booleans())},
        }
        for place, named in enumerate(classes)
    ]  # fmt: skip
    if draw(st.booleans()):
        document["profiles"][0]["weights"] = {}


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """A scheme that its own checks let pass."""
    count = draw(st.integers(1, 3))
    weights = draw(st.sampled_from(_WEIGHTS[count]))
    tree = [draw(_group(str(place), "base", 2)) | {"weight": weight} for place, weight in enumerate(weights, start=1)]
    if profiled := draw(st.booleans()):  # profiles need parts of equal points
        for node in tree[1:]:
            own = {name: node[name] for name in ("code", "weight")}
            node.clear()
            node.update(deepcopy(tree[0]) | own)
            _recoded(node)
    for code, kind in (("B", "bonus"), ("X", "bonus"), ("D", "deduction")):
        if draw(st.booleans()):
            tree.append(draw(_group(code, kind, 1)) | {"weight": draw(st.sampled_from(["1", "0.7"]))})
            tree[-1] |= {"beyond_ceiling": True} if code == "X" else {}
    document: dict[str, Any] = {
        "code": CODE,
        "title": "Made up",
        "tree": tree,
        "not_applicable": draw(st.sampled_from(["full", "none", "class_average", "reweight"])),
    }
    if draw(st.booleans()):
        base = [Fraction(node["points"]) * Fraction(node["weight"]) for node in tree if node["kind"] == "base"]
        document["ceiling"] = str(-(-sum(base) // 1) + draw(st.integers(0, 2)))
    document |= draw(_grading()) if draw(st.booleans()) else {}
    document["graded_by"] = draw(st.sampled_from(["without_bonus", "score"]))
    if profiled:
        _profiles(draw, document)
    _look_at_each_other(draw, document)
    return from_document(document)


_quantity = st.one_of(
    st.integers(1, 5), st.sampled_from([1_000_000, 2_000_000, 3_000_000, 2_500_000, 88_123_457, 3_000_000_000_001])
)
_fields = {
    "unit_id": st.integers(1, 6),
    "occurred_on": st.integers(0, 364).map(lambda days: date(2024, 7, 1) + timedelta(days=days)),
}
_facts = st.fixed_dictionaries(
    {
        **_fields, "kind": st.sampled_from((*KINDS, "other.kind")), "quantity": _quantity,
        **{f"attr_{name}": st.sampled_from((None, *VALUES)) for name in ATTRIBUTES},
        "attr_rank": st.sampled_from((None, *RANKS)),
    }
)  # fmt: skip


def _judged(codes: list[str]) -> st.SearchStrategy[Row]:
    chosen = st.sampled_from([-9_000_000, -5_123_456, -1_000_000, 0, 2_500_000, 12_000_000, 40_000_000])
    return st.fixed_dictionaries(
        {
            **_fields, "kind": st.just(JUDGED), "quantity": chosen, "attr_node": st.sampled_from(codes),
            "attr_scheme": st.sampled_from((CODE, CODE, CODE, "another")),
        }
    )  # fmt: skip


@st.composite
def inputs(draw: st.DrawFn, scheme: Scheme) -> tuple[list[Row], list[Row], list[Row]]:
    """Facts, units (the sixth is not assessed) and what does not apply."""
    codes = [node.code for node, _parent, _depth in scheme.walk()]
    filed = draw(st.lists(st.one_of(_facts, _facts, _judged(codes)), max_size=50))
    facts = [dict(fact, fact_id=place) for place, fact in enumerate(filed, start=1)]
    units = [
        {
            "unit_id": number,
            "code": f"u{number}",
            "klass": draw(st.sampled_from(("x", "y"))),
            "category": "organisation",
        }
        for number in range(1, 6)
    ]
    gone = draw(st.sets(st.tuples(st.integers(1, 6), st.sampled_from(codes)), max_size=5))
    return facts, units, [{"unit_id": unit, "node": node, "reason": "declared"} for unit, node in sorted(gone)]


def arrow(
    scheme: Scheme, facts: list[Row], units: list[Row], applicability: list[Row]
) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Return the rows as the tables that the engines take."""
    schema = tables.facts(scheme.attributes_used())
    return (
        pa.Table.from_pylist([{name: fact.get(name) for name in schema.names} for fact in facts], schema=schema),
        pa.Table.from_pylist(units, schema=tables.UNITS),
        pa.Table.from_pylist(applicability, schema=tables.APPLICABILITY),
    )


CHOICES = {
    "rank": ("1", "1", "2", "3", "17", "51", "52", "0", "x"),
    "severity": ("warning", "light", "heavy", "other"),
    "case": ("1", "2", None),
    "department": ("personnel", "finance", None),
}
OPTIONS = ("satisfied", "basically_satisfied", "dissatisfied", "dont_know")


def filled(scheme: Scheme, *, units: int, seed: int) -> tuple[list[Row], list[Row], list[Row]]:
    """Return facts for every source of a scheme, a few for most units, by a seed."""
    rng = Random(seed)
    facts: list[Row] = []
    named = [option for _id, _node, rule in scheme.rules() if rule.type == "option_mean" for option in rule.values]
    choices = CHOICES | {"option": tuple(dict.fromkeys(named)) or OPTIONS}
    for read in scheme.reads():
        for unit in range(1, units + 1):
            for _fact in range(rng.choice((0, 1, 1, 2, 5))):
                fact: Row = {"fact_id": len(facts) + 1, "unit_id": unit, "kind": read.source.kind}
                fact |= {"occurred_on": date(2025, 1, 1) + timedelta(days=rng.randrange(365))}
                fact |= {f"attr_{name}": rng.choice(values) for name, values in read.source.where.items()}
                fact |= {"quantity": rng.randrange(1, 40) * (500_000 if read.source.measure == "quantity" else 1)}
                fact["quantity"] *= rng.choice((-1, 1)) if read.source.kind == JUDGED else 1
                fact |= {f"attr_{name}": rng.choice(choices.get(name, OPTIONS)) for name in read.attributes}
                facts.append(fact)
    listed = [
        {"unit_id": unit, "code": f"u{unit}", "klass": f"class {unit % 3}", "category": "x"}
        for unit in range(1, units + 1)
    ]
    return facts, listed, []
