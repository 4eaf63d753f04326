"""What the quotas of a round allow in each class, and what its run in force has taken of it."""

from collections import Counter
from dataclasses import dataclass

from plumbline.assessment.models import CompositeScore, Round
from plumbline.assessment.queries.provisional import kept_provisional
from plumbline.assessment.queries.rounds import class_counts
from plumbline.assessment.queries.trees import scheme_of, share_words
from plumbline.assessment.rules import explain
from plumbline.assessment.rules import scheme as rules
from plumbline.assessment.rules.quotas import exact_places, places
from plumbline.kernel.numbers import div_half_up


@dataclass(frozen=True, slots=True)
class QuotaPlaces:
    """A quota in one class: ``exact`` is the share of the class with two decimals, ``places`` what is left of it by rounding.

    ``share`` is empty where the scheme gives a number of places. ``taken`` counts the units that have the grade or a better
    one, None before the first scoring. It passes ``places`` where equal scores at the cut come in.
    """

    klass: str
    grade: str
    share: str
    units: int
    exact: str
    places: int
    taken: int | None

    @property
    def left(self) -> int:
        """How many places are left."""
        return max(self.places - (self.taken or 0), 0)


def quota_places(round_: Round) -> tuple[QuotaPlaces, ...]:
    """Return every quota of the scheme for every class, the classes in their order; at most one SQL statement."""
    scheme = scheme_of(round_.scheme_version)
    if not scheme.quotas:
        return ()
    graded = _graded(round_)
    if graded is None:
        classes = class_counts(round_)
        return tuple(_places(scheme, quota, one.klass, one.units, None) for one in classes for quota in scheme.quotas)
    return tuple(
        _places(scheme, quota, klass, found.total(), found)
        for klass, found in sorted(graded.items())
        for quota in scheme.quotas
    )


def _graded(round_: Round) -> dict[str, Counter[str]] | None:
    """Return how many units of each class have which grade, for the moment while the round is open; scored ones count."""
    found: dict[str, Counter[str]] = {}
    if provisional := kept_provisional(round_):
        for klass, score, _rank, grade in provisional["units"].values():
            if score is not None:
                found.setdefault(klass, Counter())[grade] += 1
        return found
    if round_.run_id is None:
        return None
    rows = CompositeScore.objects.filter(run_id=round_.run_id, score__isnull=False).values_list("klass", "grade")
    for klass, grade in rows:
        found.setdefault(klass, Counter())[grade] += 1
    return found


def _places(
    scheme: rules.Scheme, quota: rules.Quota, klass: str, size: int, graded: Counter[str] | None
) -> QuotaPlaces:
    names = [band.grade for band in scheme.bands]
    good = names[: names.index(quota.grade) + 1]
    exact = exact_places(quota, size)
    cents = div_half_up(exact.numerator * 100, exact.denominator)
    return QuotaPlaces(
        klass=klass, grade=explain.grade_words(scheme, quota.grade), units=size,
        share=share_words(quota.share) if quota.share else "",
        exact=f"{cents // 100}.{cents % 100:02d}", places=places(quota, size),
        taken=None if graded is None else sum(graded[name] for name in good),
    )  # fmt: skip
