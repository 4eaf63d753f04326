"""Take the guide's pictures from a running demonstration, so that they show the real pages.

    plumbline demo --locale zh --port 8000 &
    tools/screens.py http://127.0.0.1:8000 FOLDER-OF-THE-DEMO zh

writes ``docs/guide/images/<page>-<language>.png`` (desk, board, explanation, round, phone, inspection, finding, inspect-list,
inspect-unit, inspect-form, rectification, rectification-item, targets, weights, pass-up, passed, procedure, procedure-draft,
cases, case, key-points, meeting, meeting-hold, meeting-phone, meeting-screen, meeting-minutes, meeting-completeness,
minutes-book, leaders, letters, letter, rhythms, plan, owed, slips, slip, light-rule, duties, duty, duty-board,
duty-plan, contacts). Needs Debian's Chromium.
"""

import io
import json
import re
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "guide" / "images"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def sign_in(browser: Browser, base: str, passwords: dict[str, str], role: str, language: str, width: int) -> Page:
    """Return a page on which a role of the demonstration is signed in."""
    size = {"width": width, "height": 820 if width > 600 else 760}
    page = browser.new_context(viewport=size, locale=language, device_scale_factor=1.5).new_page()
    page.goto(f"{base}/account/login/")
    page.fill("#id_login", role)
    page.fill("#id_password", passwords[role])
    page.click("main form button[type=submit]")
    page.wait_for_url(f"{base}/")
    return page


def keep(page: Page, name: str) -> None:
    """Save what the window shows."""
    page.wait_for_timeout(800)  # charts draw themselves in
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    # Few bytes, and the rare vermilion of the mark is kept.
    picture = picture.quantize(colors=256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    IMAGES.mkdir(parents=True, exist_ok=True)
    picture.save(IMAGES / f"{name}.png", optimize=True)
    print(IMAGES / f"{name}.png")


def inspection(browser: Browser, base: str, passwords: dict[str, str], language: str, short: str) -> None:
    """Take the pictures of the inspection: its page, a finding, and the inspector's phone."""
    page = sign_in(browser, base, passwords, "administrator", language, 1280)
    page.goto(f"{base}/findings/")
    page.locator("main th a").last.click()
    keep(page, f"finding-{short}")
    page.goto(f"{base}/rounds/")
    page.locator("main a[href^='/rounds/']", has_text=re.compile("2026")).first.click()
    page.goto(f"{page.url}inspection/")
    keep(page, f"inspection-{short}")
    phone = sign_in(browser, base, passwords, "assessor", language, 360)
    phone.goto(f"{base}/inspect/")
    phone.locator(".pi-link").first.wait_for()
    keep(phone, f"inspect-list-{short}")
    phone.locator(".pi-link").first.click()
    keep(phone, f"inspect-unit-{short}")
    phone.locator("[data-slot=record]:visible").first.click()
    phone.locator("input[name=what]").first.check()
    keep(phone, f"inspect-form-{short}")


def next_year(browser: Browser, base: str, passwords: dict[str, str], language: str, short: str) -> None:
    """Take the pictures of what a round leaves for the next year: the rectification list, one item, a unit's targets."""
    page = sign_in(browser, base, passwords, "administrator", language, 1280)
    page.goto(f"{base}/rounds/")
    page.locator("main a[href^='/rounds/']", has_text=re.compile("2025")).last.click()
    page.wait_for_url(re.compile(r"/rounds/\d+/$"))
    round_page = page.url
    page.goto(f"{round_page}rectification/")
    page.locator("form[action$='/rectification/draw/'] button").click()
    for box in page.locator("input[name=items]").all()[:6]:
        box.check()
    page.fill("#due_on", "2026-12-31")
    page.locator("button[value=confirm]").click()  # told, not done, where they are confirmed already
    page.goto(f"{round_page}rectification/")
    page.evaluate("window.scrollTo(0, 420)")
    keep(page, f"rectification-{short}")
    page.goto(f"{round_page}rectification/?state=open")
    page.locator("main td a[href^='/rectification/']").first.click()
    keep(page, f"rectification-item-{short}")
    page.goto(f"{round_page}targets/")
    page.locator("form[action$='/targets/suggest/'] button").click()
    page.locator("main th a").nth(3).click()
    keep(page, f"targets-{short}")


def people_in_office(browser: Browser, base: str, passwords: dict[str, str], language: str, short: str) -> None:
    """Take the picture of a round that assesses the holders of a post."""
    page = sign_in(browser, base, passwords, "administrator", language, 1280)
    page.goto(f"{base}/rounds/")
    page.locator("main a[href^='/rounds/']", has_text=re.compile("Heads|负责人")).first.click()
    page.locator("table a").first.scroll_into_view_if_needed()
    page.evaluate("window.scrollBy(0, 500)")
    keep(page, f"leaders-{short}")


def letters(browser: Browser, base: str, passwords: dict[str, str], language: str, short: str) -> None:
    """Take the pictures of letters: the committee's list, and one that waits for the secretary's signature."""
    page = sign_in(browser, base, passwords, "administrator", language, 1280)
    page.goto(f"{base}/letters/")
    keep(page, f"letters-{short}")
    own = sign_in(browser, base, passwords, "secretary", language, 1280)
    own.goto(f"{base}/letters/")
    own.locator("main th a").first.click()
    keep(own, f"letter-{short}")


def passing_up(browser: Browser, base: str, passwords: dict[str, str], language: str, short: str) -> None:
    """Take the pictures of facts passed up: what is chosen, and a file before it is added."""
    page = sign_in(browser, base, passwords, "administrator", language, 1280)
    address = f"{base}/facts/pass-up/?committee=1&from_=2025-01-01&until=2025-12-31"
    page.goto(address)
    page.locator("input[name=kinds][value='meeting.held']").check()
    with page.expect_download() as download:
        page.locator("form[method=post] .pl-actions button").click()
    page.goto(address)
    page.evaluate("window.scrollTo(0, 480)")
    keep(page, f"pass-up-{short}")
    page.goto(f"{base}/facts/receive/")
    page.select_option("#id_unit", "1")
    page.set_input_files("#id_file", download.value.path())
    page.locator("main form .pl-actions button").click()
    page.wait_for_url(re.compile(r"/receive/\d+/$"))
    keep(page, f"passed-{short}")


def procedures(browser: Browser, base: str, passwords: dict[str, str], language: str, short: str) -> None:
    """Take the pictures of procedures and cases: one with its drawing, a draft, a desk, a case, the key points."""
    page = sign_in(browser, base, passwords, "administrator", language, 1280)
    page.goto(f"{base}/procedures/1/")
    keep(page, f"procedure-{short}")
    page.locator("form[action$='/draft/'] button").click()
    keep(page, f"procedure-draft-{short}")
    page.locator("details form button[value=discard]").evaluate("button => button.click()")
    page.goto(f"{base}/key-points/?procedure=4")
    page.evaluate("window.scrollTo(0, 250)")
    keep(page, f"key-points-{short}")
    clerk = sign_in(browser, base, passwords, "secretary", language, 1280)
    clerk.goto(f"{base}/cases/")
    keep(clerk, f"cases-{short}")
    clerk.locator("main th a").nth(3).click()
    keep(clerk, f"case-{short}")


def class_weights(browser: Browser, base: str, passwords: dict[str, str], language: str, short: str) -> None:
    """Profiles of weights in the editor: one column that sums to the whole, one that does not."""
    page = sign_in(browser, base, passwords, "administrator", language, 1280)
    page.goto(f"{base}/schemes/")
    page.locator("main a[href^='/schemes/']", has_text=re.compile("Quarterly|季度")).first.click()
    page.locator("main a[href*='drafts/new']").click()
    page.locator("main form .pl-actions button").click()
    page.wait_for_url(re.compile(r"/drafts/\d+/"))
    page.goto(f"{page.url.partition('?')[0]}?part=profiles")
    page.fill("[name='p1.weights:3']", "39.99%")
    page.keyboard.press("Tab")
    page.wait_for_timeout(1500)
    page.evaluate("document.querySelector('[data-sum]').scrollIntoView({block: 'end'}); window.scrollBy(0, 90)")
    keep(page, f"weights-{short}")


def meetings(browser: Browser, base: str, passwords: dict[str, str], language: str, short: str) -> None:
    """Take the pictures of meetings: the secretary's phone, the chair's screen, a filed record, and the minutes book."""
    phone = sign_in(browser, base, passwords, "secretary", language, 360)
    phone.goto(f"{base}/meetings/hold/")
    keep(phone, f"meeting-hold-{short}")
    phone.locator("button[value=members_meeting]").click()
    phone.wait_for_url(re.compile(r"/meetings/\d+/$"))
    held = phone.url
    keep(phone, f"meeting-phone-{short}")
    page = sign_in(browser, base, passwords, "secretary", language, 1280)
    page.goto(f"{held}screen/")
    keep(page, f"meeting-screen-{short}")
    phone.locator("button[name=rest]").click()
    phone.goto(f"{held}minutes/")
    keep(phone, f"meeting-minutes-{short}")
    page.goto(f"{base}/meetings/?state=filed&kind=members_meeting")
    page.locator("main th a").first.click()
    keep(page, f"meeting-{short}")
    page.goto(f"{base}/meetings/completeness/")
    keep(page, f"meeting-completeness-{short}")
    page.goto(f"{base}/meetings/books/")
    keep(page, f"minutes-book-{short}")


def required_work(browser: Browser, base: str, passwords: dict[str, str], language: str, short: str) -> None:
    """Take the pictures of required work: the catalogue, the plan of the year, a branch's year."""
    page = sign_in(browser, base, passwords, "administrator", language, 1280)
    page.goto(f"{base}/rhythms/")
    keep(page, f"rhythms-{short}")
    page.goto(f"{base}/plans/2026/")
    keep(page, f"plan-{short}")
    page.goto(f"{base}/owed/40/2026/")
    keep(page, f"owed-{short}")


def duties(browser: Browser, base: str, passwords: dict[str, str], language: str, short: str) -> None:
    """Take the pictures of duties and contact points, as the administrator sees them."""
    page = sign_in(browser, base, passwords, "administrator", language, 1280)
    for path, name in (("/duties/", "duties"), ("/duties/board/", "duty-board"), ("/duties/plan/", "duty-plan")):
        page.goto(f"{base}{path}")
        keep(page, f"{name}-{short}")
    page.goto(f"{base}/contacts/")
    keep(page, f"contacts-{short}")
    page.goto(f"{base}/duties/?state=open&line=organisation")
    page.locator("main tbody th a").nth(5).click()
    keep(page, f"duty-{short}")


def slips(browser: Browser, base: str, passwords: dict[str, str], language: str, short: str) -> None:
    """Take the pictures of supervision: the committee's list, and a slip that waits for the secretary's answer."""
    page = sign_in(browser, base, passwords, "administrator", language, 1280)
    page.goto(f"{base}/supervision/")
    keep(page, f"slips-{short}")
    page.goto(f"{base}/lights/rules/")
    keep(page, f"light-rule-{short}")
    own = sign_in(browser, base, passwords, "secretary", language, 1280)
    own.goto(f"{base}/supervision/?state=issued")
    own.locator("main th a").first.click()
    keep(own, f"slip-{short}")


def log(browser: Browser, base: str, language: str, short: str) -> None:
    """Take the pictures of the transparency log as the public meets it: its page, and an entry with its proof."""
    size = {"width": 1280, "height": 1000}
    page = browser.new_context(viewport=size, locale=language, device_scale_factor=1.5).new_page()
    page.goto(f"{base}/log/")
    keep(page, f"log-{short}")
    page.goto(f"{base}/log/entries/3/")
    keep(page, f"log-entry-{short}")


def main(base: str, folder: str, short: str) -> int:
    """Take all pictures of one language; return the exit code."""
    language = {"en": "en", "zh": "zh-CN"}[short]
    logins = json.loads((Path(folder) / "demo.json").read_text())["logins"]
    passwords = {role: password for role, _name, password in logins}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        page = sign_in(browser, base, passwords, "administrator", language, 1280)
        keep(page, f"desk-{short}")
        page.goto(f"{base}/board/")
        keep(page, f"board-{short}")
        page.goto(f"{base}/rounds/")
        page.locator("main a[href^='/rounds/']", has_text=re.compile("Performance of|绩效考核")).first.click()
        keep(page, f"round-{short}")
        page.locator("main a[href*='/units/']").first.click()
        keep(page, f"explanation-{short}")
        keep(sign_in(browser, base, passwords, "secretary", language, 360), f"phone-{short}")
        inspection(browser, base, passwords, language, short)
        people_in_office(browser, base, passwords, language, short)
        letters(browser, base, passwords, language, short)
        next_year(browser, base, passwords, language, short)
        class_weights(browser, base, passwords, language, short)
        passing_up(browser, base, passwords, language, short)
        procedures(browser, base, passwords, language, short)
        meetings(browser, base, passwords, language, short)
        required_work(browser, base, passwords, language, short)
        slips(browser, base, passwords, language, short)
        duties(browser, base, passwords, language, short)
        log(browser, base, language, short)
        browser.close()
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
