"""Who sees a result when: committee staff, assessors and auditors once it is scored, units once it is published."""

from collections.abc import Callable
from typing import Any

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Round
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from tests.assessment.county import FILED, FROZEN, LATER, MACHINE, County, publish, routine, scored, study

pytestmark = pytest.mark.django_db
STAFF = ("administrator", "assessor", "auditor")
OWN = ("secretary", "organiser", "member", "inspector")


def sees(ask: Callable[..., Any], *who: Actor) -> bool:
    """True where the question is answered with something."""
    try:
        return bool(ask(*who))
    except NotPermitted:
        return False


def views(round_: Round, unit_id: int) -> dict[str, Callable[[Actor], Any]]:
    """Return everything that shows something of a result, by name."""
    number = round_.pk

    def table(actor: Actor) -> Any:
        return assessment.results(actor, assessment.round_page(actor, number).round)

    return {
        "table": table,
        "board": lambda actor: assessment.board(actor, round_id=number).rows,
        "board by default": lambda actor: assessment.board(actor).round,
        "explanation": lambda actor: assessment.explain(actor, round_id=number, unit_id=unit_id),
        "facts counted": lambda actor: assessment.counted_facts(actor, round_id=number, unit_id=unit_id, node="1.2"),
        "profile": lambda actor: assessment.profile_page(actor, number, unit_id),
        "imprint": lambda actor: assessment.imprint_of(assessment.round_page(actor, number).round),
        "notices": lambda actor: assessment.publicity(actor, number).notices,
    }


def asked(county: County, role: str) -> Actor:
    return county.actor(role) if role in STAFF else county.actor(role, "B1")


def test_a_result_is_the_committees_until_it_is_published(county: County) -> None:
    study(county, "B1", 1, 4)
    round_ = scored(county)
    found = views(round_, county["B1"].pk)
    for role in STAFF:
        assert {name for name, ask in found.items() if not sees(ask, asked(county, role))} == {"notices"}
    for role in OWN:
        assert not [name for name, ask in found.items() if sees(ask, asked(county, role))], role
        assert assessment.round_page(asked(county, role), round_.pk).run_id is None, "the round itself is no secret"
    publish(county, round_)
    for role in (*STAFF, *OWN):
        assert not [name for name, ask in found.items() if not sees(ask, asked(county, role))], role
    for role in OWN:
        assert not sees(found["explanation"], county.actor(role, "B2"))


def test_while_a_result_is_amended_units_see_the_published_one(county: County) -> None:
    (fact, *_rest) = study(county, "B1", 1, 4)
    round_ = publish(county, scored(county))
    boss, own = county.actor("administrator"), county.actor("secretary", "B1")
    (late,) = study(county, "B1", 7, at=LATER)
    unit = county["B1"].pk

    def score(actor: Actor) -> int | None:
        return assessment.explain(actor, round_id=round_.pk, unit_id=unit).score

    before = score(own)
    assessment.amend_round(by=boss, at=LATER, round_id=round_.pk, reason="the study of July")
    assert score(own) == before
    assessment.score_now(by=boss, at=LATER, round_id=round_.pk)
    assert (score(own), score(boss)) == (before, (before or 0) + 500_000)
    assert [one.points_micro for one in assessment.fact_uses(own, fact.pk)] == [1_000_000]
    assert [one.points_micro for one in assessment.fact_uses(boss, fact.pk)] == [1_500_000]
    assert (assessment.fact_uses(own, late.pk), len(assessment.fact_uses(boss, late.pk))) == ([], 1)
    assert [year.score for year in assessment.profile_page(own, round_.pk, unit).years] == [before]
    assert not assessment.publicity(own, round_.pk).moved
    assessment.publish_round(by=boss, at=LATER, round_id=round_.pk)
    assert score(own) == score(boss)


def test_a_round_in_preparation_is_the_committees(county: County) -> None:
    round_ = routine(county)
    own = county.actor("secretary", "B1")
    assert not sees(lambda: assessment.round_page(own, round_.pk))
    Round.objects.filter(pk=round_.pk).update(state="open")
    page = assessment.round_page(own, round_.pk)
    assert (page.whole, page.can, page.run_id) == (False, frozenset(), None)
    assert not sees(lambda: assessment.round_page(county.actor("secretary", "D1"), round_.pk)), "it is not assessed"


@pytest.mark.parametrize("allowed", [True, False])
def test_provisional_scores_of_ones_own_where_the_round_allows_it(county: County, allowed: bool) -> None:
    round_, own = routine(county), county.actor("secretary", "B1")
    Round.objects.filter(pk=round_.pk).update(state="open", own_provisional=allowed)
    assessment.perform_provisional(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)
    assert sees(lambda: assessment.provisional_page(own, round_.pk)) is allowed
    if allowed:
        assert [line.unit_id for line in assessment.provisional_page(own, round_.pk).lines] == [county["B1"].pk]


@pytest.mark.parametrize("allowed", [True, False])
def test_what_an_assessor_chose_is_known_with_the_provisional_score_or_the_notice(
    county: County, allowed: bool
) -> None:
    round_ = routine(county)
    Round.objects.filter(pk=round_.pk).update(state="open", own_provisional=allowed)
    fact = ledger.post(
        by=MACHINE, at=FILED, kind="assessment.judged", unit_id=county["B1"].pk, occurred_on=FILED.date(),
        quantity=1_000_000, source="test",
        attributes={"scheme": "routine_work", "node": "1.1", "stage": "verified", "reason": "good"},
    )  # fmt: skip
    own, boss = county.actor("secretary", "B1"), county.actor("administrator")

    def known(actor: Actor) -> tuple[bool, bool]:
        line = assessment.unit_report(actor, round_.pk, county["B1"].pk).line("1.1")
        assert line is not None
        return ledger.visible_facts(actor).filter(pk=fact.pk).exists(), line.judged.current is not None

    assert (known(own), known(boss)) == ((allowed, allowed), (True, True))
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assert known(own) == (False, False), "frozen: what was chosen is part of the result now"
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    publish(county, round_)
    assert (known(own), known(MACHINE)) == ((True, True), (True, True))


def test_losses_and_targets_wait_for_the_notice(county: County) -> None:
    round_ = scored(county)
    boss, own = county.actor("administrator"), county.actor("secretary", "B1")
    assessment.draw_up(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.suggest_targets(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.accept_targets(by=boss, at=FROZEN, round_id=round_.pk)
    unit = county["B1"].pk
    asks: list[Callable[[], Any]] = [
        lambda: assessment.rectification_page(own, round_.pk),
        lambda: assessment.unit_targets(own, round_.pk, unit),
        lambda: assessment.sees_targets(own, round_),
    ]
    assert [sees(ask) for ask in asks] == [False, False, False]
    publish(county, round_)
    assert [sees(ask) for ask in asks] == [True, True, True]
