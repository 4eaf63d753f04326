"""The life of a slip on a real database: issued from above, answered by the post, checked by another, made graver."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction

from plumbline.kernel import todo
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import AuditEntry, Message
from plumbline.ledger import api as ledger
from plumbline.obligation import api
from plumbline.obligation.api import SlipKind, SlipState
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Member
from tests.obligation.planning_world import BY

AT = datetime(2026, 5, 12, 2, tzinfo=UTC)
DUE = date(2026, 5, 19)
LATER = datetime(2026, 5, 20, 2, tzinfo=UTC)
JUNE = date(2026, 6, 30)


def draft(kind=SlipKind.REMINDER, **changed):
    values = {"title": "No committee meeting in April", "words": "Hold it and file the record.", "due_on": DUE}
    return api.SlipDraft(kind, **{**values, **changed})


@pytest.fixture
def office(county):
    """Let two members with accounts hold B1's post of secretary, one after the other; return their actors."""
    post = organisation.create_post(by=BY, at=AT, unit=county["B1"], code="secretary", title="Secretary")
    people = []
    for number, name in (("1001", "wang"), ("1002", "zhao")):
        member, user = county.enrol("B1", number), county.account(name)
        Member.objects.filter(pk=member.pk).update(user=user)
        people.append((Member.objects.get(pk=member.pk), user))
    organisation.appoint(by=BY, at=AT, post=post, member=people[0][0], starts_on=date(2024, 1, 1))
    return post, [user for _member, user in people], [member for member, _user in people]


def actor(user, at=AT):
    return organisation.resolve_actor(user, at=at)


def issue(county, by=None, **given):
    by = by or county.actor("administrator")
    return api.issue_slip(**{"by": by, "at": AT, "unit_id": county["B1"].pk, "draft": draft(), **given})


def answered(county, slip, at=AT):
    return api.answer_slip(by=county.actor("secretary", "B1"), at=at, slip_id=slip.pk, words="Held on 14 May.")


def facts(kind):
    return list(
        ledger.current_facts(BY, from_=date(2026, 1, 1), until=date(2026, 12, 31)).filter(kind=kind).order_by("pk")
    )


def test_a_reminder_is_issued_numbered_told_and_counted(county, office):
    post, (wang, _zhao), _members = office
    slip = issue(county, post_id=post.pk)
    assert (slip.state, slip.year, slip.serial, slip.issuer_id) == ("issued", 2026, 1, county["WC"].pk)
    assert issue(county).serial == 2
    told = Message.objects.get(recipient=wang)
    assert "2026 No. 1" in told.subject and told.link == f"/supervision/{slip.pk}/"
    first = facts("slip.issued")[0]
    assert first.attributes == {"slip_kind": "reminder", "slip": "2026-1", "important": False}
    assert AuditEntry.objects.filter(action="obligation.issue_slip", subject=f"slip:{slip.pk}").exists()


def test_the_answer_is_checked_by_another_and_counts_once_accepted(county, office):
    post, (wang, _zhao), _members = office
    slip = issue(county, post_id=post.pk)
    upload = ledger.Upload("minutes.txt", BytesIO(b"minutes of the meeting"))
    api.answer_slip(by=actor(wang), at=AT, slip_id=slip.pk, words="Held on 14 May.", uploads=[upload])
    view = api.slip_view(county.actor("administrator"), slip.pk, on=DUE)
    assert view.lines[-1].files[0].name == "minutes.txt" and {"accept", "return", "escalate"} <= view.can
    assert api.may_read_slip_file(county.actor("secretary", "B1"), f"slip:{slip.pk}")
    assert not api.may_read_slip_file(county.actor("secretary", "B2"), f"slip:{slip.pk}")
    assert not facts("slip.answered")
    done = api.accept_slip(by=county.actor("inspector"), at=LATER, slip_id=slip.pk)
    assert done.state == "closed"
    assert facts("slip.answered")[0].attributes == {
        "slip_kind": "reminder", "slip": "2026-1", "on_time": True, "returns": 0,
    }  # fmt: skip


def test_an_answer_given_back_and_late_is_told_as_such(county):
    slip = issue(county)
    answered(county, slip)
    boss = county.actor("administrator")
    api.return_slip(by=boss, at=AT, slip_id=slip.pk, reason="The list of who came is missing.", due_on=DUE)
    answered(county, slip, at=LATER)
    api.accept_slip(by=boss, at=LATER, slip_id=slip.pk)
    told = facts("slip.answered")[0]
    assert (told.attributes["on_time"], told.attributes["returns"]) == (False, 1)
    assert told.occurred_on == date(2026, 5, 20)


def test_nobody_writes_or_closes_the_own_slip(county, office):
    post, (wang, _zhao), _members = office
    for who in (
        county.actor("administrator", "B1"), county.actor("administrator", "B2"), county.actor("secretary"),
        county.actor("auditor"),
    ):  # fmt: skip
        with pytest.raises(NotPermitted):
            issue(county, by=who)
    with pytest.raises(NotPermitted):
        issue(county, by=BY, unit_id=county["WC"].pk)
    organisation.grant_role(by=BY, at=AT, user=wang, role="administrator", unit=county["WC"])
    slip = issue(county, post_id=post.pk)
    api.answer_slip(by=actor(wang), at=AT, slip_id=slip.pk, words="Held.")
    with pytest.raises(NotPermitted):
        api.accept_slip(by=actor(wang), at=AT, slip_id=slip.pk)
    assert "accept" not in api.slip_view(actor(wang), slip.pk, on=DUE).can
    with pytest.raises(NotPermitted):
        api.accept_slip(by=county.actor("administrator", "B1"), at=AT, slip_id=slip.pk)


def test_a_successor_in_the_post_answers(county, office):
    post, (wang, zhao), (first, second) = office
    slip = issue(county, post_id=post.pk)
    term = first.appointments.get()
    organisation.end_appointment(by=BY, at=AT, appointment=term, on=date(2026, 5, 15), reason="transfer")
    organisation.appoint(by=BY, at=AT, post=post, member=second, starts_on=date(2026, 5, 15))
    then = datetime(2026, 5, 16, 2, tzinfo=UTC)
    assert [one.url for one in todo.gather(actor(zhao, then), then) if one.kind == "supervision"] == [
        f"/supervision/{slip.pk}/"
    ]
    assert api.slip_view(actor(zhao, then), slip.pk, on=then.date()).row.people == ("Zhao",)
    with pytest.raises(NotPermitted):
        api.answer_slip(by=actor(wang, then), at=then, slip_id=slip.pk, words="Held.")
    assert api.answer_slip(by=actor(zhao, then), at=then, slip_id=slip.pk, words="Held.").state == "answered"


def test_what_was_not_answered_is_proposed_graver_once_and_a_person_signs(county):
    boss, slip = county.actor("administrator"), issue(county)
    assert api.propose_graver(by=BY, at=AT) == 0
    assert api.propose_graver(by=BY, at=LATER) == 1
    assert api.propose_graver(by=BY, at=LATER) == 0
    proposal = api.Slip.objects.get(follows=slip)
    assert (proposal.kind, proposal.state, proposal.serial) == ("warning", "proposed", None)
    with pytest.raises(NotPermitted):
        api.slip_view(county.actor("secretary", "B1"), proposal.pk, on=DUE)
    with pytest.raises(api.Refused):
        api.escalate_slip(by=boss, at=LATER, slip_id=slip.pk, draft=draft(SlipKind.ORDER, due_on=JUNE))
    with pytest.raises(api.Refused):
        api.issue_proposed(by=boss, at=LATER, slip_id=proposal.pk, draft=draft(due_on=JUNE))
    issued = api.issue_proposed(by=boss, at=LATER, slip_id=proposal.pk, draft=draft(SlipKind.WARNING, due_on=JUNE))
    slip.refresh_from_db()
    assert (issued.state, issued.serial, slip.state) == ("issued", 2, "escalated")
    assert api.slip_view(boss, slip.pk, on=JUNE).followed_by == issued
    with pytest.raises(NotPermitted):
        api.propose_graver(by=county.actor("administrator", "C1"), at=LATER)


def test_a_dropped_proposal_comes_again_only_for_a_later_day(county):
    boss, slip = county.actor("administrator"), issue(county)
    api.propose_graver(by=BY, at=LATER)
    proposal = api.Slip.objects.get(follows=slip)
    api.dismiss_slip(by=boss, at=LATER, slip_id=proposal.pk, reason="Illness of the secretary.")
    assert api.propose_graver(by=BY, at=LATER) == 0
    api.extend_slip(by=boss, at=LATER, slip_id=slip.pk, due_on=date(2026, 5, 29), reason="Illness.")
    june = datetime(2026, 6, 2, 2, tzinfo=UTC)
    assert api.propose_graver(by=BY, at=june) == 1
    api.extend_slip(by=boss, at=june, slip_id=slip.pk, due_on=JUNE, reason="Still ill.")
    assert not api.Slip.objects.filter(state=SlipState.PROPOSED).exists()


def test_a_graver_slip_follows_by_hand(county):
    boss, slip = county.actor("administrator"), issue(county)
    after = api.escalate_slip(by=boss, at=AT, slip_id=slip.pk, draft=draft(SlipKind.ORDER))
    slip.refresh_from_db()
    assert (after.follows_id, after.kind, slip.state) == (slip.pk, "order", "escalated")
    with pytest.raises(api.WrongSlipState):
        answered(county, slip)


def test_a_slip_taken_back_takes_its_fact_back(county):
    boss, slip = county.actor("administrator"), issue(county)
    api.propose_graver(by=BY, at=LATER)
    api.withdraw_slip(by=boss, at=LATER, slip_id=slip.pk, reason="The meeting was held; its record was filed late.")
    assert not facts("slip.issued")
    assert not api.Slip.objects.filter(state=SlipState.PROPOSED).exists()
    for act in (api.withdraw_slip, api.dismiss_slip):
        with pytest.raises(api.WrongSlipState):
            act(by=boss, at=LATER, slip_id=slip.pk, reason="Again.")


def test_what_was_mended_is_looked_at_again(county):
    boss, slip = county.actor("administrator"), issue(county)
    answered(county, slip)
    with pytest.raises(api.Refused):
        api.accept_slip(by=boss, at=AT, slip_id=slip.pk, recheck_on=AT.date())
    api.accept_slip(by=boss, at=AT, slip_id=slip.pk, recheck_on=date(2026, 5, 20))
    assert [one.due_on for one in api.slip_todos(boss, LATER)] == [date(2026, 5, 20)]
    api.reopen_slip(by=boss, at=LATER, slip_id=slip.pk, reason="No meeting in May either.", due_on=JUNE)
    assert not facts("slip.answered")
    answered(county, slip, at=LATER)
    api.accept_slip(by=boss, at=LATER, slip_id=slip.pk, recheck_on=date(2026, 7, 1))
    done = api.recheck_slip(by=boss, at=LATER, slip_id=slip.pk, words="Held each month since.")
    assert (done.state, done.recheck_on) == ("closed", None)
    with pytest.raises(api.Refused):
        api.recheck_slip(by=boss, at=LATER, slip_id=slip.pk, words="Again.")


def test_a_talk_keeps_who_when_and_how_it_ended_alone(county):
    boss = county.actor("inspector")
    user = county.account("inspector1", "inspector")
    boss = actor(user)
    slip = issue(county, by=boss, draft=draft(SlipKind.INTERVIEW))
    with pytest.raises(api.WrongSlipState):
        answered(county, slip)
    assert [one.act for one in api.slip_todos(boss, AT)] == ["Record"]
    with pytest.raises(api.Refused):
        api.record_talk(by=boss, at=AT, slip_id=slip.pk, held_on=AT.date(), outcome="shouting")
    done = api.record_talk(by=boss, at=AT, slip_id=slip.pk, held_on=AT.date(), outcome="accepted")
    assert (done.state, done.held_by, done.outcome) == ("closed", user, "accepted")
    assert [event.words for event in done.events.filter(act="record")] == [""]


def test_refusals_leave_nothing_behind(county, office):
    post, _users, _members = office
    with pytest.raises(api.Refused):
        issue(county, post_id=post.pk, unit_id=county["B2"].pk)
    slip = issue(county)
    boss, own = county.actor("administrator"), county.actor("secretary", "B1")
    many = [ledger.Upload(f"{n}.txt", BytesIO(b"text of a file")) for n in range(13)]
    with pytest.raises(api.Refused):
        api.answer_slip(by=own, at=AT, slip_id=slip.pk, words="Held.", uploads=many)
    with pytest.raises(api.Refused):
        api.extend_slip(by=boss, at=AT, slip_id=slip.pk, due_on=DUE, reason="More time.")
    for act, given in ((api.withdraw_slip, {"reason": "x"}), (api.extend_slip, {"reason": "x", "due_on": JUNE})):
        with pytest.raises(NotPermitted):
            act(by=own, at=AT, slip_id=slip.pk, **given)
    with pytest.raises(NotPermitted):
        api.accept_slip(by=boss, at=AT, slip_id=slip.pk + 100)
    assert api.Slip.objects.count() == 1 and slip.events.count() == 1


def test_events_are_append_only(county):
    slip = issue(county)
    with pytest.raises(DatabaseError), transaction.atomic():
        slip.events.update(words="other")


def test_desks_and_lists_are_scoped(county, django_assert_max_num_queries):
    boss, slip = county.actor("administrator"), issue(county)
    answered(county, slip)
    issue(county)
    with django_assert_max_num_queries(9):
        found = api.slip_list(boss, on=LATER.date())
    assert (found.late, found.counts, found.may_issue) == (1, {"issued": 1, "answered": 1}, True)
    assert [
        row.slip.serial for row in api.slip_list(boss, on=LATER.date(), ask=api.SlipAsk("late", "reminder")).rows
    ] == [2]
    assert not api.slip_list(county.actor("secretary", "B2"), on=DUE).rows
    assert (
        len(api.slip_list(county.actor("secretary", "B1"), on=DUE, ask=api.SlipAsk(unit_id=county["B1"].pk)).rows) == 2
    )
    first = api.slip_list(boss, on=LATER.date()).rows[0].slip
    words = api.SlipAsk(words=f"{first.title} {first.unit.name}")
    with django_assert_max_num_queries(6):
        assert first in [row.slip for row in api.slip_table(boss, on=LATER.date(), ask=words)]
    assert not api.slip_table(boss, on=LATER.date(), ask=api.SlipAsk(words=f"{first.title} nothing-of-the-kind"))
    assert not api.slip_table(county.actor("secretary", "B2"), on=DUE)
    with django_assert_max_num_queries(8):
        assert [one.act for one in api.slip_todos(boss, LATER)] == ["Check"]
    api.propose_graver(by=BY, at=LATER)
    assert [one.act for one in api.slip_todos(boss, LATER)] == ["Check", "Decide"]
    assert not api.slip_todos(Actor("public"), LATER)
    assert [name for _pk, name in api.units_to_supervise(county.actor("administrator", "G1"))] == [
        county["B1"].name, county["B2"].name,
    ]  # fmt: skip
