"""Uncertainty where the bands do not look at the bonus: places move with it, grades never do."""

from dataclasses import replace

import numpy as np

from plumbline.assessment.rules.uncertainty import comparing, scenarios
from plumbline.assessment.rules.uncertainty.inputs import ClassTable, Gated, Settings
from plumbline.assessment.rules.uncertainty.scores import Scores

FEW = Settings(draws=40, threads=1)


def table(*, without_bonus: bool) -> ClassTable:
    """Two units of 80 and 70 points in two indicators; the second has a bonus of 15 under the ceiling and 5 beyond it."""
    bonus = np.array([0.0, 15.0])
    return ClassTable(
        units=(1, 2), nodes=("a", "b"), share=np.array([[0.8, 0.8], [0.7, 0.7]]), weight=np.array([50.0, 50.0]),
        part=np.array([0, 0]), beside=bonus.copy(), beyond=np.array([0.0, 5.0]), missing=np.zeros((2, 2), bool),
        grades=("good", "fair"), thresholds=(75.0,), bonus=bonus if without_bonus else None,
    )  # fmt: skip


def test_the_bands_look_at_the_table_without_the_bonus() -> None:
    plain, graded = table(without_bonus=False), table(without_bonus=True)
    assert plain.for_bands is plain
    assert Scores(graded).many(None, {}).tolist() == [[80.0, 90.0]]
    assert Scores(graded.for_bands).many(None, {}).tolist() == [[80.0, 70.0]]
    assert graded.for_bands.for_bands.bonus is None


def test_every_draw_ranks_by_the_score_and_grades_without_the_bonus() -> None:
    drawn = scenarios.drawn(table(without_bonus=True), FEW, scenarios.WEIGHTS)
    assert (drawn.ranks == [[2], [1]]).all()
    assert drawn.grades.tolist() == [[40, 0], [0, 40]]
    drawn = scenarios.drawn(table(without_bonus=False), FEW, scenarios.WEIGHTS)
    assert drawn.grades.tolist() == [[40, 0], [40, 0]]


def test_where_only_a_gate_is_estimated_the_points_of_the_bands_are_the_same_in_all_draws() -> None:
    shut = Gated(np.zeros(2, bool), np.ones(2), np.full(2, 0.01), 0.5, 0, np.array([1, 1], np.int8))
    drawn = scenarios.drawn(replace(table(without_bonus=True), steps=(shut,)), FEW, scenarios.SURVEYS)
    assert drawn.grades.tolist() == [[40, 0], [0, 40]]


def test_single_changes_compare_grades_without_the_bonus() -> None:
    made = table(without_bonus=True)
    geometric = comparing.geometric_mean(made)
    assert (geometric.grades, geometric.ranks.tolist()) == (0, [2, 1])
    assert [one.grades for one in comparing.left_out(made)] == [0, 0]
    uneven = replace(made, share=np.array([[0.8, 0.8], [0.9, 0.5]]))
    assert [one.grades for one in comparing.left_out(uneven)] == [0, 1]
