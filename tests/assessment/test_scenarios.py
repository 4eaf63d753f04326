"""The year of a small county, told as a circular tells it: what was filed, what was frozen, what it gave, and why."""

from datetime import date

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.models import CompositeScore, NodeScore, Round, Run
from plumbline.kernel import jobs
from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.numbers import MICRO
from plumbline.ledger import api as ledger
from tests.assessment.county import FROZEN, LATER, County, post, publish, routine, scored, study

pytestmark = pytest.mark.django_db


def points(round_: Round, county: County, code: str, node: str) -> int | None:
    return NodeScore.objects.get(run_id=round_.run_id, unit_id=county[code].pk, node=node).applied


def test_four_quarters_of_study_give_all_points_and_three_cost_half_a_point(county: County) -> None:
    study(county, "B1", 1, 4, 7, 10)
    study(county, "B2", 2, 5, 8)
    round_ = scored(county)
    assert points(round_, county, "B1", "1.2") == 2 * MICRO
    assert points(round_, county, "B2", "1.2") == 1_500_000
    assert points(round_, county, "B3", "1.2") == 0


def test_two_visits_and_no_household_leave_one_point_of_three(county: County) -> None:
    for day in (3, 4):
        post(county, "contact.visit", "B1", date(2026, 5, day), purpose="contact_point")
    post(county, "finding.recorded", "B2", date(2026, 6, 1), criterion="no_contact_point")
    round_ = scored(county)
    assert points(round_, county, "B1", "2.1") == 1 * MICRO
    assert points(round_, county, "B2", "2.1") == 0


def test_the_explanation_says_every_rule_and_adds_up_exactly(county: County) -> None:
    facts = study(county, "B1", 1, 4, 7)
    round_ = scored(county)
    found = assessment.explain(county.actor("administrator"), round_id=round_.pk, unit_id=county["B1"].pk)
    assert found.score == sum(part.points for part in found.parts)
    node = next(node for node in found.nodes if node.text.code == "1.2")
    assert node.applied == 1_500_000
    assert "3 of 4" in node.rules[0].found
    assert {fact.fact_id for fact in node.rules[0].first_facts} == {fact.pk for fact in facts}
    assert found.rank == 1


def test_whoever_files_after_the_freeze_is_told_and_the_fact_is_kept(county: County) -> None:
    by = county.actor("administrator")
    round_ = routine(county)
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    draft = ledger.FactDraft(
        "meeting.held", county["B1"].pk, date(2026, 12, 20), 1, {"meeting_kind": "party_building_study"}, source="late"
    )
    receipt = ledger.file_fact(by=county.actor("secretary", "B1"), at=LATER, draft=draft)
    assert "Routine work 2026" in receipt.warnings[0]
    assert ledger.current_facts(None, from_=date(2026, 12, 20), until=date(2026, 12, 20)).count() == 1
    page = assessment.round_page(by, round_.pk)
    assert page.late == 1
    assessment.score_now(by=by, at=LATER, round_id=round_.pk)
    round_.refresh_from_db()
    assert points(round_, county, "B1", "1.2") == 0


def test_a_fact_of_another_year_or_another_kind_is_not_warned_about(county: County) -> None:
    by = county.actor("administrator")
    round_ = routine(county)
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    keys = [
        ledger.LockKey(county["B1"].pk, "meeting.held", date(2027, 1, 5)),
        ledger.LockKey(county["B1"].pk, "honour.granted", date(2026, 5, 5)),
        ledger.LockKey(county["D1"].pk, "meeting.held", date(2026, 5, 5)),
        ledger.LockKey(county["B1"].pk, "meeting.held", date(2026, 5, 5)),
    ]
    assert list(assessment.late_warnings(keys)) == keys[-1:]


def test_a_correction_before_the_freeze_counts_and_one_after_it_does_not(county: County) -> None:
    by = county.actor("administrator")
    first, second = study(county, "B1", 1, 4)
    ledger.correct(
        by=by,
        at=FROZEN,
        fact_id=first.pk,
        reason="It was another meeting",
        attributes={"meeting_kind": "members_meeting"},
    )
    round_ = scored(county)
    assert points(round_, county, "B1", "1.2") == 500_000
    ledger.withdraw(by=by, at=LATER, fact_id=second.pk, reason="It never took place")
    assert assessment.verify_run(by=by, at=LATER, run_id=round_.run_id or 0).same
    assessment.reopen(by=by, at=LATER, round_id=round_.pk, reason="An objection was upheld")
    assessment.freeze(by=by, at=LATER, round_id=round_.pk)
    assessment.score_now(by=by, at=LATER, round_id=round_.pk)
    round_.refresh_from_db()
    assert points(round_, county, "B1", "1.2") == 0
    assert Run.objects.filter(snapshot__round=round_).count() == 2


def test_scoring_twice_at_once_is_refused(county: County) -> None:
    by = county.actor("administrator", user_id=None)
    round_ = routine(county)
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    first = assessment.start_scoring(by=by, at=FROZEN, round_id=round_.pk)
    with pytest.raises(jobs.AlreadyRunning):
        assessment.start_scoring(by=by, at=LATER, round_id=round_.pk)
    assert jobs.run_now(first).state == jobs.JobState.DONE
    round_.refresh_from_db()
    assert round_.state == assessment.RoundState.SCORED
    assessment.start_scoring(by=by, at=LATER, round_id=round_.pk)


def test_the_same_snapshot_gives_the_same_hash_each_time_and_runs_are_kept(county: County) -> None:
    by = county.actor("administrator")
    study(county, "B1", 1, 4, 7, 10)
    round_ = scored(county)
    again = assessment.score_now(by=by, at=LATER, round_id=round_.pk)
    runs = Run.objects.filter(snapshot__round=round_)
    assert runs.count() == 2
    assert len({run.result_hash for run in runs}) == 1
    assert CompositeScore.objects.filter(run__in=runs).count() == 6
    round_.refresh_from_db()
    assert round_.run_id == again.pk


def test_what_does_not_apply_is_said_with_its_reason(county: County) -> None:
    by = county.actor("administrator")
    round_ = routine(county)
    assessment.exempt(
        by=by, at=FROZEN, round_id=round_.pk, unit_id=county["B3"].pk, node="2.1", reason="Founded in November"
    )
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=by, at=FROZEN, round_id=round_.pk)
    found = assessment.explain(by, round_id=round_.pk, unit_id=county["B3"].pk)
    node = next(node for node in found.nodes if node.text.code == "2.1")
    assert (node.status.value, node.reason) == ("not_applicable", "Founded in November")


def test_a_secretary_reads_the_own_explanation_and_the_table_of_the_class_but_nobody_elses_explanation(
    county: County,
) -> None:
    round_ = publish(county, scored(county))
    secretary = county.actor("secretary", "B1")
    assert assessment.explain(secretary, round_id=round_.pk, unit_id=county["B1"].pk).score is not None
    table = assessment.results(secretary, assessment.round_page(secretary, round_.pk).round)
    assert table is not None
    assert len(table.page.object_list) == 3
    assert [line.own for line in table.page.object_list].count(True) == 1
    with pytest.raises(NotPermitted):
        assessment.explain(secretary, round_id=round_.pk, unit_id=county["B2"].pk)


def test_before_it_is_scored_a_round_is_nobodys_business_but_the_committees(county: County) -> None:
    round_ = routine(county)
    secretary = county.actor("secretary", "B1")
    assert assessment.round_list(secretary) == []
    with pytest.raises(NotPermitted):
        assessment.round_page(secretary, round_.pk)
    assert [row.title for row in assessment.round_list(county.actor("auditor"))] == ["Routine work 2026"]


def test_a_fact_says_where_it_counted(county: County) -> None:
    (fact,) = study(county, "B1", 1)
    round_ = publish(county, scored(county))
    (use,) = assessment.fact_uses(county.actor("secretary", "B1"), fact.pk)
    assert use.url == f"/rounds/{round_.pk}/units/{county['B1'].pk}/#node-1.2"
    assert use.points_micro == 500_000
    assert assessment.fact_uses(county.actor("secretary", "B2"), fact.pk) == []
