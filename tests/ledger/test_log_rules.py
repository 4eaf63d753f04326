"""The transparency log's arithmetic: the RFC's known answers, proofs of every size, tiles, notes and checkpoints."""

import base64
import hashlib
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from plumbline.ledger.rules.log import checkpoints, entries, merkle, notes, tiles, verification
from plumbline.ledger.rules.log.merkle import ProofInvalid

ENTRIES = [
    bytes.fromhex(one)
    for one in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]  # fmt: skip
"""The roots of the first 0 to 8 of ENTRIES, the known answers that implementations of RFC 6962 share."""


class Tree:
    """A tree that keeps every full subtree, as slow and plain as can be."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.nodes: dict[tuple[int, int], bytes] = {}
        frontier = merkle.Frontier()
        for leaf in leaves:
            self.nodes |= {(level, index): found for level, index, found in frontier.add(leaf)}
        self.root = frontier.root()

    def __call__(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]


def leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def naive(found: list[bytes]) -> bytes:
    """The definition of RFC 6962, 2.1, word for word."""
    if len(found) <= 1:
        return found[0] if found else hashlib.sha256(b"").digest()
    middle = merkle.split(len(found))
    return merkle.node_hash(naive(found[:middle]), naive(found[middle:]))


@pytest.mark.parametrize("count", range(9))
def test_the_known_roots(count: int) -> None:
    found = [merkle.leaf_hash(entry) for entry in ENTRIES[:count]]
    assert merkle.root_of(found).hex() == ROOTS[count]
    assert merkle.root(Tree(found), count).hex() == ROOTS[count]


def test_the_known_proofs() -> None:
    tree = Tree([merkle.leaf_hash(entry) for entry in ENTRIES])
    assert [one.hex() for one in merkle.inclusion_proof(tree, 0, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    assert [one.hex() for one in merkle.consistency_proof(tree, 1, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_every_proof_of_every_size_up_to_forty() -> None:
    for count in range(1, 41):
        all_ = leaves(count)
        tree = Tree(all_)
        assert tree.root == naive(all_)
        for index in range(count):
            proof = merkle.inclusion_proof(tree, index, count)
            merkle.verify_inclusion(all_[index], index, count, proof, tree.root)
        for old in range(count + 1):
            proof = merkle.consistency_proof(tree, old, count)
            merkle.verify_consistency(old, naive(all_[:old]), count, tree.root, proof)


@given(st.integers(1, 300), st.data())
def test_a_proof_that_was_touched_proves_nothing(count: int, data: st.DataObject) -> None:
    all_ = leaves(count)
    tree, index = Tree(all_), data.draw(st.integers(0, count - 1))
    proof = merkle.inclusion_proof(tree, index, count)
    other = data.draw(st.integers(0, count - 1).filter(lambda one: one != index)) if count > 1 else None
    wrong = [(all_[index], index, [*proof, b"x" * 32]), (b"x" * 32, index, proof)]
    wrong += [(all_[index], index, proof[:-1])] if proof else []
    wrong += [(all_[other], index, proof), (all_[index], other, proof)] if other is not None else []
    for leaf, place, way in wrong:
        with pytest.raises(ProofInvalid):
            merkle.verify_inclusion(leaf, place, count, way, tree.root)


@given(st.integers(2, 300), st.data())
def test_a_log_that_forked_is_found(count: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, count - 1))
    changed = data.draw(st.integers(0, old - 1))
    before, after = leaves(old), leaves(count)
    after[changed] = merkle.leaf_hash(b"another")
    forked = Tree(after)
    with pytest.raises(ProofInvalid):
        merkle.verify_consistency(old, naive(before), count, forked.root, merkle.consistency_proof(forked, old, count))


def test_what_is_no_question_is_refused() -> None:
    tree = Tree(leaves(4))
    with pytest.raises(ValueError, match="of 4"):
        merkle.inclusion_proof(tree, 4, 4)
    with pytest.raises(ValueError, match="of 4"):
        merkle.consistency_proof(tree, 5, 4)
    with pytest.raises(ProofInvalid):
        merkle.verify_inclusion(b"", 4, 4, [], tree.root)


@pytest.mark.parametrize(
    ("old", "root", "new", "proof"),
    [
        (5, b"", 4, []),
        (4, b"x", 4, []),
        (0, merkle.EMPTY, 4, [b"x"]),
        (3, naive(leaves(3)), 4, []),
        (3, naive(leaves(3)), 4, [b"x" * 32] * 9),
    ],
)
def test_what_is_no_growth_is_refused(old: int, root: bytes, new: int, proof: list[bytes]) -> None:
    with pytest.raises(ProofInvalid):
        merkle.verify_consistency(old, root, new, naive(leaves(4)), proof)


# --- tiles ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (tiles.Tile(0, 0), "tile/0/000"),
        (tiles.Tile(1, 999, 5), "tile/1/999.p/5"),
        (tiles.Tile(0, 1000), "tile/0/x001/000"),
        (tiles.Tile(2, 1234067, 255), "tile/2/x001/x234/067.p/255"),
        (tiles.Tile(None, 67, 1), "tile/entries/067.p/1"),
    ],
)
def test_a_tile_has_one_address(tile: tiles.Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.tile_at(path) == tile


@pytest.mark.parametrize(
    "path",
    ["tile/0/0", "tile/0/000.p/0", "tile/0/000.p/257", "tile/0/000.p/256", "tile/0/x000/001", "tile/64/000", "tile/-1/000",
     "tile/00/000", "tile/0/1000", "tile/0/000.p/07", "tile/0/000/", "tile/data/000", "", "../etc"],
)  # fmt: skip
def test_anything_else_is_no_address(path: str) -> None:
    with pytest.raises(tiles.TileInvalid):
        tiles.tile_at(path)


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 700, 65_536 + 300])
def test_tiles_hold_the_whole_tree(count: int) -> None:
    frontier, levels = merkle.Frontier(), {level: bytearray() for level in range(0, 64, 8)}
    for leaf in leaves(count):
        for level, _index, found in frontier.add(leaf):
            if level % 8 == 0:
                levels[level] += found

    def read(level: int, index: int) -> bytes:
        size = tiles.WIDTH * merkle.SIZE
        return bytes(levels[8 * level][index * size : (index + 1) * size])

    hashes = tiles.hashes_from(read)
    assert merkle.root(hashes, count) == frontier.root()
    for tile in tiles.tiles_of(count):
        assert tile.level is not None
        assert len(read(tile.level, tile.index)) == tile.width * merkle.SIZE
        assert tiles.width_of(tile.level, tile.index, count) == tile.width
    if count:
        proof = merkle.inclusion_proof(hashes, count - 1, count)
        merkle.verify_inclusion(leaves(count)[-1], count - 1, count, proof, frontier.root())
    with pytest.raises(tiles.TileInvalid):
        hashes(0, count)


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_bundles_come_back_as_they_were(entries: list[bytes]) -> None:
    data = tiles.bundle(entries)
    assert tiles.unbundle(data) == entries
    if entries:
        with pytest.raises(tiles.TileInvalid):
            tiles.unbundle(data[:-1])


def test_an_entry_fits_its_two_bytes() -> None:
    with pytest.raises(ValueError, match="65536 bytes"):
        tiles.bundle([b"x" * 65_536])


# --- notes and checkpoints -------------------------------------------------------------------------------------------------

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
NAME = "log.example/county"
TEXT = checkpoints.Checkpoint(NAME, 8, bytes.fromhex(ROOTS[8])).text


def test_the_key_of_the_specification_has_its_number() -> None:
    """The key that the documents of signed notes use as their example."""
    key = notes.verifier_of("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    assert (key.name, key.kind, key.number.hex()) == ("PeterNeumann", notes.ED25519, "c74f20a3")
    text = (
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert str(notes.open_note(text, key)) == text


def test_a_note_is_signed_cosigned_and_read_again() -> None:
    log, witness = notes.verifier_for(NAME, KEY), notes.verifier_for("witness.example", WITNESS, notes.COSIGNATURE)
    note = notes.Note(TEXT, (notes.sign(TEXT, NAME, KEY),)).with_signature(
        notes.cosign(TEXT, "witness.example", WITNESS, 1_795_000_000)
    )
    assert note.with_signature(note.signatures[0]).signatures[::-1] == note.signatures
    found = notes.open_note(str(note), log)
    assert found == note
    assert notes.signed_by(found, [log, witness]) == (log, witness)
    assert notes.time_of(found.signatures[1]) == 1_795_000_000
    assert notes.verifier_of(log.text) == log
    assert notes.verifier_of(witness.text) == witness


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n8\n", "\n9\n"),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text[:-1],
        lambda text: text.replace("— ", "- "),
        lambda text: text.replace("— " + NAME, "— other"),
        lambda text: text + "— x !!!\n",
        lambda text: text.replace("8", "\x01", 1),
        lambda text: text * 10_000,
        lambda text: text[:-6] + ("AAAA=" if text[-6:-1] != "AAAA=" else "BBBB=") + "\n",
    ],
)
def test_a_note_that_was_touched_is_refused(change: object) -> None:
    text = str(notes.Note(TEXT, (notes.sign(TEXT, NAME, KEY),)))
    with pytest.raises(notes.NoteInvalid):
        notes.open_note(change(text), notes.verifier_for(NAME, KEY))  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "a b+00000000+AAAA",
        "name+00000000+!",
        NAME + "+00000000+" + base64.b64encode(b"\x01" + bytes(32)).decode(),
    ],
)
def test_a_key_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(notes.NoteInvalid):
        notes.verifier_of(text)
    with pytest.raises(notes.NoteInvalid):
        notes.verifier_for("a name", KEY)
    with pytest.raises(notes.NoteInvalid):
        notes.sign("no newline", NAME, KEY)


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    one = checkpoints.Checkpoint(NAME, 8, bytes.fromhex(ROOTS[8]), ("more",))
    assert checkpoints.checkpoint_of(one.text) == one
    for text in (
        "",
        "a\n1\n",
        f"{NAME}\n08\n{TEXT.split()[2]}\n",
        f"{NAME}\n8\nxx\n",
        f"{NAME}\n-1\n{TEXT.split()[2]}\n",
        TEXT[:-1],
        f"{NAME}\n8\n!\n",
    ):
        with pytest.raises(checkpoints.CheckpointInvalid):
            checkpoints.checkpoint_of(text)


class TestEntries:
    def test_an_entry_is_read_as_it_was_written(self) -> None:
        at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        one = entries.Entry("test", "a:1", {"标题": "公示", "n": [1, {"b": None}]}, at, at)
        assert entries.decode(one.encode()) == one
        assert one.encode().startswith(b'{"at":"2026-11-20T09:00:00.000Z","document":{')

    @pytest.mark.parametrize(
        "data",
        [
            b"", b"[]", b'{"at":1}', b"\xff", b"1",
            b'{"at":"2026-11-20T09:00:00.000Z","document":{},"kind":"a","logged":"2026-11-20T09:00:00.000Z", "subject":"b"}',
            b'{"at":"2026-11-20T09:00:00","document":{},"kind":"a","logged":"2026-11-20T09:00:00","subject":"b"}',
            b'{"at":"soon","document":{},"kind":"a","logged":"soon","subject":"b"}',
        ],
    )  # fmt: skip
    def test_what_is_not_written_so_is_refused(self, data: bytes) -> None:
        with pytest.raises(entries.EntryInvalid):
            entries.decode(data)

    def test_what_a_document_names_is_found(self) -> None:
        document = {"file": "a" * 64, "inner": [{"hash": "b" * 64}], "short": "c" * 63}
        assert entries.digests_of(document) == sorted(["a" * 64, "b" * 64, entries.document_hash(document)])

    def test_a_seal_tells_nothing_without_its_salt(self) -> None:
        salt = bytes(range(32))
        assert entries.seal("王敏", salt) == entries.seal("王敏", salt) != entries.seal("王敏", salt[::-1])
        with pytest.raises(ValueError, match="32 bytes"):
            entries.seal("王敏", b"short")


def test_times_that_cannot_be_read_count_as_older() -> None:
    assert verification._older("x", "2026-11-20T09:00:00.000Z", verification.LATE)
