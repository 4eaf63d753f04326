"""Evidence files: stored by content outside the static tree, typed by what they are, given out only to who may read them.

A scope such as ``unit:17`` says to what a file belongs; the area that owns the scope registers a guard that decides who may read.
"""

import hashlib
import os
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import BinaryIO
from unicodedata import category, normalize

import filetype
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import Evidence

__all__ = ["Evidence", "EvidenceRefused", "OpenEvidence", "describe", "open_file", "register_guard", "store"]

_CHUNK = 256 * 1024
_MOST_PIXELS = 80_000_000
_PICTURES = {"image/jpeg", "image/png", "image/gif", "image/webp", "image/heic"}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ALLOWED = _PICTURES | {
    "application/pdf", f"{_OFFICE}wordprocessingml.document", f"{_OFFICE}spreadsheetml.sheet",
    f"{_OFFICE}presentationml.presentation", "application/msword", "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint", "application/vnd.oasis.opendocument.text", "audio/mpeg", "audio/mp4", "video/mp4",
    "application/vnd.oasis.opendocument.spreadsheet", "text/plain",
}  # fmt: skip

Guard = Callable[[Actor, str], bool]
_guards: dict[str, Guard] = {}


class EvidenceRefused(ValueError):
    """The file cannot be kept; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class OpenEvidence:
    """A file that the actor may read: its row, and where its bytes lie."""

    evidence: Evidence
    path: Path


def register_guard(prefix: str, may_read: Guard) -> None:
    """Let ``may_read(actor, scope)`` decide about every scope that begins with ``prefix``, such as ``unit:``."""
    _guards[prefix] = may_read


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "evidence"


def _place(sha256: str) -> Path:
    return _folder() / sha256[:2] / sha256[2:4] / sha256


def clean_name(name: str) -> str:
    """Return a file name without folders and control characters, at most 200 characters, its ending kept."""
    base = normalize("NFC", PurePath(name.replace("\\", "/")).name)
    plain = "".join(character for character in base if category(character)[0] != "C").strip(" .") or "file"
    ending = PurePath(plain).suffix[:12]
    return plain if len(plain) <= 200 else plain[: 200 - len(ending)] + ending


def _spool(stream: BinaryIO) -> tuple[Path, str, int]:
    """Copy the upload to a file of our own while hashing; nothing stays behind where it is too large or breaks off."""
    folder = _folder() / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    handle, place = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as target:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > settings.PLUMBLINE_EVIDENCE_LIMIT:
                    most = settings.PLUMBLINE_EVIDENCE_LIMIT // 2**20
                    raise EvidenceRefused(
                        _("The file is larger than %(n)s MB. Make it smaller or split it.") % {"n": most}
                    )
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
        if not size:
            raise EvidenceRefused(_("The file is empty (0 bytes). Take the photo or save the file again."))
    except BaseException:
        Path(place).unlink(missing_ok=True)
        raise
    return Path(place), digest.hexdigest(), size


def _is_text(path: Path) -> bool:
    """True for UTF-8 or GB18030 text without control bytes."""
    with path.open("rb") as source:
        head = source.read(65536)
    if any(byte < 9 or 13 < byte < 32 for byte in head):
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            head.decode(encoding, errors="strict")
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                continue
        return True
    return False


def _check_picture(path: Path) -> None:
    """Refuse a picture that is broken or unpacks to more than a screen could ever show."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise EvidenceRefused(_("The picture has too many pixels. Save a smaller copy."))
                picture.verify()
    except EvidenceRefused:
        raise
    except Exception as error:  # Pillow raises whatever its decoders raise
        raise EvidenceRefused(_("The picture is damaged and cannot be opened. Take or save it again.")) from error


def _check_archive(path: Path) -> None:
    """Refuse an office document that is no sound archive or unpacks to far more than its size."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise EvidenceRefused(_("The document is damaged and cannot be opened. Save it again.")) from error
    if sum(part.file_size for part in parts) > 20 * settings.PLUMBLINE_EVIDENCE_LIMIT:
        raise EvidenceRefused(_("The document unpacks to far more than its size and is not kept."))


def _type_of(path: Path) -> str:
    """Return the media type by content. Raises EvidenceRefused for types that are not kept, and for broken files."""
    known = filetype.guess(str(path))
    media_type = known.mime if known else ("text/plain" if _is_text(path) else "")
    if media_type not in _ALLOWED:
        raise EvidenceRefused(
            _("This type of file is not kept (%(type)s). Photos, PDF, Word, Excel, PowerPoint, text, MP3 and MP4 are.")
            % {"type": media_type or _("unknown")}
        )
    if media_type in _PICTURES - {"image/heic"}:
        _check_picture(path)
    if "openxmlformats" in media_type or "opendocument" in media_type:
        _check_archive(path)
    return str(media_type)


def _keep(temporary: Path, sha256: str) -> None:
    """Move the bytes to their place, unless the same bytes lie there already."""
    place = _place(sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists():
        temporary.unlink()
    else:
        temporary.chmod(0o600)
        temporary.replace(place)


def store(*, by: Actor, at: datetime, stream: BinaryIO, name: str, scope: str) -> Evidence:
    """Keep a file for ``scope``; equal bytes are kept once. Who may file there is the calling action's check.

    The bytes are in place before the row is saved, so that a row never points to nothing. Raises EvidenceRefused.
    """
    temporary, sha256, size = _spool(stream)
    try:
        media_type = _type_of(temporary)
        _keep(temporary, sha256)
    finally:
        temporary.unlink(missing_ok=True)
    kept = Evidence.objects.create(
        sha256=sha256,
        size=size,
        media_type=media_type,
        name=clean_name(name),
        scope=scope,
        stored_by=by.pseudonym,
        stored_at=at,
    )
    audit.record(
        by=by,
        at=at,
        action="kernel.store_evidence",
        subject=f"evidence:{kept.pk}",
        new={"sha256": sha256, "size": size, "type": media_type, "scope": scope},
    )
    return kept


def may_read(actor: Actor, scope: str) -> bool:
    """True where the guard of the scope lets the actor read; a scope without a guard is closed to all but a superuser."""
    if actor.is_superuser:
        return True
    return any(guard(actor, scope) for prefix, guard in _guards.items() if scope.startswith(prefix))


def open_file(*, by: Actor, evidence_id: int) -> OpenEvidence:
    """Return a file that the actor may read. Raises NotPermitted for another's, one that is not there, or one lost from disk."""
    kept = Evidence.objects.filter(pk=evidence_id).first()
    if kept is None or not may_read(by, kept.scope):
        raise NotPermitted("kernel.read_evidence", f"evidence:{evidence_id}")
    place = _place(kept.sha256)
    if not place.is_file():
        raise FileNotFoundError(
            f"evidence {kept.pk} has no bytes at {place.name}: restore the data folder from a backup"
        )
    return OpenEvidence(kept, place)


def describe(ids: Iterable[int]) -> list[Evidence]:
    """Return the rows of evidence files in the order of their ids; one SQL statement."""
    return list(Evidence.objects.filter(pk__in=list(ids)).order_by("pk"))
