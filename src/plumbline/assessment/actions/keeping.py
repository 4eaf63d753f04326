"""Analyses on disk: one JSON file for each run, kind and settings, so that pages only read (docs/adr/0091).

They may be thrown away: whoever asks again gets the same file again, from the same frozen inputs and the same seed.
"""

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from plumbline.assessment.actions.storage import canonical, hash_of

KEY_LENGTH = 16


def folder(run_id: int) -> Path:
    """Return the folder of a run's analyses; it may not exist yet."""
    return Path(settings.DATA_DIR) / "analyses" / f"run-{int(run_id)}"


def key_of(about: Mapping[str, Any]) -> str:
    """Return the key of settings: the first characters of their sha256."""
    return hash_of(about)[:KEY_LENGTH]


def keep(run_id: int, kind: str, about: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """Write an analysis whole or not at all and return its key; one of the same key is replaced. Raises OSError."""
    key, place = key_of(about), folder(run_id)
    place.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=".draft-", dir=place)
    try:
        with os.fdopen(handle, "wb") as sink:
            sink.write(canonical({**document, "key": key, "about": dict(about)}))
            sink.flush()
            os.fsync(sink.fileno())
        Path(draft).replace(place / f"{kind}-{key}.json")
    finally:
        Path(draft).unlink(missing_ok=True)
    return key


def kept(run_id: int, kind: str) -> dict[str, dict[str, Any]]:
    """Return the analyses of a kind by key, the newest first. A file that cannot be read is left out: it can be made again."""
    found = []
    for path in folder(run_id).glob(f"{kind}-*.json"):
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        found.append(document)
    return {one["key"]: one for one in sorted(found, key=lambda one: str(one["made_at"]), reverse=True)}
