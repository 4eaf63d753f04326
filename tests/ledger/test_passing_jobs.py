"""A large passed-up file is added as a job: with progress, once, and with a word where it cannot be."""

from dataclasses import replace

import pytest

from plumbline.kernel import jobs
from plumbline.kernel.actor import Actor
from plumbline.ledger import api as ledger
from plumbline.ledger.models import Fact, PassedFile
from tests.ledger.test_passing import AT, City, below

pytestmark = pytest.mark.django_db


def machine(city: City) -> Actor:
    """Return who administers the city, without an account: a job keeps whose it is."""
    return replace(city.by, user_id=None)


def test_a_large_file_is_added_as_a_job_and_once() -> None:
    [made] = below()
    city = City()
    file = city.matched(made)
    job = ledger.start_intake(by=machine(city), at=AT, file_id=file.pk, url=f"/facts/receive/{file.pk}/")
    with pytest.raises(jobs.AlreadyRunning):
        ledger.start_intake(by=machine(city), at=AT, file_id=file.pk, url="/")
    done = jobs.run_now(job)
    assert (done.state, done.result["new"]) == (jobs.JobState.DONE, 3)
    assert done.result["url"] == f"/facts/receive/{file.pk}/"
    assert Fact.objects.filter(source__startswith=f"passed:{file.pk}:").count() == 3
    with pytest.raises(ledger.PassingRefused, match="added already"):
        ledger.start_intake(by=machine(city), at=AT, file_id=file.pk, url="/")


def test_a_job_says_why_nothing_was_added() -> None:
    [made] = below()
    city = City()
    job = ledger.start_intake(by=machine(city), at=AT, file_id=city.take(made).pk, url="/")
    done = jobs.run_now(job)
    assert done.state == jobs.JobState.FAILED
    assert not Fact.objects.filter(source__startswith="passed:").exists()


def test_what_is_large() -> None:
    assert ledger.is_small(PassedFile(content=b"x" * 200_000))
    assert not ledger.is_small(PassedFile(content=b"x" * 200_001))
    assert ledger.is_small(PassedFile(content=None)), "it was added: nothing is left to do"
