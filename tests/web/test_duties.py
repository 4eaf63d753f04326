"""The pages of duties and contact points, as their readers use them."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from plumbline.kernel import clock
from plumbline.organisation import api as organisation
from plumbline.responsibility import api
from plumbline.responsibility.models import ContactRecord, Duty
from plumbline.web.responsibility.ical import calendar_text, escaped, folded
from tests.web import duty_world, world

AT = world.AT
TODAY = AT.date().isoformat()


@pytest.fixture
def tree(db: Any) -> world.Tree:
    """One tree with the duties and the contact point of the small world."""
    made = world.plant("GW", "清河县")
    by = world.actor_of(made.users["administrator"])
    post = organisation.create_post(by=by, at=AT, unit=made.branch, code="S", title="支部书记")
    made.objects["appointment"] = organisation.appoint(
        by=by, at=AT, post=post, member=made.member, starts_on=date(2026, 2, 1)
    )
    duty_world.furnish(made, by, AT)
    return made


@pytest.fixture
def ask(client: Client, tree: world.Tree) -> Any:
    """Ask for a page, or send a form, as one of the roles; return the answer, redirects followed."""

    def asked(role: str, url: str, data: dict[str, Any] | None = None) -> Any:
        client.force_login(tree.users[role])
        with clock.frozen(AT):
            return client.get(url, follow=True) if data is None else client.post(url, data, follow=True)

    return asked


def six(**changed: Any) -> dict[str, Any]:
    """Return the answers to the six questions."""
    values = {
        "line": "organisation", "title": "Hold the review", "why": "The letter asks", "how": "Point by point",
        "starts_on": "2026-11-01", "due_on": "2026-12-20", "extent_kind": "number", "target": "3 reviews", "points": "2.5",
    }  # fmt: skip
    return {**values, **changed}


def test_a_duty_is_deployed_by_its_six_questions(ask: Any, tree: world.Tree) -> None:
    url = f"/duties/new/?unit={tree.branch.pk}"
    assert "The six questions" in ask("administrator", url).content.decode()
    refused = ask("administrator", url, six(target="some"))
    assert refused.status_code == 422 and "Write a number" in refused.content.decode()
    page = ask("administrator", url, six()).content.decode()
    assert "stands on the board of lights" in page and "at least 3 reviews" in page and "2.50" in page
    assert ask("member", url).status_code == 403


def test_a_duty_is_reported_given_back_and_confirmed(ask: Any, tree: world.Tree) -> None:
    duty = tree.objects["duty"]
    act = f"/duties/{duty.pk}/act/"
    photo = SimpleUploadedFile("photo.txt", b"what was done", content_type="text/plain")
    sent = {
        "act": "progress",
        "report-on": TODAY,
        "report-amount": "81%",
        "report-words": "Going on",
        "report-files": photo,
    }
    page = ask("member", act, sent).content.decode()
    assert "so far 81%" in page and "photo.txt" in page
    assert ask("member", act, {**sent, "report-amount": "a lot", "report-files": ""}).status_code == 422
    ask("member", act, {"act": "report", "report-on": TODAY, "report-words": "All done"})
    page = ask("administrator", f"/duties/{duty.pk}/").content.decode()
    assert "Check the report" in page and "90% is attained" in page
    ask("administrator", act, {"act": "return", "return-reason": "One post is missing"})
    assert "One post is missing" in ask("member", f"/duties/{duty.pk}/").content.decode()
    ask("member", act, {"act": "report", "report-on": TODAY, "report-words": "All done"})
    ask("administrator", act, {"act": "confirm", "confirm-words": ""})
    assert Duty.objects.get(pk=duty.pk).state == "done"
    assert ask("administrator", act, {"act": "nothing"}).redirect_chain


def test_steps_are_planned_and_done(ask: Any, tree: world.Tree) -> None:
    duty = tree.objects["duty"]
    url = f"/duties/{duty.pk}/steps/"
    assert "Plan the steps" in ask("administrator", url).content.decode()
    lines = [("Look", "2026-02-01", "2026-03-01", ""), ("", "", "", ""), ("Mend", "2026-03-01", "2026-12-01", "1")]
    sent: dict[str, Any] = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0"}
    for place, line in enumerate(lines):
        sent |= {
            f"form-{place}-{name}": value
            for name, value in zip(("title", "starts_on", "due_on", "after"), line, strict=True)
        }
    wrong = ask("administrator", url, {**sent, "form-2-due_on": ""})
    assert wrong.status_code == 422 and "Choose a day" in wrong.content.decode()
    outside = ask("administrator", url, {**sent, "form-2-due_on": "2027-12-01"})
    assert outside.status_code == 422 and "outside the days" in outside.content.decode()
    assert "The steps are planned" in ask("administrator", url, sent).content.decode()
    step = duty.steps.get(title="Look")
    act = f"/duties/{duty.pk}/act/"
    done = {"act": "step", "step": step.pk, f"step{step.pk}-on": TODAY, f"step{step.pk}-words": "Looked"}
    assert ask("member", act, {**done, f"step{step.pk}-words": ""}).status_code == 422
    ask("member", act, done)
    step.refresh_from_db()
    assert step.done_on == AT.date()
    ask("member", act, {"act": "unstep", "step": step.pk, f"step{step.pk}-reason": "Too early"})
    step.refresh_from_db()
    assert step.done_on is None
    assert ask("member", act, {**done, "step": 0}).status_code == 403
    assert "Look" in ask("administrator", url).content.decode()


def test_a_duty_is_changed_shared_linked_handed_over_and_carried(ask: Any, tree: world.Tree) -> None:
    duty, aim = tree.objects["duty"], tree.objects["aim"]
    url, act = f"/duties/{duty.pk}/change/", f"/duties/{duty.pk}/act/"
    assert "90%" in ask("administrator", url).content.decode()
    changed = six(extent_kind="share", target="95%", starts_on="2026-01-05", reason="The county asks for more")
    assert ask("administrator", url, {**changed, "target": "195%"}).status_code == 422
    assert "at least 95%" in ask("administrator", url, changed).content.decode()
    assert ask("auditor", url).status_code == 403
    leader = tree.objects["contact"].leader
    ask("administrator", act, {"act": "share", "share-partners": [leader.pk]})
    ask("administrator", act, {"act": "link", "link-serves": aim.pk, "link-needs": [aim.pk]})
    assert duty.needs.count() == duty.partners.count() == 1
    ask("administrator", act, {"act": "hand_over", "hand_over-owner": leader.pk, "hand_over-reason": "Elected"})
    ask(
        "administrator",
        act,
        {"act": "carry", "carry-due_on": "2027-06-30", "carry-target": "97%", "carry-reason": "Not ready"},
    )
    new = Duty.objects.get(carried_from=duty)
    assert (new.year, new.target_micro, new.owner_id) == (2027, 97_000_000, leader.pk)
    ask("administrator", act.replace(str(duty.pk), str(new.pk)), {"act": "drop", "drop-reason": "Merged"})
    page = ask("administrator", act.replace(str(duty.pk), str(new.pk)), {"act": "reopen", "reopen-reason": "Needed"})
    assert "under way" in page.content.decode()


def test_several_are_changed_or_none(ask: Any, tree: world.Tree) -> None:
    pks = [tree.objects["duty"].pk, tree.objects["aim"].pk]
    url = f"/duties/bulk/?duty={pks[0]}&duty={pks[1]}"
    assert "Chosen duties" in ask("administrator", url).content.decode()
    assert "Choose at least one duty" in ask("administrator", "/duties/bulk/").content.decode()
    sent = {"duty": pks, "act": "owner", "owner": tree.objects["appointment"].pk, "reason": "New year"}
    stuck = ask("administrator", "/duties/bulk/", sent)
    assert stuck.status_code == 422 and "Nothing was changed" in stuck.content.decode()
    assert ask("administrator", "/duties/bulk/", {**sent, "act": "later", "days": ""}).status_code == 422
    assert (
        "Duties changed: 2"
        in ask("administrator", "/duties/bulk/", {**sent, "act": "later", "days": "5"}).content.decode()
    )
    assert ask("member", url).status_code == 403


def test_lists_boards_calendar_and_plan_are_read(ask: Any, tree: world.Tree) -> None:
    for url, words in (
        ("/duties/?q=党员&line=organisation&state=waiting&mine=1", "党员先锋岗带头攻坚"),
        ("/duties/?q=nothing", "Nothing fits"), ("/duties/board/?by=unit", "both lines together"),
        ("/duties/board/?by=month&year=2026", "12,000"), ("/duties/board/?year=2020", "No duties here"),
        ("/duties/calendar/?month=2026-12", "党员先锋岗带头攻坚"), ("/duties/calendar/?month=x", "Nothing falls due"),
        ("/duties/plan/", "pl-duty-stretch"), ("/duties/plan/?year=2020", "No duties in this year"),
    ):  # fmt: skip
        page = ask("member" if "mine" in url else "administrator", url).content.decode()
        assert words in page, url
    book = ask("administrator", "/duties/duties.xlsx")
    assert book["Content-Type"].endswith("sheet") and len(book.content) > 4000


def test_the_feed_is_made_shown_once_read_and_revoked(ask: Any, client: Client, tree: world.Tree) -> None:
    page = ask("member", "/duties/feed/", {"act": "make"}).content.decode()
    address = page.split('id="feed-link" readonly value="')[1].split('"')[0]
    assert "shown only now" not in ask("member", "/duties/calendar/").content.decode()
    anybody = Client()
    with clock.frozen(AT):
        found = anybody.get(address)
    text = found.content.decode()
    assert found["Content-Type"].startswith("text/calendar") and "SUMMARY:党员先锋岗带头攻坚" in text
    assert "DTSTART;VALUE=DATE:20261220\r\nDTEND;VALUE=DATE:20261221" in text
    assert "revoked" in ask("member", "/duties/feed/", {"act": "revoke"}).content.decode()
    with clock.frozen(AT):
        assert anybody.get(address).status_code == 404


def test_a_contact_point_from_the_first_visit_to_its_end(ask: Any, tree: world.Tree) -> None:
    point = tree.objects["contact"]
    act = f"/contacts/{point.pk}/act/"
    assert "Coverage this quarter" in ask("administrator", "/contacts/").content.decode()
    problem = {
        "act": "record", "record-kind": "problem", "record-happened_on": "2026-11-10", "record-words": "活动室被占用",
        "record-due_on": "2026-12-01",
    }  # fmt: skip
    assert ask("administrator", act, {**problem, "record-due_on": ""}).status_code == 422
    assert "活动室被占用" in ask("administrator", act, problem).content.decode()
    row = ContactRecord.objects.get(kind="problem")
    solve = {"act": "solve", "record": row.pk, f"solve{row.pk}-on": "2026-11-15", f"solve{row.pk}-words": "已恢复"}
    assert ask("administrator", act, {**solve, f"solve{row.pk}-words": ""}).status_code == 422
    assert "已恢复" in ask("administrator", act, solve).content.decode()
    assert ask("administrator", act, {**solve, "record": 0}).status_code == 403
    visit = tree.objects["contact_record"]
    fix = f"/contacts/records/{visit.pk}/"
    sent = {
        "kind": "visit",
        "happened_on": "2026-11-04",
        "words": visit.words,
        "purpose": "household",
        "reason": "Wrong day",
    }
    assert "supersedes" in ask("administrator", fix).content.decode()
    assert "Changed" in ask("administrator", fix, sent).content.decode()
    assert ask("administrator", fix, {**sent, "act": "correct"}).status_code == 422
    assert "withdrawn" in ask("administrator", fix, {**sent, "act": "withdraw"}).content.decode()
    assert ask("auditor", fix).status_code == 403
    page = ask("administrator", act, {"act": "end", "end-on": TODAY, "end-reason": "Elected elsewhere"})
    assert "It ends on that day" in page.content.decode()


def test_a_leader_is_assigned(ask: Any, tree: world.Tree) -> None:
    assert "Go on" in ask("administrator", "/contacts/new/").content.decode()
    url = f"/contacts/new/?unit={tree.branch.pk}"
    sent = {"leader": tree.objects["contact"].leader_id, "starts_on": "2026-03-01"}
    assert ask("administrator", url, sent).status_code == 422
    api.end_contact(by=world.BY, at=AT, point_id=tree.objects["contact"].pk, on=date(2026, 3, 1), reason="x")
    assert "has been told" in ask("administrator", url, sent).content.decode()
    assert ask("member", url).status_code == 403


@given(st.text())
def test_lines_are_folded_at_75_octets_and_values_come_back(text: str) -> None:
    value = escaped(text)
    pieces = list(folded(f"SUMMARY:{value}"))
    assert all(len(piece.encode("utf-8", "surrogatepass")) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece[1:] for piece in pieces[1:]) == f"SUMMARY:{value}"
    assert "\n" not in value and "\r" not in value


def test_a_calendar_has_the_parts_that_programs_ask_for() -> None:
    at = datetime(2026, 5, 4, 8, tzinfo=ZoneInfo("Asia/Shanghai"))
    entry = api.Entry("duty-1", date(2026, 12, 31), "One, two; three", "/duties/1/", "duty", True, "B1", "a\nb")
    text = calendar_text("My duties", [entry], at=at, base="https://plumbline.example")
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert {"UID:duty-1@plumbline.example", "DTSTAMP:20260504T000000Z", "DTEND;VALUE=DATE:20270101",
            "DESCRIPTION:a\\nb", "URL:https://plumbline.example/duties/1/"} <= set(lines)  # fmt: skip
    assert any(line.endswith("One\\, two\\; three") for line in lines)
