"""The layout of C2SP ``tlog-tiles``: where the hashes and the entries of a log are found, as addresses and as bytes.

A tile holds up to 256 hashes of one level: tile level L holds the tree's levels 8 L. A log of ``n`` entries has at tile level
L ``n >> 8 L`` hashes; the last tile may be partial and has its width in its address. Entries come in bundles of 256.
"""

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from plumbline.ledger.rules.log.merkle import SIZE, Hashes, node_hash

HEIGHT = 8
WIDTH = 1 << HEIGHT
LONGEST = 0xFFFF
"""Bytes of the longest entry: its length is two bytes."""
TileReader = Callable[[int, int], bytes]
"""Returns the bytes of the tile of hashes at (level, index): the hashes one after the other."""
_PATH = re.compile(r"tile/(?P<level>entries|[1-5]?\d|6[0-3])/(?P<number>(?:x\d{3}/)*\d{3})(?:\.p/(?P<width>\d{1,3}))?")


class TileInvalid(Exception):
    """A tile or bundle is not what its address says, or the address is none."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile: its level (None: a bundle of entries), its index, and how many hashes or entries it holds."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is found, below the log's address: ``tile/0/x001/234.p/17``."""
        level = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{number_path(self.index)}{partial}"


def number_path(index: int) -> str:
    """Return an index in groups of three digits, all but the last with an x: 1234067 is ``x001/x234/067``."""
    groups = []
    while True:
        groups.append(f"{index % 1000:03}")
        index //= 1000
        if not index:
            break
    return "/".join([*(f"x{group}" for group in reversed(groups[1:])), groups[0]])


def tile_at(path: str) -> Tile:
    """Return the tile of an address. Raises TileInvalid for anything that is not written exactly so."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise TileInvalid(f"“{path[:80]}” is no address of a tile")
    index = int(found["number"].replace("x", "").replace("/", ""))
    width = WIDTH if found["width"] is None else int(found["width"])
    tile = Tile(None if found["level"] == "entries" else int(found["level"]), index, width)
    if not 0 < width <= WIDTH or tile.path != path:
        raise TileInvalid(f"“{path[:80]}” is no address of a tile")
    return tile


def width_of(level: int | None, index: int, count: int) -> int:
    """Return how many hashes (or entries) the tile at (level, index) has in a log of ``count`` entries; 0 for none."""
    there = count >> HEIGHT * (level or 0)
    return max(0, min(WIDTH, there - index * WIDTH))


def tiles_of(count: int) -> Iterator[Tile]:
    """Yield every tile of hashes of a log of ``count`` entries, the lowest level first."""
    level = 0
    while (there := count >> HEIGHT * level) > 0:
        for index in range(-(-there // WIDTH)):
            yield Tile(level, index, min(WIDTH, there - index * WIDTH))
        level += 1


def place_of(level: int, index: int) -> tuple[Tile, int, int]:
    """Return where a node of the tree is found: the tile that holds what it is made of, the first hash there, how many.

    A node at a level that is no multiple of eight is made of the hashes below it within one tile.
    """
    tile_level, above = divmod(level, HEIGHT)
    first = index << above
    return Tile(tile_level, first // WIDTH), first % WIDTH, 1 << above


@lru_cache(maxsize=256)
def nodes_in(data: bytes) -> tuple[tuple[bytes, ...], ...]:
    """Return all nodes of a tile: its hashes, then those of each level above them as far as they are full.

    Kept for the tiles that were asked for last, by their bytes: every proof passes the few tiles at the top.
    """
    rows = [tuple(data[place : place + SIZE] for place in range(0, len(data) - SIZE + 1, SIZE))]
    while len(rows[-1]) > 1:
        below = rows[-1]
        rows.append(tuple(map(node_hash, below[::2], below[1::2])))
    return tuple(rows)


def hashes_from(read: TileReader) -> Hashes:
    """Return the hashes of subtrees out of tiles; ``read`` gives the bytes of (level, index), at least as wide as needed."""

    def hash_at(level: int, index: int) -> bytes:
        tile, first, count = place_of(level, index)
        rows, above = nodes_in(read(tile.level or 0, tile.index)), count.bit_length() - 1
        if above >= len(rows) or first >> above >= len(rows[above]):
            raise TileInvalid(f"{tile.path} is too short for level {level}, index {index}")
        return rows[above][first >> above]

    return hash_at


def bundle(entries: Sequence[bytes]) -> bytes:
    """Return a bundle: each entry with its length in two bytes before it. Raises ValueError for one that is too long."""
    parts = []
    for entry in entries:
        if len(entry) > LONGEST:
            raise ValueError(f"an entry has {len(entry)} bytes; the most is {LONGEST}")
        parts.append(struct.pack(">H", len(entry)) + entry)
    return b"".join(parts)


def unbundle(data: bytes) -> list[bytes]:
    """Return the entries of a bundle. Raises TileInvalid where it is cut off."""
    found, place = [], 0
    while place < len(data):
        (length,) = struct.unpack_from(">H", data, place) if place + 2 <= len(data) else (LONGEST + 1,)
        place += 2
        if place + length > len(data):
            raise TileInvalid("the bundle of entries is cut off")
        found.append(data[place : place + length])
        place += length
    return found
