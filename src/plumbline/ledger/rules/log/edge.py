"""The right edge of the log as tiles: what the sequencer carries from batch to batch.

For each level of tiles it holds the hashes of the tile that is not full yet. Adding a leaf fills them; a tile that gets full
is handed out, and its root goes into the tile above.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from plumbline.ledger.rules.log.merkle import EMPTY, node_hash
from plumbline.ledger.rules.log.tiles import WIDTH


@dataclass(frozen=True, slots=True)
class FullTile:
    """A tile of 256 hashes that will never change again; ``root`` stands for all of them one level of tiles higher."""

    level: int
    index: int
    hashes: bytes
    root: bytes


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root of hashes whose number is a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def _subtrees(hashes: Sequence[bytes]) -> list[bytes]:
    """Return the roots of the largest full subtrees of a row of hashes, the left first."""
    found, start = [], 0
    while start < len(hashes):
        width = 1 << (len(hashes) - start).bit_length() - 1
        found.append(fold(hashes[start : start + width]))
        start += width
    return found


class Edge:
    """A log of ``count`` entries, known by the hashes of its partial tiles, the lowest level first."""

    def __init__(self, count: int = 0, partial: Sequence[Sequence[bytes]] = ()) -> None:
        """Raise ValueError where the hashes are not as many as a log of ``count`` entries has."""
        self.count = count
        self.partial = [list(hashes) for hashes in partial] or [[]]
        if [len(hashes) for hashes in self.partial] != widths(count):
            raise ValueError(f"these hashes are not the edge of a log of {count} entries")

    def add(self, leaf: bytes) -> Iterator[FullTile]:
        """Add a leaf hash and return the tiles that became full, the lowest first."""
        made, found, level = leaf, [], 0
        while True:
            if level == len(self.partial):
                self.partial.append([])
            row = self.partial[level]
            row.append(made)
            if len(row) < WIDTH:
                break
            made = fold(row)
            found.append(FullTile(level, self.count >> 8 * (level + 1), b"".join(row), made))
            row.clear()
            level += 1
        self.count += 1
        return iter(found)

    def root(self) -> bytes:
        """Return the root of the log as it stands."""
        parts = [part for row in reversed(self.partial) for part in _subtrees(row)]
        if not parts:
            return EMPTY
        found = parts.pop()
        while parts:
            found = node_hash(parts.pop(), found)
        return found


def widths(count: int) -> list[int]:
    """Return how many hashes the partial tile of each level has in a log of ``count`` entries; zero for none."""
    found = [count % WIDTH]
    while count >= WIDTH:
        count //= WIDTH
        found.append(count % WIDTH)
    return found
