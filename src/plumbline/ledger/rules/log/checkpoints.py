"""C2SP ``tlog-checkpoint``: the log's origin, how many entries it has, and its root, as the text of a signed note."""

import base64
import binascii
from dataclasses import dataclass

from plumbline.ledger.rules.log.merkle import SIZE


class CheckpointInvalid(Exception):
    """The text of a note is no checkpoint."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log at one moment. ``origin`` names the log for ever; ``more`` are further lines."""

    origin: str
    count: int
    root: bytes
    more: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.count), base64.b64encode(self.root).decode(), *self.more)
        return "".join(f"{line}\n" for line in lines)


def checkpoint_of(text: str) -> Checkpoint:
    """Read the text of a checkpoint. Raises CheckpointInvalid for one that is not written exactly so."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise CheckpointInvalid("a checkpoint has three lines at least: origin, number of entries, root")
    origin, count, coded, *more = lines[:-1]
    try:
        root = base64.b64decode(coded, validate=True)
    except binascii.Error:
        root = b""
    if not count.isascii() or not count.isdigit() or str(int(count)) != count or len(root) != SIZE:
        raise CheckpointInvalid("the second line is the number of entries, the third the root in base64")
    return Checkpoint(origin, int(count), root, tuple(more))
