"""Tables: facts and their kinds, the outbox, imports, tokens, files passed up, and the transparency log."""

from plumbline.ledger.models.facts import (
    ApiToken,
    Fact,
    FactKind,
    ImportBatch,
    ImportStatus,
    OutboxEntry,
    PassedFact,
    PassedFile,
    PassedStatus,
)
from plumbline.ledger.models.log import (
    Cosignature,
    LogCheckpoint,
    LogEntry,
    LogOrigin,
    LogTile,
    LogWaiting,
    Trouble,
    Witness,
)

__all__ = [
    "ApiToken",
    "Cosignature",
    "Fact",
    "FactKind",
    "ImportBatch",
    "ImportStatus",
    "LogCheckpoint",
    "LogEntry",
    "LogOrigin",
    "LogTile",
    "LogWaiting",
    "OutboxEntry",
    "PassedFact",
    "PassedFile",
    "PassedStatus",
    "Trouble",
    "Witness",
]
