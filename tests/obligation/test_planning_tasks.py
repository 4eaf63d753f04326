"""The background work of required work: planning, the nightly comparison, closing."""

from datetime import UTC, date, datetime

from plumbline.kernel import clock, jobs
from plumbline.obligation import api
from plumbline.obligation.models import Obligation, PlanRun
from tests.obligation.planning_world import AT, BY, held, plan, rhythm


def run(kind, at=AT, **params):
    """Run one job of a kind now and return what it answered."""
    with clock.frozen(at):
        job = jobs.run_now(jobs.start(kind=kind, by=BY, at=at, params=params))
    assert job.state == jobs.JobState.DONE, job.error
    return job.result


def test_the_job_of_a_plan_says_what_it_did_and_where(county):
    rhythm()
    assert run(api.PLAN_JOB, year=2026) == {"url": "/plans/2026/", "added": 12, "changed": 0, "dropped": 0}


def test_every_night_what_changed_is_planned_and_nothing_else_is_told(county):
    rhythm()
    plan()
    assert run("obligation.replan") == {"url": "/plans/", "2026": 0}
    assert PlanRun.objects.count() == 1
    county.found("B4", "branch", "WC")
    assert run("obligation.replan")["2026"] == 3
    assert PlanRun.objects.first().cause.startswith("daily comparison")


def test_every_night_what_fell_due_is_closed(county):
    rhythm()
    plan()
    held(county["B1"], date(2026, 5, 4))
    after = datetime(2026, 7, 1, 2, tzinfo=UTC)
    assert run("obligation.close", after) == {"posted": 6, "corrected": 0, "withdrawn": 0}
    assert not Obligation.objects.filter(due_on__lt=date(2026, 7, 1), closed_fact=None).exists()
