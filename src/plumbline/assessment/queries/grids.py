"""A result as one grid: every unit with what it has of every indicator, for files that are calculated again."""

from collections.abc import Mapping
from dataclasses import dataclass

from plumbline.assessment import permissions
from plumbline.assessment.models import GradeStep, NodeScore, Round
from plumbline.assessment.queries.explanation import step_title
from plumbline.assessment.queries.results import ResultLine, all_lines
from plumbline.assessment.queries.rounds import round_for
from plumbline.assessment.queries.trees import NodeText, scheme_of, tree_of
from plumbline.assessment.rules import recomputing
from plumbline.assessment.rules.explain import grade_words
from plumbline.assessment.rules.scheme import Scheme, micro
from plumbline.kernel.actor import Actor


@dataclass(frozen=True, slots=True)
class GridRow:
    """One unit: what it has of each indicator in micro-points, None where it was not reported; ``gone`` what is spread."""

    line: ResultLine
    applied: Mapping[str, int | None]
    gone: frozenset[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """All units of a round; ``bands`` are (least micro-points, grade in words), the lowest first."""

    round: Round
    scheme: Scheme
    nodes: tuple[NodeText, ...]
    rows: tuple[GridRow, ...]
    bands: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What decided the grades of a round: by the score alone, and how many grades each further step changed."""

    graded: int
    alone: int
    steps: tuple[tuple[str, int], ...]


def decided(actor: Actor, round_: Round) -> Decided:
    """Return what decided the grades; one SQL statement. Raises NotPermitted for those who read only a part."""
    permissions.check_read_whole(actor, round_.committee.path, f"round:{round_.pk}")
    rows = GradeStep.objects.filter(run_id=round_.run_id or 0).order_by("unit_id", "position")
    counts: dict[str, int] = {}
    graded: set[int] = set()
    moved: set[int] = set()
    for unit, step, before, after in rows.values_list("unit_id", "step", "before", "after"):
        graded.add(unit)
        if step != "score" and before != after:
            counts[step] = counts.get(step, 0) + 1
            moved.add(unit)
    return Decided(len(graded), len(graded - moved), tuple((step_title(step), n) for step, n in counts.items()))


def grid(actor: Actor, round_id: int) -> Grid:
    """Return the whole result of a round; four SQL statements. Raises NotPermitted for those who read only a part."""
    round_ = round_for(actor, round_id)
    listed = all_lines(actor, round_)
    scheme = scheme_of(round_.scheme_version)
    where = recomputing.layout(scheme, sheet="", first=1)
    applied: dict[int, dict[str, int | None]] = {}
    gone: dict[int, set[str]] = {}
    scores = NodeScore.objects.filter(run_id=round_.run_id or 0).values_list("unit_id", "node", "applied", "status")
    for unit, node, points, status in scores:
        applied.setdefault(unit, {})[node] = None if status == "not_reported" else points
        if status == "not_applicable" and where.columns[node].spread and not where.columns[node].node.children:
            gone.setdefault(unit, set()).add(node)
    rows = tuple(
        GridRow(
            line, applied.get(line.unit_id, {}), recomputing.gone_wholly(where, frozenset(gone.get(line.unit_id, ())))
        )
        for line in listed
    )
    bands = [(micro(band.min), grade_words(scheme, band.grade)) for band in reversed(scheme.bands)]
    return Grid(round_, scheme, tree_of(round_.scheme_version), rows, tuple(bands))
