"""The text of an item: safe HTML, what the log proves, and what a reviewer is shown. No database."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.disclosure.rules.problems import Refused
from plumbline.disclosure.rules.texts import (
    Mark,
    Published,
    canonical,
    check_text,
    clean,
    files_in_order,
    html_of,
    is_identity_number,
    personal_marks,
    pictures_of,
    text_hash,
    with_pictures,
    words_of,
)


@pytest.mark.parametrize(
    "bad",
    [
        "<p>x</p><script>alert(1)</script>",
        '<p onclick="alert(1)">x</p>',
        '<a href="javascript:alert(1)">x</a>',
        '<a href="FILE:///etc/passwd">x</a>',
        '<img src="https://elsewhere.example/pixel.gif">',
        '<img src="file:7" onerror="alert(1)">',
        '<img src="file:///etc/passwd">',
        '<p style="position:fixed">x</p>',
        "<iframe src='/'></iframe>",
        "<!-- x --><svg onload=alert(1)>",
        '<table><tr><td colspan="9999">x</td></tr></table>',
        "<form action=/x><input name=a></form>",
    ],
)
def test_nothing_that_runs_or_loads_from_elsewhere_is_left(bad) -> None:
    kept = clean(bad).lower()
    for part in (
        "script",
        "on",
        "javascript",
        "passwd",
        "elsewhere",
        "style",
        "iframe",
        "svg",
        "<form",
        "9999",
        "<!--",
    ):
        assert part not in kept.replace("noopener", "")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing(text) -> None:
    assert clean(clean(text)) == clean(text)


def test_plain_text_becomes_paragraphs_headings_lists_and_tables() -> None:
    typed = "## Dues\r\n\r\nCollected **in full**.\nUsed as told.\n\n- one\n- two\n\n| month | yuan |\n|---|---|\n| 3 | 1<2 |"
    html = html_of(typed)
    assert (
        "<h2>Dues</h2>" in html
        and "<strong>in full</strong>.<br>Used" in html
        and "<ul><li>one</li><li>two</li></ul>" in html
    )
    assert "<th>month</th>" in html and "<td>1&lt;2</td>" in html and "---" not in html
    assert (
        html_of("### Small\n\n| a | b |")
        == "<h3>Small</h3>\n<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>"
    )
    assert html_of("<script>x</script>") == "<p>&lt;script&gt;x&lt;/script&gt;</p>"
    assert html_of("<P>pasted</P><hr>") == "<p>pasted</p><hr>"


def test_pictures_are_the_item_s_own_files() -> None:
    html = html_of('Look: ![the "room"](file:7) and ![again](file:7) ![other](file:12)')
    assert pictures_of(html) == (7, 12)
    shown = with_pictures(html, {7: "/open/7?a=1&b=2"})
    assert shown.count('src="/open/7?a=1&amp;b=2"') == 2 and "file:" not in shown


def test_words_are_what_a_reader_sees() -> None:
    assert (
        words_of("<p>one<br>two &amp; three</p><table><tr><td>4</td><td>5</td></tr></table>") == "one two & three 4 5"
    )


@pytest.mark.parametrize(
    ("title", "text", "field"),
    [
        (" ", "x", "title"),
        ("t" * 161, "x", "title"),
        ("t", "", "text"),
        ("t", "<p> </p>", "text"),
        ("t", "x" * 60_001, "text"),
    ],
)
def test_an_item_has_a_title_and_words(title, text, field) -> None:
    assert check_text("Dues", "Collected.") == "<p>Collected.</p>"
    with pytest.raises(Refused) as refused:
        check_text(title, text)
    assert refused.value.field == field


def test_what_looks_like_a_person_s_data_is_shown_to_the_reviewer() -> None:
    text = (
        "王某 11010519491231002X，电话 138 1234 5678 或 13812345678，wang@example.com；"
        "文号 110105194912310021；编号 123456789012345678"
    )
    assert personal_marks(text) == (
        Mark("identity", "11010519491231002X"), Mark("mobile", "138 1234 5678"), Mark("mobile", "13812345678"),
        Mark("mail", "wang@example.com"),
    )  # fmt: skip
    assert is_identity_number("11010519491231002x") and not personal_marks("第12345678901号文件，2026年3月2日")


NOTICE = Published(
    17, "B1", "dues", "building", "society", "2026年一季度党费收缴情况", "<p>应收1200元，实收1200元。</p>", date(2026, 4, 3), 5,
    (("dues.pdf", "ab" * 32),), None, "", "00" * 32,
)  # fmt: skip


def test_the_canonical_form_is_what_sha256sum_hashes() -> None:
    data = canonical(NOTICE)
    assert data.startswith(b'{"category":"building","corrects":null,') and "收缴".encode() in data
    assert text_hash(NOTICE) == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"number": 18}, {"unit": "B2"}, {"entry": "x"}, {"category": "goals"}, {"scope": "unit"}, {"title": "x"},
        {"html": "<p>x</p>"}, {"published_on": date(2026, 4, 2)}, {"public_days": None}, {"files": ()}, {"corrects": 3},
        {"reason": "x"}, {"salt": "01" * 32},
    ],
)  # fmt: skip
def test_every_part_of_what_was_published_is_under_the_hash(change) -> None:
    assert text_hash(replace(NOTICE, **change)) != text_hash(NOTICE)


def test_a_short_salt_is_refused_and_files_stand_in_one_order() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        text_hash(replace(NOTICE, salt="00"))
    assert files_in_order([("b", "1"), ("a", "2")]) == (("a", "2"), ("b", "1"))
