"""The log as a copy that is checked elsewhere: what it says about itself, and all its files as one zip."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from plumbline.ledger.models import LogCheckpoint
from plumbline.ledger.queries import log_entries, log_tiles
from plumbline.ledger.rules.log.tiles import tiles_of

MOST_ZIPPED = 200_000
"""Entries of the largest log that is given as one file from a page; the command exports any."""
MOST_CHECKPOINTS = 5_000


class LogTooLarge(Exception):
    """The log is too large to be given as one file."""


def about(address: str) -> dict[str, Any]:
    """Return what a program must know: names and keys of the log, the present one first, and where each is served."""
    names = []
    for one in reversed(log_entries.origins()):
        prefix = f"{address}{one.label}/" if one.label else address
        names.append({"origin": one.name, "vkey": one.vkey, "prefix": prefix, "from": one.from_size,
                      "reason": one.reason, "known_before": one.known})  # fmt: skip
    return {"about": "https://c2sp.org/tlog-tiles", "names": names}


def log_files(address: str) -> Iterator[tuple[str, bytes]]:
    """Yield every file of the log under its present name, as the checkpoint of this moment has it: path and bytes."""
    checkpoint = log_entries.newest_checkpoint()
    yield "log.json", json.dumps(about(address), ensure_ascii=False, indent=1).encode()
    if checkpoint is None:
        return
    yield "checkpoint", log_entries.note_of(checkpoint).encode()
    yield "checkpoints.json", _checkpoints(checkpoint)
    for tile in tiles_of(checkpoint.size):
        yield tile.path, log_tiles.tile_bytes(tile)
    for tile in log_entries.bundles(checkpoint.size):
        yield tile.path, log_tiles.entries_bytes(tile.index, tile.width)


def _checkpoints(last: LogCheckpoint) -> bytes:
    """Return earlier signed checkpoints, evenly thinned where there are very many."""
    found = LogCheckpoint.objects.filter(origin=last.origin, size__lte=last.size).order_by("size")
    sizes = list(found.values_list("pk", flat=True))
    kept = sizes[:: max(1, -(-len(sizes) // MOST_CHECKPOINTS))]
    notes = found.filter(pk__in=kept).values_list("size", "note")
    return json.dumps([{"size": size, "note": note} for size, note in notes], ensure_ascii=False).encode()


class _Pipe(io.RawIOBase):
    """Takes what the zip writes and hands it on."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Keep a part."""
        self.parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """Return what came since the last time."""
        found, self.parts = b"".join(self.parts), []
        return found


def log_copy(address: str) -> Iterator[bytes]:
    """Return the whole log as the parts of a zip file. Raises LogTooLarge."""
    checkpoint = log_entries.newest_checkpoint()
    if checkpoint is not None and checkpoint.size > MOST_ZIPPED:
        raise LogTooLarge(
            _("The log has %(n)d entries: copy it tile by tile, or ask for 'plumbline log export'.")
            % {"n": checkpoint.size}
        )
    return _zipped(address)


def _zipped(address: str) -> Iterator[bytes]:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as target:
        for path, content in log_files(address):
            target.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 4)
            yield pipe.take()
    yield pipe.take()
