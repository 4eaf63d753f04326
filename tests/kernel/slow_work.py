"""Kinds of work for the tests of the worker process."""

import time
from pathlib import Path
from typing import Any

from django.db import transaction

from plumbline.kernel import clock, jobs, messages
from plumbline.kernel.models import User


@jobs.handler("tests.steps", title="Many short steps")
def steps(job: jobs.JobHandle) -> dict[str, Any]:
    """Take many short steps and report each."""
    count = int(job.params["steps"])
    for number in range(count):
        job.progress(number, count, f"step {number}")
        time.sleep(float(job.params["pause"]))
    return {"steps": count}


@jobs.handler("tests.deaf", title="Work that never reports")
def deaf(job: jobs.JobHandle) -> None:
    """Wait for a file, and report nothing."""
    folder = Path(job.params["folder"])
    (folder / "started").touch()
    while not (folder / "go-on").exists():
        time.sleep(0.05)


@jobs.handler("tests.one_transaction", title="Work inside one transaction")
def one_transaction(job: jobs.JobHandle) -> None:
    """Write something, then report for a long time, all in one transaction."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(f"told-{job.attempt}")
            messages.send(to=[user.pk], subject="half done", at=clock.now())
            for number in range(1000):
                job.progress(number, 1000, f"step {number}")
                time.sleep(0.05)
    finally:
        (Path(job.params["folder"]) / "stopped").touch()
