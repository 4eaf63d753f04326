"""Makes a backup while the installation runs."""

import contextlib
import json
import os
import tarfile
import tempfile
from datetime import datetime
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import psycopg

from plumbline.config.safety import programs
from plumbline.config.safety.archive import DUMP, FILES, MANIFEST, ArchiveRefused, Entry, Manifest, add, files_of

NOTE = "last-backup.json"


def back_up(target: Path, *, data: Path, url: str, at: datetime) -> Manifest:
    """Write the backup to ``target``, whole or not at all, readable by its owner only.

    The database is dumped first, in one snapshot; evidence is only ever added, so every file that the dump names is
    there when the files are read. Raises ArchiveRefused.
    """
    if target.exists():
        raise ArchiveRefused(f"{target} exists already; choose another name, a backup never overwrites one.")
    if not target.parent.is_dir():
        raise ArchiveRefused(f"{target.parent} is no folder.")
    making = target.with_name(f".{target.name}.making")
    try:
        manifest = _write(making, data, url, at)
        making.rename(target)
    finally:
        making.unlink(missing_ok=True)
    (data / NOTE).write_text(json.dumps({"made_at": at.isoformat(), "file": str(target)}))
    return manifest


def _write(making: Path, data: Path, url: str, at: datetime) -> Manifest:
    """Write the archive and return its manifest."""
    making.unlink(missing_ok=True)
    handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(handle, "wb") as sink,
        tarfile.open(fileobj=sink, mode="w", format=tarfile.PAX_FORMAT) as archive,
        tempfile.TemporaryDirectory(dir=making.parent, prefix=".plumbline-dump-") as folder,
    ):
        dump = Path(folder) / DUMP
        programs.dump(url, dump)
        entries: list[Entry] = [add(archive, DUMP, dump)]
        for path in files_of(data):
            with contextlib.suppress(FileNotFoundError):  # a passing file, such as one that was being replaced
                entries.append(add(archive, FILES + path.relative_to(data).as_posix(), path))
        manifest = Manifest(1, at.isoformat(), version("plumbline"), _server(url), tuple(entries))
        text = manifest.text().encode()
        about = tarfile.TarInfo(MANIFEST)
        about.size, about.mode = len(text), 0o600
        archive.addfile(about, BytesIO(text))
    return manifest


def _server(url: str) -> str:
    """Return the version of the server that was dumped."""
    with psycopg.connect(url) as connection:
        return str(connection.info.parameter_status("server_version"))


def last_backup(data: Path) -> datetime | None:
    """Return when the last backup of this data folder was made, None where none is known."""
    try:
        return datetime.fromisoformat(json.loads((data / NOTE).read_text())["made_at"])
    except (FileNotFoundError, ValueError, KeyError):
        return None
