"""Background work of the procedures: the figures of where cases wait, return and fail."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from plumbline.kernel import clock, jobs
from plumbline.procedure import api


@jobs.handler(api.FIGURES_JOB, title=gettext_lazy("Key points of procedures"))
def figures(job: jobs.JobHandle) -> dict[str, Any]:
    """Work out the figures of the job's committee; done again it gives the same."""
    committee_id = int(job.params["committee_id"])
    job.progress(0, 1)
    run = api.keep_figures(
        by=job.actor, at=clock.now(), committee_id=committee_id, from_on=date.fromisoformat(job.params["from"]),
        until_on=date.fromisoformat(job.params["until"]),
    )  # fmt: skip
    job.progress(1, 1)
    return {"url": f"/key-points/?committee={committee_id}", "events": run.events}
