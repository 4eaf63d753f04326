"""What a missing value means: never zero, always declared, always counted."""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from plumbline.assessment.rules.analysis.moments import Floats, known

Rule = Literal["leave_out", "class_mean", "class_median", "refuse"]


class MissingRefused(ValueError):
    """Values are missing and the rule says that none may be; ``holes`` are (unit, indicator) by their places."""

    def __init__(self, holes: list[tuple[int, int]]) -> None:
        self.holes = holes
        super().__init__(f"{len(holes)} values are missing")


def filled(values: Floats, classes: NDArray[np.int64], rule: Rule) -> Floats:
    """Return the table (units by indicators) with its holes treated.

    ``leave_out`` keeps them: the weight goes to what is there. ``class_mean`` and ``class_median`` take the mean or median of the
    unit's class, of all units where nobody in the class has a value; an indicator without any value stays empty. Raises
    MissingRefused under ``refuse``.
    """
    holes = np.isnan(values)
    if not holes.any() or rule == "leave_out":
        return values
    if rule == "refuse":
        raise MissingRefused([(int(unit), int(place)) for unit, place in np.argwhere(holes)])
    middle = np.mean if rule == "class_mean" else np.median
    made = values.copy()
    for place in np.flatnonzero(holes.any(axis=0)):
        column = values[:, place]
        for klass in np.unique(classes[holes[:, place]]):
            mates = known(column[classes == klass])
            pool = mates if len(mates) else known(column)
            if len(pool):
                made[holes[:, place] & (classes == klass), place] = middle(pool)
    return made
