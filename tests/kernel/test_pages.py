"""The shared pages: who may open them, what they show, and that nobody reaches another's."""

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from plumbline.kernel import audit, calendar, clock, evidence, jobs, messages, search
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import AuditEntry, CalendarDay, DayKind, User
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Role
from plumbline.web.kernel import words
from tests.kernel.people import AT

pytestmark = pytest.mark.django_db
SOURCE = Path(__file__).resolve().parents[2] / "src" / "plumbline"


@pytest.fixture(autouse=True)
def registries() -> Iterator[None]:
    """Put back what a test registers."""
    handlers, guards = dict(jobs._handlers), dict(evidence._guards)
    yield
    for registry, before in ((jobs._handlers, handlers), (evidence._guards, guards)):
        registry.clear()
        registry.update(before)


@pytest.fixture
def boss() -> User:
    """The administrator of a working committee."""
    user = User.objects.create_user("boss", display_name="Wang Lin")
    system = Actor.system("test")
    top = organisation.found_organisation(by=system, at=AT, code="A", name="清河县机关工委", kind="working_committee")
    organisation.grant_role(by=system, at=AT, user=user, role=Role.ADMINISTRATOR, unit=top)
    return user


@pytest.fixture
def member() -> User:
    """An account without any role."""
    return User.objects.create_user("member", display_name="Li Na")


def client_of(user: User, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


PAGES = ["search", "inbox", "calendar", "audit", "jobs:list"]


@pytest.mark.parametrize("name", PAGES)
def test_the_public_is_led_to_sign_in(name: str) -> None:
    answer = Client().get(reverse(name))
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_the_administrator_in_both_languages(boss: User, name: str) -> None:
    for language in ("en", "zh-hans"):
        answer = client_of(boss, language).get(reverse(name), follow=True)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert " style=" not in text
        assert not re.search(r" on[a-z]+=", text)


@pytest.mark.parametrize("name", ["search", "inbox", "calendar", "jobs:list"])
def test_a_member_may_open_the_ordinary_pages(member: User, name: str) -> None:
    assert client_of(member).get(reverse(name), follow=True).status_code == 200


def test_the_audit_is_closed_to_a_member_and_the_attempt_is_kept(member: User) -> None:
    assert client_of(member).get(reverse("audit")).status_code == 403
    entry = AuditEntry.objects.filter(refused=True).get()
    assert (entry.action, entry.actor) == ("kernel.read_audit", str(member.pseudonym))


# ------------------------------------------------------------------------------------------------ background work


@pytest.fixture
def job(member: User) -> jobs.Job:
    jobs.handler("tests.page", title="Page work")(lambda _job: {"url": "/facts/"})
    by = Actor(str(member.pseudonym), member.pk)
    return jobs.start(kind="tests.page", by=by, at=AT)


def test_a_job_is_found_again_followed_and_finished(member: User, job: jobs.Job) -> None:
    client = client_of(member)
    assert f'href="/jobs/{job.pk}/"' in client.get("/jobs/").content.decode()
    waiting = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "Page work" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert '<meta http-equiv="refresh" content="5">' in waiting, "it works without a script"
    row = jobs.Job.objects.filter(pk=job.pk)
    row.update(state="running", attempt=2, done=30, total=120, note="row 30")
    running = client.get(f"/jobs/{job.pk}/", headers={"hx-request": "true"})
    assert running.status_code == 200
    text = running.content.decode()
    assert "<html" not in text
    assert "row 30" in text
    assert 'value="30" max="120"' in text
    assert "attempt 2" in text
    row.update(state="waiting")
    jobs.run_now(job)
    over = client.get(f"/jobs/{job.pk}/", headers={"hx-request": "true"})
    assert over.status_code == 286, "htmx stops asking"
    assert 'href="/facts/"' in over.content.decode()
    assert "hx-trigger" not in client.get(f"/jobs/{job.pk}/").content.decode()


def test_a_failure_is_shown_and_never_leads_elsewhere(member: User, job: jobs.Job) -> None:
    jobs.Job.objects.filter(pk=job.pk).update(
        state="failed", error="Row 3 <is> wrong.", result={"url": "//evil.example/"}
    )
    text = client_of(member).get(f"/jobs/{job.pk}/").content.decode()
    assert "Row 3 &lt;is&gt; wrong." in text
    assert "evil.example" not in text


def test_a_job_is_cancelled_by_its_owner_only(member: User, job: jobs.Job) -> None:
    stranger = User.objects.create_user("stranger")
    assert client_of(stranger).get(f"/jobs/{job.pk}/").status_code == 403
    assert client_of(stranger).post(f"/jobs/{job.pk}/cancel/").status_code == 403
    answer = client_of(member).post(f"/jobs/{job.pk}/cancel/", follow=True)
    assert "The work is cancelled" in answer.content.decode()
    again = client_of(member).post(f"/jobs/{job.pk}/cancel/", follow=True)
    assert "The work was over already." in again.content.decode()
    assert client_of(member).get(f"/jobs/{job.pk}/cancel/").status_code == 405


# ------------------------------------------------------------------------------------------------------- messages


def test_messages_are_read_followed_and_ones_own(member: User) -> None:
    stranger = User.objects.create_user("stranger")
    messages.send(to=[member.pk], subject="Round frozen", body="Until Friday", link="/rounds/1/", at=AT)
    messages.send(to=[member.pk], subject="Role granted", link="https://evil.example/", at=AT)
    first, second = messages.inbox(member.pk).order_by("id")
    client = client_of(member)
    shown = client.get("/messages/").content.decode()
    assert "2 unread" in shown
    assert "Round frozen" in shown
    assert client_of(stranger).post(f"/messages/{first.pk}/").status_code == 403
    assert client.post(f"/messages/{first.pk}/")["Location"] == "/rounds/1/"
    assert client.post(f"/messages/{second.pk}/")["Location"] == "/messages/", "nothing leads out of the house"
    assert messages.unread_count(member.pk) == 0
    messages.send(to=[member.pk], subject="Third", at=AT)
    assert "Third" in client.get("/messages/?show=unread").content.decode()
    assert "1 message is marked as read." in client.post("/messages/read/", follow=True).content.decode()
    assert "Nothing unread" in client.get("/messages/?show=unread").content.decode()
    assert "No messages yet" in client_of(stranger).get("/messages/").content.decode()


# --------------------------------------------------------------------------------------------------------- search


def test_the_search_shows_hits_by_kind_and_suggests(boss: User) -> None:
    client = client_of(boss)
    page = client.get("/search/?q=qinghe").content.decode()
    assert "清河县机关工委" in page
    assert "Units" in page
    part = client.get("/search/?q=qhx", headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "清河县机关工委" in part
    assert "Nothing found" in client.get("/search/?q=nowhere").content.decode()
    assert "Nothing found" in client.get("/search/?q=nowhere", headers={"hx-request": "true"}).content.decode()
    assert "&lt;script&gt;" in client.get("/search/?q=<script>").content.decode()
    for number in range(60):
        search.put(kind="own", object_id=number, title=f"many {number}", url="", at=AT)
    assert "Only the first 50 are shown" in client.get("/search/?q=many").content.decode()


# ------------------------------------------------------------------------------------------------------- calendar


def test_the_committee_keeps_the_calendar(boss: User, member: User) -> None:
    client = client_of(boss)
    empty = client.get("/calendar/2027/").content.decode()
    assert "Nothing is known of 2027" in empty
    assert "261 working days" in empty
    given = {"on": "2027-01-01", "kind": "holiday", "name": "元旦", "reason": "notice"}
    saved = client.post("/calendar/2027/day/", given, follow=True).content.decode()
    assert "2027-01-01 is listed." in saved
    assert "260 working days" in saved
    assert "Reason: notice" in saved, "the history stands on the page"
    off = client.post("/calendar/2027/day/", {**given, "kind": ""}, follow=True).content.decode()
    assert "its weekday decides" in off
    for wrong in ({**given, "on": "2028-01-01"}, {**given, "on": "soon"}, {**given, "reason": ""}):
        answer = client.post("/calendar/2027/day/", wrong)
        assert answer.status_code == 422
        assert "Nothing was saved" in answer.content.decode()
    assert not CalendarDay.objects.filter(on=date(2027, 1, 1)).exists()
    reader = client_of(member)
    assert 'name="on"' not in reader.get("/calendar/2027/").content.decode()
    assert reader.post("/calendar/2027/day/", given).status_code == 403
    assert reader.post("/calendar/2027/day/", {}).status_code == 403
    assert reader.post("/calendar/2027/shipped/").status_code == 403
    assert client.get("/calendar/1066/").status_code == 404


def test_days_that_are_known_are_taken_over_at_once(boss: User) -> None:
    CalendarDay.objects.filter(on__year=2026).delete()
    client = client_of(boss)
    assert "Take over known days" in client.get("/calendar/2026/").content.decode()
    count = len(calendar.shipped_for(2026))
    assert f"{count} days were listed." in client.post("/calendar/2026/shipped/", follow=True).content.decode()
    assert "Take over known days" not in client.get("/calendar/2026/").content.decode()
    assert DayKind.WORKING in CalendarDay.objects.filter(on__year=2026).values_list("kind", flat=True)


def test_holidays_are_named_in_the_readers_language(member: User) -> None:
    assert "春节" in client_of(member, "zh-hans").get("/calendar/2026/").content.decode()


# ------------------------------------------------------------------------------------------------ audit, evidence


def test_the_audit_is_filtered_and_told_in_words(boss: User) -> None:
    client = client_of(boss)
    audit.record(
        by=Actor(str(boss.pseudonym), boss.pk, address="10.1.1.1"), at=clock.now(), action="organisation.change_unit",
        subject="unit:17", old={"name": "<b>old</b>"}, new={"name": "new"}, reason="a reason",
    )  # fmt: skip
    audit.record_refusal(by=Actor.system("x"), at=clock.now(), action="strange.code", subject="thing:1")
    text = client.get("/audit/?action=organisation.change").content.decode()
    for part in ("unit changed", "Wang Lin", "10.1.1.1", "a reason", "&lt;b&gt;old&lt;/b&gt;", 'href="/units/17/"'):
        assert part in text
    assert "strange.code" not in text
    assert "strange.code" in client.get("/audit/?refused=yes").content.decode()
    assert "No entries here" in client.get("/audit/?who=nobody").content.decode()
    assert "unit changed" in client.get(f"/audit/?who=Wang+Lin&until={clock.today()}").content.decode()
    assert "<html" not in client.get("/audit/", headers={"hx-request": "true"}).content.decode()
    assert client.get("/audit/?since=nonsense&refused=perhaps").status_code == 200


def test_the_pages_need_few_statements(boss: User, django_assert_max_num_queries: Any) -> None:
    client = client_of(boss)
    for number in range(120):
        audit.record(by=Actor(str(boss.pseudonym), boss.pk), at=AT, action="a.b", subject=f"unit:{number}")
        messages.send(to=[boss.pk], subject=str(number), at=AT)
        search.put(kind="unit", object_id=1000 + number, title=f"第{number}支部", url="/", path="/1/", at=AT)
    for address in ("/audit/", "/messages/", "/search/?q=支部", "/calendar/2026/", "/jobs/"):
        with django_assert_max_num_queries(14):
            client.get(address)


def test_every_action_of_the_audit_has_words() -> None:
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        found |= set(re.findall(r'action="([a-z_]+\.[a-z_]+)"', path.read_text(encoding="utf-8")))
    assert found - set(words.ACTIONS) == set(), "add them to web/kernel/words.py"


def test_evidence_is_given_out_safely(boss: User, member: User, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    system = Actor.system("test")
    png = io.BytesIO()
    Image.new("RGB", (4, 4)).save(png, "PNG")
    png.seek(0)
    shown = evidence.store(by=system, at=AT, stream=png, name="会议 照片.png", scope="tests:1")
    saved = evidence.store(by=system, at=AT, stream=io.BytesIO(b"<script>1</script>"), name='a"b.html', scope="tests:1")
    evidence.register_guard("tests:", lambda actor, _scope: actor.user_id == boss.pk)
    client = client_of(boss)
    picture = client.get(f"/evidence/{shown.pk}/")
    assert picture.getvalue() == png.getvalue()
    assert picture["Content-Type"] == "image/png"
    assert picture["Content-Disposition"] == "inline; filename*=utf-8''%E4%BC%9A%E8%AE%AE%20%E7%85%A7%E7%89%87.png"
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert picture["Content-Security-Policy"] == "default-src 'none'; sandbox"
    forced = client.get(f"/evidence/{shown.pk}/?download")
    assert forced.getvalue()
    assert forced["Content-Disposition"].startswith("attachment;")
    text = client.get(f"/evidence/{saved.pk}/")
    assert text.getvalue() == b"<script>1</script>"
    assert text["Content-Type"] == "text/plain"
    assert text["Content-Disposition"] == 'attachment; filename="a\\"b.html"'
    for user, number in ((member, shown.pk), (boss, saved.pk + 1)):
        assert client_of(user).get(f"/evidence/{number}/").status_code == 403
    assert Client().get(f"/evidence/{shown.pk}/").status_code == 302


def test_a_reference_without_a_page_leads_nowhere(monkeypatch: Any) -> None:
    assert words.subject_url("unit:17") == "/units/17/"
    assert words.subject_url("day:2026-01-01") == words.subject_url("unit:x") == words.subject_url("") == ""
    monkeypatch.setitem(words.PAGES, "unit", "no:page")
    assert words.subject_url("unit:17") == ""
