"""Wide tables of measures as they are read: the list, and one made into an index as the reader chooses."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from plumbline.assessment.models import WideTable
from plumbline.assessment.permissions import ALL_READERS, can_run_rounds
from plumbline.assessment.queries.rounds import under
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.ledger import api as ledger
from plumbline.organisation import api as organisation

MEASURE_COLUMNS = ("code", "name", "parent", "weight", "direction", "type", "denominator", "low", "high", "target")
"""The columns of the sheet of indicators."""

if TYPE_CHECKING:
    from plumbline.assessment.rules.analysis.wide import Choice, Made, Wide


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One unit in the index: its rank, the whole and the first-level groups from 0 to 100, the published rank."""

    code: str
    name: str
    klass: str
    rank: int | None
    whole: float | None
    groups: tuple[float | None, ...]
    published: int | None

    @property
    def shift(self) -> int | None:
        """How many places better than published; None where one of the two is missing."""
        return None if self.rank is None or self.published is None else self.published - self.rank


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """A table made into an index. ``problem`` says why it could not be; then there are no lines."""

    table: WideTable
    wide: "Wide"
    choice: "Choice"
    made: "Made | None"
    problem: str
    groups: tuple[tuple[str, str], ...]
    lines: tuple[MeasureLine, ...]
    agreement: Any
    may_remove: bool


def home_of(actor: Actor) -> Any:
    """Return the committee whose table an administrator brings in: the highest that they administer; None for others."""
    paths = actor.paths_for("administrator")
    if not paths:
        return None
    units = organisation.visible_units(actor).order_by("path")
    return units.filter(parent=None).first() if paths[0] == "/" else units.filter(path=paths[0]).first()


def may_read_measures(actor: Actor) -> bool:
    """True for administrators, assessors and auditors of any committee."""
    return bool(actor.paths_for(*ALL_READERS))


def measures(actor: Actor) -> Sequence[WideTable]:
    """Return the tables that the actor may read, without their contents; one SQL statement. Raises NotPermitted."""
    if not may_read_measures(actor):
        raise NotPermitted("assessment.read_measures")
    rows = WideTable.objects.filter(under("committee__path", actor.paths_for(*ALL_READERS)))
    return list(rows.select_related("committee").defer("document"))


def table_for(actor: Actor, table_id: int) -> WideTable:
    """Return a table that the actor may read; one SQL statement. Raises NotPermitted, also where there is none."""
    rows = WideTable.objects.filter(under("committee__path", actor.paths_for(*ALL_READERS)), pk=table_id)
    table = rows.select_related("committee").first()
    if table is None:
        raise NotPermitted("assessment.read_measures", f"measures:{table_id}")
    return table


def measure_page(actor: Actor, table_id: int, **chosen: Any) -> MeasurePage:
    """Return a table made into an index; ``chosen`` are the fields of Choice. One SQL statement. Raises NotPermitted."""
    from plumbline.assessment.rules.analysis import composing, filling, reading, wide  # loads numpy

    table = table_for(actor, table_id)
    choice = wide.Choice(**chosen)
    found = reading.wide_of(table.document)
    names = {branch.code: name for branch, name in found.groups}
    tree = [branch for branch, _name in found.groups] + [one.branch for one in found.indicators]
    groups = tuple((code, names[code]) for code in composing.first_level(tree))
    made, problem = None, ""
    try:
        made = wide.make(found, choice)
    except wide.CannotBeMade as lacking:
        problem = _lacking(lacking.code, lacking.field)
    except filling.MissingRefused as refused:
        problem = _holes(found, refused.holes)
    lines, agreement = _lines(found, made, groups, table.document["ranks"]) if made else ((), None)
    may_remove = can_run_rounds(actor, table.committee.path)
    return MeasurePage(table, found, choice, made, problem, groups, lines, agreement, may_remove)


def _lacking(code: str, field: str) -> str:
    if field == "goalposts":
        return _("The indicator %(code)s has no goalposts (low and high). Add them, or compare in another way.") % {
            "code": code
        }
    return _("The indicator %(code)s has no target above 0. Add it, or compare in another way.") % {"code": code}


def _holes(wide: "Wide", holes: list[tuple[int, int]]) -> str:
    named = [f"{wide.names[unit]} · {wide.codes[place]}" for unit, place in holes[:5]]
    told = _("%(count)s values are missing, such as %(some)s. Report them, or say what a missing value means.")
    return told % {"count": len(holes), "some": _(", ").join(named)}


def _lines(
    found: "Wide", made: "Made", groups: Sequence[tuple[str, str]], published: Mapping[str, int]
) -> tuple[tuple[MeasureLine, ...], Any]:
    from plumbline.assessment.rules.analysis.wide import agreement

    def number(code: str, place: int) -> float | None:
        value = float(made.sums[code][place])
        return None if math.isnan(value) else value

    lines = [
        MeasureLine(
            unit, found.names[place], found.classes[place], made.ranks[place], number("", place),
            tuple(number(code, place) for code, _name in groups), published.get(unit),
        )
        for place, unit in enumerate(found.units)
    ]  # fmt: skip
    both = agreement(made.ranks, [published.get(unit) for unit in found.units]) if published else None
    ordered = sorted(lines, key=lambda line: (line.rank is None, line.rank or 0, line.code))
    return tuple(ordered), (both, found.names[both.unit]) if both else None


def results_sheets(actor: Actor, from_: date, until: date) -> tuple[list[list[Any]], list[list[Any]], list[str]]:
    """Return the performance results of departments in a period as the two sheets of a wide table, and its indicators.

    Results of one indicator are added up; what was not reported stays empty. Two SQL statements. Raises NotPermitted.
    """
    if not may_read_measures(actor):
        raise NotPermitted("assessment.read_measures")
    departments = organisation.visible_units(actor).filter(as_department__isnull=False)
    facts = ledger.current_facts(actor, from_=from_, until=until, kinds=["performance.result"])
    facts = facts.filter(unit__in=departments)
    sums: dict[tuple[int, str], int] = {}
    for unit, attributes, quantity in facts.values_list("unit_id", "attributes", "quantity"):
        key = (unit, str(attributes.get("indicator", "")))
        sums[key] = sums.get(key, 0) + quantity
    indicators = sorted({indicator for _unit, indicator in sums})
    wanted = {unit for unit, _indicator in sums}
    units = departments.filter(pk__in=wanted).order_by("code")
    rows = [
        [code, name, klass or "", *(_result(sums.get((pk, one))) for one in indicators)]
        for pk, code, name, klass in units.values_list("pk", "code", "name", "as_department__klass")
    ]
    structure = [[one, one, "", 1, 1] for one in indicators]
    return rows, structure, indicators


def _result(quantity: int | None) -> float | None:
    return None if quantity is None else quantity / 1_000_000
