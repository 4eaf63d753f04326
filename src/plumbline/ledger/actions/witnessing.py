"""Witnesses: who they are, and the cosignatures that they give under checkpoints."""

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger.models import Cosignature, LogCheckpoint, Witness
from plumbline.ledger.permissions import check_manage_log
from plumbline.ledger.rules.log import notes
from plumbline.ledger.rules.log.checkpoints import Checkpoint, CheckpointInvalid, checkpoint_of
from plumbline.ledger.rules.log.notes import Note, NoteInvalid, Signature, Verifier

MOST_BYTES = 64 * 1024
"""Bytes of the longest text with cosignatures."""
TRIED = 20
"""So many of the newest checkpoints are tried where only the line of a signature is given."""
_LATEST = 2**53
"""Seconds beyond which no time is believed."""


class WitnessRefused(Exception):
    """A witness cannot be named so; ``field`` is the one to mend."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class CosignatureRefused(Exception):
    """What was sent holds no cosignature of a known witness under a checkpoint of this log; the text says why."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What was taken from a text: how many cosignatures were new, under which checkpoint, by whom."""

    added: int
    size: int
    names: tuple[str, ...]


@transaction.atomic
def add_witness(*, by: Actor, at: datetime, name: str, vkey: str, mail: str = "", url: str = "") -> Witness:
    """Name a witness by its public key (C2SP: name, number, key). Raises NotPermitted, WitnessRefused."""
    check_manage_log(by, "ledger.add_witness")
    try:
        key = notes.verifier_of(vkey)
    except NoteInvalid as error:
        raise WitnessRefused("vkey", _("This is no public key of a witness: %(why)s") % {"why": error}) from error
    if key.kind != notes.COSIGNATURE:
        raise WitnessRefused("vkey", _("This key signs as a log, not as a witness; a witness's key is of the kind 04."))
    if Witness.objects.filter(vkey=key.text).exists():
        raise WitnessRefused("vkey", _("A witness with this key is named already."))
    parts = urlsplit(url)
    if url and parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "localhost"):
        raise WitnessRefused("url", _("The address begins with https://."))
    made = Witness.objects.create(name=name, vkey=key.text, mail=mail, url=url, added_by=by.pseudonym, added_at=at)
    audit.record(
        by=by, at=at, action="ledger.add_witness", subject=f"witness:{made.pk}", new={"name": name, "vkey": key.text}
    )
    return made


@transaction.atomic
def set_witness_active(*, by: Actor, at: datetime, witness_id: int, is_active: bool) -> Witness:
    """Take a witness out of use, or into it again; its cosignatures are kept. Raises NotPermitted."""
    check_manage_log(by, "ledger.change_witness")
    found = Witness.objects.select_for_update().filter(pk=witness_id).first()
    if found is None:
        raise NotPermitted("ledger.change_witness", f"witness:{witness_id}")
    old, found.is_active = found.is_active, is_active
    found.save(update_fields=["is_active"])
    audit.record(
        by=by, at=at, action="ledger.change_witness", subject=f"witness:{witness_id}", old={"is_active": old},
        new={"is_active": is_active},
    )  # fmt: skip
    return found


@transaction.atomic
def accept_cosignatures(*, at: datetime, text: str) -> Accepted:
    """Keep the cosignatures of known witnesses out of a note, or out of lines of signatures alone.

    Anybody may bring them: a signature proves itself. Under a note they count for that checkpoint, lines alone for the newest
    one that they fit. Raises CosignatureRefused.
    """
    known = {notes.verifier_of(one.vkey): one for one in Witness.objects.filter(is_active=True)}
    if not known:
        raise CosignatureRefused(_("This log has no witnesses yet."))
    checkpoint, lines = _read(text.replace("\r\n", "\n").strip() + "\n")
    kept: list[tuple[str, int, bool]] = []
    for line in lines:
        key = next((one for one in known if (one.name, one.number) == (line.name, line.number)), None)
        place = _place(checkpoint, line, key) if key else None
        if key is not None and place is not None:
            kept.append((known[key].name, place.size, _keep(at, place, known[key], line)))
    if not kept:
        raise CosignatureRefused(
            _("None of these signatures is by a witness of this log under one of its checkpoints.")
        )
    return Accepted(sum(new for _n, _s, new in kept), kept[0][1], tuple(sorted({name for name, _s, _new in kept})))


def _read(text: str) -> tuple[LogCheckpoint | None, list[Signature]]:
    """Return the checkpoint that a note is about, None for lines alone, and the signatures."""
    if len(text.encode()) > MOST_BYTES:
        raise CosignatureRefused(_("The text is longer than a note with cosignatures can be."))
    try:
        if text.startswith("— "):
            return None, [notes.signature_of(line) for line in text.strip().split("\n")]
        note = notes.read(text)
        return _ours(checkpoint_of(note.text)), list(note.signatures)
    except (NoteInvalid, CheckpointInvalid) as error:
        raise CosignatureRefused(_("This is no signed checkpoint: %(why)s") % {"why": error}) from error


def _ours(found: Checkpoint) -> LogCheckpoint:
    row = LogCheckpoint.objects.select_related("origin").filter(origin__name=found.origin, size=found.count).first()
    if row is None or bytes(row.root) != found.root:
        raise CosignatureRefused(
            _(
                "This log has never signed that checkpoint. If it carries this log's signature, keep it: it proves a fork."
            )
        )
    return row


def _place(checkpoint: LogCheckpoint | None, line: Signature, key: Verifier) -> LogCheckpoint | None:
    """Return the checkpoint that a signature is under, None where it fits none."""
    tried = [checkpoint] if checkpoint else list(LogCheckpoint.objects.order_by("-pk")[:TRIED])
    for one in tried:
        try:
            if notes.signed_by(Note(notes.read(one.note).text, (line,)), [key]) and notes.time_of(line) < _LATEST:
                return one
        except NoteInvalid:
            continue
    return None


def _keep(at: datetime, checkpoint: LogCheckpoint, witness: Witness, line: Signature) -> bool:
    """Keep a cosignature; return whether it is new."""
    signed_at = datetime.fromtimestamp(min(notes.time_of(line), int(at.timestamp()) + 86_400), UTC)
    _row, made = Cosignature.objects.get_or_create(
        checkpoint=checkpoint, witness=witness, signed_at=signed_at,
        defaults={"line": line.line.strip(), "received_at": at},
    )  # fmt: skip
    if made:
        audit.record(
            by=Actor.system("witness"), at=at, action="ledger.cosign", subject=f"witness:{witness.pk}",
            new={"entries": checkpoint.size, "origin": checkpoint.origin.name},
        )  # fmt: skip
    return made
