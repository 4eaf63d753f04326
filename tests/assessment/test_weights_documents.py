"""The worked cases of the pages on weights by class and on grades without the bonus, scored as they stand there."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from plumbline.assessment.rules.scheme import Scheme, from_document
from plumbline.assessment.rules.scoring import Inputs, duckdb_engine, score
from tests.assessment import made_up
from tests.assessment.test_rules_documents import PAGES, cases_of

POINT = 1_000_000


def micro(text: str) -> int:
    return int(Decimal(text) * POINT)


def scheme_on(page: str) -> Scheme:
    written = re.search(r"```yaml\n(.*?)```", (PAGES / page).read_text("utf-8"), re.DOTALL)
    assert written is not None
    return from_document({"code": "page", "title": "Page"} | yaml.safe_load(written[1]))


def scored(scheme: Scheme, cases: list[dict[str, str]]) -> dict[str, list[dict[str, Any]]]:
    """Score each case as a unit; columns named as indicators are results, ``faults`` are findings."""
    facts: list[dict[str, Any]] = []
    for unit, case in enumerate(cases, start=1):
        one = {"unit_id": unit, "occurred_on": date(2025, 6, 1)}
        for metric in "abx":
            if metric in case:
                found = {"kind": "performance.result", "quantity": micro(case[metric]), "attr_metric": metric}
                facts.append(one | found)
        facts += [one | {"kind": "finding.recorded", "quantity": 1}] * int(case.get("faults", 0))
    listed = [dict(fact, fact_id=place) for place, fact in enumerate(facts, start=1)]
    units = [
        {"unit_id": unit, "code": f"u{unit}", "klass": case.get("class", "all"), "category": "x"}
        for unit, case in enumerate(cases, start=1)
    ]
    engine = duckdb_engine(threads=1)
    try:
        results = score(engine, scheme, Inputs.from_arrow(engine, *made_up.arrow(scheme, listed, units, [])))
        return {name: table.to_pylist() for name, table in results.all().items()}
    finally:
        engine.forget()


def test_the_page_on_weights_by_class_says_what_is_scored() -> None:
    cases = cases_of(PAGES / "class-weights.md")
    found = scored(scheme_on("class-weights.md"), cases)
    assert [row["score"] for row in found["composite"]] == [micro(case["score"]) for case in cases]


def test_the_page_on_grades_without_the_bonus_says_what_is_graded() -> None:
    cases = cases_of(PAGES / "without-bonus.md")
    found = scored(scheme_on("without-bonus.md"), cases)
    assert [(row["score"], row["grade"]) for row in found["composite"]] == [
        (micro(case["score"]), case["grade"]) for case in cases
    ]
    firsts = [row["numerator"] for row in found["grade_steps"] if row["step"] == "score"]
    assert firsts == [micro(case["without bonus"]) for case in cases]
