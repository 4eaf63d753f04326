"""The log's hashes out of the database: full tiles as they are kept, partial ones put together; proofs out of both."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from plumbline.ledger.models import LogEntry, LogTile
from plumbline.ledger.rules.log import merkle
from plumbline.ledger.rules.log.edge import Edge, widths
from plumbline.ledger.rules.log.merkle import SIZE
from plumbline.ledger.rules.log.tiles import HEIGHT, WIDTH, Tile, TileInvalid, bundle, hashes_from, place_of


def tile_bytes(tile: Tile) -> bytes:
    """Return the bytes of a tile of hashes; shorter than asked for where rows are missing. One or two SQL statements."""
    level = tile.level or 0
    full = LogTile.objects.filter(level=level, index=tile.index).values_list("hashes", flat=True).first()
    if full is not None:
        return bytes(full)[: SIZE * tile.width]
    return b"".join(partial_hashes(level, tile.index, tile.width))


def partial_hashes(level: int, index: int, width: int) -> list[bytes]:
    """Return the first ``width`` hashes of a tile that is not full, from the leaves or from the roots below it."""
    start = index * WIDTH
    if level == 0:
        rows = LogEntry.objects.filter(index__gte=start, index__lt=start + width).order_by("index")
        return [bytes(leaf) for leaf in rows.values_list("leaf", flat=True)]
    below = LogTile.objects.filter(level=level - 1, index__gte=start, index__lt=start + width).order_by("index")
    return [bytes(root) for root in below.values_list("root", flat=True)]


def entries_bytes(index: int, width: int) -> bytes:
    """Return a bundle of entries as they stand in the database; one SQL statement."""
    start = index * WIDTH
    rows = LogEntry.objects.filter(index__gte=start, index__lt=start + width).order_by("index")
    return bundle([bytes(data) for data in rows.values_list("data", flat=True)])


def edge_at(count: int) -> Edge:
    """Return the right edge of a log of ``count`` entries. Raises TileInvalid where rows are missing."""
    rows = []
    for level, width in enumerate(widths(count)):
        index = count >> HEIGHT * (level + 1)
        rows.append(partial_hashes(level, index, width) if width else [])
    try:
        return Edge(count, rows)
    except ValueError as error:
        raise TileInvalid(str(error)) from error


@dataclass
class TileStore:
    """Tiles fetched together: ``need`` is told which nodes of a log of ``count`` entries a proof asks for."""

    count: int
    nodes: set[tuple[int, int]] = field(default_factory=set)

    def note(self, level: int, index: int) -> bytes:
        """Remember that a node will be asked for; stands in for the hashes while a proof is only planned."""
        self.nodes.add((level, index))
        return merkle.EMPTY

    def fetch(self) -> merkle.Hashes:
        """Return the hashes of the noted nodes; one SQL statement. Raises TileInvalid where rows are missing."""
        wanted = {(tile.level or 0, tile.index) for tile, _first, _count in (place_of(*node) for node in self.nodes)}
        found = _tiles(wanted, self.count) if wanted else {}

        def read(level: int, index: int) -> bytes:
            if (level, index) not in found:
                raise TileInvalid(f"the tile {level}/{index} is not there")
            return found[level, index]

        return hashes_from(read)


_FULL = """SELECT level, "index", hashes FROM ledger_logtile
WHERE (level, "index") IN (SELECT unnest(%s::int[]), unnest(%s::bigint[]))"""
_ABOVE = """SELECT %s::int, %s::bigint, string_agg(root, ''::bytea ORDER BY "index") FROM ledger_logtile
WHERE level = %s AND "index" >= %s AND "index" < %s"""
_LEAVES = """SELECT 0, %s::bigint, string_agg(leaf, ''::bytea ORDER BY "index") FROM ledger_logentry
WHERE "index" >= %s AND "index" < %s"""


def _tiles(wanted: Iterable[tuple[int, int]], count: int) -> dict[tuple[int, int], bytes]:
    """Return tiles of a log of ``count`` entries, partial ones put together by the database; one SQL statement."""
    full: list[tuple[int, int]] = []
    parts: list[str] = []
    values: list[Any] = []
    for level, index in sorted(wanted):
        width, start = (count >> HEIGHT * level) - index * WIDTH, index * WIDTH
        if width >= WIDTH:
            full.append((level, index))
        elif level:
            parts.append(_ABOVE)
            values += [level, index, level - 1, start, start + width]
        else:
            parts.append(_LEAVES)
            values += [index, start, start + width]
    if full:
        parts.append(_FULL)
        values += [[level for level, _index in full], [index for _level, index in full]]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        return {(level, index): bytes(hashes) for level, index, hashes in cursor.fetchall() if hashes is not None}


def inclusion_proof(index: int, count: int) -> list[bytes]:
    """Return the proof that entry ``index`` is in the log of ``count`` entries. Raises ValueError, TileInvalid."""
    store = TileStore(count)
    merkle.inclusion_proof(store.note, index, count)
    return merkle.inclusion_proof(store.fetch(), index, count)


def consistency_proof(old: int, new: int) -> list[bytes]:
    """Return the proof that the log of ``old`` entries is the beginning of that of ``new``. Raises ValueError, TileInvalid."""
    store = TileStore(new)
    merkle.consistency_proof(store.note, old, new)
    return merkle.consistency_proof(store.fetch(), old, new)


def root_at(count: int) -> bytes:
    """Return the root of the first ``count`` entries. Raises TileInvalid where rows are missing."""
    return edge_at(count).root()


def is_whole(count: int) -> bool:
    """Tell whether the hashes are there from which a log of ``count`` entries goes on."""
    try:
        edge_at(count)
    except TileInvalid:
        return False
    return True
