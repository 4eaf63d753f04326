"""A round whose classes have weights of their own: assigned, refused where one has none, scored, explained, analysed."""

from datetime import date
from typing import Any

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.actions import backtesting, uncertain
from plumbline.assessment.models import Round, RoundUnit, Run
from plumbline.assessment.queries import losses
from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules import uncertainty as rule
from plumbline.kernel import audit
from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from tests.assessment.county import FILED, FROZEN, LATER, MACHINE, YEAR, County

pytestmark = pytest.mark.django_db
POINT = 1_000_000

SCHEME = """
code: classes
title: {en: Classes, zh: 分类考核}
graded_by: without_bonus
tree:
  - {code: a, name: Building, points: 100, weight: 40%, rules: [
      {type: result, source: {kind: performance.result, where: {indicator: a}}}]}
  - {code: b, name: Business, points: 100, weight: 60%, rules: [
      {type: result, source: {kind: performance.result, where: {indicator: b}}}]}
  - {code: x, name: Extra, kind: bonus, points: 10, rules: [
      {type: result, source: {kind: performance.result, where: {indicator: x}}}]}
profiles:
  - {code: grass, name: {en: Grass roots, zh: 基层}, classes: [branch], weights: {a: 70%, b: 30%}}
  - {code: own, name: Offices, classes: [office]}
bands: [{min: 80, grade: good}, {min: 0, grade: fair}]
"""


@pytest.fixture
def round_(county: County) -> Round:
    """Two branches, and one more under a class that no profile names; everybody has 90 in a, 50 in b, 5 extra."""
    by = county.actor("administrator")
    for code in ("B1", "B2", "B3"):
        for indicator, points in (("a", 90), ("b", 50), ("x", 5)):
            ledger.post(
                by=MACHINE, at=FILED, kind="performance.result", unit_id=county[code].pk, occurred_on=date(2026, 6, 1),
                quantity=points * POINT, attributes={"indicator": indicator}, source="test",
            )  # fmt: skip
    version = assessment.import_scheme(by=by, at=FILED, text=SCHEME).version
    return assessment.create_round(
        by=by, at=FILED, scheme_version_id=version.pk, title="Classes", from_=YEAR[0], until=YEAR[1],
        units={county["B1"].pk: "branch", county["B2"].pk: "branch", county["B3"].pk: "strange"},
    )  # fmt: skip


def scored(county: County, round_: Round) -> Run:
    by = county.actor("administrator")
    assessment.assign_class(by=by, at=FILED, round_id=round_.pk, old="strange", new="office")
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=by, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    assert round_.run is not None
    return round_.run


def test_a_round_with_a_class_without_weights_is_neither_opened_nor_frozen(county: County, round_: Round) -> None:
    by = county.actor("administrator")
    for act in (assessment.open_round, assessment.freeze):
        with pytest.raises(assessment.Refused, match=r"names the class strange.*: branch, office;"):
            act(by=by, at=FROZEN, round_id=round_.pk)
    found = assessment.round_weights(round_)
    assert found is not None
    assert found.strange == ("strange",)
    assert [(one.klass, one.units, [basis for _title, basis in one.cells]) for one in found.classes] == [
        ("branch", 2, [7000, 3000, 10000]), ("strange", 1, [None, None, None]),
    ]  # fmt: skip


def test_classes_are_assigned_by_those_who_run_the_round(county: County, round_: Round) -> None:
    by = county.actor("administrator")
    given: dict[str, Any] = {"at": FILED, "round_id": round_.pk, "old": "strange"}
    with pytest.raises(NotPermitted):
        assessment.assign_class(by=county.actor("secretary", "B1"), new="office", **given)
    with pytest.raises(assessment.Refused, match="names the class other"):
        assessment.assign_class(by=by, new="other", **given)
    with pytest.raises(assessment.Refused, match="1 to 60 characters"):
        assessment.assign_class(by=by, new=" ", **given)
    with pytest.raises(assessment.Refused, match="no such units"):
        assessment.assign_class(by=by, new="office", unit_ids=[county["B1"].pk], **given)
    given["old"] = "branch"
    assert assessment.assign_class(by=by, new="office", unit_ids=[county["B1"].pk], **given) == 1
    assert RoundUnit.objects.get(round=round_, unit=county["B1"]).klass == "office"
    row = next(one for one in audit.history(f"round:{round_.pk}") if one.action == "assessment.assign_class")
    assert (row.old, row.new) == ({"class": "branch"}, {"class": "office", "units": 1})


def test_scores_explanations_and_losses_have_the_weights_of_the_class(county: County, round_: Round) -> None:
    run = scored(county, round_)
    by = county.actor("administrator")
    branch = assessment.explain(by, round_id=round_.pk, unit_id=county["B1"].pk)
    office = assessment.explain(by, round_id=round_.pk, unit_id=county["B3"].pk)
    assert (branch.score, branch.profile, branch.grade) == (83 * POINT, "Grass roots", "fair")
    assert (office.score, office.profile, office.grade) == (71 * POINT, "", "fair")
    assert [(part.points, part.applied, part.weight) for part in branch.parts] == [
        (63 * POINT, 90 * POINT, 7000), (15 * POINT, 50 * POINT, 3000), (5 * POINT, 5 * POINT, None),
    ]  # fmt: skip
    assert branch.steps[0].words.startswith("Without the bonus it is 78")
    lost: dict[int, int] = {}
    for unit, loss in losses.losses_of(round_):
        lost[unit] = lost.get(unit, 0) + loss.lost
    assert lost == {county["B1"].pk: 22 * POINT, county["B2"].pk: 22 * POINT, county["B3"].pk: 34 * POINT}
    assert assessment.verify_run(by=by, at=LATER, run_id=run.pk).same
    page = assessment.indicators_page(by, round_.pk, klass="branch")
    assert [line.points for line in page.lines] == [70 * POINT, 30 * POINT]


def test_analyses_stand_on_the_weights_of_the_class(county: County, round_: Round) -> None:
    run = scored(county, round_)
    tables = uncertain.class_tables(run, rule.Settings(draws=10))
    branch = tables["branch"]
    assert branch.weight.tolist() == [70, 30]
    assert branch.bonus is not None
    assert branch.bonus.tolist() == [5, 5]
    assert tables["office"].weight.tolist() == [40, 60]
    kept = backtesting.document_of(run, schemes.load_yaml(SCHEME), lambda *_told: None)
    assert [one["gains"] for one in kept["moved"]] == [[], [], []]
    changed = schemes.load_yaml(SCHEME.replace("a: 70%, b: 30%", "a: 50%, b: 50%"))
    kept = backtesting.document_of(run, changed, lambda *_told: None)
    assert [one["gains"] for one in kept["moved"]] == [
        [["a", -18 * POINT], ["b", 10 * POINT]], [["a", -18 * POINT], ["b", 10 * POINT]], [],
    ]  # fmt: skip
    assert kept["moved"][0]["score"] == [83 * POINT, 75 * POINT]


def test_a_test_of_a_scheme_without_weights_for_a_class_is_refused(county: County, round_: Round) -> None:
    scored(county, round_)
    text = SCHEME.replace("classes: [office]", "classes: [town]")
    with pytest.raises(assessment.Refused, match="names the class office"):
        assessment.start_backtest(by=county.actor("administrator"), at=LATER, round_id=round_.pk, text=text)
