"""May the log go on? What the database holds is compared with what this machine remembers having signed.

The data folder keeps the key and the last checkpoint that was published. A database that was put back to an earlier state
knows fewer entries than were published; if the log simply went on, two different histories would bear one name. So it goes
on under a new name, and says so in an entry.
"""

from dataclasses import dataclass
from enum import StrEnum

from plumbline.ledger.rules.log.checkpoints import Checkpoint


class Standing(StrEnum):
    """What the sequencer finds before it appends."""

    FIRST = "first"
    GOOD = "good"
    RESTORED = "restored"
    NO_KEY = "no_key"
    OTHER_KEY = "other_key"
    NO_MEMORY = "no_memory"
    CHANGED = "changed"


STOPPED = frozenset((Standing.NO_KEY, Standing.OTHER_KEY, Standing.NO_MEMORY, Standing.CHANGED))
"""Where the log does not go on by itself: somebody must look."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the database and the data folder say.

    ``root`` is worked out from the tiles, ``signed`` the root of the last checkpoint, ``then`` the root worked out for the
    size that is remembered, None where the database has fewer entries. ``vkeys`` are the keys by their origins.
    """

    origins: tuple[str, ...] = ()
    vkey: str = ""
    own_vkey: str = ""
    size: int = 0
    root: bytes | None = None
    signed: bytes | None = None
    remembered: Checkpoint | None = None
    then: bytes | None = None
    was_restored: bool = False


def standing(held: Held) -> Standing:
    """Return whether the log may go on; ``own_vkey`` is the key of this machine under the present origin's name."""
    if not held.origins:
        known = held.remembered is not None or held.was_restored
        return Standing.RESTORED if known else Standing.FIRST
    if not held.own_vkey:
        return Standing.NO_KEY
    if held.own_vkey != held.vkey:
        return Standing.OTHER_KEY
    if held.was_restored:
        return Standing.RESTORED
    return _by_memory(held)


def _by_memory(held: Held) -> Standing:
    seen = held.remembered
    if held.root is None or held.root != held.signed:
        return Standing.CHANGED
    if seen is None:
        return Standing.NO_MEMORY
    if seen.origin not in held.origins or seen.count > held.size:
        return Standing.RESTORED
    return Standing.GOOD if seen.root == held.then else Standing.CHANGED
