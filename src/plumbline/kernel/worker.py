"""The worker process: takes up what waits, revives what a killed worker left, keeps the house in order.

Only ``jobs.worker_main`` and ``jobs.start`` enter here.
"""

import asyncio
import contextlib
import os
import signal
import threading
from typing import Any, cast

import structlog
from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections, connections
from procrastinate import App, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from plumbline.kernel import chores, clock, evidence, jobs, recurring
from plumbline.kernel.models import Job, JobState

_log = structlog.get_logger("plumbline.worker")

HEARTBEAT = 3.0
STALLED_AFTER = 12.0
"""Seconds without a heartbeat after which a worker counts as dead."""
GRACE = 6.0
"""Seconds that running handlers have to report, and so to stop, before the process ends without them."""
SWEEP_EVERY = 3600.0
LOOK_EVERY = 30.0
"""Seconds between two looks at what recurs by the calendar."""
_stopping = threading.Event()


@app.task(name="kernel.run_job", retry=RetryStrategy(max_attempts=20, wait=5))
def run_job(job_id: int) -> None:
    """Do one job; the worker calls this in a thread of its own. A fault here is the database's, so it is tried again."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None:  # its transaction was undone, or an old database was restored
        return
    reports = connections.create_connection("default")
    try:
        jobs.run_now(job, reports=reports, is_stopping=_stopping.is_set)
    finally:
        reports.close()


def adopt_lost() -> int:
    """Queue the open jobs that no queue entry stands for, after a restore for example; return how many.

    The jobs are read before the queue: one that starts in between is in neither or in both.
    """
    open_ = set(Job.objects.filter(state__in=(JobState.WAITING, JobState.RUNNING)).values_list("pk", flat=True))
    queued = ProcrastinateJob.objects.filter(task_name="kernel.run_job", status__in=("todo", "doing"))
    lost = sorted(open_ - {int(args["job_id"]) for args in queued.values_list("args", flat=True)}) if open_ else []
    for job_id in lost:
        _log.warning("job_adopted", job=job_id)
        jobs.defer(job_id)
    return len(lost)


def _keep_house() -> None:
    """Adopt lost jobs; run in a thread, which gives its connection back."""
    try:
        adopt_lost()
    finally:
        close_old_connections()


def _sweep() -> None:
    """Remove what broken uploads left behind."""
    try:
        evidence.sweep(at=clock.now())
    finally:
        close_old_connections()


def _recur() -> None:
    """Start what time has brought; a fault is logged and met again at the next look, since this must not end the worker."""
    try:
        recurring.start_due(clock.now())
    except DatabaseError:
        _log.exception("recurring_not_started")
    finally:
        close_old_connections()


async def revive(worker_app: App) -> int:
    """Queue again what dead workers left half-way; return how many."""
    manager = worker_app.job_manager
    await manager.prune_stalled_workers(STALLED_AFTER)
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER))
    for one in stalled:
        _log.warning("job_revived", task=one.task_name, arguments=one.task_kwargs)
        await manager.retry_job(one)
    return len(stalled)


async def _watch(worker_app: App) -> None:
    """Look after dead workers and lost jobs for as long as this worker lives."""
    swept, looked, awake = float("-inf"), float("-inf"), clock.ticks()
    while True:
        # Where this process itself was held up, its own heartbeat goes first: it must not take itself for dead.
        if clock.ticks() - awake < 3 * HEARTBEAT:
            await revive(worker_app)
            await sync_to_async(_keep_house, thread_sensitive=False)()
        if clock.ticks() - swept > SWEEP_EVERY:
            swept = clock.ticks()
            await sync_to_async(_sweep, thread_sensitive=False)()
        if clock.ticks() - looked > LOOK_EVERY:
            looked = clock.ticks()
            await sync_to_async(_recur, thread_sensitive=False)()
        awake = clock.ticks()
        await asyncio.sleep(HEARTBEAT)


def _do_chores(since: dict[str, float]) -> None:
    """Do the chores that are due; run in a thread, which gives its connection back."""
    try:
        chores.run_due(clock.ticks(), since)
    finally:
        close_old_connections()


async def _tend() -> None:
    """Do the small work of every few seconds for as long as this worker lives."""
    since: dict[str, float] = {}
    while True:
        await sync_to_async(_do_chores, thread_sensitive=False)(since)
        await asyncio.sleep(chores.LOOK_EVERY)


def _leave_now() -> None:
    """End the process although a handler has not stopped: its job is revived by the next worker."""
    _log.warning("worker_left_without_waiting")
    os._exit(0)


def _listen(loop: asyncio.AbstractEventLoop, working: "asyncio.Future[Any]") -> None:
    """Stop in good order at the first signal, at once at the second."""

    def stop() -> None:
        if _stopping.is_set():
            _leave_now()
        _stopping.set()
        working.cancel()
        loop.call_later(GRACE, _leave_now)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


async def _work(concurrency: int) -> None:
    """Run the worker and its watch until a signal stops them, or one of them fails."""
    connector = cast(DjangoConnector, app.connector)
    with app.replace_connector(connector.get_worker_connector()) as worker_app:
        async with worker_app.open_async():
            working = asyncio.ensure_future(
                worker_app.run_worker_async(
                    concurrency=concurrency,
                    name=f"worker-{os.getpid()}",
                    fetch_job_polling_interval=1.0,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=STALLED_AFTER,
                    shutdown_graceful_timeout=GRACE,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                )
            )
            _listen(asyncio.get_running_loop(), working)
            watching, tending = asyncio.ensure_future(_watch(worker_app)), asyncio.ensure_future(_tend())
            await asyncio.wait((working, watching, tending), return_when=asyncio.FIRST_COMPLETED)
            for one in (tending, watching, working):
                one.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await one


def main(*, concurrency: int) -> int:
    """Be the worker process; raises what made it fail, so that whoever started it may start another."""
    _stopping.clear()
    asyncio.run(_work(concurrency))
    return 0
