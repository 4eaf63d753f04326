"""What the frozen facts say for the sources of a scheme: how many facts, and how many gave each answer."""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from plumbline.assessment.rules.scheme import Source

ASKED = ("survey.", "ballot.")
"""Kinds of facts that are answers of people: others are counted, not estimated."""


@dataclass(frozen=True)
class Evidence:
    """The facts of a snapshot, in the columns of ``rules.tables.facts``."""

    facts: pa.Table

    def _of(self, source: Source) -> pa.Table:
        """Return the facts that a source looks at."""
        mine = pc.equal(self.facts["kind"], source.kind)
        for name, values in source.where.items():
            mine = pc.and_(mine, pc.is_in(self.facts[f"attr_{name}"], pa.array(values, pa.string())))
        return self.facts.filter(pc.fill_null(mine, False))

    def counts(self, source: Source) -> Mapping[int, int]:
        """Return how many facts each unit has; units without any are left out."""
        found = self._of(source).group_by("unit_id").aggregate([("fact_id", "count")])
        return dict(zip(found["unit_id"].to_pylist(), found["fact_id_count"].to_pylist(), strict=True))

    def choices(self, source: Source, attribute: str) -> Mapping[int, Mapping[str, int]]:
        """Return for each unit how many chose what; facts without the attribute count for nothing."""
        column = f"attr_{attribute}"
        told = self._of(source)
        told = told.filter(pc.is_valid(told[column])).group_by(["unit_id", column]).aggregate([("quantity", "sum")])
        found: dict[int, dict[str, int]] = {}
        rows = (told["unit_id"].to_pylist(), told[column].to_pylist(), told["quantity_sum"].to_pylist())
        for unit, choice, total in zip(*rows, strict=True):
            found.setdefault(unit, {})[choice] = total
        return found


def asks_people(source: Source) -> bool:
    """True where the facts of a source are people's answers."""
    return source.kind.startswith(ASKED)
