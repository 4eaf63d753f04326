"""What waits on a person's desk: a fixed number of statements, whatever the number of running cases."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.kernel import calendar, clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.todo import Todo
from plumbline.procedure.models import Waiting
from plumbline.procedure.queries.desks import my_seats
from plumbline.procedure.queries.lights import colour
from plumbline.procedure.queries.procedures import procedures_of_versions
from plumbline.procedure.rules.clocks import Clock, Span
from plumbline.procedure.rules.clocks import clock as clock_of
from plumbline.procedure.rules.desks import Desk

MOST_TODOS = 20
PAGE = 50
MOST_SORTED = 3_000
"""Steps of one desk that are put in order of their days; beyond it the oldest come first. Nobody works off so many."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A step that waits on the reader's desk. ``vacant`` means that nobody below holds the post, so that it came up."""

    case_id: int
    title: str
    procedure: str
    unit: str
    person: str
    step: str
    step_code: str
    clock: Clock
    light: str
    opened_on: date
    vacant: bool
    started: bool


@dataclass(frozen=True, slots=True)
class MyCases:
    """The reader's desk of cases: one page of it, by the day each step is due, and how many there are in all."""

    rows: tuple[WaitingRow, ...]
    total: int
    late: int
    page: int
    pages: int


def my_cases(actor: Actor, at: datetime, *, page: int = 1, size: int = PAGE) -> MyCases:
    """Return what waits for the actor, by the day it is due; at most eight SQL statements."""
    on = clock.day_of(at)
    seats = my_seats(actor, on=on)
    rows = _mine(actor, seats)
    days = calendar.load()
    clocks = _clocks(days, rows, on)
    order = sorted(range(len(rows)), key=lambda n: (clocks[n].due_on or date.max, rows[n].opened_on, rows[n].pk))
    pages = max(1, -(-len(rows) // size))
    page = min(max(1, page), pages)
    chosen = order[(page - 1) * size : page * size]
    shown = _shown([(rows[n], clocks[n]) for n in chosen], seats, days)
    return MyCases(shown, len(rows), sum(1 for one in clocks if one.late), page, pages)


def _mine(actor: Actor, seats: dict[int, Desk]) -> list[Any]:
    """Return the waiting rows of the actor as bare values; one SQL statement, none where there can be no row."""
    at_seats = Q(seat_id__in=list(seats)) & (Q(member=None) | Q(member__user=None))
    own = Q(member_id=actor.member_id) if actor.member_id is not None else Q(pk__in=())
    if not seats and actor.member_id is None:
        return []
    rows = Waiting.objects.filter(at_seats | own).order_by("opened_on", "pk")
    rows = rows.annotate(pauses=Cast("case__now__pauses", TextField()))  # few cases have any: those alone are read
    names = "pk", "case_id", "step", "seat_id", "opened_on", "limit", "started_by", "pauses"
    return list(rows.values_list(*names, named=True)[:MOST_SORTED])


def spans(pauses: Sequence[Sequence[str | None]]) -> tuple[Span, ...]:
    """Return stored pauses as days."""
    return tuple(
        (date.fromisoformat(start), date.fromisoformat(end) if end else None) for start, end in pauses if start
    )


def _clocks(days: calendar.WorkingCalendar, rows: Sequence[Any], on: date) -> list[Clock]:
    """Return the clock of each row; most have one of few pairs of day and limit, and share its clock."""
    known: dict[tuple[date, int | None], Clock] = {}
    found: list[Clock] = []
    for row in rows:
        key = row.opened_on, row.limit
        if row.pauses != "[]":
            pauses = spans(json.loads(row.pauses))
            found.append(clock_of(days, opened_on=row.opened_on, limit=row.limit, pauses=pauses, on=on))
            continue
        if key not in known:
            known[key] = clock_of(days, opened_on=row.opened_on, limit=row.limit, pauses=(), on=on)
        found.append(known[key])
    return found


def _shown(
    chosen: list[tuple[Any, Clock]], seats: dict[int, Desk], days: calendar.WorkingCalendar
) -> tuple[WaitingRow, ...]:
    """Return the rows of one page with their words; two SQL statements."""
    full = Waiting.objects.filter(pk__in=[row.pk for row, _clock_ in chosen])
    listed = {one.pk: one for one in full.select_related("case__unit", "case__member", "case__person")}
    procedures = procedures_of_versions(one.case.version_id for one in listed.values())
    language = get_language() or "en"
    found = []
    for row, clock_ in chosen:
        case = listed[row.pk].case
        procedure = procedures[case.version_id]
        desk = seats.get(row.seat_id)
        found.append(
            WaitingRow(
                case.pk, case.title, procedure.title.say(language), str(case.unit), person_of(case),
                procedure.step(row.step).title.say(language), row.step, clock_, colour(clock_, days), row.opened_on,
                desk.vacant if desk else False, bool(row.started_by),
            )
        )  # fmt: skip
    return tuple(found)


def person_of(case: Any) -> str:
    """Return the name of the person concerned, "" where there is none; what was erased is told as such."""
    if case.member_id is not None:
        return str(case.member)
    person = getattr(case, "person", None)
    if person is None:
        return ""
    return _("(erased)") if person.erased_at else person.name


def case_todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return what waits for the actor as to-dos, the first by day; at most eight SQL statements."""
    if actor.user_id is None:
        return []
    found = my_cases(actor, at, size=MOST_TODOS)
    return [
        Todo(
            f"{row.step}: {row.person or row.title or row.procedure}", f"/cases/{row.case_id}/", row.clock.due_on, _("case"),
            urgent=row.clock.late, act=_("Do it"),
        )
        for row in found.rows
    ]  # fmt: skip
