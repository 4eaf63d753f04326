"""The worked cases of docs/algorithms, scored as they stand there: a page that is wrong fails."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from plumbline.assessment.rules.scheme import Scheme, from_document, load_yaml
from plumbline.assessment.rules.scoring import Inputs, duckdb_engine, score
from plumbline.kernel.numbers import div_half_up
from tests.assessment import made_up
from tests.assessment.schemes import shipped

PAGES = Path(__file__).resolve().parents[2] / "docs" / "algorithms"
RULE_PAGES = sorted([*PAGES.glob("r[0-9]*.md"), PAGES / "option-mean.md"])
FACT = re.compile(r"(?:(?P<times>\d+)× )?(?P<kind>[a-z_.]+) (?P<day>\d{4}-\d\d-\d\d)(?P<rest>.*)")


def rows_of(page: Path) -> list[list[str]]:
    rows = [line.strip()[1:-1].split("|") for line in page.read_text("utf-8").splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows]


def table(page: Path) -> list[list[str]]:
    """Return the rows of the last table of a page, without its heading."""
    return rows_of(page)[2:]


def cases_of(page: Path) -> list[dict[str, str]]:
    """Return the rows of the last table of a page, by its headings."""
    heading, _line, *rows = rows_of(page)
    return [dict(zip(heading, row, strict=True)) for row in rows]


def facts_of(unit: int, text: str) -> list[dict[str, Any]]:
    """Read the facts of one row."""
    found = []
    for part in filter(None, (one.strip() for one in text.split(";"))):
        match = FACT.fullmatch(part)
        assert match, part
        words = match["rest"].split()
        quantity = next((int(word[1:]) for word in words if word.startswith("=")), 1)
        named = {f"attr_{name}": value for name, _, value in (word.partition(":") for word in words if ":" in word)}
        one = {
            "unit_id": unit,
            "kind": match["kind"],
            "occurred_on": date.fromisoformat(match["day"]),
            "quantity": quantity,
        }
        found += [one | named] * int(match["times"] or 1)
    return found


def scored(
    scheme: Scheme, facts: list[dict[str, Any]], count: int, gone: list[dict[str, Any]] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Score ``count`` units of one class."""
    numbered = [dict(one, fact_id=place) for place, one in enumerate(facts, start=1)]
    units = [{"unit_id": u, "code": f"u{u}", "klass": "all", "category": "organisation"} for u in range(1, count + 1)]
    engine = duckdb_engine(threads=1)
    inputs = Inputs.from_arrow(engine, *made_up.arrow(scheme, numbered, units, gone or []))
    return {name: found.to_pylist() for name, found in score(engine, scheme, inputs).all().items()}


TYPES = {*(f"R{number}" for number in range(1, 22))}


def test_every_type_of_rule_has_its_page() -> None:
    pages = {f"R{int(page.stem[1:3])}" for page in RULE_PAGES if page.stem.startswith("r")}
    assert pages == TYPES
    told = (PAGES / "scoring.md").read_text("utf-8")
    assert [page.name for page in RULE_PAGES if f"({page.name})" not in told] == []


def scheme_of(page: Path) -> Scheme:
    """Return the scheme of a page: a whole one, or one indicator with the code 1 beside which nothing counts."""
    block = re.search(r"```yaml\n(.*?)```", page.read_text("utf-8"), re.S)
    assert block
    written = yaml.safe_load(block[1])
    if "tree" in written:
        return from_document({"code": "worked", "title": "Worked", **written})
    node = {"code": "1", "name": "Item", **written}
    base = {
        "code": "2",
        "name": "Base",
        "points": 1,
        "rules": [{"type": "flaw", "source": {"kind": "no.such"}, "deduct": 1}],
    }
    return from_document({"code": "worked", "title": "Worked", "tree": [node, base] if node.get("kind") else [node]})


@pytest.mark.parametrize("page", RULE_PAGES, ids=lambda page: page.stem)
def test_worked_cases(page: Path) -> None:
    cases = cases_of(page)
    facts = [one for unit, case in enumerate(cases, start=1) for one in facts_of(unit, case["facts"])]
    away = [(unit, case.get("does not apply", "")) for unit, case in enumerate(cases, start=1)]
    gone = [
        {"unit_id": unit, "node": node.strip(), "reason": "worked"}
        for unit, nodes in away for node in nodes.split(";") if node
    ]  # fmt: skip
    found = scored(scheme_of(page), facts, len(cases), gone)
    rows = {row["unit_id"]: row for row in found["scores"] if row["node"] == "1"}
    wholes = {row["unit_id"]: row for row in found["composite"]}
    for unit, case in enumerate(cases, start=1):
        told = {"points": _points(rows[unit]), "grade": wholes[unit]["grade"], "score": _exact(wholes[unit]["score"])}
        wanted = {name: told[name] for name in case if name in told}
        assert wanted, page
        for name, value in wanted.items():
            assert value == case[name] or Decimal(value) == Decimal(case[name]), (case["case"], name, value)


def _points(row: dict[str, Any]) -> str:
    return "not reported" if row["status"] == "not_reported" and row["applied"] == 0 else _exact(row["applied"])


def _exact(value: int | None) -> str:
    return "none" if value is None else str(Decimal(value) / 1_000_000)


def test_grading_cases() -> None:
    facts: list[dict[str, Any]] = []
    cases = table(PAGES / "grading.md")
    shares = [
        ("class_secretary", 15),
        ("class_plan", 15),
        ("class_systems", 15),
        ("class_venue", 10),
        ("class_support", 15),
    ]
    shares += [("class_results", 15), ("class_masses", 15)]
    for unit, (points, yes, answers, _grade) in enumerate(cases, start=1):
        left = int(Decimal(points) * 1_000_000)
        for indicator, most in shares:
            given = min(left, most * 1_000_000)
            left -= given
            facts += facts_of(unit, f"performance.result 2025-12-31 ={given} indicator:{indicator}")
        counts = {"satisfied": int(yes), "dissatisfied": int(answers) - int(yes), "dont_know": 7}
        facts += [
            one for option, n in counts.items() if n
            for one in facts_of(unit, f"survey.answers 2025-12-01 ={n} question:satisfaction option:{option}")
        ]  # fmt: skip
    found = scored(load_yaml(shipped("classification")), facts, len(cases))
    assert [row["grade"] for row in found["composite"]] == [grade for *_rest, grade in cases]


def test_division_cases() -> None:
    for numerator, denominator, wanted in table(PAGES / "integer-arithmetic.md"):
        assert div_half_up(int(numerator), int(denominator)) == int(wanted)
