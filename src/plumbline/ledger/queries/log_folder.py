"""What the data folder keeps of the log: the signing key, the last checkpoint that was published, the mark of a restore."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from plumbline.ledger.rules.log import notes
from plumbline.ledger.rules.log.checkpoints import Checkpoint, CheckpointInvalid, checkpoint_of

KEY, MEMORY, RESTORED = "key", "checkpoint", "restored"


def folder() -> Path:
    """Return the log's folder in the data folder."""
    return Path(settings.DATA_DIR) / "log"


def signing_key() -> Ed25519PrivateKey | None:
    """Return the key of this machine; None where the folder has none. Raises ValueError for a file that is no such key."""
    try:
        found = load_pem_private_key((folder() / KEY).read_bytes(), None)
    except FileNotFoundError:
        return None
    if not isinstance(found, Ed25519PrivateKey):
        raise ValueError(f"{folder() / KEY} holds no Ed25519 key")
    return found


def remembered_note() -> str:
    """Return the last checkpoint that this machine published, as a signed note; empty where it remembers none."""
    try:
        return (folder() / MEMORY).read_text()
    except FileNotFoundError:
        return ""


def remembered() -> Checkpoint | None:
    """Return the checkpoint of :func:`remembered_note`, None where there is none or the file is damaged."""
    note = remembered_note()
    try:
        return checkpoint_of(notes.read(note).text) if note else None
    except (notes.NoteInvalid, CheckpointInvalid):
        return None


def was_restored() -> bool:
    """Tell whether a backup was put back and the log has not gone on since."""
    return (folder() / RESTORED).exists()
