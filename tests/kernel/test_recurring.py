"""Work that time brings: which time is the newest, and that each is started once."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from plumbline.kernel import jobs, recurring
from plumbline.kernel.models import Job, RecurringRun

HERE = ZoneInfo("Asia/Shanghai")
Schedule = recurring.Schedule


def at(day: int, hour: int, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=HERE)


@pytest.mark.parametrize(
    ("schedule", "now", "newest"),
    [
        (Schedule(2), at(23, 2), date(2026, 11, 23)),
        (Schedule(2), at(23, 1), date(2026, 11, 22)),
        (Schedule(8, weekday=0), at(23, 8), date(2026, 11, 23)),
        (Schedule(8, weekday=0), at(23, 7), date(2026, 11, 16)),
        (Schedule(8, weekday=0), at(29, 23), date(2026, 11, 23)),
        (Schedule(2, day=1), at(1, 2), date(2026, 11, 1)),
        (Schedule(2, day=1), at(1, 1), date(2026, 10, 1)),
        (Schedule(2, day=28), at(27, 12, month=3), date(2026, 2, 28)),
    ],
)
def test_the_newest_time_that_has_come(schedule: recurring.Schedule, now: datetime, newest: date) -> None:
    assert schedule.newest(now) == newest


@pytest.mark.parametrize("wrong", [{"hour": 24}, {"weekday": 7}, {"day": 29}, {"weekday": 0, "day": 1}])
def test_a_time_that_does_not_come_in_every_period_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="every period"):
        Schedule(**wrong)


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Register one kind of each recurrence, with nothing else in the registry; yield what ran."""
    ran: list[int] = []
    monkeypatch.setattr(recurring, "_schedules", {})
    monkeypatch.setattr(jobs, "_handlers", {})

    def note(job: jobs.JobHandle) -> dict[str, Any]:
        ran.append(job.id)
        return {}

    recurring.daily("test.daily", title="daily", hour=2)(note)
    recurring.weekly("test.weekly", title="weekly", hour=8)(note)
    recurring.monthly("test.monthly", title="monthly")(note)
    yield ran


@pytest.mark.django_db
def test_each_period_is_started_once_by_the_system(registered: list[int]) -> None:
    assert recurring.start_due(at(23, 12)) == ["test.daily", "test.monthly", "test.weekly"]
    for job in Job.objects.all():
        jobs.run_now(job)
    assert recurring.start_due(at(23, 13)) == []
    assert recurring.start_due(at(24, 1)) == []
    assert recurring.start_due(at(24, 2)) == ["test.daily"]
    assert sorted(registered) == sorted(Job.objects.exclude(state="waiting").values_list("pk", flat=True))
    assert Job.objects.get(state="waiting").actor["pseudonym"] == "system:test.daily"


@pytest.mark.django_db
def test_periods_that_passed_without_a_worker_are_caught_up_once(registered: list[int]) -> None:
    recurring.start_due(at(2, 3))
    for job in Job.objects.all():
        jobs.run_now(job)
    assert recurring.start_due(at(23, 12)) == ["test.daily", "test.weekly"]
    assert RecurringRun.objects.get(kind="test.daily").period == date(2026, 11, 23)


@pytest.mark.django_db
@pytest.mark.usefixtures("registered")
def test_work_whose_last_run_has_not_ended_waits_and_is_not_lost() -> None:
    recurring.start_due(at(22, 12))
    assert recurring.start_due(at(23, 3)) == []
    assert RecurringRun.objects.get(kind="test.daily").period == date(2026, 11, 22)
    jobs.run_now(Job.objects.get(kind="test.daily"))
    assert recurring.start_due(at(23, 4)) == ["test.daily"]


@pytest.mark.django_db
@pytest.mark.usefixtures("registered")
def test_what_another_worker_started_meanwhile_is_not_started_again() -> None:
    recurring.start_due(at(23, 12))
    assert recurring._start("test.daily", date(2026, 11, 23), at(23, 12)) is False
    assert Job.objects.filter(kind="test.daily").count() == 1
