"""What is to be published waits in the outbox, written in the transaction of the change it belongs to."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from plumbline.ledger.models import OutboxEntry
from plumbline.ledger.rules.matching import canonical


def publish(*, at: datetime, kind: str, subject: str, document: Mapping[str, Any]) -> OutboxEntry:
    """Queue ``document`` for the transparency log and return its row; the calling area has checked its permission.

    The hash is the sha256 of the document as JSON with sorted keys and no spaces, UTF-8.
    """
    text = canonical(dict(document))
    return OutboxEntry.objects.create(
        kind=kind,
        subject=subject,
        document=dict(document),
        document_hash=hashlib.sha256(text.encode()).hexdigest(),
        queued_at=at,
    )
