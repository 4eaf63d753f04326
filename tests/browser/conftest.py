"""A real browser on the live server: Debian's Chromium, one for the run, a fresh context for each test."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# The closed network of a test machine is not asked for anything; root (in containers) needs --no-sandbox.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def _chromium() -> str:
    """Return where Chromium is; the tests end with a clear message where it is missing."""
    found = os.environ.get("PLUMBLINE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not found:
        pytest.fail("Chromium is missing: install it with `apt-get install chromium`, or name it in PLUMBLINE_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread; the tests' own database calls stand outside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


class Visit:
    """One reader's browser: opens pages and remembers everything the browser complained about."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def open(self, path: str) -> Page:
        """Open a page of the live server and wait until it is loaded."""
        self.page.goto(f"{self.base}{path}", wait_until="load")
        return self.page

    def overflow(self) -> list[str]:
        """Return the elements that stick out of the window to the right, outside boxes that scroll by themselves."""
        found: list[str] = self.page.evaluate(
            """() => {
                const width = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= width) return [];
                return [...document.querySelectorAll('body *')]
                    .filter((e) => e.getBoundingClientRect().right > width + 1 && !e.closest('.table-responsive'))
                    .slice(0, 5).map((e) => e.outerHTML.slice(0, 160));
            }"""
        )
        return found

    def violations(self) -> list[str]:
        """Return what axe finds against WCAG 2.2 A and AA on the present page."""
        self.page.evaluate(AXE)
        result: dict[str, Any] = self.page.evaluate(
            "tags => axe.run(document, {runOnly: tags})",
            ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        )
        return [
            f"{self.page.url}: {rule['id']}: {node['html'][:200]} ({node['failureSummary'][:300]})"
            for rule in result["violations"]
            for node in rule["nodes"]
        ]


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Callable[..., Visit]]:
    """Return a function that begins a visit: ``visit(user, width=1280, language="en")``; None is the public."""
    contexts = []

    def begin(
        user: Any = None, *, width: int = 1280, height: int = 900, language: str = "en", script: bool = True
    ) -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=language, java_script_enabled=script
        )
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user)
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return Visit(context.new_page(), live_server.url)

    yield begin
    for context in contexts:
        context.close()
