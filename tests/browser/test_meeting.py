"""A secretary on a phone in the evening: from “hold a meeting” to a filed record; minutes that survive a lost network."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from plumbline.meeting import api as meeting
from plumbline.meeting.models import SentText
from tests.browser.conftest import Visit
from tests.meeting import branch as made_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_TAPS = 8


class Taps:
    """Counts what is pressed; typing is the text itself and does not count."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, page: Page, role: Any, name: str) -> None:
        page.get_by_role(role, name=name, exact=True).first.click()
        page.wait_for_load_state("load")
        self.count += 1


@pytest.fixture
def today(transactional_db: None) -> Any:
    """The branch of the area's tests; the live server reads the real clock."""
    from plumbline.kernel import clock

    return made_up.build(), clock.today()


def test_from_hold_a_meeting_to_the_filed_record_in_eight_taps(visit: Callable[..., Visit], today: Any) -> None:
    branch, _day = today
    tap = Taps()
    secretary = visit(branch.users["secretary"], width=360)
    page = secretary.open("/")
    tap(page, "link", "Hold a meeting")
    tap(page, "button", "members' meeting")
    tap(page, "button", "Everybody is here")
    tap(page, "link", "Write the minutes")
    page.locator("#text_process").fill("The plan of the quarter was put to the meeting.")
    page.locator("[name=who_0]").fill("Member 0")
    page.locator("[name=points_0]").fill("Summed up the quarter.")
    page.locator("[name=resolution_0]").fill("The plan is adopted.")
    page.locator("[name=ayes_0]").fill("5")
    tap(page, "button", "Save and confirm as chair")
    recorder = visit(branch.users["recorder"], width=360)
    desk = recorder.open("/")
    tap(desk, "link", "Confirm the minutes: members' meeting")
    tap(desk, "button", "Confirm as recorder, and file")
    expect(desk.get_by_text("passed: 3 of 5 were needed")).to_be_visible()
    assert tap.count <= MOST_TAPS
    held = meeting.Meeting.objects.get()
    assert held.state == "filed" and held.lacks == [] and held.version == 1
    assert secretary.complaints + recorder.complaints == []


def test_minutes_typed_without_a_network_are_kept_sent_later_and_once(visit: Callable[..., Visit], today: Any) -> None:
    branch, _day = today
    held = branch.hold(at=_now())
    reader = visit(branch.users["secretary"], width=360)
    page = reader.open(f"/meetings/{held.pk}/minutes/")
    page.context.set_offline(True)
    page.locator("#text_process").fill("Typed in the cellar.")
    page.wait_for_timeout(1_000)
    expect(page.locator("#kept")).to_contain_text("No connection")
    page.get_by_role("button", name="Save", exact=True).click()  # says so instead of losing the page
    expect(page.locator("#text_process")).to_have_value("Typed in the cellar.")
    assert SentText.objects.count() == 0
    page.context.set_offline(False)
    expect(page.locator("#kept")).to_contain_text("Saved.", timeout=12_000)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(f"**/meetings/{held.pk}/")
    page.goto(f"{reader.base}/meetings/{held.pk}/minutes/")
    page.wait_for_timeout(1_000)
    held.refresh_from_db()
    assert held.record["texts"] == {"process": "Typed in the cellar."}
    assert held.revision == 1 and SentText.objects.count() == 1


def test_a_text_of_another_device_stands_beside_the_newer_one(visit: Callable[..., Visit], today: Any) -> None:
    branch, _day = today
    held = branch.hold(at=_now())
    reader = visit(branch.users["secretary"], width=360)
    page = reader.open(f"/meetings/{held.pk}/minutes/")
    page.context.set_offline(True)
    page.locator("#text_process").fill("From the phone.")
    page.wait_for_timeout(1_000)
    branch.write(held, texts={"process": "From the office."})
    page.context.set_offline(False)
    expect(page.locator("#kept")).to_contain_text("Both are kept", timeout=12_000)
    page.goto(f"{reader.base}/meetings/{held.pk}/minutes/")
    expect(page.get_by_text("From the phone.")).to_be_visible()
    expect(page.locator(".pl-two").get_by_text("From the office.")).to_be_visible()
    page.get_by_role("button", name="Take what was sent later").click()
    expect(page.locator("#text_process")).to_have_value("From the phone.")


def test_the_screen_shows_a_code_by_which_a_member_signs_in(visit: Callable[..., Visit], today: Any) -> None:
    branch, _day = today
    held = branch.hold(at=_now())
    screen = visit(branch.users["secretary"])
    page = screen.open(f"/meetings/{held.pk}/screen/")
    code = page.locator(".pl-screen-digits").inner_text()
    phone = visit(branch.users["member"], width=360, script=False)
    there = phone.open(f"/meetings/{held.pk}/sign-in/?code={code}")
    there.get_by_role("button", name="I am here").click()
    expect(there.get_by_text("You are on the list of those present.")).to_be_visible()
    expect(page.get_by_text("Just signed in: Member 3")).to_be_visible(timeout=12_000)
    assert screen.complaints == []


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh-CN", 360)])
def test_the_pages_of_meetings_are_readable_by_everyone(
    visit: Callable[..., Visit], today: Any, language: str, width: int
) -> None:
    branch, _day = today
    branch.come(held := branch.hold(at=_now()), at=_now())
    reader = visit(branch.users["secretary"], width=width, language=language)
    found: list[str] = []
    for path in (
        "", "hold/", "new/", "new/?kind=group_meeting", "calendar/", "completeness/", "books/", "talks/", "terms/",
        "theme-days/", "kinds/", "problems/", f"{held.pk}/", f"{held.pk}/minutes/", f"{held.pk}/attendance/",
        f"{held.pk}/screen/", f"{held.pk}/change/", f"{held.pk}/sign-in/",
    ):  # fmt: skip
        reader.open(f"/meetings/{path}")
        found += [f"{path} is wider than the window: {one}" for one in reader.overflow()] + reader.violations()
    assert not found + reader.complaints, "\n".join(found + reader.complaints)


def _now() -> Any:
    from plumbline.kernel import clock

    return clock.now()
