"""What a result says of its indicators, and of one unit against its class; read from the run in force, never from facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from plumbline.assessment import permissions
from plumbline.assessment.models import CompositeScore, NodeScore, Round, RoundUnit
from plumbline.assessment.queries.rounds import published_run, round_for, rounds_with_results
from plumbline.assessment.queries.trees import NodeText, scheme_of, tree_of
from plumbline.assessment.rules import scheme as schemes
from plumbline.assessment.rules.explain import grade_words
from plumbline.kernel.actor import Actor, NotPermitted

if TYPE_CHECKING:
    from plumbline.assessment.rules.analysis.importance import Importance
    from plumbline.assessment.rules.analysis.moments import Floats
    from plumbline.assessment.rules.analysis.profile import Standing
    from plumbline.assessment.rules.analysis.reliability import Reliability


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """One indicator over a class: how many units are scored, the mean and deviation of their shares, and what it decides.

    Shares are of the indicator's points, 0 to 1. ``quartiles`` hold the middle half and the median of the shares; ``full`` counts
    units with all points, ``none`` those with none.
    """

    code: str
    title: str
    points: int
    scored: int
    mean: float | None
    deviation: float | None
    quartiles: tuple[float, float, float] | None
    full: int
    none: int
    importance: "Importance"


@dataclass(frozen=True, slots=True)
class IndicatorsPage:
    """The indicators of one class. ``pairs`` are (code, code, correlation), the closest first."""

    round: Round
    classes: tuple[str, ...]
    klass: str
    units: int
    lines: tuple[IndicatorLine, ...]
    blocks: tuple["Reliability", ...]
    pairs: tuple[tuple[str, str, float], ...]
    matrix: tuple[tuple[float | None, ...], ...]
    titles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Year:
    """The unit's whole in one round: its score in micro-points, its rank among so many, its grade."""

    round_id: int
    run_id: int
    title: str
    year: int
    score: int
    rank: int | None
    units: int
    grade: str


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """A unit against its class. ``trend`` is micro-points a year, None for a single year; ``changes`` since the round before."""

    round: Round
    unit_id: int
    name: str
    klass: str
    mates: int
    whole: "Standing"
    standings: tuple["Standing", ...]
    titles: Mapping[str, str]
    points: Mapping[str, int]
    years: tuple[Year, ...]
    trend: float | None
    changes: Mapping[str, int]


def _leaves(round_: Round, klass: str) -> list[tuple[NodeText, int]]:
    """Return the indicators that have points of their own, with the micro-points they can bring to the whole in a class."""
    scheme = scheme_of(round_.scheme_version).for_class(klass)
    weights: dict[str, Fraction] = {}
    for node, parent, _depth in scheme.walk():
        weights[node.code] = weights[parent.code] if parent else Fraction(node.weight)
    base = {node.code for node, _parent, _depth in scheme.walk() if node.kind is schemes.NodeKind.BASE}
    return [
        (text, int((text.maximum or 0) * weights[text.code]))
        for text in tree_of(round_.scheme_version)
        if not text.has_children and text.code in base and text.maximum
    ]


class _Scores:
    """The scores of one class as columns: applied micro-points of each indicator, NaN where it was not scored."""

    def __init__(self, round_: Round, klass: str) -> None:
        import numpy as np

        rows = list(
            CompositeScore.objects.filter(run_id=round_.run_id or 0, klass=klass, score__isnull=False)
            .order_by("rank", "unit_id").values_list("unit_id", "score")
        )  # fmt: skip
        self.units = [unit for unit, _score in rows]
        self.whole: Floats = np.array([score for _unit, score in rows], float)
        self.leaves = _leaves(round_, klass)
        place = {unit: at for at, unit in enumerate(self.units)}
        column = {text.code: at for at, (text, _points) in enumerate(self.leaves)}
        self.table: Floats = np.full((len(self.units), len(self.leaves)), np.nan)
        scores = NodeScore.objects.filter(
            run_id=round_.run_id or 0, node__in=list(column), unit_id__in=self.units, status="scored"
        )
        for unit, node, applied in scores.values_list("unit_id", "node", "applied"):
            if unit in place and applied is not None:
                self.table[place[unit], column[node]] = applied

    @property
    def codes(self) -> tuple[str, ...]:
        """The indicators' codes in the order of the columns."""
        return tuple(text.code for text, _points in self.leaves)

    def shares(self) -> "Floats":
        """Return the scores as shares of the indicators' points."""
        import numpy as np

        most = np.array([text.maximum for text, _points in self.leaves], float)
        found: Floats = self.table / most
        return found


def _classes(round_: Round) -> tuple[str, ...]:
    rows = CompositeScore.objects.filter(run_id=round_.run_id or 0).order_by("klass")
    return tuple(rows.values_list("klass", flat=True).distinct())


def indicators_page(actor: Actor, round_id: int, *, klass: str = "") -> IndicatorsPage:
    """Return what the result of one class says of its indicators; four SQL statements.

    Raises NotPermitted for those who do not read the whole round.
    """
    round_ = round_for(actor, round_id)
    permissions.check_read_whole(actor, round_.committee.path, f"round:{round_id}")
    classes = _classes(round_)
    klass = klass if klass in classes else next(iter(classes), "")
    scores = _Scores(round_, klass)
    titles = {text.code: text.title for text in tree_of(round_.scheme_version)}
    lines, matrix = (_indicator_lines(scores), _matrix(scores)) if scores.units else ((), ())
    codes = scores.codes
    pairs = [
        (codes[one], codes[other], found)
        for one in range(len(matrix)) for other in range(one) if (found := matrix[one][other]) is not None
    ]  # fmt: skip
    closest = tuple(sorted(pairs, key=lambda pair: -abs(pair[2])))
    return IndicatorsPage(round_, classes, klass, len(scores.units), lines, _blocks(scores), closest, matrix, titles)


def _indicator_lines(scores: _Scores) -> tuple[IndicatorLine, ...]:
    import numpy as np

    from plumbline.assessment.rules.analysis.importance import importances

    weights = np.array([points for _text, points in scores.leaves], float)
    shares = scores.shares()
    found = importances(scores.codes, shares, weights, scores.whole)
    lines = []
    for place, (text, points) in enumerate(scores.leaves):
        there = shares[~np.isnan(shares[:, place]), place]
        some = len(there) > 0
        lines.append(
            IndicatorLine(
                text.code, text.title, points, len(there), float(there.mean()) if some else None,
                float(there.std(ddof=1)) if len(there) > 1 else None, _quartiles(there) if some else None,
                int((there >= 1).sum()), int((there <= 0).sum()), found[place],
            )
        )  # fmt: skip
    return tuple(lines)


def _quartiles(there: "Floats") -> tuple[float, float, float]:
    import numpy as np

    low, middle, high = (float(one) for one in np.quantile(there, (0.25, 0.5, 0.75)))
    return low, middle, high


def _matrix(scores: _Scores) -> tuple[tuple[float | None, ...], ...]:
    from plumbline.assessment.rules.analysis.wide import correlation

    shares = scores.shares()
    count = shares.shape[1]
    return tuple(tuple(correlation(shares[:, one], shares[:, other]) for other in range(count)) for one in range(count))


def _blocks(scores: _Scores) -> tuple["Reliability", ...]:
    """Return Cronbach's alpha of each group with at least two indicators, over their shares."""
    from plumbline.assessment.rules.analysis.reliability import reliability

    parents: dict[str, list[int]] = {}
    for place, (text, _points) in enumerate(scores.leaves):
        parents.setdefault(text.parent, []).append(place)
    shares = scores.shares()
    return tuple(
        reliability(block, tuple(scores.codes[at] for at in places), shares[:, places])
        for block, places in parents.items() if len(places) > 1
    )  # fmt: skip


def profile_page(actor: Actor, round_id: int, unit_id: int) -> ProfilePage:
    """Return a unit against its class, and over the years; at most eight SQL statements.

    Raises NotPermitted for those who may not read the unit's explanation, and where the unit has no score in the round.
    """
    round_ = round_for(actor, round_id)
    row = RoundUnit.objects.filter(round=round_, unit_id=unit_id).select_related("unit").first()
    if row is None:
        raise NotPermitted("assessment.read_explanation", f"unit:{unit_id}")
    permissions.check_read_unit(actor, round_, row.unit.path, f"unit:{unit_id}")
    scores = _Scores(round_, row.klass)
    if unit_id not in scores.units:
        raise NotPermitted("assessment.read_profile", f"unit:{unit_id}")
    place = scores.units.index(unit_id)
    years = _years(actor, round_, unit_id)
    return ProfilePage(
        round_, unit_id, row.unit.name, row.klass, len(scores.units), _whole(scores, place), _standings(scores, place),
        {text.code: text.title for text in tree_of(round_.scheme_version)},
        {text.code: text.maximum or 0 for text, _points in scores.leaves}, years, _trend(years),
        _changes(years, round_, unit_id, scores, place),
    )  # fmt: skip


def _whole(scores: _Scores, place: int) -> "Standing":
    from plumbline.assessment.rules.analysis.profile import standing

    return standing("", int(scores.whole[place]), scores.whole)


def _standings(scores: _Scores, place: int) -> tuple["Standing", ...]:
    import numpy as np

    from plumbline.assessment.rules.analysis.profile import standing

    own = scores.table[place]
    return tuple(
        standing(code, None if np.isnan(own[at]) else int(own[at]), scores.table[:, at])
        for at, code in enumerate(scores.codes)
    )


def _years(actor: Actor, round_: Round, unit_id: int) -> tuple[Year, ...]:
    """Return the unit's scores in rounds of the same scheme of the same committee, up to this one, as the actor knows them."""
    whole = permissions.can_read_whole(actor, round_.committee.path)
    same = rounds_with_results(actor).filter(
        scheme_version__scheme_id=round_.scheme_version.scheme_id, until_on__lte=round_.until_on,
        committee_id=round_.committee_id,
    ).select_related("scheme_version", "committee").annotate(published_run=published_run())  # fmt: skip
    rounds = {one.run_id if whole else one.published_run: one for one in same.order_by("until_on", "pk")}
    rows = CompositeScore.objects.filter(run_id__in=list(rounds), unit_id=unit_id, score__isnull=False)
    found = {row.run_id: row for row in rows}
    sizes: dict[Any, int] = {}
    mates = CompositeScore.objects.filter(run_id__in=list(found), score__isnull=False).order_by()
    for run, klass in mates.values_list("run_id", "klass"):
        sizes[(run, klass)] = sizes.get((run, klass), 0) + 1
    return tuple(
        Year(
            one.pk, run or 0, one.title, one.until_on.year, found[run].score or 0, found[run].rank,
            sizes[(run, found[run].klass)], grade_words(scheme_of(one.scheme_version), found[run].grade),
        )
        for run, one in rounds.items() if run in found
    )  # fmt: skip


def _trend(years: tuple[Year, ...]) -> float | None:
    from plumbline.assessment.rules.analysis.profile import slope

    return slope([(year.year, float(year.score)) for year in years])


def _changes(years: tuple[Year, ...], round_: Round, unit_id: int, scores: _Scores, place: int) -> dict[str, int]:
    """Return by how many micro-points each indicator changed since the round before, where its points stayed the same."""
    before = [year for year in years if year.round_id != round_.pk]
    if not before:
        return {}
    rows = NodeScore.objects.filter(run_id=before[-1].run_id, unit_id=unit_id, status="scored", applied__isnull=False)
    old = {node: (applied, maximum) for node, applied, maximum in rows.values_list("node", "applied", "maximum")}
    now = dict(zip(scores.codes, scores.table[place], strict=True))
    points = {text.code: text.maximum for text, _points in scores.leaves}
    return {
        code: int(value) - (old[code][0] or 0)
        for code, value in now.items() if code in old and value == value and old[code][1] == points[code]
    }  # fmt: skip
