"""Random numbers: weights and errors, each piece of the draws from a stream of its own, so that threads do not matter."""

import numpy as np

from plumbline.assessment.rules.uncertainty.inputs import ClassTable, Settings, Small, Weighting

WEIGHTS, ERRORS, DESIGN, ENSEMBLE = range(4)
"""What a stream is for."""


def stream(seed: int, *place: int) -> np.random.Generator:
    """Return the generator of a place, independent of all others of the same seed."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=place)))


def concentration(indicators: int, spread: float) -> float:
    """Return the concentration of a Dirichlet distribution in which a weight of 1/``indicators`` varies by ``spread`` of itself.

    The variance of a weight w is ``w (1 - w) / (c + 1)``; so ``c = (indicators - 1) / spread² - 1``, at least 1.
    """
    return max((indicators - 1) / spread**2 - 1, 1.0) if indicators > 1 else 1.0


def weights(table: ClassTable, settings: Settings, draws: int, random: np.random.Generator) -> Small:
    """Return draws by indicators: weights in points that sum to the total, or, with ``keep_parts``, to each part's own sum."""
    issued = table.weight.astype(np.float32)
    shape = np.ones_like(issued)
    if settings.weighting is Weighting.AROUND:
        shape = issued / np.float32(table.total) * np.float32(concentration(len(issued), settings.spread))
    drawn = random.standard_gamma(shape, (draws, len(issued)), dtype=np.float32)
    if not settings.keep_parts:
        return _scaled(drawn, table.total)
    for part in np.unique(table.part):
        mine = table.part == part
        drawn[:, mine] = _scaled(drawn[:, mine], float(table.weight[mine].sum()))
    return drawn


def _scaled(drawn: Small, total: float) -> Small:
    sums = drawn.sum(axis=1, keepdims=True)
    scaled: Small = drawn * (np.float32(total) / np.maximum(sums, np.float32(1e-30)))
    return scaled


def errors(table: ClassTable, draws: int, random: np.random.Generator) -> list[Small]:
    """Return standard normal numbers, draws by units, one array for each set of answers."""
    return [random.standard_normal((draws, len(table.units)), dtype=np.float32) for _source in range(table.sources)]
