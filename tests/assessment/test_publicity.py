"""After the scoring: a notice, an objection that wins, a new result, and the end for ever; told as it happens."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from django.db import DatabaseError, connection, transaction

from plumbline.assessment import api as assessment
from plumbline.assessment.models import CompositeScore, Notice, Objection, ObjectionAnswer, Round, Snapshot
from plumbline.assessment.rules.publicity import Outcome
from plumbline.assessment.rules.rounds import WrongState
from plumbline.kernel import clock, evidence, todo
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import AuditEntry
from plumbline.ledger import api as ledger
from plumbline.ledger.models import OutboxEntry
from tests.assessment.county import FROZEN, County, post, scored, study

pytestmark = pytest.mark.django_db
PUBLISHED = FROZEN + timedelta(days=1)
IN_TIME = PUBLISHED + timedelta(days=2)
OVER = PUBLISHED + timedelta(days=30)


def published(county: County) -> Round:
    """Score and publish a round in which B1 studied in four quarters, B2 in three, and lost points by a finding."""
    study(county, "B1", 1, 4, 7, 10)
    study(county, "B2", 2, 5, 8)
    assessor = county.actor("assessor")
    ledger.post(
        by=assessor, at=FROZEN - timedelta(days=9), kind="finding.recorded", unit_id=county["B2"].pk,
        occurred_on=date(2026, 6, 1), attributes={"criterion": "no_contact_point"}, source="test",
    )  # fmt: skip
    round_ = scored(county)
    assessment.publish_round(by=county.actor("administrator"), at=PUBLISHED, round_id=round_.pk)
    round_.refresh_from_db()
    return round_


def objection(
    county: County, round_: Round, *, at: datetime = IN_TIME, node: str = "1.2", code: str = "B2"
) -> Objection:
    return assessment.raise_objection(
        by=county.actor("secretary", code), at=at, round_id=round_.pk, unit_id=county[code].pk, node=node,
        words="The study of November was not counted.", uploads=[ledger.Upload("minutes.txt", BytesIO(b"minutes"))],
    )  # fmt: skip


def score_of(round_: Round, county: County, code: str) -> int | None:
    return CompositeScore.objects.get(run_id=round_.run_id, unit_id=county[code].pk).score


def test_a_unit_objects_and_wins(county: County) -> None:
    boss = county.actor("administrator")
    round_ = published(county)
    before = score_of(round_, county, "B2")
    raised = objection(county, round_)
    assert raised.due_on == date(2027, 1, 27), "ten working days, weekends left out"
    # The committee looks, finds the minutes, and files what was missing; then it answers with reasons.
    missing = post(county, "meeting.held", "B2", date(2026, 11, 5), at=IN_TIME, meeting_kind="party_building_study")
    assessment.answer_objection(
        by=boss, at=IN_TIME, objection_id=raised.pk, outcome=Outcome.UPHELD, words="The minutes prove it.",
        facts=[missing.pk],
    )  # fmt: skip
    with pytest.raises(assessment.Refused, match="calculate it anew"):
        assessment.conclude_round(by=boss, at=OVER, round_id=round_.pk)
    assessment.amend_round(by=boss, at=IN_TIME, round_id=round_.pk, reason="Objection of B2 upheld")
    assessment.score_now(by=boss, at=IN_TIME, round_id=round_.pk)
    assessment.publish_round(by=boss, at=IN_TIME, round_id=round_.pk)
    round_.refresh_from_db()
    with clock.frozen(IN_TIME):
        page = assessment.publicity(boss, round_.pk)
    assert [notice.number for notice in page.notices] == [2, 1]
    first = page.moved[0]
    assert first.unit_id == county["B2"].pk
    assert [(node.code, node.after - node.before) for node in first.nodes if node.code == "1.2"] == [("1.2", 500_000)]
    assert score_of(round_, county, "B2") == (before or 0) + 500_000
    assert Snapshot.objects.filter(round=round_).count() == 2, "the earlier one is kept"
    # The second notice runs out; the round is final, and the database itself refuses what comes after.
    assessment.conclude_round(by=boss, at=OVER, round_id=round_.pk)
    round_.refresh_from_db()
    assert round_.state == "final"
    kinds = list(OutboxEntry.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds[-1] == "assessment.final"
    assert kinds.count("assessment.notice") == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessment_round SET title = 'x' WHERE id = %s",
        "DELETE FROM assessment_roundunit WHERE round_id = %s",
        "UPDATE assessment_roundunit SET klass = 'x' WHERE round_id = %s",
        "INSERT INTO assessment_inapplicable (round_id, unit_id, node, reason) SELECT id, committee_id, '1', 'x' "
        "FROM assessment_round WHERE id = %s",
        "UPDATE assessment_notice SET until_on = '2030-01-01' WHERE round_id = %s",
    ],
)
def test_what_is_final_is_read_only_for_the_database_too(county: County, statement: str) -> None:
    round_ = published(county)
    assessment.conclude_round(by=county.actor("administrator"), at=OVER, round_id=round_.pk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [round_.pk])
    boss = county.actor("administrator")
    for act in (assessment.start_scoring, assessment.freeze, assessment.publish_round):
        with pytest.raises(WrongState):
            act(by=boss, at=OVER, round_id=round_.pk)


def test_an_objection_after_its_time_is_refused_with_the_day_and_the_committee_may_take_it(county: County) -> None:
    round_ = published(county)
    with pytest.raises(assessment.Refused, match="ended on"):
        objection(county, round_, at=OVER)
    with pytest.raises(assessment.Refused, match="ended on"):
        assessment.raise_objection(
            by=county.actor("secretary", "B2"), at=OVER, round_id=round_.pk, unit_id=county["B2"].pk, node="",
            words="late", late_reason="I was ill",
        )  # fmt: skip
    taken = assessment.raise_objection(
        by=county.actor("administrator"), at=OVER, round_id=round_.pk, unit_id=county["B2"].pk, node="",
        words="late", late_reason="The secretary was ill",
    )  # fmt: skip
    assert taken.late_reason == "The secretary was ill"
    with pytest.raises(assessment.Refused, match="somebody else"):
        assessment.answer_objection(
            by=county.actor("administrator"), at=OVER, objection_id=taken.pk, outcome=Outcome.REJECTED, words="no"
        )
    with pytest.raises(assessment.Refused, match="waits for its answer"):
        assessment.conclude_round(by=county.actor("administrator"), at=OVER, round_id=round_.pk)


def test_in_time_a_reason_for_being_late_is_not_kept(county: County) -> None:
    round_ = published(county)
    raised = assessment.raise_objection(
        by=county.actor("secretary", "B2"), at=IN_TIME, round_id=round_.pk, unit_id=county["B2"].pk, node="",
        words="x", late_reason="x",
    )  # fmt: skip
    assert raised.late_reason == ""


def test_who_may_object_and_to_what(county: County) -> None:
    round_ = published(county)
    given = {"at": IN_TIME, "round_id": round_.pk, "unit_id": county["B2"].pk, "node": "1.2", "words": "x"}
    for stranger in (county.actor("secretary", "B1"), county.actor("member", "B2"), county.actor("auditor")):
        with pytest.raises(NotPermitted):
            assessment.raise_objection(by=stranger, **given)  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        assessment.raise_objection(by=county.actor("administrator"), **given | {"unit_id": county["D1"].pk})  # type: ignore[arg-type]
    own = county.actor("secretary", "B2")
    for wrong, field in (({"words": " "}, "words"), ({"node": "9.9"}, "node")):
        with pytest.raises(assessment.Refused) as refused:
            assessment.raise_objection(by=own, **given | wrong)  # type: ignore[arg-type]
        assert refused.value.field == field
    files = [ledger.Upload(f"{n}.txt", BytesIO(b"x")) for n in range(13)]
    with pytest.raises(assessment.Refused, match="At most 12"):
        assessment.raise_objection(by=own, uploads=files, **given)  # type: ignore[arg-type]


def test_before_the_notice_there_is_nothing_to_object_to(county: County) -> None:
    round_ = scored(county)
    with pytest.raises(assessment.Refused, match="not on public notice"):
        objection(county, round_)


def test_the_assessor_does_not_answer_for_the_own_judgement(county: County) -> None:
    round_ = published(county)
    about_the_finding = objection(county, round_, node="2.1")
    answer = {"at": IN_TIME, "outcome": Outcome.REJECTED, "words": "It was so."}
    with pytest.raises(assessment.Refused, match="You judged"):
        assessment.answer_objection(by=county.actor("assessor"), objection_id=about_the_finding.pk, **answer)  # type: ignore[arg-type]
    with pytest.raises(assessment.Refused, match="You judged"):
        whole = objection(county, round_, node="")
        assessment.answer_objection(by=county.actor("assessor"), objection_id=whole.pk, **answer)  # type: ignore[arg-type]
    elsewhere = objection(county, round_, node="1.2")
    assessment.answer_objection(by=county.actor("assessor"), objection_id=elsewhere.pk, **answer)  # type: ignore[arg-type]
    with pytest.raises(assessment.Refused, match="answered already"):
        assessment.answer_objection(by=county.actor("administrator"), objection_id=elsewhere.pk, **answer)  # type: ignore[arg-type]


def test_nobody_of_the_unit_answers_and_no_strange_facts_are_named(county: County) -> None:
    round_ = published(county)
    raised = objection(county, round_)
    boss = county.actor("administrator")
    inside = Actor(boss.pseudonym, boss.user_id, grants=(*boss.grants, *county.actor("member", "B2").grants))
    answer = {"at": IN_TIME, "objection_id": raised.pk, "outcome": Outcome.UPHELD, "words": "yes"}
    for nobody in (inside, county.actor("secretary", "B2"), county.actor("auditor")):
        with pytest.raises(NotPermitted):
            assessment.answer_objection(by=nobody, **answer)  # type: ignore[arg-type]
    elsewhere = post(county, "meeting.held", "B1", date(2026, 11, 5), at=IN_TIME, meeting_kind="party_building_study")
    with pytest.raises(assessment.Refused, match="facts of this unit"):
        assessment.answer_objection(by=boss, facts=[elsewhere.pk], **answer)  # type: ignore[arg-type]
    with pytest.raises(assessment.Refused, match="reasons"):
        assessment.answer_objection(by=boss, **answer | {"words": ""})  # type: ignore[arg-type]
    with pytest.raises(assessment.Refused, match="unit itself"):
        assessment.answer_objection(by=boss, **answer | {"outcome": Outcome.WITHDRAWN})  # type: ignore[arg-type]
    with pytest.raises(NotPermitted):
        assessment.answer_objection(by=boss, **answer | {"objection_id": 999})  # type: ignore[arg-type]


def test_a_unit_withdraws_its_objection(county: County) -> None:
    round_ = published(county)
    raised = objection(county, round_)
    for nobody in (county.actor("secretary", "B1"), county.actor("administrator")):
        with pytest.raises(NotPermitted):
            assessment.withdraw_objection(by=nobody, at=IN_TIME, objection_id=raised.pk, words="x")
    by = county.actor("secretary", "B2")
    assessment.withdraw_objection(by=by, at=IN_TIME, objection_id=raised.pk, words="We found the minutes.")
    assert ObjectionAnswer.objects.get(objection=raised).outcome == "withdrawn"
    assessment.conclude_round(by=county.actor("administrator"), at=OVER, round_id=round_.pk)


def test_what_became_known_after_publication_goes_the_same_way(county: County) -> None:
    boss = county.actor("administrator")
    round_ = published(county)
    with pytest.raises(assessment.Refused, match="Say why"):
        assessment.amend_round(by=boss, at=IN_TIME, round_id=round_.pk, reason=" ")
    study(county, "B3", 3, at=IN_TIME)
    assessment.amend_round(by=boss, at=IN_TIME, round_id=round_.pk, reason="Found later")
    assessment.score_now(by=boss, at=IN_TIME, round_id=round_.pk)
    with clock.frozen(IN_TIME):
        moved = assessment.publicity(boss, round_.pk).moved
    assert [move.unit_id for move in moved if move.move.own] == [county["B3"].pk]
    assert AuditEntry.objects.get(action="assessment.amend").reason == "Found later"


@pytest.mark.parametrize("days", [0, 61])
def test_a_notice_has_a_sensible_number_of_days(county: County, days: int) -> None:
    round_ = scored(county)
    for field in ("days", "answer_days"):
        with pytest.raises(assessment.Refused) as refused:
            assessment.publish_round(
                by=county.actor("administrator"),
                at=PUBLISHED,
                round_id=round_.pk,
                **{field: days},  # type: ignore[arg-type]
            )
        assert refused.value.field == field
    assert not Notice.objects.exists()


def test_publishing_twice_and_by_others_is_refused(county: County) -> None:
    round_ = published(county)
    with pytest.raises(WrongState):
        assessment.publish_round(by=county.actor("administrator"), at=IN_TIME, round_id=round_.pk)
    for nobody in (county.actor("assessor"), county.actor("secretary", "B1")):
        with pytest.raises(NotPermitted):
            assessment.conclude_round(by=nobody, at=OVER, round_id=round_.pk)
    with pytest.raises(assessment.Refused, match="until"):
        assessment.conclude_round(by=county.actor("administrator"), at=IN_TIME, round_id=round_.pk)


def test_each_sees_the_own_objections_and_the_committee_all(county: County) -> None:
    round_ = published(county)
    raised = objection(county, round_)
    with clock.frozen(IN_TIME):
        assert len(assessment.publicity(county.actor("administrator"), round_.pk).objections) == 1
        own = assessment.publicity(county.actor("secretary", "B2"), round_.pk)
        assert [row.objection.pk for row in own.objections] == [raised.pk]
        assert [unit.unit_id for unit in own.speaks_for] == [county["B2"].pk]
        assert own.days_left == 3
        assert not assessment.publicity(county.actor("secretary", "B1"), round_.pk).objections
        view = assessment.objection_view(county.actor("assessor"), raised.pk)
        assert (view.may_answer, view.is_judge, len(view.files)) == (True, False, 1)
        with pytest.raises(NotPermitted):
            assessment.objection_view(county.actor("secretary", "B1"), raised.pk)
    file = evidence.open_file(by=county.actor("secretary", "B2"), evidence_id=raised.evidence[0])
    with file.path.open("rb") as kept:
        assert kept.read() == b"minutes"
    with pytest.raises(NotPermitted):
        evidence.open_file(by=county.actor("secretary", "B1"), evidence_id=raised.evidence[0])
    assert not assessment.may_read_objection_file(county.actor("administrator"), "objection:x:y")


def test_the_desks_tell_what_waits(county: County) -> None:
    boss, secretary = county.actor("administrator"), county.actor("secretary", "B2")
    round_ = scored(county)
    assert any("publish them" in one.title for one in todo.gather(boss, PUBLISHED))
    assessment.publish_round(by=boss, at=PUBLISHED, round_id=round_.pk)
    notice = [one for one in todo.gather(secretary, IN_TIME) if "public notice" in one.title]
    assert [one.due_on for one in notice] == [date(2027, 1, 18)]
    raised = objection(county, round_)
    assert any(one.url == f"/objections/{raised.pk}/" for one in todo.gather(county.actor("assessor"), IN_TIME))
    assert any("close the round" in one.title for one in todo.gather(boss, OVER))
    assert not [one for one in todo.gather(county.actor("member", "B2"), IN_TIME) if "public notice" in one.title]


def test_a_year_without_holidays_known_still_counts(county: County) -> None:
    round_ = scored(county)
    notice = assessment.publish_round(
        by=county.actor("administrator"), at=datetime(2031, 3, 3, 2, tzinfo=UTC), round_id=round_.pk
    )
    assert notice.until_on == date(2031, 3, 10)
