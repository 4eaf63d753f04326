"""What an analysis is made of: the table of one class, its way from score to grade, and what is assumed."""

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Small = NDArray[np.float32]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


class Weighting(StrEnum):
    """Where weights are drawn from: around the issued ones, or anywhere."""

    AROUND = "around"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is assumed, declared before anything is drawn.

    ``spread``: standard deviation of an average weight, as a share of itself. ``keep_parts`` leaves the weights of the first
    level as issued. ``turnout``: share of those asked who answered, None where nobody knows (then the population counts as
    endless and nothing is assumed of those who stayed silent). ``silent``: by how much those who stayed silent may differ from
    those who answered: one standard deviation, as a share of the scale. ``coverage``: what rank intervals hold of the draws.
    ``apart``: from which probability of the order two units count as told apart. ``base``: rows of Sobol's design.
    """

    draws: int = 10_000
    seed: int = 20_251
    weighting: Weighting = Weighting.AROUND
    spread: float = 0.25
    keep_parts: bool = False
    turnout: float | None = None
    silent: float = 0.05
    coverage: float = 0.90
    apart: float = 0.95
    base: int = 1024
    threads: int = 2


@dataclass(frozen=True, slots=True)
class SurveyError:
    """An indicator whose share is estimated from people's answers; arrays have one value a unit.

    ``error`` is the standard error of the share, 0 for a unit without answers. With ``cuts`` the share is a step function of a
    rate: ``rate`` is estimated with ``error``, and the share is ``steps[b]`` where it reaches ``cuts[b]`` (from the best down),
    else ``fallback``. Errors of one ``source`` move together: they come from the same answers.
    """

    node: int
    source: int
    error: Floats
    rate: Floats | None = None
    cuts: tuple[float, ...] = ()
    steps: tuple[float, ...] = ()
    fallback: Floats | None = None


@dataclass(frozen=True, slots=True)
class Mapped:
    """Steps to the grade that do not depend on the score: ``to[unit, grade]`` is what becomes of each grade."""

    to: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Gated:
    """A gate on a rate that is itself estimated: who falls ``below`` has ``to[grade]``; ``fired`` is what was found."""

    fired: Bools
    rate: Floats
    error: Floats
    below: float
    source: int
    to: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Bottom:
    """The last ``places`` by score have grade ``least`` at best; equal scores share the worse place."""

    places: int
    least: int


@dataclass(frozen=True, slots=True)
class QuotaCut:
    """Of those with grade ``place`` or better the best ``allowed`` stay; equal scores at the cut come in, or stay out."""

    place: int
    allowed: int
    include_ties: bool


Step = Mapped | Gated | Bottom | QuotaCut


@dataclass(frozen=True)
class ClassTable:
    """A class as numbers: units by base indicators, and what stands beside the weights.

    ``score = min(sum of weight x share + beside, ceiling) + beyond``; with the issued weights it is the official score of every
    unit. ``share`` lies between 0 and 1, so that the floor and the cap of every part hold whatever the weights; ``weight`` is in
    points and sums to the total, ``part`` is the first-level node of an indicator. ``missing`` marks what was not reported or
    does not apply. ``thresholds`` are the lower bounds of all grades but the last, the best first; empty without grades.
    ``bonus`` is what of ``beside`` are bonuses, where the bands do not look at them; None where they look at the score.
    """

    units: tuple[int, ...]
    nodes: tuple[str, ...]
    share: Floats
    weight: Floats
    part: Ints
    beside: Floats
    beyond: Floats
    missing: Bools
    ceiling: float | None = None
    grades: tuple[str, ...] = ()
    thresholds: tuple[float, ...] = ()
    steps: tuple[Step, ...] = ()
    surveys: tuple[SurveyError, ...] = field(default=())
    bonus: Floats | None = None

    @property
    def total(self) -> float:
        """The points of the whole."""
        return float(self.weight.sum())

    @property
    def for_bands(self) -> "ClassTable":
        """The table of the points that the bands look at: itself, or the one without any bonus."""
        if self.bonus is None:
            return self
        return replace(self, beside=self.beside - self.bonus, beyond=np.zeros_like(self.beyond), bonus=None)

    @property
    def sources(self) -> int:
        """How many sets of answers there are, gates included."""
        named = [one.source for one in self.surveys] + [one.source for one in self.steps if isinstance(one, Gated)]
        return max(named, default=-1) + 1
