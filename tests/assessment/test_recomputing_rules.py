"""Formulas of the workbook where classes weigh differently, points are spread, and the bonus is left out of the grade."""

from typing import Any

from plumbline.assessment.rules import recomputing
from plumbline.assessment.rules.scheme import Scheme, from_document

RESULT = {"type": "result", "source": {"kind": "performance.result"}}


def leaf(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "name": code, "points": 100, "rules": [RESULT]} | more


def scheme_of(**more: Any) -> Scheme:
    tree = [leaf("a", weight="40%"), leaf("b", weight="60%"), leaf("x", kind="bonus", points=10)]
    profile = {"code": "p", "name": "p", "classes": ["town"], "weights": {"a": "70%", "b": "30%"}}
    base = {"code": "sheet", "title": "Sheet", "not_applicable": "reweight", "profiles": [profile]}
    return from_document(base | {"tree": tree} | more)


def test_each_class_takes_the_column_of_its_profile() -> None:
    where = recomputing.layout(scheme_of(), sheet="it's", first=1)
    assert where.weight("a", "town") == "'it''s'!$F$2"
    assert where.weight("a", "elsewhere") == "'it''s'!$E$2"
    assert "$F$2" in recomputing.score_formula(where, recomputing.Member(2, "town", frozenset()))


def test_points_are_spread_by_the_weights_of_the_class() -> None:
    where = recomputing.layout(scheme_of(), sheet="s", first=1)
    town = recomputing.score_formula(where, recomputing.Member(2, "town", frozenset({"a"})))
    other = recomputing.score_formula(where, recomputing.Member(2, "elsewhere", frozenset({"a"})))
    whole = 100 * 1_000_000 * 10_000
    assert f"*{whole}/{whole * 3 // 10},0)" in town
    assert f"*{whole}/{whole * 6 // 10},0)" in other


def test_where_everything_or_nothing_is_gone_nothing_is_spread() -> None:
    where = recomputing.layout(scheme_of(), sheet="s", first=1)
    for gone in (frozenset({"a", "b"}), frozenset[str]()):
        assert "MAX(0," not in recomputing.score_formula(where, recomputing.Member(2, "town", gone))


def test_the_grade_without_the_bonus_leaves_its_column_out() -> None:
    plain = recomputing.layout(scheme_of(), sheet="s", first=1)
    unit = recomputing.Member(2, "town", frozenset())
    assert recomputing.graded_points(plain, unit, "E") == "E2"
    where = recomputing.layout(scheme_of(graded_by="without_bonus", ceiling=100), sheet="s", first=1)
    told = recomputing.graded_points(where, unit, "E")
    assert "N(A2)" in told and "N(B2)" in told and "N(C2)" not in told
    assert recomputing.score_formula(where, unit).startswith("=ROUND(MIN(100,")
    assert recomputing.grade_formula(told, "grades", 2).startswith(f"=IFERROR(LOOKUP({told},'grades'!")
