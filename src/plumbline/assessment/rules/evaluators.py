"""Groups of evaluators: which votes a scheme reads, with which weight, and what a count of votes says. Pure.

A group is no thing of its own: it is what a rule of the scheme reads (DOMAIN 1.2: leader 20, staff 40, assessment group 40
are three indicators with 20, 40 and 40 points, each with a rule over the votes of one group). So weights stand in the
scheme alone, and the explanation, the editor and the engine know them already.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from plumbline.assessment.rules.scheme import Scheme
from plumbline.assessment.rules.scheme.judgements import OptionMeanRule, RankDecrementRule
from plumbline.assessment.rules.scheme.model import NodeKind
from plumbline.assessment.rules.scheme.rules import VoteRule
from plumbline.kernel.numbers import BASIS

VOTES = ("ballot.row", "ballot.ranking", "survey.answers")
"""The kinds of facts that are votes; their quantity is a number of people, papers or answers."""
OTHER = "other"
"""The option under which all answers are counted that the scheme does not name."""
PRIVATE = 5
"""Fewer answers than this are not shown apart: who gave them could be guessed."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A rule or gate that reads the group: its id, its indicator ("" for a gate), and the indicator's share of the whole."""

    rule: str
    node: str
    weight: Fraction | None


@dataclass(frozen=True, slots=True)
class EvaluatorGroup:
    """The votes that one or more rules read. ``code`` is the first of them; ``attribute`` holds the option or rank.

    ``options`` are those that the scheme names, ``ignored`` those of them that are told apart ("don't know"). ``ranks`` says
    that the attribute is a rank. ``where`` are the values that a vote must carry, several for one attribute where it reads
    the votes of several groups together.
    """

    code: str
    kind: str
    where: tuple[tuple[str, tuple[str, ...]], ...]
    attribute: str
    options: tuple[str, ...]
    ignored: frozenset[str]
    ranks: bool
    readers: tuple[Reader, ...]

    @property
    def is_single(self) -> bool:
        """True where every condition names one value, so that votes can be posted for this group alone."""
        return all(len(values) == 1 for _name, values in self.where)

    def takes(self, kind: str, attributes: Mapping[str, Any]) -> bool:
        """True where a vote of ``kind`` with these attributes belongs to the group."""
        return kind == self.kind and all(str(attributes.get(name)) in values for name, values in self.where)

    @property
    def columns(self) -> tuple[str, ...]:
        """The options as a sheet asks for them, with one more for all that the scheme does not name."""
        return self.options if OTHER in self.options else (*self.options, OTHER)


def groups_of(scheme: Scheme) -> tuple[EvaluatorGroup, ...]:
    """Return the groups that a scheme reads, in its order; rules and gates that read the same votes are one group."""
    found: dict[tuple[Any, ...], EvaluatorGroup] = {}
    for one in _read(scheme):
        key = (one.kind, one.where, one.attribute)
        before = found.get(key)
        found[key] = one if before is None else _joined(before, one)
    return tuple(found.values())


def _read(scheme: Scheme) -> Iterator[EvaluatorGroup]:
    weights = weights_of(scheme)
    for rule_id, node, rule in scheme.rules():
        if not isinstance(rule, (OptionMeanRule, VoteRule, RankDecrementRule)) or rule.source.kind not in VOTES:
            continue
        options, ignored = _options(rule)
        reader = Reader(rule_id, node.code, weights[node.code])
        ranks = isinstance(rule, RankDecrementRule)
        yield _group(rule_id, rule.source, rule.attribute, options, ignored, (reader,), ranks=ranks)
    for gate in scheme.gates:
        metric = gate.metric
        if metric.source.kind in VOTES:
            options = [*metric.options, *metric.ignored]
            reader = Reader(f"gate:{gate.code}", "", None)
            yield _group(reader.rule, metric.source, metric.attribute, options, metric.ignored, (reader,), ranks=False)


def _group(
    code: str, source: Any, attribute: str, options: Iterable[str], ignored: Iterable[str],
    readers: tuple[Reader, ...], *, ranks: bool,
) -> EvaluatorGroup:  # fmt: skip
    where = tuple(sorted((name, tuple(sorted(values))) for name, values in source.where.items()))
    named = tuple(dict.fromkeys(options))
    return EvaluatorGroup(code, source.kind, where, attribute, named, frozenset(ignored), ranks, readers)


def _options(rule: OptionMeanRule | VoteRule | RankDecrementRule) -> tuple[Sequence[str], Sequence[str]]:
    if isinstance(rule, OptionMeanRule):
        ordered = sorted(rule.values.items(), key=lambda item: (item[1] is None, -(item[1] or 0), item[0]))
        return [option for option, _value in ordered], [
            option for option, value in rule.values.items() if value is None
        ]
    if isinstance(rule, VoteRule):
        return [*rule.options, *rule.fallback.options, *rule.ignored], rule.ignored
    return [], []


def _joined(first: EvaluatorGroup, second: EvaluatorGroup) -> EvaluatorGroup:
    options = tuple(dict.fromkeys((*first.options, *second.options)))
    return EvaluatorGroup(
        first.code, first.kind, first.where, first.attribute, options, first.ignored | second.ignored,
        first.ranks, (*first.readers, *second.readers),
    )  # fmt: skip


def weights_of(scheme: Scheme) -> dict[str, Fraction | None]:
    """Return what each indicator can bring of the whole: its points times the weight of its first level, over the total.

    None for what stands outside the base (a bonus or deduction), and where no points say how much there is.
    """
    tops = [node for node in scheme.tree if node.kind is NodeKind.BASE and node.points is not None]
    whole = sum((Fraction(node.points or 0) * Fraction(node.weight) for node in tops), Fraction(0))
    found: dict[str, Fraction | None] = {}
    weight: dict[str, Fraction | None] = {}
    for node, parent, _depth in scheme.walk():
        above = weight[parent.code] if parent else Fraction(node.weight)
        weight[node.code] = above if node.kind is NodeKind.BASE else None
        known = weight[node.code] is not None and node.points is not None and whole > 0
        found[node.code] = Fraction(node.points or 0) * (above or 0) / whole if known else None
    return found


class Flag(StrEnum):
    """What is to be said of a count of votes; NONE where nothing is."""

    NONE = "none"
    EMPTY = "empty"
    OVER = "over"
    TURNOUT = "turnout"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Count:
    """The votes of one group about one unit: how many by option, and how many people were asked (None: nobody said)."""

    by_option: Mapping[str, int]
    ignored: int
    asked: int | None

    @property
    def answers(self) -> int:
        """How many answered, those who do not know included: they came and said so."""
        return sum(self.by_option.values())

    @property
    def is_private(self) -> bool:
        """True where so few answered that nothing is shown apart."""
        return 0 < self.answers < PRIVATE


def count(group: EvaluatorGroup, votes: Iterable[tuple[str, int]], asked: int | None) -> Count:
    """Return the count of (option, number) pairs; options that the scheme names come first, in its order."""
    found = dict.fromkeys(group.options, 0)
    for option, number in votes:
        found[option] = found.get(option, 0) + number
    return Count(found, sum(found[option] for option in group.ignored), asked)


def flag(found: Count, *, least_turnout: int, least_answers: int) -> Flag:
    """Say what is wrong with a count: nobody answered, more than were asked, too small a turnout (basis points), too few.

    Shares compare exactly, by cross-multiplication.
    """
    if not found.answers:
        return Flag.EMPTY
    if found.asked is not None and found.answers > found.asked:
        return Flag.OVER
    if found.asked is not None and found.answers * BASIS < least_turnout * found.asked:
        return Flag.TURNOUT
    return Flag.SAMPLE if found.answers < least_answers else Flag.NONE


@dataclass(frozen=True, slots=True)
class Change:
    """What an import does with one number: the votes that stand already (0 for none) and those that shall stand."""

    before: int
    after: int

    @property
    def is_new(self) -> bool:
        """True where none stood there."""
        return self.before == 0 and self.after > 0

    @property
    def is_same(self) -> bool:
        """True where nothing has to be done."""
        return self.before == self.after
