"""Checks a whole log out of its files, without its operator's help, and names the first entry that does not fit.

Every entry is hashed and compared with the tile of its hash, every tile is worked out anew, the root is compared with the
signed checkpoint, and the roots of earlier checkpoints with the log's beginnings. Times must run forward: an entry that claims
a day long before those in front of it was slipped in. One pass, holding one bundle and the right edge of the tree.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plumbline.ledger.rules.log.checkpoints import Checkpoint
from plumbline.ledger.rules.log.edge import Edge, FullTile
from plumbline.ledger.rules.log.merkle import SIZE, leaf_hash
from plumbline.ledger.rules.log.tiles import WIDTH, Tile, TileInvalid, tiles_of, unbundle, width_of

Reader = Callable[[str], bytes]
"""Returns the bytes of a file of the log by its path. Raises LookupError where there is none."""
TOLERANCE = timedelta(days=1)
"""So much older than the youngest before it an entry may claim to be: long work publishes at its end what began earlier."""
LATE = timedelta(days=2)
_START, _LOGGED, _TIME = b'{"at":"', b'"logged":"', 24


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit. ``code`` is for programs, ``index`` the entry it begins at, None for the log as a whole."""

    code: str
    told: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What somebody kept of an earlier day: how many entries, and the root or the beginning of it in hex."""

    count: int
    root: str
    origin: str = ""


@dataclass
class Verified:
    """What came of it: no findings is good. ``found`` are the entries that name or are what was looked for."""

    size: int
    findings: list[Finding] = field(default_factory=list)
    found: dict[str, list[int]] = field(default_factory=dict)
    late: int = 0
    first_late: int | None = None

    @property
    def first(self) -> int | None:
        """The first entry that does not fit, None where all do or none can be named."""
        return min((one.index for one in self.findings if one.index is not None), default=None)


def known_of(checkpoint: Checkpoint) -> Known:
    """Return a checkpoint as something that is known."""
    return Known(checkpoint.count, checkpoint.root.hex(), checkpoint.origin)


class _Walk:
    """The pass over a log: the edge of what has been read, and what is looked for."""

    def __init__(self, read: Reader, size: int, known: Iterable[Known], wanted: Collection[str]) -> None:
        self.read = read
        self.result = Verified(size, found={one: [] for one in wanted})
        self.edge = Edge()
        self.youngest = self.last_logged = ""
        self.known = sorted(known, key=lambda one: one.count)
        self.good = 0
        self.searched = [(one, one.encode(), bytes.fromhex(one)) for one in wanted]

    def add(self, code: str, told: str, index: int | None) -> None:
        self.result.findings.append(Finding(code, told, index))

    def bundle(self, index: int) -> bool:
        """Check one bundle of entries; False where nothing behind it can be checked any more."""
        start, width = index * WIDTH, width_of(None, index, self.result.size)
        tile = _file(self.read, Tile(0, index, width))
        entries = self._entries(index, width)
        leaves = [leaf_hash(entry) for entry in entries]
        hashes = [tile[SIZE * k : SIZE * (k + 1)] for k in range(width)] if tile else []
        if not self._compare(start, width, leaves, hashes):
            return False
        self._times(start, entries)
        self._search(start, entries, leaves)
        self._known_within(start, leaves)
        for leaf in leaves:
            for full in self.edge.add(leaf):
                self._full(full)
        return True

    def _entries(self, index: int, width: int) -> list[bytes]:
        data = _file(self.read, Tile(None, index, width))
        try:
            return unbundle(data or b"")
        except TileInvalid:
            self.add("damaged", f"the bundle of entries from {index * WIDTH} on is cut off", None)
            return []

    def _compare(self, start: int, width: int, leaves: Sequence[bytes], hashes: Sequence[bytes]) -> bool:
        """Compare entries with the hashes that were published for them; name the first that differs."""
        if len(hashes) != width or len(hashes[-1]) != SIZE:
            return self._incomplete(start, width, leaves)
        for place in range(width):
            if place >= len(leaves) or leaves[place] != hashes[place]:
                self.add(*_difference(place, start, leaves, hashes))
                return False
        if len(leaves) > width:
            self.add(
                "added",
                f"after entry {start + width - 1} there are entries that belong to no checkpoint",
                start + width,
            )
            return False
        return True

    def _incomplete(self, start: int, width: int, leaves: Sequence[bytes]) -> bool:
        """Hashes are missing: what is known of earlier sizes says where; return that nothing behind can be checked."""
        self._known_within(start, leaves)
        if not self.result.findings:
            first = max(self.good, start)
            told = f"of the entries {first} to {start + width - 1} at least one is missing"
            self.add("removed", told, first if first + 1 == start + width else None)
        return False

    def _full(self, made: FullTile) -> None:
        """Compare a tile of a higher level that has become full with the published one."""
        if made.level and _file(self.read, Tile(made.level, made.index)) != made.hashes:
            first = made.index * WIDTH ** (made.level + 1)
            self.add("tile", f"the tile of level {made.level} over the entries from {first} on is not theirs", first)

    def _times(self, start: int, entries: Sequence[bytes]) -> None:
        """Look whether times run forward; texts are compared, since they are all written alike."""
        for place, entry in enumerate(entries):
            mark = entry.rfind(_LOGGED) + len(_LOGGED)
            at, logged = (entry[k : k + _TIME].decode("ascii", "replace") for k in (len(_START), mark))
            if not entry.startswith(_START) or not at.endswith("Z") or not logged.endswith("Z"):
                self.add(
                    "unreadable", f"entry {start + place} is not written as entries of this log are", start + place
                )
                continue
            if logged < self.last_logged:
                self.add("time", f"entry {start + place} entered the log before the one in front of it", start + place)
            if at < self.youngest and _older(at, self.youngest, TOLERANCE):
                told = f"entry {start + place} says {at}, but {self.youngest} stands before it: it was dated back"
                self.add("dated_back", told, start + place)
            if at[:10] != logged[:10] and _older(at, logged, LATE):
                self.result.late += 1
                self.result.first_late = start + place if self.result.late == 1 else self.result.first_late
            self.youngest, self.last_logged = max(self.youngest, at), max(self.last_logged, logged)

    def _search(self, start: int, entries: Sequence[bytes], leaves: Sequence[bytes]) -> None:
        for name, text, raw in self.searched:
            places = [place for place, entry in enumerate(entries) if text in entry or leaves[place] == raw]
            self.result.found[name] += [start + place for place in places]

    def _known_within(self, start: int, leaves: Sequence[bytes]) -> None:
        """Compare what is known of sizes up to the end of this bundle."""
        while self.known and self.known[0].count <= start + len(leaves):
            one = self.known.pop(0)
            edge = Edge(self.edge.count, self.edge.partial)
            for leaf in leaves[: one.count - start]:
                list(edge.add(leaf))
            if edge.root().hex().startswith(one.root):
                self.good = max(self.good, one.count)
                continue
            told = (
                f"the first {one.count} entries are not those that were signed or kept: "
                f"the first that does not fit is one of {self.good} to {one.count - 1}"
            )
            self.add("forked", told, self.good if one.count == self.good + 1 else None)
            self.known.clear()


def _difference(place: int, start: int, leaves: Sequence[bytes], hashes: Sequence[bytes]) -> tuple[str, str, int]:
    """Say what happened to the first entry that differs."""
    index = start + place
    if place >= len(leaves):
        return "removed", f"entry {index} is missing", index
    if leaves[place] in hashes:
        swapped = hashes[place] in leaves
        if swapped:
            return "reordered", f"entry {index} stands elsewhere: entries were put into another order", index
        return "removed", f"entry {index} is missing, the one after it stands in its place", index
    if place + 1 < len(leaves) and leaves[place + 1] == hashes[place]:
        return "added", f"entry {index} was slipped in", index
    return "changed", f"entry {index} is not what was published under this number", index


def _older(at: str, than: str, by: timedelta) -> bool:
    try:
        return datetime.fromisoformat(at) < datetime.fromisoformat(than) - by
    except ValueError:
        return True


def _file(read: Reader, tile: Tile) -> bytes | None:
    """Return a file of the log, None where it is not there."""
    try:
        return read(tile.path)
    except LookupError:
        return None


def check_log(
    read: Reader,
    checkpoint: Checkpoint,
    *,
    known: Iterable[Known] = (),
    wanted: Collection[str] = (),
    progress: Callable[[int, int], None] = lambda _done, _whole: None,
) -> Verified:
    """Check every entry of a log against a checkpoint whose signature was checked, and against what is known of it.

    ``wanted`` are sha256 values in hex, of entries or of what entries name. What is known of more entries than there are is
    left to the caller. The pass ends at the first entry that is not there or not what was published.
    """
    size = checkpoint.count
    walk = _Walk(read, size, (one for one in known if one.count <= size), wanted)
    whole = -(-size // WIDTH)
    for index in range(whole):
        if not walk.bundle(index):
            return walk.result
        progress(min(size, (index + 1) * WIDTH), size)
    _last_tiles(walk)
    if walk.edge.root() != checkpoint.root:
        told = f"the {size} entries do not give the root of the checkpoint; up to entry {walk.good} they fit what was signed"
        walk.add("root", told, walk.good if walk.good + 1 == size else None)
    return walk.result


def _last_tiles(walk: _Walk) -> None:
    """Compare the partial tiles of the higher levels with the published ones."""
    for tile in tiles_of(walk.result.size):
        level = tile.level or 0
        if level and tile.width < WIDTH and _file(walk.read, tile) != b"".join(walk.edge.partial[level]):
            first = tile.index * WIDTH ** (level + 1)
            walk.add("tile", f"the tile of level {level} over the entries from {first} on is not theirs", first)
