"""An autumn of inspection in a small county: teams, a transfer, a phone that sends twice, a correction, and what it costs."""

from uuid import uuid4

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Assignment
from plumbline.kernel import todo
from plumbline.ledger import api as ledger
from tests.assessment import inspected
from tests.assessment.county import FROZEN, County
from tests.assessment.inspected import AT, DAYS, actor, no_plan, photo

pytestmark = pytest.mark.django_db


def test_the_inspection_of_a_small_county_from_the_teams_to_the_points(county: County) -> None:
    boss, round_ = county.actor("administrator"), inspected.planned(county)
    ann, bob = inspected.account(county, "ann"), inspected.account(county, "bob")

    # Ann belongs to the first branch; the distribution sends Bob there, and both have work.
    inspected.belong(county, ann, "B1")
    inspected.team(county, round_, "Ann's team", ann)
    inspected.team(county, round_, "Bob's team", bob)
    assessment.distribute_units(by=boss, at=AT, round_id=round_.pk)
    sent = dict(Assignment.objects.values_list("unit__code", "team__name"))
    assert sent["B1"] == "Bob's team"
    assert set(sent.values()) == {"Ann's team", "Bob's team"}
    assert any(one.url == "/inspect/" for one in todo.gather(actor(bob), AT))

    # On site, without a network: Bob's phone sends the same finding twice when it is back.
    key, first = uuid4(), county["B1"].pk
    given = {"by": actor(bob), "at": AT, "key": key, "round_id": round_.pk, "unit_id": first, "draft": no_plan()}
    receipts = [assessment.record_finding(**given, uploads=[photo()]) for _time in range(2)]
    assert [receipt.known for receipt in receipts] == [False, True]
    assessment.finish_inspection(by=actor(bob), at=AT, round_id=round_.pk, unit_id=first)

    # The branch finds its plan: it answers, Bob looks again, and the finding becomes a lighter one.
    secretary = county.actor("secretary", "B1")
    finding = receipts[0].finding_id
    assessment.answer_finding(by=secretary, at=AT, finding_id=finding, words="The plan hangs in the corridor.")
    vague = assessment.FindingDraft("1.1", "vague_measures", AT, note="a plan without days")
    assessment.correct_finding(by=actor(bob), at=AT, finding_id=finding, draft=vague, reason="the plan was shown to us")
    facts = ledger.current_facts(None, kinds=["finding.recorded"])
    assert [fact.attributes["criterion"] for fact in facts] == ["vague_measures"]

    # Then Bob moves into the third branch, which his team was to visit: he is stopped there, and the page says so.
    Assignment.objects.filter(unit=county["B3"].pk).delete()
    team = assessment.coverage(boss, round_.pk, on=DAYS[0]).teams[1]
    assessment.assign(by=boss, at=AT, round_id=round_.pk, unit_ids=[county["B3"].pk], team_id=team.id)
    inspected.belong(county, bob, "B3", number="M2")
    warned = [row.code for row in assessment.coverage(boss, round_.pk, on=DAYS[0]).rows if row.warnings]
    assert warned == ["B3"]
    with pytest.raises(assessment.Refused, match="Bob may not inspect Branch B3: is a member there"):
        inspected.record(bob, round_, county["B3"].pk)
    assessment.distribute_units(by=boss, at=AT, round_id=round_.pk, anew=True)  # what was given by hand stays
    assert Assignment.objects.get(unit=county["B3"].pk).team_id == team.id

    # Frozen and scored: one point is gone, the explanation names the fact, and nothing more is recorded.
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    found = assessment.explain(boss, round_id=round_.pk, unit_id=first)
    node = next(one for one in found.nodes if one.text.code == "1.1")
    assert node.applied == 1_000_000
    assert [fact.fact_id for rule in node.rules for fact in rule.first_facts] == [facts.get().pk]
    with pytest.raises(assessment.Refused, match="The round is frozen"):
        inspected.record(ann, round_, county["B2"].pk, at=FROZEN)
