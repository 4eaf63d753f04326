"""The sequencer: takes up what waits in the outbox, batch by batch, each in one transaction under an advisory lock.

Entries, full tiles, the signed checkpoint, and the waiting rows that are done stand or fall together. Only when they are
committed is the checkpoint remembered in the data folder; after a kill in between, the next run finds the memory behind the
database and catches up.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, transaction

from plumbline.ledger.actions import log_folder
from plumbline.ledger.actions.outbox import publish
from plumbline.ledger.models import LogCheckpoint, LogEntry, LogOrigin, LogTile, LogWaiting, OutboxEntry, Trouble
from plumbline.ledger.queries.log_state import LogState, log_state
from plumbline.ledger.queries.log_tiles import edge_at, is_whole
from plumbline.ledger.rules.log import entries, merkle, notes
from plumbline.ledger.rules.log.checkpoints import Checkpoint, checkpoint_of
from plumbline.ledger.rules.log.edge import Edge, FullTile
from plumbline.ledger.rules.log.standing import STOPPED, Standing
from plumbline.ledger.rules.log.tiles import LONGEST

BATCH: Final = 2000
"""Entries that one transaction takes up at most."""
ORIGIN: Final = "log.origin"
"""The kind of the entry with which a log begins, under its first name or a later one."""
_LOCK = 0x706C6F67
"""Key of the advisory lock of the sequencer ("plog")."""


class LogStopped(Exception):
    """The log does not go on by itself; ``standing`` says why."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(f"the log does not go on: {standing}")
        self.standing = standing


@dataclass(frozen=True, slots=True)
class Appended:
    """What one run of the sequencer did: how many entries it took up, and how many the log has now."""

    added: int
    size: int


def append_waiting(*, at: datetime, most: int = BATCH) -> Appended:
    """Take up what waits, at most ``most``, and sign a new checkpoint; nothing is done while another process does it.

    Begins the log where there is none, and under a new name where the database was put back to an earlier state.
    Raises LogStopped where the key is missing, nothing is remembered, or what was signed is not what the database holds.
    """
    with transaction.atomic(durable=True):
        if not _locked():
            return Appended(0, 0)
        state = log_state()
        if state.standing in STOPPED:
            raise LogStopped(state.standing)
        if state.standing is not Standing.GOOD:
            state = _begin(at, state, "start" if state.standing is Standing.FIRST else "restored")
        done = _append(at, state, most)
    return _remembered(state, done)


def begin_anew(*, at: datetime, reason: str, words: str = "", new_key: bool = False) -> Appended:
    """Let the log go on under a new name although it was stopped, with a new key where asked; the caller has checked.

    The entry that begins it names the earlier checkpoint that this machine remembers. Waits for a running sequencer.
    Raises LogStopped where rows of the log are missing, so that nothing can go on from them: a backup must be put back.
    """
    with transaction.atomic(durable=True):
        _locked(wait=True)
        state = log_state()
        if new_key:
            log_folder.put_key_away(_stamp(at))
        if state.standing is Standing.CHANGED and not is_whole(state.size):
            raise LogStopped(state.standing)
        done = _append(at, _begin(at, state, reason, words), BATCH)
    return _remembered(state, done)


def _remembered(before: LogState, after: LogState) -> Appended:
    """Keep the checkpoint in the data folder; a kill may have come between the last commit and its memory."""
    note = after.checkpoint.note if after.checkpoint else ""
    if note and log_folder.remembered_note() != note:
        log_folder.remember(note)
    return Appended(after.size - before.size, after.size)


def _locked(*, wait: bool = False) -> bool:
    """Take the sequencer's lock until the transaction ends."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        row = cursor.fetchone()
    return bool(row and row[0])


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _begin(at: datetime, state: LogState, reason: str, words: str = "") -> LogState:
    """Begin the log under a new name, and let the entry wait that says so."""
    key, known = log_folder.make_key(), log_folder.remembered_note()
    label = _stamp(at) if state.origin or known else ""
    first = state.origin.name.removesuffix(f"/{state.origin.label}") if state.origin else _first_name(key)
    name = f"{first}/{label}" if label else first
    origin = LogOrigin.objects.create(
        name=name, label=label, reason=reason, words=words,
        vkey=notes.verifier_for(name, key).text,
        from_size=state.size, known=known, begun_at=at,
    )  # fmt: skip
    publish(at=at, kind=ORIGIN, subject=f"log:{origin.pk}", document=_about(origin, known, state.size))
    return LogState(state.standing, origin, state.checkpoint)


def _about(origin: LogOrigin, known: str, size: int) -> dict[str, Any]:
    """Return what the entry says that begins a log: its name and key, and what was known before."""
    said: dict[str, Any] = {"origin": origin.name, "vkey": origin.vkey, "reason": origin.reason, "kept": size}
    if origin.words:
        said["words"] = origin.words
    if known:
        before = checkpoint_of(notes.read(known).text)
        said["earlier"] = {"origin": before.origin, "entries": before.count, "root": before.root.hex()}
        said["lost"] = max(0, before.count - size)
    return said


def _first_name(key: Ed25519PrivateKey) -> str:
    """Return the log's name: what the setting says, else one that follows from its key."""
    raw = notes.verifier_for("plumbline", key).raw
    return settings.LOG_ORIGIN or f"plumbline-{hashlib.sha256(raw).hexdigest()[:12]}/log"


def _append(at: datetime, state: LogState, most: int) -> LogState:
    """Append what waits, the log's own word first, and return how the log stands then."""
    waiting = LogWaiting.objects.filter(trouble="").select_related("outbox")
    own = list(waiting.filter(outbox__kind=ORIGIN).order_by("pk"))
    others = waiting.exclude(outbox__kind=ORIGIN).order_by("outbox__queued_at", "pk")[:most]
    rows = [row.outbox for row in (*own, *others)]
    logged = max([at, *LogEntry.objects.order_by("-index").values_list("logged_at", flat=True)[:1]])
    taken = [(row, data) for row in rows if (data := _data(row, logged)) is not None]
    if not taken or state.origin is None:
        return state
    edge = edge_at(state.size)
    _store(logged, edge, taken)
    LogWaiting.objects.filter(pk__in=[row.pk for row, _data in taken]).delete()
    return LogState(Standing.GOOD, state.origin, _sign(at, state.origin, edge))


def _data(row: OutboxEntry, logged: datetime) -> bytes | None:
    """Return the bytes of an entry; what was altered since it was published, or is too long, is marked and left out."""
    data = entries.Entry(row.kind, row.subject, row.document, row.queued_at, logged).encode()
    trouble = ""
    if entries.document_hash(row.document) != row.document_hash:
        trouble = Trouble.ALTERED.value
    elif len(data) > LONGEST:
        trouble = Trouble.LONG.value
    if trouble:
        LogWaiting.objects.filter(pk=row.pk).update(trouble=trouble)
        return None
    return data


def _store(logged: datetime, edge: Edge, taken: Sequence[tuple[OutboxEntry, bytes]]) -> None:
    """Write the entries and the tiles that they fill."""
    made: list[LogEntry] = []
    full: list[FullTile] = []
    for row, data in taken:
        leaf = merkle.leaf_hash(data)
        digests = entries.digests_of(row.document)
        made.append(
            LogEntry(index=edge.count, outbox_id=row.pk, kind=row.kind, subject=row.subject, data=data, leaf=leaf,
                     digests=digests, logged_at=logged)
        )  # fmt: skip
        full += edge.add(leaf)
    LogEntry.objects.bulk_create(made, batch_size=1000)
    LogTile.objects.bulk_create(
        LogTile(level=one.level, index=one.index, hashes=one.hashes, root=one.root) for one in full
    )


def _sign(at: datetime, origin: LogOrigin, edge: Edge) -> LogCheckpoint:
    root = edge.root()
    text = Checkpoint(origin.name, edge.count, root).text
    note = notes.Note(text, (notes.sign(text, origin.name, log_folder.make_key()),))
    return LogCheckpoint.objects.create(origin=origin, size=edge.count, root=root, note=str(note), made_at=at)
