"""A scheme: the tree of indicators with their rules, and the way from score to grade."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from pydantic import Field

from plumbline.assessment.rules.scheme.base import Read
from plumbline.assessment.rules.scheme.grading import (
    STEPS,
    Band,
    Condition,
    Direct,
    Gate,
    Metric,
    Quota,
    StepName,
    Veto,
)
from plumbline.assessment.rules.scheme.rules import Rule
from plumbline.assessment.rules.scheme.values import Label, Part, Points, Share, Source, Text, Words
from plumbline.kernel.numbers import BASIS

NotApplicable = Literal["full", "none", "class_average", "reweight"]
"""What an exempted unit has of an indicator (DOMAIN 1.1 R16).

``full``: all its points; ``none``: no points; ``class_average``: the mean of the scored units of its class, rounded half up
(full points where nobody is scored); ``reweight``: its points are spread over what applies in the same group.
"""


class NodeKind(StrEnum):
    """How a node counts: within the base, as a bonus on top, or as a deduction from the sum."""

    BASE = "base"
    BONUS = "bonus"
    DEDUCTION = "deduction"


class Node(Part):
    """An indicator, or a group of them. ``points`` is the most it can give (the most it can take, of a deduction).

    ``points`` of a bonus or deduction may be left out: then it counts as it is. ``start`` says from where a leaf counts; left
    out, deducting rules start from full points and awarding rules from zero. ``weight`` applies to first-level nodes.
    ``not_applicable`` is what exempted units have; left out, the group above says it, at last the scheme.
    ``beyond_ceiling`` lets a bonus of the first level pass the ceiling of the whole (R17).
    """

    code: Label = Field(pattern=r"^[^\s/]([^/]*[^\s/])?$")
    name: Text
    kind: NodeKind = NodeKind.BASE
    points: Points | None = None
    weight: Share = "1"
    start: Literal["full", "zero"] | None = None
    not_applicable: NotApplicable | None = None
    beyond_ceiling: bool = False
    owner: Text = Words()
    rules: list[Rule] = Field(default_factory=list)
    children: list["Node"] = Field(default_factory=list)

    @property
    def starts_full(self) -> bool:
        """True where a leaf of the base begins with its full points and loses some."""
        if self.start is not None:
            return self.start == "full"
        return self.kind is NodeKind.BASE and bool(self.rules) and all(rule.takes for rule in self.rules)


class Profile(Part):
    """The weights of the first level for some classes of a round (DOMAIN 1.2: component weights differ from class to class).

    ``classes`` are named as rounds name them. ``weights`` go in place of those of the indicators named; the others keep their
    own. A profile without weights names the classes that keep the scheme's own.
    """

    code: Label
    name: Text
    classes: list[Label] = Field(min_length=1)
    weights: dict[Label, Share] = Field(default_factory=dict)


GradedBy = Literal["score", "without_bonus"]
"""Which points the bands look at: the whole score, or what it would be without any bonus (DOMAIN 1.3, branch quarterly)."""


class Scheme(Part):
    """A scheme of assessment, as a committee issues it; a changed one is a new version.

    ``ceiling`` is the most that the whole can be, bonuses included, unless they are ``beyond_ceiling``. ``steps`` is the order
    from score to grade; steps that it leaves out have nothing to do. ``graded_by`` says which points the bands look at; places
    (ranks, quotas, last places) always go by the score.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9_]{1,79}$")
    title: Text
    year: int | None = Field(default=None, ge=1990, le=2200)
    about: Text = Words()
    assesses: Literal["organisation", "department", "any"] = "any"
    total: Points | None = None
    ceiling: Points | None = None
    not_applicable: NotApplicable = "full"
    tree: list[Node] = Field(min_length=1)
    profiles: list[Profile] = Field(default_factory=list)
    graded_by: GradedBy = "score"
    bands: list[Band] = Field(default_factory=list)
    gates: list[Gate] = Field(default_factory=list)
    direct: list[Direct] = Field(default_factory=list)
    conditions: list[Condition] = Field(default_factory=list)
    vetoes: list[Veto] = Field(default_factory=list)
    quotas: list[Quota] = Field(default_factory=list)
    steps: list[StepName] = Field(default_factory=lambda: list(STEPS), min_length=1)

    def walk(self) -> Iterator[tuple[Node, Node | None, int]]:
        """Yield (node, parent, depth) from the top, in the order of the document; depth 0 is the first level."""

        def down(nodes: list[Node], parent: Node | None, depth: int) -> Iterator[tuple[Node, Node | None, int]]:
            for node in nodes:
                yield node, parent, depth
                yield from down(node.children, node, depth + 1)

        yield from down(self.tree, None, 0)

    def rules(self) -> Iterator[tuple[str, Node, Rule]]:
        """Yield (rule id, node, rule): the id is the node's code and the place in it, such as ``2.1/1``."""
        for node, _parent, _depth in self.walk():
            for place, rule in enumerate(node.rules, start=1):
                yield f"{node.code}/{place}", node, rule

    def reads(self) -> Iterator[Read]:
        """Yield every source with the attributes that are read from its facts beside the filter."""
        for _id, node, rule in self.rules():
            yield from rule.reads(self.code, node.code)
        for metric in self.metrics():
            yield Read("metric", metric.source, (metric.attribute,))
        for source in self.causes():
            yield Read("source", source)

    def causes(self) -> Iterator[Source]:
        """Yield the sources of direct qualifications, extra conditions and vetoes."""
        yield from (one.source for one in self.direct)
        yield from (one.source for one in self.conditions)
        yield from (one.source for one in self.vetoes if one.source is not None)

    def metrics(self) -> Iterator[Metric]:
        """Yield the metrics of the gates."""
        for gate in self.gates:
            yield gate.metric

    def kinds_used(self) -> tuple[str, ...]:
        """Return the fact kinds that the scheme looks at, sorted."""
        return tuple(sorted({read.source.kind for read in self.reads()}))

    def attributes_used(self) -> tuple[str, ...]:
        """Return the attributes of facts that the scheme looks at, sorted: the snapshot carries a column for each."""
        reads = list(self.reads())
        names = {name for read in reads for name in read.source.where}
        return tuple(sorted(names | {name for read in reads for name in read.attributes}))

    def base_points(self) -> Decimal:
        """Return the sum of the first level's base points."""
        return sum((node.points or Decimal(0) for node in self.tree if node.kind is NodeKind.BASE), Decimal(0))

    def profile_of(self, klass: str) -> Profile | None:
        """Return the profile of weights of a class; None where no profile names it: it has the scheme's own weights."""
        return next((profile for profile in self.profiles if klass in profile.classes), None)

    def weights(self, profile: Profile | None = None) -> Mapping[str, int]:
        """Return the weights of the first level by code, in basis points, for a profile or (None) the scheme's own."""
        given = {} if profile is None else profile.weights
        return {node.code: int(Fraction(given.get(node.code, node.weight)) * BASIS) for node in self.tree}

    def for_class(self, klass: str) -> "Scheme":
        """Return the scheme as it is for one class: its weights stand in the tree, and there are no profiles left."""
        if not self.profiles:
            return self
        profile = self.profile_of(klass)
        given = {} if profile is None else profile.weights
        tree = [node.model_copy(update={"weight": given.get(node.code, node.weight)}) for node in self.tree]
        return self.model_copy(update={"tree": tree, "profiles": []})

    def strange_classes(self, classes: Iterable[str]) -> tuple[str, ...]:
        """Return the classes that no profile names although the scheme has profiles, sorted.

        Which weights would they have? Such a round is neither opened nor frozen.
        """
        known = {klass for profile in self.profiles for klass in profile.classes}
        return tuple(sorted(set(classes) - known)) if self.profiles else ()
