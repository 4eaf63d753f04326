"""The worked cases of docs/algorithms/distribution.md, distributed as they stand there."""

from pathlib import Path

import pytest

from plumbline.assessment.rules.distribution import distribute
from tests.assessment.test_rules_documents import table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "distribution.md"


def numbers(text: str) -> list[int]:
    return [int(one) for one in text.replace("–", "").split(",") if one.strip()]


def by_team(text: str) -> dict[str, list[int]]:
    parts = (part.partition(":") for part in text.split(";") if part.strip())
    return {name.strip(): numbers(rest) for name, _colon, rest in parts}


@pytest.mark.parametrize("row", table(PAGE), ids=lambda row: row[0])
def test_the_page_says_what_is_distributed(row: list[str]) -> None:
    _case, units, teams, conflicts, fixed, result = row
    names = [name.strip() for name in teams.split(",")]
    ids = {name: number for number, name in enumerate(names)}
    blocked = {(ids[name], unit) for name, refused in by_team(conflicts).items() for unit in refused}
    kept = {unit: ids[name] for name, given in by_team(fixed).items() for unit in given}
    found = distribute(numbers(units), list(ids.values()), blocked, kept)
    told = {name: sorted(u for u, t in {**kept, **found.team_of}.items() if t == ids[name]) for name in names}
    left = {"left": list(found.left)} if found.left else {}
    assert {**told, **left} == by_team(result)
