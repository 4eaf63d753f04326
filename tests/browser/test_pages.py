"""The main pages in a real browser: readable by everyone, at every width, in both languages, without a complaint."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from plumbline.kernel.models import User
from tests.browser.conftest import Visit
from tests.web import world
from tests.web.test_every_url import Address, url_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCREENS = Path(__file__).resolve().parents[2] / "test-artifacts" / "screens"
WINDOWS = [("en", 1280), ("zh-CN", 1280), ("en", 360), ("zh-CN", 320)]
AXE_WINDOWS = [("en", 1280), ("zh-CN", 320)]
PUBLIC_PAGES = [
    "desk:home",
    "account_login",
    "account_reset_password",
    "account_signup",
    "organisation:activate",
]
PAGES = [
    "desk:home",
    "accounts:me",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "usersessions_list",
    "account_change_password",
    "setup:steps",
    "ledger:facts",
    "ledger:kinds",
    "ledger:new",
    "ledger:imports",
    "ledger:tokens",
    "organisation:units",
    "organisation:members",
    "organisation:roster",
    "assessment:schemes",
    "assessment:rounds",
    "assessment:board",
    "assessment:findings",
    "assessment:finding-new",
    "assessment:conflicts",
    "jobs:list",
    "calendar",
    "inbox",
    "search",
    "audit",
    "api:home",
    "organisation:unit unit_id",
    "organisation:member member_id",
    "ledger:fact fact_id",
    "ledger:import batch_id",
    "organisation:roster_preview upload_id",
    "jobs:detail job_id",
    "assessment:scheme scheme_id",
    "assessment:round round_id",
    "assessment:inspection round_id",
    "assessment:inspection-plan round_id",
    "assessment:team-new round_id",
    "assessment:team round_id team_id",
    "assessment:finding finding_id",
    "assessment:explanation round_id unit_id",
]
"""Pages by name, with the parameters that their addresses need (examples: tests/web/test_every_url.py)."""


def _see(visit: Visit, what: str, window: tuple[str, int], found: list[str], tree: world.Tree | None = None) -> None:
    """Open a page, keep its picture, and collect what is wrong with it."""
    name, *parameters = what.split()
    url = url_of(Address(name, tuple(parameters)), tree) if tree and parameters else reverse(name)
    page = visit.open(f"{url}?q=清河" if name == "search" else url)
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name.replace(':', '-')}-{window[0]}-{window[1]}.png", full_page=True)
    found += [f"{url} is wider than the window: {element}" for element in visit.overflow()]
    if window in AXE_WINDOWS:
        found += visit.violations()


@pytest.mark.parametrize("window", WINDOWS, ids=lambda window: f"{window[0]}-{window[1]}")
def test_the_main_pages_are_readable_by_everyone(visit: Callable[..., Visit], window: tuple[str, int]) -> None:
    tree = world.plant("GW", "清河县")
    world.furnish(tree)
    language, width = window
    found: list[str] = []
    public = visit(width=width, language=language)
    for name in PUBLIC_PAGES:
        _see(public, name, window, found)
    administrator = visit(tree.users["administrator"], width=width, language=language)
    for name in PAGES:
        _see(administrator, name, window, found, tree)
    found += public.complaints + administrator.complaints
    assert not found, "\n".join(found)


def test_the_admin_pages_obey_the_policy(visit: Callable[..., Visit]) -> None:
    tree = world.plant("GW", "清河县")
    world.file_facts(tree)
    keeper = visit(User.objects.create_superuser("root"))
    fact = f"ledger/fact/{tree.objects['fact'].pk}/change/"
    for path in ("", "ledger/fact/", fact, "kernel/user/", "kernel/auditentry/"):
        assert keeper.open(f"/admin/{path}").title()
    assert keeper.complaints == []


def test_paper_shows_the_content_alone(visit: Callable[..., Visit]) -> None:
    tree = world.plant("GW", "清河县")
    reader = visit(tree.users["administrator"])
    page = reader.open("/")
    page.emulate_media(media="print")
    expect(page.locator(".pl-side")).to_be_hidden()
    expect(page.locator(".pl-top")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_the_phone_menu_needs_no_script(visit: Callable[..., Visit]) -> None:
    tree = world.plant("GW", "清河县")
    reader = visit(tree.users["administrator"], width=360, script=False)
    page = reader.open("/")
    assert not page.locator("#navigation").is_visible()
    page.get_by_role("link", name="Menu", exact=True).click()
    assert page.locator("#navigation").is_visible()
    page.locator("#navigation").get_by_role("link", name="Facts", exact=True).click()
    assert page.url.endswith("/facts/")


def test_the_keyboard_reaches_the_content_first(visit: Callable[..., Visit]) -> None:
    tree = world.plant("GW", "清河县")
    page = visit(tree.users["member"]).open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
