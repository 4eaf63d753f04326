"""Copies of a log made of pure functions: as files by path, without a database."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plumbline.ledger.rules.log import checkpoints, entries, merkle, notes, tiles
from plumbline.ledger.rules.log.edge import Edge

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
NAME = "plumbline.example/log"
VKEY = notes.verifier_for(NAME, KEY)
WKEY = notes.verifier_for("witness.example/w1", WITNESS, notes.COSIGNATURE)
START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def entry(number: int, *, at: datetime | None = None) -> bytes:
    """Return an entry of the log, an hour after the one before it."""
    hour = START + timedelta(hours=number)
    return entries.Entry(
        "test.notice", f"notice:{number}", {"content": f"{number:064x}"}, at or hour, hour + timedelta(seconds=2)
    ).encode()


def sign(found: Sequence[bytes], *, name: str = NAME, witnessed: bool = False) -> str:
    """Return the signed checkpoint of these entries."""
    text = checkpoints.Checkpoint(name, len(found), merkle.root_of(merkle.leaf_hash(one) for one in found)).text
    note = notes.Note(text, (notes.sign(text, name, KEY),))
    if witnessed:
        note = note.with_signature(notes.cosign(text, WKEY.name, WITNESS, 1_800_000_000))
    return str(note)


def copy(found: Sequence[bytes], *, signed: Sequence[int] = (), note: str = "") -> dict[str, bytes]:
    """Return the files of a log of these entries; ``signed`` are the sizes of earlier checkpoints."""
    files: dict[str, bytes] = {}
    edge = Edge()
    for one in found:
        for full in edge.add(merkle.leaf_hash(one)):
            files[tiles.Tile(full.level, full.index).path] = full.hashes
    for tile in tiles.tiles_of(len(found)):
        if tile.width < tiles.WIDTH:
            files[tile.path] = b"".join(edge.partial[tile.level or 0])
    for start in range(0, len(found), tiles.WIDTH):
        some = found[start : start + tiles.WIDTH]
        files[tiles.Tile(None, start // tiles.WIDTH, len(some)).path] = tiles.bundle(some)
    files["checkpoint"] = (note or sign(found)).encode()
    rows = [{"size": size, "note": sign(found[:size])} for size in signed]
    files["checkpoints.json"] = json.dumps(rows).encode()
    about = {"origin": NAME, "vkey": VKEY.text, "prefix": "./", "from": 0, "reason": "start", "known_before": ""}
    files["log.json"] = json.dumps({"names": [about]}).encode()
    return files
