"""Reads what a copy of a log says about itself, and checks a copy or a single proof against keys that are trusted."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from plumbline.ledger.rules.log import merkle, notes
from plumbline.ledger.rules.log.checkpoints import Checkpoint, CheckpointInvalid, checkpoint_of
from plumbline.ledger.rules.log.notes import NoteInvalid, Verifier
from plumbline.ledger.rules.log.proofs import ProofUnreadable, proof_of
from plumbline.ledger.rules.log.verification import Finding, Known, Reader, Verified, check_log, known_of

MOST_CHECKPOINTS = 1000


class CopyInvalid(Exception):
    """There is no log to check: a file is missing, no trusted key signed, or it cannot be read. The text says which."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a log, as ``log.json`` tells it; the present one first."""

    origin: str
    vkey: str
    prefix: str = ""
    start: int = 0
    reason: str = ""
    known_before: str = ""


@dataclass
class Checked:
    """A whole check: under which name and key, by which witnesses confirmed, and what was found."""

    checkpoint: Checkpoint
    note: str
    key: Verifier
    result: Verified
    names: tuple[Name, ...] = ()
    witnesses: tuple[Verifier, ...] = ()
    earlier: list[int] = field(default_factory=list)
    """Sizes of the signed earlier checkpoints that were compared."""


def names_of(text: bytes) -> tuple[Name, ...]:
    """Read ``log.json``. Raises CopyInvalid."""
    try:
        return tuple(
            Name(one["origin"], one["vkey"], one["prefix"], int(one["from"]), one["reason"], one["known_before"])
            for one in json.loads(text)["names"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CopyInvalid("log.json is not what a log says about itself") from error


def opened(note: str, keys: Sequence[Verifier]) -> tuple[Checkpoint, Verifier]:
    """Return the checkpoint of a note and the key that signed it. Raises CopyInvalid."""
    try:
        found = checkpoint_of(notes.read(note).text)
        signed = notes.signed_by(notes.read(note), [key for key in keys if key.kind == notes.ED25519])
    except (NoteInvalid, CheckpointInvalid) as error:
        raise CopyInvalid(f"the checkpoint does not hold: {error}") from error
    own = [key for key in signed if key.name == found.origin]
    if not own:
        raise CopyInvalid("the checkpoint is not signed by the key of this log")
    return found, own[0]


def checkpoint_in(note: str) -> Checkpoint:
    """Return the checkpoint of a note that somebody kept; whoever kept it vouches for it. Raises CopyInvalid."""
    try:
        return checkpoint_of(notes.read(note).text)
    except (NoteInvalid, CheckpointInvalid) as error:
        raise CopyInvalid(f"what was kept is no checkpoint: {error}") from error


def check_copy(
    read: Reader,
    *,
    keys: Sequence[Verifier] = (),
    known: Iterable[Known] = (),
    witnesses: Sequence[Verifier] = (),
    wanted: Collection[str] = (),
    progress: Any = lambda _done, _whole: None,
) -> Checked:
    """Check all of a log. Without ``keys`` those that it names itself are taken. Raises CopyInvalid."""
    names = names_of(_need(read, "log.json")) if _has(read, "log.json") else ()
    trusted = keys or tuple(notes.verifier_of(one.vkey) for one in names)
    note = _need(read, "checkpoint").decode("utf-8", "replace")
    checkpoint, key = opened(note, trusted)
    own = _history(read, checkpoint, key)
    kept = list(known)
    result = check_log(read, checkpoint, known=[*own, *kept], wanted=wanted, progress=progress)
    result.findings += _beyond(kept, checkpoint, names)
    seen = _confirmed(note, witnesses, result)
    return Checked(checkpoint, note, key, result, names, seen, [one.count for one in own])


def _need(read: Reader, path: str) -> bytes:
    try:
        return read(path)
    except LookupError as error:
        raise CopyInvalid(f"the log has no file “{path}”") from error


def _has(read: Reader, path: str) -> bool:
    try:
        return bool(read(path))
    except LookupError:
        return False


def _history(read: Reader, last: Checkpoint, key: Verifier) -> list[Known]:
    """Return the earlier checkpoints that the log's key signed, thinned where there are very many."""
    if not _has(read, "checkpoints.json"):
        return []
    try:
        rows = [str(one["note"]) for one in json.loads(read("checkpoints.json"))]
    except (ValueError, KeyError, TypeError) as error:
        raise CopyInvalid("checkpoints.json cannot be read") from error
    kept = rows[:: max(1, -(-len(rows) // MOST_CHECKPOINTS))]
    found = (opened(note, [key])[0] for note in kept)
    return [known_of(one) for one in found if one.count < last.count]


def _beyond(known: Iterable[Known], now: Checkpoint, names: Sequence[Name]) -> list[Finding]:
    """Return what is known of more entries than the log has: it was cut, or begun anew after a loss."""
    found = []
    for one in known:
        if one.count <= now.count:
            continue
        told = f"{one.count} entries are known, the log has only {now.count}: entries from {now.count} on were cut off"
        found.append(Finding("cut", told, now.count))
    told_lost = {name.start: name for name in names if name.reason != "start"}
    return found + [Finding("renamed", _said(name), None) for name in told_lost.values() if _lost(name, known)]


def _lost(name: Name, known: Iterable[Known]) -> bool:
    """Tell whether something that is kept reaches beyond where a name began: those entries were lost with the old name."""
    return any(one.origin and one.origin != name.origin and one.count > name.start for one in known)


def _said(name: Name) -> str:
    return f"the log was begun anew as {name.origin} at entry {name.start}; what you kept under the old name reaches beyond"


def _confirmed(note: str, witnesses: Sequence[Verifier], result: Verified) -> tuple[Verifier, ...]:
    """Return the witnesses that confirmed the checkpoint; one that is asked for and did not is a finding."""
    try:
        seen = notes.signed_by(notes.read(note), witnesses)
    except NoteInvalid as error:
        result.findings.append(Finding("witness", str(error)))
        return ()
    for one in witnesses:
        if one not in seen:
            result.findings.append(Finding("witness", f"the witness {one.name} has not confirmed this checkpoint"))
    return seen


def check_proof(text: str, entry: bytes, keys: Sequence[Verifier]) -> tuple[int, Checkpoint, Verifier]:
    """Check a proof (C2SP ``tlog-proof``) of an entry; return its number, the checkpoint, the key. Raises CopyInvalid."""
    try:
        proof = proof_of(text)
        checkpoint, key = opened(proof.note, keys)
        merkle.verify_inclusion(merkle.leaf_hash(entry), proof.index, checkpoint.count, proof.hashes, checkpoint.root)
    except (ProofUnreadable, merkle.ProofInvalid) as error:
        raise CopyInvalid(str(error)) from error
    return proof.index, checkpoint, key
