"""The inspector's page in a real browser: without a network, sent later, never twice, never lost, never to somebody else."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from plumbline.assessment import api as assessment
from plumbline.assessment.models import Assignment, Finding, Round, Team
from plumbline.kernel import clock, evidence
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from tests.assessment import county as small
from tests.assessment import inspected
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Begin = Callable[..., Visit]


class Site:
    """A county with a round under inspection today: Ann's team has branches B1 and B2, Bob's B3."""

    def __init__(self) -> None:
        self.county = small.build()
        self.ann, self.bob = inspected.account(self.county, "ann"), inspected.account(self.county, "bob")
        self.round = small.routine(self.county)
        today = clock.today()
        Round.objects.filter(pk=self.round.pk).update(from_on=today - timedelta(days=300), until_on=today)
        boss = self.county.actor("administrator")
        assessment.plan_inspection(
            by=boss, at=clock.now(), round_id=self.round.pk, from_on=today, until_on=today, shown="at_once"
        )
        for user, codes in ((self.ann, ("B1", "B2")), (self.bob, ("B3",))):
            made: Team = assessment.save_team(
                by=boss, at=clock.now(), round_id=self.round.pk, name=f"Team {user}", member_ids=[user.pk]
            )
            units = [self.county[code].pk for code in codes]
            assessment.assign(by=boss, at=clock.now(), round_id=self.round.pk, unit_ids=units, team_id=made.pk)

    def facts(self) -> list[ledger.Fact]:
        return list(ledger.current_facts(None, kinds=["finding.recorded"]).order_by("pk"))


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def jpeg() -> dict[str, Any]:
    """A photo as a phone takes it."""
    return taken((30, 90, 160))


def taken(colour: tuple[int, int, int]) -> dict[str, Any]:
    """Return a photo larger than what is sent, with the place written into it as phones do."""
    picture, buffer = Image.new("RGB", (2400, 1200), colour), BytesIO()
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (30.0, 15.0, 0.0)}
    picture.save(buffer, "JPEG", exif=exif)
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}


def phone(visit: Begin, user: User, language: str = "en") -> tuple[Visit, Page]:
    """Open the page on a phone and wait until it would open without a network."""
    reader = visit(user, width=360, height=740, language=language)
    page = reader.open("/inspect/")
    expect(page.locator("#ready")).to_be_visible(timeout=15_000)
    return reader, page


def offline(page: Page, off: bool = True) -> None:
    page.context.set_offline(off)


def record(page: Page, unit: str, found: str, note: str, photo: dict[str, Any] | None = None) -> None:
    page.get_by_role("link", name=unit, exact=True).click()
    page.locator("li", has_text="Annual plan with measures").get_by_role("link", name="Record").click()
    page.get_by_text(found, exact=True).click()
    page.get_by_label("In words", exact=True).fill(note)
    if photo:
        page.locator("input[type=file]").set_input_files(photo)
        expect(page.get_by_role("button", name="Remove")).to_be_visible()
    page.get_by_role("button", name="Record the finding").click()
    expect(page.get_by_role("heading", name=unit)).to_be_visible()


def back(page: Page) -> None:
    page.get_by_role("link", name="My units").click()


def test_two_findings_without_a_network_are_two_facts_with_their_photo_and_stay_two(
    visit: Begin, site: Site, jpeg: dict[str, Any]
) -> None:
    reader, page = phone(visit, site.ann)
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    offline(page)
    expect(page.locator("#offline")).to_be_visible()
    record(page, "Branch B1", "no plan", "nothing on file", jpeg)
    back(page)
    other = taken((200, 160, 40))
    record(page, "Branch B2", "vague measures", "one page, no dates", other)
    page.reload()
    expect(page.get_by_role("button", name="Send now")).to_contain_text("2")
    expect(page.get_by_role("heading", name="Branch B2")).to_be_visible()
    back(page)
    expect(page.get_by_text("waits to be sent")).to_have_count(2)
    assert site.facts() == []

    sent: list[tuple[bytes, dict[str, str]]] = []

    def keep(route: Route) -> None:
        sent.append((route.request.post_data_buffer or b"", route.request.headers))
        route.continue_()

    page.route("**/inspect/send/", keep)
    offline(page, off=False)
    expect(page.get_by_text("Sent and confirmed: 2.")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("button", name="Send now")).to_be_hidden()
    first, second = site.facts()
    assert [(fact.unit_id, fact.attributes["criterion"]) for fact in (first, second)] == [
        (site.county["B1"].pk, "no_plan"), (site.county["B2"].pk, "vague_measures"),
    ]  # fmt: skip
    (file,), (other_file,) = evidence.describe(first.evidence), evidence.describe(second.evidence)
    assert file.sha256 != other_file.sha256
    opened = evidence.open_file(by=site.county.actor("administrator"), evidence_id=file.pk)
    with Image.open(opened.path) as picture:
        assert picture.size == (1600, 800)
        assert not picture.getexif()
    # The same requests once more, as a phone sends them that never heard the answer: no third fact.
    for body, headers in sent:
        answer = page.context.request.post(
            f"{reader.base}/inspect/send/", data=body,
            headers={name: headers[name] for name in ("content-type", "x-csrftoken")} | {"referer": reader.base},
        )  # fmt: skip
        assert answer.json()["state"] == "known"
    assert len(site.facts()) == 2
    assert Finding.objects.count() == 2
    assert [text for text in reader.complaints if "ERR_INTERNET_DISCONNECTED" not in text] == []


def test_an_answer_that_never_arrives_loses_and_doubles_nothing(visit: Begin, site: Site) -> None:
    _reader, page = phone(visit, site.ann)
    lost: list[str] = []

    def lose(route: Route) -> None:
        if not lost:
            lost.append(route.fetch().text())  # the server has it; the phone never hears of it
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/inspect/send/", lose)
    record(page, "Branch B1", "no plan", "nothing on file")
    expect(page.get_by_text("No network. Everything is kept")).to_be_visible(timeout=15_000)
    assert "recorded" in lost[0]
    assert len(site.facts()) == 1
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Sent and confirmed: 1.")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("waits to be sent")).to_have_count(0)
    assert len(site.facts()) == 1


def test_a_server_that_stumbles_is_asked_again(visit: Begin, site: Site) -> None:
    _reader, page = phone(visit, site.ann)
    page.route("**/inspect/send/", lambda route: route.fulfill(status=502, body="bad gateway"))
    record(page, "Branch B1", "no plan", "nothing on file")
    expect(page.get_by_text("The server did not answer as expected.")).to_be_visible(timeout=15_000)
    expect(page.get_by_text("waits to be sent")).to_be_visible()
    page.unroute("**/inspect/send/")
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Sent and confirmed: 1.")).to_be_visible(timeout=15_000)
    assert len(site.facts()) == 1
    with page.expect_response("**/inspect/list/"):
        page.evaluate("window.dispatchEvent(new Event('online'))")  # asked again, with nothing to send
    page.wait_for_timeout(300)
    expect(page.get_by_text("Sent and confirmed: 1.")).to_be_visible()


def test_a_form_that_is_begun_outlives_the_page(visit: Begin, site: Site, jpeg: dict[str, Any]) -> None:
    reader, page = phone(visit, site.ann)
    page.get_by_role("link", name="Branch B1", exact=True).click()
    page.locator("li", has_text="Annual plan with measures").get_by_role("link", name="Record").click()
    page.get_by_label("In words", exact=True).fill("half a sentence")
    page.locator("input[type=file]").set_input_files(jpeg)
    expect(page.get_by_role("button", name="Remove")).to_be_visible()
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.wait_for_timeout(300)
    page.goto("about:blank")
    page.goto(f"{reader.base}/inspect/")
    page.get_by_role("link", name="Open", exact=True).click()
    expect(page.get_by_label("In words", exact=True)).to_have_value("half a sentence")
    expect(page.get_by_role("button", name="Remove")).to_be_visible()
    page.get_by_text("no plan", exact=True).click()
    page.get_by_role("button", name="Record the finding").click()
    expect(page.get_by_text("Sent and confirmed: 1.")).to_be_visible(timeout=15_000)
    (fact,) = site.facts()
    assert (fact.attributes["note"], len(fact.evidence)) == ("half a sentence", 1)


def test_a_refused_finding_stays_with_the_servers_words_and_can_be_mended(visit: Begin, site: Site) -> None:
    _reader, page = phone(visit, site.ann)
    assessment.declare_conflict(
        by=inspected.actor(site.ann), at=clock.now(), unit_id=site.county["B1"].pk, reason="kin"
    )
    record(page, "Branch B1", "no plan", "nothing on file")
    expect(page.get_by_text("Ann may not inspect Branch B1: declared a conflict: kin.")).to_be_visible(timeout=15_000)
    assert site.facts() == []
    page.reload()
    expect(page.get_by_text("You may record nothing new here")).to_be_visible()
    boss = site.county.actor("administrator")
    for line in assessment.conflict_page(boss, on=clock.today()).others:
        assessment.end_conflict(by=boss, at=clock.now(), declaration_id=line.declaration_id or 0, reason="a mistake")
    page.reload()
    page.get_by_role("link", name="Open", exact=True).click()
    expect(page.get_by_label("In words", exact=True)).to_have_value("nothing on file")
    page.get_by_label("In words", exact=True).fill("nothing on file, asked twice")
    page.get_by_role("button", name="Record the finding").click()
    expect(page.get_by_text("Sent and confirmed: 1.")).to_be_visible(timeout=15_000)
    assert [fact.attributes["note"] for fact in site.facts()] == ["nothing on file, asked twice"]


def test_another_person_on_the_same_phone_sees_nothing_of_it_and_the_first_finds_it_again(
    visit: Begin, site: Site
) -> None:
    reader, page = phone(visit, site.ann)
    offline(page)
    record(page, "Branch B1", "no plan", "a private word")
    page.route("**/inspect/send/", lambda route: route.abort("connectionreset"))
    offline(page, off=False)
    page.goto(f"{reader.base}/account/logout/")
    page.locator("main form button").click()
    page.wait_for_url(f"{reader.base}/")
    offline(page)
    page.goto(f"{reader.base}/inspect/")
    expect(page.get_by_role("heading", name="Nobody is signed in")).to_be_visible()
    assert "private" not in page.content()
    assert "Branch" not in page.locator("main").inner_text()
    offline(page, off=False)
    _sign_in(page, reader, site.bob)
    expect(page.get_by_role("link", name="Branch B3", exact=True)).to_be_visible()
    assert "waits to be sent" not in page.locator("main").inner_text()
    assert "Branch B1" not in page.locator("main").inner_text()
    assert site.facts() == []
    page.unroute("**/inspect/send/")
    _sign_in(page, reader, site.ann)
    expect(page.get_by_text("Sent and confirmed: 1.")).to_be_visible(timeout=15_000)
    (fact,) = site.facts()
    assert fact.recorded_by == str(site.ann.pseudonym)


def _sign_in(page: Page, reader: Visit, user: User) -> None:
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user)
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": reader.base}])
    page.goto(f"{reader.base}/inspect/")


def test_a_draft_and_the_end_of_an_inspection_are_kept_on_the_phone(visit: Begin, site: Site) -> None:
    _reader, page = phone(visit, site.ann)
    offline(page)
    page.get_by_role("link", name="Branch B1", exact=True).click()
    page.locator("li", has_text="Annual plan with measures").get_by_role("link", name="Record").click()
    page.get_by_role("button", name="Record the finding").click()
    expect(page.get_by_role("alert")).to_have_text("Choose what you found.")
    page.get_by_label("In words", exact=True).fill("to be asked again")
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_text("draft", exact=True)).to_be_visible()
    page.get_by_role("button", name="Inspection finished").click()
    offline(page, off=False)
    expect(page.get_by_text("Sent and confirmed: 1.")).to_be_visible(timeout=15_000)
    assert Assignment.objects.get(unit=site.county["B1"].pk).done_at is not None
    assert site.facts() == []
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Throw away").click()
    expect(page.get_by_text("draft", exact=True)).to_have_count(0)


@pytest.mark.parametrize(("language", "width"), [("en", 360), ("zh-CN", 320)])
def test_every_view_of_the_phone_is_readable_by_everyone(
    visit: Begin, site: Site, jpeg: dict[str, Any], language: str, width: int
) -> None:
    reader = visit(site.ann, width=width, height=740, language=language)
    page = reader.open("/inspect/")
    expect(page.locator("#ready")).to_be_visible(timeout=15_000)
    found = [*reader.violations(), *reader.overflow()]
    page.get_by_role("link", name="Branch B1", exact=True).click()
    expect(page.get_by_role("heading", name="Branch B1")).to_be_visible()
    found += [*reader.violations(), *reader.overflow()]
    page.locator("[data-slot=record]:visible").first.click()
    page.locator("input[type=file]").set_input_files(jpeg)
    expect(page.locator("canvas")).to_be_visible()
    found += [*reader.violations(), *reader.overflow()]
    page.locator("[data-draft]").click()
    expect(page.get_by_role("heading", name="Branch B1")).to_be_visible()
    found += [*reader.violations(), *reader.overflow()]
    assert found + reader.complaints == []
