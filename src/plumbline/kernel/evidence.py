"""Evidence files: stored by content outside the static tree, typed by what they are, given out only to who may read them.

A scope such as ``unit:17`` says to what a file belongs; the area that owns the scope registers a guard that decides who
may read: ``evidence.register_guard("unit:", may_read)``. Equal bytes lie on disk once, under ``DATA_DIR/evidence``.

An upload goes to ``incoming/`` first, hashed and measured on its way, and moves to its place when the transaction that
recorded it commits: a broken upload or an undone transaction leaves nothing that a row could ever point to.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path, PurePath
from typing import BinaryIO
from unicodedata import category, normalize

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, filetypes
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.models import Evidence

__all__ = [
    "Evidence", "EvidenceLost", "EvidenceRefused", "OpenEvidence", "clean_name", "describe", "may_read", "open_file",
    "register_guard", "store", "sweep",
]  # fmt: skip

_log = structlog.get_logger("plumbline.evidence")
_CHUNK = 256 * 1024
_LONGEST_NAME = 200
_LEFT_OVER_AFTER = timedelta(hours=6)
"""Longer than any transaction lasts: what lies in ``incoming/`` longer without a row was broken off or undone."""

Guard = Callable[[Actor, str], bool]
_guards: dict[str, Guard] = {}


class EvidenceRefused(ValueError):
    """The file cannot be kept; the message says why and how to mend it."""


class EvidenceLost(FileNotFoundError):
    """The row stands, but its bytes are gone from the data folder: they must come back from a backup."""


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


def _incoming() -> Path:
    return _folder() / "incoming"


def _place(sha256: str) -> Path:
    return _folder() / sha256[:2] / sha256[2:4] / sha256


def clean_name(name: str) -> str:
    """Return a file name without folders and control characters, at most 200 characters, its ending kept."""
    base = normalize("NFC", PurePath(name.replace("\\", "/")).name)
    plain = "".join(character for character in base if category(character)[0] != "C").strip(" .") or "file"
    ending = PurePath(plain).suffix[:12]
    return plain if len(plain) <= _LONGEST_NAME else plain[: _LONGEST_NAME - len(ending)] + ending


def _copy(stream: BinaryIO, target: BinaryIO) -> tuple[str, int]:
    """Copy an upload while hashing it; return its sha256 and size. Raises EvidenceRefused where it is empty or too large."""
    digest, size, most = hashlib.sha256(), 0, settings.PLUMBLINE_EVIDENCE_LIMIT
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > most:
            shown = f"{most / 2**20:.1f}".removesuffix(".0")
            raise EvidenceRefused(_("The file is larger than %(n)s MB. Make it smaller or divide it.") % {"n": shown})
        digest.update(chunk)
        target.write(chunk)
    if not size:
        raise EvidenceRefused(_("The file is empty (0 bytes). Take the photo or save the file again."))
    return digest.hexdigest(), size


def _type_of(path: Path, name: str) -> str:
    """Return the media type by content. Raises EvidenceRefused for what is damaged, dangerous or not allowed here."""
    try:
        media_type = filetypes.type_of(path, name)
    except filetypes.Unfit as error:
        raise EvidenceRefused(str(error)) from error
    if media_type not in (settings.PLUMBLINE_EVIDENCE_TYPES or filetypes.KNOWN):
        said = _("Files of this type (%(type)s) are not kept here. Photos, PDF and office documents usually are.")
        raise EvidenceRefused(said % {"type": media_type})
    return media_type


def store(*, by: Actor, at: datetime, stream: BinaryIO, name: str, scope: str) -> Evidence:
    """Keep a file for ``scope``; equal bytes are kept once. Who may file there is the calling action's check.

    Raises EvidenceRefused for an empty, too large, damaged or dangerous file, and for a type that is not allowed.
    """
    name = clean_name(name)
    _incoming().mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=_incoming())
    path = Path(temporary)
    try:
        with os.fdopen(handle, "wb") as target:
            sha256, size = _copy(stream, target)
            target.flush()
            os.fsync(target.fileno())
        media_type = _type_of(path, name)
        path = path.rename(_incoming() / f"{sha256}.{path.name}")
        with transaction.atomic():
            kept = _record(by, at, Evidence(sha256=sha256, size=size, media_type=media_type, name=name, scope=scope))
            transaction.on_commit(partial(_settle, path, sha256))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return kept


def _record(by: Actor, at: datetime, kept: Evidence) -> Evidence:
    """Save the row of a file, and the audit of it."""
    kept.stored_by, kept.stored_at = by.pseudonym, at
    kept.save()
    said = {"sha256": kept.sha256, "size": kept.size, "type": kept.media_type, "scope": kept.scope}
    audit.record(by=by, at=at, action="kernel.store_evidence", subject=f"evidence:{kept.pk}", new=said)
    return kept


def _settle(path: Path, sha256: str) -> None:
    """Move the bytes to their place, unless the same bytes lie there already."""
    place = _place(sha256)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if place.exists():
        path.unlink(missing_ok=True)
    else:
        path.replace(place)


def _find(sha256: str) -> Path | None:
    """Return where the bytes lie; in ``incoming/`` where the process ended between the commit and the move."""
    place = _place(sha256)
    if place.is_file():
        return place
    return next(_incoming().glob(f"{sha256}.*"), None)


def may_read(actor: Actor, scope: str) -> bool:
    """True where a guard of the scope lets the actor read; a scope without one is closed to all but a superuser."""
    if actor.is_superuser:
        return True
    return any(guard(actor, scope) for prefix, guard in _guards.items() if scope.startswith(prefix))


def open_file(*, by: Actor, evidence_id: int) -> OpenEvidence:
    """Return a file that the actor may read.

    Raises NotPermitted for another's and for one that does not exist, EvidenceLost where the bytes are gone.
    """
    kept = Evidence.objects.filter(pk=evidence_id).first()
    if kept is None or not may_read(by, kept.scope):
        raise NotPermitted("kernel.read_evidence", f"evidence:{evidence_id}")
    found = _find(kept.sha256)
    if found is None:
        raise EvidenceLost(
            f"evidence {kept.pk} has no bytes under {kept.sha256}: restore the data folder from a backup"
        )
    return OpenEvidence(kept, found)


def describe(ids: Iterable[int]) -> list[Evidence]:
    """Return the rows of evidence files in the order of their ids; one SQL statement."""
    return list(Evidence.objects.filter(pk__in=list(ids)).order_by("pk"))


def sweep(*, at: datetime) -> int:
    """Clear ``incoming/`` of what was broken off or undone, settle what a kill left on its way; return how many were cleared.

    Only files that are hours old are touched; files in their place never are. The worker calls it now and then.
    """
    if not _incoming().is_dir():
        return 0
    before = (at - _LEFT_OVER_AFTER).timestamp()
    old = [path for path in _incoming().iterdir() if path.stat().st_mtime < before]
    hashes = {path.name.partition(".")[0] for path in old}
    recorded = set(Evidence.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    cleared = 0
    for path in old:
        sha256 = path.name.partition(".")[0]
        if sha256 in recorded:
            _settle(path, sha256)
        else:
            path.unlink(missing_ok=True)
            cleared += 1
    if cleared:
        _log.info("evidence_swept", files=cleared)
    return cleared
