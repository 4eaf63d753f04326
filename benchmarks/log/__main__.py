"""Run with ``python -m benchmarks.log [--small]``: prints the figures and writes them into benchmarks/RESULTS.md.

It takes about six minutes and 5 GB of disk, which it gives back; ``--small`` takes a hundredth and writes nothing.
"""

import hashlib
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.log import world
from benchmarks.obligations.world import opened
from benchmarks.results import write_table

SMALL = "--small" in sys.argv
APPENDED, HELD, CHECKED = (2_000, 100_000, 10_000) if SMALL else (20_000, 10_000_000, 1_000_000)
ASKED = 500
BARE = """INSERT INTO bare ("index", outbox_id, kind, subject, data, leaf, digests, logged_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"""
KEYS = "SELECT conname FROM pg_constraint WHERE conrelid = 'ledger_logentry'::regclass AND contype IN ('f', 'u')"
LIMITS = {"appends": 1000.0, "proof": 0.002, "verify": 15.0}


def timed(work: Callable[[], Any]) -> float:
    """Return the seconds that it takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def p95(seconds: Sequence[float]) -> float:
    """Return the 95th of a hundred."""
    return statistics.quantiles(seconds, n=20)[-1]


def publish(count: int) -> None:
    """Let documents wait, as areas do, many in one transaction."""
    from plumbline.ledger.models import OutboxEntry
    from plumbline.ledger.rules.log.entries import document_hash

    rows = []
    for number in range(count):
        document = {"round": f"考核 {number}", "result_hash": hashlib.sha256(b"%d" % number).hexdigest(), "notice": 1}
        rows.append(
            OutboxEntry(
                kind="assessment.notice",
                subject=f"round:{number}",
                document=document,
                document_hash=document_hash(document),
                queued_at=datetime.now(UTC),
            )
        )
    OutboxEntry.objects.bulk_create(rows, batch_size=2000)


def appends() -> list[tuple[str, ...]]:
    """Measure the sequencer on what waits, and a bare insert of the same entries as its peer."""
    from django.db import connection

    from plumbline.ledger import api as ledger
    from plumbline.ledger.models import LogEntry

    ledger.append_waiting(at=datetime.now(UTC))
    publish(APPENDED)

    def sequence() -> None:
        while ledger.append_waiting(at=datetime.now(UTC)).added:
            pass

    ours = timed(sequence)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (LIKE ledger_logentry)")
        rows = list(LogEntry.objects.values_list())
        bare = timed(lambda: cursor.executemany(BARE, rows))
        cursor.execute("TRUNCATE ledger_logwaiting")
    if LogEntry.objects.count() != APPENDED + 1:
        raise SystemExit("the sequencer lost or doubled entries")
    what = f"{APPENDED:,} entries appended in batches of 2,000, tiles and signed checkpoints with them"
    rate = f"{APPENDED / ours:,.0f} a second"
    return [(what, "ours", rate, f"at least {LIMITS['appends']:,.0f}", "1.00"),
            (what, "bare INSERT of the rows", f"{APPENDED / bare:,.0f} a second", "", f"{ours / bare:.2f}")]  # fmt: skip


def proofs() -> list[tuple[str, ...]]:
    """Measure proofs among very many entries, each checked, and reading one row as their peer."""
    from plumbline.ledger.models import LogEntry
    from plumbline.ledger.queries.log_tiles import inclusion_proof
    from plumbline.ledger.rules.log import merkle
    from plumbline.ledger.rules.log.merkle import leaf_hash

    with_truncate()
    built = time.perf_counter()
    root = world.fill(HELD)
    built = time.perf_counter() - built
    dice = random.Random(1)
    ours, rows = [], []
    for number in (dice.randrange(HELD) for _n in range(ASKED)):
        began = time.perf_counter()
        found = inclusion_proof(number, HELD)
        ours.append(time.perf_counter() - began)
        merkle.verify_inclusion(leaf_hash(world.entry(number)), number, HELD, found, root)
        began = time.perf_counter()
        LogEntry.objects.filter(pk=number).values_list("data", flat=True).first()
        rows.append(time.perf_counter() - began)
    what = f"inclusion proof among {HELD:,} entries (built in {built:.0f} s), {ASKED} at random"
    told = [f"p50 {statistics.median(one) * 1000:.2f} ms, p95 {p95(one) * 1000:.2f} ms" for one in (ours, rows)]
    limit = f"at most {LIMITS['proof'] * 1000:.0f} ms"
    ratio = statistics.median(ours) / statistics.median(rows)
    LIMITS["proof found"] = p95(ours)
    return [(what, "ours", told[0], limit, "1.00"), (what, "one row read by its key", told[1], "", f"{ratio:.2f}")]


def with_truncate() -> None:
    """Empty the log past its triggers, and let it take entries that nothing was published for."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("logentry", "logtile", "logcheckpoint", "cosignature"):
            cursor.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER USER")
        cursor.execute("TRUNCATE ledger_logentry, ledger_logtile, ledger_logcheckpoint, ledger_cosignature")
        cursor.execute(KEYS)
        for (name,) in cursor.fetchall():
            cursor.execute(f"ALTER TABLE ledger_logentry DROP CONSTRAINT {name}")


def verification() -> list[tuple[str, ...]]:
    """Measure the command on a copy, and hashing the same bytes once as its peer."""
    with tempfile.TemporaryDirectory(prefix="plumbline-bench-log-") as name:
        folder = Path(name)
        world.write_copy(folder, CHECKED)
        command = [sys.executable, "-m", "plumbline.config.cli", "verify", name]
        ours = timed(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
        bundles = [path.read_bytes() for path in (folder / "tile" / "entries").rglob("*") if path.is_file()]
        size = sum(len(one) for one in bundles)
        each = size // CHECKED
        pieces = [one[k : k + each] for one in bundles for k in range(0, len(one), each)]
        bare = timed(lambda: [hashlib.sha256(one).digest() for one in pieces])
    what = f"{CHECKED:,} entries ({size / 1e6:.0f} MB) verified whole by the command"
    LIMITS["verify found"] = ours
    return [(what, "ours", f"{ours:.1f} s", f"at most {LIMITS['verify']:.0f} s", "1.00"),
            (what, "sha256 of the same bytes, once", f"{bare:.2f} s", "", f"{ours / bare:.1f}")]  # fmt: skip


def main() -> int:
    """Measure all three; return 1 where one is slower than it may be."""
    with opened():
        rows = [*appends(), *proofs()]
    rows += verification()
    if SMALL:
        print("\n".join(" | ".join(row) for row in rows))
        return 0
    head = ("what", "way", "measured", "limit", "ratio")
    write_table("Transparency log", "Ratio: our time to the peer's, in the same run.", head, rows)
    rate = float(rows[0][2].split()[0].replace(",", ""))
    slow = [
        rate < LIMITS["appends"],
        LIMITS["proof found"] > LIMITS["proof"],
        LIMITS["verify found"] > LIMITS["verify"],
    ]
    return 1 if any(slow) else 0


if __name__ == "__main__":
    sys.exit(main())
