"""What must hold for profiles of weights: each class in one, known indicators, weights that sum to exactly 100 %."""

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from plumbline.assessment.rules.scheme.checks_rules import Fault
from plumbline.assessment.rules.scheme.model import NodeKind, Profile, Scheme


def profile_faults(scheme: Scheme) -> Iterator[Fault]:
    """Yield what is wrong with the profiles of a scheme."""
    codes = Counter(profile.code for profile in scheme.profiles)
    classes = Counter(klass for profile in scheme.profiles for klass in profile.classes)
    for place, profile in enumerate(scheme.profiles):
        if codes[profile.code] > 1:
            yield ("profiles", place, "code"), _("The code %(code)s is used more than once.") % {"code": profile.code}
        for klass in dict.fromkeys(profile.classes):
            if classes[klass] > 1:
                told = _("The class “%(klass)s” is named twice. Each class has one profile of weights.")
                yield ("profiles", place, "classes"), told % {"klass": klass}
        unknown = list(_unknown(scheme, place, profile))
        yield from unknown
        if profile.weights and not unknown:
            yield from _sums(scheme, place, profile)


def _unknown(scheme: Scheme, place: int, profile: Profile) -> Iterator[Fault]:
    """Name weights of what is not on the first level, and weights finer than basis points."""
    first, known = {node.code for node in scheme.tree}, {node.code for node, _parent, _depth in scheme.walk()}
    for code, weight in profile.weights.items():
        path = ("profiles", place, "weights")
        if code not in first:
            told = _("There is no indicator %(code)s on the first level. Those that carry weights are: %(known)s.")
            if code in known:
                told = _(
                    "%(code)s is not on the first level, and only first-level indicators carry a weight: %(known)s."
                )
            yield path, told % {"code": code, "known": ", ".join(node.code for node in scheme.tree)}
        elif (Fraction(weight) * 10_000).denominator != 1:
            told = _("The weight of %(code)s is written with at most four decimals (basis points), such as 12.34 %%.")
            yield path, told % {"code": code}


def _sums(scheme: Scheme, place: int, profile: Profile) -> Iterator[Fault]:
    """Name weights that do not sum to the whole, and a whole that has other points than with the scheme's own weights."""
    weights = scheme.weights(profile)
    base = [node for node in scheme.tree if node.kind is NodeKind.BASE]
    found = sum(weights[node.code] for node in base)
    path = ("profiles", place, "weights")
    if found != 10_000:
        told = _(
            "The weights of “%(code)s” sum to %(sum)s %%, not to 100.00 %%: %(rest)s %% is missing. "
            "Raise the weight of one indicator by it."
        )
        if found > 10_000:
            told = _(
                "The weights of “%(code)s” sum to %(sum)s %%, not to 100.00 %%: %(rest)s %% is too much. "
                "Lower the weight of one indicator by it."
            )
        yield path, told % {"code": profile.code, "sum": _percent(found), "rest": _percent(abs(10_000 - found))}
        return
    own, mine = _points(scheme, scheme.weights()), _points(scheme, weights)
    if own != mine:
        told = _(
            "With the weights of “%(code)s” the whole has %(mine)s points, with the scheme's own %(own)s: a grade would not "
            "mean the same in every class. Give the first-level indicators equal points, and let the weights tell them apart."
        )
        yield path, told % {"code": profile.code, "mine": f"{mine:f}", "own": f"{own:f}"}


def _points(scheme: Scheme, weights: Mapping[str, int]) -> Decimal:
    """Return the points of the whole under some weights."""
    base = [node for node in scheme.tree if node.kind is NodeKind.BASE]
    points = sum(((node.points or Decimal(0)) * weights[node.code] for node in base), Decimal(0)) / 10_000
    return points.normalize()


def _percent(basis: int) -> str:
    return f"{basis // 100}.{basis % 100:02d}"
