"""A scheme on a frozen round beside the official one: who moves, why, and what decides (docs/algorithms/backtest.md). Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plumbline.assessment.rules.scheme import Scheme
from plumbline.kernel.numbers import BASIS, div_half_up

SCORE, STEPS, BOTH = "score", "steps", "both"
REST = ""
"""The code of what no first-level node explains: a ceiling, or points that were spread."""


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step from score to grade of one unit, as the result tables have it."""

    step: str
    rule: str
    before: str
    after: str
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Standing:
    """What one scheme makes of one unit. ``parts`` are micro-points by first-level node; they add up to the score."""

    klass: str
    score: int | None
    rank: int | None
    grade: str
    parts: Mapping[str, int]
    steps: Sequence[StepTaken]

    @property
    def by_score(self) -> str:
        """The grade that the score alone gives, "" without one."""
        return next((one.after for one in self.steps if one.step == "score"), "")

    @property
    def acted(self) -> tuple[tuple[str, str], ...]:
        """The steps after the score that changed the grade: kind and code."""
        return tuple((one.step, one.rule) for one in self.steps if one.step != "score" and one.before != one.after)


@dataclass(frozen=True)
class Moved:
    """A unit under both schemes. ``gains`` are (node, micro-points more) that add up to the difference of the scores exactly.

    ``cause`` of a changed grade: the score, the steps after it, or both; "" where the grade stays. ``acted`` are the steps that
    differ.
    """

    unit: int
    before: Standing
    after: Standing
    gains: tuple[tuple[str, int], ...]
    cause: str
    acted: tuple[tuple[str, str], ...]

    @property
    def climbed(self) -> int | None:
        """Places gained (negative: lost); None where one of the schemes gives no rank, or another class."""
        if self.before.rank is None or self.after.rank is None or self.before.klass != self.after.klass:
            return None
        return self.before.rank - self.after.rank


@dataclass(frozen=True, slots=True)
class Decided:
    """How a class gets its grades under the new scheme: units graded, how many keep the grade of their score.

    ``steps`` are (step, rule, units that reached it, units whose grade it changed). ``ties`` are (grade, places, units at
    the cut with the same score, whether they came in). ``heavy`` names the steps that take the grade from more than half of
    those who reached it: there a rule decides more than the score.
    """

    klass: str
    graded: int
    by_score: int
    steps: tuple[tuple[str, str, int, int], ...]
    ties: tuple[tuple[str, int, int, bool], ...]
    heavy: tuple[tuple[str, str], ...]


def parts_of(scheme: Scheme, applied: Mapping[str, int], score: int | None) -> dict[str, int]:
    """Return micro-points by first-level node, weighted as the score weights them, and what else there is under ``REST``."""
    weights = {node.code: _basis(node.weight) for node in scheme.tree}
    parts = {code: div_half_up(applied[code] * weight, BASIS) for code, weight in weights.items() if code in applied}
    rest = (score or 0) - sum(parts.values())
    return parts | ({REST: rest} if rest and score is not None else {})


def _basis(weight: str) -> int:
    above, _slash, below = weight.partition("/")
    return int(above) * BASIS // int(below or 1)


def compare(before: Mapping[int, Standing], after: Mapping[int, Standing]) -> list[Moved]:
    """Return every unit that both know, in the order of class, old rank and unit."""
    units = sorted(set(before) & set(after), key=lambda unit: (before[unit].klass, before[unit].rank or 10**9, unit))
    return [_moved(unit, before[unit], after[unit]) for unit in units]


def _moved(unit: int, old: Standing, new: Standing) -> Moved:
    codes = dict.fromkeys([*old.parts, *new.parts])
    gains = tuple((code, new.parts.get(code, 0) - old.parts.get(code, 0)) for code in codes)
    differ = tuple(sorted(set(old.acted) ^ set(new.acted)))
    cause = ""
    if old.grade != new.grade:
        same_score = old.by_score == new.by_score
        cause = STEPS if same_score else SCORE if not differ else BOTH
    return Moved(unit, old, new, tuple(one for one in gains if one[1]), cause, differ)


def causes(moved: Iterable[Moved]) -> dict[str, int]:
    """Return how many grades change by the score, by steps after it, and by both."""
    found = Counter(one.cause for one in moved if one.cause)
    return {cause: found[cause] for cause in (SCORE, STEPS, BOTH)}


def decided(standings: Mapping[int, Standing]) -> list[Decided]:
    """Return for each class how its grades come about."""
    classes: dict[str, list[Standing]] = {}
    for unit in sorted(standings):
        if standings[unit].grade:
            classes.setdefault(standings[unit].klass, []).append(standings[unit])
    return [_decided(klass, classes[klass]) for klass in sorted(classes)]


def _decided(klass: str, members: Sequence[Standing]) -> Decided:
    reached: Counter[tuple[str, str]] = Counter()
    changed: Counter[tuple[str, str]] = Counter()
    for member in members:
        for one in member.steps:
            if one.step != "score":
                reached[one.step, one.rule] += 1
                changed[one.step, one.rule] += one.before != one.after
    heavy = tuple(key for key in reached if 2 * changed[key] > reached[key])
    return Decided(
        klass, len(members), sum(one.grade == one.by_score for one in members),
        tuple((*key, reached[key], changed[key]) for key in reached), _ties(members), heavy,
    )  # fmt: skip


def _ties(members: Sequence[Standing]) -> tuple[tuple[str, int, int, bool], ...]:
    """Return the quotas whose cut falls between equal scores."""
    places: dict[str, list[StepTaken]] = {}
    for member in members:
        for one in member.steps:
            if one.step == "quota":
                places.setdefault(one.rule, []).append(one)
    found = []
    for rule, taken in places.items():
        allowed = taken[0].denominator
        for best, count in sorted(Counter(one.numerator for one in taken).items()):
            if best <= allowed < best + count - 1:
                inside = any(one.numerator == best and one.before == one.after for one in taken)
                found.append((rule, allowed, count, inside))
    return tuple(found)
