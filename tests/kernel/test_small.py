"""The small nouns: clock, actor, ids, numbers, what waits for a person, documents."""

import re
import threading
import zlib
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from plumbline.kernel import clock, ids, numbers, pdf, todo
from plumbline.kernel.actor import PUBLIC, Actor, Grant, NotPermitted, narrowest

AT = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)


def test_the_clock_tells_aware_instants_and_local_days() -> None:
    assert clock.now().tzinfo is UTC
    assert clock.day_of(AT) == date(2026, 3, 2), "it is past midnight in Beijing"
    with clock.frozen(AT):
        assert clock.now() == AT
        assert clock.today() == date(2026, 3, 2)
        with clock.frozen(AT + timedelta(days=1)):
            assert clock.today() == date(2026, 3, 3)
        assert clock.now() == AT
    assert clock.now() != AT
    assert clock.ticks() <= clock.ticks()
    with pytest.raises(ValueError, match="time zone"), clock.frozen(datetime(2026, 1, 1)):
        pass


def test_a_frozen_clock_holds_for_its_own_thread_only() -> None:
    seen: list[datetime] = []
    with clock.frozen(AT):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] != AT


def test_an_actor_holds_roles_downward() -> None:
    actor = Actor(
        "p", 1, grants=(Grant("secretary", 2, "/1/2/"), Grant("member", 3, "/1/2/3/"), Grant("secretary", 9, "/9/"))
    )
    assert actor.paths_for("secretary") == ("/1/2/", "/9/")
    assert actor.holds("/1/2/3/", "secretary")
    assert not actor.holds("/1/", "secretary")
    assert not actor.holds("/1/20/", "secretary", "member")
    assert actor.holds_at_top("secretary")
    assert not actor.holds_at_top("member", "administrator")
    assert actor.roles() == {"secretary", "member"}
    assert not actor.is_anonymous


def test_the_machine_may_all_and_the_public_nothing() -> None:
    machine = Actor.system("worker")
    assert (machine.pseudonym, machine.paths_for("any"), machine.holds_at_top("any")) == ("system:worker", ("/",), True)
    assert machine.holds("/1/2/", "any")
    assert not machine.is_anonymous
    assert PUBLIC.is_anonymous
    assert not PUBLIC.holds("/1/", "member")


def test_a_refusal_says_what_was_tried() -> None:
    error = NotPermitted("ledger.file", "unit:3")
    assert (error.action, error.subject, str(error)) == ("ledger.file", "unit:3", "not permitted: ledger.file unit:3")
    assert str(NotPermitted("ledger.file")) == "not permitted: ledger.file"


def test_scopes_become_the_fewest_prefixes() -> None:
    assert narrowest(["/1/2/", "/1/", "/1/20/", "/3/"]) == ("/1/", "/3/")
    assert narrowest([]) == ()


def test_identifiers() -> None:
    assert ids.new_pseudonym() != ids.new_pseudonym()
    assert len(ids.new_secret()) >= 43
    code = ids.new_code()
    assert [len(part) for part in code.split("-")] == [4, 4, 4]
    assert set(code) <= set(ids.READABLE_ALPHABET) | {"-"}
    assert ids.fingerprint("a") == "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**20))
def test_halves_go_up(numerator: int, denominator: int) -> None:
    got = numbers.div_half_up(numerator, denominator)
    assert got == numbers.div_half_up(-numerator, -denominator) == -numbers.div_half_up(-numerator, denominator)
    assert abs(got) == (2 * abs(numerator) + denominator) // (2 * denominator)


def test_what_waits_is_sorted_by_urgency_and_day(monkeypatch: Any) -> None:
    monkeypatch.setattr(todo, "_providers", [])

    @todo.register
    def first(actor: Actor, at: datetime) -> list[todo.Todo]:
        return [
            todo.Todo("later", "/1/", date(2026, 5, 1)),
            todo.Todo("some day", "/2/"),
            todo.Todo("now", "/3/", urgent=True),
        ]

    @todo.register
    def second(actor: Actor, at: datetime) -> list[todo.Todo]:
        return [todo.Todo("soon", "/4/", date(2026, 4, 1), "meeting")]

    todo.register(second)
    assert [one.title for one in todo.gather(PUBLIC, AT)] == ["now", "soon", "later", "some day"]


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: Any) -> Path:
    loaders = engines["django"].engine.template_loaders  # type: ignore[attr-defined]
    for loader in loaders:
        for inner in getattr(loader, "loaders", [loader]):
            monkeypatch.setattr(inner, "get_dirs", lambda: [tmp_path])
            break
        loader.reset()
    yield tmp_path
    for loader in loaders:
        loader.reset()


def render(templates: Path, content: str, **context: Any) -> bytes:
    (templates / "paper.html").write_text(content, encoding="utf-8")
    return pdf.render("paper.html", context)


def test_a_document_is_made_without_the_network(templates: Path) -> None:
    picture = (
        '<img src="static:mark/icon.svg"><img src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22/>">'
    )
    made = render(
        templates,
        f"<html lang=zh><style>body{{font-family:'Noto Serif CJK SC'}}</style>{picture}<p>{{{{ name }}}}</p>",
        name="清河县",
    )
    assert made.startswith(b"%PDF-")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    insides = b"".join(zlib.decompress(one) for one in streams if one[:1] == b"x")
    assert b"CJK" in made + insides, "Chinese is set in a font that has it"


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a.png", "file:///etc/passwd", "static:../../config/settings.py", "static:gone.svg"],
)
def test_a_document_reaches_nothing_outside(templates: Path, address: str) -> None:
    with pytest.raises(pdf.OutsideAddress, match="static"):
        render(templates, f'<img src="{address}">')


def test_time_zones_differ_from_offsets() -> None:
    assert clock.day_of(datetime(2026, 3, 1, 23, 0, tzinfo=timezone(timedelta(hours=8)))) == date(2026, 3, 1)
