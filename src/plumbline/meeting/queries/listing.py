"""Lists of meetings by unit, year, kind and state; the calendar of a month; and what the list as Excel holds."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from plumbline.kernel import calendar
from plumbline.kernel.actor import Actor
from plumbline.meeting.models import Meeting, ThemeDayRule
from plumbline.meeting.permissions import KEEPERS
from plumbline.meeting.queries.base import kind_names, under, visible_meetings
from plumbline.meeting.rules.attendance import Presence
from plumbline.meeting.rules.states import State
from plumbline.meeting.rules.theme_days import FixedDay, ThemeDay, next_days
from plumbline.organisation import api as organisation

LIGHTS = {
    State.PLANNED.value: "grey", State.OPEN.value: "blue", State.HELD.value: "yellow", State.CONFIRMED.value: "blue",
    State.FILED.value: "green", State.CANCELLED.value: "grey", State.WITHDRAWN.value: "grey",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """What to show; ``unit_id`` with everything below it."""

    unit_id: int | None = None
    year: int | None = None
    kind: str = ""
    state: str = ""
    words: str = ""


def listed(actor: Actor, wanted: MeetingFilter) -> QuerySet[Meeting]:
    """Return the meetings that match, newest first, with how many came; two SQL statements at most when read."""
    rows = visible_meetings(actor)
    if wanted.unit_id is not None:
        unit = organisation.visible_units(actor).filter(pk=wanted.unit_id).first()
        rows = rows.filter(unit__path__startswith=unit.path) if unit else rows.none()
    if wanted.year is not None:
        rows = rows.filter(held_on__year=wanted.year)
    if wanted.kind:
        rows = rows.filter(Q(kind=wanted.kind) | Q(also__contains=[wanted.kind]))
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    for word in wanted.words.split()[:5]:
        rows = rows.filter(Q(title__icontains=word) | Q(place__icontains=word) | Q(unit__name__icontains=word))
    there = Q(attendance__presence__in=[Presence.PRESENT.value, Presence.LATE.value])
    found = rows.select_related("unit", "chair", "recorder")
    return found.annotate(came=Count("attendance", filter=there, distinct=True)).order_by("-starts_at", "-pk")


def years_of(actor: Actor) -> list[int]:
    """Return the years in which the actor sees meetings, newest first; one SQL statement."""
    days = visible_meetings(actor).order_by("-held_on").dates("held_on", "year", order="DESC")
    return [day.year for day in days]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar: its meetings, and whether it is worked."""

    on: date
    in_month: bool
    working: bool
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month in weeks from Monday on, with the words of kinds."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]
    before: date
    after: date
    names: dict[str, str]


def month_of(actor: Actor, year: int, month: int) -> Month:
    """Return the meetings of a month as a calendar; four SQL statements."""
    first = date(year, month, 1)
    last = first.replace(day=monthrange(year, month)[1])
    start = first - timedelta(days=first.weekday())
    end = last + timedelta(days=6 - last.weekday())
    known = calendar.load()
    rows: dict[date, list[Meeting]] = {}
    found = visible_meetings(actor).filter(held_on__range=(start, end)).exclude(state=State.WITHDRAWN.value)
    for row in found.select_related("unit").order_by("starts_at"):
        rows.setdefault(row.held_on, []).append(row)
    days = [start + timedelta(days=step) for step in range((end - start).days + 1)]
    shown = [Day(one, one.month == month, known.is_working(one), tuple(rows.get(one, ()))) for one in days]
    weeks = tuple(tuple(shown[place : place + 7]) for place in range(0, len(shown), 7))
    return Month(first, weeks, first - timedelta(days=1), last + timedelta(days=1), kind_names())


@dataclass(frozen=True, slots=True)
class Fixed:
    """The theme day of one organisation: the rule that holds, whose it is, and the next days."""

    unit: Any
    rule: FixedDay | None
    of_unit: str
    days: tuple[ThemeDay, ...]


def theme_days(actor: Actor, on: date, *, unit_id: int | None = None) -> list[Fixed]:
    """Return the fixed theme days of the organisations that the actor keeps; four SQL statements, however many.

    An organisation without a rule of its own follows the nearest one above it that has one.
    """
    reach = organisation.organisations_for(actor, "organisation.manage_unit").exclude(kind="group")
    units = list(reach.filter(pk=unit_id) if unit_id else reach)
    rules: dict[int, list[FixedDay]] = {}
    for row in ThemeDayRule.objects.all():
        rules.setdefault(row.unit_id, []).append(FixedDay(row.effective_on, row.ordinal, row.weekday, row.day))
    names = dict(organisation.visible_units(Actor.system("meeting")).filter(pk__in=rules).values_list("pk", "name"))
    known = calendar.load()
    return [_fixed(one, rules, names, on, known) for one in units]


def _fixed(
    unit: Any, rules: dict[int, list[FixedDay]], names: dict[int, str], on: date, known: calendar.WorkingCalendar
) -> Fixed:
    chain = [int(part) for part in unit.path.strip("/").split("/") if part]
    owner = next((one for one in reversed(chain) if one in rules), None)
    if owner is None:
        return Fixed(unit, None, "", ())
    begun = [one for one in rules[owner] if one.effective_on <= on] or rules[owner]
    days = next_days(rules[owner], on, known.is_working)
    return Fixed(unit, max(begun, key=lambda one: one.effective_on), names[owner], days)


def keepers_units(actor: Actor) -> list[Any]:
    """Return the standing organisations whose meetings the actor keeps; one SQL statement."""
    return list(organisation.organisations_for(actor, "organisation.manage_unit").select_related("parent"))


def own_unit(actor: Actor) -> int | None:
    """Return the organisation whose meetings the actor most likely holds: where they are secretary or organiser."""
    for role in ("secretary", "organiser", "administrator"):
        for grant in actor.grants:
            if grant.role == role:
                return grant.unit_id
    return None


def kept(actor: Actor) -> Q:
    """Return the condition on meetings of the units that the actor keeps."""
    return under("unit__path", actor.paths_for(*KEEPERS))
