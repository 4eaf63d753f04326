"""The door of the ledger: facts, and what waits to be published.

Every area that does work *posts* facts, and the assessment *reads* facts and nothing else. A fact is posted once and
never changed: ``correct`` and ``withdraw`` post a new row that supersedes it, with a reason; the database itself
refuses UPDATE, DELETE and TRUNCATE. An area declares its kinds with ``register_kinds`` when the application starts; an
installation adds kinds for what other systems send. ``kinds()`` returns them all.

Areas call ``post`` and ``post_many`` after their own permission check. People and other systems come in by
``file_facts`` and ``import_facts``, which check who may file which kind for which unit. A sender's key makes posting
idempotent: the same key with the same contents is known, with other contents refused.

``current_facts`` is what holds: not superseded, not withdrawn, both days included. To freeze a period exactly: in one
transaction call ``watermark_now()`` (it waits for postings under way and holds new ones back until the transaction
ends), store the watermark with the round, and read ``current_facts(None, from_=..., until=..., watermark=...)`` then or
years later; the set never changes again. ``register_lock`` lets the owner of frozen rounds warn a late filer: its
provider is asked after the insert, so that every fact is either in the snapshot or its filer was told.

``register_usage`` lets the assessment say where a fact counted. ``publish`` queues a document for the transparency log.
"""

from plumbline.ledger.actions.corrections import Changes, CorrectionRefused, correct, problems_of, withdraw
from plumbline.ledger.actions.defining import KindRefused, add_kind, change_kind
from plumbline.ledger.actions.filing import PostReceipt, audit_refusals, file_fact, file_facts, not_for_you
from plumbline.ledger.actions.importing import (
    AlreadyImported,
    ImportRefused,
    ImportReport,
    add_import,
    begin_import,
    check_import,
    import_facts,
)
from plumbline.ledger.actions.outbox import publish
from plumbline.ledger.actions.posting import FactsRefused, Outcome, post, post_many
from plumbline.ledger.actions.tokens import (
    IssuedToken,
    Sender,
    TokenRefused,
    TooManyCalls,
    admit,
    issue_token,
    revoke_token,
)
from plumbline.ledger.facts import KindClash, register_kinds
from plumbline.ledger.queries.facts import current_facts, visible_facts, watermark_now
from plumbline.ledger.queries.kinds import kinds
from plumbline.ledger.queries.registries import FactUse, LockKey, register_lock, register_usage, usages
from plumbline.ledger.rules.checks import FactDraft, FactProblem, format_quantity, parse_quantity
from plumbline.ledger.rules.kinds import AttributeSpec, FactKindSpec

__all__ = [
    "AlreadyImported",
    "AttributeSpec",
    "Changes",
    "CorrectionRefused",
    "FactDraft",
    "FactKindSpec",
    "FactProblem",
    "FactUse",
    "FactsRefused",
    "ImportRefused",
    "ImportReport",
    "IssuedToken",
    "KindClash",
    "KindRefused",
    "LockKey",
    "Outcome",
    "PostReceipt",
    "Sender",
    "TokenRefused",
    "TooManyCalls",
    "add_import",
    "add_kind",
    "admit",
    "audit_refusals",
    "begin_import",
    "change_kind",
    "check_import",
    "correct",
    "current_facts",
    "file_fact",
    "file_facts",
    "format_quantity",
    "import_facts",
    "issue_token",
    "kinds",
    "not_for_you",
    "parse_quantity",
    "post",
    "post_many",
    "problems_of",
    "publish",
    "register_kinds",
    "register_lock",
    "register_usage",
    "revoke_token",
    "usages",
    "visible_facts",
    "watermark_now",
    "withdraw",
]
