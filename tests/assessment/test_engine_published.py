"""Star ratings, leaders' votes and satisfaction against the results that were published with them, entry by entry."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from plumbline.assessment.rules import explain
from plumbline.assessment.rules.explain import Hit
from plumbline.assessment.rules.scheme import load_yaml
from plumbline.assessment.rules.scoring import Engine, duckdb_engine
from tests.assessment.schemes import shipped
from tests.assessment.test_engine_shipped import MICRO, Rows, fact, points, run


@pytest.fixture(scope="module")
def engine() -> Engine:
    return duckdb_engine(threads=1)


def of(found: dict[str, Rows], unit: int) -> dict[str, Any]:
    return next(row for row in found["composite"] if row["unit_id"] == unit)


def hit(found: dict[str, Rows], unit: int, rule: str) -> dict[str, Any]:
    return next(row for row in found["hits"] if (row["unit_id"], row["rule"]) == (unit, rule))


def result(unit: int, indicator: str, value: str) -> dict[str, Any]:
    return fact(unit, "performance.result", quantity=int(Decimal(value) * MICRO), indicator=indicator)


def branch(unit: int, base: str, deductions: str, appraisal: str) -> Iterator[dict[str, Any]]:
    values = (("stars_base", base), ("stars_deductions", deductions), ("stars_appraisal", appraisal))
    yield from (result(unit, name, value) for name, value in values)


STARS = [
    # base, deductions, appraisal, weak and lax, score, grade
    ("98", "3", "92", False, 94_100_000, "five stars"),
    ("98", "3", "92", True, 94_100_000, "two stars"),
    ("90", "0", "90", False, 90_000_000, "five stars"),
    ("89.99", "0", "90", False, 89_993_000, "four stars"),  # compared before it is rounded for display
]


def test_branch_stars(engine: Engine) -> None:
    facts: Rows = []
    for unit, (base, deductions, appraisal, lax, _score, _grade) in enumerate(STARS, start=1):
        facts += branch(unit, base, deductions, appraisal)
        facts += [fact(unit, "finding.recorded", criterion="weak_and_lax")] if lax else []
    for unit in range(5, 11):  # others of the class, so that three of ten may have five stars
        facts += branch(unit, "61", "0", "61")
    found = run(engine, load_yaml(shipped("branch_stars")), facts, 10)
    assert [(of(found, unit)["score"], of(found, unit)["grade"]) for unit in (1, 2, 3, 4)] == [one[4:] for one in STARS]
    steps = [row for row in found["grade_steps"] if row["unit_id"] == 2]
    assert [(row["step"], row["after"]) for row in steps] == [("score", "five stars"), ("veto", "two stars")]


def test_of_ten_branches_with_ninety_or_more_three_have_five_stars(engine: Engine) -> None:
    facts = [one for unit in range(1, 11) for one in branch(unit, str(89 + unit), "0", "98")]
    found = run(engine, load_yaml(shipped("branch_stars")), facts, 10)
    assert all(row["score"] >= 90 * MICRO for row in found["composite"])
    assert [row["grade"] for row in found["composite"]] == ["four stars"] * 7 + ["five stars"] * 3


def answers(unit: int, question: str, **counts: int) -> Rows:
    given = [(option, count) for option, count in counts.items() if count]
    return [fact(unit, "survey.answers", quantity=count, question=question, option=option) for option, count in given]


def test_stars_with_satisfaction_below_sixty_per_cent_are_two_at_most(engine: Engine) -> None:
    facts: Rows = []
    for unit, yes in ((1, 60), (2, 59)):
        facts += [result(unit, "stars_base", "100"), result(unit, "stars_deductions", "2")]
        facts += answers(unit, "branch_satisfaction", satisfied=yes, dissatisfied=100 - yes, dont_know=50)
    found = run(engine, load_yaml(shipped("branch_stars_satisfaction")), facts, 2)
    means = [Decimal(60 * 100 + 40 * 30) / 100, Decimal(59 * 100 + 41 * 30) / 100]
    assert [row["score"] for row in found["composite"]] == [
        int((Decimal("68.6") + mean * Decimal("0.3")) * MICRO) for mean in means
    ]
    assert [row["grade"] for row in found["composite"]] == ["four stars", "two stars"]


BLOCKS = {
    "contest_team": 20, "contest_backbone": 15, "contest_venue": 10, "contest_systems": 15, "contest_support": 10,
    "contest_results": 20, "contest_masses": 10,
}  # fmt: skip


def test_the_five_star_contest_of_110_points(engine: Engine) -> None:
    scheme = load_yaml(shipped("branch_stars_contest"))
    assert scheme.base_points() + (scheme.tree[-1].points or 0) == 110
    facts: Rows = []
    for unit in range(1, 21):
        for name, most in BLOCKS.items():
            facts.append(result(unit, name, str(most - Decimal(unit - 1) * most / 100)))
    facts += [result(unit, "contest_bonus", "12") for unit in (1, 2)]
    facts += [fact(unit, "finding.recorded", criterion="innovation_project") for unit in (1, 3, 4)]
    found = run(engine, scheme, facts, 20)
    assert [of(found, unit)["score"] for unit in (1, 2, 20)] == [110 * MICRO, 109 * MICRO, 81 * MICRO]
    grades = [row["grade"] for row in found["composite"]]
    # The second has no innovation project, so the third comes into the tenth of twenty; four in ten have four stars or more.
    assert grades[:4] == ["five stars", "four stars", "five stars", "four stars"]
    assert {name: grades.count(name) for name in dict.fromkeys(grades)} == {
        "five stars": 2, "four stars": 6, "three stars": 8, "two stars or below": 4,
    }  # fmt: skip


def test_leaders_work_is_a_ratio_to_the_best(engine: Engine) -> None:
    facts = [result(unit, "leaders_work", own) for unit, own in ((1, "540"), (2, "600"), (3, "0"))]
    found = run(engine, load_yaml(shipped("leaders_vote_bands")), facts, 3)
    assert [points(found, unit, "P1") for unit in (1, 2, 3)] == [540, 600, 0]


RANKINGS = [((1,), 200), ((2,), 196), ((3,), 192), ((1, 3), 196)]


def test_leaders_rankings_lose_two_per_cent_a_place(engine: Engine) -> None:
    facts = [
        fact(unit, "ballot.ranking", question="leaders", voter=str(voter), rank=str(rank))
        for unit, (ranks, _points) in enumerate(RANKINGS, start=1)
        for voter, rank in enumerate(ranks)
    ]
    found = run(engine, load_yaml(shipped("leaders_vote_bands")), facts, len(RANKINGS))
    assert [points(found, unit, "P2") for unit in range(1, 5)] == [wanted for _ranks, wanted in RANKINGS]


VOTES = [
    # excellent, basically competent and incompetent, all votes, points
    (9_000, 0, 10_000, 200),
    (8_999, 0, 10_000, 190),
    (60, 0, 100, 170),
    (590, 333, 1_000, 160),
    (177, 100, 300, 130),  # exactly a third
]


def test_leaders_votes_fall_into_bands(engine: Engine) -> None:
    facts: Rows = []
    for unit, (excellent, low, votes, _points) in enumerate(VOTES, start=1):
        counts = {"excellent": excellent, "incompetent": low, "competent": votes - excellent - low}
        facts += [
            fact(unit, "ballot.row", quantity=count, question="leaders", option=option)
            for option, count in counts.items()
            if count
        ]
    scheme = load_yaml(shipped("leaders_vote_bands"))
    found = run(engine, scheme, facts, len(VOTES))
    assert [points(found, unit, "P3") for unit in range(1, 6)] == [wanted for *_counts, wanted in VOTES]
    row, rule = hit(found, 5, "P3/1"), scheme.tree[2].rules[0]
    words = explain.hit_words(rule, Hit(row["hits"], row["quantity"], row["raw"], row["applied"], row["part"]))
    assert "basically_competent, incompetent” decide: 100, 33.33 %" in words


def test_deputies_have_the_rows_that_were_published() -> None:
    scheme = load_yaml(shipped("leaders_deputies"))
    assert {node.code: node.points for node in scheme.tree} == {"D1": Decimal(500), "D2": Decimal(100)}


def test_satisfaction_of_430_representatives(engine: Engine) -> None:
    scheme = load_yaml(shipped("satisfaction_survey"))
    facts: Rows = []
    for aspect in range(1, 6):
        facts += answers(1, f"aspect_{aspect}", satisfied=300, basically_satisfied=60, dissatisfied=20, dont_know=50)
        facts += answers(2, f"aspect_{aspect}", dont_know=430)
    found = run(engine, scheme, facts, 2)
    assert of(found, 1)["score"] == 93_157_895  # 35400 / 380 = 93.157894..., each fifth rounded half up to 18.631579
    row = hit(found, 1, "1/1")
    assert Fraction(row["part"], row["quantity"]) == Fraction(360, 380)
    assert Fraction(row["hits"] - row["quantity"], row["hits"]) == Fraction(50, 430)
    words = explain.hit_words(
        scheme.tree[0].rules[0], Hit(row["hits"], row["quantity"], row["raw"], row["applied"], row["part"])
    )
    assert (
        words == "380 of 430 answers counted, 11.63 % not; satisfied: 360, 94.74 % of those counted: 18.631579 points"
    )
    # Nobody who knew: no mean and no rate, which is not zero.
    assert of(found, 2)["score"] is None
    row = hit(found, 2, "1/1")
    assert (row["hits"], row["quantity"]) == (430, None)
    words = explain.hit_words(
        scheme.tree[0].rules[0], Hit(row["hits"], row["quantity"], row["raw"], row["applied"], row["part"])
    )
    assert words == "not reported: none of the 430 answers counts"
