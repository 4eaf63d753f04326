"""Why a unit has its score: the tree with every rule in words, what it found, and the facts it counted."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plumbline.assessment import permissions
from plumbline.assessment.models import (
    CompositeScore,
    CountedFact,
    GradeStep,
    Inapplicable,
    NodeScore,
    NodeStatus,
    Round,
    RoundUnit,
    RuleHit,
)
from plumbline.assessment.queries.rounds import round_for
from plumbline.assessment.queries.trees import (
    NodeText,
    RuleText,
    kind_title,
    profile_title,
    scheme_of,
    scheme_title,
    total_of,
    tree_of,
)
from plumbline.assessment.rules.explain import Hit, grade_words, hit_words, points, step_words
from plumbline.kernel.actor import Actor, NotPermitted
from plumbline.kernel.numbers import BASIS, div_half_up
from plumbline.ledger import api as ledger

FIRST = 5
"""How many facts of a rule the explanation links by itself; all of them stand on the page of the indicator."""


@dataclass(frozen=True, slots=True)
class FactLink:
    """A counted fact and its day."""

    fact_id: int
    occurred_on: date

    @property
    def url(self) -> str:
        """The fact's page in the ledger."""
        return f"/facts/{self.fact_id}/"


@dataclass(frozen=True, slots=True)
class RuleView:
    """What one rule did for the unit: in words, in micro-points before and after its cap, and the facts it counted.

    ``first_facts`` are up to FIRST of them, to be linked on the page itself.
    """

    text: RuleText
    found: str
    raw: int | None
    applied: int | None
    facts: int
    first_facts: tuple[FactLink, ...]


@dataclass(frozen=True, slots=True)
class NodeView:
    """One indicator of the tree with its score in micro-points; ``reason`` says why it does not apply."""

    text: NodeText
    status: NodeStatus
    raw: int | None
    applied: int | None
    maximum: int | None
    rules: tuple[RuleView, ...]
    facts: int
    reason: str


@dataclass(frozen=True, slots=True)
class Part:
    """What one indicator of the first level adds to the score, in micro-points; the parts add up exactly.

    ``weight`` is in basis points, None where it is whole; then ``points`` are ``applied`` times it.
    """

    code: str
    title: str
    points: int
    note: str
    applied: int = 0
    weight: int | None = None


@dataclass(frozen=True, slots=True)
class StepView:
    """One step from score to grade, with its because."""

    title: str
    words: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class CountedFactView:
    """A fact that counted under a node."""

    fact_id: int
    kind: str
    occurred_on: date
    quantity: int
    source: str
    rule: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The page of one unit in a round; ``nodes`` in the order of the tree, the root first.

    ``profile`` names the weights of the class where it has its own.
    """

    round: Round
    unit_id: int
    unit_name: str
    klass: str
    profile: str
    class_size: int | None
    score: int | None
    rank: int | None
    grade: str
    maximum: int
    parts: tuple[Part, ...]
    nodes: tuple[NodeView, ...]
    steps: tuple[StepView, ...]
    whole: bool

    @property
    def scheme_title(self) -> str:
        """The title of the scheme in the language of the moment."""
        return scheme_title(self.round.scheme_version)


def round_unit_for(actor: Actor, round_: Round, unit_id: int) -> RoundUnit:
    """Return the unit in the round where the actor may read its explanation; raises NotPermitted, also for none."""
    found = RoundUnit.objects.select_related("unit").filter(round=round_, unit_id=unit_id).first()
    subject = f"round:{round_.pk}/unit:{unit_id}"
    if found is None:
        raise NotPermitted("assessment.read_explanation", subject)
    permissions.check_read_unit(actor, round_, found.unit.path, subject)
    return found


def explain(actor: Actor, *, round_id: int, unit_id: int) -> Explanation:
    """Return why the unit has its score in the run in force; at most nine SQL statements. Raises NotPermitted.

    Without a run the tree stands there with its rules and no scores.
    """
    round_ = round_for(actor, round_id)
    member = round_unit_for(actor, round_, unit_id)
    whole = permissions.can_read_whole(actor, round_.committee.path)
    composite = CompositeScore.objects.filter(run_id=round_.run_id, unit_id=unit_id).first() if round_.run_id else None
    klass = composite.klass if composite else member.klass
    nodes = _nodes(round_, unit_id, klass)
    see_class = whole or round_.open_table
    return Explanation(
        round=round_,
        unit_id=unit_id,
        unit_name=str(member.unit.name),
        klass=klass,
        profile=profile_title(round_.scheme_version, klass),
        class_size=_class_size(round_, klass) if see_class else None,
        score=composite.score if composite else None,
        rank=composite.rank if composite and see_class else None,
        grade=grade_words(scheme_of(round_.scheme_version), composite.grade) if composite else "",
        maximum=total_of(round_.scheme_version),
        parts=_parts(nodes, composite.score) if composite and composite.score is not None else (),
        nodes=nodes,
        steps=_steps(round_, unit_id),
        whole=whole,
    )


def _parts(nodes: tuple[NodeView, ...], score: int) -> tuple[Part, ...]:
    """The first level with its weights, rounded as the scoring rounds each of them, and what the whole adds or cuts.

    Points of what does not apply are spread over the rest (R16), points above the ceiling are not counted (R17).
    """
    parts = tuple(
        Part(
            code=node.text.code,
            title=node.text.title,
            points=div_half_up(node.applied * (BASIS if node.text.weight is None else node.text.weight), BASIS),
            note=kind_title(node.text.kind),
            applied=node.applied,
            weight=node.text.weight,
        )
        for node in nodes
        if node.text.depth == 0 and node.applied is not None
    )
    rest = score - sum(part.points for part in parts)
    if not rest:
        return parts
    spread, above = _("Points of what does not apply, spread over the rest"), _("Above the ceiling, not counted")
    return (*parts, Part(code="", title=spread if rest > 0 else above, points=rest, note=""))


@dataclass(frozen=True, slots=True)
class CountedPage:
    """One page of the facts that counted under one indicator for one unit."""

    round: Round
    unit: RoundUnit
    node: NodeText
    page: Page[Any]


def counted_facts(
    actor: Actor, *, round_id: int, unit_id: int, node: str, rule: str = "", page: int = 1
) -> CountedPage:
    """Return one page of the facts that counted for the unit under a node, or under one of its rules.

    At most six SQL statements. Raises NotPermitted, also where the scheme has no such node.
    """
    round_ = round_for(actor, round_id)
    member = round_unit_for(actor, round_, unit_id)
    text = next((entry for entry in tree_of(round_.scheme_version) if entry.code == node), None)
    if text is None:
        raise NotPermitted("assessment.read_explanation", f"round:{round_id}/node:{node}")
    rows = CountedFact.objects.filter(run_id=round_.run_id or 0, unit_id=unit_id, node=node).order_by("fact_id", "rule")
    if rule:
        rows = rows.filter(rule=rule)
    found = Paginator(rows, 50).get_page(page)
    found.object_list = _described(found.object_list, text)  # type: ignore[assignment]
    return CountedPage(round_, member, text, found)


def _described(rows: Iterable[CountedFact], node: NodeText) -> list[CountedFactView]:
    listed = list(rows)
    words = {rule.code: rule.words for rule in node.rules}
    wanted = {row.fact_id for row in listed}
    # The actor may read the explanation, so the facts counted in it too; the ledger's own page checks again.
    facts = {fact.pk: fact for fact in ledger.visible_facts(Actor.system("assessment")).filter(pk__in=wanted)}
    return [
        CountedFactView(
            row.fact_id, facts[row.fact_id].kind, facts[row.fact_id].occurred_on, facts[row.fact_id].quantity,
            facts[row.fact_id].source, words.get(row.rule, row.rule),
        )
        for row in listed
    ]  # fmt: skip


def _class_size(round_: Round, klass: str) -> int:
    if round_.run_id is None:
        return RoundUnit.objects.filter(round=round_, klass=klass).count()
    return CompositeScore.objects.filter(run_id=round_.run_id, klass=klass).count()


def _nodes(round_: Round, unit_id: int, klass: str) -> tuple[NodeView, ...]:
    scope = {"run_id": round_.run_id or 0, "unit_id": unit_id}
    found = _Found(
        scores={row.node: row for row in NodeScore.objects.filter(**scope)},
        hits={row.rule: row for row in RuleHit.objects.filter(**scope)},
        counts=dict(CountedFact.objects.filter(**scope).values_list("rule").annotate(n=Count("pk"))),
        links=_links(round_, unit_id),
        reasons=dict(Inapplicable.objects.filter(round=round_, unit_id=unit_id).values_list("node", "reason")),
    )
    texts = tree_of(round_.scheme_version, klass)
    for text in texts:
        row = found.scores.get(text.code)
        found.parts[text.parent] = found.parts.get(text.parent, 0) + ((row.applied if row else None) or 0)
    return tuple(_node_view(text, found) for text in texts)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the run stored for one unit, by node and by rule."""

    scores: dict[str, NodeScore]
    hits: dict[str, RuleHit]
    counts: dict[str, int]
    links: dict[str, list[FactLink]]
    reasons: dict[str, str]
    parts: dict[str, int] = field(default_factory=dict)
    """What the parts of each group gave together."""


def _links(round_: Round, unit_id: int) -> dict[str, list[FactLink]]:
    """The first facts of every rule; two SQL statements however many rules there are."""
    placed = CountedFact.objects.filter(run_id=round_.run_id or 0, unit_id=unit_id).annotate(
        place=Window(RowNumber(), partition_by="rule", order_by="fact_id")
    )
    first = list(placed.filter(place__lte=FIRST).values_list("rule", "fact_id"))
    wanted = {fact_id for _rule, fact_id in first}
    facts = ledger.visible_facts(Actor.system("assessment")).filter(pk__in=wanted)
    days = dict(facts.values_list("pk", "occurred_on"))
    links: dict[str, list[FactLink]] = {}
    for rule, fact_id in sorted(first):
        links.setdefault(rule, []).append(FactLink(fact_id, days[fact_id]))
    return links


def _node_view(text: NodeText, found: _Found) -> NodeView:
    score = found.scores.get(text.code)
    views = tuple(_rule_view(rule, found) for rule in text.rules)
    return NodeView(
        text=text,
        status=NodeStatus(score.status) if score else NodeStatus.NOT_REPORTED,
        raw=score.raw if score else None,
        applied=score.applied if score else None,
        maximum=score.maximum if score else text.maximum,
        rules=views,
        facts=sum(view.facts for view in views),
        reason=found.reasons.get(text.code, "") or _spread(text, score, found),
    )


def _spread(text: NodeText, score: NodeScore | None, found: _Found) -> str:
    """Say where a group has more than its parts: the points of what does not apply are spread over the rest (R16)."""
    if score is None or not text.has_children or (score.raw or 0) <= found.parts[text.code]:
        return ""
    told = _("What applies gave {points}; the points of what does not apply are spread over it.")
    return told.format(points=points(found.parts[text.code]))


def _rule_view(text: RuleText, found: _Found) -> RuleView:
    row, links = found.hits.get(text.code), tuple(found.links.get(text.code, ()))
    facts = found.counts.get(text.code, 0)
    if row is None:
        return RuleView(text, "", None, None, facts, links)
    words = hit_words(text.rule, Hit(row.hits, row.quantity, row.raw, row.applied, row.part))
    return RuleView(text, words, row.raw, row.applied, facts, links)


_STEPS = {
    "score": gettext_lazy("Score"),
    "gate": gettext_lazy("Gate"),
    "bar": gettext_lazy("Sub-score"),
    "direct": gettext_lazy("Direct qualification"),
    "condition": gettext_lazy("Extra condition"),
    "veto": gettext_lazy("Veto"),
    "quota": gettext_lazy("Quota"),
}


def _steps(round_: Round, unit_id: int) -> tuple[StepView, ...]:
    scheme = scheme_of(round_.scheme_version)
    rows = GradeStep.objects.filter(run_id=round_.run_id or 0, unit_id=unit_id).order_by("position")
    return tuple(
        StepView(
            step_title(row.step),
            step_words(
                scheme, step=row.step, rule=row.rule, before=row.before, after=row.after,
                numerator=row.numerator or 0, denominator=row.denominator or 0,
            ),
            grade_words(scheme, row.before),
            grade_words(scheme, row.after),
        )
        for row in rows
    )  # fmt: skip


def step_title(step: str) -> str:
    """Return what a step from score to grade is called."""
    return str(_STEPS.get(step, step))
