"""Words for the codes of procedures and cases: places, roles, states, events, faults, limits."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from plumbline.procedure import api as procedures

PLACES: dict[str, Promise] = {
    "unit": _("the unit itself"), "above": _("the level above"), "top": _("the top of the tree"),
    "person": _("the person concerned"),
}  # fmt: skip
ROLES: dict[str, Promise] = {
    "secretary": _("secretary"), "organiser": _("organiser"), "administrator": _("administrator"),
    "inspector": _("inspector"),
}  # fmt: skip
CASE_STATES: dict[str, tuple[Promise, str]] = {
    "running": (_("running"), "blue"), "suspended": (_("suspended"), "grey"), "completed": (_("completed"), "green"),
    "withdrawn": (_("withdrawn"), "grey"),
}  # fmt: skip
STEP_STATES: dict[str, Promise] = {
    "ahead": _("ahead"), "waiting": _("to be done"), "started": _("under way"), "done": _("done"),
    "skipped": _("left out"),
}  # fmt: skip
EVENTS: dict[str, Promise] = {
    "received": _("case received"), "started": _("step started"), "completed": _("step completed"),
    "skipped": _("step left out"), "returned": _("returned"), "repeated": _("done again"), "suspended": _("suspended"),
    "resumed": _("resumed"), "withdrawn": _("withdrawn"),
}  # fmt: skip
LIGHTS: dict[str, Promise] = {
    "green": _("in time"), "yellow": _("soon due"), "red": _("late"), "blue": _("clock stands"), "grey": _("no limit"),
}  # fmt: skip
FIELD_TYPES: dict[str, Promise] = {
    "text": _("one line"), "long": _("several lines"), "integer": _("whole number"), "date": _("day"),
    "boolean": _("yes or no"), "choice": _("choice"),
}  # fmt: skip
FAULTS: dict[str, Promise] = {
    "no_title": _("The procedure has no title."),
    "no_steps": _("The procedure has no steps yet: add the first one."),
    "no_step_title": _("The step “{step}” has no title."),
    "twice": _("Two steps have the code “{step}”."),
    "unknown_after": _("“{step}” comes after “{other}”, which is not there."),
    "order": _("“{step}” comes after “{other}”, which stands below it: move one of them."),
    "unreachable": _("“{step}” is never reached: it waits for itself in a circle."),
    "implied": _("“{step}” comes after “{other}” by another way already: untick it."),
    "unmatched_join": _(
        "“{step}” joins branches that did not split together: let it wait for all branches of one split, or for one step."
    ),
    "several_ends": _("Branches end without being joined: add a step that waits for all of them."),
    "limit_too_long": _("The limit of “{step}” is longer than that of the whole."),
    "limit_of_branches": _("The limits along the longest way add up to more working days than the whole has."),
    "no_choices": _("The field “{other}” of “{step}” needs two choices at least."),
    "field_twice": _("“{step}” has two fields with the code “{other}”."),
    "field_label": _("The field “{other}” of “{step}” has no label."),
    "person_missing": _("“{step}” waits for the person concerned, but the procedure is not about a person."),
}


def language() -> str:
    """Return the reader's language."""
    return get_language() or "en"


def fault_words(procedure: Any, fault: procedures.Fault) -> str:
    """Return a fault as a sentence, steps named by their titles."""
    titles = {one.code: one.title.say(language()) or one.code for one in procedure.steps}
    step = titles.get(fault.step, fault.step)
    return str(FAULTS[fault.what]).format(step=step, other=titles.get(fault.other, fault.other))


def who_words(who: Any) -> str:
    """Return who is responsible, such as ``secretary, the unit itself``."""
    if who.at == "person":
        return str(PLACES["person"])
    return _t("{role}, {place}").format(role=who.post or ROLES[who.role], place=PLACES[who.at])


def limit_words(days: int | None) -> str:
    """Return a limit in words."""
    if days is None:
        return _t("no limit")
    return ngettext("{n} working day", "{n} working days", days).format(n=days)


def clock_words(clock: Any, *, ended: bool = False) -> str:
    """Return how a limit stands: so many working days left, or over it, or used."""
    if clock.limit is None or ended:
        return ngettext("{n} working day used", "{n} working days used", clock.used).format(n=clock.used)
    left = clock.left
    if clock.late:
        over = max(1, -left)
        return ngettext("{n} working day over the limit", "{n} working days over the limit", over).format(n=over)
    return ngettext("{n} working day left", "{n} working days left", left).format(n=left)
