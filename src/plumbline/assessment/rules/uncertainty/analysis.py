"""Everything about one class: scenarios apart and together, single changes, and the indices of the assumptions."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from plumbline.assessment.rules.uncertainty import comparing, ranks, scenarios, sobol
from plumbline.assessment.rules.uncertainty.inputs import ClassTable, Floats, Ints, Settings


@dataclass(frozen=True)
class ScenarioResult:
    """What a scenario says; arrays by unit, in official order.

    ``low``, ``median``, ``high``: ranks that hold ``coverage`` of the draws. ``first``: probability of the first place.
    ``grades``: units by grades, probabilities. ``before``: see ``ranks.order_shares``. ``alike``: runs (first, last place)
    in which nobody can be told apart. ``told``: how many others each unit can be told apart from.
    """

    name: str
    low: Ints
    median: Ints
    high: Ints
    first: Floats
    grades: Floats
    before: Floats
    alike: list[tuple[int, int]]
    told: Ints
    pair_draws: int


@dataclass(frozen=True)
class Analysis:
    """What there is to say about a class. ``order`` are places in the table by official rank: everything is in this order."""

    order: Ints
    ranks: Ints
    scenarios: tuple[ScenarioResult, ...]
    left_out: tuple[comparing.Compared, ...]
    geometric: comparing.Compared
    sobol: sobol.Indices | None


def analyse(
    table: ClassTable, settings: Settings, tell: Callable[[str, int], None] = lambda _name, _done: None
) -> Analysis:
    """Return the analysis of one class. ``tell`` is called with the scenario and how many of its draws are done.

    A class of one has nothing to compare: its intervals are (1, 1), and there are no indices.
    """
    official = comparing.official_ranks(table)
    order = np.lexsort((np.arange(len(official)), official))
    found = []
    for name in scenarios.scenario_names(table):
        drawn = scenarios.drawn(table, settings, name, lambda done, name=name: tell(name, done))  # type: ignore[misc]
        found.append(_result(name, drawn, order, settings))
    return Analysis(
        order=order,
        ranks=official[order],
        scenarios=tuple(found),
        left_out=tuple(comparing.left_out(table)),
        geometric=comparing.geometric_mean(table),
        sobol=sobol.indices(table, settings) if len(order) > 1 else None,
    )


def _result(name: str, drawn: scenarios.Drawn, order: Ints, settings: Settings) -> ScenarioResult:
    low, median, high, first = ranks.interval(drawn.ranks, settings.coverage)
    shares, looked = scenarios.before(drawn, settings.threads)
    before = shares[np.ix_(order, order)]
    told = (np.maximum(before, 1 - before) >= settings.apart).sum(axis=1)
    return ScenarioResult(
        name, low[order], median[order], high[order], first[order], drawn.grades[order] / settings.draws, before,
        ranks.runs_alike(before, settings.apart), told, looked,
    )  # fmt: skip
