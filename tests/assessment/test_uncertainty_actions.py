"""An analysis as a job: from the frozen files to a kept document, the same every time."""

from typing import Any

import pytest

from plumbline.assessment import api as assessment
from plumbline.assessment.actions import storage, uncertainty
from plumbline.assessment.models import Run
from plumbline.assessment.queries import kept
from plumbline.kernel import jobs
from plumbline.kernel.actor import NotPermitted
from plumbline.kernel.models import AuditEntry
from tests.assessment.county import FROZEN, LATER, County, routine, scored, study

pytestmark = pytest.mark.django_db
FEW = {"draws": 1000}


def ready(county: County) -> tuple[Any, int]:
    by = county.actor("administrator", user_id=None)
    study(county, "B1", 1, 4, 7, 10)
    study(county, "B2", 1, 4)
    return by, scored(county, by=by).pk


def test_a_job_keeps_its_analysis_and_the_page_reads_it(county: County) -> None:
    by, round_id = ready(county)
    job = assessment.start_uncertainty(by=by, at=LATER, round_id=round_id, declared=FEW)
    with pytest.raises(jobs.AlreadyRunning):
        assessment.start_uncertainty(by=by, at=LATER, round_id=round_id, declared=FEW)
    done = jobs.run_now(job)
    assert done.state == jobs.JobState.DONE, done.error
    run = Run.objects.get()
    [(key, found)] = kept.kept(run.pk, "uncertainty").items()
    assert done.result["url"] == f"/rounds/{round_id}/uncertainty/?analysis={key}"
    assert found["about"]["result_hash"] == run.result_hash
    branch = found["classes"]["branch"]
    assert branch["units"] == [county[code].pk for code in ("B1", "B2", "B3")]
    assert branch["ranks"] == [1, 2, 3]
    assert AuditEntry.objects.filter(action="assessment.start_uncertainty").count() == 1


def test_done_again_it_is_the_same_and_other_settings_stand_beside(county: County) -> None:
    by, _round_id = ready(county)
    run = Run.objects.get()
    keys = [
        assessment.perform_uncertainty(by=by, at=at, run_id=run.pk, declared=declared)
        for at, declared in ((FROZEN, FEW), (FROZEN, FEW), (LATER, FEW | {"seed": 7, "weighting": "anywhere"}))
    ]
    assert keys[0] == keys[1] != keys[2]
    found = kept.kept(run.pk, "uncertainty")
    assert list(found) == [keys[2], keys[0]]  # the newest first


def test_progress_goes_up_to_the_end(county: County) -> None:
    by, _round_id = ready(county)
    told: list[tuple[int, int]] = []
    assessment.perform_uncertainty(
        by=by,
        at=LATER,
        run_id=Run.objects.get().pk,
        declared=FEW,
        progress=lambda done, total, _n: told.append((done, total)),
    )
    assert [one[0] for one in told] == sorted(one[0] for one in told)
    assert told[-1][0] == told[-1][1]


@pytest.mark.parametrize(
    "declared",
    [{"draws": 10}, {"draws": 10**9}, {"spread": 0}, {"turnout": 2}, {"seed": -1}, {"coverage": 1}, {"colour": "red"}],
)
def test_settings_out_of_bounds_are_refused_by_name(county: County, declared: dict[str, Any]) -> None:
    by, round_id = ready(county)
    with pytest.raises(assessment.Refused) as refused:
        assessment.start_uncertainty(by=by, at=LATER, round_id=round_id, declared=declared)
    assert refused.value.field == next(iter(declared))


def test_what_nobody_knows_may_be_left_open() -> None:
    assert uncertainty.settings_of({"turnout": None}).turnout is None


def test_a_round_without_a_result_has_nothing_to_analyse(county: County) -> None:
    by = county.actor("administrator", user_id=None)
    round_ = routine(county, by=by)
    with pytest.raises(assessment.Refused):
        assessment.start_uncertainty(by=by, at=LATER, round_id=round_.pk, declared={})


def test_others_are_refused(county: County) -> None:
    _by, round_id = ready(county)
    secretary = county.actor("secretary", "B1", user_id=None)
    for asked in (round_id, 10**6):
        with pytest.raises(NotPermitted):
            assessment.start_uncertainty(by=secretary, at=LATER, round_id=asked, declared=FEW)
    for run_id in (Run.objects.get().pk, 10**6):
        with pytest.raises(NotPermitted):
            assessment.perform_uncertainty(by=secretary, at=LATER, run_id=run_id, declared=FEW)


def test_a_snapshot_with_one_byte_changed_ends_the_job_with_words(county: County) -> None:
    by, round_id = ready(county)
    job = assessment.start_uncertainty(by=by, at=LATER, round_id=round_id, declared=FEW)
    path = storage.root() / Run.objects.get().snapshot.folder / "facts.parquet"
    path.chmod(0o644)
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    done = jobs.run_now(job)
    assert done.state == jobs.JobState.FAILED
    assert "facts.parquet" in done.error


def test_a_file_that_cannot_be_read_is_left_out(county: County) -> None:
    by, _round_id = ready(county)
    run = Run.objects.get()
    assessment.perform_uncertainty(by=by, at=LATER, run_id=run.pk, declared=FEW)
    (kept.folder(run.pk) / "uncertainty-broken.json").write_text("{")
    assert len(kept.kept(run.pk, "uncertainty")) == 1
    assert kept.kept(10**6, "uncertainty") == {}
