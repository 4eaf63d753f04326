"""What an entry of the log is made of: canonical JSON, and what may never stand in it.

An entry says what was published (``kind``, ``subject``, ``document``), when (``at``), and when it was taken up (``logged``).
Entries stay for ever and anyone may copy them; so what belongs to a person, and may have to be erased one day, enters as a
seal only: a hash with a salt. Who erases the salt with the text has erased both.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from plumbline.ledger.rules.log.tiles import LONGEST
from plumbline.ledger.rules.matching import canonical

PERSONAL = frozenset(
    (
        "account",
        "address",
        "approved_by",
        "author",
        "birthday",
        "born",
        "email",
        "id_card",
        "id_number",
        "identity",
        "mail",
        "member",
        "members",
        "mobile",
        "name",
        "names",
        "people",
        "person",
        "phone",
        "pseudonym",
        "recorded_by",
        "signed_by",
        "signer",
        "user",
        "username",
    )
)
"""Keys under which a document would hold a person's data; ``name`` of a file is called ``file``, of a unit ``unit``."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FIELDS = frozenset(("at", "document", "kind", "logged", "subject"))
_ROOM = 600
"""Bytes that kind, subject and times take at most beside the document."""


class EntryInvalid(Exception):
    """The bytes are no entry of this log, or not written canonically."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was published, when it was published, and when the log took it up."""

    kind: str
    subject: str
    document: Mapping[str, Any]
    at: datetime
    logged: datetime

    def encode(self) -> bytes:
        """Return the bytes that are hashed: JSON with sorted keys, without spaces, UTF-8, times in UTC."""
        fields = {
            "at": _text(self.at), "document": dict(self.document), "kind": self.kind, "logged": _text(self.logged),
            "subject": self.subject,
        }  # fmt: skip
        return canonical(fields).encode()


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def decode(data: bytes) -> Entry:
    """Read an entry. Raises EntryInvalid for bytes that :meth:`Entry.encode` would not give."""
    try:
        raw = json.loads(data)
        if set(raw) != _FIELDS or canonical(raw).encode() != data:
            raise EntryInvalid("the entry is not written canonically, or has other fields than it should")
        at, logged = (datetime.fromisoformat(raw[name]) for name in ("at", "logged"))
        found = Entry(str(raw["kind"]), str(raw["subject"]), dict(raw["document"]), at, logged)
    except (ValueError, TypeError, RecursionError) as error:
        raise EntryInvalid("the entry cannot be read") from error
    if at.tzinfo is None or logged.tzinfo is None:
        raise EntryInvalid("the entry does not say in which time zone its times are")
    return found


def document_hash(document: Mapping[str, Any]) -> str:
    """Return the sha256 of a document in canonical JSON."""
    return hashlib.sha256(canonical(dict(document)).encode()).hexdigest()


def _walk(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key with its value, and list items under an empty key."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key), inner
            yield from _walk(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield "", inner
            yield from _walk(inner)


def digests_of(document: Mapping[str, Any]) -> list[str]:
    """Return the sha256 values that a document names, and its own, sorted."""
    named = {value for _key, value in _walk(document) if isinstance(value, str) and _DIGEST.fullmatch(value)}
    return sorted(named | {document_hash(document)})


def check_document(kind: str, document: Mapping[str, Any]) -> None:
    """Refuse what cannot or must not be published for ever. Raises ValueError that names it."""
    for key, value in _walk(document):
        if key.lower() in PERSONAL:
            raise ValueError(
                f"{kind}: “{key}” would put a person's data into the log for ever; publish its seal instead"
            )
        if isinstance(value, float):
            raise ValueError(f"{kind}: “{key}” is no whole number; the log holds texts and whole numbers only")
    if len(canonical(dict(document)).encode()) > LONGEST - _ROOM:
        raise ValueError(f"{kind}: the document is longer than an entry of the log can be; publish its hash instead")


def seal(text: str, salt: bytes) -> str:
    """Return what stands in the log for a text that may have to be erased: HMAC-SHA256 under a salt of 32 bytes, as hex.

    Raises ValueError for a shorter salt: a name or a short text could be found by trying.
    """
    if len(salt) < 32:
        raise ValueError("a salt has 32 bytes at least")
    return hmac.new(salt, text.encode(), hashlib.sha256).hexdigest()
