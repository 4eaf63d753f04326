"""Made-up schemes, units and facts for property tests: every type of rule, few enough values that ties and gaps happen."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from plumbline.assessment.rules import tables
from plumbline.assessment.rules.scheme import Scheme, from_document

KINDS = ("meeting.held", "finding.recorded", "performance.result", "survey.answers")
ATTRIBUTES = ("criterion", "level", "option", "question")
VALUES = ("a", "b", "c", "d")
Row = dict[str, Any]

_points = st.sampled_from(["0", "0.5", "1", "1.234567", "2", "3", "7.5", "33.333333"])
_some_points = st.sampled_from(["0.5", "1", "1.234567", "3", "33.333333"])
_share = st.sampled_from(["0", "1/3", "0.5", "2/3", "0.9", "1"])
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
            "target": st.sampled_from(["2", "5", "20", "50", "100"]),
            "step": st.sampled_from(["0.1", "1", "3", "7"]),
            "deduct": _points,
            "steps": st.sampled_from(["whole", "started", "proportional"]),
        },
        optional={"over": sources()},
    )


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
]  # fmt: skip


@st.composite
def _leaf(draw: st.DrawFn, code: str, kind: str) -> dict[str, Any]:
    taking = st.one_of(_TAKING)
    rules = st.lists(taking if kind == "deduction" else st.one_of(*_TAKING, *_GIVING), min_size=1, max_size=3)
    leaf = {"code": code, "name": code, "kind": kind, "rules": draw(rules)}
    takes = [rule["type"] in {"missing", "flaw", "shortfall"} for rule in leaf["rules"]]
    if kind == "bonus" and all(takes):
        leaf["rules"].append(draw(_GIVING[0]))
    if kind == "base" and any(takes):
        leaf["start"] = "full" if all(takes) else draw(st.sampled_from(["full", "zero"]))
    if kind == "base" or draw(st.booleans()):
        leaf["points"] = draw(_some_points)
    return leaf


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
        vetoes.append(veto | ({"grade": draw(st.sampled_from(names))} if effect == "cap" else {}))
    quotas = [
        {
            "grade": grade, "share": draw(_share), "rounding": draw(st.sampled_from(["floor", "half_up", "ceil"])),
            "ties": draw(st.sampled_from(["include", "exclude"])),
        }
        for grade in draw(st.lists(st.sampled_from(names[:-1]), max_size=2, unique=True))
    ]  # fmt: skip
    return {"bands": bands, "gates": gates, "vetoes": vetoes, "quotas": quotas}


_WEIGHTS = {
    1: [["1"]],
    2: [["0.7", "0.3"], ["1", "1"]],
    3: [["0.3333", "0.3333", "0.3334"], ["0.5", "0.5", "0"], ["1", "1", "1"]],
}


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    """A scheme that its own checks let pass."""
    count = draw(st.integers(1, 3))
    weights = draw(st.sampled_from(_WEIGHTS[count]))
    tree = [draw(_group(str(place), "base", 2)) | {"weight": weight} for place, weight in enumerate(weights, start=1)]
    for code, kind in (("B", "bonus"), ("D", "deduction")):
        if draw(st.booleans()):
            tree.append(draw(_group(code, kind, 1)) | {"weight": draw(st.sampled_from(["1", "0.7"]))})
    document = {
        "code": "made_up",
        "title": "Made up",
        "tree": tree,
        "not_applicable": draw(st.sampled_from(["full", "none"])),
    }
    return from_document(document | (draw(_grading()) if draw(st.booleans()) else {}))


_quantity = st.one_of(
    st.integers(1, 5), st.sampled_from([1_000_000, 2_000_000, 3_000_000, 2_500_000, 88_123_457, 3_000_000_000_001])
)
_facts = st.fixed_dictionaries(
    {
        "unit_id": st.integers(1, 6), "kind": st.sampled_from((*KINDS, "other.kind")), "quantity": _quantity,
        "occurred_on": st.integers(0, 364).map(lambda days: date(2024, 7, 1) + timedelta(days=days)),
        **{f"attr_{name}": st.sampled_from((None, *VALUES)) for name in ATTRIBUTES},
    }
)  # fmt: skip


@st.composite
def inputs(draw: st.DrawFn, scheme: Scheme) -> tuple[list[Row], list[Row], list[Row]]:
    """Facts, units (the sixth is not assessed) and what does not apply."""
    facts = [dict(fact, fact_id=place) for place, fact in enumerate(draw(st.lists(_facts, max_size=40)), start=1)]
    units = [
        {
            "unit_id": number,
            "code": f"u{number}",
            "klass": draw(st.sampled_from(("x", "y"))),
            "category": "organisation",
        }
        for number in range(1, 6)
    ]
    codes = [node.code for node, _parent, _depth in scheme.walk()]
    gone = draw(st.sets(st.tuples(st.integers(1, 6), st.sampled_from(codes)), max_size=3))
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


def filled(scheme: Scheme, *, units: int, seed: int) -> tuple[list[Row], list[Row], list[Row]]:
    """Return facts for every source of a scheme, a few for most units, by a seed."""
    rng = Random(seed)
    facts: list[Row] = []
    for source, attribute in scheme.sources():
        for unit in range(1, units + 1):
            for _fact in range(rng.choice((0, 1, 1, 2, 5))):
                fact: Row = {"fact_id": len(facts) + 1, "unit_id": unit, "kind": source.kind}
                fact |= {"occurred_on": date(2025, 1, 1) + timedelta(days=rng.randrange(365))}
                fact |= {f"attr_{name}": rng.choice(values) for name, values in source.where.items()}
                fact |= {"quantity": rng.randrange(1, 40) * (500_000 if source.measure == "quantity" else 1)}
                if attribute:
                    fact[f"attr_{attribute}"] = rng.choice(
                        ("satisfied", "basically_satisfied", "dissatisfied", "dont_know")
                    )
                facts.append(fact)
    listed = [
        {"unit_id": unit, "code": f"u{unit}", "klass": f"class {unit % 3}", "category": "x"}
        for unit in range(1, units + 1)
    ]
    return facts, listed, []
