"""Analyses that were kept on disk (docs/adr/0091): where they lie, and reading them."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings


def folder(run_id: int) -> Path:
    """Return the folder of a run's analyses; it may not exist yet."""
    return Path(settings.DATA_DIR) / "analyses" / f"run-{int(run_id)}"


def folder_of_round(round_id: int) -> Path:
    """Return the folder of what is kept of a round before it has a run; it may not exist yet."""
    return Path(settings.DATA_DIR) / "analyses" / f"round-{int(round_id)}"


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
