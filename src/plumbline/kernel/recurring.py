"""Work that time brings: every day, week or month, once, on whichever machine comes first.

An area writes ``@recurring.daily("area.verb", title=_("..."), hour=2)`` above a job handler in its ``tasks.py``. Each
worker looks for what is due and starts it as an ordinary job of the system's actor. The row that says "this period has been
started" and the job are one transaction, so that two workers never start the same, and a crash loses none. A period that
passed while no worker ran is caught up once, the newest only: handlers look at what is due by now, not at one period.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise

from plumbline.kernel import jobs
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import RecurringRun


@dataclass(frozen=True, slots=True)
class Schedule:
    """When work recurs, by the installation's own clock: from ``hour`` on every day, or on one day of week or month."""

    hour: int = 2
    weekday: int | None = None
    """0 is Monday."""
    day: int | None = None
    """Day of the month, at most 28, so that every month has it."""

    def __post_init__(self) -> None:
        """Raise ValueError for a time that does not come in every period."""
        fits = (
            0 <= self.hour < 24,
            self.weekday is None or 0 <= self.weekday < 7,
            self.day is None or 0 < self.day < 29,
        )
        if not all(fits) or None not in (self.weekday, self.day):
            raise ValueError(f"{self} does not come in every period")

    def newest(self, local: datetime) -> date:
        """Return the day of the newest time that has come by ``local``, the installation's own clock."""
        day = local.date() if local.hour >= self.hour else local.date() - timedelta(days=1)
        if self.weekday is not None:
            return day - timedelta(days=(day.weekday() - self.weekday) % 7)
        if self.day is not None:
            month = day if day.day >= self.day else day.replace(day=1) - timedelta(days=1)
            return month.replace(day=self.day)
        return day


_schedules: dict[str, Schedule] = {}
Register = Callable[[jobs.Handler], jobs.Handler]


def _register(kind: str, schedule: Schedule, title: Promise | str, expected: tuple[type[Exception], ...]) -> Register:
    _schedules[kind] = schedule
    return jobs.handler(kind, title=title, expected=expected)


def daily(kind: str, *, title: Promise | str, hour: int = 2, expected: tuple[type[Exception], ...] = ()) -> Register:
    """Register a job's handler and let it run every day from ``hour`` on."""
    return _register(kind, Schedule(hour), title, expected)


def weekly(
    kind: str, *, title: Promise | str, weekday: int = 0, hour: int = 2, expected: tuple[type[Exception], ...] = ()
) -> Register:
    """Register a job's handler and let it run every week on ``weekday`` (0 is Monday)."""
    return _register(kind, Schedule(hour, weekday=weekday), title, expected)


def monthly(
    kind: str, *, title: Promise | str, day: int = 1, hour: int = 2, expected: tuple[type[Exception], ...] = ()
) -> Register:
    """Register a job's handler and let it run every month on ``day``."""
    return _register(kind, Schedule(hour, day=day), title, expected)


def start_due(at: datetime) -> list[str]:
    """Start what has come due and was not started yet; return the kinds. One SQL statement where nothing is due.

    Work whose last run has not ended waits for the next call.
    """
    local = timezone.localtime(at, timezone.get_default_timezone())
    due = {kind: schedule.newest(local) for kind, schedule in _schedules.items()}
    done = dict(RecurringRun.objects.values_list("kind", "period"))
    return [
        kind for kind, period in sorted(due.items()) if done.get(kind, date.min) < period and _start(kind, period, at)
    ]


def _start(kind: str, period: date, at: datetime) -> bool:
    """Start one period's job unless another worker has; the row and the job are one transaction."""
    try:
        with transaction.atomic():
            row, _made = RecurringRun.objects.select_for_update().get_or_create(
                kind=kind, defaults={"period": date.min, "started_at": at}
            )
            if row.period >= period:
                return False
            jobs.start(kind=kind, by=Actor.system(kind), at=at, exclusive_key=f"recurring:{kind}")
            RecurringRun.objects.filter(kind=kind).update(period=period, started_at=at)
    except jobs.AlreadyRunning:
        return False
    return True
