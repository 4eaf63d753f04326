"""Background work: its life, who may see it, and that a kill loses nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from plumbline.kernel import clock, jobs, worker
from plumbline.kernel.actor import PUBLIC, Actor, NotPermitted
from plumbline.kernel.models import AuditEntry, Job, JobState, Message
from tests.kernel import slow_work  # noqa: F401  (registers its kinds)
from tests.kernel.people import AT, somebody

KIND = "tests.work"


class Refused(Exception):
    """A refusal whose text is meant for people."""


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before, guards = dict(jobs._handlers), dict(jobs._guards)
    yield
    jobs._handlers.clear()
    jobs._handlers.update(before)
    jobs._guards.clear()
    jobs._guards.update(guards)


def register(run: Any, **extra: Any) -> None:
    jobs.handler(KIND, title="Test work", **extra)(run)


def begin(by: Actor, **extra: Any) -> Job:
    return jobs.start(kind=KIND, by=by, at=AT, **extra)


def queued() -> list[int]:
    rows = ProcrastinateJob.objects.filter(task_name="kernel.run_job", status="todo").values_list("args", flat=True)
    return [args["job_id"] for args in rows]


@pytest.mark.django_db
def test_a_job_is_saved_and_queued_with_its_transaction() -> None:
    register(lambda _job: None)
    by = somebody("wang")
    job = begin(by, params={"n": 1}, scope="unit:3")
    assert (job.state, job.params, job.scope, job.requested_by_id) == ("waiting", {"n": 1}, "unit:3", by.user_id)
    assert queued() == [job.pk]
    assert jobs.title_of(job) == "Test work"
    assert jobs.title_of(Job(kind="gone")) == "gone"


@pytest.mark.django_db
def test_an_undone_transaction_leaves_no_job() -> None:
    register(lambda _job: None)
    by = somebody("wang")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        begin(by)
        1 / 0  # noqa: B018
    assert not Job.objects.exists()
    assert queued() == []


@pytest.mark.django_db
def test_an_unknown_kind_is_refused_at_once() -> None:
    with pytest.raises(LookupError, match=r"nothing\.known"):
        jobs.start(kind="nothing.known", by=Actor.system("test"), at=AT)


@pytest.mark.django_db
def test_a_handler_gets_what_was_asked_and_its_result_is_kept() -> None:
    seen: dict[str, Any] = {}

    def run(job: jobs.JobHandle) -> dict[str, Any]:
        seen.update(params=job.params, actor=job.actor, by=job.requested_by, language=translation.get_language())
        job.progress(1, 4, "first quarter")
        return {"url": "/done/"}

    register(run)
    by = somebody("wang", ("administrator", "/1/"))
    with translation.override("zh-hans"):
        job = begin(by, params={"n": 1})
    done = jobs.run_now(job)
    assert (done.state, done.result, done.done, done.total, done.note) == (
        "done",
        {"url": "/done/"},
        1,
        4,
        "first quarter",
    )
    assert (done.attempt, done.percent, done.is_over) == (1, 25, True)
    assert seen == {"params": {"n": 1}, "actor": by, "by": by.pseudonym, "language": "zh-hans"}
    assert jobs.run_now(job).attempt == 1, "a finished job is not run again"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (jobs.JobFailed("The file is gone."), "The file is gone."),
        (Refused("Row 3 is wrong."), "Row 3 is wrong."),
        (NotPermitted("ledger.file"), "You may not do this, or not any more (ledger.file)."),
        (
            RuntimeError("secret detail"),
            "The work stopped on an unexpected fault (RuntimeError); the log of the server has the details.",
        ),
    ],
)
def test_a_failure_is_told_in_words(raised: Exception, told: str) -> None:
    def run(job: jobs.JobHandle) -> None:
        raise raised

    register(run, expected=(Refused,))
    done = jobs.run_now(begin(somebody("wang")))
    assert (done.state, done.error) == ("failed", told)
    assert done.finished_at is not None


@pytest.mark.django_db
def test_a_kind_that_a_new_version_dropped_fails_with_a_word() -> None:
    register(lambda _job: None)
    job = begin(somebody("wang"))
    jobs._handlers.pop(KIND)
    assert jobs.run_now(job).error == "This version of Plumbline does not know this kind of work."


@pytest.mark.django_db
def test_exclusive_work_runs_once_at_a_time() -> None:
    register(lambda _job: None)
    by = somebody("wang")
    first = begin(by, exclusive_key="round:1")
    with pytest.raises(jobs.AlreadyRunning) as refused:
        begin(by, exclusive_key="round:1")
    assert refused.value.job == first
    begin(by, exclusive_key="round:2")
    begin(by)
    begin(by)
    jobs.run_now(first)
    assert begin(by, exclusive_key="round:1").pk != first.pk


@pytest.mark.django_db
def test_one_sees_ones_own_jobs_and_the_administrator_all() -> None:
    register(lambda _job: None)
    wang, li = somebody("wang"), somebody("li", ("secretary", "/1/4/"))
    boss, below = somebody("boss", ("administrator", "/1/")), somebody("below", ("administrator", "/1/4/"))
    job = begin(wang, scope="round:7")
    assert [one.pk for one in jobs.mine(wang)] == [job.pk]
    assert jobs.get(wang, job.pk) == jobs.get(boss, job.pk) == job
    for stranger in (li, below, PUBLIC):
        assert not jobs.mine(stranger).exists()
        with pytest.raises(NotPermitted):
            jobs.get(stranger, job.pk)
    with pytest.raises(NotPermitted):
        jobs.get(wang, job.pk + 1)
    jobs.register_guard("round:", lambda actor, scope: actor == li and scope == "round:7")
    assert jobs.get(li, job.pk) == job
    with pytest.raises(NotPermitted):
        jobs.cancel(by=li, at=AT, job_id=job.pk)


@pytest.mark.django_db
def test_a_cancelled_job_never_starts_and_the_audit_knows() -> None:
    register(lambda _job: pytest.fail("it started"))
    by = somebody("wang")
    job = begin(by)
    assert jobs.cancel(by=by, at=AT, job_id=job.pk)
    assert not jobs.cancel(by=by, at=AT, job_id=job.pk)
    assert jobs.run_now(job).state == "cancelled"
    assert AuditEntry.objects.get().action == "kernel.cancel_job"


@pytest.mark.django_db
def test_a_running_job_stops_at_its_next_report_once_cancelled() -> None:
    by = somebody("wang")

    def run(job: jobs.JobHandle) -> dict[str, Any]:
        jobs.cancel(by=by, at=AT, job_id=job.id)
        job.progress(1, 2)
        pytest.fail("it went on")

    register(run)
    assert jobs.run_now(begin(by)).state == "cancelled"


@pytest.mark.django_db
def test_an_attempt_that_was_given_up_writes_nothing_more() -> None:
    by = somebody("wang")

    def run(job: jobs.JobHandle) -> dict[str, Any]:
        Job.objects.filter(pk=job.id).update(attempt=job.attempt + 1, note="the other one")
        return {"mine": True}

    register(run)
    done = jobs.run_now(begin(by))
    assert (done.state, done.result, done.note) == ("running", {}, "the other one")


@pytest.mark.django_db
def test_many_reports_become_few_statements(django_assert_max_num_queries: Any) -> None:
    by = somebody("wang")

    def run(job: jobs.JobHandle) -> None:
        with django_assert_max_num_queries(4):
            for number in range(1000):
                job.progress(number, 1000)
            job.progress(1000, 1000)

    register(run)
    assert jobs.run_now(begin(by)).done == 1000


@pytest.mark.django_db
def test_a_job_that_kills_its_worker_is_given_up() -> None:
    register(lambda _job: pytest.fail("it started"))
    job = begin(somebody("wang"))
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, attempt=jobs.MOST_ATTEMPTS)
    done = jobs.run_now(job)
    assert done.state == "failed"
    assert done.error == "The worker stopped 4 times while doing this; it is not tried again."


@pytest.mark.django_db
def test_an_interrupted_job_is_put_back() -> None:
    def run(job: jobs.JobHandle) -> None:
        job.progress(1, 2)

    register(run)
    job = begin(somebody("wang"))
    stopped = jobs.run_now(job, is_stopping=lambda: True)
    assert (stopped.state, stopped.attempt) == ("waiting", 0)
    assert queued() == [job.pk, job.pk]
    assert jobs.run_now(job).state == "done"


@pytest.mark.django_db
def test_lost_jobs_are_queued_again() -> None:
    register(lambda _job: None)
    job = begin(somebody("wang"))
    assert worker.adopt_lost() == 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert worker.adopt_lost() == 1
    assert queued() == [job.pk]
    worker.run_job.func(job_id=job.pk + 1)


# A worker of its own, as ``plumbline worker`` starts it; the kinds of work stand in tests.kernel.slow_work.
ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "plumbline.config.settings"
import django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from tests.kernel import slow_work
from plumbline.kernel import jobs, worker
worker.HEARTBEAT, worker.STALLED_AFTER, worker.GRACE = 0.3, 1.0, 1.0
sys.exit(jobs.worker_main(concurrency=2))
"""


class Workers:
    """Worker processes on the test's database."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[bytes]] = []

    def begin(self) -> "subprocess.Popen[bytes]":
        name = connection.settings_dict["NAME"]
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(name)], cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{ROOT}/src:{ROOT}"}
        )
        self.running.append(process)
        return process

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait()


@pytest.fixture
def workers(transactional_db: None) -> Iterator[Workers]:
    made = Workers()
    yield made
    made.end()


def wait_for(condition: Any, seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


def now(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


def begin_slow(kind: str, **params: Any) -> Job:
    return jobs.start(kind=kind, by=Actor.system("test"), at=clock.now(), params=params)


def test_a_killed_worker_loses_nothing(workers: Workers, tmp_path: Path) -> None:
    job = begin_slow("tests.steps", folder=str(tmp_path), steps=200, pause=0.05)
    first = workers.begin()
    wait_for(lambda: now(job).done >= 3)
    assert now(job).state == "running"
    first.kill()
    first.wait()
    assert now(job).state == "running"
    Job.objects.filter(pk=job.pk).update(params={"folder": str(tmp_path), "steps": 4, "pause": 0})
    workers.begin()
    wait_for(lambda: now(job).is_over)
    done = now(job)
    assert (done.state, done.attempt, done.result) == ("done", 2, {"steps": 4})


def test_a_worker_stops_in_good_order_and_puts_its_work_back(workers: Workers, tmp_path: Path) -> None:
    job = begin_slow("tests.steps", folder=str(tmp_path), steps=200, pause=0.05)
    process = workers.begin()
    wait_for(lambda: now(job).done >= 3)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert (now(job).state, now(job).attempt) == ("waiting", 0)


def test_a_worker_leaves_a_handler_that_does_not_report(workers: Workers, tmp_path: Path) -> None:
    job = begin_slow("tests.deaf", folder=str(tmp_path))
    process = workers.begin()
    wait_for(lambda: (tmp_path / "started").exists())
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert now(job).state == "running"
    (tmp_path / "go-on").touch()
    workers.begin()
    wait_for(lambda: now(job).state == "done")
    assert now(job).attempt == 2


def test_progress_is_seen_and_cancelling_works_inside_the_handlers_transaction(
    workers: Workers, tmp_path: Path
) -> None:
    job = begin_slow("tests.one_transaction", folder=str(tmp_path))
    workers.begin()
    wait_for(lambda: now(job).done >= 2)
    started = time.monotonic()
    assert jobs.cancel(by=Actor.system("test"), at=clock.now(), job_id=job.pk)
    assert time.monotonic() - started < 5
    wait_for(lambda: (tmp_path / "stopped").exists())
    assert now(job).state == "cancelled"
    assert not Message.objects.exists(), "what the handler had written is undone"


def forget_workers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")


def test_a_worker_that_was_taken_for_dead_ends_and_its_work_goes_on(workers: Workers, tmp_path: Path) -> None:
    forget_workers()
    first = workers.begin()
    wait_for(lambda: ProcrastinateWorker.objects.exists())
    forget_workers()
    job = begin_slow("tests.steps", folder=str(tmp_path), steps=3, pause=0)
    assert first.wait(timeout=40) == 1, "whoever started it is told to start another"
    workers.begin()
    wait_for(lambda: now(job).is_over)
    assert now(job).state == "done"


@pytest.mark.django_db
def test_a_broken_constraint_of_another_kind_is_not_taken_for_running_work() -> None:
    register(lambda _job: None)
    with pytest.raises(IntegrityError), transaction.atomic():
        jobs.start(kind=KIND, by=Actor("p", user_id=987_654), at=AT)
        connection.check_constraints()


def test_the_worker_is_entered_through_jobs(monkeypatch: Any) -> None:
    monkeypatch.setattr(worker, "main", lambda *, concurrency: concurrency + 40)
    assert jobs.worker_main(concurrency=2) == 42
