"""Writes what the data folder keeps of the log. Each file appears whole and is on the disk before we go on."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from plumbline.ledger.queries.log_folder import KEY, MEMORY, RESTORED, folder, remembered_note, signing_key

__all__ = ["make_key", "put_key_away", "remember", "remembered_note"]


def make_key() -> Ed25519PrivateKey:
    """Return the key of this machine, made where there is none; only its owner may read it."""
    found = signing_key()
    if found is None:
        found = Ed25519PrivateKey.generate()
        _write(KEY, found.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return found


def put_key_away(stamp: str) -> None:
    """Keep the present key under another file name, so that a new one is made; nothing is done where there is none."""
    if (folder() / KEY).exists():
        (folder() / KEY).rename(folder() / f"{KEY}-until-{stamp}")
        _settle(folder())


def remember(note: str) -> None:
    """Keep the last checkpoint that was published, and forget that a backup was put back."""
    _write(MEMORY, note.encode())
    (folder() / RESTORED).unlink(missing_ok=True)


def _write(name: str, content: bytes) -> None:
    """Write a file whole, for its owner's eyes, and wait until the disk has it."""
    target = folder()
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    making = target / f".{name}.{os.getpid()}"
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as sink:
        sink.write(content)
        sink.flush()
        os.fsync(sink.fileno())
    making.replace(target / name)
    _settle(target)


def _settle(target: Path) -> None:
    """Wait until the disk has the folder's list of files."""
    handle = os.open(target, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
