"""Holders of posts assessed as units are: chosen, voted on, scored, explained, and who may read it (decision record 0086)."""

from datetime import date
from typing import Any

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.models import CompositeScore, NodeScore, Round
from plumbline.assessment.queries.conflicts import conflicts_of, in_words
from plumbline.assessment.rules.publicity import Outcome
from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Appointment, Member
from tests.assessment.county import FILED, FROZEN, LATER, MACHINE, YEAR, County
from tests.assessment.officers import actor_of, leaders, officer, terms_of

pytestmark = pytest.mark.django_db
POINT = 1_000_000


@pytest.fixture
def held(county: County) -> dict[str, Appointment]:
    """Two secretaries and a deputy."""
    return {
        "An": officer(county, "B1", "secretary", "An Ning"),
        "Bo": officer(county, "B2", "secretary", "Bo Wen"),
        "Cao": officer(county, "B1", "deputy", "Cao Jing"),
    }


def say(unit: Any, kind: str, quantity: int = 1, on: date = date(2026, 6, 1), **attributes: Any) -> ledger.Fact:
    """Post a fact about a unit or a term."""
    return ledger.post(
        by=MACHINE, at=FILED, kind=kind, unit_id=unit.pk, occurred_on=on, quantity=quantity, attributes=attributes,
        source="test",
    )  # fmt: skip


def scored(county: County, round_: Round) -> Round:
    """Freeze and score."""
    boss = county.actor("administrator")
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    return round_


def test_posts_are_offered_and_their_holders_become_units_that_stand_in_no_list(
    county: County, held: dict[str, Appointment]
) -> None:
    boss = county.actor("administrator")
    committee = assessment.committees(boss, on=YEAR[1])[0]
    offered = {one.key: one.units for one in assessment.class_choices(boss, committee, on=YEAR[1])}
    assert (offered["post:Secretary"], offered["post:Deputy"], offered["kind:branch"]) == (2, 1, 3)
    before = organisation.visible_units(boss).count()
    terms = terms_of(leaders(county))
    assert sorted(terms) == ["An", "Bo"]
    an = terms["An"]
    assert (an.name, an.short_name, an.category) == ("An Ning · Secretary · Branch B1", "An Ning · Secretary", "term")
    assert an.code == f"B1-T{held['An'].pk}"  # no name: codes go into archives
    assert an.path == f"{county['W'].path}{an.pk}/"
    assert organisation.visible_units(boss).count() == before
    assert organisation.assessable_units(boss).count() == before + 2
    assert leaders(county, SCHEME).round_units.order_by("unit_id")[0].unit_id == an.pk  # made once


def test_votes_rankings_and_work_give_the_published_points(county: County, held: dict[str, Appointment]) -> None:
    round_ = leaders(county)
    terms = terms_of(round_)
    for name, work, rank, excellent in (("An", 540, 2, 89), ("Bo", 600, 1, 90)):
        say(terms[name], "performance.result", work * POINT, indicator="leaders_work")
        say(terms[name], "ballot.ranking", question="leaders", voter="v1", rank=rank)
        say(terms[name], "ballot.row", excellent, question="leaders", box="b", option="excellent")
        say(terms[name], "ballot.row", 100 - excellent, question="leaders", box="b", option="competent")
    scored(county, round_)
    points = {
        (name, row.node): row.applied / POINT
        for name in terms
        for row in NodeScore.objects.filter(run=round_.run, unit_id=terms[name].pk)
    }
    assert {key: points[key] for key in points if key[1] in ("P1", "P2", "P3")} == {
        ("An", "P1"): 540, ("An", "P2"): 196, ("An", "P3"): 190, ("Bo", "P1"): 600, ("Bo", "P2"): 200, ("Bo", "P3"): 200,
    }  # fmt: skip
    table = assessment.results(county.actor("administrator"), round_)
    assert table is not None
    assert [(one.name.split()[0], one.rank) for one in table.page.object_list] == [("Bo", 1), ("An", 2)]


def test_only_the_holder_and_those_who_read_the_round_read_a_term(county: County, held: dict[str, Appointment]) -> None:
    round_ = leaders(county)
    terms = terms_of(round_)
    an, bo, cao = (actor_of(held[name]) for name in ("An", "Bo", "Cao"))
    assert [grant.path for grant in an.grants if grant.role == "assessed"] == [terms["An"].path]
    assert not [grant for grant in cao.grants if grant.role == "assessed"]
    assessment.open_round(
        by=county.actor("administrator"), at=FILED, round_id=round_.pk
    ) if round_.phases.exists() else None
    fact = say(terms["An"], "performance.result", 540 * POINT, indicator="leaders_work")
    scored(county, round_)
    with pytest.raises(NotPermitted):
        assessment.explain(an, round_id=round_.pk, unit_id=terms["An"].pk)  # nothing before the notice
    boss = county.actor("administrator")
    assessment.publish_round(by=boss, at=LATER, round_id=round_.pk, days=5)
    assert assessment.explain(an, round_id=round_.pk, unit_id=terms["An"].pk).unit_name == terms["An"].name
    assert ledger.visible_facts(an).filter(pk=fact.pk).exists()
    for other in (bo, cao, county.actor("member", "W"), county.actor("secretary", "B1")):
        with pytest.raises(NotPermitted):
            assessment.explain(other, round_id=round_.pk, unit_id=terms["An"].pk)
        assert not ledger.visible_facts(other).filter(pk=fact.pk, unit=terms["An"]).exists()
    objection = assessment.raise_objection(
        by=an, at=LATER, round_id=round_.pk, unit_id=terms["An"].pk, node="P1", words="One project is missing."
    )
    with pytest.raises(NotPermitted):  # a member of the branch does not answer for its secretary
        assessment.answer_objection(by=cao, at=LATER, objection_id=objection.pk, outcome=Outcome.REJECTED, words="No.")


SCHEME = """
code: deputies
title: Deputies
tree:
  - {code: m, name: Meetings, points: 10, rules: [
      {type: each, source: {kind: meeting.held}, points: 1}]}
  - {code: l, name: Learning, points: 100, rules: [
      {type: each, source: {kind: learning.session}, points: 1}]}
  - {code: v, name: Votes, points: 10, rules: [
      {type: option_mean, source: {kind: survey.answers, where: {question: q}}, values: {good: 100, bad: 0}, base: 10,
       satisfied: [good]}]}
"""


def test_facts_of_the_unit_count_for_its_leaders_where_the_round_says_so(county: County) -> None:
    term = officer(county, "B1", "secretary", "An Ning", since=date(2026, 3, 1), until=date(2027, 3, 1))
    deputy = officer(county, "B1", "deputy", "Cao Jing")
    boss = county.actor("administrator")
    round_ = leaders(county, SCHEME)
    deputies = assessment.ClassSelection("Deputy", county["W"].pk, post="Deputy")
    secretaries = assessment.ClassSelection("Secretary", county["W"].pk, post="Secretary")
    assessment.set_units(by=boss, at=FILED, round_id=round_.pk, classes=[secretaries, deputies])
    terms = terms_of(round_)
    with pytest.raises(assessment.Refused, match=r"survey\.answers are not taken"):
        assessment.take_from_units(by=boss, at=FILED, round_id=round_.pk, kinds=["survey.answers"])
    assert assessment.kinds_to_take_in(round_) == ("learning.session", "meeting.held")
    assessment.take_from_units(by=boss, at=FILED, round_id=round_.pk, kinds=["meeting.held", "learning.session"])
    for on in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 5, 5)):
        say(county["B1"], "meeting.held", on=on, meeting_kind="members_meeting")
    say(county["B2"], "meeting.held", meeting_kind="members_meeting")
    say(terms["An"], "meeting.held", meeting_kind="talk")  # about the term itself
    say(county["B1"], "survey.answers", 9, question="q", option="bad")
    for member in (term.member, deputy.member):
        ledger.post(
            by=MACHINE, at=FILED, kind="learning.session", unit_id=county["B1"].pk, occurred_on=date(2026, 6, 1),
            quantity=60, attributes={"form": "lecture"}, source="test", member=Member.objects.get(pk=member.pk).pseudonym,
        )  # fmt: skip
    scored(county, round_)
    hits = {
        (name, row.node): row.applied // POINT
        for name in terms
        for row in NodeScore.objects.filter(run=round_.run, unit_id=terms[name].pk, node__in=["m", "l"])
    }
    assert hits == {("An", "m"): 3, ("Cao", "m"): 3, ("An", "l"): 1, ("Cao", "l"): 1}
    votes = NodeScore.objects.get(run=round_.run, unit_id=terms["An"].pk, node="v")
    assert votes.status == "not_reported"
    assert round_.snapshot is not None
    assert round_.snapshot.manifest["taken_from_units"] == ["learning.session", "meeting.held"]
    receipt = ledger.file_facts(
        by=boss, at=LATER, whole=True,
        drafts=[ledger.FactDraft("meeting.held", county["B1"].pk, date(2026, 7, 1), 1, {"meeting_kind": "talk"})],
    )  # fmt: skip
    assert "was frozen on" in str(receipt[0].warnings)
    assert assessment.round_page(boss, round_.pk).late == 1


def test_who_may_not_judge_a_unit_may_not_judge_its_leaders(county: County, held: dict[str, Appointment]) -> None:
    terms = terms_of(leaders(county))
    people = {name: actor_of(held[name]).user_id or 0 for name in held}
    found = conflicts_of(people.values(), on=YEAR[1])
    tied = {(one.user_id, one.unit_id) for one in found}
    assert (people["An"], terms["An"].pk) in tied
    assert (people["Cao"], terms["An"].pk) in tied  # a member of the branch
    assert (people["Bo"], terms["An"].pk) not in tied
    told = [text for text in in_words(found) if "An Ning · Secretary" in text]
    assert any("is the one who is assessed" in text for text in told)
    inner = terms_of(leaders(county, SCHEME, post="Deputy", committee="B1"))["Cao"]
    tied = {(one.user_id, one.unit_id) for one in conflicts_of(people.values(), on=YEAR[1])}
    assert (people["Cao"], inner.pk) in tied
    assert (people["An"], inner.pk) not in tied  # the branch assesses its own deputies: its secretary takes part


def test_names_and_days_follow_and_what_is_about_a_person_is_not_passed_up(
    county: County, held: dict[str, Appointment]
) -> None:
    terms = terms_of(leaders(county))
    fact = say(terms["An"], "performance.result", POINT, indicator="leaders_work")
    post = held["An"].post
    organisation.change_post(by=MACHINE, at=FILED, post=post, title="First secretary", seats=1)
    organisation.end_appointment(by=MACHINE, at=FILED, appointment=held["An"], on=date(2026, 9, 1), reason="moved")
    terms["An"].refresh_from_db()
    assert terms["An"].name == "An Ning · First secretary · Branch B1"
    assert (terms["An"].founded_on, terms["An"].closed_on) == (date(2024, 1, 1), date(2026, 9, 1))
    Member.objects.filter(pk=held["An"].member_id).update(name="", number="erased-1")
    terms["An"].refresh_from_db()
    assert terms["An"].name == "erased-1 · First secretary · Branch B1"
    passed = ledger.pass_up(
        by=county.actor("administrator"), at=FILED, committee_id=county["W"].pk, from_=YEAR[0], until=YEAR[1],
        kinds=["performance.result"],
    )  # fmt: skip
    assert passed.facts == 0
    assert fact.pk


def test_only_administrators_of_the_committee_make_terms_and_only_within_their_reach(
    county: County, held: dict[str, Appointment]
) -> None:
    for actor in (county.actor("secretary"), county.actor("administrator", "B2")):
        with pytest.raises(NotPermitted):
            organisation.assess_terms(by=actor, at=FILED, committee=county["W"], appointment_ids=[held["An"].pk])
    with pytest.raises(NotPermitted):
        organisation.assess_terms(
            by=county.actor("administrator", "B2"), at=FILED, committee=county["B2"], appointment_ids=[held["An"].pk]
        )
    with pytest.raises(assessment.Refused, match="Say which committee"):
        assessment.create_round(
            by=county.actor("administrator"), at=FILED, title="x", from_=YEAR[0], until=YEAR[1],
            scheme_version_id=leaders(county).scheme_version_id,
            classes=[assessment.ClassSelection("Secretary", post="Secretary")],
        )  # fmt: skip
    assert not CompositeScore.objects.exists()
    assert User.objects.filter(username="secretary-B1").exists()
