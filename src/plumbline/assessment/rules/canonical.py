"""Documents of plain data in one canonical form, and their hash: the same document has the same hash everywhere."""

import hashlib
import json
from typing import Any


def canonical(document: Any) -> bytes:
    """Return the one way to write a document of plain data: sorted keys, no spaces, UTF-8."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def hash_of(document: Any) -> str:
    """Return the sha256 of a document's canonical form."""
    return hashlib.sha256(canonical(document)).hexdigest()
