"""Reporting, checking and closing duties on a real database."""

from datetime import date, timedelta

import pytest

from plumbline.kernel import evidence
from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from plumbline.obligation.models import Obligation
from plumbline.responsibility import api
from tests.responsibility.duty_world import BY, DUE, FIRST, LATER, MAY, attained, deploy, facts, office, report


def owed(key):
    return Obligation.objects.get(key=key)


@pytest.fixture
def held(county):
    return office(county)


def test_progress_becomes_facts_and_what_is_attained_follows_them(county, held):
    duty = deploy(county["B1"], owner=held.term)
    for amount in ("3", "2.5 posts"):
        api.report_progress(by=held.actor(), at=LATER, duty_id=duty.pk, report=report(amount=amount, files=1))
    assert [one.quantity for one in facts("duty.result")] == [3_000_000, 2_500_000]
    assert attained(duty).basis == 4583 and attained(duty).value_micro == 5_500_000
    wrong = facts("duty.result")[1]
    ledger.correct(by=BY, at=LATER, fact_id=wrong.pk, reason="counted twice", quantity=2_000_000)
    assert attained(duty).value_micro == 5_000_000
    line = api.duty_view(held.actor(), duty.pk, on=MAY).lines[-1]
    assert evidence.may_read(held.actor(), f"duty:{duty.pk}") and line.files[0].name == "photo 0.txt"
    assert not evidence.may_read(county.actor("secretary", "B2"), f"duty:{duty.pk}")
    api.report_progress(by=held.actor(), at=LATER, duty_id=duty.pk, report=report("Only words."))
    assert len(facts("duty.result")) == 2


def test_departments_results_come_in_as_facts(county):
    department = county.department()
    named = deploy(department, line="business", extent_target="40 matters")
    measured = deploy(department, line="business", extent_kind="share", extent_target="80%", indicator="E1")
    for attributes in ({"duty": named.ref}, {"duty": "D999"}):
        ledger.post(by=BY, at=LATER, kind="duty.result", unit_id=department.pk, occurred_on=MAY, quantity=10_000_000,
                    attributes=attributes, source="import")  # fmt: skip
    ledger.post(by=BY, at=LATER, kind="duty.result", unit_id=county["B1"].pk, occurred_on=MAY, quantity=1_000_000,
                attributes={"duty": named.ref}, source="import")  # fmt: skip
    for day, value in ((MAY, 60_000_000), (date(2026, 2, 1), 99_000_000)):
        ledger.post(by=BY, at=LATER, kind="performance.result", unit_id=department.pk, occurred_on=day, quantity=value,
                    attributes={"indicator": "E1"}, source="import")  # fmt: skip
    assert attained(named).basis == 2500
    assert attained(measured).basis == 7500


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"words": " "}, "Say what was done"),
        ({"on": date(2026, 5, 7)}, "still to come"),
        ({"on": date(2026, 2, 1)}, "had not begun"),
        ({"files": 13}, "twelve"),
        ({"amount": "5 cats"}, "own unit of measure"),
        ({"amount": "many"}, "Write a number"),
    ],
)
def test_what_is_no_report_is_refused(county, held, given, why):
    duty = deploy(county["B1"], owner=held.term)
    with pytest.raises(api.Refused, match=why):
        api.report_progress(by=held.actor(), at=LATER, duty_id=duty.pk, report=report(**given))


def test_amounts_fit_their_extent(county, held):
    share = deploy(county["B1"], extent_kind="share", extent_target="90%")
    dated = deploy(county["B1"], extent_kind="date", extent_target="")
    for duty, amount, why in ((share, "101", "100% at most"), (dated, "1", "not measured by a number")):
        with pytest.raises(api.Refused, match=why):
            api.report_progress(by=BY, at=LATER, duty_id=duty.pk, report=report(amount=amount))
    api.report_progress(by=BY, at=LATER, duty_id=share.pk, report=report(amount="45%"))
    assert attained(share).basis == 5000


def test_a_duty_goes_from_report_to_confirmation(county, held):
    aim = deploy(county["B1"], line="business")
    duty = deploy(county["B1"], owner=held.term, serves=aim)
    step = api.StepDraft("Name the posts", FIRST, MAY)
    api.plan_steps(by=held.actor(), at=LATER, duty_id=duty.pk, steps=[step])
    api.report_duty(by=held.actor(), at=LATER, duty_id=duty.pk, report=report(amount="12"))
    for nobody in (held.actor(), county.actor("administrator", "B1"), county.actor("inspector")):
        with pytest.raises(NotPermitted):
            api.confirm_duty(by=nobody, at=LATER, duty_id=duty.pk)
    api.confirm_duty(
        by=county.actor("administrator"), at=LATER + timedelta(days=90), duty_id=duty.pk, words="Well done."
    )
    closed = facts("duty.closed")[0]
    assert closed.occurred_on == MAY and closed.attributes == {
        "duty": duty.ref, "line": "organisation", "on_time": True, "attained": 10_000, "serves": aim.ref,
    }  # fmt: skip
    assert owed(f"duty:{duty.pk}").met_on == MAY
    assert Obligation.objects.get(key__startswith="duty-step:").waived_at is not None
    with pytest.raises(api.Refused):
        api.confirm_duty(by=county.actor("administrator"), at=LATER, duty_id=duty.pk)
    with pytest.raises(NotPermitted):
        api.reopen_duty(by=held.actor(), at=LATER, duty_id=duty.pk, reason="A mistake")
    api.reopen_duty(by=county.actor("administrator"), at=LATER, duty_id=duty.pk, reason="Evidence was of another year")
    assert not facts("duty.closed") and owed(f"duty:{duty.pk}").met_on is None
    assert Obligation.objects.get(key__startswith="duty-step:").waived_at is None


def test_a_standard_asks_for_evidence_and_is_taken_back_when_given_back(county, held):
    duty = deploy(county["B1"], extent_kind="standard", extent_target="All records complete", owner=held.term)
    with pytest.raises(api.Refused, match="evidence"):
        api.report_duty(by=held.actor(), at=LATER, duty_id=duty.pk, report=report())
    api.report_progress(by=held.actor(), at=LATER, duty_id=duty.pk, report=report(files=1))
    api.report_duty(by=held.actor(), at=LATER, duty_id=duty.pk, report=report())
    assert attained(duty).is_whole
    with pytest.raises(NotPermitted):
        api.return_duty(by=held.actor(), at=LATER, duty_id=duty.pk, reason="no")
    api.return_duty(by=county.actor("secretary", "C1"), at=LATER, duty_id=duty.pk, reason="Two records are missing")
    assert attained(duty).basis is None and api.duty_view(BY, duty.pk, on=MAY).duty.state == "open"
    assert not facts("duty.result")


def test_a_late_date_shows_the_share_of_its_time(county, held):
    duty = deploy(county["B1"], extent_kind="date", extent_target="2026-04-01", owner=held.term)
    api.report_duty(by=held.actor(), at=LATER, duty_id=duty.pk, report=report(on=date(2026, 5, 2)))
    found = attained(duty)
    assert found.basis == 10_000 * 32 // 63 and found.met_on == date(2026, 5, 2)


def test_a_duty_waits_for_another(county, held):
    first, second = deploy(county["B1"], title="First"), deploy(county["B1"], title="Second", owner=held.term)
    api.link_duty(by=held.actor(), at=LATER, duty_id=second.pk, serves=None, needs=[first.pk])
    with pytest.raises(api.Refused, match="First"):
        api.report_duty(by=held.actor(), at=LATER, duty_id=second.pk, report=report())
    api.drop_duty(by=BY, at=LATER, duty_id=first.pk, reason="Not needed")
    api.report_duty(by=held.actor(), at=LATER, duty_id=second.pk, report=report())


def test_steps_are_done_in_order_and_opened_again(county, held):
    mate = office(county, number="1002", name="zhao", post="deputy")
    duty = deploy(county["B1"], owner=held.term)
    drafts = [api.StepDraft("Look", FIRST, MAY), api.StepDraft("Mend", MAY, DUE, 1, mate.term.pk)]
    api.plan_steps(by=held.actor(), at=LATER, duty_id=duty.pk, steps=drafts)
    look, mend = api.duty_view(BY, duty.pk, on=MAY).steps
    with pytest.raises(api.Refused, match="First comes"):
        api.finish_step(by=mate.actor(), at=LATER, step_id=mend.pk, report=report())
    api.finish_step(by=held.actor(), at=LATER, step_id=look.pk, report=report(files=1))
    with pytest.raises(api.Refused, match="done already"):
        api.finish_step(by=held.actor(), at=LATER, step_id=look.pk, report=report())
    assert owed(f"duty-step:{look.pk}").met_on == MAY and owed(f"duty-step:{mend.pk}").member_id == mate.member.pk
    assert attained(duty).basis == 5000
    api.reopen_step(by=held.actor(), at=LATER, step_id=look.pk, reason="Too early")
    with pytest.raises(api.Refused, match="still open"):
        api.reopen_step(by=held.actor(), at=LATER, step_id=look.pk, reason="Too early")
    assert owed(f"duty-step:{look.pk}").met_on is None
    with pytest.raises(NotPermitted):
        api.finish_step(by=held.actor(), at=LATER, step_id=0, report=report())
    with pytest.raises(NotPermitted):
        api.finish_step(by=county.actor("secretary", "B2"), at=LATER, step_id=look.pk, report=report())


def test_nobody_reports_what_is_not_there_or_not_theirs(county, held):
    duty = deploy(county["B1"])
    for by, duty_id in ((BY, 0), (county.actor("member", "B1"), duty.pk)):
        with pytest.raises(NotPermitted):
            api.report_progress(by=by, at=LATER, duty_id=duty_id, report=report())
