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
    """Return what waits for the actor; at most five SQL statements, two where there is nothing."""
    if actor.user_id is None:
        return []
    today = clock.day_of(at)
    confirm, waiting = _to_confirm(actor), _waiting(actor, today)
    rules = _settings() if confirm or waiting else {}
    title = _("Confirm the minutes: {title}")
    said = [Todo(title.format(title=row.title), _page(row), _due(row, rules), _("meeting")) for row in confirm]
    return [*said, *_kept(waiting, today, rules), *_coming(actor, today), *_problems(actor, today)]


def _settings() -> dict[int, Setting]:
    return {row.unit_id: Setting(row.strict, row.file_days) for row in MeetingSetting.objects.all()}


def _due(meeting: Meeting, rules: dict[int, Setting]) -> date:
    chain = [int(part) for part in meeting.unit.path.strip("/").split("/") if part]
    setting = next((rules[pk] for pk in reversed(chain) if pk in rules), Setting())
    return meeting.held_on + timedelta(days=setting.file_days)


def _to_confirm(actor: Actor) -> list[Meeting]:
    mine = Q(chair_id=actor.user_id, chair_said=None, recorder_said__isnull=False)
    mine |= Q(recorder_id=actor.user_id, recorder_said=None, chair_said__isnull=False)
    return list(Meeting.objects.filter(mine, state=State.HELD.value).select_related("unit").order_by("held_on")[:MOST])


def _waiting(actor: Actor, today: date) -> list[Meeting]:
    """Return the meetings of kept units that wait for somebody to begin, write or file them."""
    mine = under("unit__path", [grant.path for grant in actor.grants if grant.role in ("secretary", "organiser")])
    waiting = Q(state__in=[State.OPEN.value, State.CONFIRMED.value]) | Q(
        state=State.HELD.value, chair_said=None, recorder_said=None
    )
    waiting |= Q(state=State.PLANNED.value, held_on__lt=today)
    return list(Meeting.objects.filter(mine & waiting).select_related("unit").order_by("held_on")[:MOST])


def _kept(waiting: list[Meeting], today: date, rules: dict[int, Setting]) -> list[Todo]:
    """What the keepers of a unit's meetings do next: begin, write, file."""
    words = {
        State.PLANNED.value: _("Hold or cancel the meeting of a day gone by: {title}"),
        State.OPEN.value: _("Write the minutes: {title}"),
        State.HELD.value: _("Write the minutes: {title}"),
        State.CONFIRMED.value: _("File the minutes: {title}"),
    }
    found = []
    for row in waiting:
        due = _due(row, rules)
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


def _problems(actor: Actor, today: date) -> list[Todo]:
    """Return the problems that the actor mends, and those reported as mended that they check; one SQL statement."""
    own = Q(owner_id=actor.user_id, state="open")
    mine = under("meeting__unit__path", actor.paths_for(*KEEPERS))
    check = mine & Q(state="done") & ~Q(reported_by=actor.pseudonym) & (Q(owner=None) | ~Q(owner_id=actor.user_id))
    words = {"open": _("Mend the problem: {text}"), "done": _("Check that it is mended: {text}")}
    return [
        Todo(
            words[row.state].format(text=row.text[:60]), f"/meetings/problems/{row.pk}/", row.due_on, _("rectification"),
            urgent=row.state == "open" and row.due_on < today,
        )
        for row in Problem.objects.filter(own | check).order_by("due_on", "pk")[:MOST]
    ]  # fmt: skip


def _page(meeting: Meeting) -> str:
    return f"/meetings/{meeting.pk}/"
