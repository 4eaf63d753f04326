"""The page of a year's plan: what planning would do, what stands, which days would move, what planning did before."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from plumbline.kernel.actor import Actor
from plumbline.obligation.models import Obligation, PlanRun
from plumbline.obligation.permissions import can_change_rhythms, check_read_rhythms
from plumbline.obligation.queries.planned import YearOf, rows_of, year_of
from plumbline.obligation.rules.planning import planned_slots


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One rhythm of a year: how many rows it asks for, how many stand, how many of them are due from today on or exempted."""

    rhythm_id: int
    name: str
    asked: int | None
    standing: int
    coming: int
    exempted: int


@dataclass(frozen=True, slots=True)
class Move:
    """A due day that planning again would move, for so many units or members."""

    name: str
    period: str
    before: date
    now: date
    count: int


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What the page shows. ``unknown_years`` are those of whose holidays nothing is known."""

    year: int
    rows: tuple[PlanRow, ...]
    moves: tuple[Move, ...]
    runs: tuple[PlanRun, ...]
    unknown_years: tuple[int, ...]
    may_plan: bool
    is_planned: bool

    @property
    def asked(self) -> int:
        """How many rows all rhythms ask for."""
        return sum(row.asked or 0 for row in self.rows)

    @property
    def standing(self) -> int:
        """How many rows stand."""
        return sum(row.standing for row in self.rows)


def plan_page(actor: Actor, year: int, today: date, *, preview: bool = False) -> PlanPage:
    """Return the page of a year; ``preview`` counts what planning would ask for, which reads every member once.

    A fixed number of SQL statements. Raises NotPermitted for who leads and checks nothing.
    """
    check_read_rhythms(actor)
    plan = year_of(year, today, with_people=preview)
    standing = _standing(year, today)
    asked = {one: sum(1 for _row in rows_of(plan, one)) for one in plan.versions} if preview else {}
    names = {one: rhythm.name for one, rhythm in plan.rhythms.items()}
    rows = [
        PlanRow(one, names.get(one, found.get("name", "")), asked.get(one), found.get("all", 0), found.get("coming", 0),
                found.get("exempted", 0))
        for one in dict.fromkeys([*plan.versions, *standing]) for found in [standing.get(one, {})]
    ]  # fmt: skip
    runs = tuple(PlanRun.objects.filter(year=year)[:20])
    return PlanPage(
        year, tuple(rows), tuple(_moves(plan, today)), runs,
        plan.calendar.missing_years(date(year, 1, 1), date(year, 12, 31)), can_change_rhythms(actor), bool(runs),
    )  # fmt: skip


def _standing(year: int, today: date) -> dict[int, dict[str, Any]]:
    """Return how many rows of each rhythm stand in a year; one SQL statement."""
    rows = Obligation.objects.filter(rhythm__isnull=False, period__startswith=str(year))
    counted = rows.values("rhythm_id", "rhythm__name").annotate(
        all=Count("pk"), coming=Count("pk", filter=Q(due_on__gte=today)),
        exempted=Count("pk", filter=Q(waived_at__isnull=False)),
    )  # fmt: skip
    return {one["rhythm_id"]: {**one, "name": one["rhythm__name"]} for one in counted.order_by("rhythm__position")}


def _moves(plan: YearOf, today: date) -> list[Move]:
    """Return the days of open rows that the rules and the calendar of now would move; one SQL statement."""
    days = {
        (rhythm_id, slot.code): slot.due_on
        for rhythm_id, versions in plan.versions.items()
        for asked in versions
        for slot in planned_slots(asked, plan.year, plan.calendar)
    }
    open_ = Obligation.objects.filter(rhythm__isnull=False, period__startswith=str(plan.year), due_on__gte=today)
    counted = open_.values_list("rhythm_id", "period", "due_on").annotate(n=Count("pk")).order_by("due_on", "rhythm_id")
    return [
        Move(plan.rhythms[rhythm_id].name, period, due_on, days[rhythm_id, period], count)
        for rhythm_id, period, due_on, count in counted
        if (rhythm_id, period) in days and due_on != days[rhythm_id, period] >= today
    ]
