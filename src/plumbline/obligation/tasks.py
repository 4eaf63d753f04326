"""Background work of obligations: planning a year, keeping the plan true to units and members, closing what fell due."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.kernel import clock, jobs, recurring
from plumbline.obligation import api


@jobs.handler(api.PLAN_JOB, title=gettext_lazy("Planning the required work of a year"), expected=(api.Refused,))
def plan_year(job: jobs.JobHandle) -> dict[str, Any]:
    """Plan the year of the job; run again after a kill it goes on where the rows are."""
    year = int(job.params["year"])
    run = api.plan_year(
        by=job.actor, at=clock.now(), year=year, cause=job.params.get("cause", ""), progress=job.progress
    )
    return {"url": f"/plans/{year}/", "added": run.added, "changed": run.changed, "dropped": run.dropped}


@recurring.daily("obligation.replan", title=gettext_lazy("Bringing the plans up to date"), hour=1)
def replan(job: jobs.JobHandle) -> dict[str, Any]:
    """Plan the years again that were planned and are not over: units, members, posts and the calendar may have changed."""
    done = {}
    for year in api.years_to_keep(clock.today()):
        run = api.plan_year(
            by=job.actor, at=clock.now(), year=year, cause=_("daily comparison with units, members and calendar"),
            progress=job.progress, keep_quiet=True,
        )  # fmt: skip
        done[str(year)] = run.added + run.changed + run.dropped
    return {"url": "/plans/", **done}


@recurring.daily("obligation.close", title=gettext_lazy("Closing what fell due"), hour=2)
def close_due(job: jobs.JobHandle) -> dict[str, Any]:
    """Post the facts of what fell due, and correct those that late facts made wrong."""
    done = api.close_due(by=job.actor, at=clock.now(), progress=job.progress)
    return {"posted": done.posted, "corrected": done.corrected, "withdrawn": done.withdrawn}


@recurring.daily("obligation.slips", title=gettext_lazy("Proposing what follows lights and unanswered slips"), hour=6)
def propose_slips(job: jobs.JobHandle) -> dict[str, Any]:
    """Propose the next rung for slips that were not answered in time, and what the light rule asks for; people decide."""
    at = clock.now()
    proposed = api.propose_graver(by=job.actor, at=at) + api.propose_from_lights(by=job.actor, at=at)
    return {"url": "/supervision/?state=proposed", "proposed": proposed}
