"""The way from score to grade in words, one sentence for each step."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from plumbline.assessment.rules.plain_words import grade_words, percent, points, share, what, words
from plumbline.assessment.rules.scheme import Scheme, SubScoreRule


def step_words(
    scheme: Scheme, *, step: str, rule: str, before: str, after: str, numerator: int, denominator: int
) -> str:
    """Return one step from score to grade in the reader's language: what was looked at, and what it did."""
    old, new = grade_words(scheme, before), grade_words(scheme, after)
    if step == "score":
        told = _("A score of %(score)s is “%(grade)s”.")
        if rule == "without_bonus":
            told = _(
                "Without the bonus it is %(score)s: “%(grade)s”. The bonus counts for the place, not for the grade."
            )
        return told % {"score": points(numerator), "grade": new}
    done = _("it changes nothing") if before == after else _("“%(old)s” becomes “%(new)s”") % {"old": old, "new": new}
    return _STEPS[step](scheme, rule, numerator, denominator) % {"done": done}


def _gate_step(scheme: Scheme, rule: str, numerator: int, denominator: int) -> str:
    gate = next(one for one in scheme.gates if one.code == rule)
    reached = percent(numerator, denominator) if denominator else _("not reported")
    told = _("Gate “%(name)s”: %(share)s, at least %(below)s is asked for: %(done)s.")
    return _escaped(told, name=words(gate.text), share=reached, below=share(gate.below))


def _bar_step(scheme: Scheme, rule: str, numerator: int, denominator: int) -> str:
    found = next(one for code, _node, one in scheme.rules() if code == rule)
    by_points = isinstance(found, SubScoreRule) and found.measure == "points"
    reached = points(numerator) if by_points else percent(numerator, denominator)
    told = _("Sub-score “%(name)s”: %(share)s: %(done)s.")
    return _escaped(told, name=what(found), share=reached)


def _direct_step(scheme: Scheme, rule: str, numerator: int, denominator: int) -> str:
    direct = next(one for one in scheme.direct if one.code == rule)
    told = _("Direct qualification “%(name)s” (%(n)s found, %(least)s needed): %(done)s.")
    return _escaped(told, name=words(direct.text), n=numerator, least=denominator)


def _condition_step(scheme: Scheme, rule: str, numerator: int, denominator: int) -> str:
    condition = next(one for one in scheme.conditions if one.code == rule)
    told = _("“%(grade)s” also needs “%(name)s” (%(n)s found, %(least)s needed): %(done)s.")
    grade = grade_words(scheme, condition.grade)
    return _escaped(told, grade=grade, name=words(condition.text), n=numerator, least=denominator)


def _veto_step(scheme: Scheme, rule: str, numerator: int, denominator: int) -> str:
    veto = next(one for one in scheme.vetoes if one.code == rule)
    if veto.bottom is not None:
        told = _("Veto “%(name)s” (place %(n)s from the end, the last %(least)s count): %(done)s.")
        return _escaped(told, name=words(veto.text), n=numerator, least=denominator)
    return _escaped(_("Veto “%(name)s” (%(n)s found): %(done)s."), name=words(veto.text), n=numerator)


def _quota_step(scheme: Scheme, rule: str, numerator: int, denominator: int) -> str:
    told = _("Quota for “%(grade)s”: place %(place)s of %(allowed)s let in: %(done)s.")
    return _escaped(told, grade=grade_words(scheme, rule), place=numerator, allowed=denominator)


def _escaped(told: str, **values: Any) -> str:
    """Fill in what is known, and leave ``%(done)s`` to be filled in last."""
    safe = {name: str(value).replace("%", "%%") for name, value in values.items()}
    return told % (safe | {"done": "%(done)s"})


_STEPS: dict[str, Callable[[Scheme, str, int, int], str]] = {
    "gate": _gate_step, "bar": _bar_step, "direct": _direct_step, "condition": _condition_step, "veto": _veto_step,
    "quota": _quota_step,
}  # fmt: skip
