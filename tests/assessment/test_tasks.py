"""Scoring as a job: done once however often it is tried, and never beside another."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from plumbline.assessment import api as assessment
from plumbline.assessment.actions import calculating
from plumbline.assessment.models import CompositeScore, Run
from plumbline.kernel import jobs
from tests.assessment import county as small
from tests.assessment.county import FROZEN, LATER, County, routine, scored, study


def frozen(county: County) -> tuple[Any, int]:
    by = county.actor("administrator", user_id=None)
    round_ = routine(county, by=by)
    assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    return by, round_.pk


@pytest.mark.django_db
def test_a_job_tried_again_after_a_crash_finds_what_it_stored(county: County) -> None:
    by, round_id = frozen(county)
    job = assessment.start_scoring(by=by, at=FROZEN, round_id=round_id)
    first = assessment.perform_scoring(by=by, at=FROZEN, round_id=round_id, engine="duckdb", job_id=job.pk)
    done = jobs.run_now(job)
    assert done.state == jobs.JobState.DONE
    assert done.result["run"] == first.pk
    assert done.result["url"] == f"/rounds/{round_id}/"
    assert Run.objects.count() == 1
    assert CompositeScore.objects.count() == 3


@pytest.mark.django_db
def test_a_worker_killed_before_storing_leaves_nothing_and_the_next_attempt_does_it_all(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, round_id = frozen(county)
    job = assessment.start_scoring(by=by, at=FROZEN, round_id=round_id)

    class Killed(BaseException):
        """What a kill looks like to the code: nothing gets to clean up."""

    def killed(*_args: Any, **_more: Any) -> Any:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(calculating, "calculate", killed)
        with pytest.raises(Killed):
            jobs.run_now(job)
    assert not Run.objects.exists()
    assert assessment.round_page(by, round_id).round.state == assessment.RoundState.SCORING
    assert jobs.run_now(job).state == jobs.JobState.DONE
    assert assessment.round_page(by, round_id).round.state == assessment.RoundState.SCORED


@pytest.mark.django_db
def test_a_job_that_fails_says_why_and_gives_the_round_back(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    by, round_id = frozen(county)
    job = assessment.start_scoring(by=by, at=FROZEN, round_id=round_id)

    def damaged(*_args: Any, **_more: Any) -> Any:
        raise assessment.SnapshotDamaged("facts.parquet")

    monkeypatch.setattr(calculating, "calculate", damaged)
    failed = jobs.run_now(job)
    assert failed.state == jobs.JobState.FAILED
    assert "facts.parquet" in failed.error
    assert assessment.round_page(by, round_id).round.state == assessment.RoundState.FROZEN


@pytest.mark.django_db
def test_calculating_again_compares_with_what_was_published(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    study(county, "B1", 1, 4)
    round_ = scored(county)
    by = county.actor("auditor", user_id=None)
    done = jobs.run_now(assessment.start_verifying(by=by, at=LATER, round_id=round_.pk))
    assert (done.state, done.result["same"]) == (jobs.JobState.DONE, True)
    monkeypatch.setattr(calculating, "result_hash", lambda _tables: "0" * 64)
    failed = jobs.run_now(assessment.start_verifying(by=by, at=LATER, round_id=round_.pk))
    assert failed.state == jobs.JobState.FAILED
    assert "differ" in failed.error


@pytest.mark.django_db(transaction=True)
def test_freezing_waits_for_the_fact_that_is_being_filed_and_holds_it() -> None:
    county = small.build()
    by, round_ = county.actor("administrator"), routine(county)
    filed, may_commit, done = threading.Event(), threading.Event(), []

    def file_slowly() -> None:
        try:
            with transaction.atomic():
                study(county, "B1", 1)
                filed.set()
                may_commit.wait(10)
        finally:
            connection.close()

    def freeze() -> None:
        try:
            done.append(assessment.freeze(by=by, at=FROZEN, round_id=round_.pk))
        finally:
            connection.close()

    filing, freezing = threading.Thread(target=file_slowly), threading.Thread(target=freeze)
    filing.start()
    assert filed.wait(10)
    freezing.start()
    freezing.join(0.5)
    assert freezing.is_alive(), "the freeze should wait for the posting under way"
    may_commit.set()
    filing.join(10)
    freezing.join(10)
    assert done[0].manifest["counts"]["facts"] == 1


@pytest.mark.django_db(transaction=True)
def test_freezing_refuses_to_run_inside_another_transaction() -> None:
    county = small.build()
    round_ = routine(county)
    with transaction.atomic(), pytest.raises(RuntimeError):
        assessment.freeze(by=county.actor("administrator"), at=FROZEN, round_id=round_.pk)


@pytest.mark.django_db(transaction=True)
def test_a_round_changed_between_the_look_and_the_lock_is_not_frozen_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from plumbline.assessment.actions import freezing

    county = small.build()
    by, round_ = county.actor("administrator"), routine(county)
    calls: list[int] = []
    lock = freezing.round_for_change

    def change_elsewhere() -> None:
        try:
            type(round_).objects.filter(pk=round_.pk).update(title="Renamed meanwhile")
        finally:
            connection.close()

    def raced(*given: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:  # the second look is the one inside the consistent transaction
            other = threading.Thread(target=change_elsewhere)
            other.start()
            other.join(10)
        return lock(*given)

    monkeypatch.setattr(freezing, "round_for_change", raced)
    with pytest.raises(assessment.Refused, match="at the same moment"):
        assessment.freeze(by=by, at=FROZEN, round_id=round_.pk)
    round_.refresh_from_db()
    assert (round_.state, round_.snapshot_id) == ("draft", None)


@pytest.mark.django_db
def test_a_job_stops_at_its_next_report_when_another_attempt_took_over(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, round_id = frozen(county)
    job = assessment.start_scoring(by=by, at=FROZEN, round_id=round_id)

    def superseded(*_args: Any, **_more: Any) -> Any:
        raise jobs.Superseded("attempt 2 is under way")

    def broken(*_args: Any, **_more: Any) -> Any:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(jobs.JobHandle, "progress", superseded)
        jobs.run_now(job)
    assert not Run.objects.exists()
    assert assessment.round_page(by, round_id).round.state == assessment.RoundState.SCORING
    with monkeypatch.context() as patch:
        patch.setattr(calculating, "calculate", broken)
        assert jobs.run_now(job).state == jobs.JobState.FAILED
    assert assessment.round_page(by, round_id).round.state == assessment.RoundState.FROZEN
    assessment.abandon_scoring(by=by, at=LATER, round_id=round_id)
    assert assessment.round_page(by, round_id).round.state == assessment.RoundState.FROZEN


@pytest.mark.django_db
def test_a_damaged_snapshot_fails_the_verification_with_the_files_name(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = scored(county)
    by = county.actor("auditor", user_id=None)
    job = assessment.start_verifying(by=by, at=LATER, round_id=round_.pk)

    def damaged(*_args: Any, **_more: Any) -> Any:
        raise assessment.SnapshotDamaged("facts.parquet")

    monkeypatch.setattr(calculating, "calculate", damaged)
    failed = jobs.run_now(job)
    assert (failed.state, "facts.parquet" in failed.error) == (jobs.JobState.FAILED, True)
