"""Rosters come in: previewed first, then applied whole or not at all."""

from plumbline.organisation.actions.roster.importing import (
    RosterBusy,
    RosterRefused,
    StalePreview,
    import_roster,
    load_roster,
)
from plumbline.organisation.actions.roster.uploads import (
    APPLY_JOB,
    PREVIEW_JOB,
    ReplacedUpload,
    apply_upload,
    discard_upload,
    run_application,
    run_preview,
    upload_roster,
)

__all__ = [
    "APPLY_JOB",
    "PREVIEW_JOB",
    "ReplacedUpload",
    "RosterBusy",
    "RosterRefused",
    "StalePreview",
    "apply_upload",
    "discard_upload",
    "import_roster",
    "load_roster",
    "run_application",
    "run_preview",
    "upload_roster",
]
