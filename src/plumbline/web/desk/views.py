"""The first page: for the public a calm start, for everyone signed in their desk."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from plumbline.assessment import api as assessment
from plumbline.kernel import clock, messages, todo
from plumbline.kernel.actor import Actor
from plumbline.kernel.models import Message
from plumbline.web import navigation
from plumbline.web.desk.due import due

SHOWN_TODOS = 6
"""So many of each group stand open; the rest can be unfolded."""
SHOWN_MESSAGES = 5
SHOWN_ROUNDS = 5
GROUPS = {
    todo.When.LATE: _("Late"),
    todo.When.NOW: _("At once"),
    todo.When.SOON: _("Within a week"),
    todo.When.LATER: _("Later"),
    todo.When.UNDATED: _("When you can"),
}


@dataclass(frozen=True, slots=True)
class ShownTodo:
    """One thing that waits, as the desk shows it."""

    title: str
    url: str
    light: str
    words: str
    kind: str
    act: str


@dataclass(frozen=True, slots=True)
class Group:
    """The things that are equally near: those shown at once, and those that can be unfolded."""

    when: todo.When
    title: str
    shown: list[ShownTodo]
    more: list[ShownTodo]

    @property
    def count(self) -> int:
        """How many things the group holds."""
        return len(self.shown) + len(self.more)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the start page to the public and the desk to everyone else."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.is_anonymous:
        return render(request, "desk/start.html")
    return render(request, "desk/home.html", desk(actor))


def desk(actor: Actor) -> dict[str, object]:
    """Return what stands on the actor's desk now."""
    at = clock.now()
    waiting = todo.by_when(todo.gather(actor, at), clock.day_of(at))
    return {
        "groups": [_group(when, items) for when, items in waiting.items()],
        "rounds": assessment.round_list(actor)[:SHOWN_ROUNDS],
        "messages_unread": unread(actor),
        "quick": navigation.quick_actions(actor),
    }


def unread(actor: Actor) -> list[Message]:
    """Return the newest unread messages; one SQL statement."""
    if actor.user_id is None:
        return []
    return list(messages.inbox(actor.user_id).filter(read_at=None)[:SHOWN_MESSAGES])


def _group(when: todo.When, items: list[todo.Todo]) -> Group:
    shown = [_shown(item) for item in items]
    return Group(when, str(GROUPS[when]), shown[:SHOWN_TODOS], shown[SHOWN_TODOS:])


def _shown(item: todo.Todo) -> ShownTodo:
    day = due(item.due_on, today=clock.today())
    return ShownTodo(item.title, item.url, day.light, day.words, str(item.kind), str(item.act))
