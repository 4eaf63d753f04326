"""Suggested targets: the worked cases of docs/algorithms/targets.md, and what holds for every suggestion."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbline.assessment.rules.targets import (
    ROUNDED,
    STEP,
    Aim,
    ClassLine,
    class_line,
    next_by_trend,
    quantile,
    scaled,
    suggest,
)
from plumbline.kernel.numbers import BASIS, MICRO, div_half_up

PAGE = Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "targets.md"
NOBODY = ClassLine(0, 0, 0, 0)


def micro(text: str) -> int:
    return int(Decimal(text) * MICRO)


def cases() -> list[list[str]]:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in PAGE.read_text().splitlines()]
    table = [row for row in rows if len(row) == 8 and not row[0].startswith("-") and row[0] != "case"]
    assert len(table) > 10
    return table


@pytest.mark.parametrize("case", cases(), ids=lambda case: case[0])
def test_worked_cases(case: list[str]) -> None:
    _name, klass, own, earlier, maximum, target, aim, bounded = case
    reached = [micro(one) for one in klass.split()]
    found = suggest(
        own=None if own == "–" else micro(own), earlier=[micro(one) for one in earlier.split()],
        line=class_line(reached) if reached else NOBODY, maximum=micro(maximum),
    )  # fmt: skip
    assert (found.value, found.aim, found.bounded) == (micro(target), Aim(aim), bounded == "yes")


def test_the_page_says_the_numbers_of_the_code() -> None:
    page = PAGE.read_text()
    assert f"{div_half_up(STEP * 100, BASIS)} %" in page
    assert re.search(r"tenth of a point", page)
    assert ROUNDED * 10 == MICRO


points = st.integers(0, 10**8)


@given(
    own=points, others=st.lists(points, max_size=12), earlier=st.lists(points, max_size=5), more=st.integers(0, 10**7)
)
def test_no_target_is_out_of_reach_or_below_what_was_reached(
    own: int, others: list[int], earlier: list[int], more: int
) -> None:
    maximum = max([own, *others]) + more
    found = suggest(own=own, earlier=earlier, line=class_line([own, *others]), maximum=maximum)
    assert own <= found.value <= maximum
    assert found.value <= max(own, own + div_half_up(maximum * STEP, BASIS) + ROUNDED)


@given(st.lists(points, min_size=1, max_size=30))
def test_quartiles_lie_in_order_and_within(values: list[int]) -> None:
    line = class_line(values)
    assert min(values) <= line.median <= line.upper <= line.best == max(values)
    assert quantile(sorted(values), 0) == min(values)


def test_trend_and_scale() -> None:
    assert next_by_trend(5, []) is None
    assert next_by_trend(6, [0, 3]) == 9
    assert next_by_trend(6, [100, 0, 0, 3]) == 8, "the oldest of four is left out"
    assert scaled(3, 6, 10) == 5
    with pytest.raises(IndexError):
        class_line([])
