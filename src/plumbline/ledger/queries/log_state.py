"""How the log stands: its present name, its last checkpoint, and whether it may go on."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from plumbline.ledger.models import LogCheckpoint, LogOrigin, LogWaiting
from plumbline.ledger.queries import log_folder, log_tiles
from plumbline.ledger.rules.log import notes
from plumbline.ledger.rules.log.standing import Held, Standing, standing
from plumbline.ledger.rules.log.tiles import TileInvalid


@dataclass(frozen=True, slots=True)
class LogState:
    """The present origin and checkpoint, None before the first start, and what was found by comparing."""

    standing: Standing
    origin: LogOrigin | None
    checkpoint: LogCheckpoint | None

    @property
    def size(self) -> int:
        """How many entries the log has."""
        return self.checkpoint.size if self.checkpoint else 0


def log_state() -> LogState:
    """Compare the database with the data folder; a fixed number of SQL statements and three small files."""
    origins = list(LogOrigin.objects.order_by("id"))
    origin = origins[-1] if origins else None
    checkpoint = LogCheckpoint.objects.filter(origin=origin).order_by("-size").first() if origin else None
    seen, size = log_folder.remembered(), checkpoint.size if checkpoint else 0
    held = Held(
        origins=tuple(one.name for one in origins),
        vkey=origin.vkey if origin else "",
        own_vkey=_own_vkey(origin.name) if origin else "",
        size=size,
        root=_root(size),
        signed=bytes(checkpoint.root) if checkpoint else None,
        remembered=seen,
        then=_root(seen.count) if seen is not None and seen.count <= size else None,
        was_restored=log_folder.was_restored(),
    )
    return LogState(standing(held), origin, checkpoint)


def _own_vkey(name: str) -> str:
    try:
        key = log_folder.signing_key()
    except ValueError:
        return "unreadable"
    return notes.verifier_for(name, key).text if key else ""


def _root(count: int) -> bytes | None:
    try:
        return log_tiles.root_at(count)
    except TileInvalid:
        return None


@dataclass(frozen=True, slots=True)
class LogHealth:
    """For those who keep the machine: may the log go on, what waits since when, and what cannot be taken up."""

    standing: Standing
    size: int
    waiting: int
    waiting_since: datetime | None
    troubled: int
    names: int
    """Under how many names the log has signed; more than one means that it was begun anew."""


def log_health() -> LogHealth:
    """Return how the log does; a fixed number of SQL statements."""
    state = log_state()
    counts = LogWaiting.objects.aggregate(
        waiting=Count("pk", filter=Q(trouble="")),
        since=Min("outbox__queued_at", filter=Q(trouble="")),
        troubled=Count("pk", filter=~Q(trouble="")),
    )
    return LogHealth(
        state.standing, state.size, counts["waiting"], counts["since"], counts["troubled"], LogOrigin.objects.count()
    )
