"""The pages of meetings: what a secretary presses, what is refused in words, what others may see."""

import io
import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils.translation import override

from plumbline.kernel import clock, evidence, jobs
from plumbline.kernel.models import Message
from plumbline.meeting import api as meeting
from plumbline.meeting.models import Guests, KindVersion, Problem, SentText, Talk, TermExtension, ThemeDayRule
from plumbline.organisation import api as organisation
from plumbline.web.meeting import documents
from plumbline.web.meeting.views.common import owner_of
from tests.meeting.branch import AT, ON, Branch, build, code_now
from tests.meeting.test_actions import photo


@pytest.fixture
def branch(db: None) -> Branch:
    return build()


@pytest.fixture(autouse=True)
def at_the_time() -> Any:
    with clock.frozen(AT), override("en"):
        yield


def client(branch: Branch, name: str = "secretary") -> Client:
    made = Client(headers={"accept-language": "en"})
    made.force_login(branch.users[name])
    return made


def test_hold_attend_write_and_file_by_the_pages(branch: Branch) -> None:
    page = client(branch)
    assert b"members&#x27; meeting" in page.get("/meetings/hold/").content
    answer = page.post("/meetings/hold/", {"unit": branch.unit.pk, "kind": "members_meeting", "also": ["lecture"]})
    held = meeting.Meeting.objects.get()
    assert answer["Location"] == f"/meetings/{held.pk}/" and held.also == ["lecture"]
    url = f"/meetings/{held.pk}/"
    marks = {f"at_{branch.members[0].pk}": "late", f"why_{branch.members[0].pk}": "train", "rest": "1", "stay": "1"}
    assert page.post(f"{url}attendance/", marks)["Location"] == f"{url}attendance/"
    page.post(f"{url}attendance/", {f"at_{branch.members[3].pk}": ""})
    page.post(f"{url}attendance/", {"rest": "1"})
    page.post(f"{url}guests/", {"klass": "applicants", "count": "2"})
    assert Guests.objects.get().count == 2
    shown = page.get(f"{url}attendance/").content.decode()
    assert "applicants: 2" in shown and "without a vote" in shown
    form = {"base": "0", "key": str(uuid4()), "text_process": "In order.", "who_0": "A", "points_0": "B",
            "resolution_0": "Plan", "ayes_0": "5", "matter_0": "branch_meeting", "act": "more"}  # fmt: skip
    assert page.post(f"{url}minutes/", form)["Location"] == f"{url}minutes/"
    again = form | {"base": "1", "key": "no key", "act": "confirm"}
    assert page.post(f"{url}minutes/", again)["Location"] == url
    assert "The chair has confirmed; the recorder has not yet." in page.get(url).content.decode()
    other = client(branch, "recorder")
    assert b"Confirm as recorder, and file" in other.get(url).content
    other.post(f"{url}do/", {"act": "confirm"})
    held.refresh_from_db()
    assert held.state == "filed"
    assert "5 for, 0 against, 0 abstained" in page.get(url).content.decode()
    assert "Member 0: late (train)" in page.get(f"{url}versions/1/").content.decode()
    assert page.get(f"{url}versions/9/").status_code == 403
    page.post(f"{url}do/", {"act": "correct", "reason": "two were absent"})
    assert "Being corrected:" in page.get(url).content.decode()
    page.post(f"{url}do/", {"act": "nothing"})
    page.post(f"{url}do/", {"act": "withdraw", "reason": ""})
    assert meeting.Meeting.objects.get().state == "held"


def test_a_refused_save_gives_the_text_back(branch: Branch) -> None:
    held, page = branch.hold(), client(branch)
    form = {"base": "0", "text_process": "A text that stays", "resolution_0": "x" * 4001}
    answer = page.post(f"/meetings/{held.pk}/minutes/", form)
    assert answer.status_code == 302  # what is no record at all cannot be shown again
    branch.come(held)
    branch.filed("lecture")
    meeting.cancel_meeting(by=branch.secretary, at=AT, meeting_id=held.pk, reason="x")
    answer = page.post(f"/meetings/{held.pk}/minutes/", {"base": "0", "text_process": "A text that stays"})
    assert answer.status_code == 422 and b"A text that stays" in answer.content


def test_two_texts_stand_side_by_side_and_one_is_chosen(branch: Branch) -> None:
    held, page = branch.hold(), client(branch)
    branch.write(held, texts={"process": "first"})
    answer = page.post(f"/meetings/{held.pk}/minutes/", {"base": "0", "key": str(uuid4()), "text_process": "second"})
    assert answer["Location"].endswith("/minutes/")
    shown = page.get(f"/meetings/{held.pk}/minutes/").content.decode()
    assert "Two texts: choose one" in shown and "second" in shown
    sent = SentText.objects.get(settled=False)
    page.post(f"/meetings/{held.pk}/minutes/choose/", {"sent": sent.pk, "act": "take"})
    assert meeting.Meeting.objects.get().record["texts"]["process"] == "second"


def test_what_the_script_sends_counts_once_and_for_its_owner_alone(branch: Branch) -> None:
    held, page = branch.hold(), client(branch)
    url = f"/meetings/{held.pk}/minutes/send/"
    sent = {"key": str(uuid4()), "base": 0, "owner": owner_of(branch.secretary), "fields": {"text_process": "typed"}}

    def post(**changed: Any) -> Any:
        return page.post(url, json.dumps(sent | changed), content_type="application/json")

    assert post().json() == post().json() == {"state": "saved", "revision": 1}
    assert post(key=str(uuid4()), fields={"text_process": "other"}).json()["state"] == "beside"
    assert post(owner="somebody").status_code == 409
    assert post(key="no key").status_code == 422
    meeting.cancel_meeting(by=branch.secretary, at=AT, meeting_id=held.pk, reason="x")
    refused = post(key=str(uuid4()))
    assert refused.status_code == 422 and "cancelled" in refused.json()["message"]


def test_signing_in_by_the_page(branch: Branch) -> None:
    held, phone = branch.hold(), client(branch, "member")
    assert b"I am here" in phone.get(f"/meetings/{held.pk}/sign-in/?code=123456").content
    wrong = phone.post(f"/meetings/{held.pk}/sign-in/", {"code": "1"})
    assert wrong.status_code == 422 and b"not the code of this meeting" in wrong.content
    phone.post(f"/meetings/{held.pk}/sign-in/", {"code": code_now(held)})
    assert b"You are on the list" in phone.get(f"/meetings/{held.pk}/sign-in/").content
    screen = client(branch)
    shown = screen.get(f"/meetings/{held.pk}/screen/")
    assert code_now(held).encode() in shown.content and shown["Cache-Control"] == "no-store"
    part = screen.get(f"/meetings/{held.pk}/screen/", headers={"HX-Request": "true"}).content
    assert b"<html" not in part and b"Just signed in: Member 3" in part
    assert b"1 / 5" in phone.get(f"/meetings/{held.pk}/quorum/").content
    assert phone.get(f"/meetings/{held.pk}/screen/").status_code == 403
    assert b"not among those expected" in client(branch, "probationary").get(f"/meetings/{held.pk}/sign-in/").content
    assert phone.get("/meetings/999999/sign-in/").status_code == 403


def test_planning_changing_and_inviting_by_the_pages(branch: Branch) -> None:
    page = client(branch)
    assert b"Which organisation" in page.get("/meetings/new/").content
    form = {"unit": branch.unit.pk, "kind": "group_meeting", "title": "Group", "starts_at": "2026-03-09T19:00",
            "agenda": "One\nTwo", "group_name": "East", "chosen": [branch.members[3].pk]}  # fmt: skip
    page.post("/meetings/new/", form)
    made = meeting.Meeting.objects.get()
    assert made.group_name == "East" and made.chosen == [branch.members[3].pk] and made.agenda == ["One", "Two"]
    url = f"/meetings/{made.pk}/"
    page.post(f"{url}do/", {"act": "invite"})
    assert Message.objects.filter(recipient=branch.users["member"], link=url).exists()
    assert page.post(f"{url}change/", form | {"title": ""}).status_code == 422
    before = page.post(f"{url}change/", form | {"starts_at": "2014-03-09T19:00"})
    assert before.status_code == 422 and b"was founded on 2015-01-01" in before.content
    page.post(f"{url}change/", form | {"title": "Moved"})
    assert meeting.Meeting.objects.get().title == "Moved"
    assert b"Moved" in client(branch, "member").get(url).content
    assert client(branch, "member").get(f"{url}change/").status_code == 403
    assert client(branch, "member").get("/meetings/hold/").status_code == 403
    desk = client(branch, "member").get("/").content
    assert b"Come to the meeting: Moved" in desk


def test_lists_calendar_excel_and_search(branch: Branch) -> None:
    branch.filed("members_meeting", title="Plan of March")
    page = client(branch)
    shown = page.get(f"/meetings/?q=March&year=2026&kind=members_meeting&state=filed&unit={branch.unit.pk}")
    assert b"Plan of March" in shown.content
    assert b"No meeting here" in page.get("/meetings/?unit=99999").content
    assert b"Plan of March" in page.get("/meetings/calendar/?year=2026&month=3").content
    assert b"Plan of March" in page.get("/meetings/calendar/?year=9&month=30").content  # a wrong month shows this one
    assert (
        page.get("/meetings/export/")["Content-Type"]
        == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    assert b"Plan of March" in page.get("/search/?q=Plan").content


def test_completeness_names_what_is_lacking_and_strictness_is_set(branch: Branch) -> None:
    branch.filed("theme_day")
    branch.hold("members_meeting")
    page, clerk = client(branch), client(branch, "administrator")
    shown = page.get("/meetings/completeness/?year=2026").content.decode()
    assert "lacks: What was done, Photo" in shown and "0 of 2 records" in shown
    url = f"/meetings/settings/{branch.top.pk}/"
    assert page.get(url).status_code == 403
    assert clerk.post(url, {"strict": "on", "file_days": "0"}).status_code == 422
    clerk.post(url, {"strict": "on", "file_days": "3"})
    assert "incomplete materials count as missing" in page.get("/meetings/completeness/").content.decode()


def test_talks_say_only_that_they_were_held(branch: Branch) -> None:
    page = client(branch)
    form = {"unit": branch.unit.pk, "pair": "committee_member", "held_on": "2026-03-02", "count": "2"}
    page.post("/meetings/talks/", form)
    assert page.post("/meetings/talks/", form | {"held_on": "2026-12-02"}).status_code == 422
    talk = Talk.objects.get()
    assert b"a class is missing" in page.get("/meetings/talks/").content
    page.post(f"/meetings/talks/{talk.pk}/withdraw/", {"reason": "counted twice"})
    assert b"counted twice" in page.get("/meetings/talks/").content and branch.facts() == []
    assert client(branch, "member").get("/meetings/talks/").status_code == 403


def test_terms_are_shown_and_extended_by_approval(branch: Branch) -> None:
    page, clerk = client(branch), client(branch, "administrator")
    assert b"within 1 month" in page.get("/meetings/terms/").content
    url = f"/meetings/terms/{branch.unit.pk}/extend/"
    form = {"until": "2027-04-02", "approved_by": "WC", "document": "7", "reason": "the merger"}
    assert page.get(url).status_code == 403
    assert b"to 2027-04-01" in clerk.post(url, form).content
    clerk.post(url, form | {"until": "2026-12-31"})
    assert TermExtension.objects.get().document == "7"
    assert b"extended" in clerk.get("/meetings/terms/").content


def test_problems_are_planned_mended_and_checked(branch: Branch) -> None:
    held, page = branch.hold("organisation_life"), client(branch)
    url = f"/meetings/{held.pk}/problems/"
    form = {"text": "Too few visits", "due_on": "2026-04-01", "owner": branch.users["recorder"].pk}
    page.post(url, form | {"due_on": ""})
    page.post(url, form)
    page.post(url, form | {"text": "By mistake"})
    page.post(url, {"drop": Problem.objects.get(text="By mistake").pk})
    problem = Problem.objects.get()
    own, address = client(branch, "recorder"), f"/meetings/problems/{problem.pk}/"
    assert b"Mend the problem: Too few visits" in own.get("/").content
    page.post(
        address, {"act": "plan", "measure": "Visit", "due_on": "2026-04-05", "owner": branch.users["recorder"].pk}
    )
    assert own.post(address, {"act": "report", "words": ""}).status_code == 422
    notes = io.BytesIO(b"visited")
    notes.name = "visits.txt"
    own.post(address, {"act": "report", "words": "Visited twice", "files": [notes]})
    assert own.post(address, {"act": "check"}).status_code == 403
    page.post(address, {"act": "return", "reason": "show dates"})
    own.post(address, {"act": "report", "words": "With dates"})
    assert b"Check that it is mended" in page.get("/").content
    page.post(address, {"act": "check"})
    assert Problem.objects.get().state == "checked"
    assert b"Too few visits" in page.get("/meetings/problems/?state=checked").content


def test_theme_days_and_kinds_are_settings(branch: Branch) -> None:
    page, clerk = client(branch), client(branch, "administrator")
    form = {"effective_on": "2026-01-01", "ordinal": "1", "weekday": "4", "day": ""}
    clerk.post(f"/meetings/theme-days/{branch.top.pk}/", form)
    assert ThemeDayRule.objects.get().weekday == 4
    shown = page.get("/meetings/theme-days/").content.decode()
    assert "Working Committee" in shown and "3 Apr 2026" in shown
    assert page.post(f"/meetings/theme-days/{branch.unit.pk}/", form | {"day": "40"}).status_code == 422
    assert client(branch, "member").get("/meetings/theme-days/").status_code == 403
    kind = {"code": "open_day", "name": "Open day", "effective_on": "2026-03-06", "is_active": "on", "held_by": ["branch"],
            "who": "all", "minutes": "60", "fields_": ["activity"], "agenda": "Come", "process": "Begun",
            "learning": "group"}  # fmt: skip
    assert page.get("/meetings/kinds/new/").status_code == 403
    assert clerk.post("/meetings/kinds/new/", kind | {"effective_on": "2026-01-01"}).status_code == 422
    clerk.post("/meetings/kinds/new/", kind)
    assert KindVersion.objects.get().document["template"] == {"activity": "Begun"}
    assert b"Open day" in page.get("/meetings/hold/").content
    clerk.post("/meetings/kinds/open_day/", kind | {"is_active": ""})
    assert b"Open day" not in page.get("/meetings/hold/").content
    assert clerk.get("/meetings/kinds/unknown/").status_code == 403


def test_files_by_the_page(branch: Branch) -> None:
    held, page = branch.hold("theme_day"), client(branch)
    picture = photo()
    picture.name = "hall.jpg"
    url = f"/meetings/{held.pk}/files/"
    page.post(url, {"kind": "photo", "files": [picture]})
    page.post(url, {"kind": "photo"})
    held.refresh_from_db()
    assert len(held.photos) == 1
    page.post(url, {"drop": held.photos[0]})
    held.refresh_from_db()
    assert held.photos == []


def test_the_minutes_book_as_pdf_and_word(branch: Branch) -> None:
    held = branch.hold()
    branch.come(held)
    meeting.mark_attendance(
        by=branch.secretary,
        at=AT,
        meeting_id=held.pk,
        marks={branch.members[3].pk: meeting.Mark(meeting.Presence.ABSENT, "ill")},
    )
    meeting.count_guests(by=branch.secretary, at=AT, meeting_id=held.pk, klass="applicants", count=2)
    speech, vote = {"who": "A", "points": "B"}, {"text": "Plan", "matter": "", "ayes": 4}
    branch.write(held, texts={"process": "In order."}, speeches=[speech], resolutions=[vote])
    branch.confirm(held)
    meeting.begin_correction(by=branch.secretary, at=AT, meeting_id=held.pk, reason="one name")
    branch.confirm(held)
    page = client(branch)
    assert b"1 filed record" in page.get("/meetings/books/?year=2026").content
    assert (
        page.post("/meetings/books/", {"unit": branch.unit.pk, "year": "2026", "form": "exe"})["Location"]
        == "/meetings/books/"
    )
    for form, begins in (("pdf", b"%PDF"), ("docx", b"PK")):
        answer = page.post("/meetings/books/", {"unit": branch.unit.pk, "year": "2026", "form": form})
        again = page.post("/meetings/books/", {"unit": branch.unit.pk, "year": "2026", "form": form})
        assert again["Location"] == answer["Location"]
        job = jobs.Job.objects.latest("pk")
        jobs.run_now(job)
        job.refresh_from_db()
        assert job.state == "done", job.error
        made = page.get(job.result["url"])
        assert b"".join(made).startswith(begins)
    paper = documents.book_paper(meeting.book(branch.secretary, branch.unit.pk, 2026))
    told = str(paper.blocks)
    assert "Member 3 (ill)" in told and "applicants 2" in told and "abroad" in told and "2: one name" in told
    empty = documents.book_paper(meeting.book(branch.secretary, branch.unit.pk, 2025))
    assert "No record of this year is filed." in str(empty.blocks)
    assert not evidence.may_read(branch.actor("member"), f"minutes-book:{branch.unit.pk}")
    assert client(branch, "member").get("/meetings/books/").status_code == 403


def test_committee_minutes_are_read_by_those_who_took_part(branch: Branch) -> None:
    held = branch.hold("branch_committee")
    branch.come(held)
    branch.write(held, texts={"process": "A confidence."})
    branch.confirm(held)
    url = f"/meetings/{held.pk}/"
    assert b"A confidence." in client(branch).get(url).content
    assert b"A confidence." in client(branch, "recorder").get(url).content
    shown = client(branch, "member").get(url).content
    assert b"A confidence." not in shown and b"read by those who were expected" in shown
    assert not evidence.may_read(branch.actor("member"), f"meeting:{held.pk}")
    assert organisation.MATTERS and AT.date() == ON
