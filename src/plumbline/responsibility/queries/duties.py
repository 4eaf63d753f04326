"""The list of duties, and the page of one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet

from plumbline.kernel import evidence
from plumbline.kernel.actor import Actor
from plumbline.responsibility.models import Duty, DutyEvent, DutyStep
from plumbline.responsibility.permissions import (
    DEPLOYERS,
    can_change_duty,
    can_check_duty,
    can_plan_duty,
    can_report_duty,
    holds_term,
)
from plumbline.responsibility.queries.duty_base import DutyRow, duty_for, duty_rows, own_duties, readable_duties, under
from plumbline.responsibility.rules.duties import TRANSITIONS, UNFINISHED, DutyAct, DutyState

PAGE = 50


@dataclass(frozen=True, slots=True)
class DutyAsk:
    """What a list of duties is narrowed to; empty values narrow nothing. ``state`` may be "late", "waiting" or "left"."""

    year: int | None = None
    line: str = ""
    state: str = ""
    unit_id: int | None = None
    member_id: int | None = None
    text: str = ""
    mine: bool = False

    def as_tuple(self) -> tuple[Any, ...]:
        """Return what is asked for in order, the year first."""
        return (self.year, self.line, self.state, self.unit_id, self.member_id, self.text, self.mine)


@dataclass(frozen=True, slots=True)
class DutyList:
    """One page of duties; ``late`` counts those that are overdue, ``counts`` all by state."""

    page: Page[Any]
    rows: tuple[DutyRow, ...]
    counts: dict[str, int]
    late: int
    left: int
    years: tuple[int, ...]
    may_deploy: bool


def asked_duties(actor: Actor, ask: DutyAsk, *, on: date) -> QuerySet[Duty]:
    """Return the duties that somebody asks for and may read, by due day."""
    rows = _within(actor, ask)
    if ask.state == "late":
        return rows.filter(state__in=UNFINISHED, due_on__lt=on)
    if ask.state == "waiting":
        return rows.filter(state__in=UNFINISHED)
    if ask.state == "left":
        return rows.filter(left_behind(on))
    return rows.filter(state=ask.state) if ask.state else rows


def left_behind(on: date) -> Q:
    """Return the condition that a duty waits while its owner's term has ended: somebody must take it over."""
    return Q(state__in=UNFINISHED, owner__ends_on__lte=on)


def _within(actor: Actor, ask: DutyAsk) -> QuerySet[Duty]:
    rows = readable_duties(actor).select_related("unit", "owner__member", "owner__post__unit", "serves")
    given = {"year": ask.year, "line": ask.line, "unit_id": ask.unit_id, "owner__member_id": ask.member_id}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    for word in ask.text.split()[:8]:
        rows = rows.filter(Q(title__icontains=word) | Q(why__icontains=word) | Q(unit__name__icontains=word))
    rows = rows.filter(own_duties(actor)) if ask.mine else rows
    return rows.order_by("due_on", "pk")


def duty_list(actor: Actor, ask: DutyAsk, *, on: date, page: int = 1) -> DutyList:
    """Return one page of duties; at most ten SQL statements, whatever their number."""
    base = _within(actor, ask).order_by()
    counts = dict(base.values_list("state").annotate(n=Count("pk")))
    late = base.filter(state__in=UNFINISHED, due_on__lt=on).count()
    left = base.filter(left_behind(on)).count()
    found = Paginator(asked_duties(actor, ask, on=on), PAGE).get_page(page)
    years = readable_duties(actor).order_by("-year").values_list("year", flat=True).distinct()
    return DutyList(
        found, tuple(duty_rows(list(found), on=on)), counts, late, left, tuple(years), bool(actor.paths_for(*DEPLOYERS))
    )


@dataclass(frozen=True, slots=True)
class DutyLine:
    """One line of a duty's course: the event and its files."""

    event: DutyEvent
    files: tuple[evidence.Evidence, ...]


@dataclass(frozen=True, slots=True)
class DutyView:
    """The page of one duty; ``can`` names what this actor may do with it now."""

    row: DutyRow
    steps: tuple[DutyStep, ...]
    partners: tuple[Any, ...]
    needs: tuple[Duty, ...]
    needed_by: tuple[Duty, ...]
    served_by: tuple[Duty, ...]
    parts: tuple[Duty, ...]
    lines: tuple[DutyLine, ...]
    can: frozenset[str]

    @property
    def duty(self) -> Duty:
        """The duty itself."""
        return self.row.duty

    @property
    def carried_to(self) -> Duty | None:
        """The duty of a later year in which it goes on."""
        found: Duty | None = getattr(self.row.duty, "carried_to", None)
        return found


def duty_view(actor: Actor, duty_id: int, *, on: date) -> DutyView:
    """Return the page of one duty; at most sixteen SQL statements. Raises NotPermitted."""
    duty = duty_for(actor, duty_id)
    events = list(duty.events.all())
    files = {one.pk: one for one in evidence.describe([pk for event in events for pk in event.evidence])}
    partners = tuple(
        one.appointment for one in duty.partners.select_related("appointment__member", "appointment__post__unit")
    )
    return DutyView(
        row=duty_rows([duty], on=on)[0],
        steps=tuple(duty.steps.select_related("owner__member", "after")),
        partners=partners,
        needs=tuple(Duty.objects.filter(needed_by__duty=duty).select_related("unit")),
        needed_by=tuple(Duty.objects.filter(needs__needs=duty).select_related("unit")),
        served_by=tuple(duty.served_by.select_related("unit")),
        parts=tuple(duty.parts.select_related("unit")),
        lines=tuple(DutyLine(event, tuple(files[pk] for pk in event.evidence if pk in files)) for event in events),
        can=_can(actor, duty, any(holds_term(actor, one, on) for one in partners), on),
    )


def _can(actor: Actor, duty: Duty, is_partner: bool, on: date) -> frozenset[str]:
    changes, checks = can_change_duty(actor, duty), can_check_duty(actor, duty)
    plans, reports = can_plan_duty(actor, duty, on=on), can_report_duty(actor, duty, is_partner=is_partner, on=on)
    allowed = {
        **dict.fromkeys((DutyAct.CHANGE, DutyAct.DROP, DutyAct.CARRY, DutyAct.HAND_OVER, DutyAct.REOPEN), changes),
        **dict.fromkeys((DutyAct.PLAN, DutyAct.SHARE, DutyAct.LINK), plans),
        **dict.fromkeys((DutyAct.PROGRESS, DutyAct.REPORT, DutyAct.STEP, DutyAct.UNSTEP), reports),
        **dict.fromkeys((DutyAct.CONFIRM, DutyAct.RETURN), checks),
    }
    return frozenset(act.value for act, may in allowed.items() if may and (DutyState(duty.state), act) in TRANSITIONS)


def duties_under(actor: Actor) -> QuerySet[Duty]:
    """Return the duties of units that the actor leads or checks, without those they merely own; for choices in forms."""
    return readable_duties(actor).filter(under("unit__path", actor.paths_for(*DEPLOYERS))).select_related("unit")
