"""Weights by class: which profile each class of a round has, and all profiles of a scheme side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import get_language

from plumbline.assessment.models import Round, RoundUnit, SchemeVersion
from plumbline.assessment.queries.partition import KINDS
from plumbline.assessment.queries.rounds import class_counts
from plumbline.assessment.queries.trees import NodeText, scheme_of, tree_of
from plumbline.assessment.rules import scheme as schemes


@dataclass(frozen=True, slots=True)
class ProfileColumn:
    """A set of weights: its name ("" for the scheme's own), the classes that have it, basis points by indicator.

    ``stated`` are the indicators whose weights it states itself.
    """

    name: str
    classes: tuple[str, ...]
    weights: Mapping[str, int]
    stated: frozenset[str]


@dataclass(frozen=True, slots=True)
class ProfileTable:
    """The first level with its weights in every profile; the first column is the scheme's own."""

    nodes: tuple[NodeText, ...]
    columns: tuple[ProfileColumn, ...]

    @property
    def rows(self) -> tuple[tuple[NodeText, tuple[tuple[ProfileColumn, int, bool], ...]], ...]:
        """Each indicator with (column, basis points, whether the column states it)."""
        return tuple(
            (node, tuple((one, one.weights[node.code], node.code in one.stated) for one in self.columns))
            for node in self.nodes
        )


@dataclass(frozen=True, slots=True)
class ClassWeights:
    """A class of a round: its units, its set of weights, None where no profile names the class.

    ``cells`` are the first level's (title, basis points).
    """

    klass: str
    units: int
    column: ProfileColumn | None
    cells: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, slots=True)
class RoundWeights:
    """The weights of a round by class. ``choices`` are the classes that profiles name."""

    nodes: tuple[NodeText, ...]
    classes: tuple[ClassWeights, ...]
    choices: tuple[str, ...]

    @property
    def strange(self) -> tuple[str, ...]:
        """The classes that no profile names."""
        return tuple(one.klass for one in self.classes if one.column is None)


def profile_table(version: SchemeVersion) -> ProfileTable | None:
    """Return the profiles of a scheme side by side, None where it has none; at most one SQL statement."""
    scheme = scheme_of(version)
    if not scheme.profiles:
        return None
    nodes = tuple(text for text in tree_of(version) if text.depth == 0)
    own = ProfileColumn("", (), scheme.weights(), frozenset(scheme.weights()))
    return ProfileTable(nodes, (own, *(_column(scheme, profile) for profile in scheme.profiles)))


def _column(scheme: schemes.Scheme, profile: schemes.Profile) -> ProfileColumn:
    name = schemes.say(profile.name, get_language() or "en") or profile.code
    return ProfileColumn(name, tuple(profile.classes), scheme.weights(profile), frozenset(profile.weights))


def round_weights(round_: Round) -> RoundWeights | None:
    """Return which weights each class of a round has, None where its scheme has no profiles; at most two SQL statements."""
    table = profile_table(round_.scheme_version)
    if table is None:
        return None
    by_class = {klass: column for column in table.columns for klass in column.classes}
    classes = tuple(_class(one.klass, one.units, by_class.get(one.klass), table.nodes) for one in class_counts(round_))
    return RoundWeights(table.nodes, classes, tuple(by_class))


def _class(klass: str, units: int, column: ProfileColumn | None, nodes: tuple[NodeText, ...]) -> ClassWeights:
    cells = tuple((node.title, column.weights[node.code] if column else None) for node in nodes)
    return ClassWeights(klass, units, column, cells)


def known_classes() -> tuple[str, ...]:
    """Return the classes that rounds of this installation have, and the kinds of organisation; one SQL statement."""
    rows = RoundUnit.objects.order_by("klass").values_list("klass", flat=True).distinct()
    return tuple(dict.fromkeys([*KINDS, *rows]))
