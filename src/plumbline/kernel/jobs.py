"""Long work in the background, with progress, on the same PostgreSQL (Procrastinate).

An area writes ``@jobs.handler("area.verb", title=_("..."))`` in its ``tasks.py``; an action calls ``start`` inside its
transaction, so that the job exists exactly if the change does. ``worker_main()`` is the worker process: it takes up
what waits, and what a killed worker left half-way (its heartbeat stops) is started again. Handlers are idempotent and
report through their ``JobHandle``; an attempt that was thought dead is refused (``Superseded``) when it reports.
"""

import asyncio
import contextlib
import os
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, close_old_connections, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor, Grant, NotPermitted
from plumbline.kernel.models import Job, JobState

__all__ = [
    "AlreadyRunning", "Job", "JobFailed", "JobHandle", "JobState", "Superseded", "cancel", "get", "handler", "mine",
    "run_now", "start", "title_of", "worker_main",
]  # fmt: skip

_log = structlog.get_logger("plumbline.jobs")

MOST_ATTEMPTS = 4
"""A job that took its worker down so many times is not tried again."""
HEARTBEAT = 3.0
STALLED_AFTER = 12.0
"""Seconds without a heartbeat after which a worker counts as dead."""


class AlreadyRunning(Exception):
    """The same work is waiting or under way; ``job`` is it."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"job {job.pk} does this already")
        self.job = job


class JobFailed(Exception):
    """Raised by a handler to end its job with a message for people; nothing is retried."""


class Superseded(Exception):
    """This attempt was given up, cancelled or replaced by another: it must stop and write nothing more."""


@dataclass(frozen=True)
class JobHandle:
    """What a handler sees of its job."""

    id: int
    attempt: int
    params: dict[str, Any]
    actor: Actor
    requested_at: datetime

    @property
    def requested_by(self) -> str:
        """The pseudonym of who asked."""
        return self.actor.pseudonym

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Report how far the work is. Raises Superseded where another attempt has taken over or the job was cancelled."""
        mine = Job.objects.filter(pk=self.id, attempt=self.attempt, state=JobState.RUNNING)
        if not mine.update(done=done, total=total, note=str(note)[:300]):
            raise Superseded(f"job {self.id}, attempt {self.attempt}")


Handler = Callable[[JobHandle], dict[str, Any] | None]


@dataclass(frozen=True)
class _Registered:
    run: Handler
    title: Any


_handlers: dict[str, _Registered] = {}


def handler(kind: str, *, title: Any) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of ``kind``; ``title`` is what people read (lazy). The last one registered holds."""

    def register(run: Handler) -> Handler:
        _handlers[kind] = _Registered(run, title)
        return run

    return register


def title_of(job: Job) -> str:
    """Return what the job is called on pages."""
    known = _handlers.get(job.kind)
    return str(known.title) if known else job.kind


def _frozen(actor: Actor) -> dict[str, Any]:
    """Return the actor as JSON: a job does what its requester might do when they asked.

    A request's actor is resolved late and stands behind a proxy, which ``asdict`` does not take.
    """
    return asdict(Actor(**{one.name: getattr(actor, one.name) for one in fields(Actor)}))


def _thawed(stored: dict[str, Any]) -> Actor:
    """Return the actor of a stored job."""
    return Actor(**{**stored, "grants": tuple(Grant(**grant) for grant in stored.get("grants", ()))})


def start(
    *,
    kind: str,
    by: Actor,
    at: datetime,
    params: dict[str, Any] | None = None,
    scope: str = "",
    exclusive_key: str = "",
) -> Job:
    """Save a job and defer it in the caller's transaction; nothing starts before that commits.

    Raises AlreadyRunning where ``exclusive_key`` is held by a job that waits or runs, LookupError for an unknown kind.
    """
    if kind not in _handlers:
        raise LookupError(f"no handler is registered for jobs of the kind {kind}")
    job = Job(
        kind=kind,
        params=params or {},
        scope=scope,
        exclusive_key=exclusive_key,
        actor=_frozen(by),
        requested_by_id=by.user_id,
        requested_at=at,
    )
    try:
        with transaction.atomic():
            job.save()
            run_job.defer(job_id=job.pk)
    except IntegrityError:
        held = Job.objects.filter(exclusive_key=exclusive_key, state__in=[JobState.WAITING, JobState.RUNNING]).first()
        if held is None or not exclusive_key:
            raise
        raise AlreadyRunning(held) from None
    return job


def mine(by: Actor) -> QuerySet[Job]:
    """Return the jobs that the actor may see: their own, all for a superuser."""
    if by.is_superuser:
        return Job.objects.select_related("requested_by")
    return Job.objects.select_related("requested_by").filter(requested_by_id=by.user_id or 0)


def get(by: Actor, job_id: int) -> Job:
    """Return one job of the actor. Raises NotPermitted for another person's, or one that does not exist."""
    found = mine(by).filter(pk=job_id).first()
    if found is None:
        raise NotPermitted("kernel.read_job", f"job:{job_id}")
    return found


def cancel(*, by: Actor, at: datetime, job_id: int) -> bool:
    """Stop a job: one that waits never starts, one that runs stops at its next report. True where it was not over yet."""
    job = get(by, job_id)
    open_ = Job.objects.filter(pk=job.pk, state__in=[JobState.WAITING, JobState.RUNNING])
    return bool(open_.update(state=JobState.CANCELLED, finished_at=at))


def _take(job_id: int) -> Job | None:
    """Begin the next attempt of a job; None where it is over."""
    open_ = Job.objects.filter(pk=job_id, state__in=[JobState.WAITING, JobState.RUNNING])
    begun = open_.update(state=JobState.RUNNING, attempt=F("attempt") + 1, started_at=clock.now(), done=0, note="")
    return Job.objects.get(pk=job_id) if begun else None


def _finish(job: Job, state: JobState, **fields: Any) -> None:
    """Close this attempt, unless another has taken over."""
    Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING).update(
        state=state, finished_at=clock.now(), **fields
    )


def _do(job: Job) -> None:
    """Run the handler of a job and store what came of it; a fault becomes a message for people and a traceback in the log."""
    handle = JobHandle(job.pk, job.attempt, job.params, _thawed(job.actor), job.requested_at)
    try:
        result = _handlers[job.kind].run(handle) or {}
    except Superseded:
        _log.info("job_superseded", job=job.pk, attempt=job.attempt)
    except (JobFailed, NotPermitted) as error:
        _finish(job, JobState.FAILED, error=str(error))
    except Exception as error:  # a job must end with a word to its owner, whatever went wrong
        _log.error("job_failed", job=job.pk, kind=job.kind, trace=traceback.format_exc())
        told = _(
            "The work stopped on an unexpected fault (%(kind)s). Nothing was half-written; the log has the details."
        )
        _finish(job, JobState.FAILED, error=told % {"kind": type(error).__name__})
    else:
        _finish(job, JobState.DONE, result=result)


def run_now(job: Job) -> Job:
    """Run one attempt of a job in this process, as the worker does, and return its new state."""
    taken = _take(job.pk)
    if taken is not None:
        if taken.attempt > MOST_ATTEMPTS:
            _finish(
                taken,
                JobState.FAILED,
                error=_("The worker stopped %(n)s times while doing this.") % {"n": MOST_ATTEMPTS},
            )
        else:
            _do(taken)
    return Job.objects.get(pk=job.pk)


@app.task(name="kernel.run_job")
def run_job(job_id: int) -> None:
    """Do one job; the worker calls this in a thread of its own."""
    close_old_connections()
    try:
        job = Job.objects.filter(pk=job_id).first()
        if job is not None:
            run_now(job)
    finally:
        close_old_connections()


async def _revive(worker_app: Any) -> None:
    """Start again what dead workers left half-way, for as long as this worker lives."""
    while True:
        await worker_app.job_manager.prune_stalled_workers(STALLED_AFTER)
        for stalled in await worker_app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
            _log.warning("job_revived", job=stalled.task_kwargs.get("job_id"))
            await worker_app.job_manager.retry_job(stalled)
        await asyncio.sleep(HEARTBEAT)


async def _work(concurrency: int) -> None:
    """Run the worker and its watch over dead ones until a signal stops it."""
    with app.replace_connector(app.connector.get_worker_connector()) as worker_app:
        async with worker_app.open_async():
            watch = asyncio.create_task(_revive(worker_app))
            try:
                await worker_app.run_worker_async(
                    concurrency=concurrency,
                    name=f"worker-{os.getpid()}",
                    fetch_job_polling_interval=1.0,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=STALLED_AFTER,
                    shutdown_graceful_timeout=5.0,
                )
            finally:
                watch.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watch


def worker_main(*, concurrency: int = 2) -> int:
    """Be the worker process until SIGTERM or SIGINT; Django must be set up. Return the exit code."""
    asyncio.run(_work(concurrency))
    return 0
