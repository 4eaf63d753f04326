"""The analysis of performance, held against other formulas and at its edges: no number that does not exist ever comes out."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from plumbline.assessment.rules.analysis import (
    composing,
    filling,
    importance,
    moments,
    normalising,
    outliers,
    profile,
    reliability,
    wide,
)
from plumbline.assessment.rules.analysis.composing import Branch
from plumbline.assessment.rules.analysis.normalising import Bounds

NAN = float("nan")
columns = st.lists(st.one_of(st.just(NAN), st.integers(-50, 50).map(float)), min_size=1, max_size=30).map(np.array)


def close(one: Any, other: Any) -> None:
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


@given(columns)
def test_moments_agree_with_scipy(column: Any) -> None:
    there = moments.known(column)
    skew, peak = moments.skewness(column), moments.kurtosis(column)
    assert (skew is None) == (len(there) < 3 or not moments.varies(column))
    assert (peak is None) == (len(there) < 4 or not moments.varies(column))
    if skew is not None:
        close(skew, stats.skew(there, bias=False))
    if peak is not None:
        close(peak, stats.kurtosis(there, bias=False))


def test_winsorising_takes_the_farthest_values_and_no_more_than_needed() -> None:
    values = np.array([*range(1, 21), 100.0, NAN])
    found = outliers.treated(values, "winsorise")
    assert (found.done, found.points) == ("winsorised", 1)
    assert found.values[20] == 20
    assert np.isnan(found.values[21])
    low = outliers.treated(-values, "winsorise")
    assert low.values[20] == -20
    assert outliers.treated(values, "none").values is values
    plain = np.array([1.0, 2.0, 3.0, 4.0])
    assert outliers.treated(plain, "winsorise") == outliers.Treated(plain, "none", 0)


def test_what_winsorising_cannot_mend_gets_the_logarithm() -> None:
    values = np.array([1.5**power for power in range(200)])
    found = outliers.treated(values, "winsorise")
    assert (found.done, found.points) == ("log", 200)
    close(found.values, np.log(values - 1 + 0.01 * (values.max() - 1)))
    assert outliers.treated(values, "log").done == "log"
    assert list(np.argsort(found.values)) == list(range(200))


def test_fences_stand_at_one_and_a_half_quartile_distances() -> None:
    values = np.array([*range(1, 10), 100.0, NAN])
    found = outliers.treated(values, "fences")
    low, high = np.quantile(values[:10], (0.25, 0.75))
    assert found.values[9] == high + 1.5 * (high - low)
    assert (found.done, found.points) == ("fenced", 1)
    assert outliers.treated(np.arange(9.0), "fences").done == "none"
    assert outliers.treated(np.array([1.0, 900.0]), "fences").done == "none"


def test_holes_are_filled_as_declared_and_never_with_zero() -> None:
    values = np.array([[1.0, 5.0], [3.0, NAN], [NAN, 9.0], [NAN, NAN]])
    classes = np.array([0, 0, 0, 1])
    assert filling.filled(values, classes, "leave_out") is values
    close(filling.filled(values, classes, "class_mean"), [[1, 5], [3, 7], [2, 9], [2, 7]])
    close(filling.filled(values, classes, "class_median"), [[1, 5], [3, 7], [2, 9], [2, 7]])
    with pytest.raises(filling.MissingRefused) as caught:
        filling.filled(values, classes, "refuse")
    assert caught.value.holes == [(1, 1), (2, 0), (3, 0), (3, 1)]
    assert "4 values" in str(caught.value)
    nothing = np.full((3, 1), NAN)
    assert np.isnan(filling.filled(nothing, np.array([0, 0, 1]), "class_mean")).all()


def test_each_way_of_making_comparable() -> None:
    values = np.array([10.0, 20.0, 40.0, NAN])
    cases: list[tuple[normalising.Way, Bounds, list[float]]] = [
        ("min_max", Bounds(), [0, 100 / 3, 100, NAN]),
        ("min_max", Bounds(better=-1), [100, 200 / 3, 0, NAN]),
        ("goalposts", Bounds(low=0, high=20), [50, 100, 100, NAN]),
        ("goalposts", Bounds(-1, 0, 40), [75, 50, 0, NAN]),
        ("target", Bounds(target=20), [50, 100, 100, NAN]),
        ("target", Bounds(-1, target=20), [100, 100, 0, NAN]),
        ("ratio_to_best", Bounds(), [25, 50, 100, NAN]),
        ("ratio_to_best", Bounds(-1), [100, 50, 25, NAN]),
        ("percentile", Bounds(), [0, 50, 100, NAN]),
        ("percentile", Bounds(-1), [100, 50, 0, NAN]),
    ]
    for way, bounds, expected in cases:
        close(normalising.normalised(values, way, bounds), expected)
    close(
        normalising.normalised(values, "z_score", Bounds())[:3],
        50 + 10 * stats.zscore(values[:3], ddof=1),
    )
    close(normalising.normalised(np.array([1.0, 1.0, 3.0]), "percentile", Bounds()), [25, 25, 100])
    close(normalising.normalised(np.array([0.0, 5.0]), "ratio_to_best", Bounds(-1)), [100, 0])
    close(normalising.normalised(np.array([-5.0, 0.0]), "ratio_to_best", Bounds()), [0, 0])
    assert np.isnan(normalising.normalised(np.array([NAN]), "ratio_to_best", Bounds())).all()


@pytest.mark.parametrize("way", ["min_max", "z_score", "percentile"])
def test_where_nobody_differs_everybody_stands_in_the_middle(way: normalising.Way) -> None:
    close(normalising.normalised(np.array([7.0, 7.0, NAN]), way, Bounds()), [50, 50, NAN])
    close(normalising.normalised(np.array([7.0]), way, Bounds()), [50])


@pytest.mark.parametrize(
    ("way", "bounds", "field"),
    [
        ("goalposts", Bounds(), "goalposts"), ("goalposts", Bounds(low=3, high=3), "goalposts"),
        ("target", Bounds(), "target"), ("target", Bounds(target=0), "target"),
    ],
)  # fmt: skip
def test_a_way_that_lacks_its_bounds_says_so(way: normalising.Way, bounds: Bounds, field: str) -> None:
    with pytest.raises(normalising.NoBounds) as caught:
        normalising.normalised(np.array([1.0]), way, bounds)
    assert caught.value.field == field


@given(columns, st.sampled_from(normalising.WAYS), st.sampled_from([1, -1]))
def test_what_is_there_gets_a_number_and_what_is_missing_none(column: Any, way: normalising.Way, better: int) -> None:
    found = normalising.normalised(column, way, Bounds(better, -60, 60, 10))
    assert (np.isnan(found) == np.isnan(column)).all()
    assert np.isfinite(found[~np.isnan(found)]).all()
    if way != "z_score":
        assert ((found[~np.isnan(found)] >= 0) & (found[~np.isnan(found)] <= 100)).all()


TREE = [Branch("a", "A", 3), Branch("b", "A", 1), Branch("c", "B"), Branch("A", "", 2), Branch("B", "", 1)]


def test_sums_give_the_weight_of_what_is_missing_to_what_is_there() -> None:
    parts = {"a": np.array([80, NAN, NAN]), "b": np.array([40.0, 40, NAN]), "c": np.array([10.0, 10, NAN])}
    found = composing.composed(parts, TREE, "arithmetic")
    close(found["A"], [70, 40, NAN])
    close(found[""], [50, 30, NAN])
    assert composing.ranks(found[""]) == [1, 2, None]
    geometric = composing.composed(
        {"a": np.array([0.0]), "b": np.array([16.0]), "c": np.array([8.0])}, TREE, "geometric"
    )
    close(geometric["A"], [2.0])
    close(geometric[""], [(2.0**2 * 8) ** (1 / 3)])


def test_the_first_level_is_that_of_the_whole() -> None:
    assert composing.first_level(TREE) == ["A", "B"]
    assert composing.first_level([*(replace(one, parent=one.parent or "all") for one in TREE), Branch("all", "")]) == [
        "A",
        "B",
    ]
    assert composing.first_level([Branch("a", "")]) == []


def test_the_first_level_alone_may_be_geometric() -> None:
    parts = {"a": np.array([80.0]), "b": np.array([40.0]), "c": np.array([10.0])}
    above = [*(replace(one, parent=one.parent or "all") for one in TREE), Branch("all", "")]
    for tree in (TREE, above):
        found = composing.composed(parts, tree, "geometric_top")
        close(found["A"], [70.0])
        close(found[""], [(70.0**2 * 10) ** (1 / 3)])


def test_equal_sums_share_their_rank() -> None:
    assert composing.ranks(np.array([5.0, 7, 7 + 1e-12, 3, NAN])) == [3, 1, 1, 4, None]


def table(**more: Any) -> wide.Wide:
    indicators = (
        wide.Indicator(Branch("a", "A"), "A one", Bounds(low=0, high=10)),
        wide.Indicator(Branch("b", "A"), "A two", Bounds(-1), denominator="people"),
    )
    values = np.array([[2.0, 10.0], [8.0, 30.0], [NAN, 20.0], [5.0, 40.0]])
    given = {
        "units": ("u1", "u2", "u3", "u4"), "names": ("一", "二", "三", "四"), "classes": ("x", "x", "y", "y"),
        "indicators": indicators, "groups": ((Branch("A", ""), "All"),), "values": values,
        "extra": {"people": np.array([10.0, 10.0, 0.0, NAN])},
    }  # fmt: skip
    return wide.Wide(**(given | more))


def test_an_index_is_made_in_the_declared_order() -> None:
    made = wide.make(table(), wide.Choice())
    assert made.holes == {"a": 1, "b": 2}
    close(made.normal[:, 0], [0, 100, NAN, 50])
    close(made.normal[:, 1], [100, 0, NAN, NAN])
    assert made.ranks == (1, 1, None, 1)
    assert made.idle == ()
    inside = wide.make(table(), wide.Choice(missing="class_mean", within=True))
    close(inside.normal[2:, 0], [50, 50])
    close(inside.normal[2:, 1], [50, 50])
    with pytest.raises(wide.CannotBeMade) as caught:
        wide.make(table(), wide.Choice(way="goalposts"))
    assert (caught.value.code, caught.value.field) == ("b", "goalposts")


def test_what_was_treated_and_what_tells_nobody_apart_is_named() -> None:
    count = 22
    values = np.column_stack([[*range(count - 1), 1000.0], np.full(count, 3.0)])
    made = wide.make(
        table(
            units=tuple(f"u{n}" for n in range(count)), names=("",) * count, classes=("x",) * count, values=values,
            extra={"people": np.full(count, 2.0)},
        ),
        wide.Choice(outliers="winsorise"),
    )  # fmt: skip
    assert made.treatments == (("a", "winsorised", 1),)
    assert made.idle == ("b",)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), min_size=2, max_size=30))
def test_agreement_of_two_rankings_as_scipy_sees_it(pairs: list[tuple[int, int]]) -> None:
    mine, other = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    found = wide.agreement([*mine, None, 3], [*other, 3, None])
    assert found is not None
    assert found.compared == len(pairs)
    assert found.largest == max(abs(one - two) for one, two in pairs)
    assert found.equal == sum(one == two for one, two in pairs)
    flat = len(set(mine)) == 1 or len(set(other)) == 1
    assert found.kendall == pytest.approx(0 if flat else stats.kendalltau(mine, other).statistic)
    if len(pairs) > 2:
        assert found.spearman == pytest.approx(0 if flat else stats.spearmanr(mine, other).statistic)


def test_one_ranked_unit_agrees_with_nobody() -> None:
    assert wide.agreement([1, None], [1, 2]) is None


def test_correlations_exist_or_are_none() -> None:
    one, other = np.array([1.0, 2, 3, NAN, 9]), np.array([2.0, 4, 6, 8, NAN])
    assert wide.correlation(one, other) == pytest.approx(1)
    assert wide.rank_correlation(one, -(other**3)) == pytest.approx(-1)
    assert wide.correlation(one, np.full(5, 2.0)) is None
    assert wide.rank_correlation(np.full(5, NAN), other) is None


def test_a_curved_indicator_is_seen_and_a_straight_one_too() -> None:
    random = np.random.default_rng(1)
    x = random.uniform(-1, 1, 300)
    noise = random.normal(0, 0.01, 300)
    assert importance.first_order(x, x**2 + noise) == pytest.approx(1, abs=0.01)
    straight = importance.first_order(x, 3 * x + noise)
    assert straight == pytest.approx(stats.pearsonr(x, 3 * x + noise).statistic ** 2, abs=0.01)
    assert importance.first_order(x, random.normal(size=300)) == pytest.approx(0, abs=0.05)


def test_nothing_is_said_of_too_few_or_of_what_does_not_vary() -> None:
    ten = np.arange(10.0)
    assert importance.first_order(ten[:4], ten[:4]) is None
    assert importance.first_order(np.full(10, 2.0), ten) is None
    assert importance.first_order(ten, np.full(10, 2.0)) is None
    lone = np.array([0.0] * 9 + [1.0])
    assert importance.first_order(lone, ten) is None  # one unit alone would decide its own value
    assert importance.first_order(np.array([0.0] * 5 + [1.0] * 5), ten) == pytest.approx(0.757, abs=0.001)


def test_nominal_and_effective_weights_stand_side_by_side() -> None:
    random = np.random.default_rng(2)
    columns_ = np.column_stack([random.normal(0, 10, 200), random.normal(0, 1, 200), np.full(200, 5.0)])
    found = importance.importances(
        ("wide", "narrow", "idle"), columns_, np.array([10.0, 10.0, 20.0]), columns_.sum(axis=1)
    )
    assert [round(one.nominal, 2) for one in found] == [0.25, 0.25, 0.5]
    assert (found[0].effective or 0) > 0.95
    assert found[2] == importance.Importance("idle", 0.5, None, None, None)
    nothing = importance.importances(("x",), np.zeros((3, 1)), np.zeros(1), np.zeros(3))
    assert nothing == [importance.Importance("x", 0.0, None, None, None)]


def test_alpha_is_that_of_the_books() -> None:
    items = np.array([[3.0, 4, 3, 3], [5, 4, 5, 4], [2, 2, 3, 2], [4, 5, 4, 5], [3, 3, 2, 4]])
    expected = 4 / 3 * (1 - items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1))
    found = reliability.reliability("A", ("a", "b", "c", "d"), np.vstack([items, [NAN, 1, 1, 1]]))
    assert found.alpha == pytest.approx(expected)
    assert found.units == 5
    assert found.without[0] == pytest.approx(reliability.alpha(items[:, 1:]))
    assert reliability.alpha(np.column_stack([items[:, 0]] * 3)) == pytest.approx(1)
    against = reliability.alpha(np.column_stack([items[:, 0], -2 * items[:, 0]]))
    assert against is not None and against < 0


def test_alpha_of_a_block_that_has_none() -> None:
    same = np.column_stack([np.arange(5.0), np.full(5, 2.0)])
    found = reliability.reliability("A", ("a", "b"), same)
    assert (found.codes, found.alpha, found.without) == (("a",), None, (None,))
    assert reliability.reliability("B", ("b",), same[:, 1:]) == reliability.Reliability("B", (), 0, None, ())
    assert reliability.alpha(np.array([[1.0, 2], [2, 1]])) is None
    assert reliability.alpha(np.array([[1.0, -1], [2, -2], [3, -3]])) is None


def test_a_unit_against_its_class() -> None:
    mates = np.array([10.0, 20, 30, 40, 50, NAN])
    best = profile.standing("1", 50, mates)
    assert (best.mean, best.ahead, best.percentile, best.verdict) == (30, 20, 100, "strength")
    assert best.quartiles == (20, 30, 40)
    assert profile.standing("1", 10, mates).verdict == "weakness"
    assert profile.standing("1", 30, mates).verdict == ""
    absent = profile.standing("1", None, mates)
    assert (absent.mean, absent.ahead, absent.verdict) == (30, None, "")
    assert profile.standing("1", None, np.array([NAN])) == profile.Standing("1", None, None, None, None, None, "")
    assert profile.standing("1", 9, np.array([9.0, 1, 1])).verdict == ""  # too few to call anybody strong
    assert profile.standing("1", 5, np.array([5.0] * 6)).percentile == 50


@settings(max_examples=50)
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_the_distances_of_a_class_add_up_to_nothing(scores: list[int]) -> None:
    mates = np.array(scores, float)
    total = sum(profile.standing("1", one, mates).ahead or 0 for one in scores)
    assert abs(total) <= len(scores)


def test_the_trend_is_the_median_of_the_slopes() -> None:
    years = [(2021, 10.0), (2022, 11.0), (2023, 50.0), (2024, 13.0)]
    assert profile.slope(years) == pytest.approx(
        stats.theilslopes([one[1] for one in years], [one[0] for one in years])[0]
    )
    assert profile.slope([(2024, 3.0)]) is None
    assert profile.slope([(2024, 3.0), (2024, 5.0)]) is None
