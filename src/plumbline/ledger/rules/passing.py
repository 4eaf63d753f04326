"""The file of facts that a committee passes to the level above: lines that name each other's hashes.

Every line is ``<sha256> <canonical JSON>``; its hash is that of the hash before it and of its own text, the first one's
of its text alone. So one changed byte is found at its line, nothing can be moved, added or left out, and the last hash is the
fingerprint of the whole file, short enough to be read out on the telephone. See docs/facts-passed-up.md.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plumbline.ledger.rules.matching import canonical

FORMAT: Final = "plumbline-facts"
VERSION: Final = 1
MOST_FACTS: Final = 200_000
_HASH: Final = 64


class PassedDamaged(ValueError):
    """The file is not what was passed up; ``line`` says where (0: the file as a whole), the message what is wrong."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(_("Line %(line)s: %(why)s") % {"line": line, "why": why} if line else why)
        self.line, self.why = line, why


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Imprint(_Line):
    """The hashes of a round whose results are in the file: what its public notice prints."""

    round: str
    title: str
    snapshot: str
    scheme: str
    result: str


class Header(_Line):
    """What the file states: all facts of these kinds and units that occurred in the period, as the ledger stood.

    ``watermark`` is the newest fact that the ledger held: of two files the one with the higher watermark is the newer.
    """

    t: Literal["header"] = "header"
    format: Literal["plumbline-facts"] = "plumbline-facts"
    version: Literal[1] = 1
    sender: str = Field(max_length=40)
    sender_name: str = Field(max_length=200)
    first_day: date
    last_day: date
    kinds: tuple[str, ...]
    texts: bool
    watermark: int
    made_at: str
    results: tuple[Imprint, ...] = ()


class PassedUnit(_Line):
    """A unit that the file states something about, were it that it has no facts."""

    t: Literal["unit"] = "unit"
    code: str = Field(max_length=40)
    name: str = Field(max_length=200)


class PassedKind(_Line):
    """A kind of fact as the sender knows it: what a quantity of 1 means must be the same on both sides."""

    t: Literal["kind"] = "kind"
    code: str = Field(max_length=60)
    name: str
    measure: str
    places: int


class PassedRecord(_Line):
    """A fact: ``key`` is the sender's own for it, the same through all its corrections."""

    t: Literal["fact"] = "fact"
    key: str = Field(min_length=1, max_length=100)
    kind: str = Field(max_length=60)
    unit: str = Field(max_length=40)
    occurred_on: date
    quantity: int = Field(strict=True)
    attributes: dict[str, Any]


class _End(_Line):
    t: Literal["end"] = "end"
    facts: int


@dataclass(frozen=True, slots=True)
class PassedDocument:
    """A file as read: ``facts`` are (line, record); ``fingerprint`` is the hash of its last line."""

    header: Header
    units: tuple[PassedUnit, ...]
    kinds: tuple[PassedKind, ...]
    facts: tuple[tuple[int, PassedRecord], ...]
    fingerprint: str


def write(
    header: Header, units: Iterable[PassedUnit], kinds: Iterable[PassedKind], facts: Sequence[PassedRecord]
) -> tuple[bytes, str]:
    """Return the file and its fingerprint; the same contents give the same bytes."""
    lines: list[bytes] = []
    before = ""
    for one in [header, *units, *kinds, *facts, _End(facts=len(facts))]:
        body = canonical(one.model_dump(mode="json"))
        before = _chain(before, body)
        lines.append(f"{before} {body}\n".encode())
    return b"".join(lines), before


def _chain(before: str, body: str) -> str:
    return hashlib.sha256(f"{before}{body}".encode()).hexdigest()


def read(content: bytes) -> PassedDocument:
    """Return a file as read, after checking every byte. Raises PassedDamaged naming the first line that does not fit."""
    bodies, fingerprint = _bodies(content)
    documents = [_document(number, body) for number, body in enumerate(bodies, start=1)]
    header, rest = cast(Header, documents[0]), documents[1:]
    end = rest.pop() if rest else None
    facts = tuple((number, one) for number, one in enumerate(rest, start=2) if isinstance(one, PassedRecord))
    if not isinstance(end, _End) or end.facts != len(facts):
        raise PassedDamaged(len(documents), _("the file was cut off, or does not end as it should"))
    stray = next((number for number, one in enumerate(rest, start=2) if isinstance(one, (Header, _End))), None)
    if stray is not None:
        raise PassedDamaged(stray, _("this line does not belong here"))
    units = tuple(one for one in rest if isinstance(one, PassedUnit))
    kinds = tuple(one for one in rest if isinstance(one, PassedKind))
    _check_whole(header, units, kinds, facts)
    return PassedDocument(header, units, kinds, facts, fingerprint)


def _bodies(content: bytes) -> tuple[list[str], str]:
    """Check the chain of hashes and return what the lines say, with the last hash."""
    if not content.endswith(b"\n"):
        raise PassedDamaged(content.count(b"\n") + 1, _("the file was cut off, or does not end as it should"))
    bodies: list[str] = []
    before = ""
    for number, line in enumerate(content[:-1].split(b"\n"), start=1):
        try:
            text = line.decode()
        except UnicodeDecodeError:
            raise PassedDamaged(number, _("a byte was changed: this is no text")) from None
        given, space, body = text[:_HASH], text[_HASH : _HASH + 1], text[_HASH + 1 :]
        if number == 1 and (space != " " or FORMAT not in body):
            raise PassedDamaged(0, _("This is no file of facts that was passed up."))
        if space != " " or given != _chain(before, body):
            raise PassedDamaged(
                number, _("the line was changed: its text does not have the hash that stands before it")
            )
        bodies.append(body)
        before = given
    return bodies, before


_LINES: Final[dict[str, type[_Line]]] = {
    "header": Header, "unit": PassedUnit, "kind": PassedKind, "fact": PassedRecord, "end": _End,
}  # fmt: skip


def _document(number: int, body: str) -> _Line:
    if "\\u0000" in body:
        raise PassedDamaged(number, _("the line contains a character that cannot be kept (NUL)"))
    try:
        found = json.loads(body)
    except ValueError:
        raise PassedDamaged(number, _("the line is no JSON")) from None
    if not isinstance(found, dict) or found.get("t") not in _LINES:
        raise PassedDamaged(number, _("nobody knows what this line is; a newer program may have written it"))
    if number == 1 and found["t"] != "header":
        raise PassedDamaged(number, _("the file does not begin with its header"))
    if number == 1 and found.get("version") != VERSION:
        told = _("the file has version %(version)s of the format; this program reads version %(known)s")
        raise PassedDamaged(number, told % {"version": found.get("version"), "known": VERSION})
    try:
        return _LINES[found["t"]].model_validate(found)
    except ValidationError as problem:
        first = problem.errors()[0]
        said = {"place": ".".join(str(part) for part in first["loc"]), "why": first["msg"]}
        raise PassedDamaged(number, _("%(place)s cannot be read (%(why)s)") % said) from None


def _check_whole(
    header: Header,
    units: Sequence[PassedUnit],
    kinds: Sequence[PassedKind],
    facts: Sequence[tuple[int, PassedRecord]],
) -> None:
    """Check that every fact lies within what the file states, and that no key stands twice."""
    if len(facts) > MOST_FACTS:
        raise PassedDamaged(0, _("More than %d facts; pass up a shorter period, or fewer kinds.") % MOST_FACTS)
    codes, known = {one.code for one in units}, {one.code for one in kinds}
    seen: set[str] = set()
    for number, fact in facts:
        inside = fact.unit in codes and fact.kind in known and fact.kind in header.kinds
        if not inside or not header.first_day <= fact.occurred_on <= header.last_day:
            raise PassedDamaged(number, _("the fact lies outside what the file states: its units, kinds and period"))
        if fact.key in seen:
            raise PassedDamaged(number, _("the key %(key)s stands twice") % {"key": fact.key})
        seen.add(fact.key)


def passed_attributes(spec: Any, attributes: dict[str, Any], *, texts: bool) -> dict[str, Any]:
    """Return the attributes that are passed up: free text that no rule needs stays at home unless ``texts`` is agreed.

    Numbers, days, choices and truths go; a text goes where the kind requires it, because rules select by it.
    """
    kept = {}
    for name, value in attributes.items():
        item = spec.attribute(name) if spec else None
        free = item is None or (item.type in ("text", "list") and not item.required)
        if texts or not free:
            kept[name] = value
    return kept
