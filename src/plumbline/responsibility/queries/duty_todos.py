"""What duties and contact points put on desks: to report, to check, to hand over, to visit, to solve."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.todo import Todo
from plumbline.responsibility.models import ContactPoint, ContactRecord, Duty, DutyStep
from plumbline.responsibility.permissions import DEPLOYERS, stands_above
from plumbline.responsibility.queries.contacts import running
from plumbline.responsibility.queries.duties import left_behind
from plumbline.responsibility.queries.duty_base import readable_duties, under
from plumbline.responsibility.rules.contacts import first_day_of_quarter, last_day_of_quarter
from plumbline.responsibility.rules.duties import DutyState

MOST: Final = 20
AHEAD: Final = timedelta(days=30)
"""What falls due within so many days stands on the desk; the rest is in the list of duties."""
REMIND: Final = timedelta(days=45)
"""A visit that a quarter still lacks is called for so many days before the quarter ends."""


def duty_todos(actor: Actor, at: datetime) -> Iterable[Todo]:
    """Return what duties put on the actor's desk; at most four SQL statements, none for who has no part in any."""
    today = clock.day_of(at)
    if actor.user_id is None or actor.is_superuser:
        return []
    return [*_to_report(actor, today), *_steps(actor, today), *_to_check(actor), *_to_hand_over(actor, today)]


def _in_office(field: str, actor: Actor, today: date) -> Q:
    """Return the condition that a term of office is the actor's and runs."""
    mine = Q(**{f"{field}__member_id": actor.member_id or 0, f"{field}__starts_on__lte": today})
    return mine & (Q(**{f"{field}__ends_on": None}) | Q(**{f"{field}__ends_on__gt": today}))


def _to_report(actor: Actor, today: date) -> list[Todo]:
    kept = [grant.unit_id for grant in actor.grants if grant.role == "secretary"]
    if not kept and actor.member_id is None:
        return []
    mine = _in_office("owner", actor, today) | Q(owner=None, unit_id__in=kept)
    rows = Duty.objects.filter(mine, state=DutyState.OPEN.value, due_on__lte=today + AHEAD, starts_on__lte=today)
    return [
        Todo(
            one.title,
            f"/duties/{one.pk}/",
            one.due_on,
            pgettext("work", "duty"),
            urgent=one.due_on < today,
            act=pgettext("duty", "Report"),
        )
        for one in rows.order_by("due_on", "pk")[:MOST]
    ]


def _steps(actor: Actor, today: date) -> list[Todo]:
    """Steps that are the actor's: given by name, or of a duty that the actor owns."""
    if actor.member_id is None:
        return []
    mine = _in_office("owner", actor, today) | (Q(owner=None) & _in_office("duty__owner", actor, today))
    rows = DutyStep.objects.filter(
        mine, done_on=None, duty__state=DutyState.OPEN.value, due_on__lte=today + AHEAD, starts_on__lte=today
    )
    return [
        Todo(
            _("{step}, a step of {duty}").format(step=one.title, duty=one.duty.title), f"/duties/{one.duty_id}/#steps",
            one.due_on, pgettext("work", "duty"), urgent=one.due_on < today, act=_("Do it"),
        )
        for one in rows.select_related("duty").order_by("due_on", "pk")[:MOST]
    ]  # fmt: skip


def _to_check(actor: Actor) -> list[Todo]:
    paths = actor.paths_for(*DEPLOYERS)
    if not paths:
        return []
    rows = Duty.objects.filter(under("unit__path", paths), state=DutyState.REPORTED.value)
    rows = rows.exclude(reported_by=actor.pseudonym).exclude(owner__member_id=actor.member_id or 0)
    return [
        Todo(
            _("Check the duty: {title} · {unit}").format(title=one.title, unit=one.unit), f"/duties/{one.pk}/", None,
            pgettext("work", "duty"), act=_("Check"),
        )
        for one in rows.select_related("unit").order_by("reported_on", "pk")[:MOST]
        if stands_above(actor, one.unit.path)
    ]  # fmt: skip


def _to_hand_over(actor: Actor, today: date) -> list[Todo]:
    paths = actor.paths_for("administrator", "secretary")
    if not paths:
        return []
    number = Duty.objects.filter(left_behind(today), under("unit__path", paths)).count()
    if not number:
        return []
    told = _("Hand over the duties of people who left their post: {number}").format(number=number)
    return [Todo(told, "/duties/?state=left", None, pgettext("work", "duty"), act=_("Hand over"))]


def contact_todos(actor: Actor, at: datetime) -> Iterable[Todo]:
    """Return the visits that a leader's contact points lack, and their open problems; two SQL statements at most."""
    today = clock.day_of(at)
    if actor.member_id is None or actor.is_superuser:
        return []
    return [*_to_visit(actor, today), *_to_solve(actor, today)]


def _to_visit(actor: Actor, today: date) -> list[Todo]:
    first, last = first_day_of_quarter(today), last_day_of_quarter(today)
    if last - today > REMIND:
        return []
    visited = Q(records__kind="visit", records__withdrawn_reason="", records__happened_on__gte=first)
    rows = ContactPoint.objects.filter(_in_office("leader", actor, today), running(today)).select_related("unit")
    rows = rows.annotate(visits=Count("records", filter=visited)).filter(visits=0)
    return [
        Todo(
            _("Visit this quarter: {unit}").format(unit=one.unit), f"/contacts/{one.pk}/", last, _("contact point"),
            act=_("Record"),
        )
        for one in rows.order_by("pk")[:MOST]
    ]  # fmt: skip


def _to_solve(actor: Actor, today: date) -> list[Todo]:
    rows = ContactRecord.objects.filter(
        _in_office("point__leader", actor, today), kind="problem", solved_on=None, withdrawn_reason="",
    ).select_related("point__unit")  # fmt: skip
    return [
        Todo(
            _("Solve the problem at {unit}: {words}").format(unit=one.point.unit, words=one.words[:60]),
            f"/contacts/{one.point_id}/", one.due_on, _("contact point"),
            urgent=one.due_on is not None and one.due_on < today, act=_("Solve"),
        )
        for one in rows.order_by("due_on", "pk")[:MOST]
    ]  # fmt: skip


def may_read_duty_file(actor: Actor, scope: str) -> bool:
    """Guard of evidence with a scope such as ``duty:17``: who may read the duty may read its files."""
    number = scope.partition(":")[2]
    return number.isdecimal() and readable_duties(actor).filter(pk=int(number)).exists()
