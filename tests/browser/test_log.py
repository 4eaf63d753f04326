"""The transparency log as anyone meets it: readable on a narrow phone, without an account and without JavaScript."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.ledger import api as ledger
from tests.browser.conftest import Visit
from tests.ledger.log_copies import WKEY
from tests.ledger.log_world import AT, grow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _data(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.LOG_ORIGIN = tmp_path, "plumbline.example/log"
    grow(60)
    ledger.begin_anew(at=AT, reason="renewed", words="旧服务器损坏")
    ledger.add_witness(by=Actor.system("test"), at=AT, name="州立大学", vkey=WKEY.text, url="https://witness.example/")


def test_the_log_is_readable_by_everyone(visit: Callable[..., Visit]) -> None:
    reader = visit(None, width=320, language="zh-CN")
    for address in ("/log/", "/log/entries/", "/log/entries/?q=none", "/log/entries/7/", "/log/cosignatures"):
        reader.open(address)
        assert reader.overflow() == [], address
        assert reader.violations() == []
    assert reader.complaints == []


def test_a_notice_is_found_without_javascript(visit: Callable[..., Visit]) -> None:
    reader = visit(None, width=360, script=False)
    page = reader.open("/log/")
    page.fill("#q", "公示 17")
    page.locator("main form button").first.click()
    page.locator("main th a").first.click()
    assert "公示 17" in page.inner_text("h1")
    assert "stands in the log" in page.inner_text("main")


def test_witnesses_are_named_on_a_phone(visit: Callable[..., Visit]) -> None:
    reader = visit(User.objects.create_superuser("root"), width=320)
    reader.open("/log/witnesses/")
    assert reader.overflow() == [] and reader.violations() == [] and reader.complaints == []
