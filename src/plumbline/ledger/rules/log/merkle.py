"""The Merkle tree of RFC 6962 (RFC 9162, section 2.1): hashes, proofs of inclusion and of consistency, and their verification.

A tree of ``n`` entries is never held as a whole: whoever makes a proof gives ``Hashes``, which returns the hash of a full
subtree by its level and index: level 0 are the leaves, a node at level l covers 2**l entries. Proofs are lists of hashes
from the leaves upward, as in the RFC.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

SIZE = 32
"""Bytes of a hash (SHA-256)."""
EMPTY = hashlib.sha256(b"").digest()
"""The root of the tree without entries."""

Hashes = Callable[[int, int], bytes]
"""Returns the hash of the full subtree at (level, index)."""


class ProofInvalid(Exception):
    """A proof does not lead from what it is given to the root that it is to prove."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of an entry: a leaf can never pass for a node (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(count: int) -> int:
    """Return the largest power of two smaller than ``count`` (at least 2): the entries of the left subtree."""
    return 1 << (count - 1).bit_length() - 1


def full_parts(start: int, end: int) -> list[tuple[int, int]]:
    """Return the full subtrees (level, index) that cover the entries ``start`` to ``end``, the left first.

    ``start`` must begin a subtree at least as large as ``end - start``, which all ranges of RFC 6962 do.
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def range_hash(hashes: Hashes, start: int, end: int) -> bytes:
    """Return the hash of the subtree over the entries ``start`` to ``end`` (end outside); EMPTY for none."""
    parts = [hashes(level, index) for level, index in full_parts(start, end)]
    if not parts:
        return EMPTY
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found


def root(hashes: Hashes, count: int) -> bytes:
    """Return the root of the first ``count`` entries."""
    return range_hash(hashes, 0, count)


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes in one pass, holding one hash for each level."""
    tree = Frontier()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


class Frontier:
    """The right edge of a growing tree: the full subtrees that a root is made of. Adding is O(1) on average."""

    def __init__(self, count: int = 0, parts: Sequence[bytes] = ()) -> None:
        self.count = count
        self.parts = list(parts)

    def add(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf hash; return the full subtrees that came to be, (level, index, hash), the leaf first."""
        made = [(0, self.count, leaf)]
        self.parts.append(leaf)
        level, index = 0, self.count
        while index & 1:
            right, left = self.parts.pop(), self.parts.pop()
            level, index = level + 1, index >> 1
            self.parts.append(node_hash(left, right))
            made.append((level, index, self.parts[-1]))
        self.count += 1
        return iter(made)

    def root(self) -> bytes:
        """Return the root of what was added."""
        if not self.parts:
            return EMPTY
        found = self.parts[-1]
        for part in reversed(self.parts[:-1]):
            found = node_hash(part, found)
        return found


def inclusion_proof(hashes: Hashes, index: int, count: int) -> list[bytes]:
    """Return the proof that entry ``index`` is in the tree of ``count`` entries (RFC 6962, 2.1.1).

    Raises ValueError where there is no such entry.
    """
    if not 0 <= index < count:
        raise ValueError(f"entry {index} is not in a tree of {count}")
    found: list[bytes] = []
    start, end = 0, count
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            found.append(range_hash(hashes, middle, end))
            end = middle
        else:
            found.append(range_hash(hashes, start, middle))
            start = middle
    return found[::-1]


def consistency_proof(hashes: Hashes, old: int, new: int) -> list[bytes]:
    """Return the proof that the tree of ``old`` entries is the beginning of that of ``new`` (RFC 6962, 2.1.2).

    Empty where they are equal or the old one is empty. Raises ValueError where ``old`` is larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} is not the beginning of one of {new}")
    if old in (0, new):
        return []
    found: list[bytes] = []
    start, end, whole = 0, new, True
    while old < end:
        middle = start + split(end - start)
        if old <= middle:
            found.append(range_hash(hashes, middle, end))
            end = middle
        else:
            found.append(range_hash(hashes, start, middle))
            start, whole = middle, False
    if not whole:
        found.append(range_hash(hashes, start, end))
    return found[::-1]


def verify_inclusion(leaf: bytes, index: int, count: int, proof: Sequence[bytes], expected: bytes) -> None:
    """Check that the leaf hash is entry ``index`` of the tree with the root ``expected`` (RFC 9162, 2.1.3.2).

    Raises ProofInvalid.
    """
    if not 0 <= index < count:
        raise ProofInvalid(f"entry {index} is not in a tree of {count}")
    found = leaf
    for part, is_left in _way_up(index, count - 1, proof):
        found = node_hash(part, found) if is_left else node_hash(found, part)
    if found != expected:
        raise ProofInvalid(f"the proof of entry {index} does not lead to the root of {count} entries")


def _way_up(place: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield the hashes of a proof with the side on which each stands; ``last`` is the place of the last node.

    Raises ProofInvalid where the proof is longer or shorter than the tree is high.
    """
    for part in proof:
        if last == 0:
            raise ProofInvalid("the proof is longer than the tree is high")
        is_left = bool(place & 1) or place == last
        yield part, is_left
        while is_left and place and not place & 1:
            place, last = place >> 1, last >> 1
        place, last = place >> 1, last >> 1
    if last != 0:
        raise ProofInvalid("the proof is shorter than the tree is high")


def verify_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of ``new`` entries grew out of that of ``old`` (RFC 9162, 2.1.4.2). Raises ProofInvalid."""
    if not 0 <= old <= new:
        raise ProofInvalid(f"a tree of {old} entries cannot grow into one of {new}")
    if old in (0, new):
        same = old_root == new_root if old == new else old_root == EMPTY
        if proof or not same:
            raise ProofInvalid(f"the roots of {old} and {new} entries do not fit")
        return
    steps = list(proof)
    if old & old - 1 == 0:  # a full tree is a subtree of the new one: its root begins the proof
        steps.insert(0, old_root)
    if not steps:
        raise ProofInvalid("the proof is empty")
    level = ((old - 1) ^ old).bit_length() - 1  # the height of the last full subtree of the old tree
    before = after = steps[0]
    for part, is_left in _way_up(old - 1 >> level, new - 1 >> level, steps[1:]):
        before = node_hash(part, before) if is_left else before
        after = node_hash(part, after) if is_left else node_hash(after, part)
    if (before, after) != (old_root, new_root):
        raise ProofInvalid(f"the tree of {new} entries did not grow out of the one of {old}")
