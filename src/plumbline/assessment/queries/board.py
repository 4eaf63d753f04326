"""The board: every unit by the indicators of one level, as shares of what could be had."""

from dataclasses import dataclass

from plumbline.assessment import permissions
from plumbline.assessment.models import CompositeScore, NodeScore, NodeStatus, Round, RoundUnit
from plumbline.assessment.queries.results import ResultLine, lines
from plumbline.assessment.queries.rounds import own_units, round_for, rounds_with_results
from plumbline.assessment.queries.trees import NodeText, tree_of
from plumbline.kernel.actor import Actor
from plumbline.kernel.numbers import div_half_up

LARGEST = 300
"""How many units one board shows: beyond it nobody can read a heat map, and the table of results has pages."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What one unit has of one indicator: micro-points, and thousandths of the maximum; None where not scored."""

    title: str
    applied: int | None
    maximum: int | None
    share: int | None
    status: NodeStatus


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A unit and its cells in the order of the indicators."""

    line: ResultLine
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """What the board shows. ``parent`` is the indicator drilled into, None for the first level."""

    rounds: tuple[Round, ...]
    round: Round | None
    classes: tuple[str, ...]
    klass: str
    parent: NodeText | None
    indicators: tuple[NodeText, ...]
    rows: tuple[BoardRow, ...]
    total: int

    @property
    def lowest(self) -> int:
        """The lowest share on the board in thousandths, down to a full tenth: where the colours begin."""
        shares = [cell.share for row in self.rows for cell in row.cells if cell.share is not None]
        return min(min(shares, default=0) // 100 * 100, 900)

    @property
    def graded(self) -> bool:
        """True where the scheme gives grades."""
        return any(row.line.grade for row in self.rows)


def board(actor: Actor, *, round_id: int | None = None, klass: str = "", node: str = "") -> Board:
    """Return the board of a round (the newest one scored by default) for one class; at most eight SQL statements.

    Whoever reads only some units of the round sees their rows. Raises NotPermitted for a round out of reach.
    """
    scored = tuple(rounds_with_results(actor).select_related("scheme_version")[:50])
    if round_id is None and not scored:
        return Board((), None, (), "", None, (), (), 0)
    round_ = round_for(actor, round_id if round_id is not None else scored[0].pk)
    scope = CompositeScore.objects.filter(run_id=round_.run_id or 0)
    if not permissions.can_read_whole(actor, round_.committee.path):
        own = RoundUnit.objects.filter(own_units(actor), round=round_)
        scope = scope.filter(unit_id__in=own.values("unit_id"))
    classes = tuple(scope.order_by("klass").values_list("klass", flat=True).distinct())
    chosen = klass if klass in classes else (classes[0] if classes else "")
    parent, indicators = _level(round_, node)
    ranked = scope.filter(klass=chosen).order_by("rank", "unit_id")
    listed = lines(round_, ranked[:LARGEST])
    rows = _rows(round_, listed, indicators)
    total = len(listed) if len(listed) < LARGEST else ranked.count()
    return Board(scored, round_, classes, chosen, parent, indicators, rows, total)


def _level(round_: Round, node: str) -> tuple[NodeText | None, tuple[NodeText, ...]]:
    """The indicators below ``node``, or those of the first level where there is no such node or nothing below it."""
    tree = tree_of(round_.scheme_version)
    parent = next((text for text in tree if text.code == node), None)
    below = tuple(text for text in tree if parent is not None and text.parent == parent.code)
    return (parent, below) if below else (None, first_level(round_))


def first_level(round_: Round) -> tuple[NodeText, ...]:
    """Return the indicators of the first level."""
    return tuple(text for text in tree_of(round_.scheme_version) if text.depth == 0)


def _rows(round_: Round, listed: list[ResultLine], indicators: tuple[NodeText, ...]) -> tuple[BoardRow, ...]:
    scores = NodeScore.objects.filter(
        run_id=round_.run_id or 0,
        node__in=[text.code for text in indicators],
        unit_id__in=[line.unit_id for line in listed],
    )
    found = {(row.unit_id, row.node): row for row in scores}
    return tuple(
        BoardRow(line, tuple(_cell(text, found.get((line.unit_id, text.code))) for text in indicators))
        for line in listed
    )


def _cell(text: NodeText, row: NodeScore | None) -> Cell:
    if row is None:
        return Cell(text.title, None, None, None, NodeStatus.NOT_REPORTED)
    share = None
    if row.status == NodeStatus.SCORED and row.applied is not None and row.maximum:
        share = div_half_up(1000 * row.applied, row.maximum)
    return Cell(text.title, row.applied, row.maximum, share, NodeStatus(row.status))
