"""Ranks, grades and indices of many draws against the plainest way to say what they are."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from plumbline.assessment.rules.uncertainty import (
    SURVEYS,
    TOGETHER,
    WEIGHTS,
    Bottom,
    ClassTable,
    Gated,
    Mapped,
    QuotaCut,
    Settings,
    SurveyError,
    Weighting,
    analyse,
    comparing,
    concentration,
    drawing,
    ladder,
    mean_error,
    monte_carlo_error,
    ranks,
    rate_error,
    scenario_names,
    scenarios,
    sobol,
)
from plumbline.assessment.rules.uncertainty.scores import LEAST, Scores, geometric, moved_shares

FEW = Settings(draws=400, base=64)


def table(units: int = 8, indicators: int = 6, seed: int = 1, **more: object) -> ClassTable:
    """Return a made-up class: shares about 0.8, three parts, a total of 100."""
    random = np.random.default_rng(seed)
    weight = random.uniform(1, 3, indicators)
    made = ClassTable(
        units=tuple(range(10, 10 + units)), nodes=tuple(f"i{place}" for place in range(indicators)),
        share=random.uniform(0.5, 1, (units, indicators)), weight=weight * 100 / weight.sum(),
        part=np.arange(indicators) % 3, beside=np.zeros(units), beyond=np.zeros(units),
        missing=np.zeros((units, indicators), bool),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def graded(made: ClassTable, *steps: Mapped | Gated | Bottom | QuotaCut) -> ClassTable:
    """Give a class three grades."""
    bounds = np.quantile(made.share @ made.weight, [0.7, 0.3])
    return replace(made, grades=("A", "B", "C"), thresholds=tuple(bounds), steps=steps)


def naive_ranks(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    return np.array([[1 + sum(other > own for other in row) for own in row] for row in scores])


# Ranks


@given(st.lists(st.lists(st.integers(-3, 3), min_size=5, max_size=5), min_size=1, max_size=6))
def test_equal_scores_share_the_better_rank(rows: list[list[int]]) -> None:
    scores = np.array(rows, np.float32)
    assert (ranks.ranked(scores) == naive_ranks(scores)).all()


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=40, unique=True))
def test_scores_of_either_sign_are_ordered_as_numbers(row: list[float]) -> None:
    scores = np.array([row], np.float32)
    assert (ranks.ranked(scores) == naive_ranks(scores)).all()
    assert (ranks.order(scores, ties=False).ranks() == naive_ranks(scores)).all()


def test_zero_has_no_sign() -> None:
    assert ranks.ranked(np.array([[0.0, -0.0, 1.0]], np.float32)).tolist() == [[2, 2, 1]]


@given(st.integers(1, 40), st.integers(2, 6), st.integers(0, 5), st.integers(1, 3))
def test_shares_of_the_order_count_equal_ranks_half(draws: int, size: int, seed: int, threads: int) -> None:
    scores = np.random.default_rng(seed).integers(0, 4, (draws, size)).astype(np.float32)
    places = np.ascontiguousarray(ranks.ranked(scores).T)
    found = ranks.order_shares(places, threads)
    for one, other in combinations(range(size), 2):
        expected = ((places[one] < places[other]) + 0.5 * (places[one] == places[other])).mean()
        assert found[one, other] == pytest.approx(expected)
        assert found[other, one] == pytest.approx(1 - expected)
    assert (np.diag(found) == 0.5).all()


def test_more_draws_than_bytes_hold_are_added_without_running_over() -> None:
    places = np.array([[1] * 5000, [2] * 5000], np.int16)
    for ties in (True, False):
        assert ranks.order_shares(places, ties=ties).tolist() == [[0.5, 1.0], [0.0, 0.5]]


def test_an_interval_holds_the_middle_of_the_draws() -> None:
    places = np.array([[1] * 5 + [2] * 90 + [3] * 5, [2] * 4 + [1] * 96, [3] * 94 + [2] * 6], np.int16)
    low, median, high, first = ranks.interval(places, 0.90)
    assert (low.tolist(), median.tolist(), high.tolist()) == ([1, 1, 2], [2, 1, 3], [2, 1, 3])
    assert first.tolist() == [0.05, 0.96, 0.0]


@given(st.integers(2, 9), st.integers(0, 50))
def test_runs_alike_are_all_the_longest_runs_without_a_pair_told_apart(size: int, seed: int) -> None:
    upper = np.triu(np.random.default_rng(seed).uniform(0.5, 1, (size, size)), 1)
    shares = upper + np.tril(1 - upper.T, -1) + np.eye(size) / 2
    alike = [
        (first, last)
        for first in range(size)
        for last in range(first + 1, size)
        if all(upper[one, other] < 0.8 for one, other in combinations(range(first, last + 1), 2))
    ]
    longest = [
        run for run in alike if not any(other != run and other[0] <= run[0] and run[1] <= other[1] for other in alike)
    ]
    assert ranks.runs_alike(shares, 0.8) == sorted(longest)


# Drawing


def test_weights_have_the_declared_mean_and_spread() -> None:
    made = table(indicators=12)
    drawn = drawing.weights(made, Settings(spread=0.3), 40_000, drawing.stream(5, 1))
    issued = made.weight / 100
    c = concentration(12, 0.3)
    assert drawn.sum(axis=1) == pytest.approx(100, abs=1e-3)
    assert drawn.mean(axis=0) / 100 == pytest.approx(issued, rel=0.01)
    assert drawn.var(axis=0) / 1e4 == pytest.approx(issued * (1 - issued) / (c + 1), rel=0.05)


def test_the_spread_is_that_of_an_average_weight() -> None:
    equal = 1 / 20
    variance = equal * (1 - equal) / (concentration(20, 0.25) + 1)
    assert variance**0.5 / equal == pytest.approx(0.25)
    assert concentration(1, 0.25) == concentration(3, 5.0) == 1.0


def test_weights_anywhere_have_equal_means() -> None:
    drawn = drawing.weights(table(), Settings(weighting=Weighting.ANYWHERE), 40_000, drawing.stream(5, 1))
    assert drawn.mean(axis=0) == pytest.approx(100 / 6, rel=0.02)


def test_parts_keep_their_weight_where_that_is_declared() -> None:
    made = table()
    drawn = drawing.weights(made, Settings(keep_parts=True), 50, drawing.stream(5, 1))
    for part in range(3):
        mine = made.part == part
        assert drawn[:, mine].sum(axis=1) == pytest.approx(made.weight[mine].sum(), rel=1e-5)


# Answers


def test_the_error_of_a_mean_is_cochrans() -> None:
    counts, values = np.array([[40.0, 40.0, 20.0]]), np.array([100.0, 80.0, 30.0])
    padded = np.repeat([100.0, 80.0, 30.0, 100.0, 30.0], [40, 40, 20, 1, 1])
    weights = np.repeat([1, 1, 1, 0.5, 0.5], [40, 40, 20, 1, 1])
    mean = (padded * weights).sum() / 101
    variance = (weights * (padded - mean) ** 2).sum() / 100
    assert mean_error(counts, values, turnout=None, silent=0.1)[0] == pytest.approx((variance / 100) ** 0.5)
    asked_half = ((1 - 0.5) * variance / 100 + (0.5 * 0.1 * 70) ** 2) ** 0.5
    assert mean_error(counts, values, turnout=0.5, silent=0.1)[0] == pytest.approx(asked_half)


def test_everybody_asked_answered_leaves_no_error() -> None:
    assert mean_error(np.array([[3.0, 5.0]]), np.array([0.0, 1.0]), turnout=1.0, silent=0.3)[0] == 0


def test_three_answers_alike_are_not_certain_and_none_have_no_error() -> None:
    found = rate_error(np.array([3.0, 0.0]), np.array([3.0, 0.0]), turnout=None, silent=0.0)
    assert found[0] > 0.15
    assert found[1] == 0


@given(st.integers(1, 500), st.integers(2, 6))
def test_more_answers_of_the_same_kind_are_never_less_sure(answers: int, times: int) -> None:
    yes = answers // 3
    few, many = rate_error(np.array([yes, times * yes]), np.array([answers, times * answers]), turnout=None, silent=0)
    assert many <= few + 1e-12


def test_the_error_of_counting_draws() -> None:
    assert monte_carlo_error(0.5, 10_000) == pytest.approx(0.005)
    assert monte_carlo_error(1.0, 10_000) == 0


def test_moved_shares_stay_between_nothing_and_all() -> None:
    made = table(surveys=(SurveyError(0, 0, np.full(8, 0.4)), SurveyError(0, 0, np.full(8, 0.1))))
    more = moved_shares(made, drawing.errors(made, 500, drawing.stream(1, 1)))[0]
    one = moved_shares(replace(made, surveys=made.surveys[:1]), drawing.errors(made, 500, drawing.stream(1, 1)))[0]
    moved = made.share[:, 0] + one
    assert (moved.min(), moved.max()) == (pytest.approx(0, abs=1e-6), pytest.approx(1, abs=1e-6))
    assert not np.allclose(more, one)


def test_bands_of_a_rate_jump_where_the_rate_does() -> None:
    one = SurveyError(
        0, 0, np.array([0.1, 0.0]), rate=np.array([0.9, 0.9]), cuts=(0.9, 0.8), steps=(1.0, 0.5), fallback=np.zeros(2)
    )
    made = table(units=2, surveys=(one,))
    made.share[:, 0] = 1.0
    normal = [np.array([[0.0, 0.0], [-0.5, -0.5], [-2.0, -2.0]], np.float32)]
    assert moved_shares(made, normal)[0].tolist() == [[0, 0], [-0.5, 0], [-1, 0]]


# Scores


def plain_scores(made: ClassTable, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Say the formula of ClassTable as loops."""
    out = np.zeros((len(weights), len(made.units)))
    for draw, row in enumerate(weights):
        for unit in range(len(made.units)):
            inside = sum(row[place] * made.share[unit, place] for place in range(len(row))) + made.beside[unit]
            out[draw, unit] = min(inside, made.ceiling or np.inf) + made.beyond[unit]
    return out


@given(st.integers(0, 30), st.sampled_from([None, 70.0]))
def test_scores_follow_the_formula_with_its_ceiling(seed: int, ceiling: float | None) -> None:
    random = np.random.default_rng(seed)
    made = table(seed=seed, beside=random.uniform(-2, 2, 8), beyond=random.uniform(0, 3, 8), ceiling=ceiling)
    weights = drawing.weights(made, FEW, 20, drawing.stream(seed, 1))
    assert Scores(made).many(weights, {}) == pytest.approx(plain_scores(made, weights.astype(np.float64)), abs=2e-3)
    issued = plain_scores(made, made.weight[None])
    assert Scores(made).many(None, {}) == pytest.approx(issued, abs=2e-4)


def test_a_moved_share_moves_the_score_by_its_weight() -> None:
    made = table()
    weights = drawing.weights(made, FEW, 3, drawing.stream(1, 1))
    more = np.full((3, 8), 0.01, np.float32)
    there = Scores(made).many(weights, {2: more}) - Scores(made).many(weights, {})
    assert there == pytest.approx(np.repeat(weights[:, 2:3] * 0.01, 8, axis=1), abs=1e-4)


def test_units_with_the_same_shares_are_equal_in_every_draw() -> None:
    made = table(units=7)
    made.share[5] = made.share[2]
    weights = drawing.weights(made, FEW, 300, drawing.stream(1, 1))
    found = Scores(made).many(weights, {})
    assert (found[:, 5] == found[:, 2]).all()


# Grades


def naive_grades(made: ClassTable, scores: NDArray[np.float64]) -> list[int]:
    """Say the steps as the documents do, for one draw without errors."""
    found = [sum(score < bound for bound in made.thresholds) for score in scores]
    for step in made.steps:
        if isinstance(step, Mapped):
            found = [int(step.to[unit, grade]) for unit, grade in enumerate(found)]
        elif isinstance(step, Gated):
            found = [int(step.to[grade]) if step.fired[unit] else grade for unit, grade in enumerate(found)]
        elif isinstance(step, Bottom):
            worse = [1 + sum(other < own for other in scores) for own in scores]
            found = [max(g, step.least) if place <= step.places else g for g, place in zip(found, worse, strict=True)]
        else:
            good = [unit for unit, grade in enumerate(found) if grade <= step.place]
            for unit in good:
                before = sum(scores[other] > scores[unit] for other in good)
                same = sum(scores[other] == scores[unit] for other in good)
                own = before + 1 if step.include_ties else before + same
                if own > step.allowed:
                    found[unit] = max(found[unit], step.place + 1)
    return found


@given(st.data())
def test_grades_follow_every_step(data: st.DataObject) -> None:
    size = 6
    scores = np.array([data.draw(st.lists(st.integers(0, 12), min_size=size, max_size=size))], np.float32)
    mapping = np.array(data.draw(st.lists(st.permutations([0, 1, 2]), min_size=size, max_size=size)), np.int8)
    step = st.one_of(
        st.just(Mapped(mapping)),
        st.builds(Bottom, st.integers(1, 4), st.integers(1, 2)),
        st.builds(QuotaCut, st.integers(0, 1), st.integers(0, 4), st.booleans()),
        st.just(Gated(scores[0] > 6, np.ones(size), np.zeros(size), 0.5, 0, np.array([1, 1, 2], np.int8))),
    )
    steps = tuple(data.draw(st.lists(step, max_size=4)))
    made = replace(table(units=size), grades=("A", "B", "C"), thresholds=(8.0, 4.0), steps=steps)
    found = ladder.grades(made, scores, ranks.order(scores), None)
    assert found[0].tolist() == naive_grades(made, scores[0])


def test_a_gate_on_a_rate_opens_and_shuts_with_the_answers() -> None:
    gate = Gated(
        np.array([False, True]), np.array([0.9, 0.0]), np.array([0.05, 0.0]), 0.8, 0, np.array([1, 1], np.int8)
    )
    made = replace(table(units=2), grades=("A", "B"), thresholds=(0.0,), steps=(gate,))
    scores = np.ones((2, 2), np.float32)
    normal = [np.array([[0.0, 5.0], [-3.0, 5.0]], np.float32)]
    # the second has no answers: it stays as it was found
    assert ladder.grades(made, scores, ranks.order(scores), normal).tolist() == [[0, 1], [1, 1]]


# Scenarios


def test_the_same_seed_gives_the_same_whatever_the_threads() -> None:
    made = graded(table(units=30, surveys=(SurveyError(0, 0, np.full(30, 0.1)),)), QuotaCut(0, 5, True))
    for name in scenario_names(made):
        one, two = (scenarios.drawn(made, replace(FEW, draws=30_000, threads=n), name) for n in (1, 2))
        assert (one.ranks == two.ranks).all()
        assert (one.grades == two.grades).all()
        other = scenarios.drawn(made, replace(FEW, seed=2, draws=30_000), name)
        assert not (one.ranks == other.ranks).all()


def test_a_piece_draws_ranks_and_grades_of_the_formula() -> None:
    made = graded(table(), QuotaCut(0, 1, False))
    drawn = scenarios.drawn(made, FEW, WEIGHTS)
    weights = drawing.weights(made, FEW, FEW.draws, drawing.stream(FEW.seed, drawing.WEIGHTS, 0))
    scores = plain_scores(made, weights.astype(np.float64))
    assert (naive_ranks(scores.astype(np.float32)) == drawn.ranks.T).mean() > 0.999
    grades = np.array([naive_grades(made, row) for row in scores])
    counts = np.stack([(grades == grade).sum(axis=0) for grade in range(3)], axis=1)
    assert np.abs(drawn.grades - counts).max() <= 2


def test_without_answers_there_is_one_scenario() -> None:
    assert scenario_names(table()) == (WEIGHTS,)
    gate = Gated(np.zeros(8, bool), np.full(8, 0.9), np.full(8, 0.1), 0.85, 0, np.array([1, 1, 2], np.int8))
    only_gate = graded(table(), gate)
    assert scenario_names(only_gate) == (WEIGHTS, SURVEYS, TOGETHER)
    drawn = scenarios.drawn(only_gate, FEW, SURVEYS)
    assert (drawn.ranks == drawn.ranks[:, :1]).all()
    assert drawn.grades.sum(axis=1).tolist() == [FEW.draws] * 8
    assert 0 < drawn.grades[:, 0].sum() < FEW.draws * 3


def test_all_scores_equal_are_all_first_and_nobody_is_told_apart() -> None:
    made = table()
    made.share[:] = 0.75
    found = analyse(graded(made), FEW)
    scenario = found.scenarios[0]
    assert scenario.low.tolist() == scenario.high.tolist() == [1] * 8
    assert scenario.alike == [(0, 7)]
    assert scenario.told.tolist() == [0] * 8
    assert found.geometric.correlation is None
    assert found.sobol is not None
    assert np.isnan(found.sobol.first).all()


def test_a_class_of_one_has_one_place() -> None:
    found = analyse(graded(table(units=1)), FEW)
    assert (found.scenarios[0].low.tolist(), found.scenarios[0].high.tolist()) == ([1], [1])
    assert found.scenarios[0].first.tolist() == [1.0]
    assert found.sobol is None


def test_one_better_in_everything_is_first_in_every_draw() -> None:
    made = table()
    made.share[3] = 1.0
    told: list[tuple[str, int]] = []
    scenario = analyse(made, FEW, lambda name, done: told.append((name, done))).scenarios[0]
    assert scenario.first[0] == 1
    assert (scenario.before[0, 1:] == 1).all()
    assert scenario.told[0] == 7
    assert told[-1] == (WEIGHTS, FEW.draws)


def test_large_classes_look_at_fewer_draws_for_pairs() -> None:
    made = table(units=401)
    shares, looked = scenarios.before(scenarios.drawn(made, replace(FEW, draws=1200), WEIGHTS), 2)
    assert looked == scenarios.PAIR_DRAWS
    assert shares.shape == (401, 401)


# Single changes


def test_leaving_out_gives_the_weight_to_the_others_in_proportion() -> None:
    made = graded(table())
    for place, one in enumerate(comparing.left_out(made)):
        weights = made.weight.copy()
        weights[place] = 0
        scores = made.share @ (weights * 100 / weights.sum())
        assert one.node == f"i{place}"
        assert one.ranks.tolist() == naive_ranks(scores[None].astype(np.float32))[0].tolist()
        assert one.mean == pytest.approx(np.abs(one.ranks - comparing.official_ranks(made)).mean())
        changed = sum(
            a != b
            for a, b in zip(naive_grades(made, scores), naive_grades(made, made.share @ made.weight), strict=True)
        )
        assert one.grades == changed


def test_an_only_indicator_cannot_be_left_out() -> None:
    assert comparing.left_out(table(indicators=1)) == []


def test_a_geometric_mean_punishes_what_is_uneven() -> None:
    made = table(units=2, indicators=2, weight=np.array([50.0, 50.0]), part=np.array([0, 0]))
    made.share[:] = [[1.0, 0.5], [0.74, 0.74]]
    found = comparing.geometric_mean(made)
    assert comparing.official_ranks(made).tolist() == [1, 2]
    assert found.ranks.tolist() == [2, 1]
    assert (found.mean, found.most) == (1.0, 1)
    assert found.correlation == pytest.approx(-1)
    made.share[1, 1] = 0
    assert geometric(made.share, made.weight[None].astype(np.float32), 100)[0, 1] == pytest.approx(
        100 * (0.74 * LEAST) ** 0.5, rel=1e-4
    )


def test_spearman_takes_equal_ranks_as_their_mean() -> None:
    assert comparing.spearman(np.array([1, 2, 2, 4]), np.array([1, 2, 2, 4])) == pytest.approx(1)
    expected = np.corrcoef([1, 2.5, 2.5, 4], [4, 3, 2, 1])[0, 1]
    assert comparing.spearman(np.array([1, 2, 2, 4]), np.array([4, 3, 2, 1])) == pytest.approx(expected)


# Indices


def test_indices_of_a_sum_are_those_that_can_be_calculated() -> None:
    random = np.random.default_rng(3)
    a, b = random.random((2, 200_000, 3))
    coefficients = np.array([3.0, 2.0, 1.0])

    def model(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((x @ coefficients)[:, None] + 1000)  # a shift must not matter

    mixed = []
    for place in range(3):
        one = a.copy()
        one[:, place] = b[:, place]
        mixed.append(model(one))
    first, total = sobol.estimates(model(a), model(b), mixed)
    exact = coefficients**2 / (coefficients**2).sum()
    assert first[:, 0] == pytest.approx(exact, abs=0.01)
    assert total[:, 0] == pytest.approx(exact, abs=0.01)


def test_indices_of_a_known_function_with_interactions() -> None:
    """Ishigami and Homma 1990: x3 acts only together with x1."""
    random = np.random.default_rng(4)
    a, b = random.uniform(-np.pi, np.pi, (2, 400_000, 3))

    def model(x: NDArray[np.float64]) -> NDArray[np.float64]:
        whole = np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])
        return np.asarray(whole[:, None])

    mixed = []
    for place in range(3):
        one = a.copy()
        one[:, place] = b[:, place]
        mixed.append(model(one))
    first, total = sobol.estimates(model(a), model(b), mixed)
    assert first[:, 0] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.01)
    assert total[:, 0] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.01)


def test_the_estimators_are_those_of_salib_on_the_same_design() -> None:
    from SALib.analyze import sobol as salib  # loads slowly, and only this test asks it

    rows, factors = 512, 3
    a, b = np.random.default_rng(6).random((2, rows, factors))
    mixed = [np.where(np.arange(factors) == place, b, a) for place in range(factors)]

    def model(x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(np.exp(x[:, 0]) * (1 + x[:, 1]) + 0.3 * x[:, 2] ** 3)

    problem = {"num_vars": factors, "names": ["x", "y", "z"], "bounds": [[0, 1]] * factors}
    # SALib reads a row of A, its mixtures, a row of B, and so on
    whole = np.stack([model(a), *(model(one) for one in mixed), model(b)], axis=1).reshape(-1)
    expected = salib.analyze(problem, whole, calc_second_order=False, seed=1)
    first, total = sobol.estimates(model(a)[:, None], model(b)[:, None], [model(one)[:, None] for one in mixed])
    assert first[:, 0] == pytest.approx(expected["S1"], abs=0.02)
    assert total[:, 0] == pytest.approx(expected["ST"], abs=0.02)


def test_only_assumptions_that_can_matter_are_named() -> None:
    assert sobol.factors_of(table()) == ("weights", "mean", "left_out")
    assert sobol.factors_of(table(indicators=1)) == ("weights", "mean")
    missing = np.zeros((8, 6), bool)
    missing[0, 0] = True
    full = table(missing=missing, surveys=(SurveyError(0, 0, np.full(8, 0.1)),))
    assert sobol.factors_of(full) == ("weights", "surveys", "mean", "missing", "left_out")
    found = sobol.indices(full, replace(FEW, base=256))
    assert found.evaluations == 256 * 7
    assert found.total_by_unit.shape == (5, 8)
    assert (found.first_bounds[0] <= found.first).all() and (found.first <= found.first_bounds[1]).all()
    assert (found.total_bounds[0] <= found.total).all() and (found.total <= found.total_bounds[1]).all()
    assert found.total.sum() > 0.9
    assert found.mean_shift > 0


def test_what_is_missing_can_be_spread_over_the_rest() -> None:
    made = table(units=2, indicators=2, weight=np.array([75.0, 25.0]), part=np.array([0, 0]))
    made.share[:] = [[0.0, 0.6], [0.0, 0.0]]
    made.missing[:] = [[True, False], [True, True]]
    assert sobol.spread_over_rest(made).share.tolist() == [[0.6, 0.6], [0.0, 0.0]]


@settings(max_examples=10)
@given(st.integers(0, 1000))
def test_every_number_is_a_rank_or_a_probability(seed: int) -> None:
    made = graded(
        table(units=5, seed=seed, surveys=(SurveyError(1, 0, np.full(5, 0.2)),)), QuotaCut(0, 2, True), Bottom(1, 2)
    )
    for scenario in analyse(made, replace(FEW, seed=seed)).scenarios:
        assert (scenario.low >= 1).all() and (scenario.low <= scenario.median).all()
        assert (scenario.median <= scenario.high).all() and (scenario.high <= 5).all()
        assert scenario.grades.sum(axis=1) == pytest.approx(1)
        assert (scenario.grades[:, 0].sum() <= 2 + 1e-9) and scenario.first.sum() >= 1 - 1e-9
        assert scenario.before + scenario.before.T == pytest.approx(1)
