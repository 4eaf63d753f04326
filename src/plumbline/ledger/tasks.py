"""Background work of the ledger: large files of facts, and the sequencer of the transparency log."""

from typing import Any

import structlog
from django.utils.translation import gettext_lazy as _

from plumbline.kernel import chores, clock, jobs, recurring
from plumbline.ledger import api as ledger

_log = structlog.get_logger("plumbline.log")
_told: list[str] = []


@chores.every("ledger.append_log", seconds=2)
def append_log() -> None:
    """Take up what waits for the transparency log; why it stands still is told once for each reason, not every two seconds."""
    try:
        done = ledger.append_waiting(at=clock.now())
    except ledger.LogStopped as error:
        if _told != [error.standing]:
            _log.error("log_stopped", why=error.standing)
            _told[:] = [error.standing]
        return
    _told.clear()
    if done.added:
        _log.info("log_grew", added=done.added, size=done.size)


@jobs.handler("ledger.check_import", title=_("Check a file of facts"))
def check_import(job: jobs.JobHandle) -> dict[str, Any]:
    """Check an uploaded file; the page of the import shows what was found. Running it again gives the same."""
    report = ledger.check_import(by=job.actor, at=clock.now(), batch_id=int(job.params["batch"]), progress=job.progress)
    return {"url": job.params["url"], "rows": report.rows, "problems": len(report.problems)}


@jobs.handler("ledger.add_import", title=_("Add a file of facts"))
def add_import(job: jobs.JobHandle) -> dict[str, Any]:
    """Add the facts of a checked file, all or none; after a kill nothing is added twice."""
    batch_id = int(job.params["batch"])
    try:
        report = ledger.add_import(by=job.actor, at=clock.now(), batch_id=batch_id, progress=job.progress)
    except ledger.ImportRefused as error:
        raise jobs.JobFailed(str(error)) from error
    return {"url": job.params["url"], "added": report.added, "known": report.known}


@jobs.handler(ledger.ADD_INTAKE, title=_("Add a file passed up by the level below"))
def add_intake(job: jobs.JobHandle) -> dict[str, Any]:
    """Add the facts of a passed-up file, all or none; after a kill nothing is added twice."""
    file_id = int(job.params["file"])
    try:
        done = ledger.add_intake(by=job.actor, at=clock.now(), file_id=file_id, progress=job.progress)
    except ledger.PassingRefused as error:
        raise jobs.JobFailed(error.message) from error
    job.progress(3, 3)
    return {
        "url": job.params["url"],
        "warnings": list(done.warnings),
        **{str(step): n for step, n in done.counts.items()},
    }


@recurring.daily("ledger.tell_witnesses", title=_("Bringing the checkpoint of the log to its witnesses"), hour=6)
def tell_witnesses(job: jobs.JobHandle) -> dict[str, Any]:
    """Post, mail and message the newest checkpoint; a witness that cannot be reached is tried again tomorrow."""
    told = ledger.tell_witnesses(at=clock.now(), progress=job.progress)
    return {"url": "/log/", "posted": told.posted, "mailed": told.mailed, "failed": told.failed}
