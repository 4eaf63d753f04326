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


_EVENTS = {
    "assessment.create_round": gettext_lazy("prepared"),
    "assessment.set_units": gettext_lazy("units changed"),
    "assessment.assign_class": gettext_lazy("units put into another class"),
    "assessment.take_from_units": gettext_lazy("kinds of facts taken from units"),
    "assessment.exempt": gettext_lazy("an indicator does not apply to a unit"),
    "assessment.end_exemption": gettext_lazy("an indicator applies to a unit again"),
    "assessment.freeze": gettext_lazy("frozen"),
    "assessment.start_scoring": gettext_lazy("scoring started"),
    "assessment.score": gettext_lazy("scored"),
    "assessment.abandon_scoring": gettext_lazy("scoring failed"),
    "assessment.reopen": gettext_lazy("opened again"),
    "assessment.import_scheme": gettext_lazy("imported"),
    "assessment.start_uncertainty": gettext_lazy("uncertainty analysed"),
    "assessment.start_backtest": gettext_lazy("scheme tested on the frozen round"),
    "assessment.archive": gettext_lazy("archive taken"),
    "assessment.publish": gettext_lazy("published"),
    "assessment.amend": gettext_lazy("published result calculated anew"),
    "assessment.conclude": gettext_lazy("made final"),
    "assessment.raise_objection": gettext_lazy("objection raised"),
    "assessment.answer_objection": gettext_lazy("objection answered"),
    "assessment.open": gettext_lazy("opened for reports"),
    "assessment.set_phases": gettext_lazy("calendar set"),
    "assessment.submit_report": gettext_lazy("self-report submitted"),
    "assessment.withdraw_report": gettext_lazy("self-report withdrawn"),
    "assessment.return_report": gettext_lazy("self-report returned"),
    "assessment.verify_score": gettext_lazy("points chosen by an assessor"),
    "assessment.review_score": gettext_lazy("points changed by a review"),
    "assessment.plan_inspection": gettext_lazy("inspection planned"),
    "assessment.save_team": gettext_lazy("team of assessors changed"),
    "assessment.remove_team": gettext_lazy("team of assessors dissolved"),
    "assessment.assign_team": gettext_lazy("units assigned to a team"),
    "assessment.distribute_teams": gettext_lazy("units distributed to the teams"),
    "assessment.finish_inspection": gettext_lazy("inspection of a unit finished"),
    "assessment.draw_up": gettext_lazy("rectification lists drawn up"),
    "assessment.confirm_items": gettext_lazy("items of the rectification list confirmed"),
    "assessment.carry_over": gettext_lazy("items of the rectification list carried over"),
    "assessment.suggest_targets": gettext_lazy("targets suggested"),
    "assessment.accept_targets": gettext_lazy("targets accepted"),
    "assessment.confirm_item": gettext_lazy("confirmed"),
    "assessment.dismiss_item": gettext_lazy("dismissed"),
    "assessment.restore_item": gettext_lazy("brought back among the drafts"),
    "assessment.plan_item": gettext_lazy("planned"),
    "assessment.report_item": gettext_lazy("reported as mended"),
    "assessment.return_item": gettext_lazy("given back"),
    "assessment.verify_item": gettext_lazy("verified"),
    "assessment.carry_item": gettext_lazy("carried over to the next year"),
}


def event_title(event: str) -> str:
    """Return what happened to a round or a scheme, as its history shows it."""
    return str(_EVENTS.get(event, event))


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


def report_light(state: str) -> str:
    """Return the colour of a self-report's state; nothing written yet is grey."""
    return {"submitted": "green", "returned": "yellow", "withdrawn": "grey", "draft": "blue"}.get(state, "grey")
