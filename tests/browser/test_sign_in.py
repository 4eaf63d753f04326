"""Coming in, in a real browser: the password, a passkey on a virtual device, the first set-up."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from plumbline.kernel.models import User
from plumbline.web.setup import links
from tests.browser.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "a plumb line hangs true"


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.get_by_label("User name").fill("wang")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_load_state("load")


def test_a_password_opens_the_desk_and_a_wrong_one_says_so(visit: Callable[..., Visit]) -> None:
    User.objects.create_user("wang", PASSWORD, display_name="Wang Min")
    guest = visit()
    page = guest.open("/me/")
    sign_in(page, "not the password")
    assert page.get_by_role("alert").is_visible()
    sign_in(page)
    assert page.url.endswith("/me/")
    assert page.get_by_role("heading", name="Wang Min").is_visible()
    assert guest.complaints == []


def test_a_passkey_is_added_and_then_signs_in(visit: Callable[..., Visit]) -> None:
    user = User.objects.create_user("wang", PASSWORD, display_name="Wang Min")
    reader = visit(user)
    page = reader.page
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    reader.open("/account/2fa/webauthn/add/")
    page.get_by_label("Password").fill(PASSWORD)  # what concerns the safety of an account asks for the password again
    page.get_by_role("button", name="Confirm").click()
    page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/")
    page.context.clear_cookies()
    reader.open("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="My desk").wait_for()
    assert reader.complaints == []


def test_the_one_time_link_makes_the_first_administrator(visit: Callable[..., Visit]) -> None:
    link = links.ensure_setup_link()
    guest = visit()
    page = guest.open(str(link))
    page.get_by_label("Your name").fill("Wang Min")
    page.get_by_label("User name").fill("wang")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Make the account and go on").click()
    page.get_by_role("heading", name="First steps").wait_for()
    assert guest.violations() == []
    page.get_by_label("Full name of the working committee").fill("清河县直属机关工委")
    page.get_by_label("Code", exact=True).fill("GW01")
    page.get_by_role("button", name="Found the committee").click()
    page.get_by_text("stands at the top of the tree").wait_for()
    assert guest.violations() == []
    assert guest.complaints == []
