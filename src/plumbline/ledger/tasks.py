"""Background jobs of the ledger: checking and adding large files of facts."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from plumbline.kernel import clock, jobs
from plumbline.ledger import api as ledger


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
