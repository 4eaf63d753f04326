"""What meetings put on desks: minutes to confirm and to file, meetings that wait too long, problems to mend and to check."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.todo import Todo
from plumbline.meeting.models import Meeting, MeetingSetting, Problem
from plumbline.meeting.permissions import KEEPERS
from plumbline.meeting.queries.base import Setting, under
from plumbline.meeting.rules.states import State

MOST = 20
SOON = timedelta(days=7)


def meeting_todos(actor: Actor, at: datetime) -> Iterable[Todo]:
    """Return what waits for the actor; at most seven SQL statements."""
    if actor.user_id is None:
        return []
    today = clock.day_of(at)
    rules = {row.unit_id: Setting(row.strict, row.file_days) for row in MeetingSetting.objects.all()}
    return [
        *_to_confirm(actor, rules), *_kept(actor, today, rules), *_coming(actor, today), *_to_mend(actor, today),
        *_to_check(actor),
    ]  # fmt: skip


def _due(meeting: Meeting, rules: dict[int, Setting]) -> date:
    chain = [int(part) for part in meeting.unit.path.strip("/").split("/") if part]
    setting = next((rules[pk] for pk in reversed(chain) if pk in rules), Setting())
    return meeting.held_on + timedelta(days=setting.file_days)


def _to_confirm(actor: Actor, rules: dict[int, Setting]) -> list[Todo]:
    mine = Q(chair_id=actor.user_id, chair_said=None, recorder_said__isnull=False)
    mine |= Q(recorder_id=actor.user_id, recorder_said=None, chair_said__isnull=False)
    rows = Meeting.objects.filter(mine, state=State.HELD.value).select_related("unit").order_by("held_on")[:MOST]
    title = _("Confirm the minutes: {title}")
    return [Todo(title.format(title=row.title), _page(row), _due(row, rules), _("meeting")) for row in rows]


def _kept(actor: Actor, today: date, rules: dict[int, Setting]) -> list[Todo]:
    """What the keepers of a unit's meetings do next: begin, write, file."""
    mine = under("unit__path", [grant.path for grant in actor.grants if grant.role in ("secretary", "organiser")])
    waiting = Q(state__in=[State.OPEN.value, State.HELD.value, State.CONFIRMED.value]) | Q(
        state=State.PLANNED.value, held_on__lt=today
    )
    rows = Meeting.objects.filter(mine & waiting).select_related("unit").order_by("held_on")[:MOST]
    words = {
        State.PLANNED.value: _("Hold or cancel the meeting of a day gone by: {title}"),
        State.OPEN.value: _("Write the minutes: {title}"), State.HELD.value: _("Write the minutes: {title}"),
        State.CONFIRMED.value: _("File the minutes: {title}"),
    }  # fmt: skip
    found = []
    for row in rows:
        due = _due(row, rules)
        if row.state == State.HELD.value and (row.chair_said or row.recorder_said):
            continue  # it waits for the other of the two
        found.append(Todo(words[row.state].format(title=row.title), _page(row), due, _("meeting"), urgent=due < today))
    return found


def _coming(actor: Actor, today: date) -> list[Todo]:
    own = [grant.unit_id for grant in actor.grants if grant.role == "member"]
    rows = Meeting.objects.filter(
        unit_id__in=own, state__in=[State.PLANNED.value, State.OPEN.value], held_on__range=(today, today + SOON),
        invited_at__isnull=False,
    ).order_by("held_on")[:MOST]  # fmt: skip
    title = _("Come to the meeting: {title}")
    return [Todo(title.format(title=row.title), _page(row), row.held_on, _("meeting")) for row in rows]


def _to_mend(actor: Actor, today: date) -> list[Todo]:
    rows = Problem.objects.filter(owner_id=actor.user_id, state="open").order_by("due_on")[:MOST]
    title = _("Mend the problem: {text}")
    return [
        Todo(
            title.format(text=row.text[:60]), f"/meetings/problems/{row.pk}/", row.due_on, _("rectification"),
            urgent=row.due_on < today,
        )
        for row in rows
    ]  # fmt: skip


def _to_check(actor: Actor) -> list[Todo]:
    mine = under("meeting__unit__path", actor.paths_for(*KEEPERS))
    rows = Problem.objects.filter(mine, state="done").exclude(reported_by=actor.pseudonym)
    rows = rows.exclude(owner_id=actor.user_id).order_by("due_on")[:MOST]
    title = _("Check that it is mended: {text}")
    return [
        Todo(title.format(text=row.text[:60]), f"/meetings/problems/{row.pk}/", row.due_on, _("rectification"))
        for row in rows
    ]


def _page(meeting: Meeting) -> str:
    return f"/meetings/{meeting.pk}/"
