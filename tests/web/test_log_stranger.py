"""A stranger's reader of the log, written from the texts of RFC 6962 and C2SP alone: it shares no line with ours.

It knows signed notes, checkpoints, tiles and bundles, and works the root out from the definition. What it accepts here,
other programs of that ecosystem accept.
"""

import base64
import hashlib
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client

from tests.ledger.log_world import grow

pytestmark = pytest.mark.django_db
Fetch = Callable[[str], bytes]


def sha(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def mth(leaves: list[bytes]) -> bytes:
    """The Merkle tree hash, word for word: k is the largest power of two smaller than n."""
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha(b"\x01", mth(leaves[:k]), mth(leaves[k:]))


def checkpoint(note: bytes, vkey: str) -> tuple[str, int, bytes]:
    """Check the log's signature on a note by a key as it is handed on; return origin, size, root."""
    name, number, coded = vkey.split("+", 2)
    key = base64.b64decode(coded)
    assert key[0] == 1 and len(key) == 33
    assert sha(name.encode(), b"\n", key).hex()[:8] == number
    text, _, signatures = note.decode().partition("\n\n")
    line = next(one for one in signatures.splitlines() if one.startswith(f"\u2014 {name} "))
    raw = base64.b64decode(line.rsplit(" ", 1)[1])
    assert raw[:4].hex() == number
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(raw[4:], f"{text}\n".encode())
    origin, size, root = text.split("\n")[:3]
    return origin, int(size), base64.b64decode(root)


def path(level: str, n: int, width: int) -> str:
    digits = f"{n:03}" if n < 1000 else f"x{n // 1000:03}/{n % 1000:03}"
    return f"tile/{level}/{digits}" + (f".p/{width}" if width < 256 else "")


def bundle(data: bytes) -> list[bytes]:
    found = []
    while data:
        (length,) = struct.unpack(">H", data[:2])
        found.append(data[2 : 2 + length])
        assert len(found[-1]) == length
        data = data[2 + length :]
    return found


@pytest.mark.parametrize("count", [1, 254, 255, 300, 520])
def test_a_strangers_reader_accepts_the_log(count: int, client: Client, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR, settings.LOG_ORIGIN = tmp_path, "plumbline.example/log"
    grow(count)

    def fetch(name: str) -> bytes:
        answer = client.get(f"/log/{name}")
        assert answer.status_code == 200, name
        return bytes(answer.content)

    told = client.get("/log/log.json").json()["names"][0]
    origin, size, root = checkpoint(fetch("checkpoint"), told["vkey"])
    assert (origin, size) == ("plumbline.example/log", count + 1)
    leaves = []
    for n in range((size + 255) // 256):
        width = min(256, size - 256 * n)
        hashes = [sha(b"\x00", entry) for entry in bundle(fetch(path("entries", n, width)))]
        assert b"".join(hashes) == fetch(path("0", n, width))
        leaves += hashes
    assert mth(leaves) == root
    above = [mth(leaves[256 * n : 256 * n + 256]) for n in range(size // 256)]
    if above:
        assert b"".join(above) == fetch(path("1", 0, len(above)))
