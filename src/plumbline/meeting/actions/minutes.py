"""The words of the minutes: saved from any device, each sending once, nothing lost; and the files that go with them."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from plumbline.kernel import evidence
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.meeting.actions.common import locked, step, told, unconfirm
from plumbline.meeting.models import Meeting, SentText
from plumbline.meeting.permissions import check_record
from plumbline.meeting.rules.problems import Refused
from plumbline.meeting.rules.record import from_document, is_newer_than, to_document
from plumbline.meeting.rules.states import Event

MOST_FILES = 20
KEPT_SENDINGS = 30
"""Sendings that are remembered for each meeting; what a device sends again later than that is compared as a new one."""
LONGEST_SIDE = 1_600
PHOTO, MATERIAL = "photo", "material"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a sending: ``saved`` at ``revision``, or kept beside the newer text that stands (``sent_id``)."""

    saved: bool
    revision: int
    sent_id: int


@transaction.atomic
def save_minutes(
    *, by: Actor, at: datetime, meeting_id: int, document: Mapping[str, Any], base: int, key: UUID
) -> Receipt:
    """Save the record as it was typed, begun at revision ``base``. The same key again gives the same receipt.

    Where a newer text with other words stands, the sending is kept beside it until somebody chooses (``settle_text``).
    Raises NotPermitted, Refused (confirmed, filed, no record).
    """
    meeting = locked(meeting_id, "meeting.record")
    check_record(by, meeting)
    known = SentText.objects.filter(meeting=meeting, key=key).first()
    if known is not None:
        return Receipt(known.revision > 0, known.revision or meeting.revision, known.pk)
    step(meeting, Event.WRITE)
    record = from_document(document)
    sent = SentText(meeting=meeting, key=key, base=base, document=to_document(record), sent_by=by.pseudonym, sent_at=at)
    if is_newer_than(base, meeting.revision, record, from_document(meeting.record)):
        sent.save()
        return Receipt(False, meeting.revision, sent.pk)
    _take(by, at, meeting, sent)
    return Receipt(True, meeting.revision, sent.pk)


def _take(by: Actor, at: datetime, meeting: Meeting, sent: SentText) -> None:
    """Let a sending become the record."""
    if sent.document != meeting.record:
        meeting.record = sent.document
        meeting.revision += 1
        unconfirm(meeting)
        meeting.save(update_fields=["record", "revision", "chair_said", "recorder_said", "state"])
        told(by, at, meeting, "write", {"revision": meeting.revision})
    sent.revision, sent.settled = max(meeting.revision, 1), True
    sent.save()
    old = SentText.objects.filter(meeting=meeting, settled=True).order_by("-pk").values_list("pk", flat=True)
    SentText.objects.filter(pk__in=list(old[KEPT_SENDINGS : KEPT_SENDINGS + 50])).delete()


@transaction.atomic
def settle_text(*, by: Actor, at: datetime, meeting_id: int, sent_id: int, take: bool) -> Meeting:
    """Choose between a text that was kept beside a newer one and that newer one; ``take`` lets the kept one stand.

    Raises NotPermitted, Refused (settled already, confirmed, filed).
    """
    meeting = locked(meeting_id, "meeting.record")
    check_record(by, meeting)
    step(meeting, Event.WRITE)
    sent = SentText.objects.filter(pk=sent_id, meeting=meeting, settled=False).first()
    if sent is None:
        raise Refused(_("This was decided already."))
    if take:
        _take(by, at, meeting, sent)
    else:
        sent.settled = True
        sent.save(update_fields=["settled"])
        told(by, at, meeting, "keep_text", {"sent": sent.pk})
    return meeting


@transaction.atomic
def add_files(*, by: Actor, at: datetime, meeting_id: int, kind: str, uploads: Sequence[ledger.Upload]) -> list[int]:
    """Add photos or materials; photos lose what the camera wrote into them, such as the place. Returns their ids.

    Materials may be added while the meeting is planned. Raises NotPermitted, Refused, EvidenceRefused.
    """
    meeting = locked(meeting_id, "meeting.record")
    check_record(by, meeting)
    step(meeting, Event.CHANGE)
    name = "photos" if kind == PHOTO else "materials"
    kept = list(getattr(meeting, name))
    if len(kept) + len(uploads) > MOST_FILES:
        raise Refused(_("At most 20 photos and 20 other files go with a meeting."), "files")
    for one in uploads:
        stream = without_place(one.stream) if kind == PHOTO else one.stream
        kept.append(evidence.store(by=by, at=at, stream=stream, name=one.name, scope=f"meeting:{meeting_id}").pk)
    setattr(meeting, name, kept)
    unconfirm(meeting)
    meeting.save(update_fields=[name, "chair_said", "recorder_said"])
    told(by, at, meeting, "add_files", {"kind": kind, "files": len(uploads)})
    return kept


@transaction.atomic
def drop_file(*, by: Actor, at: datetime, meeting_id: int, evidence_id: int) -> None:
    """Take a file from the record; the file itself stays among the evidence. Raises NotPermitted, Refused."""
    meeting = locked(meeting_id, "meeting.record")
    check_record(by, meeting)
    step(meeting, Event.CHANGE)
    if evidence_id not in (*meeting.photos, *meeting.materials):
        raise Refused(_("This file does not belong to the meeting."))
    meeting.photos = [one for one in meeting.photos if one != evidence_id]
    meeting.materials = [one for one in meeting.materials if one != evidence_id]
    unconfirm(meeting)
    meeting.save(update_fields=["photos", "materials", "chair_said", "recorder_said"])
    told(by, at, meeting, "drop_file", {"file": evidence_id})


def without_place(stream: BinaryIO) -> BinaryIO:
    """Return a photo drawn anew, upright, at most 1,600 points long, with nothing of what the camera wrote beside it.

    Raises EvidenceRefused for what is no picture.
    """
    try:
        with Image.open(stream) as found:
            picture = ImageOps.exif_transpose(found).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError, ValueError, SyntaxError):
        raise evidence.EvidenceRefused(
            _("This is no photo that can be read here. Take it as JPEG, or add the file to the materials.")
        ) from None
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=86)
    drawn.seek(0)
    return drawn
