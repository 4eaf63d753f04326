"""Made-up classes for the benchmark: shares and weights from a seed, grades with a quota."""

import numpy as np

from plumbline.assessment.rules.uncertainty import ClassTable, QuotaCut

GRADES = ("good", "fair", "poor")


def table_of(units: int, indicators: int, seed: int = 1) -> ClassTable:
    """Return a class whose units differ by ability and by chance; three grades, and thirty per cent may be good."""
    random = np.random.default_rng(seed)
    share = np.clip(random.normal(0.8, 0.12, (units, indicators)) + random.normal(0, 0.05, (units, 1)), 0, 1)
    weight = random.uniform(1, 3, indicators)
    return ClassTable(
        units=tuple(range(units)), nodes=tuple(f"i{place}" for place in range(indicators)), share=share,
        weight=weight * 100 / weight.sum(), part=np.arange(indicators) % 6, beside=np.zeros(units), beyond=np.zeros(units),
        missing=np.zeros((units, indicators), bool), grades=GRADES, thresholds=(82.0, 78.0),
        steps=(QuotaCut(0, units * 3 // 10, True),),
    )  # fmt: skip
