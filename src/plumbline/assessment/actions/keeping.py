"""Analyses on disk: one JSON file for each run, kind and settings, so that pages only read (docs/adr/0091).

They may be thrown away: whoever asks again gets the same file again, from the same frozen inputs and the same seed.
"""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plumbline.assessment.queries.kept import folder
from plumbline.assessment.rules.canonical import canonical, hash_of

KEY_LENGTH = 16


def keep(run_id: int, kind: str, about: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """Write an analysis whole or not at all and return its key; one of the same key is replaced. Raises OSError.

    The key is the first characters of the sha256 of ``about``: what it was made from, and how.
    """
    key = hash_of(about)[:KEY_LENGTH]
    keep_file(folder(run_id), f"{kind}-{key}.json", canonical({**document, "key": key, "about": dict(about)}))
    return key


def keep_file(place: Path, name: str, content: bytes) -> None:
    """Write a file into a folder of analyses, whole or not at all; one of the same name is replaced. Raises OSError."""
    place.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=".draft-", dir=place)
    try:
        with os.fdopen(handle, "wb") as sink:
            sink.write(content)
            sink.flush()
            os.fsync(sink.fileno())
        Path(draft).replace(place / name)
    finally:
        Path(draft).unlink(missing_ok=True)
