"""The worked cases of the pages on uncertainty and backtest, calculated as they stand there."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from plumbline.assessment.rules import backtest as rule
from plumbline.assessment.rules.backtest import Standing, StepTaken
from plumbline.assessment.rules.uncertainty import Settings, mean_error

PAGES = Path(__file__).resolve().parents[2] / "docs" / "algorithms"


def rows_of(page: str, head: str) -> list[list[str]]:
    """Return the rows of the table whose first line is ``head``."""
    lines = (PAGES / page).read_text(encoding="utf-8").splitlines()
    found = []
    for line in lines[lines.index(head) + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def share(text: str) -> float | None:
    return None if text == "unknown" else float(text.removesuffix("%")) / 100


SURVEYS = rows_of("uncertainty.md", "| answers | turnout | silent | standard error |")


@pytest.mark.parametrize("row", SURVEYS, ids=[" ".join(row[:3]) for row in SURVEYS])
def test_the_errors_of_the_page(row: list[str]) -> None:
    counts = np.array([[float(one) for one in row[0].split(",")]])
    silent = share(row[2])
    assert silent is not None
    found = mean_error(counts, np.array([100.0, 80.0, 30.0]), turnout=share(row[1]), silent=silent)
    assert f"{found[0]:.3f}" == row[3]


def test_the_settings_of_the_page_are_those_of_the_code() -> None:
    text = (PAGES / "uncertainty.md").read_text(encoding="utf-8")
    given = Settings()
    assert f"Matrices A and B of {given.base:,} rows" in text
    assert f"for {given.draws:,}" in text
    assert f"at least {given.apart * 100:g} % of the draws" in text


DECIDED = rows_of("backtest.md", "| grade by score | steps that changed the grade | decided by |")


@pytest.mark.parametrize("row", DECIDED, ids=[row[2] for row in DECIDED])
def test_what_decides_a_grade(row: list[str]) -> None:
    by_score, steps, cause = row
    old = StepTaken("score", "", "", "good", 0, 1)
    new = StepTaken("score", "", "", "fair" if by_score == "differs" else "good", 0, 1)
    veto = StepTaken("veto", "v", new.after, "poor", 1, 1)
    after = (new, veto) if steps == "differ" else (new,)
    standings = [Standing("a", 1, 1, taken[-1].after, {}, taken) for taken in ((old,), after)]
    [moved] = rule.compare({1: standings[0]}, {1: standings[1]})
    assert moved.cause == cause


CUTS = rows_of("backtest.md", "| class | scores at the grade | places | ties | warned |")


@pytest.mark.parametrize("row", CUTS, ids=[row[0] for row in CUTS])
def test_the_cuts_that_are_warned_of(row: list[str]) -> None:
    scores, places, include = [int(one) for one in row[1].split(",")], int(row[2]), row[3] == "include"
    standings = {}
    for unit, score in enumerate(scores):
        best = 1 + sum(other > score for other in scores)
        last = best + Counter(scores)[score] - 1
        kept = (best if include else last) <= places
        quota = StepTaken("quota", "good", "good", "good" if kept else "fair", best, places)
        taken = (StepTaken("score", "", "", "good", score, 1), quota)
        standings[unit] = Standing("a", score, best, quota.after, {}, taken)
    [found] = rule.decided(standings)
    told = [f"a cut between {count} equal scores" for _grade, _places, count, _inside in found.ties]
    told += [
        f"the quota takes it from {found.steps[0][3]} of {found.graded}" for _step in found.heavy if not found.ties
    ]
    assert told == ([row[4]] if row[4] else [])


def test_every_worked_table_was_found() -> None:
    assert [len(SURVEYS), len(DECIDED), len(CUTS)] == [6, 3, 4]
    assert all(re.match(r"[\d, ]+$", row[0]) for row in SURVEYS)
