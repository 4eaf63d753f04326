"""Targets of the next year: suggested from a real result, changed by an officer, accepted, and taken up by letters."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plumbline.assessment import api as assessment
from plumbline.assessment.models import NodeScore, Round, Target
from plumbline.kernel import audit
from plumbline.kernel.actor import NotPermitted
from tests.assessment.county import FROZEN, LATER, County, publish, scored, study

pytestmark = pytest.mark.django_db
POINT = 1_000_000


def result(county: County) -> Round:
    """Score a round in which B1 studied in four quarters, B2 in three, and B3 in none."""
    study(county, "B1", 1, 4, 7, 10)
    study(county, "B2", 2, 5, 8)
    return scored(county)


def suggested(county: County) -> Round:
    round_ = result(county)
    assessment.suggest_targets(by=county.actor("administrator"), at=LATER, round_id=round_.pk)
    return round_


def target(county: County, code: str, node: str = "1.2") -> Target:
    return Target.objects.get(unit=county[code].pk, node=node)


def test_every_unit_gets_a_target_at_every_indicator_with_its_reason(county: County) -> None:
    round_ = suggested(county)
    values = {code: target(county, code).value for code in ("B1", "B2", "B3")}
    assert values == {"B1": 2 * POINT, "B2": 1_900_000, "B3": 400_000}, "the best keeps, the others go a step"
    assert Target.objects.filter(round=round_).count() == 3 * 6
    page = assessment.unit_targets(county.actor("administrator"), round_.pk, county["B3"].pk)
    row = next(one for one in page.rows if one.target.node == "1.2")
    assert row.title == "1.2 Study of party building at least once a quarter"
    assert row.why == "towards the best of the class, 2; no more than a fifth of the points at once"
    assert (row.own, row.maximum, row.is_changed, page.waiting) == (0, 2 * POINT, False, 6)


def test_missing_and_not_applicable_are_no_zeros(county: County) -> None:
    round_ = result(county)
    of_run = {"run_id": round_.run_id, "node": "1.2"}
    with connection.cursor() as cursor:  # results are append-only: only a superuser's session passes the triggers
        cursor.execute("SET LOCAL session_replication_role = replica")
    NodeScore.objects.filter(**of_run, unit_id=county["B3"].pk).update(status="not_reported", applied=None)
    NodeScore.objects.filter(**of_run, unit_id=county["B2"].pk).update(status="not_applicable", applied=None)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assessment.suggest_targets(by=county.actor("administrator"), at=LATER, round_id=round_.pk)
    missing = target(county, "B3")
    assert (missing.basis["aim"], missing.basis["own"], missing.value) == ("newcomer", None, 2 * POINT)
    assert not Target.objects.filter(unit=county["B2"].pk, node="1.2").exists()
    page = assessment.unit_targets(county.actor("administrator"), round_.pk, county["B3"].pk)
    assert any(row.why == "nothing was reported: the median of the class, 2" for row in page.rows)


def test_earlier_rounds_make_the_trend(county: County) -> None:
    boss = county.actor("administrator")
    study(county, "B2", 2)
    earlier = scored(county)
    study(county, "B1", 1, 4, 7, 10)
    Round.objects.filter(pk=earlier.pk).update(from_on=date(2025, 1, 1), until_on=date(2025, 12, 31))
    study(county, "B2", 5, 8)
    round_ = assessment.create_round(
        by=boss, at=FROZEN, scheme_version_id=earlier.scheme_version_id, title="2026", from_=date(2026, 1, 1),
        until=date(2026, 12, 31), units={county[code].pk: "branch" for code in ("B1", "B2", "B3")},
    )  # fmt: skip
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.suggest_targets(by=boss, at=LATER, round_id=round_.pk)
    rising = target(county, "B2")
    assert (rising.basis["own"], rising.basis["trend"]) == (1_500_000, 2_500_000)
    assert (rising.basis["aim"], rising.basis["bounded"], rising.value) == ("trend", True, 1_900_000)
    page = assessment.unit_targets(boss, round_.pk, county["B2"].pk)
    assert any("by the own trend, which leads to 2.5" in row.why for row in page.rows)


def test_an_officer_changes_and_accepts_and_letters_take_them_up(county: County) -> None:
    boss = county.actor("administrator")
    round_ = suggested(county)
    one = target(county, "B3")
    changed = assessment.set_target(by=boss, at=LATER, target_id=one.pk, value=POINT, reason="A new secretary came.")
    assert (changed.value, changed.suggested, changed.reason) == (POINT, 400_000, "A new secretary came.")
    assert not assessment.accepted_targets([county["B3"].pk])
    assert assessment.accept_targets(by=boss, at=LATER, round_id=round_.pk, unit_ids=[county["B3"].pk]) == 6
    taken = {one.node: one for one in assessment.accepted_targets([county["B3"].pk], round_id=round_.pk)}
    assert (taken["1.2"].value, taken["1.2"].reached, taken["1.2"].maximum) == (POINT, 0, 2 * POINT)
    assert (taken["1.2"].scheme, taken["1.2"].accepted_at) == ("routine_work", LATER)
    # What was decided stays when targets are suggested anew; the rest is renewed.
    again = assessment.suggest_targets(by=boss, at=LATER, round_id=round_.pk)
    assert (again.added, again.renewed, again.kept) == (0, 12, 6)
    one.refresh_from_db()
    assert one.value == POINT
    # A change after acceptance has to be accepted again; going back to the suggestion needs no reason.
    back = assessment.set_target(by=boss, at=LATER, target_id=one.pk, value=400_000)
    assert (back.reason, back.accepted_at) == ("", None)
    assert assessment.accept_targets(by=boss, at=LATER, round_id=round_.pk) == 13
    with pytest.raises(assessment.Refused, match="nothing to accept"):
        assessment.accept_targets(by=boss, at=LATER, round_id=round_.pk)
    assert [row.action for row in audit.history(f"target:{one.pk}")] == ["assessment.set_target"] * 2


def test_a_target_whose_indicator_no_longer_applies_goes_unless_it_was_decided(county: County) -> None:
    boss = county.actor("administrator")
    round_ = suggested(county)
    assessment.set_target(by=boss, at=LATER, target_id=target(county, "B2", "1.2").pk, value=POINT, reason="so")
    assessment.reopen(by=boss, at=LATER, round_id=round_.pk, reason="an exemption")
    for node in ("1.2", "1.3"):
        assessment.exempt(by=boss, at=LATER, round_id=round_.pk, unit_id=county["B2"].pk, node=node, reason="new")
    with pytest.raises(assessment.Refused, match="score the round first"):
        assessment.suggest_targets(by=boss, at=LATER, round_id=round_.pk)
    assessment.freeze(by=boss, at=LATER, round_id=round_.pk)
    assessment.score_now(by=boss, at=LATER, round_id=round_.pk)
    assessment.suggest_targets(by=boss, at=LATER, round_id=round_.pk)
    assert set(Target.objects.filter(unit=county["B2"].pk, node__in=["1.2", "1.3"]).values_list("node", flat=True)) == {
        "1.2"
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": 3 * POINT, "reason": "x"}, "value"),
        ({"value": -1, "reason": "x"}, "value"),
        ({"value": POINT, "reason": " "}, "reason"),
        ({"value": 400_000, "reason": ""}, "value"),
    ],
)
def test_what_cannot_be_is_refused(county: County, given: dict[str, Any], field: str) -> None:
    suggested(county)
    with pytest.raises(assessment.Refused) as refused:
        assessment.set_target(
            by=county.actor("administrator"), at=LATER, target_id=target(county, "B3").pk, **given
        )  # fmt: skip
    assert refused.value.field == field


def test_who_may_do_and_read_what(county: County) -> None:
    round_ = publish(county, suggested(county))
    boss, own = county.actor("administrator"), county.actor("secretary", "B3")
    one = target(county, "B3")
    for nobody in (own, county.actor("assessor")):
        for act in (
            lambda by: assessment.suggest_targets(by=by, at=LATER, round_id=round_.pk),
            lambda by: assessment.accept_targets(by=by, at=LATER, round_id=round_.pk),
            lambda by: assessment.set_target(by=by, at=LATER, target_id=one.pk, value=0, reason="x"),
            lambda by: assessment.target_for(by, one.pk),
        ):
            with pytest.raises(NotPermitted):
                act(nobody)
    for read in (assessment.target_page, assessment.target_rows):
        with pytest.raises(NotPermitted):
            read(own, round_.pk)
    with pytest.raises(NotPermitted):
        assessment.unit_targets(county.actor("secretary", "B2"), round_.pk, county["B3"].pk)
    with pytest.raises(NotPermitted):
        assessment.unit_targets(boss, round_.pk, county["D1"].pk)
    for missing in (assessment.target_page, assessment.target_for):
        with pytest.raises(NotPermitted):
            missing(boss, 999_999)
    with pytest.raises(NotPermitted):
        assessment.set_target(by=boss, at=LATER, target_id=999_999, value=0)
    assert not assessment.unit_targets(own, round_.pk, county["B3"].pk).rows, "not accepted yet: not theirs to see"
    assert not assessment.sees_targets(own, round_)
    assessment.accept_targets(by=boss, at=LATER, round_id=round_.pk)
    assert len(assessment.unit_targets(own, round_.pk, county["B3"].pk).rows) == 6
    assert [one.unit_id for one in assessment.sees_targets(own, round_)] == [county["B3"].pk]
    page = assessment.target_page(county.actor("assessor"), round_.pk)
    assert (page.targets, page.accepted, page.may_run) == (18, 18, False)
    assert next((row.name, row.targets, row.changed) for row in page.page.object_list) == ("Branch B1", 6, 0)


def test_suggesting_costs_the_same_however_many_units(county: County) -> None:
    from plumbline.assessment.queries.target_bases import suggestions_of

    round_ = suggested(county)
    with CaptureQueriesContext(connection) as asked:
        assert len(suggestions_of(Round.objects.select_related("scheme_version").get(pk=round_.pk))) == 18
    assert len(asked) <= 6
