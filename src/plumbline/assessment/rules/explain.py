"""Scores in words, in the reader's language: what a rule says, what it found, how the grade came about.

Every sentence is made from the scheme and one row of the result tables; nothing is calculated here that was not scored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from plumbline.assessment.rules.scheme import Scheme, Source, Words, say
from plumbline.assessment.rules.scheme.grading import Band
from plumbline.kernel.numbers import MICRO, div_half_up


@dataclass(frozen=True, slots=True)
class Hit:
    """One row of the HITS table, without its keys; points in micro-points."""

    hits: int
    quantity: int | None
    raw: int | None
    applied: int | None


def points(value: int | None) -> str:
    """Write micro-points as points: ``1500000`` is ``1.5``; "–" for None."""
    if value is None:
        return "–"
    return f"{(Decimal(value) / MICRO).normalize():f}"


def percent(numerator: int, denominator: int) -> str:
    """Write a share in per cent with two decimals, rounded half up; "–" where there is nothing to divide by."""
    if denominator == 0:
        return "–"
    return f"{Decimal(div_half_up(10_000 * numerator, denominator)) / 100:.2f} %"


def words(text: Words) -> str:
    """Return a text of the scheme in the reader's language."""
    return say(text, get_language() or "en")


def _num(value: Any) -> str:
    return f"{Decimal(value).normalize():f}"


def _share(value: str) -> str:
    share = Fraction(value)
    whole = share * 100
    return f"{_num(Decimal(whole.numerator) / whole.denominator)} %" if 10_000 % share.denominator == 0 else value


def source_words(source: Source) -> str:
    """Return a source in words: the kind, and the values that its facts must have."""
    filters = ", ".join(f"{name}: {' / '.join(values)}" for name, values in sorted(source.where.items()))
    return f"{source.kind} ({filters})" if filters else source.kind


def _what(rule: Any) -> str:
    """Return what the rule is about: its own words, else its source."""
    return words(rule.text) or source_words(rule.source)


def _periods(rule: Any) -> str:
    names = {
        "month": _("months"), "quarter": _("quarters"), "half_year": _("half-years"), "year": _("years"),
    }  # fmt: skip
    return names.get(rule.source.per or "", _("times"))


def _missing(rule: Any) -> str:
    told = _("%(what)s: %(n)s are required (counted in %(unit)s); each one missing costs %(points)s")
    return told % {"what": _what(rule), "n": rule.required, "unit": _periods(rule), "points": _num(rule.deduct)}


def _flaw(rule: Any) -> str:
    told = _("%(what)s: costs %(points)s if it is found")
    if rule.when == "absent":
        told = _("%(what)s: costs %(points)s if it is not there")
    return told % {"what": _what(rule), "points": _num(rule.deduct)}


def _tier(rule: Any) -> str:
    levels = ", ".join(f"{level} = {_num(value)}" for level, value in rule.levels.items())
    return _("%(what)s: the latest level counts (%(levels)s)") % {"what": _what(rule), "levels": levels}


def _standards(rule: Any) -> str:
    award = ", ".join(f"{k} = {_num(value)}" for k, value in enumerate(rule.award))
    told = _("%(what)s: how many of %(n)s standards are met (%(award)s)")
    return told % {"what": _what(rule), "n": len(rule.standards), "award": award}


def _shortfall(rule: Any) -> str:
    told = _("%(what)s: the target is %(target)s; each %(step)s below it costs %(points)s")
    return told % {
        "what": _what(rule), "target": _num(rule.target), "step": _num(rule.step), "points": _num(rule.deduct),
    }  # fmt: skip


def _rank(rule: Any) -> str:
    table = ", ".join(_num(value) for value in rule.table[:5]) + ("…" if len(rule.table) > 5 else "")
    told = _("%(what)s: the place within the class gives %(table)s; later places %(beyond)s")
    return told % {"what": _what(rule), "table": table, "beyond": _num(rule.beyond)}


def _ratio(rule: Any) -> str:
    return _("%(what)s: own value / best value of the class × %(base)s") % {
        "what": _what(rule),
        "base": _num(rule.base),
    }


def _vote(rule: Any) -> str:
    bands = ", ".join(
        f"≥ {_share(band.share)} = {_num(band.points)}"
        for band in sorted(rule.bands, key=lambda one: -Fraction(one.share))
    )
    told = _("%(what)s: share of votes “%(options)s” (%(bands)s); below: %(low)s or %(other)s")
    return told % {
        "what": _what(rule), "options": ", ".join(rule.options), "bands": bands,
        "low": _num(rule.fallback.points), "other": _num(rule.fallback.otherwise),
    }  # fmt: skip


def _each(rule: Any) -> str:
    return _("%(what)s: each gives %(points)s") % {"what": _what(rule), "points": _num(rule.points)}


def _result(rule: Any) -> str:
    return _("%(what)s: the reported result is the points") % {"what": _what(rule)}


_RULES: dict[str, Callable[[Any], str]] = {
    "missing": _missing, "flaw": _flaw, "tier": _tier, "standards": _standards, "shortfall": _shortfall, "rank": _rank,
    "ratio_to_best": _ratio, "vote_bands": _vote, "each": _each, "result": _result,
}  # fmt: skip


def rule_words(rule: Any) -> str:
    """Return a rule as one sentence in the reader's language."""
    told = _RULES[rule.type](rule)
    return told if rule.cap is None else _("%(rule)s; at most %(cap)s") % {"rule": told, "cap": _num(rule.cap)}


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


def _vote_hit(_rule: Any, hit: Hit) -> str:
    told = _("%(yes)s of %(all)s votes counted, %(share)s")
    return told % {"yes": hit.hits, "all": hit.quantity, "share": percent(hit.hits, hit.quantity or 0)}


def _shortfall_hit(_rule: Any, hit: Hit) -> str:
    if not hit.hits:
        return _("the target is reached")
    return _("the value is %(value)s: %(n)s steps below the target") % {"value": points(hit.quantity), "n": hit.hits}


def _each_hit(_rule: Any, hit: Hit) -> str:
    return _("counted: %(n)s") % {"n": hit.hits}


_HITS: dict[str, Callable[[Any, Hit], str]] = {
    "missing": _missing_hit, "flaw": _flaw_hit, "standards": _standards_hit, "rank": _rank_hit, "ratio_to_best": _ratio_hit,
    "vote_bands": _vote_hit, "shortfall": _shortfall_hit, "each": _each_hit,
    "tier": lambda _rule, hit: _("the level found gives %(points)s") % {"points": points(hit.raw)},
    "result": lambda _rule, hit: _("reported: %(points)s") % {"points": points(hit.raw)},
}  # fmt: skip


def hit_words(rule: Any, hit: Hit) -> str:
    """Return what a rule found for one unit, and what that gives or takes, in the reader's language."""
    if hit.quantity is None:
        return _("not reported: nothing was filed for this rule")
    told = _("%(found)s: %(points)s points") % {"found": _HITS[rule.type](rule, hit), "points": _signed(hit.applied)}
    if hit.raw == hit.applied:
        return told
    return _("%(told)s (%(raw)s before the limit)") % {"told": told, "raw": _signed(hit.raw)}


def _signed(value: int | None) -> str:
    """Write points with a true minus sign."""
    return points(value).replace("-", "−")


def grade_words(scheme: Scheme, grade: str) -> str:
    """Return a grade in the reader's language: its band's name, else itself."""
    band: Band | None = next((one for one in scheme.bands if one.grade == grade), None)
    return words(band.name) if band is not None and band.name is not None else grade


def step_words(
    scheme: Scheme, *, step: str, rule: str, before: str, after: str, numerator: int, denominator: int
) -> str:
    """Return one step from score to grade in the reader's language: what was looked at, and what it did."""
    old, new = grade_words(scheme, before), grade_words(scheme, after)
    if step == "score":
        return _("A score of %(score)s is “%(grade)s”.") % {"score": points(numerator), "grade": new}
    done = _("it changes nothing") if before == after else _("“%(old)s” becomes “%(new)s”") % {"old": old, "new": new}
    if step == "gate":
        gate = next(one for one in scheme.gates if one.code == rule)
        share = percent(numerator, denominator) if denominator else _("not reported")
        told = _("Gate “%(name)s”: %(share)s, at least %(below)s is asked for: %(done)s.")
        return told % {"name": words(gate.text), "share": share, "below": _share(gate.below), "done": done}
    if step == "veto":
        veto = next(one for one in scheme.vetoes if one.code == rule)
        return _("Veto “%(name)s” (%(n)s found): %(done)s.") % {"name": words(veto.text), "n": numerator, "done": done}
    told = _("Quota for “%(grade)s”: place %(place)s of %(allowed)s let in: %(done)s.")
    return told % {"grade": grade_words(scheme, rule), "place": numerator, "allowed": denominator, "done": done}
