"""The worked cases of docs/algorithms/duties.md, calculated."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from plumbline.responsibility.rules.duty_attainment import Result, Weighed, attained, summed_up
from plumbline.responsibility.rules.extents import Extent, ExtentKind

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "duties.md"


def rows(first_heading: str) -> list[list[str]]:
    """Return the cells of the table that begins with this heading."""
    lines = DOCUMENT.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line[1:-1].split("|")])
    assert len(found) > 5
    return found


def extent_of(text: str) -> Extent:
    kind, _, target = text.partition(" ")
    if kind == "date":
        return Extent(ExtentKind.DATE, target_on=date.fromisoformat(target))
    if kind == "standard":
        return Extent(ExtentKind.STANDARD, standard="x")
    at_most = target.startswith("at most ")
    return Extent(ExtentKind(kind), int(Decimal(target.removeprefix("at most ")) * 1_000_000), at_most=at_most)


def result_of(text: str, order: int) -> Result:
    said, _, day = text.partition(" @ ")
    word, _, value = said.partition(" ")
    met = {"met": True, "unmet": False}.get(word)
    micro = 0 if met is not None else int(Decimal(value) * 1_000_000)
    return Result(date.fromisoformat(day), micro, met, order, is_level=word == "level")


@pytest.mark.parametrize("case", rows("extent"), ids=lambda case: " ".join(case))
def test_what_the_document_says_is_attained(case: list[str]) -> None:
    extent, begins, facts, steps, expected = case
    found = [result_of(text.strip(), order) for order, text in enumerate(facts.split(";")) if text.strip()]
    done, _, total = steps.partition(" of ")
    known = attained(
        extent_of(extent), found, starts_on=date.fromisoformat(begins), steps=(int(done or 0), int(total or 0))
    )
    assert known.basis == (None if expected == "unknown" else int(expected))


def weighed(text: str, is_business: bool) -> list[Weighed]:
    found = []
    for one in filter(None, (part.strip() for part in text.split(","))):
        weight, _, basis = one.partition("×")
        found.append(Weighed(is_business, int(weight), None if basis == "unknown" else int(basis)))
    return found


@pytest.mark.parametrize("case", rows("business"), ids=lambda case: " ".join(case))
def test_how_the_document_sums_up(case: list[str]) -> None:
    business, organisation, *expected = case
    found = summed_up([*weighed(business, True), *weighed(organisation, False)])
    said = [None if one == "none" else int(one) for one in expected]
    assert [found.business, found.organisation, found.together] == said
