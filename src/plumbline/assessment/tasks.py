"""Background work of the assessment: scoring a round, and calculating a run again."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.assessment import api
from plumbline.kernel import clock, jobs


@jobs.handler(api.SCORE_JOB, title=gettext_lazy("Scoring a round"))
def score(job: jobs.JobHandle) -> dict[str, Any]:
    """Score the round of the job; done again after a crash it finds what it stored. Nothing is left half-written."""
    round_id = int(job.params["round_id"])
    url = f"/rounds/{round_id}/"
    try:
        run = api.perform_scoring(
            by=job.actor, at=clock.now(), round_id=round_id, engine=job.params["engine"], job_id=job.id,
            progress=job.progress,
        )  # fmt: skip
    except jobs.Superseded:
        raise
    except (api.Refused, api.WrongState, api.SnapshotDamaged) as problem:
        api.abandon_scoring(by=job.actor, at=clock.now(), round_id=round_id)
        raise jobs.JobFailed(api.in_words(problem)) from problem
    except Exception:
        api.abandon_scoring(by=job.actor, at=clock.now(), round_id=round_id)
        raise
    return {"url": url, "run": run.pk, "result_hash": run.result_hash}


@jobs.handler(api.VERIFY_JOB, title=gettext_lazy("Calculating a round again"))
def verify(job: jobs.JobHandle) -> dict[str, Any]:
    """Calculate the run again and say whether the hash is the one that was published."""
    job.progress(0, 1, _("calculating"))
    try:
        found = api.verify_run(
            by=job.actor, at=clock.now(), run_id=int(job.params["run_id"]), engine=job.params["engine"]
        )
    except api.SnapshotDamaged as problem:
        raise jobs.JobFailed(api.in_words(problem)) from problem
    if not found.same:
        raise jobs.JobFailed(
            _("The results differ. Published: {published}; calculated now: {found}.").format(
                published=found.published, found=found.found
            )
        )
    job.progress(1, 1)
    return {"url": f"/rounds/{api.round_of_run(found.run_id)}/", "same": True, "result_hash": found.found}


@jobs.handler(api.UNCERTAINTY_JOB, title=gettext_lazy("How sure a result is"))
def uncertainty(job: jobs.JobHandle) -> dict[str, Any]:
    """Analyse the run of the job; done again it gives the same."""
    run_id = int(job.params["run_id"])
    try:
        key = api.perform_uncertainty(
            by=job.actor, at=clock.now(), run_id=run_id, declared=job.params["declared"], progress=job.progress
        )
    except (api.Refused, api.SnapshotDamaged) as problem:
        raise jobs.JobFailed(api.in_words(problem)) from problem
    return {"url": f"/rounds/{api.round_of_run(run_id)}/uncertainty/?analysis={key}"}


@jobs.handler(api.BACKTEST_JOB, title=gettext_lazy("A scheme tested on a frozen round"))
def backtest(job: jobs.JobHandle) -> dict[str, Any]:
    """Test the scheme of the job on the snapshot of its run; done again it gives the same."""
    run_id = int(job.params["run_id"])
    try:
        key = api.perform_backtest(
            by=job.actor, at=clock.now(), run_id=run_id, document=job.params["document"], title=job.params["title"],
            progress=job.progress,
        )  # fmt: skip
    except (api.Refused, api.SnapshotDamaged) as problem:
        raise jobs.JobFailed(api.in_words(problem)) from problem
    return {"url": f"/rounds/{api.round_of_run(run_id)}/backtest/?test={key}"}


@jobs.handler(api.PROVISIONAL_JOB, title=gettext_lazy("Provisional scores"))
def provisional(job: jobs.JobHandle) -> dict[str, Any]:
    """Calculate where the units of the job's round stand; done again it replaces what it kept."""
    round_id = int(job.params["round_id"])
    job.progress(0, 1, _("calculating"))
    try:
        api.perform_provisional(by=job.actor, at=clock.now(), round_id=round_id)
    except api.Refused as problem:
        raise jobs.JobFailed(api.in_words(problem)) from problem
    job.progress(1, 1)
    return {"url": f"/rounds/{round_id}/provisional/"}
