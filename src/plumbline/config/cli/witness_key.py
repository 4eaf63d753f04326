"""The signing key of a witness: a file of its own, made where it is missing, for its owner's eyes."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from plumbline.config.errors import CommandFailed


def key_in(path: Path) -> Ed25519PrivateKey:
    """Return the key of a file. Raises CommandFailed where the file holds something else."""
    if not path.exists():
        made = Ed25519PrivateKey.generate()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
            sink.write(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return made
    try:
        found = load_pem_private_key(path.read_bytes(), None)
    except ValueError as error:
        raise CommandFailed(f"{path} holds no key of a witness.") from error
    if not isinstance(found, Ed25519PrivateKey):
        raise CommandFailed(f"{path} holds no Ed25519 key.")
    return found
