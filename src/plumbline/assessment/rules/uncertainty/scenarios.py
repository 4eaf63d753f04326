"""One kind of uncertainty drawn many times: ranks, grades and the order of pairs, counted in pieces by threads."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from plumbline.assessment.rules.uncertainty import drawing, ladder, ranks
from plumbline.assessment.rules.uncertainty.inputs import ClassTable, Floats, Ints, Settings, Small
from plumbline.assessment.rules.uncertainty.scores import Scores, moved_shares

CELLS = 1 << 18
"""Scores in one piece of the draws: they stay in the processor's cache."""
PAIRS_EXACTLY = 400
"""Up to so many units every draw is looked at for every pair; in larger classes ``PAIR_DRAWS`` of them."""
PAIR_DRAWS = 1000

WEIGHTS, SURVEYS, TOGETHER = "weights", "surveys", "together"


@dataclass(frozen=True)
class Drawn:
    """What was drawn: ``ranks``, units by draws, and how often each unit had each grade (``grades``, units by grades).

    ``ties`` says whether ranks may be shared: by units with the same shares, or where the weights stay as issued.
    """

    ranks: ranks.Places
    grades: Ints
    ties: bool


def scenario_names(table: ClassTable) -> tuple[str, ...]:
    """Return the scenarios that a table allows: surveys only where something rests on answers."""
    return (WEIGHTS, SURVEYS, TOGETHER) if table.sources else (WEIGHTS,)


def drawn(
    table: ClassTable, settings: Settings, scenario: str, tell: Callable[[int], None] = lambda _done: None
) -> Drawn:
    """Draw a scenario. The same settings give the same draws, whatever the number of threads.

    ``tell`` is called with how many draws are done.
    """
    size, draws = len(table.units), settings.draws
    step = min(max(CELLS // size, 16), draws)
    begins = range(0, draws, step)
    scores = Scores(table)
    scores.prepare()
    ties = scenario == SURVEYS or scores.same[0]
    found = Drawn(np.empty((size, draws), np.int16), np.zeros((size, len(table.grades)), np.int64), ties)

    def piece(number: int) -> Ints:
        begin = begins[number]
        places, grades = _piece(scores, settings, scenario, number, min(step, draws - begin), ties)
        found.ranks[:, begin : begin + len(places)] = places.T
        return grades

    with ThreadPoolExecutor(settings.threads) as pool:
        for begin, grades in zip(begins, pool.map(piece, range(len(begins))), strict=True):
            found.grades[:] += grades
            tell(min(begin + step, draws))
    return found


def before(found: Drawn, threads: int) -> tuple[Floats, int]:
    """Return the shares of draws in which one unit stands before another, and how many draws were looked at for it."""
    size, draws = found.ranks.shape
    looked = draws if size <= PAIRS_EXACTLY else min(draws, PAIR_DRAWS)
    return ranks.order_shares(found.ranks[:, :looked], threads, ties=found.ties), looked


def _piece(
    scores: Scores, settings: Settings, scenario: str, number: int, draws: int, ties: bool
) -> tuple[ranks.Places, Ints]:
    """Draw one piece: draws by units their ranks, and the count of each unit's grades."""
    table = scores.table
    weights: Small | None = None
    normal: list[Small] | None = None
    if scenario != SURVEYS:
        weights = drawing.weights(table, settings, draws, drawing.stream(settings.seed, drawing.WEIGHTS, number))
    if scenario != WEIGHTS:
        normal = drawing.errors(table, draws, drawing.stream(settings.seed, drawing.ERRORS, number))
    moved = moved_shares(table, normal) if normal is not None else {}
    values = _filled(scores.many(weights, moved), draws)
    ordered = ranks.order(values, ties=ties)
    if not table.grades:
        return ordered.ranks(), np.zeros((len(table.units), 0), np.int64)
    bands = table.for_bands
    points = values if bands is table else _filled(Scores(bands).many(weights, moved), draws)
    grades = ladder.grades(table, points, ordered, normal)
    counts = [np.count_nonzero(grades == grade, axis=0) for grade in range(len(table.grades))]
    return ordered.ranks(), np.stack(counts, axis=1)


def _filled(values: Small, draws: int) -> Small:
    """Return values for every draw: where only gates are estimated, the scores are the same in all of them."""
    return values if len(values) == draws else np.repeat(values, draws, axis=0)
