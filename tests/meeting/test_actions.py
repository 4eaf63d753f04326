"""A meeting from its template to the filed record: what is allowed, what is refused in words, what is never lost."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from PIL import Image

from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.models import AuditEntry, Message
from plumbline.ledger import api as ledger
from plumbline.meeting import api
from plumbline.meeting.models import Attendance, Guests, SentText
from plumbline.organisation import api as organisation
from tests.meeting.branch import ABROAD, AT, MACHINE, ON, ZONE, Branch, code_now, later

P = api.Presence


def said(refused: pytest.ExceptionInfo[api.Refused]) -> str:
    return refused.value.message


# --- planning --------------------------------------------------------------------------------------------------------


def plan(branch: Branch, **more: object) -> api.Meeting:
    given = {"title": "March meeting", "starts_at": AT + timedelta(days=3), "place": "Room 3", **more}
    return api.plan_meeting(
        by=branch.secretary,
        at=AT,
        unit_id=branch.unit.pk,
        kind=str(given.pop("kind", "members_meeting")),
        plan=api.Plan(**given),
    )


def test_a_plan_takes_agenda_length_and_officers_from_the_kind_and_the_branch(branch: Branch) -> None:
    meeting = plan(branch, also=["lecture"])
    assert meeting.state == api.State.PLANNED and meeting.held_on == date(2026, 3, 9)
    assert meeting.minutes == 90 and "Lecture" in meeting.agenda
    assert meeting.chair == branch.users["secretary"] and meeting.recorder == branch.users["recorder"]
    assert meeting.record["texts"]["process"]
    assert AuditEntry.objects.filter(action="meeting.plan", subject=f"meeting:{meeting.pk}").exists()


def test_invitations_go_to_those_expected_and_changes_and_cancelling_are_told(branch: Branch) -> None:
    meeting = plan(branch)
    assert api.invite(by=branch.secretary, at=AT, meeting_id=meeting.pk) == 3  # the probationary one is not expected
    moved = api.Plan("March meeting", AT + timedelta(days=4), agenda=["One", " ", "Two"])
    api.change_meeting(by=branch.secretary, at=AT, meeting_id=meeting.pk, plan=moved)
    api.cancel_meeting(by=branch.secretary, at=AT, meeting_id=meeting.pk, reason="flood")
    told = Message.objects.filter(recipient=branch.users["member"]).order_by("pk").values_list("subject", flat=True)
    assert list(told) == ["Invitation: March meeting", "Moved: March meeting", "Cancelled: March meeting"]
    meeting.refresh_from_db()
    assert meeting.agenda == ["One", "Two"] and meeting.reason == "flood"
    with pytest.raises(api.Refused) as refused:
        api.open_meeting(by=branch.secretary, at=later(9000), meeting_id=meeting.pk)
    assert "cancelled" in said(refused)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"title": " "}, "what the meeting is about"),
        ({"kind": "talk"}, "no kind of meeting"),
        ({"kind": "central_group_study"}, "does not hold"),
        ({"also": ["debriefing"]}, "cannot be held together"),
        ({"minutes": 5000}, "between one minute and a day"),
        ({"starts_at": datetime(2014, 12, 31, 9, tzinfo=ZONE)}, "was founded on 2015-01-01"),
        ({"chosen": [10**9]}, "no member of the organisation"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_in_words(branch: Branch, more: dict[str, object], words: str) -> None:
    with pytest.raises(api.Refused) as refused:
        plan(branch, **more)
    assert words in said(refused)


def test_officers_belong_to_the_branch_and_others_plan_nothing(branch: Branch) -> None:
    with pytest.raises(NotPermitted):
        plan(branch, recorder_id=branch.users["administrator"].pk)
    with pytest.raises(NotPermitted):
        api.hold_now(by=branch.actor("member"), at=AT, unit_id=branch.unit.pk, kind="members_meeting")


def test_a_coming_meeting_is_not_begun_and_one_under_way_is_not_invited_to(branch: Branch) -> None:
    meeting = plan(branch)
    with pytest.raises(api.Refused) as refused:
        api.open_meeting(by=branch.secretary, at=AT, meeting_id=meeting.pk)
    assert "planned for 2026-03-09" in said(refused)
    api.open_meeting(by=branch.secretary, at=AT + timedelta(days=3), meeting_id=meeting.pk)
    with pytest.raises(api.Refused):
        api.invite(by=branch.secretary, at=AT, meeting_id=meeting.pk)
    with pytest.raises(api.Refused) as refused:
        api.open_meeting(by=branch.secretary, at=AT + timedelta(days=3), meeting_id=meeting.pk)
    assert "begun already" in said(refused)
    late = api.Plan("March", AT + timedelta(days=9))
    with pytest.raises(api.Refused):
        api.change_meeting(by=branch.secretary, at=AT + timedelta(days=3), meeting_id=meeting.pk, plan=late)


def test_the_place_of_last_time_is_taken_again(branch: Branch) -> None:
    plan(branch)
    assert branch.hold().place == "Room 3"


# --- signing in ------------------------------------------------------------------------------------------------------


def test_signing_in_by_the_code_twice_is_harmless_and_an_old_photo_is_refused(branch: Branch) -> None:
    meeting, member = branch.hold(), branch.actor("member")
    first = api.sign_in(by=member, at=AT, meeting_id=meeting.pk, code=code_now(meeting))
    again = api.sign_in(by=member, at=later(1), meeting_id=meeting.pk, code=code_now(meeting, later(1), back=1))
    assert first.pk == again.pk and Attendance.objects.filter(meeting=meeting).count() == 1
    with pytest.raises(api.WrongSignIn) as refused:
        api.sign_in(by=branch.actor("recorder"), at=later(5), meeting_id=meeting.pk, code=code_now(meeting))
    assert "This code is old" in said(refused)


def test_codes_are_not_guessed(branch: Branch) -> None:
    meeting, member = branch.hold(), branch.actor("member")
    for _try in range(10):
        with pytest.raises(api.WrongSignIn):
            api.sign_in(by=member, at=AT, meeting_id=meeting.pk, code="wrong")
    with pytest.raises(api.WrongSignIn) as refused:
        api.sign_in(by=member, at=AT, meeting_id=meeting.pk, code=code_now(meeting))
    assert "Too many wrong codes" in said(refused)


def test_who_is_not_expected_does_not_sign_in(branch: Branch) -> None:
    meeting = branch.hold()
    with pytest.raises(api.Refused) as refused:
        api.sign_in(by=branch.actor("probationary"), at=AT, meeting_id=meeting.pk, code=code_now(meeting))
    assert "not among those expected" in said(refused)
    stranger = replace(branch.actor("member"), member_id=None, grants=())
    with pytest.raises(NotPermitted):
        api.sign_in(by=stranger, at=AT, meeting_id=meeting.pk, code=code_now(meeting))
    with pytest.raises(NotPermitted):
        api.sign_in(by=stranger, at=AT, meeting_id=10**9, code="1")


def test_who_was_transferred_that_morning_is_expected_where_they_stand_now(branch: Branch) -> None:
    other = organisation.found_organisation(
        by=MACHINE, at=AT, code="B2", name="Second Branch", kind="branch", parent=branch.top
    )
    meeting, member = branch.hold(), branch.actor("member")
    before = len([one for one in api.people_on(branch.unit.pk, ON) if one.entitled])
    organisation.transfer_member(by=MACHINE, at=AT, member=branch.members[3], to=other, on=ON, reason="moved")
    with pytest.raises((api.Refused, NotPermitted)):
        api.sign_in(by=member, at=AT, meeting_id=meeting.pk, code=code_now(meeting))
    assert len([one for one in api.people_on(branch.unit.pk, ON) if one.entitled]) == before - 1
    assert len([one for one in api.people_on(branch.unit.pk, ON - timedelta(days=1)) if one.entitled]) == before


def test_signing_in_needs_a_meeting_under_way(branch: Branch) -> None:
    planned = plan(branch)
    with pytest.raises(api.Refused) as refused:
        api.sign_in(by=branch.actor("member"), at=AT, meeting_id=planned.pk, code=code_now(planned))
    assert "has not begun" in said(refused)
    meeting = branch.hold()
    api.end_sign_in(by=branch.secretary, at=AT, meeting_id=meeting.pk)
    with pytest.raises(api.Refused) as refused:
        api.sign_in(by=branch.actor("member"), at=AT, meeting_id=meeting.pk, code=code_now(meeting))
    assert "Signing in is over" in said(refused)
    assert Attendance.objects.filter(meeting=meeting, presence="absent", expected=True).count() == 5


def test_the_recorder_marks_late_and_absent_with_reasons_and_counts_guests(branch: Branch) -> None:
    meeting = branch.hold("lecture")
    first, second, third = (branch.members[place].pk for place in (0, 1, 2))
    marks = {first: api.Mark(P.LATE, "came by train"), second: api.Mark(P.ABSENT, "ill"), third: None}
    changed = api.mark_attendance(by=branch.secretary, at=AT, meeting_id=meeting.pk, marks=marks, rest=P.PRESENT)
    assert changed == 6  # the probationary member is expected at a lecture, the one abroad is not
    assert (
        api.mark_attendance(by=branch.secretary, at=AT, meeting_id=meeting.pk, marks=dict(list(marks.items())[:2])) == 0
    )
    again = {first: api.Mark(P.PRESENT), second: None}
    assert api.mark_attendance(by=branch.secretary, at=AT, meeting_id=meeting.pk, marks=again) == 2
    with pytest.raises(api.Refused):
        api.mark_attendance(
            by=branch.secretary, at=AT, meeting_id=meeting.pk, marks={branch.members[ABROAD].pk: api.Mark(P.PRESENT)}
        )
    api.count_guests(by=branch.secretary, at=AT, meeting_id=meeting.pk, klass="applicants", count=3)
    api.count_guests(by=branch.secretary, at=AT, meeting_id=meeting.pk, klass="applicants", count=0)
    assert not Guests.objects.exists()
    for klass, count in (("", 1), ("masses", 9999)):
        with pytest.raises(api.Refused):
            api.count_guests(by=branch.secretary, at=AT, meeting_id=meeting.pk, klass=klass, count=count)


def test_marking_present_whom_the_code_marked_absent_before(branch: Branch) -> None:
    meeting = branch.hold()
    place = {branch.members[3].pk: api.Mark(P.ABSENT, "unknown")}
    api.mark_attendance(by=branch.secretary, at=AT, meeting_id=meeting.pk, marks=place)
    row = api.sign_in(by=branch.actor("member"), at=AT, meeting_id=meeting.pk, code=code_now(meeting))
    assert row.presence == P.PRESENT and row.by_code and row.reason == ""


# --- minutes ---------------------------------------------------------------------------------------------------------


def test_a_sending_counts_once_and_a_newer_text_stands_beside_it(branch: Branch) -> None:
    meeting, key = branch.hold(), uuid4()
    common = {"by": branch.secretary, "at": AT, "meeting_id": meeting.pk}
    first = api.save_minutes(**common, document={"texts": {"process": "A"}}, base=0, key=key)
    again = api.save_minutes(**common, document={"texts": {"process": "A"}}, base=0, key=key)
    assert first == again == api.Receipt(True, 1, first.sent_id)
    beside = api.save_minutes(**common, document={"texts": {"process": "B"}}, base=0, key=uuid4())
    assert (beside.saved, beside.revision) == (False, 1)
    with pytest.raises(api.Refused) as refused:
        branch.confirm(meeting)
    assert "side by side" in said(refused)
    api.settle_text(**common, sent_id=beside.sent_id, take=True)
    meeting.refresh_from_db()
    assert meeting.record["texts"] == {"process": "B"} and meeting.revision == 2
    with pytest.raises(api.Refused):
        api.settle_text(**common, sent_id=beside.sent_id, take=False)
    third = api.save_minutes(**common, document={"texts": {"process": "C"}}, base=0, key=uuid4())
    api.settle_text(**common, sent_id=third.sent_id, take=False)
    meeting.refresh_from_db()
    assert meeting.record["texts"] == {"process": "B"}


def test_only_the_last_sendings_are_remembered(branch: Branch) -> None:
    meeting = branch.hold()
    for number in range(33):
        branch.write(meeting, texts={"process": f"text {number}"})
    assert SentText.objects.filter(meeting=meeting).count() == 30


def test_who_keeps_nothing_here_writes_nothing(branch: Branch) -> None:
    meeting = branch.hold()
    with pytest.raises(NotPermitted):
        api.save_minutes(by=branch.actor("member"), at=AT, meeting_id=meeting.pk, document={}, base=0, key=uuid4())
    with pytest.raises(api.Refused):
        branch.write(meeting, speeches=[{"who": 1}])


def photo() -> io.BytesIO:
    """A photo that says where it was taken, lying on its side."""
    picture, drawn = Image.new("RGB", (40, 20), "navy"), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (30.0, 35.0, 12.0)}
    picture.save(drawn, "JPEG", exif=exif)
    drawn.seek(0)
    return drawn


def test_photos_lose_their_place_and_stay_upright(branch: Branch) -> None:
    from plumbline.kernel import evidence

    meeting = branch.hold()
    upload = ledger.Upload(stream=photo(), name="hall.jpg")
    common = {"by": branch.secretary, "at": AT, "meeting_id": meeting.pk}
    (kept,) = api.add_files(**common, kind=api.PHOTO, uploads=[upload])
    file = evidence.open_file(by=branch.secretary, evidence_id=kept)
    with Image.open(file.path) as seen:
        assert seen.size == (20, 40) and not dict(seen.getexif())
    assert evidence.may_read(branch.actor("member"), f"meeting:{meeting.pk}")
    with pytest.raises(evidence.EvidenceRefused):
        api.add_files(**common, kind=api.PHOTO, uploads=[ledger.Upload(stream=io.BytesIO(b"no"), name="a.jpg")])
    notes = ledger.Upload(stream=io.BytesIO(b"agenda"), name="agenda.txt")
    (material,) = api.add_files(**common, kind=api.MATERIAL, uploads=[notes])
    api.drop_file(**common, evidence_id=kept)
    api.drop_file(**common, evidence_id=material)
    with pytest.raises(api.Refused):
        api.drop_file(**common, evidence_id=kept)
    with pytest.raises(api.Refused):
        api.add_files(**common, kind=api.MATERIAL, uploads=[notes] * 21)
