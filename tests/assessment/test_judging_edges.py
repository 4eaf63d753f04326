"""What may come between while a round is judged, frozen and scored; what the quotas leave; what waits on desks."""

from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from plumbline.assessment import api as assessment
from plumbline.assessment.actions import calculating
from plumbline.assessment.models import GradeStep, Round
from plumbline.assessment.queries.places import quota_places
from plumbline.assessment.rules.quotas import places
from plumbline.assessment.rules.scheme import Quota
from plumbline.kernel import clock, todo
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from tests.assessment.county import FILED, FROZEN, YEAR, County
from tests.assessment.test_life import REVIEWING, SCHEME, VERIFYING, P, judge, opened

QUOTED = (
    SCHEME.replace("code: life", "code: quoted")
    + """
bands:
  - {grade: good, min: 10}
  - {grade: fair, min: 0}
quotas:
  - {grade: good, share: 30%, rounding: floor, ties: TIES}
"""
)
WAYS = {"floor": ROUND_FLOOR, "half_up": ROUND_HALF_UP, "ceil": ROUND_CEILING}


def share(of: str, way: Any) -> Quota:
    return Quota(grade="good", share=of, rounding=way, ties="exclude")


@given(st.integers(0, 100), st.integers(0, 5_000), st.sampled_from(sorted(WAYS)))
def test_places_are_rounded_as_declared(hundredths: int, size: int, way: Any) -> None:
    exact = Decimal(hundredths * size) / 100
    assert places(share(f"{hundredths}/100", way), size) == int(exact.to_integral_value(WAYS[way]))


def test_thirty_percent_of_seven() -> None:
    assert [places(share("3/10", way), 7) for way in ("floor", "half_up", "ceil")] == [2, 2, 3]
    assert [places(share("3/10", way), 1) for way in ("floor", "half_up", "ceil")] == [0, 0, 1]


@pytest.mark.parametrize("size", [1, 3, 500])
def test_a_number_of_places_is_the_same_in_every_class(size: int) -> None:
    assert places(Quota(grade="good", units=3, ties="exclude"), size) == 3


def quoted(county: County, ties: str, classes: dict[str, str]) -> Round:
    boss = county.actor("administrator")
    version = assessment.import_scheme(by=boss, at=FILED, text=QUOTED.replace("TIES", ties)).version
    return assessment.create_round(
        by=boss, at=FILED, scheme_version_id=version.pk, title="Quoted 2026", from_=YEAR[0], until=YEAR[1],
        units={county[code].pk: klass for code, klass in classes.items()},
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("ties", "taken"), [("include", 0), ("exclude", 0)])
def test_a_class_of_one_and_equal_scores_under_a_quota(county: County, ties: str, taken: int) -> None:
    boss = county.actor("administrator")
    round_ = quoted(county, ties, {"B1": "branch", "B2": "branch", "B3": "alone"})
    before = quota_places(round_)
    assert [(one.klass, one.units, one.exact, one.places, one.taken) for one in before] == [
        ("alone", 1, "0.30", 0, None), ("branch", 2, "0.60", 0, None),
    ]  # fmt: skip
    for code in ("B1", "B2", "B3"):  # all have the same score, and would be good but for the quota
        said = {"scheme": "quoted", "node": "1.1", "stage": "verified", "reason": "seen"}
        ledger.post(
            by=boss, at=FILED, kind="assessment.judged", unit_id=county[code].pk, occurred_on=date(2026, 5, 5),
            quantity=10 * P, attributes=said, source="test",
        )  # fmt: skip
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    after = quota_places(round_)
    assert [(one.klass, one.units, one.places, one.taken, one.left) for one in after] == [
        ("alone", 1, 0, taken, 0), ("branch", 2, 0, taken, 0),
    ]  # fmt: skip
    steps = GradeStep.objects.filter(run_id=round_.run_id, step="quota")
    assert {step.denominator for step in steps} == {one.places for one in after}, "the same as the engine counts"
    assert steps.count() == 3


@pytest.mark.django_db
def test_a_scheme_without_quotas_has_no_places(county: County) -> None:
    assert quota_places(opened(county)) == ()


@pytest.mark.django_db
def test_desks_of_who_verifies_and_reviews(county: County) -> None:
    boss, ann, round_ = county.actor("administrator"), county.actor("assessor"), opened(county)

    def waits(actor: Actor, at: datetime) -> list[tuple[str, date | None]]:
        return [(one.title, one.due_on) for one in todo.gather(actor, at) if one.kind in {"verification", "review"}]

    assert waits(ann, FILED) == [], "the days of the verification are to come"
    assert waits(ann, VERIFYING) == [("Verify 2 scores of “Life 2026”", date(2026, 12, 20))]
    assert waits(boss, VERIFYING) == []
    assert waits(county.actor("auditor"), VERIFYING) == []
    judge(assessment.verify_score, county, round_, ann, VERIFYING, 7 * P, None)
    assert waits(ann, VERIFYING) == [("Verify 1 score of “Life 2026”", date(2026, 12, 20))]
    assert waits(boss, REVIEWING) == [("Review 1 verified score of “Life 2026”", date(2026, 12, 31))]
    assert waits(Actor(ann.pseudonym, 7, grants=boss.grants), REVIEWING) == [], "nobody reviews their own judgement"
    basis = judge_basis(round_, county, boss)
    judge(assessment.review_score, county, round_, boss, REVIEWING, 6 * P, basis)
    assert waits(boss, REVIEWING) == []


def judge_basis(round_: Round, county: County, boss: Actor) -> int:
    with clock.frozen(REVIEWING):
        line = assessment.unit_report(boss, round_.pk, county["B1"].pk).line("1.1")
    assert line is not None
    return int(line.judged.basis)


@pytest.mark.django_db
def test_a_round_that_left_its_state_meanwhile_refuses_the_judgement(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_, post = opened(county), ledger.post

    def frozen_meanwhile(**given: Any) -> ledger.Fact:
        Round.objects.filter(pk=round_.pk).update(state="draft")  # any other state than the one it was begun in
        return post(**given)

    monkeypatch.setattr("plumbline.assessment.actions.judging.ledger.post", frozen_meanwhile)
    with pytest.raises(assessment.Refused, match="frozen at the same moment"):
        judge(assessment.verify_score, county, round_, county.actor("assessor"), VERIFYING, P, None)
    monkeypatch.undo()
    assert not ledger.current_facts(None, kinds=["assessment.judged"]).exists(), "nothing was kept of it"


@pytest.mark.django_db
def test_what_the_ledger_refuses_is_told_as_it_says_it(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = opened(county)
    other = "x" * 10 + " unknown"

    def with_unknown_stage(**given: Any) -> ledger.Fact:
        return post(**(given | {"attributes": given["attributes"] | {"stage": other}}))

    post = ledger.post
    monkeypatch.setattr("plumbline.assessment.actions.judging.ledger.post", with_unknown_stage)
    with pytest.raises(assessment.Refused, match="stage"):
        judge(assessment.verify_score, county, round_, county.actor("assessor"), VERIFYING, P, None)


def test_postgresql_is_opened_where_the_installation_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr("plumbline.assessment.rules.scoring.postgres_engine", lambda **how: given.update(how))
    monkeypatch.setattr(
        type(connections["default"]), "get_connection_params",
        lambda _self: {"host": "/run", "port": 5433, "user": "me", "password": "", "dbname": "life"},
    )  # fmt: skip
    calculating._engine("postgresql")
    assert given == {"host": "/run", "port": 5433, "user": "me", "database": "life"}
    with pytest.raises(calculating.UnknownEngine):
        calculating._engine("abacus")
