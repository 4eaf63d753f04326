"""The worked cases of the pages on measures and indicators, calculated as they stand there."""

from typing import Any

import numpy as np
import pytest

from plumbline.assessment.rules.analysis import (
    CONSISTENT,
    FAIRLY_CONSISTENT,
    importance,
    normalising,
    outliers,
    profile,
    reliability,
    wide,
)
from tests.assessment.test_uncertainty_documents import rows_of


def numbers(text: str) -> Any:
    return np.array([float(one) for one in text.split(",")])


def number(text: str) -> float | None:
    return float(text) if text else None


TREATED = rows_of("measures.md", "| values | rule | become |")


@pytest.mark.parametrize("row", TREATED, ids=[f"{row[1]} {place}" for place, row in enumerate(TREATED)])
def test_outliers(row: list[str]) -> None:
    found = outliers.treated(numbers(row[0]), row[1])  # type: ignore[arg-type]
    np.testing.assert_allclose(found.values, numbers(row[2]))


WAYS = rows_of("measures.md", "| way | values | direction | low | high | target | become |")


@pytest.mark.parametrize("row", WAYS, ids=[" ".join(row[:3]) for row in WAYS])
def test_ways(row: list[str]) -> None:
    bounds = normalising.Bounds(int(row[2]), number(row[3]), number(row[4]), number(row[5]))
    found = normalising.normalised(numbers(row[1]), row[0], bounds)  # type: ignore[arg-type]
    np.testing.assert_allclose(found, numbers(row[6]), atol=1e-9)


def test_every_way_has_a_case() -> None:
    assert {row[0] for row in WAYS} == set(normalising.WAYS)


RANKS = rows_of("measures.md", "| ours | published | met | largest difference | Spearman | Kendall |")


@pytest.mark.parametrize("row", RANKS, ids=[row[1] for row in RANKS])
def test_ranks(row: list[str]) -> None:
    ours, published = ([int(one) for one in numbers(text)] for text in row[:2])
    found = wide.agreement(ours, published)
    assert found is not None
    assert [str(found.equal), str(found.largest), f"{found.spearman:.3f}", f"{found.kendall:.3f}"] == row[2:]


EFFECTS = rows_of("indicators.md", "| indicator | whole | explains |")


@pytest.mark.parametrize("row", EFFECTS, ids=[row[0] for row in EFFECTS])
def test_effects(row: list[str]) -> None:
    found = importance.first_order(numbers(row[0]), numbers(row[1]))
    assert ("none" if found is None else f"{found:.3f}") == row[2]


ALPHAS = rows_of("indicators.md", "| first | second | third | alpha |")


@pytest.mark.parametrize("row", ALPHAS, ids=[row[1] for row in ALPHAS])
def test_alphas(row: list[str]) -> None:
    found = reliability.reliability("A", ("1", "2", "3"), np.column_stack([numbers(one) for one in row[:3]])).alpha
    assert ("none" if found is None else f"{found:.3f}") == row[3]


STANDINGS = rows_of("indicators.md", "| own | class | ahead | percentile | called |")


@pytest.mark.parametrize("row", STANDINGS, ids=[f"{row[0]} of {row[1]}" for row in STANDINGS])
def test_standings(row: list[str]) -> None:
    found = profile.standing("1", int(row[0]), numbers(row[1]))
    told = [found.ahead, None if found.percentile is None else round(found.percentile), found.verdict or "–"]
    assert [str(one) for one in told] == row[2:]


def test_what_the_page_says_of_bounds_is_what_the_code_has() -> None:
    assert (profile.STRONG, profile.WEAK, profile.LEAST_MATES) == (75, 25, 4)
    assert (CONSISTENT, FAIRLY_CONSISTENT) == (0.8, 0.6)
    assert (outliers.SKEWED, outliers.PEAKED, outliers.MOST_POINTS, outliers.FENCE) == (2, 3.5, 5, 1.5)
    assert importance.LEAST == 5
