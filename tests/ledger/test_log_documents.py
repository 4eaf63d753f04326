"""The worked cases of docs/algorithms/transparency-log.md, calculated as they stand there."""

import re
from datetime import UTC, datetime
from pathlib import Path

from plumbline.ledger.rules.log import entries, merkle, tiles
from plumbline.ledger.rules.log.checkpoints import Checkpoint
from plumbline.ledger.rules.log.standing import Held, standing
from tests.ledger.test_log_rules import ENTRIES, Tree

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "algorithms" / "transparency-log.md").read_text()


def table(head: str) -> list[list[str]]:
    """Return the cells of the table whose first line begins so."""
    rows = PAGE.split(f"| {head} |", 1)[1].split("\n\n")[0].split("\n")[2:]
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in rows]


def blocks() -> list[list[str]]:
    return [block.strip().split("\n") for block in re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)]


def test_the_entry_and_the_seal() -> None:
    (text, leaf), (sealed,) = blocks()
    at = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    document = {"round": "2026 年度考核", "notice": 1, "until": "2026-11-27"}
    made = entries.Entry("assessment.notice", "round:17", document, at, at.replace(second=2))
    assert made.encode().decode() == text
    assert merkle.leaf_hash(text.encode()).hex() == leaf
    assert entries.seal("王敏", bytes(range(32))) == sealed


def test_the_roots() -> None:
    rows = table("entries | root")
    assert len(rows) == 9
    for count, root in rows:
        assert merkle.root_of(merkle.leaf_hash(one) for one in ENTRIES[: int(count)]).hex() == root


def test_the_proofs() -> None:
    tree = Tree([merkle.leaf_hash(one) for one in ENTRIES[:7]])
    rows = table("proof | of | hashes, first four bytes")
    assert len(rows) == 6
    for kind, of, told in rows:
        make = merkle.inclusion_proof if kind == "inclusion" else merkle.consistency_proof
        assert " ".join(one.hex()[:8] for one in make(tree, int(of), 7)) == told


def test_the_tiles() -> None:
    rows = table("entries | tiles | the last of each level")
    assert len(rows) == 5
    for count, many, told in rows:
        found = list(tiles.tiles_of(int(count)))
        last = {tile.level: tile.path for tile in found}
        assert (str(len(found)), " ".join(last.values())) == (many, told)


def test_the_standings() -> None:
    head = "names in the database | key | entries | what was signed is there"
    rows = table(f"{head} | remembered name and entries | fits | backup was put back | the log")
    assert len(rows) == 12
    for names, key, count, there, memory, fits, put_back, told in rows:
        name, _, seen = memory.partition(" ")
        root = b"r" * 32
        held = Held(
            origins=() if names == "none" else (names,), vkey="k", own_vkey={"same": "k", "other": "o", "none": ""}[key],
            size=int(count), root=root, signed=root if there == "yes" else b"x" * 32,
            remembered=Checkpoint(name, int(seen), root) if seen else None,
            then=root if fits == "yes" else b"y" * 32, was_restored=put_back == "yes",
        )  # fmt: skip
        assert standing(held).value == told, (names, key, memory)
