"""Scores in words, in the reader's language: what a rule says, what it found, how the grade came about.

Every sentence is made from the scheme and one row of the result tables; nothing is calculated here that was not scored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plumbline.assessment.rules.explain_grade import step_words
from plumbline.assessment.rules.plain_words import (
    grade_words,
    level,
    minus,
    num,
    percent,
    points,
    share,
    source_words,
    what,
    words,
)
from plumbline.kernel.numbers import MICRO

__all__ = ["Hit", "grade_words", "hit_words", "percent", "points", "rule_words", "source_words", "step_words", "words"]


@dataclass(frozen=True, slots=True)
class Hit:
    """One row of the HITS table, without its keys; points in micro-points; ``part`` is the third number of some types."""

    hits: int
    quantity: int | None
    raw: int | None
    applied: int | None
    part: int | None = None


def _periods(rule: Any) -> str:
    names = {
        "month": _("months"), "quarter": _("quarters"), "half_year": _("half-years"), "year": _("years"),
    }  # fmt: skip
    return names.get(rule.source.per or "", _("times"))


def _missing(rule: Any) -> str:
    told = _("%(what)s: %(n)s are required (counted in %(unit)s); each one missing costs %(points)s")
    return told % {"what": what(rule), "n": rule.required, "unit": _periods(rule), "points": num(rule.deduct)}


def _flaw(rule: Any) -> str:
    told = _("%(what)s: costs %(points)s if it is found")
    if rule.when == "absent":
        told = _("%(what)s: costs %(points)s if it is not there")
    return told % {"what": what(rule), "points": num(rule.deduct)}


def _tier(rule: Any) -> str:
    levels = ", ".join(f"{level} = {num(value)}" for level, value in rule.levels.items())
    return _("%(what)s: the latest level counts (%(levels)s)") % {"what": what(rule), "levels": levels}


def _standards(rule: Any) -> str:
    award = ", ".join(f"{k} = {num(value)}" for k, value in enumerate(rule.award))
    told = _("%(what)s: how many of %(n)s standards are met (%(award)s)")
    return told % {"what": what(rule), "n": len(rule.standards), "award": award}


def _shortfall(rule: Any) -> str:
    told = _("%(what)s: the target is %(target)s; each %(step)s below it costs %(points)s")
    return told % {
        "what": what(rule), "target": level(rule.target), "step": num(rule.step), "points": num(rule.deduct),
    }  # fmt: skip


def _rank(rule: Any) -> str:
    table = ", ".join(num(value) for value in rule.table[:5]) + ("…" if len(rule.table) > 5 else "")
    told = _("%(what)s: the place within the class gives %(table)s; later places %(beyond)s")
    return told % {"what": what(rule), "table": table, "beyond": num(rule.beyond)}


def _ratio(rule: Any) -> str:
    return _("%(what)s: own value / best value of the class × %(base)s") % {
        "what": what(rule),
        "base": num(rule.base),
    }


def _vote(rule: Any) -> str:
    bands = ", ".join(
        f"≥ {share(band.share)} = {num(band.points)}"
        for band in sorted(rule.bands, key=lambda one: -Fraction(one.share))
    )
    told = _(
        "%(what)s: share of votes “%(options)s” (%(bands)s); below: %(points)s where “%(low)s” are fewer than %(share)s of "
        "the votes, else %(other)s"
    )
    return told % {
        "what": what(rule), "options": ", ".join(rule.options), "bands": bands, "points": num(rule.fallback.points),
        "low": ", ".join(rule.fallback.options), "share": share(rule.fallback.below),
        "other": num(rule.fallback.otherwise),
    }  # fmt: skip


def _each(rule: Any) -> str:
    return _("%(what)s: each gives %(points)s") % {"what": what(rule), "points": num(rule.points)}


def _result(rule: Any) -> str:
    return _("%(what)s: the reported result is the points") % {"what": what(rule)}


def _assessed(rule: Any) -> str:
    told = _("%(what)s: an assessor chooses between %(least)s and %(most)s points, with a reason")
    return told % {"what": what(rule), "least": minus(rule.least), "most": minus(rule.most)}


def _repeat(rule: Any) -> str:
    costs = [_("all points") if cost == "all" else num(cost) for cost in rule.costs]
    if len(costs) == 1:
        return _("%(what)s: found once or more costs %(cost)s") % {"what": what(rule), "cost": costs[0]}
    told = _("%(what)s: found once, twice and so on costs %(costs)s; every further time counts as the last")
    return told % {"what": what(rule), "costs": ", ".join(costs)}


def _excess(rule: Any) -> str:
    told = _("%(what)s: the limit is %(limit)s; each %(step)s above it costs %(points)s")
    return told % {
        "what": what(rule), "limit": level(rule.limit), "step": num(rule.step), "points": num(rule.deduct),
    }  # fmt: skip


def _multiplied(rule: Any) -> str:
    told = _("%(what)s: points lost there cost %(factor)s times as many here")
    if rule.effect == "add":
        told = _("%(what)s: points gained there give %(factor)s times as many here")
    return told % {"what": what(rule), "factor": num(rule.factor)}


def _severity(rule: Any) -> str:
    costs = ", ".join(f"{name} = {num(value)}" for name, value in rule.costs.items())
    told = _(
        "%(what)s: each severity costs its points (%(costs)s); of one case in one department only the heaviest counts"
    )
    return told % {"what": what(rule), "costs": costs}


def _rank_decrement(rule: Any) -> str:
    told = _(
        "%(what)s: first place is worth %(base)s, each place lower %(step)s of it less; the mean of all rankings counts"
    )
    return told % {"what": what(rule), "base": num(rule.base), "step": share(rule.step)}


def _option_mean(rule: Any) -> str:
    out = _("not counted")
    shown = {option: out if value is None else num(value) for option, value in rule.values.items()}
    values = ", ".join(f"{option} = {value}" for option, value in shown.items())
    if rule.base is None:
        return _("%(what)s: the mean of the answers (%(values)s)") % {"what": what(rule), "values": values}
    told = _("%(what)s: the mean of the answers (%(values)s), the best of them worth %(base)s")
    return told % {"what": what(rule), "values": values, "base": num(rule.base)}


def _sub_score(rule: Any) -> str:
    unit = " %" if rule.measure == "percent" else ""
    bands = ", ".join(
        f"≥ {num(band.min)}{unit} = {minus(band.points)}" for band in sorted(rule.bands, key=lambda one: -one.min)
    )
    told = _("%(what)s: the score of %(code)s falls into a band (%(bands)s)")
    said = told % {"what": what(rule), "code": rule.of, "bands": bands}
    barred = sorted({grade for band in rule.bands for grade in band.excludes})
    return _("%(rule)s; low bands shut out grades") % {"rule": said} if barred else said


_RULES: dict[str, Callable[[Any], str]] = {
    "missing": _missing, "flaw": _flaw, "tier": _tier, "standards": _standards, "shortfall": _shortfall, "rank": _rank,
    "ratio_to_best": _ratio, "vote_bands": _vote, "each": _each, "result": _result, "assessed": _assessed,
    "repeat": _repeat, "excess": _excess, "multiplied": _multiplied, "severity": _severity,
    "rank_decrement": _rank_decrement, "option_mean": _option_mean, "sub_score": _sub_score,
}  # fmt: skip


def rule_words(rule: Any) -> str:
    """Return a rule as one sentence in the reader's language."""
    told = _RULES[rule.type](rule)
    return told if rule.cap is None else _("%(rule)s; at most %(cap)s") % {"rule": told, "cap": num(rule.cap)}


def _missing_hit(rule: Any, hit: Hit) -> str:
    if not hit.hits:
        return _("%(n)s of %(required)s: nothing is missing") % {"n": hit.quantity, "required": rule.required}
    told = ngettext(
        "%(n)s of %(required)s: %(k)s is missing", "%(n)s of %(required)s: %(k)s are missing", hit.hits
    )  # fmt: skip
    return told % {"n": hit.quantity, "required": rule.required, "k": hit.hits}


def _flaw_hit(rule: Any, hit: Hit) -> str:
    if rule.when == "absent":
        return _("it is not there") if hit.hits else _("it is there")
    return _("it was found") if hit.hits else _("it was not found")


def _standards_hit(rule: Any, hit: Hit) -> str:
    return _("%(k)s of %(n)s standards are met") % {"k": hit.hits, "n": len(rule.standards)}


def _rank_hit(_rule: Any, hit: Hit) -> str:
    return _("place %(place)s within the class") % {"place": hit.hits}


def _ratio_hit(rule: Any, hit: Hit) -> str:
    plain = rule.source.measure != "quantity"
    own, best = (str(hit.quantity), str(hit.hits)) if plain else (points(hit.quantity), points(hit.hits))
    return _("own %(own)s, best of the class %(best)s") % {"own": own, "best": best}


def _vote_hit(rule: Any, hit: Hit) -> str:
    told = _("%(yes)s of %(all)s votes counted, %(share)s")
    said = told % {"yes": hit.hits, "all": hit.quantity, "share": percent(hit.hits, hit.quantity or 0)}
    lowest = min(Fraction(band.share) for band in rule.bands)
    if hit.part is None or hit.hits >= lowest * (hit.quantity or 0):
        return said
    told = _("%(said)s; below all bands, the votes “%(options)s” decide: %(low)s, %(share)s")
    return told % {
        "said": said, "options": ", ".join(rule.fallback.options), "low": hit.part,
        "share": percent(hit.part, hit.quantity or 0),
    }  # fmt: skip


def _shortfall_hit(_rule: Any, hit: Hit) -> str:
    if not hit.hits:
        return _("the target is reached")
    told = _("the value is %(value)s, the target %(target)s: %(n)s steps below it")
    return told % {"value": points(hit.quantity), "target": points(hit.part), "n": hit.hits}


def _excess_hit(_rule: Any, hit: Hit) -> str:
    if not hit.hits:
        return _("the limit is kept")
    told = _("the value is %(value)s, the limit %(limit)s: %(n)s steps above it")
    return told % {"value": points(hit.quantity), "limit": points(hit.part), "n": hit.hits}


def _assessed_hit(_rule: Any, hit: Hit) -> str:
    if not hit.hits:
        return _("no assessor chose points")
    told = _("the assessor chose %(chosen)s")
    if hit.quantity != hit.raw:
        told = _("the assessor chose %(chosen)s, held within the range")
    return told % {"chosen": _signed(hit.quantity)}


def _severity_hit(_rule: Any, hit: Hit) -> str:
    told = ngettext("%(n)s case counted, of %(facts)s filed", "%(n)s cases counted, of %(facts)s filed", hit.hits)
    return told % {"n": hit.hits, "facts": hit.quantity}


def _rank_decrement_hit(_rule: Any, hit: Hit) -> str:
    told = ngettext("%(n)s ranking, %(best)s of them first", "%(n)s rankings, %(best)s of them first", hit.hits)
    return told % {"n": hit.hits, "best": hit.part or 0}


def _option_mean_hit(rule: Any, hit: Hit) -> str:
    counted = hit.quantity or 0
    told = _("%(counted)s of %(all)s answers counted, %(out)s not")
    said = told % {"counted": counted, "all": hit.hits, "out": percent(hit.hits - counted, hit.hits)}
    if rule.satisfied is None:
        return said
    told = _("%(said)s; satisfied: %(yes)s, %(share)s of those counted")
    return told % {"said": said, "yes": hit.part or 0, "share": percent(hit.part or 0, counted)}


def _sub_score_hit(rule: Any, hit: Hit) -> str:
    shown = points(hit.quantity) if rule.measure == "points" else percent(hit.quantity or 0, 100 * MICRO)
    return _("%(code)s reached %(share)s") % {"code": rule.of, "share": shown}


def _each_hit(_rule: Any, hit: Hit) -> str:
    return _("counted: %(n)s") % {"n": hit.hits}


_HITS: dict[str, Callable[[Any, Hit], str]] = {
    "missing": _missing_hit, "flaw": _flaw_hit, "standards": _standards_hit, "rank": _rank_hit, "ratio_to_best": _ratio_hit,
    "vote_bands": _vote_hit, "shortfall": _shortfall_hit, "each": _each_hit,
    "tier": lambda _rule, hit: _("the level found gives %(points)s") % {"points": points(hit.raw)},
    "result": lambda _rule, hit: _("reported: %(points)s") % {"points": points(hit.raw)},
    "assessed": _assessed_hit, "excess": _excess_hit, "severity": _severity_hit, "rank_decrement": _rank_decrement_hit,
    "option_mean": _option_mean_hit, "sub_score": _sub_score_hit,
    "repeat": lambda _rule, hit: _("found: %(n)s times") % {"n": hit.quantity},
    "multiplied": lambda _rule, hit: _("reported from there: %(points)s") % {"points": points(hit.quantity)},
}  # fmt: skip


def hit_words(rule: Any, hit: Hit) -> str:
    """Return what a rule found for one unit, and what that gives or takes, in the reader's language."""
    if hit.quantity is None:
        return _silent(rule, hit)
    told = _("%(found)s: %(points)s points") % {"found": _HITS[rule.type](rule, hit), "points": _signed(hit.applied)}
    if hit.raw == hit.applied:
        return told
    return _("%(told)s (%(raw)s before the limit)") % {"told": told, "raw": _signed(hit.raw)}


def _silent(rule: Any, hit: Hit) -> str:
    """Say why a rule has nothing to tell."""
    if rule.type == "option_mean" and hit.hits:
        return _("not reported: none of the %(n)s answers counts") % {"n": hit.hits}
    if rule.type == "sub_score":
        return _("%(code)s has no score: nothing is given or taken") % {"code": rule.of}
    return _("not reported: nothing was filed for this rule")


def _signed(value: int | None) -> str:
    """Write points with a true minus sign."""
    return points(value).replace("-", "−")
