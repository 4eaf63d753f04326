"""Days of duties: the calendar of a month, the plan of a year, and the entries of one person's feed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from plumbline.kernel import ids
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import User
from plumbline.organisation import api as organisation
from plumbline.responsibility.models import CalendarFeed, ContactRecord, Duty, DutyStep
from plumbline.responsibility.queries.contacts import readable_points
from plumbline.responsibility.queries.duties import DutyAsk, asked_duties
from plumbline.responsibility.queries.duty_base import DutyRow, duty_rows, own_duties
from plumbline.responsibility.rules.duties import UNFINISHED
from plumbline.responsibility.rules.duty_plan import Bar, bar_of

MOST_PLANNED = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that falls due: a duty, a step of one, or a problem of a contact point. ``key`` never changes."""

    key: str
    on: date
    title: str
    url: str
    kind: str
    done: bool
    unit: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar with what falls due."""

    on: date
    in_month: bool
    entries: tuple[Entry, ...]


def duty_month(actor: Actor, ask: DutyAsk, month: date, *, on: date) -> tuple[tuple[Day, ...], ...]:
    """Return the weeks (Monday first) of a month with what falls due on each day; three SQL statements."""
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    start = first - timedelta(days=first.weekday())
    end = following + timedelta(days=(7 - following.weekday()) % 7)
    duties = asked_duties(actor, ask, on=on)
    found = [*_duties(duties.filter(due_on__gte=start, due_on__lt=end)), *_steps(duties, start, end)]
    by_day: dict[date, list[Entry]] = {}
    for entry in sorted(found, key=lambda one: (one.on, one.title)):
        by_day.setdefault(entry.on, []).append(entry)
    days = [start + timedelta(days=place) for place in range((end - start).days)]
    made = [Day(one, one.month == first.month, tuple(by_day.get(one, ()))) for one in days]
    return tuple(tuple(made[place : place + 7]) for place in range(0, len(made), 7))


def _duties(duties: Iterable[Duty]) -> list[Entry]:
    return [
        Entry(
            f"duty-{one.pk}", one.due_on, one.title, f"/duties/{one.pk}/", "duty", one.state not in UNFINISHED,
            str(one.unit), one.how,
        )
        for one in duties
    ]  # fmt: skip


def _steps(duties: QuerySet[Duty], start: date, end: date) -> list[Entry]:
    rows = DutyStep.objects.filter(duty_id__in=duties.order_by().values("pk"), due_on__gte=start, due_on__lt=end)
    return [
        Entry(
            f"step-{one.pk}", one.due_on, f"{one.title} · {one.duty.title}", f"/duties/{one.duty_id}/", "step",
            one.done_on is not None, str(one.duty.unit), one.duty.how,
        )
        for one in rows.select_related("duty__unit")
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A duty in the plan with its bar, its steps' bars, and the titles of what it waits for."""

    row: DutyRow
    bar: Bar
    steps: tuple[tuple[DutyStep, Bar], ...]
    waits_for: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DutyPlan:
    """The plan of a year; ``today`` is the place of the present day in thousandths of the year, None outside it."""

    year: int
    rows: tuple[PlanRow, ...]
    today: int | None
    more: bool


def duty_plan(actor: Actor, ask: DutyAsk, year: int, *, on: date) -> DutyPlan:
    """Return the plan of a year, duties by their beginning; seven SQL statements, whatever their number."""
    within = Q(starts_on__year__lte=year, due_on__year__gte=year)
    duties = list(asked_duties(actor, ask, on=on).filter(within).order_by("starts_on", "pk")[: MOST_PLANNED + 1])
    rows = duty_rows(duties[:MOST_PLANNED], on=on)
    pks = [row.duty.pk for row in rows]
    steps: dict[int, list[DutyStep]] = {}
    for step in DutyStep.objects.filter(duty_id__in=pks):
        steps.setdefault(step.duty_id, []).append(step)
    waits: dict[int, list[str]] = {}
    for pk, title in Duty.objects.filter(pk__in=pks, needs__isnull=False).values_list("pk", "needs__needs__title"):
        waits.setdefault(pk, []).append(title)
    made = [
        PlanRow(
            row, bar_of(row.duty.starts_on, row.duty.due_on, year),
            tuple((step, bar_of(step.starts_on, step.due_on, year)) for step in steps.get(row.duty.pk, ())),
            tuple(waits.get(row.duty.pk, ())),
        )
        for row in rows
    ]  # fmt: skip
    today = bar_of(on, on, year).start if on.year == year else None
    return DutyPlan(year, tuple(made), today, len(duties) > MOST_PLANNED)


def feed_made(actor: Actor) -> datetime | None:
    """Return when the actor's own feed link was made, None where there is none; one SQL statement."""
    return CalendarFeed.objects.filter(user_id=actor.user_id or 0).values_list("made_at", flat=True).first()


def feed_entries(secret: str, *, at: datetime, on: date) -> tuple[str, list[Entry]] | None:
    """Return whose feed a secret opens (a name) and what it shows; None for a secret that opens nothing.

    The person's rights are those of now: whoever lost a duty, an account or a role no longer sees it.
    """
    feed = CalendarFeed.objects.filter(token_hash=ids.fingerprint(secret), user__is_active=True).first()
    if feed is None:
        return None
    user = User.objects.get(pk=feed.user_id)
    actor = organisation.resolve_actor(user, at=at)
    return str(user), own_entries(actor, on=on)


def own_entries(actor: Actor, *, on: date) -> list[Entry]:
    """Return what falls due for a person from a year ago on: own duties and steps, problems at the own contact points.

    Who is the secretary of a unit sees its duties without an owner too. Four SQL statements.
    """
    start, end = on - timedelta(days=366), on + timedelta(days=2 * 366)
    kept = [grant.unit_id for grant in actor.grants if grant.role == "secretary"]
    mine = own_duties(actor) | Q(owner=None, unit_id__in=kept)
    duties = Duty.objects.filter(mine, due_on__gte=start).exclude(state__in=["dropped", "carried"]).order_by("due_on")
    problems = ContactRecord.objects.filter(
        point__in=readable_points(actor).filter(leader__member_id=actor.member_id or 0), kind="problem",
        withdrawn_reason="", due_on__gte=start,
    ).select_related("point__unit")  # fmt: skip
    found = [*_duties(list(duties.select_related("unit"))), *_steps(duties, start, end)]
    found += [
        Entry(
            f"problem-{one.pk}", one.due_on, one.words[:100], f"/contacts/{one.point_id}/", "problem",
            one.solved_on is not None, str(one.point.unit),
        )
        for one in problems
        if one.due_on is not None
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.on, one.key))
