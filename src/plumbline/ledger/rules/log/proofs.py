"""C2SP ``tlog-proof``: one text that proves an entry without asking anybody: its number, the hashes, the signed checkpoint."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from plumbline.ledger.rules.log.merkle import SIZE

HEAD = "c2sp.org/tlog-proof@v1"


class ProofUnreadable(Exception):
    """The text is no proof of this form."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The number of the entry, the hashes from the leaf's sibling upward, and the checkpoint as a signed note."""

    index: int
    hashes: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        return "\n".join([HEAD, f"index {self.index}", *coded(self.hashes), "", self.note])


def coded(hashes: Sequence[bytes]) -> list[str]:
    """Return hashes in base64, as proofs are written."""
    return [base64.b64encode(one).decode() for one in hashes]


def proof_of(text: str) -> Proof:
    """Read a proof. Raises ProofUnreadable."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if lines[1:2] and lines[1].startswith("extra "):
        del lines[1]
    index = lines[1].removeprefix("index ") if lines[1:2] else ""
    if lines[0] != HEAD or not index.isascii() or not index.isdigit() or str(int(index)) != index:
        raise ProofUnreadable(f"this is no proof: it begins with “{HEAD}” and the number of the entry")
    try:
        hashes = tuple(base64.b64decode(line, validate=True) for line in lines[2:])
    except binascii.Error:
        hashes = (b"",)
    if any(len(one) != SIZE for one in hashes):
        raise ProofUnreadable("the hashes of a proof are 32 bytes in base64, one a line")
    return Proof(int(index), hashes, note)
