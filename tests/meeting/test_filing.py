"""Confirming by two persons, filing, correcting, withdrawing: what counts when, and what is refused in words."""

from datetime import timedelta

import pytest

from plumbline.kernel.actor import NotPermitted
from plumbline.ledger import api as ledger
from plumbline.meeting import api
from plumbline.meeting.models import FiledVersion, MeetingFact, SentText
from plumbline.organisation import api as organisation
from tests.meeting.branch import AT, MACHINE, ON, Branch, later
from tests.meeting.test_actions import P, photo, said


def test_two_persons_confirm_and_the_second_files(branch: Branch) -> None:
    meeting = branch.filed("members_meeting", also=["lecture"])
    assert meeting.state == api.State.FILED and meeting.version == 1
    facts = branch.facts()
    assert [fact.attributes["meeting_kind"] for fact in facts] == ["members_meeting", "lecture"]
    assert facts[0].attributes["attended"] == 6 and facts[0].attributes["expected"] == 6
    learned = branch.facts("learning.session")
    assert len(learned) == 6 and {fact.quantity for fact in learned} == {90}
    assert {str(fact.member) for fact in learned} == {str(one.pseudonym) for one in branch.members[:6]}
    version = FiledVersion.objects.get(meeting=meeting)
    assert version.document["quorum"]["entitled"] == 5 and len(version.sha256) == 64
    assert "Member" not in str(version.document["attendance"])
    assert not SentText.objects.exists()


def test_one_person_does_not_confirm_for_both(branch: Branch) -> None:
    meeting = branch.hold()
    branch.come(meeting)
    secretary = branch.users["secretary"].pk
    api.change_meeting(
        by=branch.secretary, at=AT, meeting_id=meeting.pk,
        plan=api.Plan("x", AT, chair_id=secretary, recorder_id=secretary),
    )  # fmt: skip
    meeting.refresh_from_db()
    assert meeting.recorder_id != secretary
    api.Meeting.objects.filter(pk=meeting.pk).update(recorder_id=secretary)
    with pytest.raises(api.Refused) as refused:
        api.confirm(by=branch.secretary, at=AT, meeting_id=meeting.pk)
    assert "two persons" in said(refused)
    api.Meeting.objects.filter(pk=meeting.pk).update(recorder_id=None)
    with pytest.raises(api.Refused):
        api.confirm(by=branch.secretary, at=AT, meeting_id=meeting.pk)
    with pytest.raises(NotPermitted):
        api.confirm(by=branch.actor("member"), at=AT, meeting_id=meeting.pk)


def test_a_change_takes_confirmations_back(branch: Branch) -> None:
    meeting = branch.hold()
    branch.come(meeting)
    api.confirm(by=branch.actor("recorder"), at=AT, meeting_id=meeting.pk)
    branch.write(meeting, texts={"process": "changed"})
    meeting.refresh_from_db()
    assert meeting.recorder_said is None
    api.confirm(by=branch.actor("recorder"), at=AT, meeting_id=meeting.pk)
    api.confirm(by=branch.secretary, at=AT, meeting_id=meeting.pk)
    with pytest.raises(api.Refused) as refused:
        branch.write(meeting, texts={"process": "again"})
    assert "Take the confirmation back" in said(refused)
    with pytest.raises(api.Refused):
        api.confirm(by=branch.secretary, at=AT, meeting_id=meeting.pk)
    with pytest.raises(api.Refused):
        api.take_back(by=branch.secretary, at=AT, meeting_id=meeting.pk, reason=" ")
    with pytest.raises(api.Refused):
        api.take_back(by=branch.secretary, at=AT, meeting_id=meeting.pk, reason="x" * 501)
    api.take_back(by=branch.secretary, at=AT, meeting_id=meeting.pk, reason="a name is wrong")
    branch.write(meeting, texts={"process": "again"})
    assert branch.confirm(meeting).state == api.State.FILED
    assert api.Meeting.objects.get(pk=meeting.pk).lacks == ["speeches", "resolutions"]


def test_a_meeting_without_its_quorum_is_not_filed_as_held(branch: Branch) -> None:
    meeting = branch.hold()
    api.mark_attendance(
        by=branch.secretary, at=AT, meeting_id=meeting.pk,
        marks={one.pk: api.Mark(P.PRESENT) for one in branch.members[:2]},
    )  # fmt: skip
    with pytest.raises(api.Refused) as refused:
        branch.confirm(meeting)
    assert "2 of 5 members entitled were there, 3 are needed" in said(refused)
    assert branch.facts() == []


def test_votes_that_cannot_be_are_refused_and_those_that_can_are_decided(branch: Branch) -> None:
    meeting = branch.hold()
    branch.come(meeting)
    branch.write(meeting, resolutions=[{"text": "Plan", "matter": "branch_meeting", "ayes": 9}])
    with pytest.raises(api.Refused) as refused:
        branch.confirm(meeting)
    assert "only 5 entitled members were present" in said(refused)
    branch.write(meeting, resolutions=[{"text": "Plan", "matter": "", "ayes": 3, "noes": 1, "abstentions": 1}])
    branch.confirm(meeting)
    row = FiledVersion.objects.get(meeting=meeting).document["decided"][0]
    assert row == {"text": "Plan", "passed": True, "in_favour": 3, "needed": 3, "whole": 5}


def test_incomplete_records_are_refused_where_they_count_as_missing(branch: Branch) -> None:
    clerk = branch.actor("administrator")
    api.set_strictness(by=clerk, at=AT, unit_id=branch.top.pk, strict=True, file_days=5)
    meeting = branch.hold("theme_day")
    branch.come(meeting)
    branch.write(meeting, texts={"activity": "Planted trees."})
    with pytest.raises(api.Refused) as refused:
        branch.confirm(meeting)
    assert "still lacks: Photo" in said(refused)
    api.add_files(
        by=branch.secretary, at=AT, meeting_id=meeting.pk, kind=api.PHOTO,
        uploads=[ledger.Upload(stream=photo(), name="trees.jpg")],
    )  # fmt: skip
    assert branch.confirm(meeting).state == api.State.FILED


def test_filing_needs_confirmation_and_reading_is_all_that_is_left(branch: Branch) -> None:
    meeting = branch.hold()
    with pytest.raises(api.Refused) as refused:
        api.file_record(by=branch.secretary, at=AT, meeting_id=meeting.pk)
    assert "chair and the recorder" in said(refused)
    branch.come(meeting)
    api.confirm(by=branch.actor("recorder"), at=AT, meeting_id=meeting.pk)
    api.confirm(by=branch.secretary, at=AT, meeting_id=meeting.pk)
    api.file_record(by=branch.secretary, at=AT, meeting_id=meeting.pk)
    with pytest.raises(api.Refused) as refused:
        branch.write(meeting, texts={"process": "other"})
    assert "filed and can only be read" in said(refused)
    with pytest.raises(api.Refused) as refused:
        api.cancel_meeting(by=branch.secretary, at=AT, meeting_id=meeting.pk, reason="x")
    assert "read" in said(refused)


def test_a_correction_supersedes_and_a_withdrawal_takes_away(branch: Branch) -> None:
    meeting = branch.filed("lecture")
    before = branch.facts()[0]
    api.begin_correction(by=branch.secretary, at=later(5), meeting_id=meeting.pk, reason="two were absent")
    assert branch.facts()[0].pk == before.pk  # what was filed stands until the next version is filed
    with pytest.raises(api.Refused) as refused:
        api.cancel_meeting(by=branch.secretary, at=later(5), meeting_id=meeting.pk, reason="x")
    assert "withdraw it" in said(refused)
    marks = {branch.members[3].pk: api.Mark(P.ABSENT, "ill"), branch.members[5].pk: api.Mark(P.ABSENT)}
    api.mark_attendance(by=branch.secretary, at=later(6), meeting_id=meeting.pk, marks=marks)
    filed = branch.confirm(meeting, later(7))
    (after,) = branch.facts()
    assert filed.version == 2 and after.supersedes_id == before.pk and after.attributes["attended"] == 4
    assert after.reason == "two were absent" and len(branch.facts("learning.session")) == 4
    assert [one.number for one in FiledVersion.objects.filter(meeting=meeting)] == [2, 1]
    api.withdraw_record(by=branch.secretary, at=later(8), meeting_id=meeting.pk, reason="held by mistake")
    assert branch.facts() == [] and branch.facts("learning.session") == []
    assert not MeetingFact.objects.exists()
    with pytest.raises(api.Refused):
        api.begin_correction(by=branch.secretary, at=later(9), meeting_id=meeting.pk, reason="x")


def test_a_recorder_without_a_role_files_a_correction(branch: Branch) -> None:
    meeting = branch.filed("lecture")
    api.begin_correction(by=branch.secretary, at=later(5), meeting_id=meeting.pk, reason="the topic")
    plan = api.Plan("Another topic", AT)
    api.change_meeting(by=branch.secretary, at=later(5), meeting_id=meeting.pk, plan=plan)
    api.confirm(by=branch.secretary, at=later(6), meeting_id=meeting.pk)
    api.confirm(by=branch.actor("recorder"), at=later(6), meeting_id=meeting.pk, then_file=True)
    assert branch.facts()[0].attributes["topic"] == "Another topic"
    assert branch.facts()[0].recorded_by == str(branch.users["recorder"].pseudonym)


def test_what_was_never_filed_is_cancelled_not_withdrawn(branch: Branch) -> None:
    meeting = branch.hold()
    with pytest.raises(api.Refused) as refused:
        api.withdraw_record(by=branch.secretary, at=AT, meeting_id=meeting.pk, reason="x")
    assert "cancel it" in said(refused)


def test_a_closed_and_a_merged_branch_hold_nothing_more(branch: Branch) -> None:
    other = organisation.found_organisation(
        by=MACHINE, at=AT, code="B2", name="Second Branch", kind="branch", parent=branch.top
    )
    organisation.merge_organisations(by=MACHINE, at=AT, sources=[branch.unit], into=other, on=ON, reason="joined")
    clerk = branch.actor("administrator")
    common = {"by": clerk, "at": AT, "unit_id": branch.unit.pk, "kind": "members_meeting"}
    with pytest.raises(api.Refused) as refused:
        api.plan_meeting(**common, plan=api.Plan("March", AT))
    assert "merged into Second Branch on 2026-03-06" in said(refused)
    assert api.plan_meeting(**common, plan=api.Plan("March", AT - timedelta(days=1))).state == "planned"
    lone = organisation.found_organisation(
        by=MACHINE, at=AT, code="B3", name="Third Branch", kind="branch", parent=branch.top
    )
    organisation.close_unit(by=MACHINE, at=AT, unit=lone, on=ON, reason="over")
    with pytest.raises(api.Refused) as refused:
        api.plan_meeting(**(common | {"unit_id": lone.pk}), plan=api.Plan("March", AT))
    assert "Third Branch was closed on 2026-03-06" in said(refused)
