"""A round with judgements, what does not apply, and a ceiling: the explanation adds up and says why."""

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from plumbline.assessment import api as assessment
from plumbline.assessment.models import RuleHit
from plumbline.ledger import api as ledger
from tests.assessment.county import FILED, FROZEN, MACHINE, YEAR, County, post

SCHEME = """
code: judged
title: Judged
tree:
  - code: "1"
    name: Spread
    points: 40
    not_applicable: reweight
    children:
      - {code: "1.1", name: Records, points: 10, rules: [{type: assessed, text: records, least: -5, most: -1}]}
      - code: "1.2"
        name: Work
        points: 30
        rules: [{type: result, source: {kind: performance.result, where: {indicator: work}}}]
  - code: "2"
    name: Answers
    points: 60
    not_applicable: reweight
    rules:
      - type: option_mean
        source: {kind: survey.answers, where: {question: q}}
        values: {satisfied: 100, dissatisfied: 0, dont_know: null}
        base: 60
        satisfied: [satisfied]
  - {code: "3", name: Bonus, kind: bonus, rules: [{type: each, source: {kind: honour.granted}, points: 8}]}
ceiling: 100
bands: [{min: 90, grade: good}, {min: 0, grade: average}]
direct: [{code: d, text: an award, grade: good, source: {kind: honour.granted}, at_least: 2}]
"""


@pytest.fixture
def judged(county: County) -> int:
    """A scored round: B1 has everything, B2 no records, B3 bonuses."""
    by, on = county.actor("administrator"), date(2026, 6, 1)
    for code, work, yes in (("B1", 20, 9), ("B2", 24, 6), ("B3", 30, 10)):
        quantity: dict[str, Any] = {"indicator": "work"}
        ledger.post(
            by=MACHINE, at=FILED, kind="performance.result", unit_id=county[code].pk, occurred_on=on,
            quantity=work * 1_000_000, attributes=quantity, source="test",
        )  # fmt: skip
        for option, count in (("satisfied", yes), ("dissatisfied", 10 - yes), ("dont_know", 5)):
            ledger.post(
                by=MACHINE, at=FILED, kind="survey.answers", unit_id=county[code].pk, occurred_on=on, quantity=count,
                attributes={"question": "q", "option": option}, source="test",
            )  # fmt: skip
    for _honour in range(2):
        post(county, "honour.granted", "B3", on, level="city", title="model")
    chosen = {"scheme": "judged", "node": "1.1", "stage": "verified", "reason": "two records are missing"}
    ledger.post(
        by=MACHINE, at=FILED, kind="assessment.judged", unit_id=county["B1"].pk, occurred_on=on, quantity=-2_500_000,
        attributes=chosen, source="test",
    )  # fmt: skip
    version = assessment.import_scheme(by=by, at=FILED, text=SCHEME).version
    round_ = assessment.create_round(
        by=by, at=FILED, scheme_version_id=version.pk, title="Judged", from_=YEAR[0], until=YEAR[1],
        units={county[code].pk: "all" for code in ("B1", "B2", "B3")},
    )  # fmt: skip
    assessment.exempt(by=by, at=FILED, round_id=round_.pk, unit_id=county["B2"].pk, node="1.1", reason="new branch")
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=by, at=FROZEN, round_id=round_.pk)
    return int(round_.pk)


def explained(county: County, judged: int, code: str) -> assessment.Explanation:
    found = assessment.explain(county.actor("administrator"), round_id=judged, unit_id=county[code].pk)
    assert found.score == sum(part.points for part in found.parts)
    return found


@pytest.mark.django_db
def test_the_assessors_choice_counts_with_its_reason_in_the_ledger(county: County, judged: int) -> None:
    found = explained(county, judged, "B1")
    records = next(node for node in found.nodes if node.text.code == "1.1")
    assert (records.applied, records.rules[0].facts) == (7_500_000, 1)
    assert records.rules[0].found == "the assessor chose −2.5: −2.5 points"
    assert found.score == 7_500_000 + 20_000_000 + 54_000_000
    answers = next(node for node in found.nodes if node.text.code == "2")
    assert (
        answers.rules[0].found
        == "10 of 15 answers counted, 33.33 % not; satisfied: 9, 90.00 % of those counted: 54 points"
    )


@pytest.mark.django_db
def test_what_does_not_apply_is_spread_inside_its_group(county: County, judged: int) -> None:
    found = explained(county, judged, "B2")
    group = next(node for node in found.nodes if node.text.code == "1")
    assert (group.applied, group.maximum) == (32_000_000, 40_000_000)  # 24 of 30 are 32 of 40
    assert group.reason == "What applies gave 24; the points of what does not apply are spread over it."
    assert [part.code for part in found.parts] == ["1", "2", "3"]


@pytest.mark.django_db
def test_what_passes_the_ceiling_is_a_line_of_its_own(county: County, judged: int) -> None:
    found = explained(county, judged, "B3")
    assert (found.score, found.grade) == (100_000_000, "good")
    last = found.parts[-1]
    assert (last.code, last.title, last.points) == ("", "Above the ceiling, not counted", -16_000_000)
    assert [step.title for step in found.steps] == ["Score", "Direct qualification"]
    with translation.override("zh-hans"):
        assert explained(county, judged, "B3").parts[-1].title == "超过总分上限，不计"


@pytest.mark.django_db
def test_points_of_the_first_level_that_do_not_apply_are_a_line_of_their_own(county: County, judged: int) -> None:
    by = county.actor("administrator")
    assessment.reopen(by=by, at=FROZEN, round_id=judged, reason="one more exemption")
    assessment.exempt(by=by, at=FROZEN, round_id=judged, unit_id=county["B1"].pk, node="2", reason="no answers")
    assessment.freeze(by=by, at=FROZEN, round_id=judged)
    assessment.score_now(by=by, at=FROZEN, round_id=judged)
    found = explained(county, judged, "B1")
    assert found.score == 68_750_000  # 27.5 of 40 are 68.75 of 100
    last = found.parts[-1]
    assert (last.title, last.points) == ("Points of what does not apply, spread over the rest", 41_250_000)


@pytest.mark.django_db
def test_the_third_number_is_stored(county: County, judged: int) -> None:
    rows = RuleHit.objects.filter(run__snapshot__round_id=judged, rule="2/1").order_by("unit_id")
    assert [(row.hits, row.quantity, row.part) for row in rows] == [(15, 10, 9), (15, 10, 6), (15, 10, 10)]


STEPPED = """
code: stepped
title: Stepped
ceiling: 110
not_applicable: reweight
tree:
  - {code: "1", name: A, points: 50, rules: [{type: result, source: {kind: performance.result}}]}
  - code: "2"
    name: B
    points: 50
    rules:
      - type: sub_score
        of: "1"
        bands: [{min: 80, points: 0}, {min: 0, points: -1, excludes: [good]}]
      - {type: sub_score, of: "1", measure: points, bands: [{min: 0, points: -1, excludes: [good, fair]}]}
bands: [{min: 90, grade: good}, {min: 80, grade: fair}, {min: 0, grade: poor}]
direct:
  - {code: a, text: award, grade: good, source: {kind: honour.granted}, at_least: 2}
  - {code: b, text: prize, grade: good, source: {kind: honour.granted}, no_worse_than: fair}
conditions: [{code: c, text: project, grade: good, source: {kind: finding.recorded}}]
vetoes:
  - {code: d, text: weak, effect: cap, grade: fair, source: {kind: sanction.imposed}}
  - {code: e, text: last, effect: bar_top, bottom: 3}
quotas: [{grade: good, share: 30%, rounding: floor, ties: exclude}]
steps: [gates, conditions, vetoes, direct, quotas]
"""


@pytest.mark.django_db
def test_the_page_of_a_scheme_tells_the_whole_way_to_the_grade_in_its_order(county: County) -> None:
    by = county.actor("administrator")
    version = assessment.import_scheme(by=by, at=FILED, text=STEPPED).version
    told = assessment.scheme_page(by, version.scheme_id).grading
    assert told == (
        "The whole is at most 110 points.",
        "Points of what does not apply are spread over what applies.",
        "good: 90 points or more",
        "fair: 80 points or more",
        "poor: 0 points or more",
        "Score of 1 below 80 %: these grades are shut: good",
        "Whatever the score of 1: these grades are shut: good, fair",
        "good also needs “project” (1 needed)",
        "Veto “weak”: at best fair",
        "Veto “last”: not the best grade, for the last 3 of each class",
        "Direct qualification “award” (2 needed): good",
        "Direct qualification “prize” (1 needed): good, for whoever is not below fair",
        "Quota: good or better for at most 30 % of a class (rounded down; equal scores at the cut stay out)",
    )
