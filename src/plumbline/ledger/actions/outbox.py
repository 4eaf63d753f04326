"""What is to be published waits in the outbox, written in the transaction of the change it belongs to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from plumbline.ledger.models import OutboxEntry
from plumbline.ledger.rules.log import entries


def publish(*, at: datetime, kind: str, subject: str, document: Mapping[str, Any]) -> OutboxEntry:
    """Queue ``document`` for the transparency log and return its row; the calling area has checked its permission.

    The hash is the sha256 of the document as JSON with sorted keys and no spaces, UTF-8. A trigger lets the row wait for
    the sequencer. Raises ValueError for a document that names a person, holds a fraction, or is too long for an entry.
    """
    entries.check_document(kind, document)
    return OutboxEntry.objects.create(
        kind=kind,
        subject=subject,
        document=dict(document),
        document_hash=entries.document_hash(document),
        queued_at=at,
    )
