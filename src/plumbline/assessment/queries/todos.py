"""What waits for the administrators of rounds, for their desk."""

from datetime import datetime

from django.utils.translation import gettext as _

from plumbline.assessment.queries.rounds import rounds_waiting
from plumbline.assessment.rules.rounds import RoundState
from plumbline.kernel import clock
from plumbline.kernel.actor import Actor
from plumbline.kernel.todo import Todo


def todos(actor: Actor, at: datetime) -> list[Todo]:
    """Return the rounds to be frozen (once their period is over) and to be scored; one SQL statement."""
    today = clock.day_of(at)
    found = []
    for round_ in rounds_waiting(actor, at):
        if round_.state == RoundState.FROZEN:
            title, urgent = _("Score the round “{title}”").format(title=round_.title), True
        elif round_.until_on < today:
            title, urgent = _("Freeze the round “{title}”: its period is over").format(title=round_.title), True
        else:
            title, urgent = _("Look over the round “{title}” and freeze it at the end of its period"), False
            title = title.format(title=round_.title)
        due_on = None if round_.state == RoundState.FROZEN else round_.until_on
        found.append(Todo(title=title, url=f"/rounds/{round_.pk}/", due_on=due_on, kind=_("round"), urgent=urgent))
    return found
