"""Documents in one canonical form, and their hash: the same procedure has the same hash everywhere."""

import hashlib
import json
from typing import Any


def hash_of(document: Any) -> str:
    """Return the sha256 of a document of plain data with sorted keys and no spaces, in UTF-8."""
    plain = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()
