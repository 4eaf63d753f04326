"""The file that is passed up: written and read without loss, and every changed byte found at its line."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plumbline.ledger.rules import passing
from plumbline.ledger.rules.kinds import AttributeSpec, FactKindSpec
from plumbline.ledger.rules.passing import (
    Header,
    PassedDamaged,
    PassedKind,
    PassedRecord,
    PassedUnit,
    passed_attributes,
    read,
    write,
)
from plumbline.ledger.rules.passing_plan import Passed, Scope, gone, overlaps, step_of

HEADER = Header(
    sender="W", sender_name="工委", first_day=date(2026, 1, 1), last_day=date(2026, 12, 31), kinds=("meeting.held",),
    texts=False, watermark=7, made_at="2027-01-10T10:00:00+08:00",
)  # fmt: skip
UNITS = [PassedUnit(code="B1", name="第一支部")]
KINDS = [PassedKind(code="meeting.held", name="Meeting held", measure="meetings", places=0)]


def record(**changed: Any) -> PassedRecord:
    fields: dict[str, Any] = {
        "key": "fact:1", "kind": "meeting.held", "unit": "B1", "occurred_on": date(2026, 3, 1), "quantity": 1,
        "attributes": {"meeting_kind": "members_meeting", "attended": 12},
    }  # fmt: skip
    return PassedRecord(**(fields | changed))


def file(*facts: PassedRecord) -> bytes:
    return write(HEADER, UNITS, KINDS, facts or [record(), record(key="fact:2")])[0]


def test_what_is_written_is_read_and_the_same_contents_give_the_same_bytes() -> None:
    content, fingerprint = write(HEADER, UNITS, KINDS, [record()])
    found = read(content)
    assert (found.header, found.units, found.kinds) == (HEADER, tuple(UNITS), tuple(KINDS))
    assert found.facts == ((4, record()),)
    assert found.fingerprint == fingerprint
    assert write(HEADER, UNITS, KINDS, [record()]) == (content, fingerprint)


def test_every_changed_byte_is_found_at_its_line() -> None:
    content = file()
    line = 1
    for place, byte in enumerate(content):
        for other in {byte ^ 1, 0x41, 0x0A} - {byte}:
            damaged = content[:place] + bytes([other]) + content[place + 1 :]
            with pytest.raises(PassedDamaged) as found:
                read(damaged)
            assert found.value.line in (line, 0), f"byte {place}"
        line += byte == 0x0A
    with pytest.raises(PassedDamaged, match="Line 2: the line was changed"):
        read(content.replace("第一支部".encode(), "第二支部".encode()))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nothing_can_be_moved_added_or_left_out(data: st.DataObject) -> None:
    lines = file().splitlines(keepends=True)
    one, other = data.draw(st.lists(st.integers(0, len(lines) - 1), min_size=2, max_size=2, unique=True))
    swapped = lines.copy()
    swapped[one], swapped[other] = swapped[other], swapped[one]
    for broken in (swapped, lines[:one] + lines[one + 1 :], [*lines[: one + 1], *lines[one:]]):
        with pytest.raises(PassedDamaged):
            read(b"".join(broken))


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"kind,unit\n", 0, "no file of facts"),
        (b"", 1, "cut off"),
        (file()[:-1], 6, "cut off"),
        (b"\xff\xfe\n", 1, "no text"),
        (b"\n", 0, "no file of facts"),
    ],
)
def test_what_is_no_such_file_says_so(content: bytes, line: int, words: str) -> None:
    with pytest.raises(PassedDamaged, match=words) as found:
        read(content)
    assert found.value.line == line


def bound(*documents: Any) -> bytes:
    """Return a file whose hashes hold, whatever stands in it: what a forger, or a newer program, would write."""
    lines, before = [], ""
    for one in documents:
        body = one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)
        before = passing._chain(before, body)
        lines.append(f"{before} {body}\n")
    return "".join(lines).encode()


def document(one: Any) -> dict[str, Any]:
    found: dict[str, Any] = one.model_dump(mode="json")
    return found


HEAD, UNIT, KIND, FACT = (document(one) for one in (HEADER, UNITS[0], KINDS[0], record()))


@pytest.mark.parametrize(
    ("documents", "line", "words"),
    [
        ([HEAD | {"version": 2}], 1, "version 2 of the format"),
        ([HEAD | {"more": 1}, UNIT], 1, "cannot be read"),
        ([HEAD, "{plain text"], 2, "no JSON"),
        ([HEAD, '"a\\u0000b"'], 2, "NUL"),
        ([HEAD, {"t": "future"}], 2, "newer program"),
        ([HEAD, [1]], 2, "newer program"),
        ([HEAD, UNIT, KIND, FACT], 4, "cut off"),
        ([HEAD], 1, "cut off"),
        ([HEAD, UNIT, KIND, FACT, {"t": "end", "facts": 2}], 5, "cut off"),
        ([HEAD, HEAD, {"t": "end", "facts": 0}], 2, "does not belong"),
        ([{"t": "unit", "code": "plumbline-facts", "name": "", "version": 1}, UNIT], 1, "does not begin"),
        ([HEAD, UNIT, KIND, FACT, FACT, {"t": "end", "facts": 2}], 5, "stands twice"),
        ([HEAD, KIND, FACT, {"t": "end", "facts": 1}], 3, "outside"),
        ([HEAD, UNIT, FACT, {"t": "end", "facts": 1}], 3, "outside"),
        ([HEAD, UNIT, KIND, FACT | {"occurred_on": "2025-01-01"}, {"t": "end", "facts": 1}], 4, "outside"),
        ([HEAD, UNIT, KIND, FACT | {"quantity": "1"}, {"t": "end", "facts": 1}], 4, "quantity cannot be read"),
    ],
)
def test_bound_but_wrong_files_say_where(documents: list[Any], line: int, words: str) -> None:
    with pytest.raises(PassedDamaged, match=words) as found:
        read(bound(*documents))
    assert found.value.line == line


def test_a_unit_in_the_header_s_place_is_refused() -> None:
    unit = {"t": "unit", "code": "B1", "name": "plumbline-facts"}
    with pytest.raises(PassedDamaged, match="does not begin"):
        read(bound(unit, {"t": "end", "facts": 0}))


def test_too_many_facts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "MOST_FACTS", 1)
    with pytest.raises(PassedDamaged, match="More than 1 facts"):
        read(file())


def test_free_text_stays_at_home_unless_agreed() -> None:
    spec = FactKindSpec(
        "x.y", "x", "y", "z",
        (
            AttributeSpec("code", "text", True), AttributeSpec("note", "text"), AttributeSpec("who", "list"),
            AttributeSpec("n", "integer"), AttributeSpec("ok", "boolean"),
        ),
    )  # fmt: skip
    given = {"code": "a", "note": "王敏 came late", "who": ["王敏"], "n": 3, "ok": True, "old": "x"}
    assert passed_attributes(spec, given, texts=False) == {"code": "a", "n": 3, "ok": True}
    assert passed_attributes(spec, given, texts=True) == given
    assert passed_attributes(None, given, texts=False) == {}


MARCH = date(2026, 3, 1)
SCOPE = Scope(frozenset({"a"}), frozenset({1}), date(2026, 1, 1), date(2026, 12, 31), ("result:5:",))


@pytest.mark.parametrize(
    ("key", "passed", "covered"),
    [
        ("fact:1", Passed("", False, 1, "a", MARCH), True),
        ("fact:1", Passed("", False, 2, "a", MARCH), False),
        ("fact:1", Passed("", False, 1, "b", MARCH), False),
        ("fact:1", Passed("", False, 1, "a", date(2025, 12, 31)), False),
        ("result:5:1", Passed("", False, 2, "r", date(2020, 1, 1)), True),
        ("result:6:1", Passed("", False, 1, "a", MARCH), False),
        ("fact:1", Passed("", True, 1, "a", MARCH), False),
    ],
)
def test_only_what_the_file_states_can_be_gone(key: str, passed: Passed, covered: bool) -> None:
    assert gone({key: passed}, [], SCOPE) == ([key] if covered else [])
    assert not gone({key: passed}, [key], SCOPE)


def test_a_file_without_results_takes_no_result_away() -> None:
    scope = Scope(frozenset({"r"}), frozenset({1}), date(2026, 1, 1), date(2026, 12, 31), ())
    assert not gone({"result:5:1": Passed("", False, 1, "r", MARCH)}, [], scope)


def test_steps() -> None:
    assert step_of("x", None) == "new"
    assert step_of("x", Passed("x", False, 1, "a", MARCH)) == "same"
    assert step_of("y", Passed("x", False, 1, "a", MARCH)) == "changed"
    assert step_of("x", Passed("x", True, 1, "a", MARCH)) == "back"


def test_files_overlap_by_days_and_kinds() -> None:
    year = (date(2026, 1, 1), date(2026, 12, 31), ("a",))
    assert overlaps(year, (date(2026, 12, 31), date(2027, 1, 1), ("a", "b")))
    assert not overlaps(year, (date(2027, 1, 1), date(2027, 1, 1), ("a",)))
    assert not overlaps(year, (date(2026, 1, 1), date(2026, 12, 31), ("b",)))


def test_the_check_of_the_document_works_without_this_installation() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "facts-passed-up.md").read_text()
    code = page.split("```python\n")[1].split("```")[0]
    content, fingerprint = write(HEADER, UNITS, KINDS, [record()])
    run = [sys.executable, "-c", code]
    assert subprocess.run(run, input=content, capture_output=True, check=True).stdout.decode().split() == [
        "fingerprint", fingerprint,
    ]  # fmt: skip
    changed = subprocess.run(run, input=content.replace(b"B1", b"B2", 1), capture_output=True, check=False)
    assert (changed.returncode, changed.stderr.decode().strip()) == (1, "line 2 was changed")
