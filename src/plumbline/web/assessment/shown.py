"""How values of the assessment are shown: classes, numbers in addresses, lights of states."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.assessment import api as assessment

_KINDS = {
    "working_committee": gettext_lazy("working committees"),
    "committee": gettext_lazy("committees"),
    "general_branch": gettext_lazy("general branches"),
    "branch": gettext_lazy("branches"),
    "group": gettext_lazy("groups"),
}


def class_title(klass: str) -> str:
    """Return a class as people read it: a kind of organisation in the reader's language, any other name as it is."""
    return str(_KINDS.get(klass, klass))


def number_in(text: str | None) -> int | None:
    """Return the number in an address or None where there is none; what is no number counts as none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 16 else None


def state_light(state: str) -> str:
    """Return the colour of a round's state: work to do is yellow, work under way blue, done green."""
    return {
        assessment.RoundState.DRAFT: "grey",
        assessment.RoundState.OPEN: "blue",
        assessment.RoundState.FROZEN: "yellow",
        assessment.RoundState.SCORING: "blue",
        assessment.RoundState.SCORED: "green",
        assessment.RoundState.PUBLIC: "blue",
        assessment.RoundState.FINAL: "green",
    }[assessment.RoundState(state)]


def event_title(event: str) -> str:
    """Return what happened to a round or a scheme, as its history shows it."""
    return {
        "assessment.create_round": _("prepared"),
        "assessment.set_units": _("units changed"),
        "assessment.exempt": _("an indicator does not apply to a unit"),
        "assessment.end_exemption": _("an indicator applies to a unit again"),
        "assessment.freeze": _("frozen"),
        "assessment.start_scoring": _("scoring started"),
        "assessment.score": _("scored"),
        "assessment.abandon_scoring": _("scoring failed"),
        "assessment.reopen": _("opened again"),
        "assessment.import_scheme": _("imported"),
        "assessment.publish": _("published"),
        "assessment.amend": _("published result calculated anew"),
        "assessment.conclude": _("made final"),
        "assessment.raise_objection": _("objection raised"),
        "assessment.answer_objection": _("objection answered"),
        "assessment.plan_inspection": _("inspection planned"),
        "assessment.save_team": _("team of assessors changed"),
        "assessment.remove_team": _("team of assessors dissolved"),
        "assessment.assign_team": _("units assigned to a team"),
        "assessment.distribute_teams": _("units distributed to the teams"),
        "assessment.save_finding": _("draft of a finding saved"),
        "assessment.drop_finding": _("draft of a finding thrown away"),
        "assessment.record_finding": _("finding recorded"),
        "assessment.correct_finding": _("finding corrected"),
        "assessment.withdraw_finding": _("finding withdrawn"),
        "assessment.answer_finding": _("finding answered"),
        "assessment.finish_inspection": _("inspection of a unit finished"),
    }.get(event, event)


def visit_light(state: str) -> str:
    """Return the colour of how far the inspection of a unit is."""
    return {"done": "green", "begun": "blue", "waiting": "grey", "late": "red", "none": "yellow"}[state]


def visit_word(state: str) -> str:
    """Return how far the inspection of a unit is, in words."""
    return {
        "done": _("inspected"),
        "begun": _("begun"),
        "waiting": _("outstanding"),
        "late": _("late"),
        "none": _("without a team"),
    }[state]


def finding_light(state: str) -> str:
    """Return the colour of a finding's state."""
    return {"draft": "grey", "recorded": "blue", "withdrawn": "grey"}[state]
