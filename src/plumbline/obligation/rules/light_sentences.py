"""A light rule as sentences, in the reader's language."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from plumbline.obligation.rules.light_words import COLOUR_NAMES
from plumbline.obligation.rules.lights import Consequence, LightRule, Stage
from plumbline.obligation.rules.slip_words import SLIP_KINDS
from plumbline.obligation.rules.slips import SlipKind

PERIOD_NAMES: dict[str, Promise] = {
    "month": gettext_lazy("What is owed each month"),
    "quarter": gettext_lazy("What is owed each quarter"),
    "half_year": gettext_lazy("What is owed each half year"),
    "year": gettext_lazy("What is owed each year"),
    "term": gettext_lazy("What is owed each term"),
    "once": gettext_lazy("What is owed once"),
    "other": gettext_lazy("Everything else"),
}
AFTER_NAMES: dict[str, Promise] = {
    "grace": gettext_lazy("of being late"),
    "quarter": gettext_lazy("after the quarter has ended"),
    "half_year": gettext_lazy("after the half year has ended"),
    "year": gettext_lazy("after the year has ended"),
}


def rule_sentences(rule: LightRule) -> list[str]:
    """Return what a rule says, a sentence each: warning, stages by period, what was done late, materials, consequences."""
    said = [_("From the day of the warning it is {colour}.").format(colour=COLOUR_NAMES[rule.warn])]
    for period, stages in rule.stages.items():
        told = "; ".join(_stage(stage) for stage in stages)
        said.append(_("{what}: {stages}.").format(what=PERIOD_NAMES.get(period, period), stages=told))
    said.append(_("What was done late is shown {colour} afterwards.").format(colour=COLOUR_NAMES[rule.late_keeps]))
    if rule.incomplete_counts:
        said.append(_("What was done without all its materials counts as done."))
    else:
        said.append(_("What was done without all its materials counts as not done."))
    if rule.important_from > 1:
        said.append(_("Important work begins at stage {number}.").format(number=rule.important_from))
    return [*said, *(consequence_sentence(one) for one in rule.consequences)]


def _stage(stage: Stage) -> str:
    colour = COLOUR_NAMES[stage.colour]
    if not stage.days and stage.after == "grace":
        return _("{colour} as soon as it is late").format(colour=colour)
    if not stage.days:
        return _("{colour} {after}").format(colour=colour, after=AFTER_NAMES[stage.after])
    told = ngettext(
        "{colour} after {days} working day {after}", "{colour} after {days} working days {after}", stage.days
    )
    return told.format(colour=colour, days=stage.days, after=AFTER_NAMES[stage.after])


def consequence_sentence(one: Consequence) -> str:
    """Return what a consequence says: which lights propose which slip, and what the published rule takes off."""
    return " ".join(_consequence(one)).strip()


def _consequence(one: Consequence) -> Iterator[str]:
    slip = SLIP_KINDS[SlipKind(one.slip)]
    colour = COLOUR_NAMES[one.colour]
    if one.in_a_row > 1:
        yield _("{count} periods running that were {colour} propose: {slip}.").format(
            count=one.in_a_row, colour=colour, slip=slip
        )
    elif one.nth > 1:
        yield _("From light number {nth} of a year that is {colour}, each proposes: {slip}.").format(
            nth=one.nth, colour=colour, slip=slip
        )
    else:
        yield _("Each light that is {colour} proposes: {slip}.").format(colour=colour, slip=slip)
    if one.points:
        cost = -one.points
        told = ngettext(
            "The published rule takes off {count} point.", "The published rule takes off {count} points.", cost
        )
        yield told.format(count=cost)
