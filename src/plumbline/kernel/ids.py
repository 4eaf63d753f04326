"""Identifiers: pseudonyms for people, one-time secrets, and codes that are read aloud."""

import hashlib
import secrets
import uuid

# Without the letters and digits that people confuse on paper (0 O 1 I L U V).
READABLE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"


def new_pseudonym() -> uuid.UUID:
    """Return a random identifier that says nothing about the person it stands for."""
    return uuid.uuid4()


def new_secret(bytes_of_entropy: int = 32) -> str:
    """Return a URL-safe random secret."""
    return secrets.token_urlsafe(bytes_of_entropy)


def new_code(length: int = 12) -> str:
    """Return a random code for slips, in groups of four: ``7KQ2-M3XR-9TWA``."""
    raw = "".join(secrets.choice(READABLE_ALPHABET) for _ in range(length))
    return "-".join(raw[start : start + 4] for start in range(0, length, 4))


def fingerprint(secret: str) -> str:
    """Return the sha256 of a high-entropy secret as hex: what is stored in place of the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
