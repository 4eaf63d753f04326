"""C2SP ``signed-note``: a text with signatures below it, each by a named key; Ed25519, and cosignatures of witnesses.

A note is its text, which ends with a newline, an empty line, and one line for each signature: an em dash, the key's name, and
base64 of the key's four-byte number with the signature. Signatures of unknown keys are left alone, as the format asks.
"""

import base64
import binascii
import hashlib
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519, COSIGNATURE = 1, 4
"""Kinds of keys: a log's own, and a witness's, whose signatures carry a time."""
MOST_BYTES = 1_000_000
_DASH = "— "


class NoteInvalid(Exception):
    """A note or a key is not written as the format asks, or no known key signed it rightly."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key by its name. ``text`` is how keys are handed on: name, number and bytes, with plus signs between."""

    name: str
    kind: int
    raw: bytes

    @property
    def number(self) -> bytes:
        """The four bytes by which signatures name the key: they follow from its name and its bytes."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    @property
    def text(self) -> str:
        """The key as people and programs hand it on."""
        return f"{self.name}+{self.number.hex()}+{base64.b64encode(bytes([self.kind]) + self.raw).decode()}"


@dataclass(frozen=True, slots=True)
class Signature:
    """One line of signatures: the key's name and number, and the bytes it signed with."""

    name: str
    number: bytes
    value: bytes

    @property
    def line(self) -> str:
        """The line as it stands in the note."""
        return f"{_DASH}{self.name} {base64.b64encode(self.number + self.value).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures below it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(one.line for one in self.signatures)}"

    def with_signature(self, added: Signature) -> "Note":
        """Return the note with one signature more; the same key's earlier one is replaced."""
        kept = (one for one in self.signatures if (one.name, one.number) != (added.name, added.number))
        return Note(self.text, (*kept, added))


def verifier_of(text: str) -> Verifier:
    """Read a key as it is handed on. Raises NoteInvalid."""
    name, _, rest = text.strip().partition("+")
    number, _, key = rest.partition("+")
    try:
        raw = base64.b64decode(key, validate=True)
    except binascii.Error:
        raise NoteInvalid("the key is not written in base64") from None
    if not _is_name(name) or len(raw) != 33 or raw[0] not in (ED25519, COSIGNATURE):
        raise NoteInvalid("a key is name+number+key, of a kind that is known: Ed25519, or a witness's")
    found = Verifier(name, raw[0], raw[1:])
    if found.number.hex() != number:
        raise NoteInvalid("the number of the key does not belong to its name and its bytes")
    return found


def verifier_for(name: str, key: Ed25519PrivateKey, kind: int = ED25519) -> Verifier:
    """Return the public side of a private key under a name. Raises NoteInvalid for a name with spaces or plus signs."""
    if not _is_name(name):
        raise NoteInvalid(f"“{name}” cannot name a key: it has no spaces and no plus signs")
    return Verifier(name, kind, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(sign.isspace() for sign in name)


def read(text: str) -> Note:
    """Read a note, whoever signed it. Raises NoteInvalid where it is not written as one."""
    if len(text.encode()) > MOST_BYTES:
        raise NoteInvalid("the note is longer than a note can be")
    if any((ord(sign) < 0x20 and sign != "\n") or sign == "\x7f" for sign in text):
        raise NoteInvalid("the note holds signs that cannot stand in it")
    body, found, rest = text.rpartition("\n\n")
    if not found or not rest.endswith("\n"):
        raise NoteInvalid("a note has an empty line, then signatures, each with its newline")
    return Note(f"{body}\n", tuple(signature_of(line) for line in rest[:-1].split("\n")))


def signature_of(line: str) -> Signature:
    """Read one line of signatures, with or without its newline. Raises NoteInvalid."""
    line = line.removesuffix("\n")
    name, _, coded = line.removeprefix(_DASH).partition(" ")
    try:
        raw = base64.b64decode(coded, validate=True)
    except binascii.Error:
        raw = b""
    if not line.startswith(_DASH) or not _is_name(name) or len(raw) < 5:
        raise NoteInvalid(f"“{line[:80]}” is no signature")
    return Signature(name, raw[:4], raw[4:])


def sign(text: str, name: str, key: Ed25519PrivateKey) -> Signature:
    """Sign a text as a log does. Raises NoteInvalid for a text without its last newline."""
    if not text.endswith("\n"):
        raise NoteInvalid("the text of a note ends with a newline")
    return Signature(name, verifier_for(name, key).number, key.sign(text.encode()))


def cosign(text: str, name: str, key: Ed25519PrivateKey, seconds: int) -> Signature:
    """Sign a checkpoint's text as a witness does, with the time of it in seconds since 1970 (C2SP ``tlog-cosignature``)."""
    number = verifier_for(name, key, COSIGNATURE).number
    return Signature(name, number, struct.pack(">Q", seconds) + key.sign(_witnessed(text, seconds)))


def _witnessed(text: str, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def time_of(signature: Signature) -> int:
    """Return the seconds since 1970 that a witness's signature carries."""
    return int(struct.unpack_from(">Q", signature.value)[0])


def signed_by(note: Note, keys: Iterable[Verifier]) -> tuple[Verifier, ...]:
    """Return the keys among ``keys`` that signed the note. Raises NoteInvalid where one of them signed wrongly."""
    known: Mapping[tuple[str, bytes], Verifier] = {(key.name, key.number): key for key in keys}
    found = []
    for one in note.signatures:
        key = known.get((one.name, one.number))
        if key is not None and key not in found:
            _check(note.text, one, key)
            found.append(key)
    return tuple(found)


def _check(text: str, signature: Signature, key: Verifier) -> None:
    signed, value = text.encode(), signature.value
    if key.kind == COSIGNATURE and len(value) == 72:
        signed, value = _witnessed(text, time_of(signature)), value[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(value, signed)
    except InvalidSignature:
        raise NoteInvalid(f"the signature of {key.name} does not fit the text") from None


def open_note(text: str, key: Verifier) -> Note:
    """Read a note that ``key`` must have signed. Raises NoteInvalid."""
    note = read(text)
    if key not in signed_by(note, [key]):
        raise NoteInvalid(f"{key.name} did not sign this note")
    return note
