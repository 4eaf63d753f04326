"""Numbers, sources and texts of a scheme as people read them, in the reader's language."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from plumbline.assessment.rules.scheme import Scheme, Source, Words, say
from plumbline.assessment.rules.scheme.grading import Band
from plumbline.kernel.numbers import MICRO, div_half_up


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


def num(value: Any) -> str:
    """Write a number without trailing zeros."""
    return f"{Decimal(value).normalize():f}"


def share(value: str) -> str:
    """Write a share in per cent where that is exact, else as the fraction that it is."""
    share = Fraction(value)
    whole = share * 100
    return f"{num(Decimal(whole.numerator) / whole.denominator)} %" if 10_000 % share.denominator == 0 else value


def source_words(source: Source) -> str:
    """Return a source in words: the kind, and the values that its facts must have."""
    filters = ", ".join(f"{name}: {' / '.join(values)}" for name, values in sorted(source.where.items()))
    return f"{source.kind} ({filters})" if filters else source.kind


def what(rule: Any) -> str:
    """Return what the rule is about: its own words, else its source."""
    if words(rule.text):
        return words(rule.text)
    if rule.type == "assessed":
        return _("assessor's judgement")
    return _("score of %(code)s") % {"code": rule.of} if rule.type == "sub_score" else source_words(rule.source)


def level(value: Any) -> str:
    """Write a target or a limit."""
    return _("the average of the class") if isinstance(value, str) else num(value)


def minus(value: Any) -> str:
    """Write a number with a true minus sign."""
    return num(value).replace("-", "−")


def grade_words(scheme: Scheme, grade: str) -> str:
    """Return a grade in the reader's language: its band's name, else itself."""
    band: Band | None = next((one for one in scheme.bands if one.grade == grade), None)
    return words(band.name) if band is not None and band.name is not None else grade
