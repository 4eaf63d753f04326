"""What a run took from each unit: lost points by rule, and steps that lowered a grade."""

from plumbline.assessment.models import CompositeScore, GradeStep, NodeScore, NodeStatus, Round, RuleHit
from plumbline.assessment.queries.trees import NodeText, scheme_of, tree_of
from plumbline.assessment.rules.rectification import GRADE_STEPS, LeafResult, Loss, losses
from plumbline.kernel.numbers import BASIS


def leaves_of(round_: Round) -> dict[str, NodeText]:
    """Return the indicators of a round that have rules of their own and lose points: a bonus not had is no fault."""
    return {
        text.code: text for text in tree_of(round_.scheme_version) if not text.has_children and text.kind != "bonus"
    }


def weights_of(round_: Round, klass: str = "") -> dict[str, int]:
    """Return the weight with which each indicator comes into the score of a class, in basis points: that of its first level."""
    found: dict[str, int] = {}
    for text in tree_of(round_.scheme_version, klass):
        own = BASIS if text.weight is None else text.weight
        found[text.code] = own if text.depth == 0 else found[text.parent]
    return found


def losses_of(round_: Round, unit_id: int | None = None) -> list[tuple[int, Loss]]:
    """Return (unit, loss) for every point that the run in force did not give, by unit and in the order of the scheme.

    Two SQL statements, whatever the number of units, and one more where classes have weights of their own; ``unit_id`` keeps
    one of them.
    """
    leaves = leaves_of(round_)
    scope: dict[str, int] = {"run_id": round_.run_id or 0} | ({"unit_id": unit_id} if unit_id else {})
    klass_of = _classes(round_, scope)
    weights = {klass: weights_of(round_, klass) for klass in {"", *klass_of.values()}}
    hits: dict[tuple[int, str], dict[str, int | None]] = {}
    for unit, node, rule, applied in RuleHit.objects.filter(**scope).values_list("unit_id", "node", "rule", "applied"):
        hits.setdefault((unit, node), {})[rule] = applied
    found: dict[int, dict[str, tuple[Loss, ...]]] = {}
    for row in NodeScore.objects.filter(**scope, node__in=leaves).exclude(status=NodeStatus.NOT_APPLICABLE):
        leaf = leaves[row.node]
        own = hits.get((row.unit_id, row.node), {})
        found.setdefault(row.unit_id, {})[row.node] = losses(
            LeafResult(
                node=row.node, maximum=0 if leaf.kind == "deduction" else row.maximum, applied=row.applied,
                reported=row.status == NodeStatus.SCORED, weight=weights[klass_of.get(row.unit_id, "")][row.node],
                hits=tuple((rule.code, own[rule.code]) for rule in leaf.rules if rule.code in own),
            )
        )  # fmt: skip
    return [(unit, loss) for unit in sorted(found) for code in leaves for loss in found[unit].get(code, ())]


def _classes(round_: Round, scope: dict[str, int]) -> dict[int, str]:
    """Return the class of each unit, nothing where all classes have the same weights."""
    if not scheme_of(round_.scheme_version).profiles:
        return {}
    return dict(CompositeScore.objects.filter(**scope).values_list("unit_id", "klass"))


def lowered_by(round_: Round) -> list[tuple[int, str]]:
    """Return (unit, rule) for every gate, sub-score and veto that lowered a grade; one SQL statement."""
    rows = GradeStep.objects.filter(run_id=round_.run_id or 0, step__in=GRADE_STEPS).order_by("unit_id", "position")
    return [(row.unit_id, row.rule) for row in rows if row.before != row.after]
