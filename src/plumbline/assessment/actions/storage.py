"""Snapshots on disk: sorted Parquet files in a folder that appears whole or not at all, and the manifest that names them.

Files are written beside their place, flushed to the disk and renamed at the end. The folder is called after the manifest's
hash, so that the same inputs frozen twice share one folder and a crash in between leaves nothing that could be mistaken.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from plumbline.assessment.rules.canonical import canonical, hash_of

if TYPE_CHECKING:  # slow to load: only those who freeze or score wait for it
    import pyarrow as pa

MANIFEST = "manifest.json"
SCHEME = "scheme.json"


class SnapshotDamaged(ValueError):
    """The files do not say what the manifest says: ``name`` is the file."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is missing or was changed since the snapshot was frozen")
        self.name = name


def root() -> Path:
    """Return the folder in which all snapshots stand."""
    return Path(settings.DATA_DIR) / "snapshots"


def write(
    tables: Mapping[str, "pa.Table"], scheme: Mapping[str, Any], about: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Write the tables and the scheme; return the folder's name and the manifest: ``about`` with ``files`` added.

    Raises OSError where the disk refuses; then nothing stands.
    """
    root().mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=root()))
    try:
        files = {f"{name}.parquet": _write_table(draft / f"{name}.parquet", table) for name, table in tables.items()}
        files[SCHEME] = _write_scheme(draft / SCHEME, scheme)
        manifest = {**about, "files": files}
        _write_bytes(draft / MANIFEST, canonical(manifest))
        folder = hash_of(manifest)
        _put_in_place(draft, root() / folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return folder, manifest


def read(folder: str, manifest: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, "pa.Table"]]:
    """Return the scheme and the tables of a snapshot after checking every file; raises SnapshotDamaged."""
    from pyarrow import parquet

    check(folder, manifest)
    place = root() / folder
    names = [name for name in manifest["files"] if name.endswith(".parquet")]
    scheme = json.loads((place / SCHEME).read_text(encoding="utf-8"))
    return scheme, {name.removesuffix(".parquet"): parquet.read_table(place / name) for name in names}


def contents(folder: str, manifest: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the bytes of every file of a snapshot by name, the manifest included; raises SnapshotDamaged."""
    check(folder, manifest)
    place = root() / folder
    return {MANIFEST: canonical(manifest), **{name: (place / name).read_bytes() for name in manifest["files"]}}


def check(folder: str, manifest: Mapping[str, Any]) -> None:
    """Raise SnapshotDamaged for the first file that is missing or whose sha256 differs from the manifest's."""
    for name, entry in manifest["files"].items():
        path = root() / folder / name
        if not path.is_file() or _sha256(path) != entry["sha256"]:
            raise SnapshotDamaged(name)


def _write_table(path: Path, table: "pa.Table") -> dict[str, Any]:
    from pyarrow import parquet

    parquet.write_table(table, path, compression="zstd", version="2.6", store_schema=True)
    with path.open("rb") as handle:
        os.fsync(handle.fileno())
    return {"sha256": _sha256(path), "rows": table.num_rows, "bytes": path.stat().st_size}


def _write_scheme(path: Path, scheme: Mapping[str, Any]) -> dict[str, Any]:
    _write_bytes(path, canonical(scheme))
    return {"sha256": _sha256(path), "bytes": path.stat().st_size}


def _write_bytes(path: Path, content: bytes) -> None:
    with path.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _put_in_place(draft: Path, place: Path) -> None:
    if place.exists():
        return
    draft.chmod(0o755)
    draft.rename(place)
    handle = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
