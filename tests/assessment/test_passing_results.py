"""Published results passed to the level above, with the hashes under which they were published."""

from datetime import timedelta

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.models import CompositeScore, Round
from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from tests.assessment.county import FROZEN, LATER, YEAR, County, scored, study

pytestmark = pytest.mark.django_db


def published(county: County) -> Round:
    study(county, "B1", 1, 4, 7, 10)
    round_ = scored(county)
    assessment.publish_round(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    return round_


def passed(county: County, round_: Round) -> ledger.PassedUp:
    return ledger.pass_up(
        by=county.actor("administrator"), at=LATER, committee_id=county["W"].pk, kinds=[], results=[round_.pk],
        from_=YEAR[0], until=YEAR[1],
    )  # fmt: skip


def test_results_go_up_with_their_imprint_and_come_in_as_facts(county: County) -> None:
    boss = county.actor("administrator")
    round_ = published(county)
    assert [(one.id, one.title) for one in assessment.result_offers(boss, county["W"].path)] == [
        (round_.pk, round_.title)
    ]
    made = passed(county, round_)
    assert (made.facts, made.results) == (0, 3)
    file = ledger.begin_intake(by=boss, at=LATER, sender_unit_id=county["W"].pk, name=made.name, content=made.content)
    [imprint] = file.header["results"]
    run = round_.run
    assert run is not None
    assert imprint == {
        "round": str(round_.pk), "title": round_.title, "snapshot": run.snapshot.manifest_hash,
        "scheme": round_.scheme_version.document_hash, "result": run.result_hash,
    }  # fmt: skip
    done = ledger.add_intake(by=boss, at=LATER, file_id=file.pk)
    assert done.counts == {"new": 3}
    fact = ledger.current_facts(None, kinds=["assessment.result"]).get(unit=county["B1"].pk)
    composite = CompositeScore.objects.get(run=run, unit_id=county["B1"].pk)
    assert fact.quantity == composite.score
    assert fact.attributes["rank"] == composite.rank == 1
    assert (fact.attributes["units"], fact.attributes["result_hash"]) == (3, run.result_hash)
    assert fact.occurred_on == round_.until_on


def test_an_amended_result_corrects_what_was_passed_up(county: County) -> None:
    boss = county.actor("administrator")
    round_ = published(county)
    first = passed(county, round_)
    file = ledger.begin_intake(by=boss, at=LATER, sender_unit_id=county["W"].pk, name="1", content=first.content)
    ledger.add_intake(by=boss, at=LATER, file_id=file.pk)
    study(county, "B2", 2, 5, at=LATER)
    assessment.amend_round(by=boss, at=LATER, round_id=round_.pk, reason="two meetings were forgotten")
    assert not assessment.result_offers(boss, county["W"].path), "not public while it is calculated anew"
    with pytest.raises(NotPermitted):
        passed(county, round_)
    assessment.score_now(by=boss, at=LATER, round_id=round_.pk)
    assessment.publish_round(by=boss, at=LATER, round_id=round_.pk)
    again = passed(county, round_)
    file = ledger.begin_intake(by=boss, at=LATER, sender_unit_id=county["W"].pk, name="2", content=again.content)
    assert ledger.add_intake(by=boss, at=LATER + timedelta(days=1), file_id=file.pk).counts == {"changed": 3}
    facts = ledger.current_facts(None, kinds=["assessment.result"])
    assert facts.count() == 3
    assert all(fact.reason.startswith("Passed up anew") for fact in facts)


def test_only_who_runs_the_round_passes_it_up(county: County) -> None:
    round_ = published(county)
    assert not assessment.result_offers(county.actor("assessor"), county["W"].path)
    assert not assessment.result_offers(county.actor("administrator", "B1"), county["B1"].path)
    for nobody in (county.actor("administrator", "B1"), county.actor("assessor")):
        with pytest.raises(NotPermitted):
            assessment.passed_results(nobody, round_.pk)
    with pytest.raises(NotPermitted):
        assessment.passed_results(county.actor("administrator"), 999_999)


def test_grades_go_by_their_official_names(county: County) -> None:
    """Whoever passes a result up, in whatever language: the same result is the same fact."""
    from django.utils import translation

    from plumbline.assessment.queries.passing import _grade
    from plumbline.assessment.queries.trees import scheme_of

    boss = county.actor("administrator")
    version = assessment.import_shipped(by=boss, at=FROZEN, code="branch_stars").version
    scheme = scheme_of(version)
    names = set()
    for language in ("en", "zh-hans"):
        with translation.override(language):
            names.add(_grade(scheme, scheme.bands[0].grade))
    assert len(names) == 1
