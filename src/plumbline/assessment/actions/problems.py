"""Why an action was refused, in words for the person who asked."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.assessment.actions.storage import SnapshotDamaged
from plumbline.assessment.rules.rectification import ItemEvent, WrongItemState
from plumbline.assessment.rules.rounds import RoundEvent, WrongState


class Refused(ValueError):
    """The action cannot be done with what was given; ``field`` names the input that must change, "" where none does."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


_WRONG = {
    RoundEvent.CHANGE: gettext_lazy("The round is frozen: open it again, with a reason, before you change it."),
    RoundEvent.FREEZE: gettext_lazy("The round is frozen already. Open it again, with a reason, to freeze it anew."),
    RoundEvent.START: gettext_lazy("The round is not frozen yet. Freeze it before it is scored."),
    RoundEvent.FINISH: gettext_lazy("The round was changed while it was being calculated. Nothing was stored."),
    RoundEvent.FAIL: gettext_lazy("The round is not being scored."),
    RoundEvent.REOPEN: gettext_lazy(
        "The round cannot be opened again now: it is in preparation, being scored, or published."
    ),
    RoundEvent.PUBLISH: gettext_lazy("Only a scored result that is not public yet can be published."),
    RoundEvent.AMEND: gettext_lazy("Only a published result can be calculated anew in this way."),
    RoundEvent.CONCLUDE: gettext_lazy("Only a published result can be made final."),
}

_WRONG_ITEM = {
    ItemEvent.CONFIRM: gettext_lazy("Some of these items are no drafts any more. Look at the list again."),
    ItemEvent.DISMISS: gettext_lazy("Only a draft or an item that is being mended can be dismissed."),
    ItemEvent.RESTORE: gettext_lazy("Only an item that was dismissed can be brought back."),
    ItemEvent.PLAN: gettext_lazy("The plan of this item can no longer be changed."),
    ItemEvent.REPORT: gettext_lazy("This item does not wait to be mended."),
    ItemEvent.RETURN: gettext_lazy("Only an item that was reported as mended can be given back."),
    ItemEvent.VERIFY: gettext_lazy("Only an item that was reported as mended can be verified."),
    ItemEvent.CARRY: gettext_lazy("Only items that are being mended can be carried over."),
}


def in_words(problem: Exception) -> str:
    """Return what stopped an action, for a page or a job, in the words of what was refused."""
    if isinstance(problem, Refused):
        return problem.message
    if isinstance(problem, WrongState):
        return str(_WRONG[problem.event])
    if isinstance(problem, WrongItemState):
        return str(_WRONG_ITEM[problem.event])
    if isinstance(problem, SnapshotDamaged):
        told = _("The frozen file {name} is missing or was changed since. Restore it from a backup.")
        return told.format(name=problem.name)
    return str(problem)
