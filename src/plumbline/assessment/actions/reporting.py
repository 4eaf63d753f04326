"""The report of a round: made by a job of the web floor, kept beside the analyses of its run, for those who read it whole."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.assessment.actions.keeping import keep_file
from plumbline.assessment.actions.problems import Refused
from plumbline.assessment.actions.uncertainty import readable
from plumbline.assessment.permissions import check_read_whole
from plumbline.assessment.queries.kept import folder
from plumbline.assessment.queries.rounds import round_for
from plumbline.kernel import audit, jobs
from plumbline.kernel.actor import Actor

REPORT = "assessment.report"
FORMS = ("pdf", "docx")


def start_report(*, by: Actor, at: datetime, round_id: int) -> jobs.Job:
    """Start making the report of the run in force, in the language of the moment; return the job.

    Raises NotPermitted for those who do not read the whole round, Refused where it has not been scored, and
    jobs.AlreadyRunning while it is being made.
    """
    with transaction.atomic():
        round_ = readable(by, round_id, REPORT)
        if round_.run_id is None:
            raise Refused(_("The round has not been scored yet."))
        audit.record(by=by, at=at, action="assessment.start_report", subject=f"round:{round_id}")
        return jobs.start(
            kind=REPORT, by=by, at=at, params={"round_id": round_id, "language": get_language() or "en"},
            scope=f"round:{round_id}", exclusive_key=f"{REPORT}:{round_.run_id}",
        )  # fmt: skip


def keep_report(*, by: Actor, round_id: int, language: str, form: str, content: bytes) -> None:
    """Keep a report whole or not at all; one of the same run and language is replaced. Raises NotPermitted, Refused, OSError."""
    round_ = readable(by, round_id, REPORT)
    if round_.run_id is None or form not in FORMS:
        raise Refused(_("The round has not been scored yet."))
    keep_file(folder(round_.run_id), _name(language, form), content)


def kept_report(actor: Actor, round_id: int, form: str) -> bytes | None:
    """Return the report of the run in force in the reader's language, None where it has not been made. Raises NotPermitted."""
    round_ = round_for(actor, round_id)
    check_read_whole(actor, round_.committee.path, f"round:{round_id}")
    path = folder(round_.run_id or 0) / _name(get_language() or "en", form)
    return path.read_bytes() if path.is_file() else None


def _name(language: str, form: str) -> str:
    return f"report-{'zh' if language.startswith('zh') else 'en'}.{form}"
