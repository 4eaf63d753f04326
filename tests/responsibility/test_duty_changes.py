"""Changing duties on a real database: words, owners, links, steps, carry-over, and several at once."""

from dataclasses import replace
from datetime import date

import pytest

from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.models import Message
from plumbline.obligation.models import Obligation
from plumbline.organisation import api as organisation
from plumbline.responsibility import api
from tests.responsibility.duty_world import BY, DUE, FIRST, LATER, MAY, deploy, office

NEXT = date(2027, 6, 30)


@pytest.fixture
def held(county):
    return office(county)


def change(duty, by=BY, reason="The plan changed", **given):
    return api.change_duty(by=by, at=LATER, duty_id=duty.pk, draft=replace(api.draft_of(duty), **given), reason=reason)


def test_a_change_is_told_owed_anew_and_kept(county, held):
    duty = deploy(county["B1"], owner=held.term)
    changed = change(duty, title="Vanguard posts and teams", due_on=NEXT)
    assert Obligation.objects.get(key=f"duty:{duty.pk}").due_on == NEXT
    line = api.duty_view(held.actor(), duty.pk, on=MAY).lines[-1]
    assert line.event.values["due_on"] == ["2026-06-30", "2027-06-30"] and line.event.words == "The plan changed"
    assert Message.objects.filter(recipient=held.user, subject__startswith="Changed").exists()
    with pytest.raises(api.Refused, match="Nothing is different"):
        change(changed)
    with pytest.raises(api.Refused, match="Say why"):
        change(changed, reason=" ", title="Other")


def test_what_was_given_from_above_is_not_changed_below(county, held):
    own, given = deploy(county["B1"]), deploy(county["B1"], points_micro=5_000_000)
    secretary = county.actor("secretary", "B1")
    change(own, by=secretary, title="Our own plan")
    with pytest.raises(NotPermitted):
        change(given, by=secretary, title="Less")
    change(given, by=county.actor("secretary", "C1"), title="More")


def test_a_change_keeps_steps_and_links_whole(county, held):
    aim = deploy(county["B1"], line="business")
    duty = deploy(county["B1"], serves=aim)
    api.plan_steps(by=BY, at=LATER, duty_id=duty.pk, steps=[api.StepDraft("Look", FIRST, MAY)])
    with pytest.raises(api.Refused, match="step"):
        change(duty, due_on=date(2026, 4, 1))
    with pytest.raises(api.Refused, match="link"):
        change(duty, line=api.Line.BUSINESS)


def test_who_leaves_the_post_leaves_the_duty_to_be_handed_over(county, held):
    duty = deploy(county["B1"], owner=held.term)
    organisation.end_appointment(by=BY, at=LATER, appointment=held.term, on=MAY, reason="Moved")
    clerk = county.actor("administrator")
    assert api.duty_list(clerk, api.DutyAsk(state="left"), on=LATER.date()).rows[0].owner_left
    assert any("Hand over" in one.title for one in api.duty_todos(clerk, LATER))
    with pytest.raises(NotPermitted):
        api.report_progress(by=held.actor(), at=LATER, duty_id=duty.pk, report=api.Report(MAY, "x"))
    follower = office(county, number="1002", name="zhao", post="deputy")
    api.hand_over_duty(by=clerk, at=LATER, duty_id=duty.pk, to=follower.term, reason="Elected")
    assert Obligation.objects.get(key=f"duty:{duty.pk}").member_id == follower.member.pk
    assert Message.objects.filter(recipient=follower.user, subject__startswith="You take over").exists()
    held.term.refresh_from_db()
    for to, why in ((follower.term, "already"), (held.term, "ends before")):
        with pytest.raises(api.Refused, match=why):
            api.hand_over_duty(by=clerk, at=LATER, duty_id=duty.pk, to=to, reason="Again")
    county.found("XX", "working_committee", None)
    stranger = office(county, "XX", "1003", "sun", "head")
    with pytest.raises(api.Refused, match="same committee"):
        api.hand_over_duty(by=clerk, at=LATER, duty_id=duty.pk, to=stranger.term, reason="Again")
    api.hand_over_duty(by=clerk, at=LATER, duty_id=duty.pk, to=None, reason="The secretary takes it")
    assert [one.title for one in api.duty_todos(county.actor("secretary", "B1"), DUE_SOON)] == ["Vanguard posts"]


DUE_SOON = LATER.replace(month=6, day=10)


def test_co_owners_may_report(county, held):
    mate = office(county, number="1002", name="zhao", post="deputy")
    duty = deploy(county["B1"], owner=held.term)
    api.share_duty(by=held.actor(), at=LATER, duty_id=duty.pk, term_ids=[mate.term.pk, held.term.pk])
    api.report_progress(by=mate.actor(), at=LATER, duty_id=duty.pk, report=api.Report(MAY, "We looked.", "1"))
    assert api.duty_view(mate.actor(), duty.pk, on=MAY).partners == (mate.term,)
    for wrong, why in (([0], "same committee"), (list(range(1, 20)), "at most")):
        with pytest.raises(api.Refused, match=why):
            api.share_duty(by=held.actor(), at=LATER, duty_id=duty.pk, term_ids=wrong)
    with pytest.raises(NotPermitted):
        api.share_duty(by=mate.actor(), at=LATER, duty_id=duty.pk, term_ids=[])
    api.share_duty(by=held.actor(), at=LATER, duty_id=duty.pk, term_ids=[])
    assert not api.duty_view(held.actor(), duty.pk, on=MAY).partners


def test_links_close_no_circle(county, held):
    one, two, three = (deploy(county["B1"], title=name) for name in ("One", "Two", "Three"))
    aim = deploy(county["B1"], line="business")
    link = {"by": BY, "at": LATER}
    api.link_duty(**link, duty_id=two.pk, serves=aim, needs=[one.pk])
    api.link_duty(**link, duty_id=three.pk, serves=None, needs=[two.pk])
    for needs, why in (([three.pk], "circle"), ([one.pk], "other duties"), ([0], "other duties")):
        with pytest.raises(api.Refused, match=why):
            api.link_duty(**link, duty_id=one.pk, serves=None, needs=needs)
    view = api.duty_view(BY, two.pk, on=MAY)
    assert view.needs == (one,) and view.needed_by == (three,) and view.duty.serves == aim
    assert api.duties_to_need(three)
    with pytest.raises(api.Refused, match="serves a business aim"):
        api.link_duty(**link, duty_id=aim.pk, serves=one, needs=[])


def test_steps_are_planned_changed_and_taken_away(county, held):
    duty = deploy(county["B1"], owner=held.term)
    plan = {"by": held.actor(), "at": LATER, "duty_id": duty.pk}
    api.plan_steps(**plan, steps=[api.StepDraft("Look", FIRST, MAY), api.StepDraft("Mend", MAY, DUE, 1)])
    look, mend = api.duty_view(BY, duty.pk, on=MAY).steps
    assert mend.after == look
    kept = [api.StepDraft("Mend all", MAY, DUE, step_id=mend.pk), api.StepDraft("Close", MAY, DUE)]
    api.plan_steps(**plan, steps=kept)
    assert [one.title for one in api.duty_view(BY, duty.pk, on=MAY).steps] == ["Mend all", "Close"]
    assert Obligation.objects.get(key=f"duty-step:{look.pk}").waived_at is not None
    api.finish_step(by=held.actor(), at=LATER, step_id=mend.pk, report=api.Report(MAY, "Mended"))
    for steps, why in (
        ([], "stays"), ([api.StepDraft("x", FIRST, MAY, step_id=look.pk)], "Load the page"),
        ([*kept[:1], api.StepDraft("x", FIRST, MAY, owner_id=0)], "same committee"),
    ):  # fmt: skip
        with pytest.raises(api.Refused, match=why):
            api.plan_steps(**plan, steps=steps)
    with pytest.raises(NotPermitted):
        api.plan_steps(by=county.actor("assessor"), at=LATER, duty_id=duty.pk, steps=[])


def test_what_is_not_finished_goes_on_next_year(county, held):
    duty = deploy(county["B1"], owner=held.term, extent_kind="date", extent_target="")
    api.share_duty(
        by=BY, at=LATER, duty_id=duty.pk, term_ids=[office(county, number="1002", name="zhao", post="d").term.pk]
    )
    api.plan_steps(by=BY, at=LATER, duty_id=duty.pk, steps=[api.StepDraft("Look", FIRST, MAY)])
    carry = {"by": BY, "at": LATER, "duty_id": duty.pk, "reason": "The building is not ready"}
    for due_on, starts_on in ((DUE, FIRST), (NEXT, date(2027, 8, 1))):
        with pytest.raises(api.Refused):
            api.carry_duty(**carry, due_on=due_on, starts_on=starts_on)
    new = api.carry_duty(**carry, due_on=NEXT)
    assert (new.year, new.target_on, new.owner, new.carried_from) == (2027, NEXT, held.term, duty)
    view = api.duty_view(BY, duty.pk, on=MAY)
    assert view.duty.state == "carried" and view.carried_to == new and view.row.light.colour == "grey"
    assert [one.title for one in api.duty_view(BY, new.pk, on=MAY).steps] == ["Look"]
    other = deploy(county["B1"])
    assert api.carry_duty(**{**carry, "duty_id": other.pk}, due_on=NEXT, extent_target="5").target_micro == 5_000_000


def test_several_are_changed_all_or_none(county, held):
    first, second, given = deploy(county["B1"]), deploy(county["B1"], extent_kind="date", extent_target=""), None
    given = deploy(county["B1"], points_micro=1)
    secretary = county.actor("secretary", "B1")
    edit = {"by": secretary, "at": LATER, "reason": "The flood"}
    later = api.BulkChange("later", days=10)
    with pytest.raises(api.BulkRefused) as refused:
        api.edit_duties(**edit, duty_ids=[first.pk, given.pk], change=later)
    assert [one.duty for one in refused.value.problems] == [given]
    assert api.duty_view(BY, first.pk, on=MAY).duty.due_on == DUE
    assert api.edit_duties(**edit, duty_ids=[first.pk, second.pk], change=later) == 2
    assert api.duty_view(BY, second.pk, on=MAY).duty.target_on == date(2026, 7, 10)
    day = api.BulkChange("due_on", due_on=NEXT)
    assert api.edit_duties(**edit, duty_ids=[first.pk], change=day) == 1
    owner = api.BulkChange("owner", owner_id=held.term.pk)
    assert api.edit_duties(**edit, duty_ids=[first.pk], change=owner) == 1
    assert api.edit_duties(**edit, duty_ids=[first.pk], change=api.BulkChange("owner")) == 1
    with pytest.raises(api.BulkRefused, match="1 duties"):
        api.edit_duties(**edit, duty_ids=[first.pk], change=api.BulkChange("owner"))
    assert api.edit_duties(**edit, duty_ids=[second.pk], change=api.BulkChange("carry", due_on=NEXT)) == 1
    assert api.edit_duties(**edit, duty_ids=[first.pk], change=api.BulkChange("drop")) == 1
    for ids, change_, why in (
        ([], later, "at least one"), (range(1, 300), later, "at most"), ([first.pk], api.BulkChange("later"), "how many"),
        ([first.pk], api.BulkChange("due_on"), "new day"),
    ):  # fmt: skip
        with pytest.raises(api.Refused, match=why):
            api.edit_duties(**edit, duty_ids=list(ids), change=change_)
    with pytest.raises(NotPermitted):
        api.edit_duties(**{**edit, "by": county.actor("secretary", "B2")}, duty_ids=[first.pk], change=later)


def test_what_forms_offer_to_choose_from(county, held):
    aim = deploy(county.department(), line="business")
    choices = api.duty_choices(county["B1"], on=MAY)
    assert [pk for pk, _words in choices.owners] == [held.term.pk] and [pk for pk, _words in choices.aims] == [aim.pk]
    assert county["B1"].pk in dict(api.units_to_deploy(county.actor("secretary", "B1")))
    assert api.term_for(held.actor(), held.term.pk) == held.term and api.term_for(held.actor(), None) is None
    with pytest.raises(NotPermitted):
        api.term_for(county.actor("auditor"), held.term.pk)
    assert api.duty_or_none(aim.pk) == aim and api.duty_or_none(None) is None
    with pytest.raises(NotPermitted):
        change(aim, by=county.actor("assessor"), title="x")


def test_a_duty_that_waits_to_be_checked_may_change_hands(county, held):
    duty = deploy(county["B1"], owner=held.term)
    api.report_duty(by=held.actor(), at=LATER, duty_id=duty.pk, report=api.Report(MAY, "Done"))
    assert Obligation.objects.get(key=f"duty:{duty.pk}").met_on == MAY
    api.hand_over_duty(by=BY, at=LATER, duty_id=duty.pk, to=None, reason="Elected")
    api.drop_duty(by=BY, at=LATER, duty_id=duty.pk, reason="Not needed")
    api.reopen_duty(by=BY, at=LATER, duty_id=duty.pk, reason="Needed again")
    assert api.duty_view(BY, duty.pk, on=MAY).duty.state == "open"
