"""What a backtest means, in words."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.assessment import api as assessment
from plumbline.web.assessment.shown import class_title
from plumbline.web.templatetags.points import signed

MOST_GAINS = 4
"""Indicators named for a unit; the others are added up, so that the sum stays exact."""

_STEPS = {
    "gate": gettext_lazy("gate"), "bar": gettext_lazy("bar by a sub-score"), "direct": gettext_lazy("direct qualification"),
    "condition": gettext_lazy("extra condition"), "veto": gettext_lazy("veto"), "quota": gettext_lazy("quota"),
}  # fmt: skip
_CAUSES = {
    "score": gettext_lazy("the score"), "steps": gettext_lazy("steps after the score"), "both": gettext_lazy("both"), "": "",
}  # fmt: skip


def step_title(page: assessment.BacktestPage, step: str, rule: str) -> str:
    """Return a step with its words, or its code where it has none."""
    return _("{step} ({name})").format(step=_STEPS[step], name=page.step_names.get((step, rule), rule))


def sentences(page: assessment.BacktestPage) -> list[str]:
    """Return what would change, the most important first."""
    causes = (page.found or {})["causes"]
    changed, moved = sum(causes.values()), sum(unit.rank[0] != unit.rank[1] for unit in page.units)
    told = [
        _("{moved} of {all} units would have another rank, {changed} another grade.").format(
            moved=moved, all=len(page.units), changed=changed
        )
    ]
    if changed:
        line = _(
            "Of the changed grades {score} follow from the score, {steps} from gates, vetoes and quotas alone, {both} from both."
        )
        told.append(line.format(**causes))
    furthest = max(page.units, key=lambda unit: abs(unit.climbed or 0), default=None)
    if furthest is not None and furthest.climbed:
        up = _("{unit} would climb the furthest, by {places} places.")
        down = _("{unit} would fall the furthest, by {places} places.")
        line = up if furthest.climbed > 0 else down
        told.append(line.format(unit=furthest.name, places=abs(furthest.climbed)))
    archived = _("Every fact that this scheme reads lies in the snapshot.")
    ledger = _("This scheme reads facts that were not frozen: they come from the ledger as it stood at the freeze.")
    return [*told, archived if (page.found or {})["archived"] else ledger]


def warnings(page: assessment.BacktestPage) -> list[str]:
    """Return where a quota, a gate or a veto decides more than the score."""
    found = page.found or {}
    told = []
    if found["causes"]["steps"] > found["causes"]["score"]:
        told.append(_("Gates, vetoes and quotas change more grades than the score does. Was that meant?"))
    for one in found["decided"]:
        for step, rule in one["heavy"]:
            line = _("{klass}: “{step}” takes the grade of their score from more than half of those whom it reaches.")
            told.append(line.format(klass=class_title(one["klass"]), step=step_title(page, step, rule)))
        for grade, places, count, inside in one["ties"]:
            came = _("all of them come in") if inside else _("all of them stay out")
            line = _(
                "{klass}: at the cut of the quota for “{grade}” ({places} places) {count} units have the same score; {came}."
            )
            name = page.step_names.get(("quota", grade), grade)
            told.append(line.format(klass=class_title(one["klass"]), grade=name, places=places, count=count, came=came))
    return told


def decided(page: assessment.BacktestPage) -> list[dict[str, Any]]:
    """Return for each class how its grades come about: lines of a table."""
    return [
        {
            "klass": class_title(one["klass"]),
            "graded": one["graded"],
            "by_score": one["by_score"],
            "steps": [
                (step_title(page, step, rule), reached, changed) for step, rule, reached, changed in one["steps"]
            ],
        }
        for one in (page.found or {})["decided"]
    ]


def why(page: assessment.BacktestPage, unit: Any) -> dict[str, Any]:
    """Return why a unit moves: what it gains and loses (adding up exactly), and what decides its grade."""
    gains = sorted(unit.gains, key=lambda one: -abs(one[1]))
    named, others = gains[:MOST_GAINS], sum(points for _title, points in gains[MOST_GAINS:])
    lines = [(title or _("ceiling and spread points"), signed(points)) for title, points in named]
    if len(gains) > MOST_GAINS:
        lines.append((_("all others"), signed(others)))
    return {
        "gains": lines,
        "cause": str(_CAUSES[unit.cause]),
        "acted": [step_title(page, step, rule) for step, rule in unit.acted],
    }
