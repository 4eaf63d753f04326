"""The county's transparency log: what was published is taken up, and the level above has confirmed it as a witness."""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger

NAMES = {"en": "Working committee of Linhai city", "zh": "临海市直机关工委"}
KEY_NAME = "witness.linhai.example/w1"


def witness_it(*, by: Actor, at: datetime, locale: str) -> None:
    """Begin the log, and let a witness confirm its checkpoint; the witness's key is thrown away afterwards."""
    ledger.append_waiting(at=at)
    checkpoint = ledger.newest_checkpoint()
    if checkpoint is None:
        return
    key = Ed25519PrivateKey.generate()
    vkey = ledger.verifier_for(KEY_NAME, key, ledger.COSIGNATURE).text
    ledger.add_witness(by=by, at=at, name=NAMES[locale], vkey=vkey)
    text = ledger.checkpoint_in(checkpoint.note).text
    ledger.accept_cosignatures(at=at, text=ledger.cosign(text, KEY_NAME, key, int(at.timestamp())).line)
