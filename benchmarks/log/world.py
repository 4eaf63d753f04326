"""A log of ten million entries in the database, and a copy of a million as files."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
NAME = "benchmark.example/log"
INDEXES = ("log_entry_kind", "log_entry_subject", "log_entry_digests", "log_entry_logged")
ROW = """INSERT INTO ledger_logentry ("index", outbox_id, kind, subject, data, leaf, digests, logged_at)
SELECT n, n, 'test', 'n', d, sha256('\\x00'::bytea || d), '{}', now()
FROM (SELECT n, convert_to('{"at":"2026-11-20T09:00:00.000Z","n":' || n || '}', 'UTF8') AS d
      FROM generate_series(%s, %s) AS n) AS made"""


def entry(number: int) -> bytes:
    """Return the bytes of an entry as ``ROW`` makes them."""
    return b'{"at":"2026-11-20T09:00:00.000Z","n":%d}' % number


def fill(count: int) -> bytes:
    """Fill the tables with ``count`` entries and their tiles, without their history; return the root."""
    from django.db import connection

    from plumbline.ledger.rules.log.edge import Edge, FullTile
    from plumbline.ledger.rules.log.merkle import leaf_hash

    edge = Edge()

    def tiles() -> Iterator[FullTile]:
        for number in range(count):
            yield from edge.add(leaf_hash(entry(number)))

    with connection.cursor() as cursor:
        for name in INDEXES:
            cursor.execute(f"DROP INDEX {name}")
        for table in ("ledger_logentry", "ledger_logtile"):
            cursor.execute(f"ALTER TABLE {table} SET UNLOGGED")
        for start in range(0, count, 1_000_000):
            cursor.execute(ROW, [start, min(count, start + 1_000_000) - 1])
        with cursor.copy('COPY ledger_logtile (level, "index", hashes, root) FROM STDIN (FORMAT BINARY)') as copy:
            copy.set_types(["int2", "int8", "bytea", "bytea"])
            for one in tiles():
                copy.write_row((one.level, one.index, one.hashes, one.root))
        cursor.execute("ANALYZE ledger_logentry, ledger_logtile")
    return edge.root()


def write_copy(folder: Path, count: int) -> None:
    """Write a log of ``count`` entries as files, with a checkpoint for each 2,000 of them."""
    import json

    from plumbline.ledger.rules.log import checkpoints, entries, merkle, notes, tiles
    from plumbline.ledger.rules.log.edge import Edge

    key = Ed25519PrivateKey.generate()
    edge, signed, some = Edge(), [], []

    def note(size: int) -> str:
        text = checkpoints.Checkpoint(NAME, size, edge.root()).text
        return str(notes.Note(text, (notes.sign(text, NAME, key),)))

    def put(path: str, data: bytes) -> None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)

    for number in range(count):
        at = AT + timedelta(seconds=number)
        document = {"title": f"公示 {number}", "result_hash": hashlib.sha256(b"%d" % number).hexdigest()}
        some.append(entries.Entry("assessment.notice", f"round:{number}", document, at, at).encode())
        for full in edge.add(merkle.leaf_hash(some[-1])):
            put(tiles.Tile(full.level, full.index).path, full.hashes)
        if len(some) == tiles.WIDTH or number + 1 == count:
            put(tiles.Tile(None, number // tiles.WIDTH, len(some)).path, tiles.bundle(some))
            some = []
        if not (number + 1) % 2000:
            signed.append({"size": number + 1, "note": note(number + 1)})
    for tile in tiles.tiles_of(count):
        if tile.width < tiles.WIDTH:
            put(tile.path, b"".join(edge.partial[tile.level or 0]))
    put("checkpoint", note(count).encode())
    put("checkpoints.json", json.dumps(signed).encode())
    name = {"origin": NAME, "vkey": notes.verifier_for(NAME, key).text, "prefix": "./", "from": 0, "reason": "start",
            "known_before": ""}  # fmt: skip
    put("log.json", json.dumps({"names": [name]}).encode())
