"""Why an action was refused, in words for the person who asked."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.procedure.rules.editing import Impossible
from plumbline.procedure.rules.events import NotAllowed
from plumbline.procedure.rules.yaml_text import FileInvalid


class Refused(ValueError):
    """The action cannot be done with what was given; ``field`` names the input that must change, "" where none does."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Overtaken(Exception):
    """Somebody else acted on the same thing since it was read; nothing was stored. The text says who, when and what."""


_NOT_ALLOWED = {
    "not_received": gettext_lazy("The case has not been received yet."),
    "received_twice": gettext_lazy("The case was received already."),
    "over": gettext_lazy("The case is over: nothing can be added to it."),
    "suspended": gettext_lazy("The case is suspended. Resume it first."),
    "not_suspended": gettext_lazy("The case is not suspended."),
    "unknown_step": gettext_lazy("The procedure of this case has no such step."),
    "step_not_open": gettext_lazy("This step does not wait for anybody now. Look at the case again."),
    "step_started": gettext_lazy("This step was started already."),
    "not_before": gettext_lazy("A case can be returned only to a step before this one."),
    "not_repeatable": gettext_lazy("This step may not be done again."),
    "followed": gettext_lazy("The steps after it are under way: return the case instead of repeating the step."),
    "backwards": gettext_lazy("This would lie before what happened already. Look at the case again."),
}

_IMPOSSIBLE = {
    "gone": gettext_lazy("The step is no longer there: somebody has taken it out. Look at the draft again."),
    "taken": gettext_lazy("Another step has this code already."),
    "too_many": gettext_lazy("A procedure has at most 100 steps."),
}


def in_words(problem: Exception) -> str:
    """Return what stopped an action, for a page or a job."""
    if isinstance(problem, Refused):
        return problem.message
    if isinstance(problem, NotAllowed):
        return str(_NOT_ALLOWED[problem.why])
    if isinstance(problem, Impossible):
        return str(_IMPOSSIBLE[problem.why])
    if isinstance(problem, FileInvalid):
        told = _("{place}: {what}")
        return " ".join(told.format(place=place, what=what) if place else what for place, what in problem.faults[:12])
    return str(problem)
