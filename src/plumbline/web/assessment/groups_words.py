"""Groups of evaluators in words: what is to be noticed of a count, shares, options."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.assessment import api as assessment
from plumbline.web.assessment.shown import class_title

_FLAGS = {
    "none": "",
    "empty": gettext_lazy("nobody answered"),
    "over": gettext_lazy("more answers than were asked"),
    "turnout": gettext_lazy("turnout too small"),
    "sample": gettext_lazy("too few answers"),
}
_LIGHTS = {"none": "green", "empty": "grey", "over": "red", "turnout": "yellow", "sample": "yellow"}
_OPTIONS = {
    "excellent": gettext_lazy("excellent"), "good": gettext_lazy("good"), "competent": gettext_lazy("competent"),
    "basically_competent": gettext_lazy("basically competent"), "incompetent": gettext_lazy("incompetent"),
    "satisfied": gettext_lazy("satisfied"), "basically_satisfied": gettext_lazy("basically satisfied"),
    "dissatisfied": gettext_lazy("dissatisfied"), "dont_know": gettext_lazy("don’t know"),
    "average": gettext_lazy("average"), "poor": gettext_lazy("poor"), "other": gettext_lazy("other answers"),
}  # fmt: skip


def flag(value: str) -> str:
    """Return what is to be noticed, "" for nothing."""
    return str(_FLAGS[str(value)])


def option(code: str) -> str:
    """Return an option in words where it is one of the usual, else its code."""
    return str(_OPTIONS.get(code, code))


def share(part: int, whole: int | None) -> str:
    """Return a share in per cent with one decimal, "–" where there is nothing to divide by."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


def rows(page: assessment.EvaluatorsPage) -> list[dict[str, Any]]:
    """Return the units of the chosen group as the page shows them; of a private count its size alone is kept back too."""
    return [
        {
            "unit": one, "klass": class_title(one.klass), "private": one.count.is_private,
            "turnout": share(one.count.answers, one.count.asked),
            "ignored": share(one.count.ignored, one.count.answers),
            "numbers": [(option(name), one.count.by_option.get(name, 0)) for name in page.options],
            "flag": flag(one.flag), "light": _LIGHTS[str(one.flag)],
        }
        for one in page.units
    ]  # fmt: skip


def lines(page: assessment.EvaluatorsPage) -> list[dict[str, Any]]:
    """Return the groups as the page lists them."""
    return [
        {
            "line": line, "weight": share(line.weight, 10_000) if line.weight is not None else "",
            "turnout": share(line.answers, line.asked), "ignored": share(line.ignored, line.answers),
            "private": 0 < line.answers < assessment.PRIVATE,
            "fed": _(", ").join(f"{node.code} {node.title}" for node in line.nodes) or _("a gate, without points"),
            "kind": {"ballot.row": _("ballot"), "ballot.ranking": _("ranking"), "survey.answers": _("survey")}[line.group.kind],
        }
        for line in page.groups
    ]  # fmt: skip
