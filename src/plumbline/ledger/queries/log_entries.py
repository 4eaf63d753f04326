"""What the public reads of the log: entries, checkpoints with their cosignatures, proofs, names. Open to everyone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Func, IntegerField, Max, Q, QuerySet, Value
from django.utils import timezone

from plumbline.ledger.models import Cosignature, LogCheckpoint, LogEntry, LogOrigin, OutboxEntry, Witness
from plumbline.ledger.queries import log_tiles
from plumbline.ledger.rules.log import entries, notes, proofs
from plumbline.ledger.rules.log.tiles import WIDTH, Tile, TileInvalid, width_of
from plumbline.ledger.rules.matching import canonical

PAGE = 50
SEARCHED = 20_000
"""So many of the newest entries are searched for words; numbers and fingerprints are found in all."""


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What a reader of the list wants: a kind, a subject or a sha256 or words of it, and days in the log."""

    kind: str = ""
    words: str = ""
    from_: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of entries, the newest first; ``older`` and ``newer`` are the numbers that the neighbouring pages begin at."""

    rows: tuple["LogRow", ...]
    older: int | None
    newer: int | None


@dataclass(frozen=True, slots=True)
class LogRow:
    """An entry in a list."""

    index: int
    entry: entries.Entry | None
    kind: str


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry: its bytes, what they say (None where they cannot be read any more), its hash, and its proof.

    ``proof`` is None where the database no longer gives one, because rows were removed or changed.
    """

    index: int
    data: bytes
    entry: entries.Entry | None
    leaf: bytes
    digests: tuple[str, ...]
    checkpoint: LogCheckpoint
    proof: proofs.Proof | None


@dataclass(frozen=True, slots=True)
class Imprint:
    """Where a publication stands in the log: what is printed on it. ``index`` is None while it waits."""

    index: int | None
    leaf: str
    size: int
    root: str
    origin: str


def entries_page(wanted: LogFilter, *, before: int | None = None, after: int | None = None) -> LogPage:
    """Return a page of entries below the number ``before``, or above ``after``; at most two SQL statements."""
    rows = _wanted(wanted)
    if after is not None:
        found = list(reversed(rows.filter(index__gt=after).order_by("index")[:PAGE]))
    else:
        found = list((rows.filter(index__lt=before) if before is not None else rows).order_by("-index")[: PAGE + 1])
    more, found = len(found) > PAGE, found[:PAGE]
    return LogPage(
        tuple(LogRow(row.index, _read(bytes(row.data)), row.kind) for row in found),
        found[-1].index if found and (more or after is not None) and found[-1].index else None,
        found[0].index if found and (before is not None or (after is not None and len(found) == PAGE)) else None,
    )


def _wanted(wanted: LogFilter) -> QuerySet[LogEntry]:
    rows = LogEntry.objects.all()
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.words:
        rows = rows.annotate(place=_place(wanted.words)).filter(_matching(wanted.words))
    if wanted.from_:
        rows = rows.filter(logged_at__gte=_morning(wanted.from_))
    if wanted.until and wanted.until < date.max:
        rows = rows.filter(logged_at__lt=_morning(wanted.until + timedelta(days=1)))
    return rows


def _morning(day: date) -> datetime:
    """Return the first moment of a day by the installation's own clock."""
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def _matching(words: str) -> Q:
    """A sha256 finds the entry that names it or has it; a number the entry; anything else what is published about."""
    lowered = words.strip().lower()
    if len(lowered) == 64:
        try:
            return Q(digests__contains=[lowered]) | Q(leaf=bytes.fromhex(lowered))
        except ValueError:
            return Q(pk__in=())
    if lowered.isdecimal() and len(lowered) < 19:
        return Q(index=int(lowered))
    return Q(subject=words.strip()) | (Q(index__gte=_newest_searched()) & Q(place__gt=0))


def _newest_searched() -> int:
    last = LogEntry.objects.aggregate(last=Max("index"))["last"] or 0
    return max(0, int(last) - SEARCHED)


def _place(words: str) -> Func:
    """Return where the words begin in the bytes of an entry, 0 where they do not occur; damaged bytes harm nothing."""
    quoted = canonical(words.strip())[1:-1].encode()
    return Func(Value(quoted), F("data"), function="POSITION", arg_joiner=" IN ", output_field=IntegerField())


def _read(data: bytes) -> entries.Entry | None:
    try:
        return entries.decode(data)
    except entries.EntryInvalid:
        return None


def entry_view(index: int) -> EntryView | None:
    """Return one entry with its proof against the newest checkpoint; None where there is none."""
    row = LogEntry.objects.filter(pk=index).first()
    checkpoint = newest_checkpoint()
    if row is None or checkpoint is None or index >= checkpoint.size:
        return None
    data = bytes(row.data)
    try:
        hashes = tuple(log_tiles.inclusion_proof(index, checkpoint.size))
        proof = proofs.Proof(index, hashes, note_of(checkpoint))
    except TileInvalid:
        proof = None
    return EntryView(index, data, _read(data), bytes(row.leaf), tuple(row.digests), checkpoint, proof)


def newest_checkpoint() -> LogCheckpoint | None:
    """Return the newest checkpoint of all, None before the log has begun."""
    return LogCheckpoint.objects.select_related("origin").order_by("-pk").first()


def note_of(checkpoint: LogCheckpoint) -> str:
    """Return the checkpoint as it is served: with the newest cosignature of each witness in use; one SQL statement."""
    note = notes.read(checkpoint.note)
    for one in Cosignature.objects.filter(checkpoint=checkpoint, witness__is_active=True).order_by("signed_at", "pk"):
        note = note.with_signature(notes.signature_of(one.line))
    return str(note)


def origins() -> list[LogOrigin]:
    """Return the names under which the log signed, the first first."""
    return list(LogOrigin.objects.order_by("pk"))


def checkpoint_text(label: str) -> str | None:
    """Return the checkpoint that a name's address answers with; None for an unknown name.

    A name that was given up answers with the last checkpoint that was known under it, never with an older one.
    """
    found = LogOrigin.objects.filter(label=label).first()
    if found is None:
        return None
    later = LogOrigin.objects.filter(pk__gt=found.pk).exclude(known="").order_by("pk").first()
    last = LogCheckpoint.objects.filter(origin=found).order_by("-size").first()
    if later is not None and later.known.startswith(f"{found.name}\n"):
        return later.known
    return note_of(last) if last else None


def size_under(label: str) -> int | None:
    """Return how many entries are served under a name: those that it shares with the names after it; None for no name."""
    found = LogOrigin.objects.filter(label=label).first()
    if found is None:
        return None
    later = LogOrigin.objects.filter(pk__gt=found.pk).order_by("pk").first()
    if later is not None:
        return later.from_size
    last = LogCheckpoint.objects.filter(origin=found).order_by("-size").first()
    return last.size if last else 0


def file_at(label: str, tile: Tile) -> bytes | None:
    """Return a tile or a bundle as ``tlog-tiles`` serves it; None where this log has none. At most five SQL statements."""
    size = size_under(label)
    if size is None or tile.width > width_of(tile.level, tile.index, size):
        return None
    if tile.level is None:
        return log_tiles.entries_bytes(tile.index, tile.width)
    return log_tiles.tile_bytes(tile)


def checkpoints_after(size: int, most: int = 1000) -> list[LogCheckpoint]:
    """Return signed checkpoints of more than ``size`` entries under the present name, the smallest first."""
    last = LogOrigin.objects.order_by("-pk").first()
    found = LogCheckpoint.objects.filter(origin=last, size__gt=size).order_by("size")
    return list(found[:most])


def imprint(kind: str, subject: str, **document: object) -> Imprint | None:
    """Return where the newest publication of a kind about a subject stands in the log; ``document`` narrows by its fields.

    None where nothing was published. Three SQL statements.
    """
    fields = {f"document__{name}": value for name, value in document.items()}
    row = OutboxEntry.objects.filter(kind=kind, subject=subject, **fields).order_by("-pk").first()
    if row is None:
        return None
    entry = LogEntry.objects.filter(outbox=row).first()
    checkpoint = newest_checkpoint()
    if entry is None or checkpoint is None:
        return Imprint(None, "", 0, "", "")
    return Imprint(
        entry.index, bytes(entry.leaf).hex(), checkpoint.size, bytes(checkpoint.root).hex(), checkpoint.origin.name
    )


def bundles(size: int) -> Iterable[Tile]:
    """Yield the bundles of entries of a log of ``size`` entries."""
    for index in range(-(-size // WIDTH)):
        yield Tile(None, index, width_of(None, index, size))


def witnesses() -> list[Witness]:
    """Return all witnesses, those in use first."""
    return list(Witness.objects.order_by("-is_active", "name"))


def cosignatures() -> list[Cosignature]:
    """Return each witness's newest cosignature."""
    newest = Cosignature.objects.order_by("witness_id", "-checkpoint_id", "-signed_at").distinct("witness_id")
    return list(newest.select_related("checkpoint", "witness"))


def find_entry(wanted: str) -> int | None:
    """Return the number of the entry that is meant: by number, by its own hash, or by the newest that names a sha256.

    Raises ValueError for anything else.
    """
    lowered = wanted.strip().lower()
    if lowered.isdecimal() and len(lowered) < 19:
        return LogEntry.objects.filter(pk=int(lowered)).values_list("index", flat=True).first()
    if len(lowered) != 64 or not all(sign in "0123456789abcdef" for sign in lowered):
        raise ValueError("entry must be a number, or a sha256 of 64 hexadecimal digits")
    found = LogEntry.objects.annotate(place=_place(lowered)).filter(_matching(lowered)).order_by("-index")
    return found.values_list("index", flat=True).first()


def inclusion(index: int, size: int) -> tuple[list[bytes], bytes, bytes]:
    """Return the proof of an entry, its hash, and the root that the proof leads to. Raises TileInvalid."""
    leaf = LogEntry.objects.filter(pk=index).values_list("leaf", flat=True).first() or b""
    return log_tiles.inclusion_proof(index, size), bytes(leaf), log_tiles.root_at(size)
