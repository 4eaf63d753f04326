"""The form of a backup: one tar file with the database's dump, the files of the data folder, and a manifest last."""

import hashlib
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

MANIFEST = "manifest.json"
DUMP = "database.dump"
FILES = "files/"
FORM = 1
"""The version of this form; restore refuses others."""
CHUNK = 1 << 20

LEFT_OUT = frozenset({"postgres", "postgres.making", "static", "metrics", "lock", "running.json", "last-backup.json",
                      "restoring", "setup-link.json"})  # fmt: skip
"""What lies in the data folder and is no part of a backup: it is dumped, rebuilt or made anew."""


class ArchiveRefused(Exception):
    """The backup cannot be made or read; the text says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """One file of the backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What the backup says about itself."""

    form: int
    made_at: str
    plumbline: str
    postgres: str
    entries: tuple[Entry, ...]

    def text(self) -> str:
        """Return the manifest as JSON."""
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def read(cls, text: str) -> "Manifest":
        """Return the manifest of a text. Raises ArchiveRefused for another form."""
        try:
            raw: dict[str, Any] = json.loads(text)
            if raw["form"] != FORM:
                raise ArchiveRefused(f"This backup has form {raw['form']}, this release reads form {FORM}.")
            return cls(**{**raw, "entries": tuple(Entry(**entry) for entry in raw["entries"])})
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveRefused("The manifest of this backup cannot be read; the file is damaged.") from error


def files_of(data: Path) -> Iterator[Path]:
    """Yield every file of the data folder that belongs into a backup, sorted."""
    for top in sorted(data.iterdir()):
        if top.name in LEFT_OUT or top.is_symlink():
            continue
        if top.is_file():
            yield top
        else:
            yield from sorted(path for path in top.rglob("*") if path.is_file() and not path.is_symlink())


class _Hashing:
    """A file that hashes what is read from it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read and hash."""
        chunk = self._source.read(size)
        self.digest.update(chunk)
        return chunk


def add(archive: tarfile.TarFile, name: str, path: Path) -> Entry:
    """Add a file and return its entry, with the hash of exactly what was written."""
    with path.open("rb") as source:
        about = tarfile.TarInfo(name)
        about.size = os.fstat(source.fileno()).st_size
        about.mode = 0o600
        hashing = _Hashing(source)
        archive.addfile(about, hashing)
    return Entry(name, about.size, hashing.digest.hexdigest())


def unpack(archive: tarfile.TarFile, folder: Path) -> Manifest:
    """Write every file below ``folder`` and hold it against the manifest.

    Raises ArchiveRefused for a damaged, incomplete or enlarged backup, and for names that lead out of the folder.
    """
    found = {member.name: _write(archive, member, folder) for member in archive}
    if MANIFEST not in found:
        raise ArchiveRefused("This backup has no manifest: it was cut off, or is no backup of Plumbline.")
    manifest = Manifest.read((folder / MANIFEST).read_text())
    del found[MANIFEST]
    expected = {entry.name: entry for entry in manifest.entries}
    for name in sorted(found.keys() | expected.keys()):
        if name not in found:
            raise ArchiveRefused(f"{name} is missing from this backup.")
        if found[name] != expected.get(name):
            raise ArchiveRefused(f"{name} is not what the manifest says; the backup is damaged or was changed.")
    return manifest


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> Entry:
    """Write one file of the archive and return its entry."""
    parts = PurePosixPath(member.name).parts
    source = archive.extractfile(member) if member.isfile() else None
    if source is None or not parts or ".." in parts or parts[0] == "/":
        raise ArchiveRefused(f"{member.name!r} has no place in a backup.")
    target = folder.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            sink.write(chunk)
    return Entry(member.name, member.size, digest.hexdigest())
