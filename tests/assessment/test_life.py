"""A round from its opening to the freeze, told as it happens: calendar, self-reports, verification, review."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.models import CompositeScore, NodeScore, Phase, Round, SelfReport
from plumbline.assessment.rules.phases import PhaseDates, PhaseKind
from plumbline.kernel import clock, todo
from plumbline.kernel.actor import Actor, Grant, NotPermitted
from plumbline.kernel.models import AuditEntry
from plumbline.ledger import api as ledger
from tests.assessment.county import FILED, FROZEN, MACHINE, YEAR, County

pytestmark = pytest.mark.django_db
SCHEME = """
code: life
title: {en: Life, zh: 全程}
total: 20
tree:
  - code: "1"
    name: work
    points: 20
    children:
      - code: "1.1"
        name: new ways of working
        points: 10
        rules:
          - {type: assessed, least: 0, most: 10}
      - code: "1.2"
        name: meetings
        points: 10
        rules:
          - {type: missing, source: {kind: meeting.held, per: year}, required: 1, deduct: 1}
"""
DAYS = (
    PhaseDates(PhaseKind.SELF_REPORT, date(2026, 12, 1), date(2026, 12, 10)),
    PhaseDates(PhaseKind.VERIFICATION, date(2026, 12, 11), date(2026, 12, 20)),
    PhaseDates(PhaseKind.REVIEW, date(2026, 12, 21), date(2026, 12, 31)),
    PhaseDates(PhaseKind.OTHER, date(2026, 12, 5), date(2026, 12, 6), "talks"),
)
WRITING, VERIFYING, REVIEWING = (datetime(2026, 12, day, 2, tzinfo=FILED.tzinfo) for day in (3, 15, 23))
P = 1_000_000


def prepared(county: County) -> Round:
    boss = county.actor("administrator")
    version = assessment.import_scheme(by=boss, at=FILED, text=SCHEME).version
    return assessment.create_round(
        by=boss, at=FILED, scheme_version_id=version.pk, title="Life 2026", from_=YEAR[0], until=YEAR[1],
        units={county[code].pk: "branch" for code in ("B1", "B2")},
    )  # fmt: skip


def opened(county: County) -> Round:
    boss, round_ = county.actor("administrator"), prepared(county)
    assessment.set_phases(by=boss, at=FILED, round_id=round_.pk, phases=DAYS)
    return assessment.open_round(by=boss, at=FILED, round_id=round_.pk)


def say(county: County, round_: Round, *, at: datetime = WRITING, by: Actor | None = None, **more: Any) -> Any:
    given: dict[str, Any] = {"node": "1.1", "words": "Three new ways of working.", "points": 9 * P} | more
    return assessment.save_entry(
        by=by or county.actor("secretary", "B1"), at=at, round_id=round_.pk, unit_id=county["B1"].pk, **given
    )


def judge(
    act: Any, county: County, round_: Round, by: Actor, at: datetime, points: int, basis: Any, **more: Any
) -> Any:
    given: dict[str, Any] = {"node": "1.1", "reason": "seen on site", "unit_id": county["B1"].pk} | more
    return act(by=by, at=at, round_id=round_.pk, points=points, basis=basis, **given)


def test_a_round_from_its_opening_to_the_result(county: County) -> None:
    boss, secretary = county.actor("administrator"), county.actor("secretary", "B1")
    ann, bob = county.actor("assessor"), Actor("bob", 9, grants=county.actor("assessor").grants)
    round_ = opened(county)

    # The secretary's desk says what is owed, and until when.
    owed = [one for one in todo.gather(secretary, WRITING) if "/reports/" in one.url]
    assert [(one.due_on, one.urgent) for one in owed] == [(date(2026, 12, 10), False)]

    # She says what was done, with a photo, and hands it in; then it is not owed any more.
    entry = say(county, round_, uploads=[ledger.Upload("board.txt", BytesIO(b"new board"))])
    again = say(county, round_, words="Four new ways.", dropped=entry.evidence)
    assert (again.words, again.evidence) == ("Four new ways.", [])
    kept = say(county, round_, uploads=[ledger.Upload("b.txt", BytesIO(b"another"))])
    report = assessment.submit_report(by=secretary, at=WRITING, round_id=round_.pk, unit_id=county["B1"].pk)
    assert not report.late
    assert not [one for one in todo.gather(secretary, WRITING) if "/reports/" in one.url]
    with pytest.raises(assessment.Refused, match="Withdraw it before"):
        say(county, round_)

    # Ann verifies: seven, not nine. Bob looked at the page before she did, and is told; nothing is lost.
    first = judge(assessment.verify_score, county, round_, ann, VERIFYING, 7 * P, None)
    with pytest.raises(assessment.Refused, match="7 points, because: seen on site"):
        judge(assessment.verify_score, county, round_, bob, VERIFYING, 3 * P, None)
    second = judge(assessment.verify_score, county, round_, bob, VERIFYING, 6 * P, first.pk)

    # The review changes it by a fact that supersedes the other; now only a review changes it.
    third = judge(assessment.review_score, county, round_, boss, REVIEWING, 8 * P, second.pk, reason="minutes came")
    assert third.supersedes_id == second.pk
    with clock.frozen(REVIEWING):
        page = assessment.unit_report(boss, round_.pk, county["B1"].pk)
    line = page.line("1.1")
    assert line is not None and line.entry is not None
    assert line.judged.verified is not None and line.judged.reviewed is not None
    three = (line.entry.points, line.judged.verified.quantity, line.judged.reviewed.quantity)
    assert three == (9 * P, 6 * P, 8 * P), "three scores side by side"
    assert [fact.quantity for fact in line.judged.history] == [7 * P, 6 * P, 8 * P]
    assert [one.pk for one in assessment.files_of(line)] == kept.evidence

    # The freeze takes what was reviewed, and that alone counts.
    assessment.freeze(by=boss, at=FROZEN, round_id=round_.pk)
    assessment.score_now(by=boss, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    found = NodeScore.objects.get(run_id=round_.run_id, unit_id=county["B1"].pk, node="1.1")
    assert found.applied == 8 * P
    assert CompositeScore.objects.filter(run_id=round_.run_id).count() == 2
    with pytest.raises(assessment.Refused, match="not open"):
        judge(assessment.review_score, county, round_, boss, FROZEN, 9 * P, third.pk)


def test_a_round_is_opened_with_units_and_a_calendar(county: County) -> None:
    boss, round_ = county.actor("administrator"), prepared(county)
    with pytest.raises(assessment.Refused, match="calendar"):
        assessment.open_round(by=boss, at=FILED, round_id=round_.pk)
    wrong = PhaseDates(PhaseKind.REVIEW, date(2026, 2, 2), date(2026, 2, 1))
    for phases, words in (
        ([wrong], "ends before"),
        ([DAYS[0], DAYS[0]], "twice"),
        ([PhaseDates(PhaseKind.OTHER, *YEAR)], "a name"),
    ):
        with pytest.raises(assessment.Refused, match=words):
            assessment.set_phases(by=boss, at=FILED, round_id=round_.pk, phases=phases)
    assessment.set_phases(by=boss, at=FILED, round_id=round_.pk, phases=DAYS)
    round_.round_units.all().delete()
    with pytest.raises(assessment.Refused, match="units"):
        assessment.open_round(by=boss, at=FILED, round_id=round_.pk)
    assessment.set_units(by=boss, at=FILED, round_id=round_.pk, units={county["B1"].pk: "branch"})
    with pytest.raises(NotPermitted):
        assessment.open_round(by=county.actor("secretary"), at=FILED, round_id=round_.pk)
    assessment.open_round(by=boss, at=FILED, round_id=round_.pk)
    with pytest.raises(assessment.WrongState):
        assessment.open_round(by=boss, at=FILED, round_id=round_.pk)
    # The calendar may still be changed while the round is open; both wordings are in the audit.
    assessment.set_phases(by=boss, at=FILED, round_id=round_.pk, phases=DAYS[:1])
    assert Phase.objects.filter(round=round_).count() == 1
    told = AuditEntry.objects.filter(action="assessment.set_phases").latest("pk")
    assert len(told.old["phases"]) == 4


def test_a_report_is_withdrawn_returned_and_late(county: County) -> None:
    boss, secretary, round_ = county.actor("administrator"), county.actor("secretary", "B1"), opened(county)
    unit = {"round_id": round_.pk, "unit_id": county["B1"].pk}
    with pytest.raises(assessment.Refused, match="Nothing is written"):
        assessment.submit_report(by=secretary, at=WRITING, **unit)
    with pytest.raises(assessment.Refused, match="begins on"):
        say(county, round_, at=FILED)
    say(county, round_)
    with pytest.raises(assessment.Refused, match="no submitted report"):
        assessment.withdraw_report(by=secretary, at=WRITING, reason="x", **unit)
    assessment.submit_report(by=secretary, at=WRITING, **unit)
    with pytest.raises(assessment.Refused, match="submitted already"):
        assessment.submit_report(by=secretary, at=WRITING, **unit)
    with pytest.raises(assessment.Refused, match="Say why"):
        assessment.withdraw_report(by=secretary, at=WRITING, reason=" ", **unit)
    assert assessment.withdraw_report(by=secretary, at=WRITING, reason="a slip", **unit).state == "withdrawn"
    assessment.submit_report(by=secretary, at=WRITING, **unit)
    with pytest.raises(assessment.Refused, match="ask the committee"):
        assessment.withdraw_report(by=secretary, at=VERIFYING, reason="too late", **unit)
    with pytest.raises(NotPermitted):
        assessment.return_report(by=secretary, at=VERIFYING, reason="x", **unit)
    assert assessment.return_report(by=boss, at=VERIFYING, reason="which board?", **unit).state == "returned"
    urgent = [one for one in todo.gather(secretary, VERIFYING) if "/reports/" in one.url]
    assert [one.urgent for one in urgent] == [True]
    assert assessment.submit_report(by=secretary, at=VERIFYING, **unit).late, "after the last day, and marked so"


def test_what_an_entry_refuses(county: County) -> None:
    round_ = opened(county)
    for given, words in (
        ({"node": "1"}, "no indicator 1"),
        ({"words": " "}, "in words"),
        ({"points": 10**13}, "too many points"),
        ({"uploads": [ledger.Upload(f"{n}.txt", BytesIO(b"x")) for n in range(13)]}, "At most 12"),
    ):
        with pytest.raises(assessment.Refused, match=words):
            say(county, round_, **given)
    with pytest.raises(NotPermitted):
        say(county, round_, by=county.actor("secretary", "B2"))
    with pytest.raises(NotPermitted):
        assessment.submit_report(by=MACHINE, at=WRITING, round_id=round_.pk, unit_id=county["D1"].pk)
    assert not SelfReport.objects.filter(entries__isnull=False).exists()


def test_what_a_judgement_refuses(county: County) -> None:
    boss, ann, round_ = county.actor("administrator"), county.actor("assessor"), opened(county)
    verify, review = assessment.verify_score, assessment.review_score
    for given, words in (
        ({"node": "1.2"}, "rules count facts"),
        ({"points": 11 * P}, "from 0 to 10"),
        ({"reason": " "}, "Say why"),
        ({"basis": 12345}, "withdrawn meanwhile"),
    ):
        with pytest.raises(assessment.Refused, match=words):
            judge(verify, county, round_, ann, VERIFYING, **({"points": P, "basis": None} | given))
    with pytest.raises(assessment.Refused, match="begins on"):
        judge(verify, county, round_, ann, WRITING, P, None)
    with pytest.raises(assessment.Refused, match="ended on"):
        judge(verify, county, round_, ann, REVIEWING, P, None)
    with pytest.raises(assessment.Refused, match="not verified yet"):
        judge(review, county, round_, boss, REVIEWING, P, None)
    own = Actor("own", 8, grants=(*ann.grants, Grant("secretary", county["B1"].pk, county["B1"].path)))
    for by, more in ((county.actor("secretary", "B1"), {}), (own, {}), (ann, {"unit_id": county["D1"].pk})):
        with pytest.raises(NotPermitted):
            judge(verify, county, round_, by, VERIFYING, P, None, **more)
    with pytest.raises(NotPermitted):
        judge(review, county, round_, ann, REVIEWING, P, None)

    # One person with both roles verifies, but does not review what they verified themselves.
    both = Actor("both", 8, grants=(*ann.grants, *boss.grants))
    fact = judge(verify, county, round_, both, VERIFYING, 4 * P, None)
    with pytest.raises(assessment.Refused, match="somebody else must review"):
        judge(review, county, round_, both, REVIEWING, 5 * P, fact.pk)
    with pytest.raises(assessment.Refused, match="Nothing is different"):
        judge(verify, county, round_, both, VERIFYING, 4 * P, fact.pk)
    assessment.set_phases(by=boss, at=VERIFYING, round_id=round_.pk, phases=())
    reviewed = judge(review, county, round_, boss, VERIFYING, 5 * P, fact.pk)
    with pytest.raises(assessment.Refused, match="only a review"):
        judge(verify, county, round_, ann, VERIFYING, 6 * P, reviewed.pk)
    ledger.withdraw(by=boss, at=VERIFYING, fact_id=reviewed.pk, reason="wrong unit")
    with clock.frozen(VERIFYING):
        line = assessment.unit_report(boss, round_.pk, county["B1"].pk).line("1.1")
    assert line is not None and line.judged.current is None


def test_what_does_not_apply_is_neither_reported_nor_judged(county: County) -> None:
    boss, round_ = county.actor("administrator"), prepared(county)
    assessment.exempt(by=boss, at=FILED, round_id=round_.pk, unit_id=county["B1"].pk, node="1.1", reason="new")
    assessment.set_phases(by=boss, at=FILED, round_id=round_.pk, phases=DAYS)
    assessment.open_round(by=boss, at=FILED, round_id=round_.pk)
    with pytest.raises(assessment.Refused, match="does not apply"):
        say(county, round_)
    with pytest.raises(assessment.Refused, match="does not apply"):
        judge(assessment.verify_score, county, round_, county.actor("assessor"), VERIFYING, P, None)


def test_a_unit_reads_its_own_report_only(county: County) -> None:
    round_ = opened(county)
    say(county, round_, uploads=[ledger.Upload("b.txt", BytesIO(b"another"))])
    mine, other = county.actor("secretary", "B1"), county.actor("secretary", "B2")
    with clock.frozen(WRITING):
        assert [row.entries for row in assessment.report_list(mine, round_.pk).rows] == [1]
        assert len(assessment.report_list(county.actor("auditor"), round_.pk).rows) == 2
        with pytest.raises(NotPermitted):
            assessment.unit_report(other, round_.pk, county["B1"].pk)
        for by, number in ((mine, 999_999), (county.actor("secretary", "D1"), round_.pk)):
            with pytest.raises(NotPermitted):
                assessment.report_list(by, number)
    scope = f"report:{round_.pk}:{county['B1'].pk}"
    assert assessment.may_read_report_file(mine, scope)
    assert not assessment.may_read_report_file(other, scope)
    assert not assessment.may_read_report_file(mine, "report:x:y")
    assert not assessment.may_read_report_file(mine, f"report:{round_.pk}:{county['D1'].pk}")
