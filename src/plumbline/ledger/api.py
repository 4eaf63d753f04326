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
provider is asked after the insert, so that every fact is either in the snapshot or its filer was told. ``Fact`` and the
other tables are named here for annotations alone.

``pass_up`` makes the file of a committee's facts and published results (``register_results``) for the level above, bound
by hashes line by line. There ``begin_intake`` checks every byte, ``match_units`` says which units the codes mean,
``examine_intake`` says what would happen, and ``add_intake`` adds all of it or nothing: new facts, corrections, withdrawals.

``register_usage`` lets the assessment say where a fact counted, ``register_veil`` keep judgements from units for a time;
``register_follower`` tells the obligations what came in.

``publish`` queues a document for the transparency log in the caller's transaction; ``append_waiting`` (a chore of every
worker) takes up what waits and signs a checkpoint, or raises ``LogStopped``. ``imprint`` says where a publication stands,
``seal`` makes the salted hash of what may have to be erased. ``entry_view``, ``log_file``, ``checkpoint_text`` serve the log to
everyone; ``check_copy`` checks one from outside. Witnesses confirm checkpoints: ``accept_cosignatures``, ``tell_witnesses``.
"""

from plumbline.ledger.actions.corrections import Changes, CorrectionRefused, correct, problems_of, withdraw
from plumbline.ledger.actions.defining import KindRefused, add_kind, change_kind
from plumbline.ledger.actions.filing import PostReceipt, Upload, file_fact, file_facts
from plumbline.ledger.actions.importing import (
    AlreadyImported,
    ImportRefused,
    ImportReport,
    add_import,
    begin_import,
    check_import,
    continue_in_background,
    import_facts,
)
from plumbline.ledger.actions.outbox import publish
from plumbline.ledger.actions.passing_up import PassedUp, PassingRefused, pass_up
from plumbline.ledger.actions.posting import FactsRefused, Outcome, post, post_many
from plumbline.ledger.actions.receiving import (
    ADD_INTAKE,
    Intake,
    LineProblem,
    add_intake,
    begin_intake,
    drop_intake,
    examine_intake,
    is_small,
    match_units,
    start_intake,
)
from plumbline.ledger.actions.sending import MOST_AT_ONCE, SentFact, file_sent, keep_sent_file
from plumbline.ledger.actions.sequencing import Appended, LogStopped, append_waiting, begin_anew
from plumbline.ledger.actions.telling_witnesses import Told, tell_witnesses
from plumbline.ledger.actions.tokens import (
    IssuedToken,
    Sender,
    TokenRefused,
    TooManyCalls,
    admit,
    issue_token,
    revoke_token,
)
from plumbline.ledger.actions.witnessing import (
    Accepted,
    CosignatureRefused,
    WitnessRefused,
    accept_cosignatures,
    add_witness,
    set_witness_active,
)
from plumbline.ledger.facts import KindClash, register_kinds
from plumbline.ledger.models import ApiToken, Fact, ImportBatch, PassedFact, PassedFile
from plumbline.ledger.permissions import (
    administered,
    can_define_kinds,
    can_file_anything,
    can_manage_log,
    check_define_kinds,
    check_manage_log,
    register_veil,
)
from plumbline.ledger.queries.facts import current_facts, visible_facts, watermark_now
from plumbline.ledger.queries.imports import import_for, recent_imports, tokens_for
from plumbline.ledger.queries.kinds import kinds, posted_kinds
from plumbline.ledger.queries.listing import FactFilter, FactPage, facts_page, filtered
from plumbline.ledger.queries.log_copy import LogTooLarge, log_copy, log_files
from plumbline.ledger.queries.log_copy import about as log_about
from plumbline.ledger.queries.log_entries import (
    EntryView,
    Imprint,
    LogFilter,
    checkpoint_text,
    checkpoints_after,
    cosignatures,
    entries_page,
    entry_view,
    find_entry,
    imprint,
    inclusion,
    newest_checkpoint,
    witnesses,
)
from plumbline.ledger.queries.log_entries import file_at as log_file
from plumbline.ledger.queries.log_entries import origins as log_origins
from plumbline.ledger.queries.log_state import LogHealth, log_health
from plumbline.ledger.queries.log_tiles import consistency_proof, root_at
from plumbline.ledger.queries.one import FactView, fact_for, fact_view, names_of
from plumbline.ledger.queries.passing_up import PassingUp, committees_to_pass, passing_up
from plumbline.ledger.queries.received import PassedPage, passed_file_for, passed_page, received_files, sender_units
from plumbline.ledger.queries.registries import (
    FactUse,
    LockKey,
    PassedResults,
    ResultFact,
    ResultOffer,
    ResultSource,
    Stored,
    register_follower,
    register_lock,
    register_results,
    register_usage,
    usages,
)
from plumbline.ledger.queries.units import filable_kinds, filable_units
from plumbline.ledger.rules.checks import FactDraft, FactProblem, format_quantity, format_scaled, parse_quantity
from plumbline.ledger.rules.kinds import AttributeSpec, FactKindSpec
from plumbline.ledger.rules.log.copies import Checked, CopyInvalid, check_copy, check_proof, checkpoint_in
from plumbline.ledger.rules.log.entries import Entry as LogDocument
from plumbline.ledger.rules.log.entries import seal
from plumbline.ledger.rules.log.merkle import leaf_hash
from plumbline.ledger.rules.log.notes import COSIGNATURE, NoteInvalid, Verifier, cosign, verifier_for, verifier_of
from plumbline.ledger.rules.log.standing import STOPPED, Standing
from plumbline.ledger.rules.log.tiles import TileInvalid, tile_at
from plumbline.ledger.rules.log.verification import Known, known_of
from plumbline.ledger.rules.passing import PassedDamaged
from plumbline.ledger.rules.sheet import COLUMNS, CellProblem, heading, read_attribute

__all__ = [
    "ADD_INTAKE",
    "COLUMNS",
    "COSIGNATURE",
    "MOST_AT_ONCE",
    "STOPPED",
    "Accepted",
    "AlreadyImported",
    "ApiToken",
    "Appended",
    "AttributeSpec",
    "CellProblem",
    "Changes",
    "Checked",
    "CopyInvalid",
    "CorrectionRefused",
    "CosignatureRefused",
    "EntryView",
    "Fact",
    "FactDraft",
    "FactFilter",
    "FactKindSpec",
    "FactPage",
    "FactProblem",
    "FactUse",
    "FactView",
    "FactsRefused",
    "ImportBatch",
    "ImportRefused",
    "ImportReport",
    "Imprint",
    "Intake",
    "IssuedToken",
    "KindClash",
    "KindRefused",
    "Known",
    "LineProblem",
    "LockKey",
    "LogDocument",
    "LogFilter",
    "LogHealth",
    "LogStopped",
    "LogTooLarge",
    "NoteInvalid",
    "Outcome",
    "PassedDamaged",
    "PassedFact",
    "PassedFile",
    "PassedPage",
    "PassedResults",
    "PassedUp",
    "PassingRefused",
    "PassingUp",
    "PostReceipt",
    "ResultFact",
    "ResultOffer",
    "ResultSource",
    "Sender",
    "SentFact",
    "Standing",
    "Stored",
    "TileInvalid",
    "TokenRefused",
    "Told",
    "TooManyCalls",
    "Upload",
    "Verifier",
    "WitnessRefused",
    "accept_cosignatures",
    "add_import",
    "add_intake",
    "add_kind",
    "add_witness",
    "administered",
    "admit",
    "append_waiting",
    "begin_anew",
    "begin_import",
    "begin_intake",
    "can_define_kinds",
    "can_file_anything",
    "can_manage_log",
    "change_kind",
    "check_copy",
    "check_define_kinds",
    "check_import",
    "check_manage_log",
    "check_proof",
    "checkpoint_in",
    "checkpoint_text",
    "checkpoints_after",
    "committees_to_pass",
    "consistency_proof",
    "continue_in_background",
    "correct",
    "cosign",
    "cosignatures",
    "current_facts",
    "drop_intake",
    "entries_page",
    "entry_view",
    "examine_intake",
    "fact_for",
    "fact_view",
    "facts_page",
    "filable_kinds",
    "filable_units",
    "file_fact",
    "file_facts",
    "file_sent",
    "filtered",
    "find_entry",
    "format_quantity",
    "format_scaled",
    "heading",
    "import_facts",
    "import_for",
    "imprint",
    "inclusion",
    "is_small",
    "issue_token",
    "keep_sent_file",
    "kinds",
    "known_of",
    "leaf_hash",
    "log_about",
    "log_copy",
    "log_file",
    "log_files",
    "log_health",
    "log_origins",
    "match_units",
    "names_of",
    "newest_checkpoint",
    "parse_quantity",
    "pass_up",
    "passed_file_for",
    "passed_page",
    "passing_up",
    "post",
    "post_many",
    "posted_kinds",
    "problems_of",
    "publish",
    "read_attribute",
    "received_files",
    "recent_imports",
    "register_follower",
    "register_kinds",
    "register_lock",
    "register_results",
    "register_usage",
    "register_veil",
    "revoke_token",
    "root_at",
    "seal",
    "sender_units",
    "set_witness_active",
    "start_intake",
    "tell_witnesses",
    "tile_at",
    "tokens_for",
    "usages",
    "verifier_for",
    "verifier_of",
    "visible_facts",
    "watermark_now",
    "withdraw",
    "witnesses",
]
