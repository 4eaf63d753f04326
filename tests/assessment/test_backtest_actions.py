"""A scheme tested on a frozen round, as a job: the same scheme moves nobody, another one says who moves and why."""

from typing import Any

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.actions import storage
from plumbline.assessment.models import Run, SchemeVersion
from plumbline.assessment.queries import kept
from plumbline.kernel import jobs
from plumbline.kernel.actor import NotPermitted
from tests.assessment.county import FROZEN, LATER, County, post, routine, scored, study
from tests.assessment.schemes import shipped

pytestmark = pytest.mark.django_db


def ready(county: County) -> tuple[Any, int]:
    by = county.actor("administrator", user_id=None)
    study(county, "B1", 1, 4, 7, 10)
    study(county, "B2", 1, 4)
    return by, scored(county, by=by).pk


def compared(by: Any, round_id: int, **given: Any) -> Any:
    """Run a backtest as its job does and return its page."""
    done = jobs.run_now(assessment.start_backtest(by=by, at=LATER, round_id=round_id, **given))
    assert done.state == jobs.JobState.DONE, done.error
    address, _mark, key = str(done.result["url"]).partition("?test=")
    assert address == f"/rounds/{round_id}/backtest/"
    return assessment.backtest_page(by, round_id, test=key)


def test_the_same_scheme_moves_nobody(county: County) -> None:
    by, round_id = ready(county)
    page = compared(by, round_id, version_id=SchemeVersion.objects.get().pk)
    assert page.found["archived"] is True
    assert len(page.units) == 3
    assert not any(unit.moves for unit in page.units)
    assert [unit.difference for unit in page.units] == [0, 0, 0]


def test_a_changed_scheme_says_who_moves_and_the_points_add_up(county: County) -> None:
    by, round_id = ready(county)
    text = shipped("routine_work").replace("deduct: 0.5", "deduct: 0.25")
    assert text != shipped("routine_work")
    page = compared(by, round_id, text=text)
    differences = {unit.code: unit.difference for unit in page.units}
    assert any(differences.values())
    for unit in page.units:
        assert sum(points for _title, points in unit.gains) == unit.difference
    assert SchemeVersion.objects.count() == 1  # nothing is brought in by a test


def test_facts_that_were_not_frozen_come_from_the_ledger_as_it_stood(county: County) -> None:
    by = county.actor("administrator", user_id=None)
    post(county, "honour.granted", "B3", FROZEN.date().replace(year=2026, month=5), level="county", title="brave")
    round_id = scored(county, by=by).pk
    post(
        county,
        "honour.granted",
        "B1",
        FROZEN.date().replace(year=2026, month=6),
        at=LATER,
        level="county",
        title="late",
    )
    text = """
code: honours
title: honours
tree:
  - {code: "1", name: base, points: 10, start: full, rules: [{type: flaw, source: {kind: sanction.imposed}, deduct: 1}]}
  - {code: "2", name: honours, kind: bonus, points: 5, rules: [{type: each, source: {kind: honour.granted}, points: 1}]}
"""
    page = compared(by, round_id, text=text)
    assert page.found["archived"] is False
    assert {unit.code: unit.score[1] for unit in page.units} == {"B1": 10_000_000, "B2": 10_000_000, "B3": 11_000_000}


def test_wrong_texts_and_missing_versions_are_refused(county: County) -> None:
    by, round_id = ready(county)
    with pytest.raises(assessment.SchemeInvalid):
        assessment.start_backtest(by=by, at=LATER, round_id=round_id, text="code: x")
    for version_id in (None, 10**6):
        with pytest.raises(assessment.Refused) as refused:
            assessment.start_backtest(by=by, at=LATER, round_id=round_id, version_id=version_id)
        assert refused.value.field == "version"


def test_one_at_a_time_and_only_where_there_is_a_result(county: County) -> None:
    by, round_id = ready(county)
    version_id = SchemeVersion.objects.get().pk
    assessment.start_backtest(by=by, at=LATER, round_id=round_id, version_id=version_id)
    with pytest.raises(jobs.AlreadyRunning):
        assessment.start_backtest(by=by, at=LATER, round_id=round_id, version_id=version_id)
    with pytest.raises(assessment.Refused):
        assessment.start_backtest(by=by, at=LATER, round_id=routine(county, by=by).pk, version_id=version_id)


def test_others_are_refused(county: County) -> None:
    _by, round_id = ready(county)
    secretary = county.actor("secretary", "B1", user_id=None)
    version = SchemeVersion.objects.get()
    for asked in (round_id, 10**6):
        with pytest.raises(NotPermitted):
            assessment.start_backtest(by=secretary, at=LATER, round_id=asked, version_id=version.pk)
    with pytest.raises(NotPermitted):
        assessment.backtest_page(secretary, round_id)
    for run_id in (Run.objects.get().pk, 10**6):
        with pytest.raises(NotPermitted):
            assessment.perform_backtest(by=secretary, at=LATER, run_id=run_id, document=version.document, title="x")


def test_a_snapshot_with_one_byte_changed_ends_the_job_with_words(county: County) -> None:
    by, round_id = ready(county)
    job = assessment.start_backtest(by=by, at=LATER, round_id=round_id, version_id=SchemeVersion.objects.get().pk)
    path = storage.root() / Run.objects.get().snapshot.folder / "units.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    done = jobs.run_now(job)
    assert done.state == jobs.JobState.FAILED
    assert "units.parquet" in done.error
    assert kept.kept(Run.objects.get().pk, "backtest") == {}
