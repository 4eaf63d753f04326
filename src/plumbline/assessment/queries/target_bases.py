"""What the rule of suggested targets looks at: the results of a class at each indicator, and those of earlier rounds."""

from collections.abc import Mapping
from typing import Any

from plumbline.assessment.models import CompositeScore, NodeScore, NodeStatus, Round
from plumbline.assessment.queries.trees import tree_of
from plumbline.assessment.rules.rounds import RoundState
from plumbline.assessment.rules.targets import YEARS, ClassLine, Suggestion, class_line, scaled, suggest

RESULTS = (RoundState.SCORED.value, RoundState.PUBLIC.value, RoundState.FINAL.value)
Reached = dict[str, dict[int, int | None]]
"""By indicator and unit: micro-points, None where nothing was reported; what does not apply is left out."""


def target_leaves(round_: Round) -> dict[str, int]:
    """Return the indicators that have targets, those of the base with rules of their own, with their maxima."""
    return {
        text.code: text.maximum
        for text in tree_of(round_.scheme_version)
        if not text.has_children and not text.kind_title and text.maximum
    }


def suggestions_of(round_: Round) -> dict[tuple[int, str], Suggestion]:
    """Return the suggested target of every unit at every indicator that applies to it; five SQL statements."""
    leaves = target_leaves(round_)
    classes = dict(CompositeScore.objects.filter(run_id=round_.run_id or 0).values_list("unit_id", "klass"))
    reached = _reached(round_.run_id or 0, leaves)
    earlier = _earlier(round_, leaves)
    found: dict[tuple[int, str], Suggestion] = {}
    for node, maximum in leaves.items():
        lines = _lines(reached.get(node, {}), classes)
        for unit_id, own in sorted(reached.get(node, {}).items()):
            found[unit_id, node] = suggest(
                own=own, earlier=earlier.get((unit_id, node), ()), line=lines[classes.get(unit_id, "")], maximum=maximum
            )
    return found


def _reached(run_id: int, leaves: Mapping[str, int]) -> Reached:
    found: Reached = {}
    rows = NodeScore.objects.filter(run_id=run_id, node__in=leaves).exclude(status=NodeStatus.NOT_APPLICABLE)
    for unit_id, node, applied, status in rows.values_list("unit_id", "node", "applied", "status"):
        found.setdefault(node, {})[unit_id] = applied if status == NodeStatus.SCORED else None
    return found


def _lines(reached: Mapping[int, int | None], classes: Mapping[int, str]) -> dict[str, ClassLine]:
    """Return what each class reached; a class of which nobody reported has an empty line."""
    values: dict[str, list[int]] = {}
    for unit_id, own in reached.items():
        values.setdefault(classes.get(unit_id, ""), []).extend([] if own is None else [own])
    return {klass: class_line(found) if found else ClassLine(0, 0, 0, 0) for klass, found in values.items()}


def _earlier(round_: Round, leaves: Mapping[str, int]) -> dict[tuple[int, str], list[int]]:
    """Return earlier results at today's maxima, the oldest first: the last rounds of this committee and scheme."""
    rounds = Round.objects.filter(
        committee_id=round_.committee_id, scheme_version__scheme_id=round_.scheme_version.scheme_id,
        until_on__lt=round_.from_on, state__in=RESULTS,
    ).order_by("-until_on", "-pk")  # fmt: skip
    runs = [run_id for run_id in reversed(rounds.values_list("run_id", flat=True)[:YEARS]) if run_id]
    rows = NodeScore.objects.filter(run_id__in=runs, node__in=leaves, status=NodeStatus.SCORED)
    by_run: dict[tuple[int, str], dict[int, int]] = {}
    for run_id, unit_id, node, applied, maximum in rows.values_list("run_id", "unit_id", "node", "applied", "maximum"):
        if maximum and applied is not None:
            by_run.setdefault((unit_id, node), {})[run_id] = scaled(applied, maximum, leaves[node])
    return {key: [values[run] for run in runs if run in values] for key, values in by_run.items()}


def basis_of(found: Suggestion) -> dict[str, Any]:
    """Return what a suggestion looked at as plain data, kept beside the target."""
    line = found.line
    return {
        "aim": found.aim.value, "bounded": found.bounded, "own": found.own, "trend": found.trend,
        "maximum": found.maximum, "size": line.size, "median": line.median, "upper": line.upper, "best": line.best,
    }  # fmt: skip
