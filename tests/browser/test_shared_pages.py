"""The shared pages in a real browser: readable by everyone, at every width, and live while a job runs."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from plumbline.kernel import audit, clock, jobs, messages, search
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.organisation.models import Role
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 11, 20, 2, 30, tzinfo=UTC)


@pytest.fixture
def boss() -> Iterator[User]:
    """The administrator of a working committee, with something on every shared page."""
    user = User.objects.create_user("boss", display_name="王琳", language="")
    system = Actor.system("test")
    top = organisation.found_organisation(by=system, at=AT, code="A", name="清河县机关工委", kind="working_committee")
    organisation.grant_role(by=system, at=AT, user=user, role=Role.ADMINISTRATOR, unit=top)
    by = Actor(str(user.pseudonym), user.pk, address="10.1.1.20")
    for number in range(60):
        audit.record(
            by=by, at=AT, action="organisation.change_unit", subject=f"unit:{top.pk}", reason="更名",
            old={"name": "清河县直机关工作委员会", "code": f"A{number}"}, new={"name": "清河县机关工委", "code": "A"},
        )  # fmt: skip
        messages.send(
            to=[user.pk], subject=f"第 {number} 号考核已冻结", body="请在周五前核对。", link="/rounds/1/", at=AT
        )
        search.put(
            kind="unit",
            object_id=900 + number,
            title=f"清河县第{number}党支部",
            body="A-001",
            url="/",
            path="/1/",
            at=AT,
        )
    audit.record_refusal(by=by, at=AT, action="organisation.read_unit", subject="unit:77")
    jobs.handler("tests.shown", title="导入事实")(lambda _job: {"url": "/facts/"})
    for state in ("waiting", "running", "done", "failed", "cancelled"):
        error = "第 3 行：没有这个单位。" if state == "failed" else ""
        job = jobs.start(kind="tests.shown", by=by, at=AT)
        jobs.Job.objects.filter(pk=job.pk).update(
            state=state, attempt=1, done=40, total=100, note="第 40 行", error=error, started_at=AT,
            result={"url": "/facts/"} if state == "done" else {},
        )  # fmt: skip
    yield user
    jobs._handlers.pop("tests.shown")


def test_the_shared_pages_are_readable_in_every_state(visit: Callable[..., Visit], boss: User) -> None:
    reader = visit(boss, width=320, language="zh-CN")
    states = [f"/jobs/{one}/" for one in jobs.Job.objects.order_by("pk").values_list("pk", flat=True)]
    for address in (
        "/jobs/",
        *states,
        "/messages/",
        "/search/?q=清河",
        "/search/?q=none",
        "/calendar/2028/",
        "/audit/",
    ):
        reader.open(address)
        assert reader.overflow() == [], address
        assert reader.violations() == []
    assert reader.complaints == []


def test_a_job_is_followed_without_reloading(visit: Callable[..., Visit], boss: User) -> None:
    job = jobs.Job.objects.filter(state="running").get()
    page = visit(boss).open(f"/jobs/{job.pk}/")
    assert page.locator("progress").get_attribute("value") == "40"
    jobs.Job.objects.filter(pk=job.pk).update(done=80, note="row 80")
    page.get_by_text("row 80").wait_for(timeout=8000)
    jobs.Job.objects.filter(pk=job.pk).update(state="done", result={"url": "/facts/"}, finished_at=clock.now())
    page.get_by_role("link", name="Open the result").wait_for(timeout=8000)


def test_the_search_suggests_while_one_types(visit: Callable[..., Visit], boss: User) -> None:
    reader = visit(boss)
    page = reader.open("/search/")
    page.locator("#search-text").press_sequentially("qhx", delay=30)
    page.locator("#found").get_by_text("清河县机关工委").wait_for(timeout=8000)
    assert reader.violations() == []
    assert reader.complaints == []
