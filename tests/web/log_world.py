"""A log for the pages: what the tree has published is taken up, under its first name."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.ledger.rules.log import notes
from tests.ledger.log_copies import WITNESS


def furnish(tree: Any, at: datetime) -> None:
    """Begin a log of the tree's publications; what an earlier test left in the data folder is forgotten."""
    shutil.rmtree(Path(settings.DATA_DIR) / "log", ignore_errors=True)
    tree.objects["log_size"] = ledger.append_waiting(at=at).size
    key = notes.verifier_for("witness.example/w1", WITNESS, notes.COSIGNATURE).text
    tree.objects["witness"] = ledger.add_witness(by=Actor.system("test"), at=at, name="州立大学", vkey=key)
