"""Bad input of a round from end to end: ties of interest, indicators that nobody feeds, a veto recorded too late."""

from datetime import date, timedelta

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.models import CompositeScore, Round
from plumbline.assessment.rules.scheme import load_yaml
from plumbline.assessment.rules.silence import silent
from plumbline.kernel import clock, todo
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from tests.assessment.county import FILED, FROZEN, LATER, YEAR, County, post, publish, routine, study
from tests.assessment.schemes import shipped
from tests.assessment.test_life import VERIFYING, P, judge, opened

pytestmark = pytest.mark.django_db


def person(county: County, name: str) -> Actor:
    """Return an assessor who has an account."""
    return county.actor("assessor", user_id=User.objects.create_user(name).pk)


def waiting(actor: Actor) -> list[str]:
    return [one.title for one in todo.gather(actor, VERIFYING) if one.kind == "verification"]


def test_a_unit_with_a_declared_conflict_is_left_out(county: County) -> None:
    round_ = opened(county)
    tied, free = person(county, "tied"), person(county, "free")
    before = waiting(tied)
    assert before == waiting(free) != []
    assessment.declare_conflict(by=tied, at=FILED, unit_id=county["B1"].pk, reason="my sister is its secretary")
    assert waiting(tied) != before
    assert waiting(free) == before
    with clock.frozen(VERIFYING):
        assert not assessment.unit_report(tied, round_.pk, county["B1"].pk).may_verify
        assert assessment.unit_report(tied, round_.pk, county["B2"].pk).may_verify
    with pytest.raises(assessment.Refused, match="my sister"):
        judge(assessment.verify_score, county, round_, tied, VERIFYING, 5 * P, None)
    judge(assessment.verify_score, county, round_, free, VERIFYING, 5 * P, None)


def test_an_indicator_that_nobody_feeds_is_named_before_the_freeze(county: County) -> None:
    study(county, "B1", 1)
    round_, boss = routine(county), county.actor("administrator")
    found = {text.code for text in assessment.round_life(boss, round_).silent}
    assert found == {"1.3", "2.1"}, "deployment and visits; 1.2 was studied, and no finding is good news"
    post(county, "meeting.held", "B2", date(2026, 2, 1), meeting_kind="deployment")
    assert {text.code for text in assessment.round_life(boss, round_).silent} == {"2.1"}
    assert assessment.round_life(county.actor("auditor"), round_).silent == ()
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    assert assessment.round_life(boss, round_).silent == ()


def test_what_waits_for_facts_and_what_does_not() -> None:
    assert silent(load_yaml(shipped("satisfaction_survey")), []) == ("1", "2", "3", "4", "5")
    assert silent(load_yaml(shipped("satisfaction_survey")), [("survey.answers", {"question": "aspect_2"})]) == (
        "1", "3", "4", "5",
    )  # fmt: skip
    judged = load_yaml("""
code: judged
title: Judged
tree:
  - {code: a, name: A, points: 5, rules: [{type: assessed, least: 0, most: 5}]}
  - {code: b, name: B, points: 5, rules: [{type: assessed, least: -5, most: -1}]}
  - {code: c, name: C, points: 5, rules: [{type: flaw, when: absent, source: {kind: meeting.held}, deduct: 1}]}
""")
    assert silent(judged, []) == ("a", "c")
    assert silent(judged, [("assessment.judged", {"scheme": "judged", "node": "a"})]) == ("c",)


def test_a_veto_recorded_after_the_publication(county: County) -> None:
    boss = county.actor("administrator")
    version = assessment.import_shipped(by=boss, at=FILED, code="branch_stars_satisfaction").version
    round_ = assessment.create_round(
        by=boss, at=FILED, scheme_version_id=version.pk, title="Stars", from_=YEAR[0], until=YEAR[1],
        units={county["B1"].pk: "branch"},
    )  # fmt: skip
    for quantity, indicator in ((100_000_000, "stars_base"), (0, "stars_deductions")):
        ledger.post(
            by=boss, at=FILED, kind="performance.result", unit_id=county["B1"].pk, occurred_on=date(2026, 5, 1),
            quantity=quantity, attributes={"indicator": indicator}, source="test",
        )  # fmt: skip
    ledger.post(
        by=boss, at=FILED, kind="survey.answers", unit_id=county["B1"].pk, occurred_on=date(2026, 5, 1), quantity=50,
        attributes={"question": "branch_satisfaction", "option": "satisfied"}, source="test",
    )  # fmt: skip
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    publish(county, Round.objects.get(pk=round_.pk))

    def grade() -> str:
        run = Round.objects.get(pk=round_.pk).run_id
        return CompositeScore.objects.get(run_id=run, unit_id=county["B1"].pk).grade

    before = grade()
    assert before in ("five stars", "four stars"), "a class of one: the quota decides, the score stands"
    receipt = ledger.file_fact(
        by=boss, at=LATER,
        draft=ledger.FactDraft(
            "finding.recorded", county["B1"].pk, date(2026, 12, 1), attributes={"criterion": "weak_and_lax"}, source="t"
        ),
    )  # fmt: skip
    assert any("it will not count in it" in warning for warning in receipt.warnings)
    assert assessment.round_page(boss, round_.pk).late == 1
    assert grade() == before, "nothing changes in silence"
    with pytest.raises(assessment.Refused, match="Say why"):
        assessment.amend_round(by=boss, at=LATER, round_id=round_.pk, reason=" ")
    assessment.amend_round(by=boss, at=LATER, round_id=round_.pk, reason="found weak and lax in December")
    assessment.score_now(by=boss, at=LATER, round_id=round_.pk)
    assert grade() == "two stars"
    assessment.publish_round(by=boss, at=LATER, round_id=round_.pk)
    with clock.frozen(LATER + timedelta(days=1)):
        (moved,) = assessment.publicity(boss, round_.pk).moved
    assert moved.grade_after == "two stars"
