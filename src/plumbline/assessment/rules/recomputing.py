"""A result as formulas of a spreadsheet: what an officer changes in a leaf moves the groups, the score, the rank and the grade.

The sheet of the scheme holds points and weights, one row for each indicator; the sheet of results one column for each. Rounding
is that of the scoring: integers of millionths, half away from zero, which is what ``ROUND`` of a spreadsheet does. Gates, vetoes
and quotas stay with the official grade: they look at facts that are not in the sheet.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from plumbline.assessment.rules.scheme import Node, NodeKind, Scheme
from plumbline.kernel.numbers import BASIS, MICRO
from plumbline.kernel.tables import letter

POINTS, WEIGHTS = "D", 5
"""Columns of the sheet of the scheme: the most points of an indicator, and from which number on its weights in ten-thousandths
stand: the scheme's own, then one for each profile of classes.
"""
FIRST = 2
"""The first row below the headings, in both sheets."""
GONE = "n/a"
"""What stands in the cell of an indicator that does not apply and whose points are spread (R16)."""


@dataclass(frozen=True, slots=True)
class Column:
    """An indicator: its place in both sheets, its parts, and whether its points are spread where it does not apply."""

    node: Node
    parent: str
    depth: int
    row: int
    letter: str
    spread: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands: columns by code, the sheet of the scheme by its quoted name, rows of the results."""

    scheme: Scheme
    columns: Mapping[str, Column]
    sheet: str

    def points(self, code: str) -> str:
        """Return the reference to the most points of an indicator."""
        return f"{self.sheet}${POINTS}${self.columns[code].row}"

    def weight(self, code: str, klass: str) -> str:
        """Return the reference to the weight that an indicator has in a class."""
        named = [place for place, one in enumerate(self.scheme.profiles, start=1) if klass in one.classes]
        return f"{self.sheet}${letter(WEIGHTS + (named[0] if named else 0))}${self.columns[code].row}"


def layout(scheme: Scheme, *, sheet: str, first: int) -> Layout:
    """Return the layout of a scheme: indicators begin in column ``first`` (1 is A); ``sheet`` is the title of the scheme's."""
    columns: dict[str, Column] = {}
    declared: dict[str, str] = {}
    for place, (node, parent, depth) in enumerate(scheme.walk()):
        declared[node.code] = node.not_applicable or (declared[parent.code] if parent else scheme.not_applicable)
        spread = declared[node.code] == "reweight" and node.kind is NodeKind.BASE
        columns[node.code] = Column(
            node, parent.code if parent else "", depth, FIRST + place, letter(first + place), spread
        )
    quoted = sheet.replace("'", "''")
    return Layout(scheme, columns, f"'{quoted}'!")


def group_formula(where: Layout, code: str, row: int, gone: frozenset[str]) -> str:
    """Return the formula of a group: its parts added up, spread over what applies, held within its points.

    ``gone`` are the indicators whose points are spread, groups that are gone as a whole among them.
    """
    node = where.columns[code].node
    parts = [f"{where.columns[child.code].letter}{row}" for child in node.children]
    raw = f"SUM({','.join(parts)})"
    away = [where.points(child.code) for child in node.children if child.code in gone]
    if away and code not in gone:
        most = where.points(code)
        raw = f"ROUND(ROUND(MAX(0,{raw})*{MICRO},0)*{most}/({most}-{'-'.join(away)}),0)/{MICRO}"
    return f"={_within(where, node, raw)}"


def _within(where: Layout, node: Node, raw: str) -> str:
    most = None if node.points is None else where.points(node.code)
    if node.kind is NodeKind.DEDUCTION:
        held = f"MIN(0,{raw})"
        return held if most is None else f"MAX(-{most},{held})"
    held = f"MAX(0,{raw})"
    return held if most is None else f"MIN({most},{held})"


def gone_wholly(where: Layout, gone: frozenset[str]) -> frozenset[str]:
    """Add to the leaves that are gone the groups of which nothing is left."""
    found = set(gone)
    for code, column in reversed(list(where.columns.items())):
        children = column.node.children
        points = column.node.points
        if children and points is not None:
            away = sum((child.points or Decimal(0) for child in children if child.code in found), Decimal(0))
            if away and away >= points:
                found.add(code)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Member:
    """A unit in the sheet of results: its row, its class, and the indicators whose points are spread for it."""

    row: int
    klass: str
    gone: frozenset[str]


def score_formula(where: Layout, unit: Member) -> str:
    """Return the formula of the whole: the first level by its weights, spread, under the ceiling, with what lies beyond it."""
    inner = _sum(where, unit, lambda node: node.kind is not NodeKind.BASE and not node.beyond_ceiling)
    beyond = _sum(where, unit, lambda node: node.kind is not NodeKind.BASE and node.beyond_ceiling)
    inside = f"{_base(where, unit)}+{inner}"
    if where.scheme.ceiling is not None:
        inside = f"MIN({where.scheme.ceiling:f},{inside})"
    return f"=ROUND({inside}+{beyond},6)"


def graded_points(where: Layout, unit: Member, score: str) -> str:
    """Return what the bands look at: the cell of the score, or, where the bonus is left out, the sum of all else."""
    if where.scheme.graded_by == "score":
        return f"{score}{unit.row}"
    taken = _sum(where, unit, lambda node: node.kind is NodeKind.DEDUCTION)
    return f"ROUND({_base(where, unit)}+{taken},6)"


def _base(where: Layout, unit: Member) -> str:
    base = _sum(where, unit, lambda node: node.kind is NodeKind.BASE)
    shares = _shares(where.scheme, unit.klass)
    all_, away = sum(shares.values()), sum(shares.get(code, 0) for code in unit.gone)
    return f"ROUND(ROUND(MAX(0,{base})*{MICRO},0)*{all_}/{all_ - away},0)/{MICRO}" if 0 < away < all_ else base


def _sum(where: Layout, unit: Member, wanted: Callable[[Node], bool]) -> str:
    terms = [
        f"ROUND(ROUND(N({where.columns[node.code].letter}{unit.row})*{MICRO},0)*{where.weight(node.code, unit.klass)}/{BASIS},0)"
        f"/{MICRO}"
        for node in where.scheme.tree if wanted(node)
    ]  # fmt: skip
    return f"({'+'.join(terms)})" if terms else "0"


def _shares(scheme: Scheme, klass: str) -> dict[str, int]:
    """Return the weights of the base parts of the first level in the whole of a class."""
    weights = scheme.weights(scheme.profile_of(klass))
    return {
        node.code: int(Fraction(node.points) * MICRO) * weights[node.code]
        for node in scheme.tree if node.kind is NodeKind.BASE and node.points
    }  # fmt: skip


def rank_formula(score: str, klass: str, row: int, last: int) -> str:
    """Return the formula of the rank within the class: how many of it score more, and one."""
    scores, classes = (f"${column}${FIRST}:${column}${last}" for column in (score, klass))
    return f'=COUNTIFS({classes},{klass}{row},{scores},">"&{score}{row})+1'


def grade_formula(points: str, sheet: str, bands: int) -> str:
    """Return the formula of the grade by points alone; ``sheet`` lists the least points of each grade, the lowest first."""
    quoted = "'" + sheet.replace("'", "''") + "'!"
    least, names = (f"{quoted}${column}${FIRST}:${column}${FIRST + bands - 1}" for column in ("A", "B"))
    return f'=IFERROR(LOOKUP({points},{least},{names}),"")'


def agrees_formula(score: str, official: str, row: int) -> str:
    """Return the formula that says whether the score in the sheet is the official one."""
    return f'=IF(ROUND({score}{row}-{official}{row},6)=0,"=","≠")'
