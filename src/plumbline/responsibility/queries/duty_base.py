"""Which duties somebody may read, what was measured of them, and their lights; shared by lists, boards and pages."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from plumbline.kernel.actor import Actor, NotPermitted, narrowest
from plumbline.ledger import api as ledger
from plumbline.obligation import api as obligation
from plumbline.responsibility.facts import DUTY_RESULT
from plumbline.responsibility.models import Duty, DutyStep
from plumbline.responsibility.permissions import STAFF
from plumbline.responsibility.rules.duties import UNFINISHED, DutyState
from plumbline.responsibility.rules.duty_attainment import Attained, Result, Weighed, attained
from plumbline.responsibility.rules.extents import extent_words, number_words

INDICATOR_RESULT = "performance.result"
WARN_DAYS = 7
"""Warned so many days before the due day, as everything that is owed once."""
ONE_POINT = 1_000_000


def under(field: str, paths: Iterable[str]) -> Q:
    """Return the condition that ``field`` begins with one of ``paths``; false for none."""
    condition = Q(pk__in=())
    for path in narrowest(paths):
        if path == "/":
            return ~Q(pk__in=())
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def own_duties(actor: Actor) -> Q:
    """Return the condition that the actor owns a duty, co-owns it or owns a step of it, in whatever term."""
    if actor.member_id is None:
        return Q(pk__in=())
    return (
        Q(owner__member_id=actor.member_id)
        | Q(pk__in=Duty.objects.filter(partners__appointment__member_id=actor.member_id).values("pk"))
        | Q(pk__in=Duty.objects.filter(steps__owner__member_id=actor.member_id).values("pk"))
    )


def readable_duties(actor: Actor) -> QuerySet[Duty]:
    """Return the duties that the actor may read: of units they lead or check, and their own."""
    return Duty.objects.filter(under("unit__path", actor.paths_for(*STAFF)) | own_duties(actor))


def duty_for(actor: Actor, duty_id: int) -> Duty:
    """Return a duty that the actor may read, with unit, owner, aim and the duty above. Raises NotPermitted."""
    rows = readable_duties(actor).select_related(
        "unit", "owner__member", "owner__post__unit", "serves__unit", "parent__unit", "carried_from", "carried_to"
    )
    duty = rows.filter(pk=duty_id).first()
    if duty is None:
        raise NotPermitted("responsibility.read_duty", f"duty:{duty_id}")
    return duty


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A duty in a list: its light today, what is attained, and how far its steps are."""

    duty: Duty
    light: obligation.Light
    attained: Attained
    steps_done: int
    steps: int
    owner_left: bool

    @property
    def extent(self) -> str:
        """To what extent, in words."""
        return extent_words(self.duty.extent)

    @property
    def so_far(self) -> str:
        """What was reached so far, in words; "" where nothing is measured."""
        value = self.attained.value_micro
        return "" if value is None else number_words(value, self.duty.measure)

    @property
    def weighed(self) -> Weighed:
        """The duty as sums take it: without points it weighs one."""
        points = self.duty.points_micro
        return Weighed(self.duty.is_business, ONE_POINT if points is None else points, self.attained.basis)


def results_of(duties: Sequence[Duty]) -> Mapping[int, list[Result]]:
    """Return what facts say of duties; one SQL statement, none for none.

    A fact counts for the duty that it names in the duty's own unit; an indicator of the unit for the duties that name it,
    within their days.
    """
    if not duties:
        return {}
    by_ref = {duty.ref: duty for duty in duties}
    codes = {duty.indicator for duty in duties if duty.indicator}
    named = Q(kind=DUTY_RESULT, attributes__duty__in=list(by_ref))
    measured = Q(kind=INDICATOR_RESULT, attributes__indicator__in=list(codes))
    rows = ledger.current_facts(None).filter(named | measured if codes else named)
    rows = rows.filter(unit_id__in={duty.unit_id for duty in duties})
    found: dict[int, list[Result]] = {}
    for row in rows.values_list("pk", "kind", "unit_id", "occurred_on", "quantity", "attributes"):
        for duty, result in _meant(row, by_ref, duties):
            found.setdefault(duty.pk, []).append(result)
    return found


def _meant(row: tuple[Any, ...], by_ref: Mapping[str, Duty], duties: Sequence[Duty]) -> Iterable[tuple[Duty, Result]]:
    pk, kind, unit_id, on, quantity, attributes = row
    if kind == DUTY_RESULT:
        duty = by_ref[attributes["duty"]]
        if duty.unit_id == unit_id:
            yield duty, Result(on, quantity, attributes.get("met"), pk)
        return
    code = attributes.get("indicator")
    for duty in duties:
        if duty.indicator == code and duty.unit_id == unit_id and duty.starts_on <= on <= duty.due_on:
            yield duty, Result(on, quantity, None, pk, is_level=True)


def steps_of(duty_ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """Return (done, all) steps of duties; one SQL statement, none for none."""
    if not duty_ids:
        return {}
    rows = DutyStep.objects.filter(duty_id__in=duty_ids).order_by().values_list("duty_id")
    counted = rows.annotate(done=Count("done_on"), total=Count("pk"))
    return {pk: (done, total) for pk, done, total in counted}


def due_of(duty: Duty) -> obligation.Due:
    """Return a duty as lights take it: done on the day it was reported, unless it was given back since."""
    warn_on = max(duty.starts_on, duty.due_on - timedelta(days=WARN_DAYS))
    met_on = duty.reported_on if duty.state in (DutyState.REPORTED, DutyState.DONE) else None
    waived = duty.state in (DutyState.DROPPED, DutyState.CARRIED)
    return obligation.Due(duty.starts_on, warn_on, duty.due_on, duty.due_on, met_on, is_waived=waived)


def _left(duty: Duty, on: date) -> bool:
    """True where the owner's term has ended while the duty still waits: somebody must take it over."""
    over = duty.owner is not None and duty.owner.ends_on is not None and duty.owner.ends_on <= on
    return over and duty.state in UNFINISHED


def duty_rows(duties: Sequence[Duty], *, on: date) -> list[DutyRow]:
    """Return duties with their lights and what is attained; four SQL statements, whatever their number."""
    if not duties:
        return []
    results, steps, lamp = results_of(duties), steps_of([one.pk for one in duties]), obligation.lamp(on)
    return [
        DutyRow(
            duty, obligation.light_of(due_of(duty), lamp.rule, on, lamp.calendar),
            attained(
                duty.extent, results.get(duty.pk, ()), starts_on=duty.starts_on, steps=steps.get(duty.pk, (0, 0))
            ),
            *steps.get(duty.pk, (0, 0)), _left(duty, on),
        )
        for duty in duties
    ]  # fmt: skip
