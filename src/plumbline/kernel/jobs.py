"""Long work in the background, with progress, on the same PostgreSQL (Procrastinate).

An area writes ``@jobs.handler("area.verb", title=_("..."))`` in its ``tasks.py``; an action calls ``start`` inside its
transaction, so that the job exists exactly if the change does. A handler gets a ``JobHandle``, reports with ``progress``
and returns a dict for ``job.result``; ``{"url": ...}`` is offered to its owner. It must be idempotent: after a kill it
is run again from its beginning. An exception listed in ``expected`` (or a ``JobFailed``) ends the job with its message
for people; any other ends it with a general message, and its traceback goes to the log.

``worker_main(concurrency=2)`` is the worker process: call it in a process of its own with Django set up; it ends on
SIGTERM or SIGINT, putting back what it had not finished. See docs/adr/0012-jobs-that-survive.md.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

import structlog
from django.db import IntegrityError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock
from plumbline.kernel.actor import Actor, Grant, NotPermitted
from plumbline.kernel.models import Job, JobState

__all__ = [
    "AlreadyRunning", "Interrupted", "Job", "JobFailed", "JobHandle", "JobState", "Superseded", "cancel", "get",
    "handler", "mine", "register_guard", "run_now", "start", "title_of", "worker_main",
]  # fmt: skip

_log = structlog.get_logger("plumbline.jobs")

MOST_ATTEMPTS = 4
"""A job that took its worker down so many times is not tried again."""
REPORT_EVERY = 0.2
"""Seconds between two reports of progress that are written; those between are dropped."""
_OPEN = (JobState.WAITING, JobState.RUNNING)


class AlreadyRunning(Exception):
    """The same work is waiting or under way; ``job`` is it."""

    def __init__(self, job: Job) -> None:
        super().__init__(f"job {job.pk} does this already")
        self.job = job


class JobFailed(Exception):
    """Raised by a handler to end its job with a message for people."""


class Superseded(BaseException):
    """This attempt was cancelled or replaced by another: it must stop and write nothing more.

    No ``Exception``, so that no handler takes it for a fault of its own work.
    """


class Interrupted(BaseException):
    """The worker is stopping: the attempt must stop now and will be run again by the next worker."""


def _never() -> bool:
    return False


@dataclass
class JobHandle:
    """What a handler sees of its job."""

    id: int
    attempt: int
    params: dict[str, Any]
    actor: Actor
    requested_at: datetime
    _connection: BaseDatabaseWrapper = field(repr=False)
    _is_stopping: Callable[[], bool] = field(default=_never, repr=False)
    _reported: tuple[float, str] = field(default=(float("-inf"), ""), repr=False)

    @property
    def requested_by(self) -> str:
        """The pseudonym of who asked."""
        return self.actor.pseudonym

    def progress(self, done: int, total: int, note: str = "") -> None:
        """Report how far the work is, at once visible to others even where the handler is inside a transaction.

        Raises Superseded where the job was cancelled or another attempt has taken over, Interrupted where the worker
        is stopping.
        """
        if self._is_stopping():
            raise Interrupted(f"job {self.id}, attempt {self.attempt}")
        note, ticks = str(note)[:300], clock.ticks()
        if done < total and note == self._reported[1] and ticks - self._reported[0] < REPORT_EVERY:
            return
        self._reported = (ticks, note)
        with self._connection.cursor() as cursor:
            cursor.execute(
                "UPDATE kernel_job SET done = %s, total = %s, note = %s "
                "WHERE id = %s AND attempt = %s AND state = 'running'",
                [done, total, note, self.id, self.attempt],
            )
            if not cursor.rowcount:
                raise Superseded(f"job {self.id}, attempt {self.attempt}")


Handler = Callable[[JobHandle], dict[str, Any] | None]
Guard = Callable[[Actor, str], bool]


@dataclass(frozen=True)
class _Registered:
    run: Handler
    title: Promise | str
    expected: tuple[type[Exception], ...]


_handlers: dict[str, _Registered] = {}
_guards: dict[str, Guard] = {}


def handler(
    kind: str, *, title: Promise | str, expected: tuple[type[Exception], ...] = ()
) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of ``kind``; ``title`` is what people read (lazy).

    ``expected`` are exceptions whose text is meant for people, such as a refused import. The last one registered holds.
    """

    def register(run: Handler) -> Handler:
        _handlers[kind] = _Registered(run, title, expected)
        return run

    return register


def register_guard(prefix: str, may_read: Guard) -> None:
    """Let ``may_read(actor, scope)`` open jobs of a scope that begins with ``prefix`` to others than who asked."""
    _guards[prefix] = may_read


def title_of(job: Job) -> str:
    """Return what the job is called on pages."""
    known = _handlers.get(job.kind)
    return str(known.title) if known else job.kind


def _thawed(stored: dict[str, Any]) -> Actor:
    """Return the actor of a stored job: it does what its requester might do when they asked."""
    return Actor(**{**stored, "grants": tuple(Grant(**grant) for grant in stored.get("grants", ()))})


def _plain(actor: Actor) -> dict[str, Any]:
    """Return the actor as JSON. A request's actor stands behind a proxy, which ``asdict`` alone does not take."""
    return asdict(Actor(**{one.name: getattr(actor, one.name) for one in fields(Actor)}))


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
        actor=_plain(by),
        language=translation.get_language() or "",
        requested_by_id=by.user_id,
        requested_at=at,
    )
    try:
        with transaction.atomic():
            job.save()
            defer(job.pk)
    except IntegrityError as error:
        held = Job.objects.filter(exclusive_key=exclusive_key, state__in=_OPEN).first()
        if "job_runs_once" not in str(error) or held is None:
            raise
        raise AlreadyRunning(held) from None
    return job


def defer(job_id: int) -> None:
    """Put a job into the worker's queue, in the caller's transaction."""
    from plumbline.kernel.worker import run_job  # the worker's side imports this one

    run_job.defer(job_id=job_id)


def mine(by: Actor) -> QuerySet[Job]:
    """Return the jobs that the actor may list: their own; all for an administrator of a whole tree."""
    found = Job.objects.select_related("requested_by")
    return found if by.holds_at_top("administrator") else found.filter(requested_by_id=by.user_id or 0)


def get(by: Actor, job_id: int) -> Job:
    """Return one job of the actor, or one whose scope is open to them.

    Raises NotPermitted for another person's, or one that does not exist.
    """
    found = Job.objects.select_related("requested_by").filter(pk=job_id).first()
    if found is None or not _may_read(by, found):
        raise NotPermitted("kernel.read_job", f"job:{job_id}")
    return found


def may_cancel(by: Actor, job: Job) -> bool:
    """True for who asked for the job, and for an administrator of a whole tree."""
    return by.holds_at_top("administrator") or (by.user_id is not None and job.requested_by_id == by.user_id)


def _may_read(by: Actor, job: Job) -> bool:
    if may_cancel(by, job):
        return True
    return any(guard(by, job.scope) for prefix, guard in _guards.items() if job.scope.startswith(prefix))


def cancel(*, by: Actor, at: datetime, job_id: int) -> bool:
    """Stop a job: one that waits never starts, one that runs stops at its next report; audited.

    Return False where it was over already. Raises NotPermitted for another person's.
    """
    job = get(by, job_id)
    if not may_cancel(by, job):
        raise NotPermitted("kernel.cancel_job", f"job:{job_id}")
    with transaction.atomic():
        held = Job.objects.filter(pk=job.pk, state__in=_OPEN)
        if not held.update(state=JobState.CANCELLED, finished_at=at):
            return False
        audit.record(by=by, at=at, action="kernel.cancel_job", subject=f"job:{job_id}", new={"kind": job.kind})
    return True


def _take(job_id: int) -> Job | None:
    """Begin the next attempt of a job; None where it is over."""
    begun = Job.objects.filter(pk=job_id, state__in=_OPEN).update(
        state=JobState.RUNNING, attempt=F("attempt") + 1, started_at=clock.now(), done=0, total=0, note=""
    )
    return Job.objects.get(pk=job_id) if begun else None


def _this_attempt(job: Job) -> QuerySet[Job]:
    """Return the row as long as this attempt holds it: nothing after a cancellation, or once another has taken over."""
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING)


def _finish(job: Job, state: JobState, **fields: Any) -> None:
    """Close this attempt."""
    _this_attempt(job).update(state=state, finished_at=clock.now(), **fields)


def _put_back(job: Job) -> None:
    """Let the next worker run an interrupted job; an orderly interruption is not counted as an attempt."""
    with transaction.atomic():
        if _this_attempt(job).update(state=JobState.WAITING, attempt=F("attempt") - 1, note=""):
            defer(job.pk)


def _do(job: Job, handle: JobHandle) -> None:
    """Run the handler of a job and store what came of it."""
    registered = _handlers.get(job.kind)
    if registered is None:
        _log.error("job_without_handler", job=job.pk, kind=job.kind)
        return _finish(job, JobState.FAILED, error=_("This version of Plumbline does not know this kind of work."))
    expected: tuple[type[Exception], ...] = (JobFailed, *registered.expected)
    try:
        result = registered.run(handle) or {}
    except Superseded:
        _log.info("job_superseded", job=job.pk, attempt=job.attempt)
    except Interrupted:
        _log.info("job_interrupted", job=job.pk, attempt=job.attempt)
        _put_back(job)
    except expected as error:
        _finish(job, JobState.FAILED, error=str(error))
    except NotPermitted as error:
        said = _("You may not do this, or not any more (%(action)s).") % {"action": error.action}
        _finish(job, JobState.FAILED, error=said)
    except Exception as error:  # a job must end with a word to its owner, whatever went wrong
        _log.exception("job_failed", job=job.pk, kind=job.kind)
        told = _("The work stopped on an unexpected fault (%(kind)s); the log of the server has the details.")
        _finish(job, JobState.FAILED, error=told % {"kind": type(error).__name__})
    else:
        _finish(job, JobState.DONE, result=result)
    return None


def run_now(job: Job, *, reports: BaseDatabaseWrapper | None = None, is_stopping: Callable[[], bool] = _never) -> Job:
    """Run one attempt of a job in this process, in the language of who asked, and return its new state.

    The worker gives a connection of its own for ``reports``, outside the handler's transactions.
    """
    taken = _take(job.pk)
    if taken is not None:
        handle = JobHandle(
            taken.pk, taken.attempt, taken.params, _thawed(taken.actor), taken.requested_at,
            reports or connections["default"], is_stopping,
        )  # fmt: skip
        with translation.override(taken.language or None):
            if taken.attempt <= MOST_ATTEMPTS:
                _do(taken, handle)
            else:
                said = _("The worker stopped %(n)s times while doing this; it is not tried again.")
                _finish(taken, JobState.FAILED, error=said % {"n": MOST_ATTEMPTS})
    return Job.objects.select_related("requested_by").get(pk=job.pk)


def worker_main(*, concurrency: int = 2) -> int:
    """Be the worker process until SIGTERM or SIGINT; Django must be set up. Return the exit code."""
    from plumbline.kernel.worker import main  # the worker's side imports this one

    return main(concurrency=concurrency)
