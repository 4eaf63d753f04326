"""Planning a year: every obligation of every organisation and member, in batches, again and again with the same result.

What was due before today is never touched: neither changed, nor dropped, nor added, except where a rhythm is planned for
a year for the first time. What is due from today on follows the rules, the calendar, the units and the members as they are
now. ``PlanRun`` keeps what each planning did and which days moved.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from plumbline.kernel import audit, clock, jobs, messages
from plumbline.kernel.actor import Actor
from plumbline.obligation.actions import matching
from plumbline.obligation.actions import planning_sql as sql
from plumbline.obligation.models import Obligation, PlanRun
from plumbline.obligation.permissions import can_change_rhythms, check_plan
from plumbline.obligation.queries.planned import YearOf, rows_of, year_of, years_to_keep
from plumbline.obligation.rules.planning import Planned
from plumbline.obligation.rules.problems import Refused
from plumbline.obligation.rules.rhythm_words import period_words
from plumbline.organisation import api as organisation

PLAN_JOB: Final = "obligation.plan_year"
BATCH: Final = 20_000
"""Rows of one transaction: postings wait no longer than one of them takes."""
MOST_TOLD: Final = 30
"""So many moves stand in the message; the page of the plan has them all."""
YEARS: Final = range(2000, 2100)

Progress = Callable[[int, int, str], None]


@dataclass
class Done:
    """What a planning did so far; ``moved`` are (rhythm, period, day before, day now, how many)."""

    added: int = 0
    changed: int = 0
    dropped: int = 0
    moved: list[dict[str, Any]] = field(default_factory=list)


def start_plan(*, by: Actor, at: datetime, year: int, cause: str = "") -> jobs.Job:
    """Start planning a year in the background, and return the job. Raises NotPermitted, Refused, AlreadyRunning."""
    check_plan(by, year)
    _check_year(year)
    return jobs.start(
        kind=PLAN_JOB, by=by, at=at, params={"year": year, "cause": cause[:200]}, exclusive_key=f"{PLAN_JOB}:{year}"
    )


def follow_calendar(by: Actor, at: datetime, years: frozenset[int]) -> None:
    """Start planning again what a change of the calendar may move: those years and the ones before them, as far as planned.

    Where such a plan is under way already, the daily comparison catches up. Called by the calendar, in its transaction.
    """
    if not can_change_rhythms(by):
        return
    near = years | {year - 1 for year in years}
    for year in sorted(near & set(years_to_keep(clock.day_of(at)))):
        with suppress(jobs.AlreadyRunning):
            start_plan(by=by, at=at, year=year, cause=_("the calendar of working days was changed"))


def _check_year(year: int) -> None:
    if year not in YEARS:
        raise Refused(_("A year is planned from 2000 to 2099."), "year")


def _quiet(done: int, total: int, note: str) -> None:
    """Report to nobody."""


def plan_year(
    *, by: Actor, at: datetime, year: int, cause: str = "", progress: Progress = _quiet, keep_quiet: bool = False
) -> PlanRun:
    """Plan a year, or plan it again, and return what was done; may be broken off and run again at any point.

    Each batch is a transaction of its own. ``keep_quiet`` keeps no record where nothing changed. Raises NotPermitted,
    Refused for a year that cannot be.
    """
    check_plan(by, year)
    _check_year(year)
    today, done = clock.day_of(at), Done()
    plan = year_of(year, today)
    known = {one for listed in PlanRun.objects.filter(year=year).values_list("rhythms", flat=True) for one in listed}
    for place, rhythm_id in enumerate(plan.versions):
        progress(place, len(plan.versions), plan.rhythms[rhythm_id].name)
        _plan_rhythm(plan, rhythm_id, at, today, rhythm_id not in known, done)
    _drop_retired(plan, today, done)
    progress(len(plan.versions), len(plan.versions), "")
    if keep_quiet and not (done.added or done.changed or done.dropped):
        return PlanRun(year=year, cause=cause)
    return _finish(by, at, plan, cause, done)


def _plan_rhythm(plan: YearOf, rhythm_id: int, at: datetime, today: date, first: bool, done: Done) -> None:
    """Bring the rows of one rhythm up to date, batch by batch; what is no longer asked is dropped at the end."""
    total, from_, until = _fill(rows_of(plan, rhythm_id))
    asked = [version.id for version in plan.versions[rhythm_id]]
    values = {
        "rhythm": rhythm_id, "title": plan.rhythms[rhythm_id].name, "at": at, "today": today, "first": first,
        "year": f"{plan.year}%", "reasons": json.dumps(_reasons()),
        "urls": json.dumps({str(one): plan.urls[one] for one in asked}),
    }  # fmt: skip
    kinds = {plan.kinds[one] for one in asked} - {""}
    for low in range(0, total, BATCH):
        with transaction.atomic():
            matching.hold_alone()
            touched = _batch({**values, "low": low, "high": low + BATCH}, done)
            if touched and kinds:
                matching.match(touched, kinds=kinds, from_=from_, until=until)
    with transaction.atomic():
        matching.hold_alone()
        if not kinds:
            _run(sql.ELECTED, values)
        done.dropped += len(_run(sql.DROP, values))


def _fill(rows: Iterator[Planned]) -> tuple[int, date, date]:
    """Copy the rows into the table of what is wanted; return how many, and the days that enclose them."""
    total, from_, until = 0, date.max, date.min
    with connection.cursor() as cursor:
        cursor.execute(sql.TABLE)
        cursor.execute("TRUNCATE obligation_wanted")
        with connection.wrap_database_errors, cursor.copy("COPY obligation_wanted FROM STDIN") as copy:
            for total, row in enumerate(rows, start=1):
                copy.write_row((total - 1, *row))
                from_, until = min(from_, row.starts_on), max(until, row.until_on)
        cursor.execute("ANALYZE obligation_wanted")
    return total, from_, until


def _batch(values: dict[str, Any], done: Done) -> list[int]:
    """Add and change the rows of one batch; return the ids of those whose facts must be found anew."""
    added = [row[0] for row in _run(sql.ADD, values)]
    for period, before, now, count in _run(sql.MOVED, values):
        moved = {
            "rhythm": values["title"], "period": period, "from": before.isoformat(), "to": now.isoformat(), "count": count
        }  # fmt: skip
        done.moved.append(moved)
    changed = [row[0] for row in _run(sql.CHANGE, values)]
    _run(sql.EXEMPT, values)
    done.added += len(added)
    done.changed += len(changed)
    return added + changed


def _drop_retired(plan: YearOf, today: date, done: Done) -> None:
    """Drop what is due from today on under rhythms of which no version holds in the year any more."""
    open_ = Obligation.objects.filter(rhythm__isnull=False, period__startswith=str(plan.year), due_on__gte=today)
    _count, by_model = open_.filter(closed_fact=None).exclude(rhythm_id__in=list(plan.versions)).delete()
    done.dropped += by_model.get(Obligation._meta.label, 0)


def _finish(by: Actor, at: datetime, plan: YearOf, cause: str, done: Done) -> PlanRun:
    """Keep what was done, tell the administrators which days moved, and return the record."""
    with transaction.atomic():
        run = PlanRun.objects.create(
            year=plan.year, cause=cause, planned_by=by.pseudonym, planned_at=at, added=done.added, changed=done.changed,
            dropped=done.dropped, moved=_summed(done.moved), rhythms=list(plan.versions),
        )  # fmt: skip
        new = {"added": done.added, "changed": done.changed, "dropped": done.dropped, "moved": run.moved}
        audit.record(by=by, at=at, action="obligation.plan_year", subject=f"year:{plan.year}", new=new, reason=cause)
        if run.moved:
            _tell(run, at)
    return run


def _summed(moved: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add up the moves of several batches that are the same."""
    found: dict[tuple[Any, ...], int] = {}
    for one in moved:
        key = (one["rhythm"], one["period"], one["from"], one["to"])
        found[key] = found.get(key, 0) + one["count"]
    return [
        {"rhythm": rhythm, "period": period, "from": before, "to": now, "count": count}
        for (rhythm, period, before, now), count in found.items()
    ]


def _tell(run: PlanRun, at: datetime) -> None:
    """Write to the administrators of whole trees what moved."""
    tops = [one.pk for one in organisation.visible_units(Actor.system("obligation")).filter(parent=None)]
    holders = organisation.holders_at(tops, on=clock.day_of(at))
    to = {one.user_id for listed in holders.values() for one in listed if one.role == organisation.Role.ADMINISTRATOR}
    lines = [
        _("{rhythm}, {period}: {before} becomes {now} ({n} times)").format(
            rhythm=one["rhythm"], period=period_words(one["period"]), before=one["from"], now=one["to"], n=one["count"]
        )
        for one in run.moved[:MOST_TOLD]
    ]
    if to:
        subject = _("Days of required work have moved in {year}").format(year=run.year)
        messages.send(
            to=sorted(to), subject=subject, body="\n".join(lines), link=f"/plans/{run.year}/", at=at, outside=False
        )


def _reasons() -> dict[str, str]:
    """Return the words of the reasons of exclusion by code, to stand beside an exemption; one SQL statement."""
    return {one.code: str(one.name) for one in organisation.exclusion_reasons()}


def _run(statement: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
