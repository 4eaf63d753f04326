"""A round as one file that anybody can check without this installation: its frozen inputs, its scheme, and its results.

The file is a zip of which every byte follows from its contents: sorted names, one fixed date, nothing compressed (the
tables are already). ``SHA256SUMS`` lists every other member, in the form that ``sha256sum --check`` reads.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

SUMS = "SHA256SUMS"
ROUND, MANIFEST, SCHEME = "round.json", "manifest.json", "scheme.json"
RESULTS = "results/"
_DATE = (1980, 1, 1, 0, 0, 0)


class ArchiveDamaged(ValueError):
    """The file is not what it was: ``name`` is the member that does not fit, or "" for the file as a whole."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}" if name else why)
        self.name = name


@dataclass(frozen=True, slots=True)
class Checked:
    """What an archive says of itself and what calculating it again gave; all hashes are sha256."""

    title: str
    manifest_hash: str
    scheme_hash: str
    result_hash: str
    found: str

    @property
    def same(self) -> bool:
        """True where the frozen inputs give the published result."""
        return self.result_hash == self.found


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the archive of ``files``; the same files give the same bytes."""
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    whole = {**files, SUMS: sums.encode()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(whole):
            entry = zipfile.ZipInfo(name, date_time=_DATE)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, whole[name])
    return target.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """Return the members of an archive but its list of sums, after checking every byte. Raises ArchiveDamaged."""
    files = _members(content)
    sums = _sums(files.pop(SUMS, None))
    for name in sorted(files.keys() | sums.keys()):
        if name not in files:
            raise ArchiveDamaged(name, "is missing")
        if name not in sums:
            raise ArchiveDamaged(name, f"is not listed in {SUMS}")
        if hashlib.sha256(files[name]).hexdigest() != sums[name]:
            raise ArchiveDamaged(name, "was changed")
    again = pack(files)
    if again != content:
        place = next(
            (at for at, (one, other) in enumerate(zip(again, content, strict=False)) if one != other), len(again)
        )
        raise ArchiveDamaged("", f"the file was packed otherwise: its bytes differ from the first at {place}")
    return files


def _members(content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if len(set(names)) != len(names):
                raise ArchiveDamaged("", "a member stands in it twice")
            found = {}
            for name in names:
                try:
                    found[name] = archive.read(name)
                except (
                    zipfile.BadZipFile,
                    NotImplementedError,
                    RuntimeError,
                    OSError,
                    ValueError,
                    EOFError,
                ) as problem:
                    raise ArchiveDamaged(name, f"cannot be read ({problem})") from problem
            return found
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError, ValueError) as problem:
        if isinstance(problem, ArchiveDamaged):
            raise
        raise ArchiveDamaged("", f"the file is no archive of a round ({problem})") from problem


def _sums(listed: bytes | None) -> dict[str, str]:
    if listed is None:
        raise ArchiveDamaged(SUMS, "is missing")
    try:
        rows = [line.split("  ", 1) for line in listed.decode().splitlines()]
        return {name: digest for digest, name in rows}
    except ValueError as problem:
        raise ArchiveDamaged(SUMS, "cannot be read") from problem
